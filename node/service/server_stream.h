// A server-streaming reply that worker threads fill: messages queue, one write
// is in flight, and the call finishes exactly once, after the last message. When
// the caller has gone, messages are dropped and the work goes on: a question
// once put is brought to its end.
//
// Thread safety: Send(), End() and Gone() from any thread; End() once, nothing after it.
#ifndef SIGNPOST_NODE_SERVICE_SERVER_STREAM_H_
#define SIGNPOST_NODE_SERVICE_SERVER_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "proto/transport/errors.h"

namespace signpost::node {

template <typename Message>
class ServerStream final : public grpc::ServerWriteReactor<Message> {
 public:
  // The reactor is handed to gRPC; the shared pointer is the worker's. It lives until both let go.
  static std::shared_ptr<ServerStream> Make() {
    std::shared_ptr<ServerStream> stream(new ServerStream());
    stream->self_ = stream;
    return stream;
  }

  void Send(Message message) {
    Message* first = nullptr;
    {
      const MutexLock lock(mutex_);
      if (broken_ || ended_) return;
      queue_.push_back(std::move(message));
      if (writing_) return;
      writing_ = true;
      first = &queue_.front();
    }
    this->StartWrite(first);
  }

  void End(const absl::Status& status) {
    {
      const MutexLock lock(mutex_);
      if (ended_) return;
      ended_ = true;
      status_ = status;
      if (writing_) return;
    }
    this->Finish(ToGrpc(status));
  }

  // True once the caller has gone: what is sent is dropped.
  bool Gone() {
    const MutexLock lock(mutex_);
    return broken_;
  }

 private:
  ServerStream() = default;

  void OnCancel() override {
    const MutexLock lock(mutex_);
    broken_ = true;
  }

  void OnWriteDone(bool ok) override {
    Message* next = nullptr;
    bool finish = false;
    {
      const MutexLock lock(mutex_);
      queue_.pop_front();
      broken_ = broken_ || !ok;
      if (broken_) queue_.clear();
      if (!queue_.empty()) {
        next = &queue_.front();
      } else {
        writing_ = false;
        finish = ended_;
      }
    }
    if (next != nullptr) this->StartWrite(next);
    if (finish) this->Finish(ToGrpc(status_));
  }

  void OnDone() override { const std::shared_ptr<ServerStream> self = std::move(self_); }

  std::shared_ptr<ServerStream> self_;
  Mutex mutex_;
  std::deque<Message> queue_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_SERVER_STREAM_H_
