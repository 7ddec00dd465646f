// `signpost child add|correct`.
#include <memory>

#include "cli/checked_prompt.h"
#include "cli/json_reader.h"
#include "cli/node_call.h"
#include "cli/question_file.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "proto/base/file.h"
#include "proto/limits.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::RecordService::Stub;

constexpr size_t kMaxCarers = 8;

struct PutOptions {
  std::string case_reference;
  std::string file;
  bool correct = false;
};

std::string_view What(const PutOptions& options) {
  return options.correct ? "The record was not corrected" : "The child was not added";
}

// A correction at the keyboard starts from the record as it stands.
std::optional<Problem> StartFromRecord(Context& context, const PutOptions& options,
                                       v1::PutChildRequest& request) {
  v1::GetChildRequest get;
  get.set_case_reference(options.case_reference);
  v1::ChildRecord record;
  if (auto problem =
          CallNode<v1::RecordService>(context, What(options), &Stub::GetChild, get, record)) {
    return problem;
  }
  *request.mutable_details() = record.details();
  *request.mutable_carers() = record.carers();
  return std::nullopt;
}

std::optional<Problem> Collect(Context& context, const PutOptions& options,
                               v1::PutChildRequest& request) {
  absl::Status collected;
  if (!options.file.empty()) {
    const absl::StatusOr<std::string> text = ReadFile(options.file, kMaxJsonFileBytes);
    collected = text.ok() ? ReadChildFile(*text, request) : text.status();
  } else {
    if (options.correct) {
      if (auto problem = StartFromRecord(context, options, request)) return problem;
    }
    collected = PromptForRecord(context.prompter, request);
  }
  if (collected.ok()) return std::nullopt;
  return InputProblem(What(options), collected);
}

void ShowPut(Context& context, const PutOptions& options, const v1::PutChildReply& reply) {
  const bool waits = reply.waits_for_decision();
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", options.correct ? "signpost.child.correct/v1" : "signpost.child.add/v1");
    json.Field("case_reference", options.case_reference);
    json.Field("possible_duplicates", reply.possible_duplicates());
    json.Field("answers", waits ? "waits for a data manager's decision" : "from now on");
    json.EndObject();
    context.printer.Document(json);
    return;
  }
  std::string out = "Case " + options.case_reference +
                    (options.correct ? " is corrected; what it said before stays in its history.\n"
                                     : " is added.\n");
  if (reply.possible_duplicates() > 0) {
    out += Counted(reply.possible_duplicates(), "other record", "other records") +
           " may be of the same child: a data manager decides with `signpost child duplicates`.\n";
  }
  if (waits) {
    out +=
        "The record is QUARANTINED: others are told nothing of it until a data manager has "
        "decided.\n";
  }
  context.printer.Data(out);
}

ExitCode Put(Context& context, const PutOptions& options) {
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  v1::PutChildRequest request;
  if (const auto problem = Collect(context, options, request)) return context.Fail(*problem);
  request.set_case_reference(options.case_reference);
  request.set_correct(options.correct);
  v1::PutChildReply reply;
  if (const auto problem =
          CallNode<v1::RecordService>(context, What(options), &Stub::PutChild, request, reply)) {
    return context.Fail(*problem);
  }
  ShowPut(context, options, reply);
  return ExitCode::kOk;
}

constexpr const char* kPutHelp =
    R"(Without --file the details are asked for at the terminal. File (JSON; an unknown
key is refused), the child as in a question file (`signpost ask --help`):
  {"child": {"names": [{"given": "", "family": ""}], "date_of_birth": "YYYY-MM-DD"},
   "carers": [{"name": "", "contact": ""}],
   "date_of_death": "YYYY-MM-DD",
   "keep_until_25": false}   care leavers and special educational needs, with consent)";

void AddPut(CLI::App& child, Context& context, bool correct) {
  CLI::App* verb =
      correct ? AddVerb(child, "correct", "Replace what a record says; its history is kept")
              : AddVerb(child, "add", "Add one child; likely duplicates wait for a data manager");
  auto options = std::make_shared<PutOptions>();
  options->correct = correct;
  verb->add_option("--case", options->case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
  verb->add_option("--file", options->file, "The details as JSON")->type_name("PATH");
  verb->footer(kPutHelp +
               std::string(correct ? "\nThe file is the whole record as it should be. At the "
                                     "terminal Enter keeps what is\nthere and - takes it away."
                                   : ""));
  verb->callback([&context, options] {
    context.action = [&context, options] { return Put(context, *options); };
  });
}

}  // namespace

absl::Status ReadChildFile(std::string_view json, v1::PutChildRequest& request) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto object, ParseJsonObject(json));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  if (const auto* child = reader.Object("child")) {
    ReadChildDetails(*child, problems, *request.mutable_details());
  } else if (!reader.Has("child")) {
    problems.push_back("child is needed");
  }
  int i = 0;
  for (const auto* carer : reader.Objects("carers", kMaxCarers)) {
    ObjectReader inner(*carer, "carers[" + std::to_string(i++) + "]", problems);
    v1::Carer& added = *request.add_carers();
    added.set_name(inner.Text("name", kMaxPersonBytes));
    added.set_contact(inner.Text("contact", kMaxPersonBytes));
    inner.Finish();
  }
  request.set_date_of_death(ReadDate(reader, "date_of_death"));
  request.set_keep_until_25(reader.Flag("keep_until_25"));
  reader.Finish();
  return ProblemsToStatus(problems);
}

absl::Status PromptForRecord(Prompter& prompter, v1::PutChildRequest& request) {
  const bool adding = request.details().ByteSizeLong() == 0;
  SIGNPOST_RETURN_IF_ERROR(PromptForChild(prompter, *request.mutable_details()));
  if (adding) {
    v1::Carer carer;
    SIGNPOST_ASSIGN_OR_RETURN(
        *carer.mutable_name(),
        PromptForText(prompter, "Person with parental responsibility or care: ", kMaxPersonBytes));
    if (!carer.name().empty()) {
      SIGNPOST_ASSIGN_OR_RETURN(
          *carer.mutable_contact(),
          PromptForText(prompter, "How to reach that person: ", kMaxPersonBytes));
      *request.add_carers() = carer;
    }
  }
  SIGNPOST_ASSIGN_OR_RETURN(
      *request.mutable_date_of_death(),
      PromptForDate(prompter, "Date of death, if the child has died (YYYY-MM-DD, or Enter): "));
  SIGNPOST_ASSIGN_OR_RETURN(
      const bool keep,
      PromptForYes(prompter,
                   "Kept until 25, with consent (care leaver, special needs; yes or "
                   "Enter): "));
  request.set_keep_until_25(keep);
  return absl::OkStatus();
}

void AddChildPut(CLI::App& child, Context& context) {
  AddPut(child, context, /*correct=*/false);
  AddPut(child, context, /*correct=*/true);
}

}  // namespace signpost::cli
