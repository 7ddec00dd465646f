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

TEST_CASE("A stopped executor takes nothing more") {
  Executor executor(1, 10);
  executor.Stop();
  CHECK_FALSE(executor.TryRun([] {}));
}

}  // namespace signpost::node
