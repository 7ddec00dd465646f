#include "node/service/release_timer.h"

#include <algorithm>
#include <utility>

namespace signpost::node {

ReleaseTimer::ReleaseTimer(const Clock& clock) : clock_(clock), thread_([this] { Work(); }) {}

ReleaseTimer::~ReleaseTimer() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void ReleaseTimer::At(int64_t due_ms, std::function<void()> job) {
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = entries_.empty() || due_ms < entries_.top().due_ms;
    entries_.push({due_ms, next_order_++, std::move(job)});
  }
  if (first) wake_.NotifyOne();
}

void ReleaseTimer::Work() {
  for (;;) {
    std::vector<std::function<void()>> due;
    {
      const MutexLock lock(mutex_);
      if (stopping_) return;
      const int64_t now = clock_.MonotonicMs();
      while (!entries_.empty() && entries_.top().due_ms <= now) {
        due.push_back(entries_.top().job);
        entries_.pop();
      }
      if (due.empty()) {
        const int64_t wait =
            entries_.empty() ? 60'000 : std::max<int64_t>(1, entries_.top().due_ms - now);
        wake_.WaitForMs(mutex_, wait);
        continue;
      }
    }
    for (const auto& job : due) job();
  }
}

}  // namespace signpost::node
