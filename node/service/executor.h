// Threads that do the work which gRPC's callback threads must not: SQLite,
// cryptography, waiting. A bounded queue, so that a flood is refused instead of
// remembered. Jobs of one owner take at most half of the threads and a part of the
// queue, so that nobody's flood keeps the others waiting.
//
// Thread safety: all methods may be called from any thread; jobs run on the
// executor's own threads, several at once.
#ifndef SIGNPOST_NODE_SERVICE_EXECUTOR_H_
#define SIGNPOST_NODE_SERVICE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
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
  // The same for a job of `owner`; false also when the owner's part of the queue is full. Of one
  // owner's jobs at most half of the threads' number (and one at least) run at once, in the order
  // in which they came; jobs of others pass those that wait for that.
  [[nodiscard]] bool TryRunFor(std::string_view owner, std::function<void()> job);
  // No new jobs; returns when the accepted ones are done.
  void Stop();

 private:
  struct Job {
    std::string owner;
    bool shared = false;  // counted for its owner
    std::function<void()> run;
  };
  struct Owned {
    size_t held = 0;  // waiting and running
    size_t running = 0;
  };

  void Work();
  bool Accept(Job job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The first job that may run now; jobs_.end() if none may.
  std::deque<Job>::iterator Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Done(const std::string& owner) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t capacity_;
  const size_t running_per_owner_;
  const size_t held_per_owner_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<Job> jobs_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Owned, std::less<>> owners_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_EXECUTOR_H_
