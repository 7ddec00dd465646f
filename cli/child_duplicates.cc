// `signpost child duplicates|merge|different`.
#include <absl/strings/str_format.h>

#include <memory>

#include "cli/node_call.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "signpost/v1/protection.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::ProtectionService::Stub;

struct PairOptions {
  std::string case_reference;
  std::string other;
  uint32_t limit = 100;
  bool merge = false;
  bool yes = false;
};

std::string ReasonsOf(const v1::DuplicatePair& pair) {
  std::string out;
  for (int i = 0; i < pair.reasons_size(); ++i) {
    out += (out.empty() ? "" : "; ") + ReasonWords(pair.reasons(i));
  }
  return out;
}

ExitCode List(Context& context, const PairOptions& options) {
  constexpr std::string_view kWhat = "The likely duplicates were not listed";
  v1::ListDuplicatesRequest request;
  request.set_limit(options.limit);
  std::vector<v1::DuplicatePair> pairs;
  if (const auto problem =
          ReadNode<v1::ProtectionService>(context, kWhat, &Stub::ListDuplicates, request, pairs)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteDuplicates(json, pairs);
    context.printer.Document(json);
  } else {
    context.printer.Data(DuplicatesText(pairs, context.printer.plain()));
  }
  return ExitCode::kOk;
}

void ShowDecision(Context& context, const PairOptions& options) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", options.merge ? "signpost.child.merge/v1" : "signpost.child.different/v1");
    json.Field("case_reference", options.case_reference);
    json.Field("other_case_reference", options.other);
    json.Field("decision", options.merge ? "MERGE" : "DIFFERENT");
    json.EndObject();
    context.printer.Document(json);
    return;
  }
  context.printer.Data(options.merge
                           ? "Cases " + options.case_reference + " and " + options.other +
                                 " are one child: case " + options.case_reference + " stays, " +
                                 options.other + " is superseded. A shield of either holds.\n"
                           : "Cases " + options.case_reference + " and " + options.other +
                                 " are two children; they will not be asked about again.\n");
}

ExitCode Decide(Context& context, const PairOptions& options) {
  const std::string_view what = options.merge ? "The records were not merged" : "Nothing was noted";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.other})) {
    return context.Fail(*problem);
  }
  if (options.merge) {
    const absl::Status agreed = AgreeByWord(
        context,
        "A merge cannot be undone: the other case reference becomes a reference to this one.",
        "merge", options.yes);
    if (!agreed.ok()) return context.Fail(InputProblem(what, agreed));
  }
  v1::DecideDuplicateRequest request;
  request.set_case_reference(options.case_reference);
  request.set_other_case_reference(options.other);
  request.set_decision(options.merge ? v1::MERGE : v1::DIFFERENT);
  v1::ProtectionReply reply;
  if (const auto problem =
          CallNode<v1::ProtectionService>(context, what, &Stub::DecideDuplicate, request, reply)) {
    return context.Fail(*problem);
  }
  ShowDecision(context, options);
  return ExitCode::kOk;
}

void AddDecide(CLI::App& child, Context& context, bool merge) {
  CLI::App* verb = merge ? AddVerb(child, "merge", "Two records are one child; the shield wins")
                         : AddVerb(child, "different", "Two records are of two children");
  auto options = std::make_shared<PairOptions>();
  options->merge = merge;
  verb->add_option("--case", options->case_reference,
                   merge ? "The case reference that stays" : "One case reference")
      ->required()
      ->type_name("REF");
  verb->add_option("--other-case", options->other,
                   merge ? "The one that becomes a reference to it" : "The other case reference")
      ->required()
      ->type_name("REF");
  if (merge) verb->add_flag("--yes", options->yes, "Do not ask before");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Decide(context, *options); };
  });
}

}  // namespace

std::string DuplicatesText(const std::vector<v1::DuplicatePair>& pairs, bool plain) {
  if (pairs.empty()) return "No pair waits for a decision.\n";
  Table table;
  std::string sentences;
  for (const v1::DuplicatePair& pair : pairs) {
    const std::string sure =
        GradeWords(pair.grade()) + absl::StrFormat(", %.1f bits of evidence", pair.bits());
    const std::string shield =
        pair.one_is_shielded() ? "ONE IS SHIELDED: the other is quarantined" : "";
    if (plain) {
      sentences += "Cases " + CleanText(pair.case_reference()) + " and " +
                   CleanText(pair.other_case_reference()) + ", " + sure +
                   (ReasonsOf(pair).empty() ? "" : ", " + ReasonsOf(pair)) +
                   (shield.empty() ? "" : ", " + shield) + ", found " + UtcMinute(pair.found_ms()) +
                   ".\n";
    } else {
      table.Add({pair.case_reference(), pair.other_case_reference(), sure, shield,
                 "found " + UtcMinute(pair.found_ms()), ReasonsOf(pair)});
    }
  }
  return (plain ? sentences : table.Render(0)) + Counted(pairs.size(), "pair waits", "pairs wait") +
         " for a decision: `signpost child merge`, `different` or `separate`.\n";
}

void WriteDuplicates(JsonWriter& json, const std::vector<v1::DuplicatePair>& pairs) {
  json.BeginObject();
  json.Field("schema", "signpost.child.duplicates/v1");
  json.Key("pairs");
  json.BeginArray();
  for (const v1::DuplicatePair& pair : pairs) {
    json.BeginObject();
    json.Field("case_reference", pair.case_reference());
    json.Field("other_case_reference", pair.other_case_reference());
    json.Field("grade", GradeCode(pair.grade()));
    json.Key("reasons");
    json.BeginArray();
    for (int i = 0; i < pair.reasons_size(); ++i) json.String(ReasonCode(pair.reasons(i)));
    json.EndArray();
    json.DecimalField("bits", pair.bits(), 2);
    json.Field("one_is_shielded", pair.one_is_shielded());
    json.Field("found", UtcTime(pair.found_ms()));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void AddChildDuplicates(CLI::App& child, Context& context) {
  CLI::App* list = AddVerb(child, "duplicates",
                           "Records that may be of one child, surest first; for data managers");
  auto options = std::make_shared<PairOptions>();
  list->add_option("--limit", options->limit, "At most so many pairs")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str()
      ->type_name("N");
  list->callback([&context, options] {
    context.action = [&context, options] { return List(context, *options); };
  });
  AddDecide(child, context, /*merge=*/true);
  AddDecide(child, context, /*merge=*/false);
}

}  // namespace signpost::cli
