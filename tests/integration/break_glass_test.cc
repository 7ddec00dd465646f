// A question with the glass broken, from its warning to the reviews that it leaves at
// both ends.
#include <catch2/catch.hpp>

#include "tests/integration/calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

// The asker's child is shielded at the other authority.
void FillShielded(TestFederation& federation) {
  federation.Hold(0, "a");
  federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("s", true));
  federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("s"));
  REQUIRE(federation.WaitReady());
}

v1::AskRequest Broken(TestFederation& federation) {
  v1::AskRequest request = federation.ByCase("a");
  request.set_break_glass_reason("child in danger tonight");
  request.set_break_glass_understood(true);
  return request;
}

std::vector<v1::DeskItem> Reviews(TestFederation& federation, int authority) {
  std::vector<v1::DeskItem> items;
  REQUIRE(ListDesk({federation, authority, "officer"}, v1::REVIEWS, &items).ok());
  return items;
}

void CheckNothingSent(TestFederation& federation) {
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
  CHECK(federation.CountAudit(0, v1::AuditRow::BREAK_GLASS) == 0);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  CHECK(Reviews(federation, 0).empty());
  CHECK(Reviews(federation, 1).empty());
}

TEST_CASE("Without the warning the glass does not break and the attempt is recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  v1::AskRequest request = Broken(federation);
  request.set_break_glass_understood(false);
  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, request, &ledger);
  CHECK(status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(ReasonOf(status) == "BREAK_GLASS_WARNING");
  CHECK(status.error_message() ==
        "this alerts the privacy officer of both authorities and will be reviewed");
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ENDED);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].note() == "BREAK_GLASS_WARNING");
  CHECK(rows[0].case_reference() == "a");

  // The warned person asks with the same request id: it was not put before.
  request.set_break_glass_understood(true);
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::ASK_DESK);
}

TEST_CASE("Broken glass tells the desk to ask and leaves a review at both ends") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  FillShielded(federation);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, Broken(federation), &ledger).ok());
  const v1::LedgerRow& row = RowOf(ledger, kHolder);
  CHECK(row.outcome() == v1::ASK_DESK);
  CHECK(row.answer().signposts_size() == 0);
  CHECK(row.answer().desk().telephone() == "01632 960001");
  CHECK(RowOf(ledger, TestFederation::Code(2)).outcome() == v1::NOTHING_TO_REPORT);

  for (const int end : {0, 1}) {
    const auto reviews = Reviews(federation, end);
    REQUIRE(reviews.size() == 1);
    CHECK(reviews[0].kind() == v1::REVIEW_BREAK_GLASS);
    CHECK(reviews[0].state() == v1::OPEN);
    CHECK(reviews[0].due_ms() > federation.clock().NowMs());
    CHECK(reviews[0].asker().person() == "A. practitioner");
    CHECK(reviews[0].asker().break_glass_reason() == "child in danger tonight");
    CHECK(federation.CountAudit(end, v1::AuditRow::BREAK_GLASS) == 1);
  }
  CHECK(Reviews(federation, 0)[0].question_reference() == ledger.started().question_reference());
  const v1::AuditRow broken = RowsOfKind(federation, 0, v1::AuditRow::BREAK_GLASS)[0];
  CHECK(broken.question_reference() == ledger.started().question_reference());
  CHECK(broken.case_reference() == "a");
  // Recorded with the question, before it left.
  const v1::AuditRow asked = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ASKED)[0];
  CHECK(broken.number() == asked.number() + 1);
  // Who held nothing has nothing to review.
  CHECK(Reviews(federation, 2).empty());
}

TEST_CASE("The glass is broken for one question and the next one is told nothing") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  const v1::AskRequest request = Broken(federation);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::ASK_DESK);

  v1::Ledger next;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &next).ok());
  CHECK(RowOf(next, kHolder).outcome() == v1::NOTHING_TO_REPORT);

  // Replayed: not asked, not told, and no second review.
  v1::Ledger replayed;
  CHECK(ReasonOf(federation.Ask(0, request, &replayed)) == "ALREADY_ASKED");
  CHECK(replayed.rows_size() == 0);
  CHECK(Reviews(federation, 0).size() == 1);
  CHECK(Reviews(federation, 1).size() == 1);
  CHECK(federation.CountAudit(0, v1::AuditRow::BREAK_GLASS) == 1);
}

TEST_CASE("Whom the table does not let breaks no glass and it is recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  for (const v1::Purpose purpose : {v1::S17_ASSESSMENT, v1::TRANSFER_IN, v1::MASH_TRIAGE}) {
    v1::AskRequest request = Broken(federation);
    request.set_purpose(purpose);
    v1::Ledger ledger;
    REQUIRE(federation.Ask(0, request, &ledger).ok());
    CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
    CHECK(ledger.summary().refusal_reason() == "MAY_NOT_BREAK_GLASS");
    CHECK(ledger.rows_size() == 0);
  }
  CheckNothingSent(federation);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ENDED);
  REQUIRE(rows.size() == 3);
  for (const v1::AuditRow& row : rows) CHECK(row.note() == "MAY_NOT_BREAK_GLASS");
}

TEST_CASE("A blank second reason is refused") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  for (const std::string reason : {"", "  ", "\t\n"}) {
    v1::AskRequest request = Broken(federation);
    request.set_break_glass_reason(reason);
    v1::Ledger ledger;
    const grpc::Status status = federation.Ask(0, request, &ledger);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ReasonOf(status) == "DETAILS");
  }
  CheckNothingSent(federation);
}

TEST_CASE("Who broke the glass does not review it whatever their other roles") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  v1::User both;
  both.set_id("practitioner/practitioner");
  both.set_name("A. practitioner");
  both.add_roles("SOCIAL_WORKER");
  both.add_roles("PRIVACY_OFFICER");
  REQUIRE(PutUser({federation, 0, "admin"}, both).ok());
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, Broken(federation), &ledger).ok());
  const uint64_t number = Reviews(federation, 0)[0].number();
  CHECK(ReasonOf(Decide({federation, 0, "practitioner"}, number, true)) == "SECOND_PERSON");
  CHECK(ReasonOf(Decide({federation, 0, "desk"}, number, true)) != "");
  CHECK(Reviews(federation, 0)[0].state() == v1::OPEN);
  CHECK(Decide({federation, 0, "officer"}, number, true).ok());
  CHECK(Reviews(federation, 0)[0].state() == v1::CONFIRMED);
}

TEST_CASE("Nobody reviews the glass that their case system broke for them") {
  // Went wrong: the case system was the requester, and the person whom it had asserted confirmed
  // their own broken glass.
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  FillShielded(federation);
  v1::User both;
  both.set_id("practitioner/practitioner");
  both.set_name("A. practitioner");
  both.add_roles("SOCIAL_WORKER");
  both.add_roles("PRIVACY_OFFICER");
  REQUIRE(PutUser({federation, 0, "admin"}, both).ok());
  for (const std::string id : {"practitioner/practitioner", ""}) {
    v1::AskRequest request = Broken(federation);
    v1::AssertedPerson* person = request.mutable_asserted_person();
    person->set_id(id);
    person->set_name("A. practitioner");
    person->set_role(v1::SOCIAL_WORKER);
    person->set_telephone("01632 960999");
    v1::Ledger ledger;
    const grpc::Status asked = federation.AskAs(0, "cases", request, &ledger);
    INFO(asked.error_message());
    REQUIRE(asked.ok());
  }
  const auto reviews = Reviews(federation, 0);
  REQUIRE(reviews.size() == 2);
  for (const v1::DeskItem& review : reviews) {
    CHECK(ReasonOf(Decide({federation, 0, "practitioner"}, review.number(), true)) ==
          "SECOND_PERSON");
    CHECK(Decide({federation, 0, "officer"}, review.number(), true).ok());
  }
}

}  // namespace
}  // namespace signpost::testing
