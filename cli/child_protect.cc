// `signpost child shield|unshield|separate|confirm-shields`.
#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cli/checked_prompt.h"
#include "cli/desk_items.h"
#include "cli/json_reader.h"
#include "cli/node_call.h"
#include "cli/personal.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "proto/limits.h"
#include "signpost/v1/protection.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::ProtectionService::Stub;

constexpr std::array<const char*, 5> kShieldReasons = {
    "refuge", "witness-protection", "adoption-at-risk", "honour-based-abuse", "other"};

struct ProtectOptions {
  std::string case_reference;
  std::string other;
  std::string file;
  bool yes = false;
};

struct Reason {
  std::string code;
  std::string review_by;
};

// Why a child is shielded says where the family may be, so argv never holds it.
absl::StatusOr<Reason> CollectReason(Context& context, const ProtectOptions& options,
                                     bool shielding) {
  std::string word;
  Reason reason;
  if (!options.file.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const auto object, ReadJsonFile(options.file));
    std::vector<std::string> problems;
    ObjectReader reader(object, "", problems);
    word = reader.Text("reason", kMaxReferenceBytes);
    if (shielding) reason.review_by = ReadDate(reader, "review_by");
    reader.Finish();
    SIGNPOST_RETURN_IF_ERROR(ProblemsToStatus(problems));
  } else {
    const std::string question =
        shielding ? "Reason (" + absl::StrJoin(kShieldReasons, ", ") + "): "
                  : "Reason, as a code (such as moved-to-safety or decided-in-error): ";
    SIGNPOST_ASSIGN_OR_RETURN(word, PromptForText(context.prompter, question, kMaxReferenceBytes));
    if (shielding) {
      SIGNPOST_ASSIGN_OR_RETURN(
          reason.review_by,
          PromptForDate(context.prompter, "Review by (YYYY-MM-DD, Enter for 6 months): "));
    }
  }
  if (shielding &&
      std::find(kShieldReasons.begin(), kShieldReasons.end(), word) == kShieldReasons.end()) {
    return absl::InvalidArgumentError("the reason is one of " +
                                      absl::StrJoin(kShieldReasons, ", "));
  }
  SIGNPOST_ASSIGN_OR_RETURN(reason.code, CodeFromWord(word));
  return reason;
}

void ShowProtection(Context& context, const char* schema, std::string_view text,
                    const v1::ProtectionReply& reply) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", schema);
    json.Field("quarantined", reply.quarantined());
    json.EndObject();
    context.printer.Document(json);
    return;
  }
  std::string out = std::string(text) + "\n";
  if (reply.quarantined() > 0) {
    out += Counted(reply.quarantined(), "other record", "other records") +
           " that may be of the same child: QUARANTINED, out of every answer until a data manager "
           "decides (`signpost child duplicates`).\n";
  }
  context.printer.Data(out);
}

ExitCode Shield(Context& context, const ProtectOptions& options) {
  constexpr std::string_view kWhat = "The child was not shielded";
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  const absl::StatusOr<Reason> reason = CollectReason(context, options, /*shielding=*/true);
  if (!reason.ok()) return context.Fail(InputProblem(kWhat, reason.status()));
  v1::ShieldRequest request;
  request.set_case_reference(options.case_reference);
  request.set_reason(reason->code);
  request.set_review_by(reason->review_by);
  v1::ProtectionReply reply;
  if (const auto problem =
          CallNode<v1::ProtectionService>(context, kWhat, &Stub::Shield, request, reply)) {
    return context.Fail(*problem);
  }
  ShowProtection(context, "signpost.child.shield/v1",
                 "Case " + options.case_reference +
                     " is shielded: from the next question on nobody is told anything of it.",
                 reply);
  return ExitCode::kOk;
}

ExitCode Unshield(Context& context, const ProtectOptions& options) {
  constexpr std::string_view kWhat = "The end of the shield was not asked for";
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  const absl::StatusOr<Reason> reason = CollectReason(context, options, /*shielding=*/false);
  if (!reason.ok()) return context.Fail(InputProblem(kWhat, reason.status()));
  v1::RequestUnshieldRequest request;
  request.set_case_reference(options.case_reference);
  request.set_reason(reason->code);
  v1::DeskItem item;
  if (const auto problem =
          CallNode<v1::ProtectionService>(context, kWhat, &Stub::RequestUnshield, request, item)) {
    return context.Fail(*problem);
  }
  ShowRequest(context, "signpost.child.unshield/v1",
              "The child stays shielded until a second person decides.", item);
  return ExitCode::kOk;
}

ExitCode Separate(Context& context, const ProtectOptions& options) {
  constexpr std::string_view kWhat = "The two identities were not separated";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.other})) {
    return context.Fail(*problem);
  }
  const absl::Status agreed =
      AgreeByWord(context,
                  "The two records will never be linked, suggested, merged or answered for each "
                  "other. This is for ever.",
                  "separate", options.yes);
  if (!agreed.ok()) return context.Fail(InputProblem(kWhat, agreed));
  v1::SeparateRequest request;
  request.set_case_reference(options.case_reference);
  request.set_other_case_reference(options.other);
  v1::ProtectionReply reply;
  if (const auto problem =
          CallNode<v1::ProtectionService>(context, kWhat, &Stub::Separate, request, reply)) {
    return context.Fail(*problem);
  }
  ShowProtection(context, "signpost.child.separate/v1",
                 "Cases " + options.case_reference + " and " + options.other +
                     " are two identities that are never linked.",
                 reply);
  return ExitCode::kOk;
}

ExitCode ConfirmShields(Context& context, const ProtectOptions& options) {
  constexpr std::string_view kWhat = "The shields were not confirmed";
  const absl::Status agreed = AgreeByWord(
      context,
      "A backup may be older than a shield. Go on only when every shield of the node "
      "was compared with your authority's own list; the node then answers others again.",
      "compared", options.yes);
  if (!agreed.ok()) return context.Fail(InputProblem(kWhat, agreed));
  v1::ProtectionReply reply;
  if (const auto problem = CallNode<v1::ProtectionService>(context, kWhat, &Stub::ConfirmShields,
                                                           v1::ConfirmShieldsRequest(), reply)) {
    return context.Fail(*problem);
  }
  ShowProtection(context, "signpost.child.confirm-shields/v1",
                 "The shields are confirmed: the node answers again.", reply);
  return ExitCode::kOk;
}

using Run = ExitCode (*)(Context&, const ProtectOptions&);

CLI::App* AddProtectVerb(CLI::App& child, Context& context, const std::string& name,
                         const std::string& description, bool of_case, Run run,
                         const std::shared_ptr<ProtectOptions>& options) {
  CLI::App* verb = AddVerb(child, name, description);
  if (of_case) {
    verb->add_option("--case", options->case_reference, "Your authority's own case reference")
        ->required()
        ->type_name("REF");
  }
  verb->callback([&context, options, run] {
    context.action = [&context, options, run] { return run(context, *options); };
  });
  return verb;
}

void AddShield(CLI::App& child, Context& context) {
  auto options = std::make_shared<ProtectOptions>();
  CLI::App* verb =
      AddProtectVerb(child, context, "shield", "Nobody is told that this child is known here", true,
                     &Shield, options);
  verb->add_option("--file", options->file, "Reason and review as JSON")->type_name("PATH");
  verb->footer(
      "Without --file they are asked for at the terminal. File (JSON):\n"
      "  {\"reason\": \"refuge\", \"review_by\": \"YYYY-MM-DD\"}\n"
      "Reasons: " +
      absl::StrJoin(kShieldReasons, ", ") +
      ".\nThe review is at most 6 months ahead; without one it is then. Likely duplicates of\n"
      "the child leave every answer until a data manager has decided on them.");
}

void AddUnshield(CLI::App& child, Context& context) {
  auto options = std::make_shared<ProtectOptions>();
  CLI::App* verb = AddProtectVerb(child, context, "unshield", "Ask a second person to end a shield",
                                  true, &Unshield, options);
  verb->add_option("--file", options->file, "The reason as JSON: {\"reason\": \"CODE\"}")
      ->type_name("PATH");
  verb->footer(
      "Without --file the reason is asked for at the terminal. Another person decides with\n"
      "`signpost desk decide NUMBER`; until then the child stays shielded.");
}

void AddSeparate(CLI::App& child, Context& context) {
  auto options = std::make_shared<ProtectOptions>();
  CLI::App* verb = AddProtectVerb(child, context, "separate",
                                  "Two identities that must never be linked (adoption, protection)",
                                  true, &Separate, options);
  verb->add_option("--other-case", options->other, "The other identity's case reference")
      ->required()
      ->type_name("REF");
  verb->add_flag("--yes", options->yes, "Do not ask before");
}

void AddConfirmShields(CLI::App& child, Context& context) {
  auto options = std::make_shared<ProtectOptions>();
  CLI::App* verb =
      AddProtectVerb(child, context, "confirm-shields",
                     "After a restore: the shields were compared with your authority's own list",
                     false, &ConfirmShields, options);
  verb->add_flag("--yes", options->yes, "Do not ask before");
}

}  // namespace

void AddChildProtect(CLI::App& child, Context& context) {
  AddShield(child, context);
  AddUnshield(child, context);
  AddSeparate(child, context);
  AddConfirmShields(child, context);
}

}  // namespace signpost::cli
