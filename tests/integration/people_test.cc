// Who may ask and act at a node: its user table, systems that assert a person, and
// desks that ask on behalf of a caller, through the real services.
#include <catch2/catch.hpp>

#include "proto/directory/disclosure.h"
#include "tests/integration/calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

std::string IdOf(const std::string& who) {
  return "spiffe://signpost.example/authority/" + TestFederation::Code(0) + "/" + who;
}

v1::User Worker(const std::string& id) {
  v1::User user;
  user.set_id("practitioner/" + id);
  user.set_name("B. " + id);
  user.add_roles("SOCIAL_WORKER");
  return user;
}

v1::AskRequest Asserting(TestFederation& federation, const std::string& name, v1::Role role) {
  v1::AskRequest request = federation.ByCase("a");
  v1::AssertedPerson* person = request.mutable_asserted_person();
  person->set_name(name);
  person->set_organisation("Team 4");
  person->set_role(role);
  person->set_telephone("01632 960999");
  return request;
}

// Two authorities that hold the child; nothing of it is asked yet.
void Fill(TestFederation& federation) {
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
}

void CheckNothingSent(TestFederation& federation) {
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("A user whose entry has ended is refused by every service and it is recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::User ended = Worker("practitioner");
  ended.set_expires_on(DaysAgo(1));
  REQUIRE(PutUser({federation, 0, "admin"}, ended).ok());

  v1::Ledger ledger;
  const grpc::Status asked = federation.Ask(0, federation.ByCase("a"), &ledger);
  CHECK(asked.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(asked) == "USER_EXPIRED");
  v1::AgeingReport report;
  CHECK(ReasonOf(GetAgeing({federation, 0, "practitioner"}, &report)) == "USER_EXPIRED");
  CheckNothingSent(federation);

  const auto refused = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  REQUIRE(refused.size() == 2);
  for (const v1::AuditRow& row : refused) {
    CHECK(row.note() == "USER_EXPIRED");
    CHECK(row.actor() == IdOf("practitioner/practitioner"));
  }
}

TEST_CASE("A removed user is refused at once and the configuration does not bring them back") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  REQUIRE(RemoveUser({federation, 0, "admin"}, "practitioner/practitioner").ok());
  CHECK(ReasonOf(federation.Ask(0, federation.ByCase("a"), &ledger)) == "UNKNOWN_PERSON");
  federation.StopNode(0);
  federation.StartNode(0);
  REQUIRE(federation.WaitReady());
  CHECK(ReasonOf(federation.Ask(0, federation.ByCase("a"), &ledger)) == "UNKNOWN_PERSON");
  CHECK(RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED).size() == 2);

  std::vector<v1::UserRecord> users;
  REQUIRE(ListUsers({federation, 0, "officer"}, &users).ok());
  for (const v1::UserRecord& record : users) {
    CHECK(record.removed() == (record.user().id() == "practitioner/practitioner"));
  }
}

TEST_CASE("A person who was added at the node asks without a restart") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  federation.IssueStranger(0, "newcomer");
  v1::Ledger ledger;
  CHECK(ReasonOf(federation.AskAs(0, "newcomer", federation.ByCase("a"), &ledger)) ==
        "UNKNOWN_PERSON");
  REQUIRE(PutUser({federation, 0, "admin"}, Worker("newcomer")).ok());
  REQUIRE(federation.AskAs(0, "newcomer", federation.ByCase("a"), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("Only an administrator changes the user table and whoever tries is recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  for (const std::string person : {"practitioner", "manager", "officer", "desk", "cases"}) {
    const grpc::Status put = PutUser({federation, 0, person}, Worker("friend"));
    CHECK(put.error_code() == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(ReasonOf(put) == "NOT_PERMITTED");
    CHECK(ReasonOf(RemoveUser({federation, 0, person}, "practitioner/manager")) == "NOT_PERMITTED");
  }
  std::vector<v1::UserRecord> users;
  CHECK(ReasonOf(ListUsers({federation, 0, "practitioner"}, &users)) == "NOT_PERMITTED");
  CHECK(users.empty());
  CHECK(RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED).size() == 11);
  REQUIRE(ListUsers({federation, 0, "admin"}, &users).ok());
  for (const v1::UserRecord& record : users) CHECK(record.user().id() != "practitioner/friend");
}

TEST_CASE("Nobody becomes administrator and privacy officer and nobody promotes themselves") {
  TestFederation federation({.authorities = 1, .edit_directory = WideTimers});
  const As admin{federation, 0, "admin"};
  v1::User both = Worker("both");
  both.add_roles("NODE_ADMIN");
  both.add_roles("PRIVACY_OFFICER");
  const grpc::Status refused = PutUser(admin, both);
  CHECK(refused.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(ReasonOf(refused) == "DETAILS");

  v1::User self = Worker("admin");
  self.add_roles("NODE_ADMIN");
  CHECK(ReasonOf(PutUser(admin, self)) == "SECOND_PERSON");
  CHECK(ReasonOf(RemoveUser(admin, "practitioner/admin")) == "LAST_ADMIN");
  const auto refusals = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].note() == "SECOND_PERSON");
}

TEST_CASE("Changes of the user table are in the audit with who made them") {
  TestFederation federation({.authorities = 1, .edit_directory = WideTimers});
  const size_t before = RowsOfKind(federation, 0, v1::AuditRow::USER_CHANGED).size();
  CHECK(before == static_cast<size_t>(federation.config(0).users_size()));
  REQUIRE(PutUser({federation, 0, "admin"}, Worker("newcomer")).ok());
  REQUIRE(RemoveUser({federation, 0, "admin"}, "practitioner/newcomer").ok());
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::USER_CHANGED);
  REQUIRE(rows.size() == before + 2);
  CHECK(rows[0].note() == "REMOVED");
  CHECK(rows[1].note() == "ADDED");
  CHECK(rows[0].actor() == IdOf("practitioner/admin"));
  CHECK(rows[0].peer_person() == "practitioner/newcomer");
}

TEST_CASE("A flood of refused calls leaves a bounded record and hides nobody else") {
  TestFederation federation({.authorities = 1, .edit_directory = WideTimers});
  for (int i = 0; i < 40; ++i) {
    CHECK(ReasonOf(PutUser({federation, 0, "practitioner"}, Worker("friend"))) == "NOT_PERMITTED");
  }
  CHECK(ReasonOf(PutUser({federation, 0, "desk"}, Worker("friend"))) == "NOT_PERMITTED");
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  CHECK(rows.size() == 11);
  CHECK(rows[0].actor() == IdOf("practitioner/desk"));
  federation.clock().Shift(3'600'000);
  REQUIRE(federation.WaitUntil(
      [&] { return RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED).size() == 12; }));
  CHECK(RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED)[0].note() == "30 MORE");
}

TEST_CASE("A person whom a system asserts is recorded as asserted by both sides") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::Ledger ledger;
  const v1::AskRequest request = Asserting(federation, "C. Asserted", v1::SOCIAL_WORKER);
  REQUIRE(federation.AskAs(0, "cases", request, &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);

  for (const auto kind : {v1::AuditRow::QUESTION_ASKED, v1::AuditRow::QUESTION_ENDED}) {
    const auto own = RowsOfKind(federation, 0, kind);
    REQUIRE(own.size() == 1);
    CHECK(own[0].actor() == IdOf("system/cases"));
    CHECK(own[0].peer_person() == "C. Asserted");
    CHECK(own[0].role() == v1::SOCIAL_WORKER);
  }
  const auto claims = RowsOfKind(federation, 1, v1::AuditRow::CLAIM_MADE);
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].peer_person() == "C. Asserted");
  std::vector<v1::DeskItem> notices;
  REQUIRE(ListDesk({federation, 1, "desk"}, v1::NOTICES, &notices).ok());
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].asker().person() == "C. Asserted");
  CHECK(notices[0].asker().person_asserted());
  CHECK(notices[0].asker().contact_telephone() == "01632 960999");
}

TEST_CASE("A system asserting whom it may not is refused and recorded and nothing is sent") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  std::vector<v1::AskRequest> requests = {Asserting(federation, "C. Asserted", v1::POLICE_OFFICER),
                                          Asserting(federation, "C. Asserted", v1::DESK_WORKER),
                                          Asserting(federation, "", v1::SOCIAL_WORKER),
                                          federation.ByCase("a")};
  v1::AskRequest listed = Asserting(federation, "C. Asserted", v1::SOCIAL_WORKER);
  listed.mutable_asserted_person()->set_id("practitioner/desk");
  requests.push_back(listed);
  listed.set_request_id(federation.random().Bytes(16));
  listed.mutable_asserted_person()->set_id("practitioner/nobody");
  requests.push_back(listed);
  for (const v1::AskRequest& request : requests) {
    v1::Ledger ledger;
    const grpc::Status status = federation.AskAs(0, "cases", request, &ledger);
    CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(ReasonOf(status) == "MAY_NOT_ASSERT");
    CHECK(ledger.rows_size() == 0);
  }
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  REQUIRE(rows.size() == requests.size());
  CHECK(rows.back().note() == "MAY_NOT_ASSERT");
  CHECK(rows.back().actor() == IdOf("system/cases"));
  CHECK(rows.back().peer_person() == "C. Asserted");
}

TEST_CASE("A person who asserts somebody else is refused and recorded and nothing is sent") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  for (const std::string person : {"practitioner", "desk"}) {
    v1::Ledger ledger;
    const grpc::Status status = federation.AskAs(
        0, person, Asserting(federation, "C. Asserted", v1::SOCIAL_WORKER), &ledger);
    CHECK(ReasonOf(status) == "MAY_NOT_ASSERT");
  }
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].actor() == IdOf("practitioner/desk"));
}

TEST_CASE("A desk that asks for a caller has both identities in both audits") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::AskRequest request = federation.ByCase("a");
  request.set_on_behalf_of("Dr D. Caller");
  v1::Ledger ledger;
  REQUIRE(federation.AskAs(0, "desk", request, &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  const auto own = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ASKED);
  REQUIRE(own.size() == 1);
  CHECK(own[0].actor() == IdOf("practitioner/desk"));
  CHECK(own[0].on_behalf_of() == "Dr D. Caller");
  for (const auto kind : {v1::AuditRow::CLAIM_MADE, v1::AuditRow::DISCLOSURE}) {
    const auto theirs = RowsOfKind(federation, 1, kind);
    REQUIRE(theirs.size() == 1);
    CHECK(theirs[0].peer_person() == "A. desk");
    CHECK(theirs[0].on_behalf_of() == "Dr D. Caller");
  }
}

TEST_CASE("Whoever is not of the desk asks for nobody else and it is recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.mutable_policy()->set_version(7);
                             }});
  Fill(federation);
  v1::AskRequest request = federation.ByCase("a");
  request.set_on_behalf_of("Dr D. Caller");
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
  CHECK(ledger.summary().refusal_reason() == "MAY_NOT_MEDIATE");
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ENDED);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].outcome() == v1::REFUSED);
  CHECK(rows[0].note() == "MAY_NOT_MEDIATE");
  CHECK(rows[0].policy_version() == 7);
  CHECK(rows[0].on_behalf_of() == "Dr D. Caller");
}

TEST_CASE("Under a policy of an unknown format nobody asks and nobody is answered") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  REQUIRE(federation
              .Publish([](v1::Directory& directory) {
                directory.mutable_policy()->set_version(8);
                directory.mutable_policy()->set_format(kPolicyFormat + 1);
              })
              .ok());
  REQUIRE(federation.WaitUntil([&] {
    return federation.node(0).Status().directory_version() == federation.directory().version();
  }));
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
  CHECK(ledger.summary().refusal_reason() == "POLICY_UNKNOWN");
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ENDED);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].note() == "POLICY_UNKNOWN");
  CHECK(rows[0].policy_version() == 8);
}

}  // namespace
}  // namespace signpost::testing
