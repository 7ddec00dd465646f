#include "node/service/asking_person.h"

#include <utility>

#include "node/rules/people.h"
#include "proto/base/bytes.h"
#include "proto/question/fit.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

bool Blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

absl::Status BadDetails(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, message);
}

absl::Status MayNotAssert(std::string_view message) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kAssertion, message);
}

absl::Status CheckTexts(const v1::AskRequest& request) {
  if (!request.on_behalf_of().empty() && Blank(request.on_behalf_of())) {
    return BadDetails("on_behalf_of is blank: name the person for whom the desk asks");
  }
  if (!request.break_glass_reason().empty() && Blank(request.break_glass_reason())) {
    return BadDetails("break_glass_reason is blank: say why the glass is broken");
  }
  if (request.break_glass_understood() && request.break_glass_reason().empty()) {
    return BadDetails("break_glass_reason is missing: say why the glass is broken");
  }
  return absl::OkStatus();
}

// The person whom a system names, as its own entry has it where it has one.
absl::StatusOr<v1::AssertedPerson> Asserted(const v1::AskRequest& request, const Caller& caller,
                                            const UserTable& users, std::chrono::sys_days today) {
  v1::AssertedPerson person = request.asserted_person();
  const std::string prefix = users.SpiffeId("");
  const auto system =
      caller.id.starts_with(prefix) ? users.Find(caller.id.substr(prefix.size())) : std::nullopt;
  if (!system) return MayNotAssert("this caller may not name another person");
  std::optional<v1::User> listed;
  if (!person.id().empty()) {
    listed = users.Find(person.id());
    if (!listed) return MayNotAssert("the person that the system names is not in the user table");
    person.set_name(listed->name());
    person.set_organisation(listed->organisation());
    if (person.telephone().empty()) person.set_telephone(listed->telephone());
  }
  SIGNPOST_RETURN_IF_ERROR(JudgeAssertion(*system, person, listed ? &*listed : nullptr, today));
  return person;
}

AskContext ContextOfRequest(const v1::AskRequest& request) {
  AskContext context;
  context.purpose = request.purpose();
  context.has_purpose_text = !Blank(request.purpose_text());
  context.breaks_glass = !request.break_glass_reason().empty();
  context.mediated = !request.on_behalf_of().empty();
  return context;
}

v1::Intro IntroOf(const v1::AskRequest& request, const AskContext& context) {
  v1::Intro intro;
  intro.set_on_behalf_of(request.on_behalf_of());
  intro.set_role(context.role);
  intro.set_purpose(request.purpose());
  if (request.purpose() == v1::OTHER_PURPOSE) intro.set_purpose_text(request.purpose_text());
  intro.set_lawful_basis(request.lawful_basis());
  intro.set_contact_telephone(request.contact_telephone());
  intro.set_break_glass_reason(request.break_glass_reason());
  return intro;
}

void NamePerson(v1::Intro& intro, const std::string& name, const std::string& organisation,
                const std::string& telephone, bool asserted) {
  intro.set_person(name);
  intro.set_person_asserted(asserted);
  intro.set_organisation(organisation);
  if (intro.contact_telephone().empty()) intro.set_contact_telephone(telephone);
}

}  // namespace

absl::StatusOr<AskingPerson> JudgeAskingPerson(const v1::AskRequest& request, const Caller& caller,
                                               const UserTable& users, const DisclosureTable& table,
                                               std::chrono::sys_days today) {
  SIGNPOST_RETURN_IF_ERROR(CheckTexts(request));
  if (!caller.system && request.has_asserted_person()) {
    return MayNotAssert(
        "a person asks as the person of their own certificate and names nobody "
        "else; a desk asks on behalf of a caller");
  }
  const bool asserts =
      caller.system && (request.has_asserted_person() || request.purpose() != v1::DATA_QUALITY);
  AskingPerson person;
  person.context = ContextOfRequest(request);
  person.requester = caller.id;
  v1::AssertedPerson asserted;
  if (asserts) {
    SIGNPOST_ASSIGN_OR_RETURN(asserted, Asserted(request, caller, users, today));
    person.asserted = asserted.name();
    if (!asserted.id().empty()) person.requester = users.SpiffeId(asserted.id());
    person.context.role = asserted.role();
  } else {
    person.context.role = caller.AskingRole(table, person.context);
  }
  person.intro = IntroOf(request, person.context);
  if (asserts) {
    NamePerson(person.intro, asserted.name(), asserted.organisation(), asserted.telephone(), true);
  } else {
    NamePerson(person.intro, caller.name, caller.organisation, caller.telephone, false);
  }
  person.refusal = JudgeAsk(table, person.context);
  if (person.refusal != AskRefusal::kNone) return person;
  person.unwarned = person.context.breaks_glass && !request.break_glass_understood();
  const absl::Status fits = FitIntro(person.intro);
  if (!fits.ok()) return BadDetails(FromAbsl(fits.message()));
  return person;
}

absl::Status BreakGlassWarning() {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kBreakGlassWarning,
                   kBreakGlassWarningText);
}

std::optional<AskingPerson> AsDesk(const AskingPerson& person, const Caller& caller,
                                   const DisclosureTable& table) {
  if (caller.system || !caller.Has(v1::DESK_WORKER)) return std::nullopt;
  AskingPerson desk = person;
  desk.intro.set_role(v1::DESK_WORKER);
  desk.context.role = v1::DESK_WORKER;
  desk.context.approved_own = true;
  if (JudgeAsk(table, desk.context) != AskRefusal::kNone) return std::nullopt;
  return desk;
}

}  // namespace signpost::node
