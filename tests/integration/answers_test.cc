// What an asker reads, and which questions its own node does not put.
#include <catch2/catch.hpp>

#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

// A row without what may differ between two members that say the same.
std::string Shape(v1::LedgerRow row) {
  row.clear_member();
  row.clear_name();
  row.clear_desk();
  row.clear_answered_ms();
  row.mutable_answer()->clear_as_of_ms();
  return row.DebugString();
}

TEST_CASE("Shielded and unconsented sensitive records read exactly like nothing to report") {
  TestFederation federation({.authorities = 5, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("s", true));
  federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("s"));
  federation.Import(2, v1::IMPORT_CHILDREN, ZebedeeCsv("x"));
  federation.Import(2, v1::IMPORT_INVOLVEMENTS,
                    InvolvementCsv("x", {.start_days_ago = 20, .sensitive = true}));
  federation.Hold(3, "h");
  REQUIRE(federation.WaitReady());

  v1::Ledger ledger;
  v1::AskRequest request = federation.ByCase("a");
  request.set_purpose(v1::S17_ASSESSMENT);
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  const std::string unknown = Shape(RowOf(ledger, TestFederation::Code(4)));
  CHECK(RowOf(ledger, TestFederation::Code(4)).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(Shape(RowOf(ledger, TestFederation::Code(1))) == unknown);
  CHECK(Shape(RowOf(ledger, TestFederation::Code(2))) == unknown);
  CHECK(RowOf(ledger, TestFederation::Code(3)).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
  for (const int quiet : {1, 2, 4}) {
    CHECK(federation.CountAudit(quiet, v1::AuditRow::CLAIM_MADE) == 0);
  }
  CHECK(federation.CountAudit(3, v1::AuditRow::DISCLOSURE) == 1);

  // With reasonable cause to suspect significant harm the sensitive service's desk speaks; who is
  // shielded reads like nobody still.
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  const v1::LedgerRow& sensitive = RowOf(ledger, TestFederation::Code(2));
  CHECK(sensitive.outcome() == v1::ASK_DESK);
  CHECK(sensitive.answer().signposts_size() == 0);
  CHECK(Shape(RowOf(ledger, TestFederation::Code(1))) == unknown);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("Typed details and a case reference lead to the same answers") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  v1::Ledger recorded;
  v1::Ledger typed;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &recorded).ok());
  REQUIRE(federation.Ask(0, federation.ByDetails(Zebedee()), &typed).ok());
  REQUIRE(recorded.rows_size() == 3);
  REQUIRE(typed.rows_size() == 3);
  for (const v1::LedgerRow& row : recorded.rows()) {
    CHECK(Shape(RowOf(typed, row.member())) == Shape(row));
  }
  CHECK(RowOf(typed, kHolder).answer().signposts(0).telephone() == "01632 960001");
}

TEST_CASE("An own shielded case reads exactly like an unknown one and nobody is asked") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Import(0, v1::IMPORT_CHILDREN, ZebedeeCsv("s", true));
  federation.Hold(1, "h");
  REQUIRE(federation.WaitUntil([&] {
    return federation.node(1).Status().index_tags() > 0 &&
           federation.node(0).Status().hub_connected();
  }));
  v1::Ledger ledger;
  const grpc::Status shielded = federation.Ask(0, federation.ByCase("s"), &ledger);
  const grpc::Status unknown = federation.Ask(0, federation.ByCase("no-such-case"), &ledger);
  CHECK(shielded.error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(ReasonOf(shielded) == "NO_SUCH_CASE");
  CHECK(shielded.error_code() == unknown.error_code());
  CHECK(shielded.error_message() == unknown.error_message());
  CHECK(shielded.error_details() == unknown.error_details());
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("The same request id is put once and its resend is refused as already asked") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  const v1::AskRequest request = federation.ByCase("a");
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, request, &ledger).ok());
  const grpc::Status again = federation.Ask(0, request, &ledger);
  CHECK(again.error_code() == grpc::StatusCode::ALREADY_EXISTS);
  CHECK(ReasonOf(again) == "ALREADY_ASKED");
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 1);

  // Nor after the node was started again.
  federation.StopNode(0);
  federation.StartNode(0);
  REQUIRE(federation.WaitReady());
  CHECK(ReasonOf(federation.Ask(0, request, &ledger)) == "ALREADY_ASKED");
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 1);
}

TEST_CASE("A person whose role may not ask is refused by the own node and nothing is sent") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  const std::map<std::string, std::string> reasons = {{"manager", "PURPOSE_NOT_FOR_ROLE"},
                                                      {"officer", "ROLE_MAY_NOT_ASK"}};
  for (const auto& [person, reason] : reasons) {
    v1::Ledger ledger;
    REQUIRE(federation.AskAs(0, person, federation.ByCase("a"), &ledger).ok());
    CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
    CHECK(ledger.summary().refusal_reason() == reason);
    CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
    CHECK(ledger.rows_size() == 0);
  }
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("A call without a deadline or with a long one is refused") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  for (const int64_t deadline_ms : {int64_t{0}, int64_t{90'000}}) {
    v1::Ledger ledger;
    const grpc::Status status =
        federation.AskAs(0, "practitioner", federation.ByCase("a"), &ledger, deadline_ms);
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ReasonOf(status) == "DEADLINE_REQUIRED");
  }
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("Nobody but the own authority's listed people gets a word from a node") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  REQUIRE(federation.WaitReady());
  federation.IssueStranger(0, "stranger");
  v1::Ledger ledger;
  const grpc::Status unknown = federation.AskAs(0, "stranger", federation.ByCase("a"), &ledger);
  CHECK(unknown.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(unknown) == "UNKNOWN_PERSON");

  // A certificate of the federation's CA is one of another CA here: the handshake ends.
  const auto credentials = MakeChannelCredentials(
      federation.MemberTls(1), "spiffe://signpost.example/authority/" + TestFederation::Code(0));
  REQUIRE(credentials.ok());
  const auto stub =
      v1::LookupService::NewStub(MakeChannel(federation.config(0).listen(), *credentials));
  grpc::ClientContext context;
  SetDeadline(context, 5000);
  CHECK(stub->AskOnce(&context, federation.ByCase("a"), &ledger).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
}

}  // namespace
}  // namespace signpost::testing
