#include "hub/routing/asker_limits.h"

#include <catch2/catch.hpp>
#include <limits>

namespace signpost::hub {
namespace {

// Puts `n` questions that are answered at once; returns how many were let through.
int Put(AskerLimits& limits, const std::string& asker, int n, int64_t now_ms) {
  int taken = 0;
  for (int i = 0; i < n; ++i) {
    if (!limits.TryOpen(asker, now_ms)) continue;
    limits.Close(asker, now_ms, 0);
    ++taken;
  }
  return taken;
}

}  // namespace

TEST_CASE("An asker may put a burst and then as many a second as the rate says") {
  AskerLimits limits({});
  CHECK(Put(limits, "A", 2000, 50'000) == 1000);
  CHECK(Put(limits, "A", 1, 50'004) == 0);
  CHECK(Put(limits, "A", 2, 50'005) == 1);
  CHECK(Put(limits, "A", 500, 51'005) == 200);
  CHECK(Put(limits, "B", 2000, 51'005) == 1000);
}

TEST_CASE("A long silence gives an asker one burst and no more") {
  AskerLimits limits({});
  CHECK(Put(limits, "A", 2000, 0) == 1000);
  CHECK(Put(limits, "A", 2000, std::numeric_limits<int64_t>::max()) == 1000);
}

TEST_CASE("An asker that is refused loses nothing by it") {
  AskerLimits limits({.questions_per_second = 10, .burst = 1});
  CHECK(Put(limits, "A", 1, 0) == 1);
  CHECK(Put(limits, "A", 100, 99) == 0);
  CHECK(Put(limits, "A", 1, 100) == 1);
}

TEST_CASE("Abandoned questions take places until the moment that nodes forget them") {
  AskerLimits limits({.max_abandoned = 2});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(limits.TryOpen("A", 0));
    limits.Close("A", 0, 8000);
  }
  CHECK_FALSE(limits.TryOpen("A", 7999));
  CHECK(limits.TryOpen("A", 8000));
}

TEST_CASE("A question that ends at its deadline leaves nothing behind") {
  AskerLimits limits({.max_abandoned = 1});
  REQUIRE(limits.TryOpen("A", 0));
  limits.Close("A", 8000, 8000);
  CHECK(limits.TryOpen("A", 8000));
}

TEST_CASE("Only so many questions of one asker are open at once") {
  AskerLimits limits({.max_open = 2});
  CHECK(limits.TryOpen("A", 0));
  CHECK(limits.TryOpen("A", 0));
  CHECK_FALSE(limits.TryOpen("A", 0));
  limits.Close("A", 0, 0);
  CHECK(limits.TryOpen("A", 0));
  limits.Close("B", 0, 0);  // has nothing open: no effect
  CHECK_FALSE(limits.TryOpen("A", 0));
}

}  // namespace signpost::hub
