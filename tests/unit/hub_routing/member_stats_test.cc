#include "hub/routing/member_stats.h"

#include <catch2/catch.hpp>

namespace signpost::hub {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kStartMs = 1'800'000'000'000;

TEST_CASE("A count of the last day forgets what is older") {
  DayCount count;
  count.Add(kStartMs);
  count.Add(kStartMs + 5 * kHourMs);
  CHECK(count.Total(kStartMs + 5 * kHourMs) == 2);
  CHECK(count.Total(kStartMs + 24 * kHourMs) == 1);
  CHECK(count.Total(kStartMs + 48 * kHourMs) == 0);
  count.Add(kStartMs + 24 * kHourMs);
  CHECK(count.Total(kStartMs + 24 * kHourMs) == 2);
}

TEST_CASE("Percentiles are by nearest rank over the newest samples") {
  DurationRing ring;
  CHECK(ring.Percentile(50) == 0);
  ring.Add(-5);
  CHECK(ring.Percentile(99) == 0);
  for (int64_t i = 1; i <= 1000; ++i) ring.Add(i);
  CHECK(ring.Percentile(1) == 494);
  CHECK(ring.Percentile(50) == 744);
  CHECK(ring.Percentile(99) == 995);
  CHECK(ring.Percentile(100) == 1000);
}

}  // namespace
}  // namespace signpost::hub
