// A node restored from a backup without its shields journal: it does not know which
// shields it lost, so it tells and asks nothing until they are confirmed.
#include <catch2/catch.hpp>
#include <filesystem>

#include "node/store/backup.h"
#include "node/store/column_key.h"
#include "signpost/v1/protection.grpc.pb.h"
#include "tests/integration/calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kRestored = TestFederation::Code(1);

// Back to what it held before, with nothing beside it.
void RestoreWithoutJournal(TestFederation& federation, int authority) {
  const std::string database = federation.config(authority).database();
  const auto key = node::ReadColumnKey(federation.config(authority).column_key(), database);
  REQUIRE(key.ok());
  const std::string copy = federation.Path("backup-" + std::to_string(authority));
  REQUIRE(node::BackupStore(database, *key, copy).ok());
  federation.StopNode(authority);
  const std::string folder = std::filesystem::path(database).parent_path();
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::filesystem::remove(file);
  }
  const auto restored = node::RestoreStore(copy, *key, database);
  INFO(restored.status().message());
  REQUIRE(restored.ok());
  federation.StartNode(authority);
}

grpc::Status ConfirmShields(const As& as) {
  grpc::ClientContext context;
  Within(context);
  v1::ProtectionReply reply;
  return as.Stub<v1::ProtectionService>()->ConfirmShields(&context, v1::ConfirmShieldsRequest(),
                                                          &reply);
}

TEST_CASE("A restored node answers nobody until its shields are confirmed") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  RestoreWithoutJournal(federation, 1);
  REQUIRE(federation.WaitReady());
  CHECK(federation.node(1).Status().shields_unconfirmed());

  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  CHECK(RowOf(ledger, kRestored).outcome() == v1::NO_ANSWER);
  CHECK(RowOf(ledger, kRestored).cause() == v1::MEMBER_NOT_READY);
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);

  CHECK(ReasonOf(ConfirmShields({federation, 1, "practitioner"})) == "NOT_PERMITTED");
  CHECK(federation.node(1).Status().shields_unconfirmed());
  REQUIRE(ConfirmShields({federation, 1, "manager"}).ok());
  CHECK(!federation.node(1).Status().shields_unconfirmed());
  REQUIRE(federation.WaitUntil([&] {
    v1::Ledger again;
    return federation.Ask(0, federation.ByCase("a"), &again).ok() &&
           RowOf(again, kRestored).outcome() == v1::INVOLVED_NOW;
  }));
}

TEST_CASE("A restored node's own people are told nothing of its records and ask by none of them") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  RestoreWithoutJournal(federation, 1);
  REQUIRE(federation.WaitReady());

  v1::Ledger ledger;
  REQUIRE(federation.Ask(1, federation.ByCase("h"), &ledger).ok());
  CHECK(ledger.summary().own_node_refusal() == v1::REFUSED);
  CHECK(ledger.summary().refusal_reason() == "SHIELDS_UNCONFIRMED");
  CHECK(federation.CountAudit(0, v1::AuditRow::CLAIM_MADE) == 0);

  // Went wrong: typed details still left, and the child whose shield was lost was betrayed by them.
  v1::Ledger typed;
  REQUIRE(federation.Ask(1, federation.ByDetails(Zebedee()), &typed).ok());
  CHECK(typed.summary().own_node_refusal() == v1::REFUSED);
  CHECK(typed.summary().refusal_reason() == "SHIELDS_UNCONFIRMED");
  CHECK(typed.rows_size() == 0);
  CHECK(federation.CountAudit(0, v1::AuditRow::CLAIM_MADE) == 0);
}

}  // namespace
}  // namespace signpost::testing
