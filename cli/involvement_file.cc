// An involvement from a JSON file or from prompts.
#include "cli/checked_prompt.h"
#include "cli/json_reader.h"
#include "cli/personal.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/words.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr size_t kMaxEmailBytes = 120;

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

// Sensitive by default (the ContactPoint regulations, SI 2007/2182): so consent is asked about.
bool IsSensitive(const v1::Involvement& involvement) {
  return involvement.sensitive() || involvement.service() == v1::SEXUAL_HEALTH ||
         involvement.service() == v1::MENTAL_HEALTH ||
         involvement.service() == v1::SUBSTANCE_MISUSE;
}

absl::Status PromptForConsent(Prompter& prompter, v1::Involvement& involvement) {
  if (!IsSensitive(involvement)) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string giver,
      PromptForText(prompter,
                    "Consent to telling of it was given by (Enter: nobody): ", kMaxPersonBytes));
  if (giver.empty()) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const std::string day,
                            PromptForDate(prompter, "Consent was given on (YYYY-MM-DD): "));
  if (day.empty()) return absl::InvalidArgumentError("consent has a day on which it was given");
  involvement.mutable_consent()->set_given_by(giver);
  involvement.mutable_consent()->set_given_on(day);
  return absl::OkStatus();
}

}  // namespace

std::string InvolvementFileHelp() {
  return R"(Without --file the details are asked for at the terminal. File (JSON; an unknown
key is refused):
  {"service": "early-help", "organisation": "", "team": "",
   "practitioner": "", "practitioner_role": "", "telephone": "", "email": "",
   "lead_professional": false, "assessment_exists": false,
   "start_on": "YYYY-MM-DD", "review_by": "YYYY-MM-DD", "sensitive": false,
   "consent": {"given_by": "", "given_on": "YYYY-MM-DD", "withdrawn_on": ""}}
service and start_on must be there. Services:)" +
         WrappedServices();
}

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
  SIGNPOST_RETURN_IF_ERROR(PromptForConsent(prompter, involvement));
  const bool dates_exist = IsRealDate(involvement.start_on()) &&
                           (involvement.review_by().empty() || IsRealDate(involvement.review_by()));
  if (dates_exist) return absl::OkStatus();
  return absl::InvalidArgumentError("a date is not a date YYYY-MM-DD that exists");
}

}  // namespace signpost::cli
