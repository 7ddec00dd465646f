// Threads for work that must not run on gRPC's callback threads, behind a queue
// that says no when it is full.
//
// Thread safety: every method, from any thread; Stop from one.
#ifndef SIGNPOST_HUB_SERVICE_WORKER_POOL_H_
#define SIGNPOST_HUB_SERVICE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"

namespace signpost::hub {

class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t queue_limit);
  // As Stop.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and `work` will never run, when `queue_limit` pieces wait or the pool stops.
  bool Submit(std::function<void()> work);
  // Runs what was taken, takes nothing more, joins the threads.
  void Stop();

 private:
  void Run();

  const size_t queue_limit_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_WORKER_POOL_H_
