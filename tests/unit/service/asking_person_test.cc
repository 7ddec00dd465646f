#include "node/service/asking_person.h"

#include <catch2/catch.hpp>

#include "proto/transport/errors.h"
#include "tests/unit/service/people.h"

namespace signpost::node {
namespace {

using testing::MakeSystem;
using testing::MakeUser;

v1::AskRequest Question(v1::Purpose purpose = v1::S47_ENQUIRY) {
  v1::AskRequest request;
  request.set_request_id(std::string(16, 'r'));
  request.set_case_reference("L-1");
  request.set_purpose(purpose);
  return request;
}

v1::AskRequest Asserting(const std::string& name, v1::Role role, const std::string& id = "") {
  v1::AskRequest request = Question();
  v1::AssertedPerson* person = request.mutable_asserted_person();
  person->set_id(id);
  person->set_name(name);
  person->set_organisation("Team 4");
  person->set_role(role);
  person->set_telephone("01632 960999");
  return request;
}

struct World {
  testing::UserWorld users{{MakeUser("practitioner/early", {"EARLY_HELP_WORKER"}),
                            MakeUser("practitioner/desk", {"DESK_WORKER"}),
                            MakeUser("practitioner/officer", {"PRIVACY_OFFICER"}),
                            MakeUser("practitioner/ended", {"SOCIAL_WORKER"}),
                            MakeSystem("system/cases", {"DATA_MANAGER"}, {"SOCIAL_WORKER"})}};
  DisclosureTable table = DisclosureTable::Of(v1::Policy());

  World() {
    v1::User ended = MakeUser("practitioner/ended", {"SOCIAL_WORKER"});
    ended.set_expires_on("2026-01-01");
    REQUIRE(users.users().Put(ended, users.Admin()).ok());
  }
  absl::StatusOr<AskingPerson> Judge(const std::string& who, const v1::AskRequest& request) {
    const auto caller = users.Identify(who);
    REQUIRE(caller.ok());
    return JudgeAskingPerson(request, *caller, users.users(), table, DayOf(users.clock.NowMs()));
  }
  std::string Refused(const std::string& who, const v1::AskRequest& request) {
    const auto person = Judge(who, request);
    return person.ok() ? std::string(AskRefusalName(person->refusal))
                       : DetailsOf(person.status()).reason;
  }
};

}  // namespace

TEST_CASE("A person asks as the person of their certificate") {
  World world;
  const auto person = world.Judge("practitioner/worker", Question());
  REQUIRE(person.ok());
  CHECK(person->refusal == AskRefusal::kNone);
  CHECK(person->intro.person() == "A. Example");
  CHECK(!person->intro.person_asserted());
  CHECK(person->intro.role() == v1::SOCIAL_WORKER);
  CHECK(person->intro.organisation() == "Leeds");
  CHECK(person->intro.contact_telephone() == "01632 960001");
  CHECK(person->asserted.empty());
}

TEST_CASE("A person who asserts another person is refused") {
  World world;
  CHECK(world.Refused("practitioner/worker", Asserting("B. Other", v1::SOCIAL_WORKER)) ==
        "MAY_NOT_ASSERT");
  CHECK(world.Refused("practitioner/worker", Asserting("A. Example", v1::SOCIAL_WORKER,
                                                       "practitioner/worker")) == "MAY_NOT_ASSERT");
}

TEST_CASE("A system names the person it asks for and everybody is told that it is asserted") {
  World world;
  const auto person = world.Judge("system/cases", Asserting("B. Other", v1::SOCIAL_WORKER));
  REQUIRE(person.ok());
  CHECK(person->refusal == AskRefusal::kNone);
  CHECK(person->intro.person() == "B. Other");
  CHECK(person->intro.person_asserted());
  CHECK(person->intro.role() == v1::SOCIAL_WORKER);
  CHECK(person->intro.organisation() == "Team 4");
  CHECK(person->intro.contact_telephone() == "01632 960999");
  CHECK(person->asserted == "B. Other");
}

TEST_CASE("A system that names nobody may ask about the quality of records only") {
  World world;
  CHECK(world.Refused("system/cases", Question()) == "MAY_NOT_ASSERT");
  CHECK(world.Refused("system/cases", Asserting("", v1::SOCIAL_WORKER)) == "MAY_NOT_ASSERT");
  const auto quality = world.Judge("system/cases", Question(v1::DATA_QUALITY));
  REQUIRE(quality.ok());
  CHECK(quality->refusal == AskRefusal::kNone);
  CHECK(quality->intro.person() == "Case system");
  CHECK(!quality->intro.person_asserted());
}

TEST_CASE("A system may not name a person of a role that it is not given") {
  World world;
  for (const v1::Role role : {v1::DESK_WORKER, v1::HEALTH_WORKER, v1::PRIVACY_OFFICER,
                              v1::NODE_ADMIN, v1::ROLE_UNSPECIFIED}) {
    CHECK(world.Refused("system/cases", Asserting("B. Other", role)) == "MAY_NOT_ASSERT");
  }
}

TEST_CASE("A system that names somebody of the user table is held to that entry") {
  World world;
  const auto as = [&](const std::string& id) {
    return world.Refused("system/cases", Asserting("Somebody Else", v1::SOCIAL_WORKER, id));
  };
  CHECK(as("practitioner/worker").empty());
  CHECK(as("practitioner/early") == "MAY_NOT_ASSERT");   // not of that role
  CHECK(as("practitioner/ended") == "MAY_NOT_ASSERT");   // expired
  CHECK(as("practitioner/nobody") == "MAY_NOT_ASSERT");  // not there
  CHECK(as("system/cases") == "MAY_NOT_ASSERT");         // no person
  REQUIRE(world.users.users().Remove("practitioner/worker", world.users.Admin()).ok());
  CHECK(as("practitioner/worker") == "MAY_NOT_ASSERT");  // removed
}

TEST_CASE("Somebody of the user table is called what the table calls them") {
  World world;
  const auto person = world.Judge(
      "system/cases", Asserting("Somebody Else", v1::SOCIAL_WORKER, "practitioner/worker"));
  REQUIRE(person.ok());
  CHECK(person->intro.person() == "A. Example");
  CHECK(person->intro.organisation() == "Leeds");
  CHECK(person->asserted == "A. Example");
}

TEST_CASE("Who owes the review is the person whom a system asserts by their id") {
  // Went wrong: the case system stood for every person it asked for, so that none of them was the
  // one who may not review the broken glass.
  World world;
  const auto requester = [&](const std::string& who, const v1::AskRequest& request) {
    const auto person = world.Judge(who, request);
    REQUIRE(person.ok());
    return person->requester;
  };
  const UserTable& users = world.users.users();
  CHECK(requester("system/cases", Asserting("", v1::SOCIAL_WORKER, "practitioner/worker")) ==
        users.SpiffeId("practitioner/worker"));
  CHECK(requester("system/cases", Asserting("C. Asserted", v1::SOCIAL_WORKER)) ==
        users.SpiffeId("system/cases"));
  CHECK(requester("practitioner/worker", Question()) == users.SpiffeId("practitioner/worker"));
}

TEST_CASE("Only a desk asks on behalf of somebody else and both are named") {
  World world;
  v1::AskRequest request = Question();
  request.set_on_behalf_of("Dr C. Caller");
  CHECK(world.Refused("practitioner/worker", request) == "MAY_NOT_MEDIATE");
  CHECK(world.Refused("practitioner/early", request) == "PURPOSE_NOT_FOR_ROLE");
  const auto desk = world.Judge("practitioner/desk", request);
  REQUIRE(desk.ok());
  CHECK(desk->refusal == AskRefusal::kNone);
  CHECK(desk->intro.person() == "A. Example");
  CHECK(desk->intro.on_behalf_of() == "Dr C. Caller");
  request.set_on_behalf_of("   ");
  CHECK(world.Refused("practitioner/desk", request) == "DETAILS");
}

TEST_CASE("The glass breaks only after the warning and with a reason and for whom the table lets") {
  World world;
  v1::AskRequest request = Question();
  request.set_break_glass_reason("child in danger tonight");
  REQUIRE(world.Judge("practitioner/worker", request).ok());
  CHECK(world.Judge("practitioner/worker", request)->unwarned);
  CHECK(absl::IsFailedPrecondition(BreakGlassWarning()));
  CHECK(DetailsOf(BreakGlassWarning()).reason == "BREAK_GLASS_WARNING");
  CHECK(BreakGlassWarning().message() ==
        "this alerts the privacy officer of both authorities and will be reviewed");

  request.set_break_glass_understood(true);
  const auto warned = world.Judge("practitioner/worker", request);
  REQUIRE(warned.ok());
  CHECK(warned->refusal == AskRefusal::kNone);
  CHECK(!warned->unwarned);
  CHECK(warned->context.breaks_glass);
  CHECK(warned->intro.break_glass_reason() == "child in danger tonight");

  // A purpose for which the table lets nobody, and a role that it does not let.
  request.set_purpose(v1::S17_ASSESSMENT);
  CHECK(world.Refused("practitioner/worker", request) == "MAY_NOT_BREAK_GLASS");
  request.set_purpose(v1::MISSING_CHILD);
  CHECK(world.Refused("practitioner/early", request) == "MAY_NOT_BREAK_GLASS");
  CHECK(world.Refused("practitioner/worker", request).empty());

  request.set_break_glass_reason(" \t ");
  CHECK(world.Refused("practitioner/worker", request) == "DETAILS");
  request.clear_break_glass_reason();
  CHECK(world.Refused("practitioner/worker", request) == "DETAILS");
}

TEST_CASE("Who may not break the glass reads so before any warning") {
  World world;
  v1::AskRequest request = Question(v1::S17_ASSESSMENT);
  request.set_break_glass_reason("curious");
  CHECK(world.Refused("practitioner/worker", request) == "MAY_NOT_BREAK_GLASS");
}

TEST_CASE("Privacy officers and administrators do not ask") {
  World world;
  CHECK(world.Refused("practitioner/officer", Question()) == "ROLE_MAY_NOT_ASK");
  CHECK(world.Refused("practitioner/admin", Question()) == "ROLE_MAY_NOT_ASK");
}

TEST_CASE("Under a policy that this node does not know nobody asks") {
  World world;
  v1::Policy policy;
  policy.set_version(7);
  policy.set_format(kPolicyFormat + 1);
  world.table = DisclosureTable::Of(policy);
  CHECK(world.Refused("practitioner/worker", Question()) == "POLICY_UNKNOWN");
  CHECK(world.Refused("practitioner/desk", Question()) == "POLICY_UNKNOWN");
}

TEST_CASE("Texts beyond their limits are refused") {
  World world;
  v1::AskRequest request = Question();
  request.set_lawful_basis(std::string(101, 'x'));
  CHECK(world.Refused("practitioner/worker", request) == "DETAILS");
  v1::AskRequest asserting = Asserting(std::string(121, 'x'), v1::SOCIAL_WORKER);
  CHECK(world.Refused("system/cases", asserting) == "DETAILS");
}

TEST_CASE(
    "A person of the desk asks about an own protected child as the desk and nobody else does") {
  World world;
  const auto as_desk = [&](const std::string& who) {
    const auto person = world.Judge(who, Question());
    REQUIRE(person.ok());
    return AsDesk(*person, *world.users.Identify(who), world.table);
  };
  CHECK(!as_desk("practitioner/worker"));
  REQUIRE(as_desk("practitioner/desk"));
  CHECK(as_desk("practitioner/desk")->context.approved_own);
  CHECK(as_desk("practitioner/desk")->intro.role() == v1::DESK_WORKER);

  // Whoever is both a social worker and of the desk asks as the desk then.
  REQUIRE(world.users.users()
              .Put(MakeUser("practitioner/worker", {"SOCIAL_WORKER", "DESK_WORKER"}),
                   world.users.Admin())
              .ok());
  REQUIRE(as_desk("practitioner/worker"));
  CHECK(as_desk("practitioner/worker")->intro.role() == v1::DESK_WORKER);

  // A system is no person of the desk, whomever it may assert.
  REQUIRE(
      world.users.users()
          .Put(MakeSystem("system/cases", {"DESK_WORKER"}, {"DESK_WORKER"}), world.users.Admin())
          .ok());
  const auto asserted = world.Judge("system/cases", Asserting("B. Other", v1::DESK_WORKER));
  REQUIRE(asserted.ok());
  CHECK(asserted->refusal == AskRefusal::kNone);
  CHECK(!AsDesk(*asserted, *world.users.Identify("system/cases"), world.table));
}

}  // namespace signpost::node
