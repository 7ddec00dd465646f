#include "proto/base/random.h"

#include <catch2/catch.hpp>
#include <set>

#include "proto/base/clock.h"

namespace signpost {
namespace {

TEST_CASE("The same seed gives the same stream and another seed another") {
  SeededRandom a("seed");
  SeededRandom b("seed");
  SeededRandom c("other");
  const std::string first = a.Bytes(40);
  CHECK(b.Bytes(40) == first);
  CHECK(c.Bytes(40) != first);
  CHECK(a.Bytes(40) != first);  // the stream goes on
  CHECK(a.SecretBytes(7).size() == 7);
}

TEST_CASE("A number below a bound reaches every value and never the bound") {
  SeededRandom random("below");
  for (const uint64_t bound : {1u, 2u, 7u}) {
    std::set<uint64_t> seen;
    for (int i = 0; i < 300; ++i) {
      const uint64_t value = random.Below(bound);
      CHECK(value < bound);
      seen.insert(value);
    }
    CHECK(seen.size() == bound);
  }
  CHECK(random.Below(0) == 0);
  CHECK(random.Below(UINT64_MAX) < UINT64_MAX);
}

TEST_CASE("The system generator gives different bytes each time") {
  SystemRandom random;
  CHECK(random.Bytes(32) != random.Bytes(32));
  CHECK(random.Bytes(0).empty());
}

TEST_CASE("A manual clock moves both times and jumps only the calendar") {
  ManualClock clock(1'000'000);
  const int64_t monotonic = clock.MonotonicMs();
  clock.Advance(250);
  CHECK(clock.NowMs() == 1'000'250);
  CHECK(clock.MonotonicMs() == monotonic + 250);
  clock.Jump(-3'600'000);
  CHECK(clock.NowMs() == 1'000'250 - 3'600'000);
  CHECK(clock.MonotonicMs() == monotonic + 250);
}

TEST_CASE("The system clock is past 2024 and its monotonic side never goes back") {
  const SystemClock clock;
  CHECK(clock.NowMs() > 1'704'067'200'000);
  int64_t last = clock.MonotonicMs();
  for (int i = 0; i < 1000; ++i) {
    const int64_t now = clock.MonotonicMs();
    CHECK(now >= last);
    last = now;
  }
}

}  // namespace
}  // namespace signpost
