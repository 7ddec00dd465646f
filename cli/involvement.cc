// `signpost involvement open|close|renew|consent`.
#include <memory>
#include <optional>

#include "cli/checked_prompt.h"
#include "cli/json_reader.h"
#include "cli/node_call.h"
#include "cli/personal.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "proto/base/file.h"
#include "proto/limits.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::RecordService::Stub;

struct InvolvementOptions {
  std::string case_reference;
  std::string reference;
  std::string file;
  std::string review_by;
  std::string given_on;
  std::string withdrawn_on;
  bool today = false;
};

void ShowChange(Context& context, const char* schema, const v1::InvolvementReply& reply,
                std::string_view done) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", schema);
    json.Field("involvement_reference", reply.involvement_reference());
    json.Field("state", reply.changed() ? "changed" : "unchanged");
    json.EndObject();
    context.printer.Document(json);
    return;
  }
  const std::string reference = CleanText(reply.involvement_reference());
  context.printer.Data("Involvement " + reference + " " +
                       (reply.changed() ? std::string(done) : "was so already; nothing changed") +
                       ".\n");
}

// The node answers an unknown case and an unknown involvement alike.
Problem WithBothReferences(Problem problem) {
  if (problem.code == "NO_SUCH_CASE") {
    problem.why =
        "this authority's node holds no record with that case reference, or the record "
        "has no involvement with that reference";
    problem.next =
        "check both references; `signpost child show --case REF` lists a record's "
        "involvements";
  }
  return problem;
}

// The part that every verb has: references refused or set, the call, what came of it.
template <typename Request>
ExitCode Change(Context& context, std::string_view what, const InvolvementOptions& options,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                             v1::InvolvementReply*),
                Request& request, const char* schema, std::string_view done) {
  request.set_case_reference(options.case_reference);
  request.set_involvement_reference(options.reference);
  v1::InvolvementReply reply;
  if (const auto problem = CallNode<v1::RecordService>(context, what, method, request, reply)) {
    return context.Fail(WithBothReferences(*problem));
  }
  ShowChange(context, schema, reply, done);
  return ExitCode::kOk;
}

absl::Status CollectInvolvement(Context& context, const InvolvementOptions& options,
                                v1::Involvement& involvement) {
  if (options.file.empty()) return PromptForInvolvement(context.prompter, involvement);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file, kMaxJsonFileBytes));
  return ReadInvolvementFile(text, involvement);
}

ExitCode Open(Context& context, const InvolvementOptions& options) {
  constexpr std::string_view kWhat = "The involvement was not opened";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.reference})) {
    return context.Fail(*problem);
  }
  v1::OpenInvolvementRequest request;
  const absl::Status collected =
      CollectInvolvement(context, options, *request.mutable_involvement());
  if (!collected.ok()) return context.Fail(InputProblem(kWhat, collected));
  return Change(context, kWhat, options, &Stub::OpenInvolvement, request,
                "signpost.involvement.open/v1", "is open");
}

absl::StatusOr<std::string> CollectEnd(Context& context, const InvolvementOptions& options) {
  const std::string today = Today(context.clock.NowMs());
  if (options.today) return today;
  if (!options.file.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const auto object, ReadJsonFile(options.file));
    std::vector<std::string> problems;
    ObjectReader reader(object, "", problems);
    const std::string end = ReadDate(reader, "end_on");
    if (end.empty()) problems.push_back("end_on is needed");
    reader.Finish();
    SIGNPOST_RETURN_IF_ERROR(ProblemsToStatus(problems));
    return end;
  }
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string line,
      PromptForDate(context.prompter, "Ended on (YYYY-MM-DD, Enter for today): "));
  return line.empty() ? today : line;
}

ExitCode Close(Context& context, const InvolvementOptions& options) {
  constexpr std::string_view kWhat = "The involvement was not closed";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.reference})) {
    return context.Fail(*problem);
  }
  const auto end = CollectEnd(context, options);
  if (!end.ok()) return context.Fail(InputProblem(kWhat, end.status()));
  v1::CloseInvolvementRequest request;
  request.set_end_on(*end);
  return Change(context, kWhat, options, &Stub::CloseInvolvement, request,
                "signpost.involvement.close/v1", "is closed");
}

ExitCode Renew(Context& context, const InvolvementOptions& options) {
  constexpr std::string_view kWhat = "The involvement was not renewed";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.reference})) {
    return context.Fail(*problem);
  }
  if (!options.review_by.empty() && !IsRealDate(options.review_by)) {
    return context.Fail(UsageProblem(kWhat, "--review-by is not a date YYYY-MM-DD that exists",
                                     "give a day at most 2 years ahead, or leave it out"));
  }
  v1::RenewInvolvementRequest request;
  request.set_review_by(options.review_by);
  return Change(context, kWhat, options, &Stub::RenewInvolvement, request,
                "signpost.involvement.renew/v1", "is renewed");
}

// The giver of consent is a person, so no option takes the name.
absl::Status CollectGiver(Context& context, const InvolvementOptions& options,
                          v1::SetConsentRequest& request) {
  if (!options.file.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const auto object, ReadJsonFile(options.file));
    std::vector<std::string> problems;
    ObjectReader reader(object, "", problems);
    request.set_given_by(reader.Text("given_by", kMaxPersonBytes));
    reader.Finish();
    SIGNPOST_RETURN_IF_ERROR(ProblemsToStatus(problems));
  } else {
    SIGNPOST_ASSIGN_OR_RETURN(*request.mutable_given_by(),
                              PromptForText(context.prompter,
                                            "Consent was given by (name, and who "
                                            "that is to the child): ",
                                            kMaxPersonBytes));
  }
  if (!request.given_by().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("consent has a giver: nobody was named");
}

ExitCode SetConsent(Context& context, const InvolvementOptions& options) {
  constexpr std::string_view kWhat = "The consent was not recorded";
  if (const auto problem = RefusePersonalReferences({options.case_reference, options.reference})) {
    return context.Fail(*problem);
  }
  const bool giving = !options.given_on.empty();
  const std::string& day = giving ? options.given_on : options.withdrawn_on;
  if (giving != options.withdrawn_on.empty() || !IsRealDate(day)) {
    return context.Fail(UsageProblem(
        kWhat, "one of --given-on and --withdrawn-on is needed, with a date YYYY-MM-DD that exists",
        "say on which day consent was given, or withdrawn"));
  }
  v1::SetConsentRequest request;
  if (giving) {
    request.set_given_on(day);
    const absl::Status collected = CollectGiver(context, options, request);
    if (!collected.ok()) return context.Fail(InputProblem(kWhat, collected));
  } else {
    request.set_withdrawn_on(day);
  }
  return Change(
      context, kWhat, options, &Stub::SetConsent, request, "signpost.involvement.consent/v1",
      giving ? "may be told of as \"a sensitive service\" from the next question on"
             : "is told of only as the policy allows without consent, from the next question on");
}

CLI::App* AddInvolvementVerb(CLI::App& noun, InvolvementOptions& options, const std::string& name,
                             const std::string& description) {
  CLI::App* verb = AddVerb(noun, name, description);
  verb->add_option("--case", options.case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
  verb->add_option("--reference", options.reference,
                   "Your authority's own reference of the involvement; repeating changes nothing")
      ->required()
      ->type_name("REF");
  return verb;
}

void Does(CLI::App& verb, Context& context, std::shared_ptr<InvolvementOptions> options,
          ExitCode (*run)(Context&, const InvolvementOptions&)) {
  verb.callback([&context, options, run] {
    context.action = [&context, options, run] { return run(context, *options); };
  });
}

void AddOpen(CLI::App& noun, Context& context) {
  auto options = std::make_shared<InvolvementOptions>();
  CLI::App* verb =
      AddInvolvementVerb(noun, *options, "open", "Record that a service works with a child");
  verb->add_option("--file", options->file, "The details as JSON")->type_name("PATH");
  verb->footer(InvolvementFileHelp());
  Does(*verb, context, options, &Open);
}

void AddClose(CLI::App& noun, Context& context) {
  auto options = std::make_shared<InvolvementOptions>();
  CLI::App* verb =
      AddInvolvementVerb(noun, *options, "close", "Record that a service has ended its work");
  auto* file = verb->add_option("--file", options->file,
                                "The last day as JSON: {\"end_on\": \"YYYY-MM-DD\"}");
  file->type_name("PATH");
  verb->add_flag("--today", options->today, "Its last day is today")->excludes(file);
  verb->footer("Without --today and --file the last day is asked for at the terminal.");
  Does(*verb, context, options, &Close);
}

void AddRenew(CLI::App& noun, Context& context) {
  auto options = std::make_shared<InvolvementOptions>();
  CLI::App* verb =
      AddInvolvementVerb(noun, *options, "renew", "Record that a service still works with a child");
  verb->add_option("--review-by", options->review_by,
                   "When to look at it again, at most 2 years ahead; without it in 12 months")
      ->type_name("DATE");
  verb->footer(
      "An involvement that is not renewed by its review-by date counts as ended: others\n"
      "read it as \"worked with this child before\".");
  Does(*verb, context, options, &Renew);
}

void AddConsent(CLI::App& noun, Context& context) {
  auto options = std::make_shared<InvolvementOptions>();
  CLI::App* verb =
      AddInvolvementVerb(noun, *options, "consent",
                         "Record consent to telling of a sensitive involvement, or its end");
  auto* given = verb->add_option("--given-on", options->given_on,
                                 "The day consent was given; a prompt asks by whom");
  given->type_name("DATE");
  verb->add_option("--withdrawn-on", options->withdrawn_on, "The day consent was withdrawn")
      ->type_name("DATE")
      ->excludes(given);
  verb->add_option("--file", options->file, "The giver as JSON: {\"given_by\": \"\"}")
      ->type_name("PATH");
  verb->footer(
      "Both take effect with the next question, and with one whose answer has not left.\n"
      "With consent others read \"a sensitive service\", without its type, team or person,\n"
      "and are sent to your desk.");
  Does(*verb, context, options, &SetConsent);
}

}  // namespace

void AddInvolvement(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "involvement", "Who in your authority works with a child");
  AddOpen(*noun, context);
  AddClose(*noun, context);
  AddRenew(*noun, context);
  AddConsent(*noun, context);
}

}  // namespace signpost::cli
