// Releases messages at a moment, never early: a claim or an answer leaves at
// receipt plus a fixed delay on the monotonic clock, so that how long a node
// thought says nothing about what it holds.
//
// Thread safety: At() from any thread; jobs run on the timer's one thread and
// must be short (hand a finished message to a stream).
#ifndef SIGNPOST_NODE_SERVICE_RELEASE_TIMER_H_
#define SIGNPOST_NODE_SERVICE_RELEASE_TIMER_H_

#include <cstdint>
#include <functional>
#include <queue>
#include <thread>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"

namespace signpost::node {

class ReleaseTimer {
 public:
  explicit ReleaseTimer(const Clock& clock);
  // Drops what is not yet due.
  ~ReleaseTimer();
  ReleaseTimer(const ReleaseTimer&) = delete;
  ReleaseTimer& operator=(const ReleaseTimer&) = delete;

  // Runs `job` once Clock::MonotonicMs() has reached `due_ms`.
  void At(int64_t due_ms, std::function<void()> job);

 private:
  struct Entry {
    int64_t due_ms;
    uint64_t order;
    std::function<void()> job;
    bool operator<(const Entry& other) const {
      return due_ms != other.due_ms ? due_ms > other.due_ms : order > other.order;
    }
  };
  void Work();

  const Clock& clock_;
  Mutex mutex_;
  CondVar wake_;
  std::priority_queue<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_order_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RELEASE_TIMER_H_
