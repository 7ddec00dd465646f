#include "node/service/desk_writer.h"

#include <catch2/catch.hpp>

#include "node/rules/desk.h"
#include "tests/unit/lookup/fixture.h"
#include "tests/unit/service/people.h"

namespace signpost::node {
namespace {

constexpr int64_t kLongMs = 10'000;

v1::DeskItem Alert(const std::string& case_reference) {
  return AlertOf(v1::ALERT_SHIELDED, v1::Intro(), case_reference, 1, 1, kStart);
}

struct World {
  testing::StandingClock clock;
  FakeStore store;
  DeskAlerts alerts{store, clock};
  DeskBell bell;
};

}  // namespace

TEST_CASE("An alert is committed at once and the bell rings with nobody ticking") {
  World world;
  DeskWriter writer(world.alerts, world.bell);
  world.alerts.Raise(Alert("L-1"), std::nullopt);
  REQUIRE(world.bell.WaitBeyond(0, kLongMs) > 0);
  writer.Stop();
  CHECK(world.store.Desk(v1::ALERT_SHIELDED).size() == 1);
  CHECK(world.alerts.pending() == 0);
}

TEST_CASE("An alert that the disk could not take is written at a later wake") {
  World world;
  world.store.audit_broken = true;
  {
    DeskWriter writer(world.alerts, world.bell);
    world.alerts.Raise(Alert("L-1"), std::nullopt);
    REQUIRE(world.bell.WaitBeyond(0, kLongMs) > 0);
  }
  CHECK(world.alerts.pending() == 1);
  world.store.audit_broken = false;
  DeskWriter writer(world.alerts, world.bell);
  const uint64_t before = world.bell.Rings();
  writer.Wake();
  REQUIRE(world.bell.WaitBeyond(before, kLongMs) > before);
  writer.Stop();
  CHECK(world.store.Desk(v1::ALERT_SHIELDED).size() == 1);
}

TEST_CASE("What waits when the node stops is written before the thread ends") {
  World world;
  for (int i = 0; i < 50; ++i) {
    DeskWriter writer(world.alerts, world.bell);
    world.alerts.Raise(Alert("L-" + std::to_string(i)), std::nullopt);
    writer.Stop();
    CHECK(world.alerts.pending() == 0);
  }
  CHECK(world.store.Desk(v1::ALERT_SHIELDED).size() == 50);
}

}  // namespace signpost::node
