#include "node/service/executor.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

namespace signpost::node {

TEST_CASE("An executor runs every job it accepted before it stops") {
  std::atomic<int> ran{0};
  {
    Executor executor(3, 1000);
    for (int i = 0; i < 500; ++i) REQUIRE(executor.TryRun([&ran] { ++ran; }));
  }
  CHECK(ran == 500);
}

TEST_CASE("A full executor refuses instead of remembering") {
  Mutex mutex;
  CondVar wake;
  bool go = false;
  std::atomic<bool> started{false};
  Executor executor(1, 2);
  REQUIRE(executor.TryRun([&] {
    started = true;
    const MutexLock lock(mutex);
    while (!go) wake.Wait(mutex);
  }));
  while (!started) std::this_thread::yield();
  CHECK(executor.TryRun([] {}));
  CHECK(executor.TryRun([] {}));
  CHECK_FALSE(executor.TryRun([] {}));
  {
    const MutexLock lock(mutex);
    go = true;
  }
  wake.NotifyAll();
}

TEST_CASE("One caller's flood leaves threads and room for everybody else") {
  // Went wrong: two threads served every local call, and a practitioner's two long calls kept the
  // desk from its alerts.
  Mutex mutex;
  CondVar wake;
  bool go = false;
  std::atomic<int> started{0};
  std::atomic<int> ran{0};
  std::atomic<bool> desk_ran{false};
  {
    Executor executor(4, 64);
    const auto slow = [&] {
      ++started;
      const MutexLock lock(mutex);
      while (!go) wake.Wait(mutex);
      ++ran;
    };
    int accepted = 0;
    while (accepted < 100 && executor.TryRunFor("flood", slow)) ++accepted;
    CHECK(accepted == 8);
    REQUIRE(executor.TryRunFor("desk", [&] { desk_ran = true; }));
    while (!desk_ran) std::this_thread::yield();
    while (started < 2) std::this_thread::yield();
    CHECK(started == 2);
    {
      const MutexLock lock(mutex);
      go = true;
    }
    wake.NotifyAll();
  }
  CHECK(ran == 8);
}

TEST_CASE("An owner whose jobs are done has its whole part again") {
  Executor executor(1, 8);
  for (int i = 0; i < 20; ++i) {
    std::atomic<bool> ran{false};
    while (!executor.TryRunFor("one", [&ran] { ran = true; })) std::this_thread::yield();
    while (!ran) std::this_thread::yield();
  }
}

TEST_CASE("A stopped executor takes nothing more") {
  Executor executor(1, 10);
  executor.Stop();
  CHECK_FALSE(executor.TryRun([] {}));
}

}  // namespace signpost::node
