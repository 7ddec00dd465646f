// A custodian that lies: nothing it made is enrolled, indexed or asked with.
#include <catch2/catch.hpp>
#include <map>

#include "tests/hostile/fake_custodian.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

const std::map<std::string, CustodianMode> kLies = {
    {"another key with its own proof", CustodianMode::kWrongKey},
    {"another key with the published key's proof", CustodianMode::kWrongKeyProof},
    {"a point too few", CustodianMode::kTooFew},
    {"a point too many", CustodianMode::kTooMany},
    {"the identity", CustodianMode::kIdentity},
    {"bytes that are no points", CustodianMode::kGarbage},
    {"two points exchanged", CustodianMode::kOtherOrder},
    {"no proof", CustodianMode::kNoProof}};

class World {
 public:
  World() : liar(federation) {
    federation.StartHub();
    federation.StartCustodian("a");
    federation.StartNode(0);
    federation.StartNode(1);
  }
  v1::Ledger Ask(const v1::AskRequest& request) {
    v1::Ledger ledger;
    const grpc::Status status = federation.Ask(0, request, &ledger);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return ledger;
  }

  TestFederation federation{{.authorities = 2, .start = false, .edit_directory = WideTimers}};
  FakeCustodian liar;
};

TEST_CASE("What a lying custodian evaluates is never enrolled and the truth is enrolled later") {
  World world;
  REQUIRE(world.federation.WaitUntil(
      [&] { return world.federation.node(1).Status().hub_connected(); }));
  int child = 0;
  // A batch of 1,024 costs time, so four of the lies; the next test has them all.
  for (const CustodianMode mode : {CustodianMode::kWrongKey, CustodianMode::kWrongKeyProof,
                                   CustodianMode::kTooFew, CustodianMode::kIdentity}) {
    INFO(static_cast<int>(mode));
    world.liar.mode = mode;
    const int before = world.liar.evaluations;
    world.federation.Hold(1, "h" + std::to_string(child++));  // wakes the enrolment
    REQUIRE(world.federation.WaitUntil([&] { return world.liar.evaluations > before; }));
  }
  // Once more around, so that the last lie has been judged too.
  const int before = world.liar.evaluations;
  world.federation.Hold(1, "last");
  REQUIRE(world.federation.WaitUntil([&] { return world.liar.evaluations > before; }));
  v1::NodeStatus status = world.federation.node(1).Status();
  CHECK(status.index_tags() == 0);
  REQUIRE(status.enrolment_size() == 1);
  CHECK(status.enrolment(0).enrolled() == 0);
  CHECK(status.waiting_for_enrolment() == static_cast<uint64_t>(child) + 1);

  world.liar.mode = CustodianMode::kHonest;
  world.federation.Hold(1,
                        "truth");  // after failures a node waits longer and longer; this wakes it
  REQUIRE(world.federation.WaitReady());
  status = world.federation.node(1).Status();
  CHECK(status.index_tags() > 0);
  CHECK(status.enrolment(0).enrolled() == static_cast<uint64_t>(child) + 2);
}

TEST_CASE("With a lying custodian typed questions are not put and recorded ones go on") {
  World world;
  world.federation.Hold(0, "a");
  world.federation.Hold(1, "h");
  REQUIRE(world.federation.WaitReady());
  CHECK(RowOf(world.Ask(world.federation.ByDetails(Zebedee())), kHolder).outcome() ==
        v1::INVOLVED_NOW);
  const int claims = world.federation.CountAudit(1, v1::AuditRow::CLAIM_MADE);
  for (const auto& [what, mode] : kLies) {
    INFO(what);
    world.liar.mode = mode;
    const v1::Ledger typed = world.Ask(world.federation.ByDetails(Zebedee()));
    CHECK(RowOf(typed, kHolder).outcome() == v1::NO_ANSWER);
    CHECK(RowOf(typed, kHolder).cause() == v1::KEYS_UNAVAILABLE);
    CHECK(typed.summary().keys_partial());
    CHECK(typed.summary().completeness() == v1::INCOMPLETE);
    // The own record is found without anybody's help.
    CHECK(RowOf(typed, TestFederation::Code(0)).outcome() == v1::INVOLVED_NOW);
  }
  CHECK(world.federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == claims);
  const v1::Ledger recorded = world.Ask(world.federation.ByCase("a"));
  CHECK(RowOf(recorded, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(recorded.summary().completeness() == v1::COMPLETE);

  // A slow one holds a question up for a second and a half and no longer.
  world.liar.mode = CustodianMode::kSlow;
  const v1::Ledger slow = world.Ask(world.federation.ByDetails(Zebedee()));
  CHECK(RowOf(slow, kHolder).cause() == v1::KEYS_UNAVAILABLE);
  CHECK(slow.summary().elapsed_ms() < 2900);
}

}  // namespace
}  // namespace signpost::testing
