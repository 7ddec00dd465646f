// Questions about an authority's own shielded child: asking can betray it, so they are
// the desk's alone, with a second person's approval, once.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/integration/calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);
constexpr int64_t kHourMs = 3'600'000;

// Shielded here under "s"; another child here under "o" is shielded too; known there.
void Fill(TestFederation& federation) {
  federation.Import(0, v1::IMPORT_CHILDREN, ZebedeeCsv("s", true));
  federation.Import(0, v1::IMPORT_CHILDREN,
                    "case_reference,given_name,family_name,date_of_birth,sex,postcode,shielded\n"
                    "o,Ophelia,Thistlewood,2012-07-21,F,LS2 7EW,yes\n");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
}

v1::AskRequest With(TestFederation& federation, const std::string& case_reference,
                    const std::string& approval) {
  v1::AskRequest request = federation.ByCase(case_reference);
  request.set_approval_reference(approval);
  return request;
}

// Asked for by `desk`, and confirmed by the other person of the desk if `confirm` says so.
std::string Approved(TestFederation& federation, const std::string& desk,
                     const std::string& case_reference, bool confirm = true) {
  v1::DeskItem item;
  const grpc::Status requested =
      RequestApproval({federation, 0, desk}, case_reference, v1::S47_ENQUIRY, &item);
  INFO(requested.error_message());
  REQUIRE(requested.ok());
  if (confirm) {
    const std::string second = desk == "desk" ? "desk2" : "desk";
    REQUIRE(Decide({federation, 0, second}, item.number(), true).ok());
  }
  return std::to_string(item.number());
}

std::string Refused(TestFederation& federation, const std::string& person,
                    const v1::AskRequest& request) {
  v1::Ledger ledger;
  const grpc::Status status = federation.AskAs(0, person, request, &ledger);
  CHECK(ledger.rows_size() == 0);
  return ReasonOf(status);
}

// What an audit row says but for its number and time.
std::string Said(v1::AuditRow row) {
  row.clear_number();
  row.clear_at_ms();
  return row.SerializeAsString();
}

TEST_CASE("An own shielded case reads like an unknown one to everybody but the desk") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  for (const std::string person : {"practitioner", "manager", "cases"}) {
    const auto ask = [&](const std::string& case_reference) {
      v1::AskRequest request = federation.ByCase(case_reference);
      if (person != "practitioner") request.set_purpose(v1::DATA_QUALITY);
      request.set_approval_reference("1");
      v1::Ledger ledger;
      return federation.AskAs(0, person, request, &ledger);
    };
    const grpc::Status own = ask("s");
    const v1::AuditRow own_row = federation.Audit(0)[0];
    const grpc::Status unknown = ask("x");
    v1::AuditRow unknown_row = federation.Audit(0)[0];
    CHECK(ReasonOf(own) == "NO_SUCH_CASE");
    CHECK(own.error_code() == unknown.error_code());
    CHECK(own.error_message() == unknown.error_message());
    CHECK(own.error_details() == unknown.error_details());
    CHECK(own_row.case_reference() == "s");
    unknown_row.set_case_reference("s");
    CHECK(Said(own_row) == Said(unknown_row));
  }
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("The desk asks about an own shielded child once when a second person has approved it") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  CHECK(Refused(federation, "desk", federation.ByCase("s")) == "APPROVAL_NEEDED");
  const std::string approval = Approved(federation, "desk", "s");

  v1::Ledger ledger;
  const v1::AskRequest request = With(federation, "s", approval);
  const grpc::Status status = federation.AskAs(0, "desk", request, &ledger);
  INFO(status.error_message());
  REQUIRE(status.ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 1);
  CHECK(federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 1);
  std::vector<v1::DeskItem> items;
  REQUIRE(ListDesk({federation, 0, "desk"}, v1::APPROVALS, &items).ok());
  REQUIRE(items.size() == 1);
  CHECK(items[0].state() == v1::USED);

  // Used: neither the same request nor another one goes out on it.
  CHECK(Refused(federation, "desk", With(federation, "s", approval)) == "APPROVAL_NEEDED");
  CHECK(Refused(federation, "desk", request) == "APPROVAL_NEEDED");
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 1);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 1);
}

TEST_CASE("An approval of somebody else or of another case or purpose opens nothing") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string theirs = Approved(federation, "desk2", "s");
  const std::string other_case = Approved(federation, "desk", "o");
  const std::string unconfirmed = Approved(federation, "desk", "s", false);
  for (const std::string& forged :
       {theirs, other_case, unconfirmed, std::string("999"), std::string("x")}) {
    CHECK(Refused(federation, "desk", With(federation, "s", forged)) == "APPROVAL_NEEDED");
  }
  REQUIRE(Decide({federation, 0, "desk2"}, std::stoull(unconfirmed), true).ok());
  v1::AskRequest other_purpose = With(federation, "s", unconfirmed);
  other_purpose.set_purpose(v1::EMERGENCY_CARE);
  CHECK(Refused(federation, "desk", other_purpose) == "APPROVAL_NEEDED");

  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  const auto rows = RowsOfKind(federation, 0, v1::AuditRow::QUESTION_ENDED);
  REQUIRE(rows.size() == 6);
  for (const v1::AuditRow& row : rows) {
    CHECK(row.note() == "APPROVAL_NEEDED");
    CHECK(row.outcome() == v1::REFUSED);
  }
}

TEST_CASE("Nobody approves their own question about a shielded child") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string approval = Approved(federation, "desk", "s", false);
  CHECK(ReasonOf(Decide({federation, 0, "desk"}, std::stoull(approval), true)) == "SECOND_PERSON");
  CHECK(Refused(federation, "desk", With(federation, "s", approval)) == "APPROVAL_NEEDED");
  const auto refused = RowsOfKind(federation, 0, v1::AuditRow::CALL_REFUSED);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].note() == "SECOND_PERSON");
}

TEST_CASE("An approval older than a day opens nothing") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string approval = Approved(federation, "desk", "s");
  federation.clock().Shift(24 * kHourMs);
  CHECK(Refused(federation, "desk", With(federation, "s", approval)) == "APPROVAL_NEEDED");
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
}

TEST_CASE("An approved question breaks no glass and is asked for nobody else") {
  // Went wrong: the second person approved a plain question, and the first broke the glass at every
  // other authority with it.
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string approval = Approved(federation, "desk", "s");
  v1::AskRequest broken = With(federation, "s", approval);
  broken.set_break_glass_reason("child in danger tonight");
  broken.set_break_glass_understood(true);
  v1::AskRequest mediated = With(federation, "s", approval);
  mediated.set_on_behalf_of("Dr D. Caller");
  for (const v1::AskRequest& request : {broken, mediated}) {
    v1::Ledger ledger;
    REQUIRE(federation.AskAs(0, "desk", request, &ledger).ok());
    CHECK(ledger.rows_size() == 0);
    CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
    CHECK(ledger.summary().refusal_reason() ==
          (request.on_behalf_of().empty() ? "MAY_NOT_BREAK_GLASS" : "MAY_NOT_MEDIATE"));
  }
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  v1::Ledger ledger;
  REQUIRE(federation.AskAs(0, "desk", With(federation, "s", approval), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("A question that cannot leave does not use its approval up") {
  // Went wrong: without the hub nobody was asked, and the approval was gone.
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  const std::string approval = Approved(federation, "desk", "s");
  federation.StopHub();
  REQUIRE(federation.WaitUntil([&] { return !federation.node(0).Status().hub_connected(); }));
  v1::Ledger ledger;
  REQUIRE(federation.AskAs(0, "desk", With(federation, "s", approval), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::NO_ANSWER);
  std::vector<v1::DeskItem> items;
  REQUIRE(ListDesk({federation, 0, "desk"}, v1::APPROVALS, &items).ok());
  REQUIRE(items.size() == 1);
  CHECK(items[0].state() == v1::CONFIRMED);
}

TEST_CASE("Typed details of an own shielded child reach nobody and only the own desk is told") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByDetails(Zebedee()), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(RowOf(ledger, TestFederation::Code(0)).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);

  std::vector<v1::DeskItem> alerts;
  REQUIRE(federation.WaitUntil([&] {
    alerts.clear();
    return ListDesk({federation, 0, "desk"}, v1::ALERTS, &alerts).ok() && !alerts.empty();
  }));
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].kind() == v1::ALERT_OWN_PROTECTED);
  CHECK(alerts[0].case_reference() == "s");
  CHECK(alerts[0].asker().person() == "A. practitioner");
  CHECK(alerts[0].asker().contact_telephone() == "01632 960123");
  CHECK(alerts[0].key_types_size() > 0);

  // Nobody else sees a difference: the audit has what it has for any child nobody knows.
  std::vector<std::pair<v1::AuditRow::Kind, std::string>> protected_rows;
  for (const v1::AuditRow& row : federation.Audit(0)) {
    if (row.role() == v1::SOCIAL_WORKER) protected_rows.emplace_back(row.kind(), row.note());
  }
  v1::ChildDetails nobody = Zebedee();
  nobody.mutable_names(0)->set_given("Nathaniel");
  nobody.mutable_names(0)->set_family("Underwoodson");
  nobody.set_date_of_birth("2009-11-30");
  nobody.set_nhs_number("9990000026");
  nobody.mutable_addresses(0)->set_postcode("ZE1 0AA");
  REQUIRE(federation.AskAs(0, "practitioner", federation.ByDetails(nobody), &ledger).ok());
  std::vector<std::pair<v1::AuditRow::Kind, std::string>> all_rows;
  for (const v1::AuditRow& row : federation.Audit(0)) {
    if (row.role() == v1::SOCIAL_WORKER) all_rows.emplace_back(row.kind(), row.note());
  }
  REQUIRE(all_rows.size() == 2 * protected_rows.size());
  for (size_t i = 0; i < protected_rows.size(); ++i) CHECK(all_rows[i] == protected_rows[i]);
  std::vector<v1::DeskItem> still;
  REQUIRE(ListDesk({federation, 0, "desk"}, v1::ALERTS, &still).ok());
  CHECK(still.size() == 1);
}

TEST_CASE("A quarantined case is asked about like any other and reaches nobody but the own desk") {
  // Went wrong: whoever added or corrected a record with a suspect's details and then asked about
  // it read NO_SUCH_CASE exactly when a shielded child here was like it.
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  federation.Import(0, v1::IMPORT_CHILDREN, ZebedeeCsv("q"));
  federation.Import(0, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("q"));
  REQUIRE(federation.WaitReady());
  v1::Ledger ledger;
  REQUIRE(federation.AskAs(0, "practitioner", federation.ByCase("q"), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(RowOf(ledger, TestFederation::Code(0)).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
  CHECK(ledger.summary().own_node_refusal() == v1::OUTCOME_UNSPECIFIED);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);

  std::vector<v1::DeskItem> alerts;
  const auto has = [&](const std::string& reference) {
    alerts.clear();
    if (!ListDesk({federation, 0, "desk"}, v1::ALERTS, &alerts).ok()) return false;
    return std::any_of(alerts.begin(), alerts.end(), [&](const v1::DeskItem& item) {
      return item.kind() == v1::ALERT_OWN_PROTECTED && item.case_reference() == reference &&
             item.asker().person() == "A. practitioner";
    });
  };
  CHECK(federation.WaitUntil([&] { return has("q") && has("s"); }));
  // The desk, which sees that the record waits for a decision, still needs a second person.
  CHECK(Refused(federation, "desk", federation.ByCase("q")) == "APPROVAL_NEEDED");
}

TEST_CASE("A suspect's NHS number among an own child's details does not silence the own child") {
  // Went wrong: the own row turned to nothing exactly when the number was a protected child's.
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  federation.Import(0, v1::IMPORT_CHILDREN,
                    "case_reference,given_name,family_name,date_of_birth,sex,postcode\n"
                    "v,Valentina,Merriweather,2013-11-02,F,LS3 1AB\n");
  federation.Import(0, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("v"));
  REQUIRE(federation.WaitReady());
  v1::ChildDetails details = Zebedee();
  details.mutable_names(0)->set_given("Valentina");
  details.mutable_names(0)->set_family("Merriweather");
  details.set_date_of_birth("2013-11-02");
  details.set_sex(v1::FEMALE);
  details.mutable_addresses(0)->set_postcode("LS3 1AB");
  const auto own_row = [&](const std::string& nhs_number) {
    details.set_nhs_number(nhs_number);
    v1::Ledger ledger;
    REQUIRE(federation.Ask(0, federation.ByDetails(details), &ledger).ok());
    v1::LedgerRow row = RowOf(ledger, TestFederation::Code(0));
    return row.outcome();
  };
  const v1::Outcome unknown_number = own_row("9990000026");
  CHECK(own_row("9990000018") == unknown_number);
  CHECK(unknown_number != v1::NOTHING_TO_REPORT);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("Details typed with the glass broken still do not betray an own shielded child") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  Fill(federation);
  v1::AskRequest request = federation.ByDetails(Zebedee());
  request.set_break_glass_reason("child in danger tonight");
  request.set_break_glass_understood(true);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  // The own authority answers the glass like any other: by its desk.
  CHECK(RowOf(ledger, TestFederation::Code(0)).outcome() == v1::ASK_DESK);
}

}  // namespace
}  // namespace signpost::testing
