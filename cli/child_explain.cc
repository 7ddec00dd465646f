// `signpost child explain`: how a stored record compares with the details of a
// question, field by field, and what the node would decide.
#include <absl/strings/str_format.h>

#include <memory>

#include "cli/desk_words.h"
#include "cli/node_call.h"
#include "cli/question_file.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::RecordService::Stub;

struct ExplainOptions {
  std::string case_reference;
  std::string question_file;
};

absl::Status CollectDetails(const ExplainOptions& options, v1::ChildDetails& details) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text,
                            ReadFile(options.question_file, kMaxJsonFileBytes));
  v1::AskRequest question;
  SIGNPOST_RETURN_IF_ERROR(ReadQuestionFile(text, question));
  if (!question.has_details()) {
    return absl::InvalidArgumentError("the question file names a case and no child's details");
  }
  details = question.details();
  return absl::OkStatus();
}

ExitCode Explain(Context& context, const ExplainOptions& options) {
  constexpr std::string_view kWhat = "Nothing was compared";
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  v1::ExplainMatchRequest request;
  request.set_case_reference(options.case_reference);
  const absl::Status collected = CollectDetails(options, *request.mutable_details());
  if (!collected.ok()) return context.Fail(InputProblem(kWhat, collected));
  v1::Explanation explanation;
  if (const auto problem =
          CallNode<v1::RecordService>(context, kWhat, &Stub::ExplainMatch, request, explanation)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteExplanation(json, explanation);
    context.printer.Document(json);
  } else {
    context.printer.Data(ExplanationText(explanation, context.printer.plain()));
  }
  return ExitCode::kOk;
}

std::string Bits(double bits) { return absl::StrFormat("%+.2f", bits); }

std::string DecisionOf(const v1::Explanation& explanation) {
  switch (explanation.grade()) {
    case v1::CERTAIN:
      return "CERTAIN: this child";
    case v1::POSSIBLE:
      return "POSSIBLE: perhaps this child; a person asks further";
    case v1::MATCH_GRADE_UNSPECIFIED:
      return "NOT this child";
    default:
      return "a grade unknown to this version";
  }
}

std::string KeyTypes(const v1::Explanation& explanation) {
  std::string out;
  for (int i = 0; i < explanation.shared_key_types_size(); ++i) {
    out += (out.empty() ? "" : "; ") + KeyTypeWords(explanation.shared_key_types(i));
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string ExplanationText(const v1::Explanation& explanation, bool plain) {
  Table table;
  std::string out;
  if (!plain) table.Add({"Field", "Level", "Bits"});
  for (const v1::ExplainedField& field : explanation.fields()) {
    if (plain) {
      out += CleanText(field.field()) + ": " + CleanText(field.level()) + ", " +
             Bits(field.bits()) + " bits.\n";
    } else {
      table.Add({field.field(), field.level(), Bits(field.bits())});
    }
  }
  if (!plain) {
    table.Add({"Total", "caps applied", Bits(explanation.total_bits())});
    out = table.Render(0);
  } else {
    out += "Total, caps applied: " + Bits(explanation.total_bits()) + " bits.\n";
  }
  out += "Certain from " + Bits(explanation.certain_bits()) + ", possible from " +
         Bits(explanation.possible_bits()) + ".\n";
  out += "Decision: " + DecisionOf(explanation) + ".\n";
  for (int i = 0; i < explanation.reasons_size(); ++i) {
    out += "  because: " + ReasonWords(explanation.reasons(i)) + "\n";
  }
  out += "Shared keys: " + KeyTypes(explanation) + ".\n";
  out += explanation.reveal_policy_met()
             ? "They are enough for the details to be told to the holder.\n"
             : "They are NOT enough for the details to be told to the holder: such a question "
               "finds nothing here.\n";
  return out;
}

void WriteExplanation(JsonWriter& json, const v1::Explanation& explanation) {
  json.BeginObject();
  json.Field("schema", "signpost.child.explain/v1");
  json.Key("fields");
  json.BeginArray();
  for (const v1::ExplainedField& field : explanation.fields()) {
    json.BeginObject();
    json.Field("field", field.field());
    json.Field("level", field.level());
    json.DecimalField("bits", field.bits(), 3);
    json.EndObject();
  }
  json.EndArray();
  json.DecimalField("total_bits", explanation.total_bits(), 3);
  json.DecimalField("certain_bits", explanation.certain_bits(), 3);
  json.DecimalField("possible_bits", explanation.possible_bits(), 3);
  json.Field("decision", explanation.grade() == v1::MATCH_GRADE_UNSPECIFIED
                             ? "NOT_THIS_CHILD"
                             : GradeCode(explanation.grade()));
  json.Key("reasons");
  json.BeginArray();
  for (int i = 0; i < explanation.reasons_size(); ++i) {
    json.String(ReasonCode(explanation.reasons(i)));
  }
  json.EndArray();
  json.Key("shared_key_types");
  json.BeginArray();
  for (const uint32_t type : explanation.shared_key_types()) json.Unsigned(type);
  json.EndArray();
  json.Field("reveal_policy", explanation.reveal_policy_met() ? "met" : "not met");
  json.EndObject();
}

void AddChildExplain(CLI::App& child, Context& context) {
  CLI::App* verb = AddVerb(child, "explain",
                           "How a record compares with a question's details; for data managers");
  auto options = std::make_shared<ExplainOptions>();
  verb->add_option("--case", options->case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
  verb->add_option("--question-file", options->question_file,
                   "The details to compare, as `signpost ask --help` documents them")
      ->required()
      ->type_name("PATH");
  verb->footer("Prints levels of agreement and bits of evidence, and none of the details.");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Explain(context, *options); };
  });
}

}  // namespace signpost::cli
