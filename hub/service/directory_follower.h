// Keeps a custodian's directory as new as one hub's: watches it, and tries again
// with jitter for as long as it must. Works on from the cache meanwhile.
//
// Thread safety: Start and Stop from one thread.
// Security: the hub must prove its SPIFFE id; what it sends counts by the
// officers' signatures alone.
#ifndef SIGNPOST_HUB_SERVICE_DIRECTORY_FOLLOWER_H_
#define SIGNPOST_HUB_SERVICE_DIRECTORY_FOLLOWER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <thread>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/random.h"
#include "proto/directory/directory_book.h"

namespace signpost::hub {

class DirectoryFollower {
 public:
  // All must outlive this; `book` takes every update.
  DirectoryFollower(std::shared_ptr<grpc::Channel> channel, DirectoryBook& book, const Clock& clock,
                    Random& random);
  // As Stop.
  ~DirectoryFollower();

  void Start();
  void Stop();

 private:
  void Run();
  // Until the stream ends; returns how long it lived.
  int64_t Watch();
  // Full jitter between 1 s and `ceiling_ms`. False when it is time to stop.
  bool Pause(int64_t ceiling_ms);

  const std::shared_ptr<grpc::Channel> channel_;
  DirectoryBook& book_;
  const Clock& clock_;
  Random& random_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_DIRECTORY_FOLLOWER_H_
