#include "node/service/release_timer.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

namespace signpost::node {
namespace {

bool Soon(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("A message leaves at its moment and never early") {
  SystemClock clock;
  ReleaseTimer timer(clock);
  std::atomic<int64_t> left_ms{0};
  const int64_t due_ms = clock.MonotonicMs() + 60;
  timer.At(due_ms, [&] { left_ms = clock.MonotonicMs(); });
  REQUIRE(Soon([&] { return left_ms != 0; }));
  CHECK(left_ms >= due_ms);
}

TEST_CASE("Messages leave in the order of their moments whatever order they came in") {
  SystemClock clock;
  ReleaseTimer timer(clock);
  Mutex mutex;
  std::vector<int> order;
  const auto note = [&](int number) {
    return [&, number] {
      const MutexLock lock(mutex);
      order.push_back(number);
    };
  };
  const int64_t now_ms = clock.MonotonicMs();
  timer.At(now_ms + 90, note(3));
  timer.At(now_ms + 30, note(1));
  timer.At(now_ms + 60, note(2));
  timer.At(now_ms + 60, note(4));
  REQUIRE(Soon([&] {
    const MutexLock lock(mutex);
    return order.size() == 4;
  }));
  CHECK(order == std::vector<int>{1, 2, 4, 3});
}

TEST_CASE("A clock set back by hand does not hold a message") {
  ManualClock clock(1'800'000'000'000);
  ReleaseTimer timer(clock);
  std::atomic<bool> left{false};
  timer.At(clock.MonotonicMs() + 150, [&left] { left = true; });
  clock.Jump(-3'600'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(left);
  clock.Advance(150);
  timer.At(clock.MonotonicMs(), [] {});
  CHECK(Soon([&left] { return left.load(); }));
}

TEST_CASE("What is not yet due is dropped when the timer ends") {
  SystemClock clock;
  std::atomic<bool> left{false};
  {
    ReleaseTimer timer(clock);
    timer.At(clock.MonotonicMs() + 10'000, [&left] { left = true; });
  }
  CHECK_FALSE(left);
}

}  // namespace signpost::node
