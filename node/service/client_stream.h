// A bidirectional stream that this node opens at a hub, with gRPC's rules in
// one place: one read and one write in flight, a bounded queue, a hold while
// others may write, and an end that happens exactly once.
//
//   1. Open(): the handler must outlive the stream's end.
//   2. Send() queues; a full queue or an ended stream refuses.
//   3. OnMessage() for each message, in order, on a gRPC thread: hand over, do
//      not work.
//   4. OnEnd() once, last. After it the handler is not called again.
//
// Thread safety: Send(), CloseWrites() and Cancel() from any thread.
#ifndef SIGNPOST_NODE_SERVICE_CLIENT_STREAM_H_
#define SIGNPOST_NODE_SERVICE_CLIENT_STREAM_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "proto/transport/errors.h"

namespace signpost::node {

template <typename Out, typename In>
class ClientStream final : public grpc::ClientBidiReactor<Out, In> {
 public:
  struct Handler {
    std::function<void(In&&)> on_message;
    std::function<void(const absl::Status&)> on_end;
  };
  // Starts the call on the stream: stub->async()->Method(context, reactor).
  using Starter = std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Out, In>*)>;

  // `deadline_ms`: of the whole stream, 0 for none. `max_queue`: messages waiting to be written.
  static std::shared_ptr<ClientStream> Open(const Starter& start, Handler handler,
                                            int64_t deadline_ms, size_t max_queue) {
    std::shared_ptr<ClientStream> stream(new ClientStream(std::move(handler), max_queue));
    stream->self_ = stream;
    if (deadline_ms > 0) {
      stream->context_.set_deadline(std::chrono::system_clock::now() +
                                    std::chrono::milliseconds(deadline_ms));
    }
    start(&stream->context_, stream.get());
    stream->AddHold();
    stream->StartRead(&stream->incoming_);
    stream->StartCall();
    return stream;
  }

  // False when the stream has ended or the queue is full; the message is dropped then.
  bool Send(Out message) {
    Out* first = nullptr;
    {
      const MutexLock lock(mutex_);
      if (closing_ || done_writing_ || queue_.size() >= max_queue_) return false;
      queue_.push_back(std::move(message));
      if (writing_) return true;
      writing_ = true;
      first = &queue_.front();
    }
    this->StartWrite(first);
    return true;
  }

  // Nothing more to send; the other side may still.
  void CloseWrites() {
    {
      const MutexLock lock(mutex_);
      if (closing_ || done_writing_) return;
      done_writing_ = true;
      if (writing_) return;
      writing_ = true;
    }
    this->StartWritesDone();
  }

  void Cancel() { context_.TryCancel(); }

 private:
  ClientStream(Handler handler, size_t max_queue)
      : handler_(std::move(handler)), max_queue_(max_queue) {}

  void OnReadDone(bool ok) override {
    if (ok) {
      handler_.on_message(std::move(incoming_));
      incoming_ = In();
      this->StartRead(&incoming_);
      return;
    }
    bool release = false;
    {
      const MutexLock lock(mutex_);
      closing_ = true;
      release = !writing_;
    }
    if (release) this->RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    bool release = false;
    bool finish_writes = false;
    Out* next = nullptr;
    {
      const MutexLock lock(mutex_);
      queue_.pop_front();
      if (closing_ || !ok) {
        writing_ = false;
        release = closing_;
      } else if (!queue_.empty()) {
        next = &queue_.front();
      } else if (done_writing_) {
        finish_writes = true;
      } else {
        writing_ = false;
      }
      if (!ok && !closing_) max_queue_ = 0;  // a broken stream takes nothing more; the read ends it
    }
    if (next != nullptr) this->StartWrite(next);
    if (finish_writes) this->StartWritesDone();
    if (release) this->RemoveHold();
  }

  void OnWritesDoneDone(bool /*ok*/) override {
    bool release = false;
    {
      const MutexLock lock(mutex_);
      writing_ = false;
      release = closing_;
    }
    if (release) this->RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<ClientStream> self = std::move(self_);
    handler_.on_end(FromGrpc(status));
    handler_ = Handler();
  }

  grpc::ClientContext context_;
  Handler handler_;
  In incoming_;
  std::shared_ptr<ClientStream> self_;  // keeps the reactor until OnDone
  Mutex mutex_;
  // The front is in flight while writing_; a deque keeps its address.
  std::deque<Out> queue_ ABSL_GUARDED_BY(mutex_);
  size_t max_queue_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_CLIENT_STREAM_H_
