// What breaks in the middle: nodes, the hub, custodians; and what goes on.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/integration/federation.h"
#include "tests/integration/live_ask.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kAsker = TestFederation::Code(0);
const std::string kHolder = TestFederation::Code(1);
const std::string kOther = TestFederation::Code(2);

// Asker and holder record the child, the third holds nothing.
void Fill(TestFederation& federation) {
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
}

v1::Ledger MustAsk(TestFederation& federation, const v1::AskRequest& request) {
  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, request, &ledger);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return ledger;
}

void CheckSilent(const v1::LedgerRow& row, v1::NoAnswerCause cause) {
  CHECK(row.outcome() == v1::NO_ANSWER);
  CHECK(row.cause() == cause);
  CHECK_FALSE(row.has_answer());
  CHECK(row.desk().telephone().starts_with("01632 96000"));
}

TEST_CASE("A node that stops before its claim reads unreachable and the others answer") {
  TestFederation federation({.authorities = 3, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.mutable_timers()->set_claim_delay_ms(900);
                               directory.mutable_timers()->set_claim_cutoff_ms(4000);
                             }});
  Fill(federation);
  LiveAsk ask(federation, 0, federation.ByCase("a"));
  federation.StopNode(2);
  v1::Ledger ledger;
  REQUIRE(ask.Finish(&ledger).ok());
  CheckSilent(RowOf(ledger, kOther), v1::UNREACHABLE);
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
  CHECK(ledger.summary().answered() == 1);
}

TEST_CASE("A holder that stops between its disclosure and its answer reads unreachable") {
  TestFederation federation({.authorities = 3, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.mutable_timers()->set_answer_delay_ms(1500);
                               directory.mutable_timers()->set_answer_cutoff_ms(4000);
                             }});
  Fill(federation);
  LiveAsk ask(federation, 0, federation.ByCase("a"));
  REQUIRE(federation.WaitUntil(
      [&] { return federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 1; }, 5000));
  federation.StopNode(1);
  v1::Ledger ledger;
  REQUIRE(ask.Finish(&ledger).ok());
  CheckSilent(RowOf(ledger, kHolder), v1::UNREACHABLE);
  CHECK(RowOf(ledger, kOther).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);

  federation.StartNode(1);
  CHECK(federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 1);
}

TEST_CASE("A hub that goes away in the middle leaves the local answer and a telephone for each") {
  TestFederation federation({.authorities = 3,
                             .edit_directory =
                                 [](v1::Directory& directory) {
                                   WideTimers(directory);
                                   directory.mutable_timers()->set_claim_delay_ms(900);
                                   directory.mutable_timers()->set_claim_cutoff_ms(4000);
                                 },
                             .hub_drain_ms = 1});
  Fill(federation);
  LiveAsk ask(federation, 0, federation.ByCase("a"));
  federation.StopHub();
  v1::Ledger ledger;
  REQUIRE(ask.Finish(&ledger).ok());
  CheckSilent(RowOf(ledger, kHolder), v1::HUB_UNREACHABLE);
  CheckSilent(RowOf(ledger, kOther), v1::HUB_UNREACHABLE);
  CHECK(RowOf(ledger, kAsker).outcome() == v1::INVOLVED_NOW);

  // Asked while it is down: recorded and typed alike.
  for (const v1::AskRequest& request : {federation.ByCase("a"), federation.ByDetails(Zebedee())}) {
    ledger = MustAsk(federation, request);
    CheckSilent(RowOf(ledger, kHolder), v1::HUB_UNREACHABLE);
    CheckSilent(RowOf(ledger, kOther), v1::HUB_UNREACHABLE);
    CHECK(RowOf(ledger, kAsker).outcome() == v1::INVOLVED_NOW);
    CHECK(RowOf(ledger, kAsker).answer().signposts_size() == 1);
    CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
    CHECK(ledger.summary().answered() == 0);
  }

  // The hub comes back; nobody touches the nodes.
  federation.StartHub();
  REQUIRE(federation.WaitReady());
  ledger = MustAsk(federation, federation.ByCase("a"));
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

TEST_CASE("A hub that stops in good order lets the question in progress end") {
  TestFederation federation({.authorities = 3, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.mutable_timers()->set_claim_delay_ms(700);
                               directory.mutable_timers()->set_claim_cutoff_ms(3000);
                             }});
  Fill(federation);
  LiveAsk ask(federation, 0, federation.ByCase("a"));
  std::thread stopping([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    federation.StopHub();
  });
  v1::Ledger ledger;
  const grpc::Status status = ask.Finish(&ledger);
  stopping.join();
  REQUIRE(status.ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

TEST_CASE("With a custodian down recorded children are asked about and typed ones are not put") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  federation.StopCustodian("b");

  v1::Ledger ledger = MustAsk(federation, federation.ByCase("a"));
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK_FALSE(ledger.summary().keys_partial());
  CHECK(ledger.summary().completeness() == v1::COMPLETE);

  ledger = MustAsk(federation, federation.ByDetails(Zebedee()));
  CheckSilent(RowOf(ledger, kHolder), v1::KEYS_UNAVAILABLE);
  CheckSilent(RowOf(ledger, kOther), v1::KEYS_UNAVAILABLE);
  CHECK(ledger.summary().keys_partial());
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
  CHECK(RowOf(ledger, kAsker).outcome() == v1::INVOLVED_NOW);
  CHECK(federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 1);

  federation.StartCustodian("b");
  REQUIRE(federation.WaitUntil([&] {
    ledger = MustAsk(federation, federation.ByDetails(Zebedee()));
    return !ledger.summary().keys_partial();
  }));
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("A node started again from its files answers without asking the custodians anew") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  const uint64_t tags = federation.node(1).Status().index_tags();
  federation.StopNode(1);
  federation.StopCustodian("a");
  federation.StopCustodian("b");
  federation.StartNode(1);
  REQUIRE(federation.WaitReady());
  CHECK(federation.node(1).Status().index_tags() == tags);
  const v1::Ledger ledger = MustAsk(federation, federation.ByCase("a"));
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

}  // namespace
}  // namespace signpost::testing
