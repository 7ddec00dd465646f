#include "cli/records.h"

#include <absl/strings/str_join.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <memory>
#include <optional>

#include "cli/json_reader.h"
#include "cli/node_link.h"
#include "cli/personal.h"
#include "cli/question_file.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/limits.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kCallSeconds = 20;
constexpr size_t kMaxEmailBytes = 120;

struct RecordOptions {
  std::string case_reference;
  std::string reference;
  std::string file;
  bool today = false;
};

std::string ReadDate(ObjectReader& reader, const std::string& key) {
  std::string date = reader.Text(key, kMaxNameBytes);
  if (date.empty() || IsRealDate(date)) return date;
  reader.Complain(key, "is not a date YYYY-MM-DD that exists");
  return "";
}

std::string Today(int64_t now_ms) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(now_ms), absl::LocalTimeZone());
}

// Options that take a reference must not be handed a person's detail.
std::optional<Problem> RefusePersonalReference(const RecordOptions& options) {
  for (const std::string& value : {options.case_reference, options.reference}) {
    const Suspicion suspicion = SuspicionOf(value);
    const bool spaced = value.find(' ') != std::string::npos;
    if (suspicion == Suspicion::kDate || (suspicion == Suspicion::kName && spaced)) {
      return UsageProblem(
          "A reference looks like " + std::string(SuspicionWords(suspicion)) +
              ", and was neither used nor repeated here",
          "other people on this computer can see arguments, and your shell may keep them",
          "delete the line from your shell's history; give your authority's own reference");
    }
  }
  return std::nullopt;
}

Problem InputProblem(std::string_view what, const absl::Status& status) {
  Problem problem =
      UsageProblem(what, FromAbsl(status.message()), "correct it; --help shows what is asked for");
  if (absl::IsCancelled(status)) problem.exit = ExitCode::kInterrupted;
  return problem;
}

absl::Status CollectInvolvement(Context& context, const RecordOptions& options,
                                v1::Involvement& involvement) {
  if (options.file.empty()) return PromptForInvolvement(context.prompter, involvement);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file, kMaxJsonFileBytes));
  return ReadInvolvementFile(text, involvement);
}

absl::StatusOr<std::string> CollectEnd(Context& context, const RecordOptions& options) {
  const std::string today = Today(context.clock.NowMs());
  if (options.today) return today;
  if (!options.file.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file, kMaxJsonFileBytes));
    SIGNPOST_ASSIGN_OR_RETURN(const auto object, ParseJsonObject(text));
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
      PromptForText(context.prompter, "Ended on (YYYY-MM-DD, Enter for today): ", kMaxNameBytes));
  if (line.empty()) return today;
  if (IsRealDate(line)) return line;
  return absl::InvalidArgumentError("that is not a date YYYY-MM-DD that exists");
}

ExitCode ShowChild(Context& context, const RecordOptions& options) {
  constexpr std::string_view kWhat = "The record was not shown";
  if (const auto problem = RefusePersonalReference(options)) return context.Fail(*problem);
  NodeLink link;
  if (const auto problem = LinkToNode(context, kWhat, link)) return context.Fail(*problem);
  v1::GetChildRequest request;
  request.set_case_reference(options.case_reference);
  v1::ChildRecord record;
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  const auto stub = v1::RecordService::NewStub(link.channel);
  const grpc::Status status = stub->GetChild(&call, request, &record);
  if (!status.ok()) return context.Fail(GrpcProblem(kWhat, link.peer, status));
  if (context.printer.json()) {
    JsonWriter json;
    WriteChild(json, record);
    context.printer.Document(json);
  } else {
    context.printer.Data(ChildText(record));
  }
  return ExitCode::kOk;
}

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

ExitCode OpenInvolvement(Context& context, const RecordOptions& options) {
  constexpr std::string_view kWhat = "The involvement was not opened";
  if (const auto problem = RefusePersonalReference(options)) return context.Fail(*problem);
  v1::OpenInvolvementRequest request;
  request.set_case_reference(options.case_reference);
  request.set_involvement_reference(options.reference);
  const absl::Status collected =
      CollectInvolvement(context, options, *request.mutable_involvement());
  if (!collected.ok()) return context.Fail(InputProblem(kWhat, collected));
  NodeLink link;
  if (const auto problem = LinkToNode(context, kWhat, link)) return context.Fail(*problem);
  v1::InvolvementReply reply;
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  const auto stub = v1::RecordService::NewStub(link.channel);
  const grpc::Status status = stub->OpenInvolvement(&call, request, &reply);
  if (!status.ok()) return context.Fail(GrpcProblem(kWhat, link.peer, status));
  ShowChange(context, "signpost.involvement.open/v1", reply, "is open");
  return ExitCode::kOk;
}

// The node answers an unknown case and an unknown involvement alike.
Problem CloseProblem(std::string_view what, const std::string& peer, const grpc::Status& status) {
  Problem problem = GrpcProblem(what, peer, status);
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

ExitCode CloseInvolvement(Context& context, const RecordOptions& options) {
  constexpr std::string_view kWhat = "The involvement was not closed";
  if (const auto problem = RefusePersonalReference(options)) return context.Fail(*problem);
  const auto end = CollectEnd(context, options);
  if (!end.ok()) return context.Fail(InputProblem(kWhat, end.status()));
  v1::CloseInvolvementRequest request;
  request.set_case_reference(options.case_reference);
  request.set_involvement_reference(options.reference);
  request.set_end_on(*end);
  NodeLink link;
  if (const auto problem = LinkToNode(context, kWhat, link)) return context.Fail(*problem);
  v1::InvolvementReply reply;
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  const auto stub = v1::RecordService::NewStub(link.channel);
  const grpc::Status status = stub->CloseInvolvement(&call, request, &reply);
  if (!status.ok()) return context.Fail(CloseProblem(kWhat, link.peer, status));
  ShowChange(context, "signpost.involvement.close/v1", reply, "is closed");
  return ExitCode::kOk;
}

constexpr const char* kInvolvementHelp =
    R"(Without --file the details are asked for at the terminal. File (JSON; an unknown
key is refused):
  {"service": "early-help", "organisation": "", "team": "",
   "practitioner": "", "practitioner_role": "", "telephone": "", "email": "",
   "lead_professional": false, "assessment_exists": false,
   "start_on": "YYYY-MM-DD", "review_by": "YYYY-MM-DD", "sensitive": false,
   "consent": {"given_by": "", "given_on": "YYYY-MM-DD", "withdrawn_on": ""}}
service and start_on must be there. Services:)";

void AddReferences(CLI::App& verb, RecordOptions& options, bool involvement) {
  verb.add_option("--case", options.case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
  if (!involvement) return;
  verb.add_option("--reference", options.reference,
                  "Your authority's own reference of the involvement; repeating changes nothing")
      ->required()
      ->type_name("REF");
}

// The list of services in lines that fit a terminal.
std::string WrappedServices() {
  std::string out;
  size_t width = 0;
  for (const std::string& name : ServiceNames()) {
    if (width == 0 || width + name.size() + 1 > 78) {
      out += "\n ";
      width = 1;
    }
    out += " " + name;
    width += name.size() + 1;
  }
  return out;
}

}  // namespace

absl::Status ReadInvolvementFile(std::string_view json, v1::Involvement& involvement) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto object, ParseJsonObject(json));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  const std::string service = reader.Text("service", kMaxNameBytes);
  const auto known = ServiceFromName(service);
  if (!known) reader.Complain("service", "must be one of the documented words");
  involvement.set_service(known.value_or(v1::SERVICE_TYPE_UNSPECIFIED));
  involvement.set_organisation(reader.Text("organisation", kMaxOrganisationBytes));
  involvement.set_team(reader.Text("team", kMaxOrganisationBytes));
  involvement.set_practitioner(reader.Text("practitioner", kMaxPersonBytes));
  involvement.set_practitioner_role(reader.Text("practitioner_role", kMaxNameBytes));
  involvement.set_telephone(reader.Text("telephone", kMaxTelephoneBytes));
  involvement.set_email(reader.Text("email", kMaxEmailBytes));
  involvement.set_lead_professional(reader.Flag("lead_professional"));
  involvement.set_assessment_exists(reader.Flag("assessment_exists"));
  involvement.set_start_on(ReadDate(reader, "start_on"));
  if (!reader.Has("start_on")) reader.Complain("start_on", "is needed");
  involvement.set_review_by(ReadDate(reader, "review_by"));
  involvement.set_sensitive(reader.Flag("sensitive"));
  if (const auto* consent = reader.Object("consent")) {
    ObjectReader inner(*consent, "consent", problems);
    involvement.mutable_consent()->set_given_by(inner.Text("given_by", kMaxPersonBytes));
    involvement.mutable_consent()->set_given_on(ReadDate(inner, "given_on"));
    involvement.mutable_consent()->set_withdrawn_on(ReadDate(inner, "withdrawn_on"));
    inner.Finish();
  }
  reader.Finish();
  return ProblemsToStatus(problems);
}

absl::Status PromptForInvolvement(Prompter& prompter, v1::Involvement& involvement) {
  const auto ask = [&](std::string_view question, size_t max_bytes, std::string* out) {
    auto line = PromptForText(prompter, question, max_bytes);
    if (line.ok()) *out = *std::move(line);
    return line.status();
  };
  const auto ask_yes = [&](std::string_view question, bool& out) {
    std::string line;
    const absl::Status status = ask(question, kMaxNameBytes, &line);
    out = line == "yes" || line == "y";
    return status;
  };
  std::string service;
  SIGNPOST_RETURN_IF_ERROR(ask("Service (such as early-help): ", kMaxNameBytes, &service));
  const auto known = ServiceFromName(service);
  if (!known) return absl::InvalidArgumentError("the service is not one of the documented words");
  involvement.set_service(*known);
  SIGNPOST_RETURN_IF_ERROR(
      ask("Organisation: ", kMaxOrganisationBytes, involvement.mutable_organisation()));
  SIGNPOST_RETURN_IF_ERROR(ask("Team: ", kMaxOrganisationBytes, involvement.mutable_team()));
  SIGNPOST_RETURN_IF_ERROR(
      ask("Practitioner: ", kMaxPersonBytes, involvement.mutable_practitioner()));
  SIGNPOST_RETURN_IF_ERROR(
      ask("Practitioner's role: ", kMaxNameBytes, involvement.mutable_practitioner_role()));
  SIGNPOST_RETURN_IF_ERROR(ask("Telephone: ", kMaxTelephoneBytes, involvement.mutable_telephone()));
  SIGNPOST_RETURN_IF_ERROR(ask("E-mail: ", kMaxEmailBytes, involvement.mutable_email()));
  bool yes = false;
  SIGNPOST_RETURN_IF_ERROR(ask_yes("Lead professional (yes or Enter): ", yes));
  involvement.set_lead_professional(yes);
  SIGNPOST_RETURN_IF_ERROR(ask_yes("Assessment exists (yes or Enter): ", yes));
  involvement.set_assessment_exists(yes);
  SIGNPOST_RETURN_IF_ERROR(
      ask("Started on (YYYY-MM-DD): ", kMaxNameBytes, involvement.mutable_start_on()));
  SIGNPOST_RETURN_IF_ERROR(ask("Review by (YYYY-MM-DD, or Enter for the default): ", kMaxNameBytes,
                               involvement.mutable_review_by()));
  SIGNPOST_RETURN_IF_ERROR(ask_yes("Sensitive (yes or Enter): ", yes));
  involvement.set_sensitive(yes);
  const bool dates_exist = IsRealDate(involvement.start_on()) &&
                           (involvement.review_by().empty() || IsRealDate(involvement.review_by()));
  if (dates_exist) return absl::OkStatus();
  return absl::InvalidArgumentError("a date is not a date YYYY-MM-DD that exists");
}

void AddChild(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "child", "Your authority's own records of children");
  CLI::App* show = AddVerb(*noun, "show", "One record and its involvements; reading is recorded");
  auto options = std::make_shared<RecordOptions>();
  AddReferences(*show, *options, false);
  show->callback([&context, options] {
    context.action = [&context, options] { return ShowChild(context, *options); };
  });
}

void AddInvolvement(CLI::App& root, Context& context) {
  CLI::App* noun =
      AddNoun(root, "involvement", "Who in your authority works with a child: open, close");
  CLI::App* open = AddVerb(*noun, "open", "Record that a service works with a child");
  auto opened = std::make_shared<RecordOptions>();
  AddReferences(*open, *opened, true);
  open->add_option("--file", opened->file, "The details as JSON")->type_name("PATH");
  open->footer(kInvolvementHelp + WrappedServices());
  open->callback([&context, opened] {
    context.action = [&context, opened] { return OpenInvolvement(context, *opened); };
  });
  CLI::App* close = AddVerb(*noun, "close", "Record that a service has ended its work");
  auto closed = std::make_shared<RecordOptions>();
  AddReferences(*close, *closed, true);
  auto* file = close->add_option("--file", closed->file,
                                 "The last day as JSON: {\"end_on\": \"YYYY-MM-DD\"}");
  file->type_name("PATH");
  close->add_flag("--today", closed->today, "Its last day is today")->excludes(file);
  close->footer("Without --today and --file the last day is asked for at the terminal.");
  close->callback([&context, closed] {
    context.action = [&context, closed] { return CloseInvolvement(context, *closed); };
  });
}

}  // namespace signpost::cli
