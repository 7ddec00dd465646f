#include "node/service/refusals.h"

#include <catch2/catch.hpp>

#include "proto/transport/errors.h"
#include "tests/unit/service/people.h"

namespace signpost::node {
namespace {

constexpr int64_t kHourMs = 3'600'000;

struct World {
  testing::StandingClock clock;
  std::vector<v1::AuditRow> rows;
  bool fail = false;
  Refusals refusals{[this](std::vector<v1::AuditRow> written) -> absl::Status {
                      if (fail) return absl::UnavailableError("disk full");
                      for (v1::AuditRow& row : written) rows.push_back(std::move(row));
                      return absl::OkStatus();
                    },
                    clock};

  void Flood(const std::string& actor, int times) {
    for (int i = 0; i < times; ++i) refusals.Note(actor, reason::kNotPermitted);
    refusals.Write();
  }
};

}  // namespace

TEST_CASE("A flood of refused calls leaves ten rows an hour and then a count") {
  World world;
  world.Flood("spiffe://x/a", 5'000);
  CHECK(world.rows.size() == Refusals::kRowsPerHour);
  world.Flood("spiffe://x/a", 5'000);
  CHECK(world.rows.size() == Refusals::kRowsPerHour);
  world.clock.now_ms += kHourMs;
  world.refusals.Write();
  REQUIRE(world.rows.size() == Refusals::kRowsPerHour + 1);
  CHECK(world.rows.back().note() == "9990 MORE");
  CHECK(world.rows.back().actor() == "spiffe://x/a");
  CHECK(world.rows.back().kind() == v1::AuditRow::CALL_REFUSED);
}

TEST_CASE("One caller's flood does not hide another caller's refusal") {
  World world;
  world.Flood("spiffe://x/a", 5'000);
  world.Flood("spiffe://x/b", 1);
  CHECK(world.rows.back().actor() == "spiffe://x/b");
  CHECK(world.rows.back().note() == "NOT_PERMITTED");
}

TEST_CASE("A flood under ever new names is bounded too") {
  World world;
  for (int i = 0; i < 20'000; ++i) world.Flood("spiffe://x/" + std::to_string(i), 1);
  CHECK(world.rows.size() == Refusals::kMostCallers + Refusals::kRowsPerHour);
  world.clock.now_ms += kHourMs;
  world.refusals.Write();
  CHECK(world.rows.back().actor().empty());
  CHECK(world.rows.back().note() == "18990 MORE");
}

TEST_CASE("Refusals that the disk could not take are written when it can") {
  World world;
  world.fail = true;
  world.Flood("spiffe://x/a", 3);
  CHECK(world.rows.empty());
  world.fail = false;
  world.Flood("spiffe://x/b", 1);
  REQUIRE(world.rows.size() == 4);
  CHECK(world.rows[0].actor() == "spiffe://x/a");
  CHECK(world.rows[3].actor() == "spiffe://x/b");
}

TEST_CASE("A node that stops writes the counts of hours that are not over") {
  World world;
  world.Flood("spiffe://x/a", 15);
  world.refusals.Finish();
  CHECK(world.rows.back().note() == "5 MORE");
}

TEST_CASE("Only a refusal is recorded as one") {
  World world;
  world.refusals.Note("spiffe://x/a", absl::NotFoundError("x"));
  world.refusals.Note("spiffe://x/a", absl::InvalidArgumentError("x"));
  world.refusals.Note("spiffe://x/a", absl::PermissionDeniedError("x"));
  world.refusals.Note("spiffe://x/a",
                      MakeError(absl::StatusCode::kPermissionDenied, reason::kSecondPerson, "x"));
  world.refusals.Write();
  REQUIRE(world.rows.size() == 2);
  CHECK(world.rows[0].note() == "NOT_PERMITTED");
  CHECK(world.rows[1].note() == "SECOND_PERSON");
}

}  // namespace signpost::node
