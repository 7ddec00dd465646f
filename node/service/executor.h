// Threads that do the work which gRPC's callback threads must not: SQLite,
// cryptography, waiting. A bounded queue, so that a flood is refused instead of
// remembered.
//
// Thread safety: all methods may be called from any thread; jobs run on the
// executor's own threads, several at once.
#ifndef SIGNPOST_NODE_SERVICE_EXECUTOR_H_
#define SIGNPOST_NODE_SERVICE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"

namespace signpost::node {

class Executor {
 public:
  // `threads` workers, at most `capacity` jobs waiting.
  Executor(size_t threads, size_t capacity);
  // Runs what was accepted, then joins.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues `job`; false when the queue is full or the executor is stopping: the job will not run.
  [[nodiscard]] bool TryRun(std::function<void()> job);
  // No new jobs; returns when the accepted ones are done.
  void Stop();

 private:
  void Work();

  const size_t capacity_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_EXECUTOR_H_
