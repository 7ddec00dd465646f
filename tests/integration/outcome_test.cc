// What becomes of a signpost: whom a question pointed to, and whether contact was made.
#include <catch2/catch.hpp>

#include "tests/integration/calls.h"
#include "tests/integration/care_calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

v1::RecordContactRequest Contact(const std::string& question, v1::Contact contact,
                                 const std::string& on = DaysAgo(0)) {
  v1::RecordContactRequest request;
  request.set_question_reference(question);
  request.set_member(kHolder);
  request.set_contact(contact);
  request.set_contact_on(on);
  return request;
}

// Asks about the own case; the one other authority that reports is kHolder.
std::string Ask(TestFederation& federation) {
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  return ledger.started().question_reference();
}

void Fill(TestFederation& federation) {
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
}

TEST_CASE("Every other authority that a ledger points to is a signpost and the own one is not") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  const std::string question = Ask(federation);
  std::vector<v1::SignpostRecord> own;
  REQUIRE(ListSignposts({federation, 0, "practitioner"}, &own).ok());
  REQUIRE(own.size() == 1);
  CHECK(own[0].question_reference() == question);
  CHECK(own[0].member() == kHolder);
  CHECK(own[0].case_reference() == "a");
  CHECK(own[0].outcome() == v1::INVOLVED_NOW);
  CHECK(own[0].contact() == v1::CONTACT_UNSPECIFIED);
  CHECK(own[0].answered_ms() > 0);
}

// A merge renamed a signpost's case to the shielded record that stays, and its asker read the name.
TEST_CASE("A signpost does not name the shielded record into which its own was merged") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string question = Ask(federation);
  const As manager{federation, 0, "manager"};
  federation.Hold(0, "stays");
  v1::ProtectionReply shielded;
  REQUIRE(Shield(manager, "stays", &shielded).ok());
  REQUIRE(DecideDuplicate(manager, "stays", "a", v1::MERGE).ok());
  std::vector<v1::SignpostRecord> own;
  REQUIRE(ListSignposts({federation, 0, "practitioner"}, &own).ok());
  REQUIRE(own.size() == 1);
  CHECK(own[0].question_reference() == question);
  CHECK(own[0].case_reference().empty());
  v1::SignpostRecord record;
  REQUIRE(
      RecordContact({federation, 0, "practitioner"}, Contact(question, v1::MADE), &record).ok());
  CHECK(record.case_reference().empty());
  std::vector<v1::SignpostRecord> all;
  REQUIRE(ListSignposts(manager, &all).ok());
  REQUIRE(all.size() == 1);
  CHECK(all[0].case_reference() == "stays");
}

TEST_CASE("A practitioner sees and records their own signposts and no others") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string question = Ask(federation);
  for (const std::string person : {"desk", "admin", "cases"}) {
    std::vector<v1::SignpostRecord> seen;
    REQUIRE(ListSignposts({federation, 0, person}, &seen).ok());
    CHECK(seen.size() == (person == "cases" ? 1U : 0U));  // the system is a data manager
  }
  for (const std::string person : {"manager", "officer"}) {
    std::vector<v1::SignpostRecord> seen;
    REQUIRE(ListSignposts({federation, 0, person}, &seen).ok());
    CHECK(seen.size() == 1);
  }
  v1::SignpostRecord record;
  const grpc::Status others =
      RecordContact({federation, 0, "desk"}, Contact(question, v1::MADE), &record);
  const grpc::Status unknown =
      RecordContact({federation, 0, "desk"}, Contact("2222-2222", v1::MADE), &record);
  CHECK(ReasonOf(others) == "NO_SUCH_SIGNPOST");
  CHECK(others.error_message() == unknown.error_message());
  CHECK(RecordContact({federation, 0, "practitioner"}, Contact(question, v1::MADE), &record).ok());
}

TEST_CASE("The last word on a contact counts and each is in the audit") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string question = Ask(federation);
  const As person{federation, 0, "practitioner"};
  v1::SignpostRecord record;
  REQUIRE(RecordContact(person, Contact(question, v1::NOT_MADE), &record).ok());
  CHECK(record.contact() == v1::NOT_MADE);
  v1::AgeingReport report;
  REQUIRE(GetAgeing(person, &report).ok());
  CHECK(report.signposts() == 1);
  CHECK(report.not_made() == 1);

  REQUIRE(RecordContact(person, Contact(question, v1::MADE), &record).ok());
  CHECK(record.contact() == v1::MADE);
  CHECK(record.contact_on() == DaysAgo(0));
  CHECK(record.member() == kHolder);
  REQUIRE(GetAgeing(person, &report).ok());
  CHECK(report.made() == 1);
  CHECK(report.not_made() == 0);
  std::vector<v1::SignpostRecord> open;
  REQUIRE(ListSignposts(person, &open, true).ok());
  CHECK(open.empty());

  std::vector<std::string> notes;
  for (const v1::AuditRow& row : RowsOfKind(federation, 0, v1::AuditRow::RECORD_CHANGED)) {
    if (row.question_reference() == question) notes.push_back(row.note());
  }
  CHECK(notes == std::vector<std::string>{"CONTACT_MADE", "CONTACT_NOT_MADE"});
}

TEST_CASE("A contact of tomorrow or of no day or without a word is refused") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string question = Ask(federation);
  const As person{federation, 0, "practitioner"};
  v1::SignpostRecord record;
  for (const v1::RecordContactRequest& bad :
       {Contact(question, v1::MADE, DaysAgo(-2)), Contact(question, v1::MADE, "yesterday"),
        Contact(question, v1::MADE, ""), Contact(question, v1::CONTACT_UNSPECIFIED)}) {
    const grpc::Status status = RecordContact(person, bad, &record);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ReasonOf(status) == "DETAILS");
  }
  v1::AgeingReport report;
  REQUIRE(GetAgeing(person, &report).ok());
  CHECK(report.open_2_days() == 1);
}

TEST_CASE("A question that points to nobody leaves no signpost") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("s", true));
  REQUIRE(federation.WaitReady());
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  std::vector<v1::SignpostRecord> own;
  REQUIRE(ListSignposts({federation, 0, "practitioner"}, &own).ok());
  CHECK(own.empty());
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ENDED) == 1);
}

}  // namespace
}  // namespace signpost::testing
