// The hub's side of a bidirectional stream of the floor: a queue, one write in
// flight, one Finish. The client's side is node/service/client_stream.h.
//
// Thread safety: Send() and Close() from any thread; OnMessage() is called by
// gRPC, one message after another.
#ifndef SIGNPOST_TESTS_BENCH_FLOOR_STREAM_H_
#define SIGNPOST_TESTS_BENCH_FLOOR_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <utility>

#include "proto/base/mutex.h"

namespace signpost::bench {

// `Out` is merged while a write is in flight when `Merge` says so, as the real hub does for an
// asker's replies.
template <typename In, typename Out, bool Merge>
class FloorStream : public grpc::ServerBidiReactor<In, Out> {
 public:
  void Send(Out message) {
    {
      const MutexLock lock(mutex_);
      if (over_) return;
      if (writing_) {
        if (Merge && !queue_.empty()) {
          queue_.back().MergeFrom(message);
        } else {
          queue_.push_back(std::move(message));
        }
        return;
      }
      writing_ = true;
      out_ = std::move(message);
    }
    this->StartWrite(&out_);
  }

  // Finishes once everything is written.
  void Close() {
    {
      const MutexLock lock(mutex_);
      if (over_ || closing_) return;
      closing_ = true;
      if (writing_) return;
      over_ = true;
    }
    this->Finish(grpc::Status::OK);
  }

 protected:
  virtual void OnMessage(In&& message) = 0;
  virtual void OnGone() = 0;  // last; the stream is deleted after it

  void Begin() { this->StartRead(&in_); }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      Close();
      return;
    }
    OnMessage(std::move(in_));
    in_ = In();
    this->StartRead(&in_);
  }

  void OnWriteDone(bool ok) override {
    bool finish = false;
    {
      const MutexLock lock(mutex_);
      if (ok && !queue_.empty()) {
        out_ = std::move(queue_.front());
        queue_.pop_front();
      } else {
        writing_ = false;
        finish = closing_ && !over_;
        if (finish) over_ = true;
        if (!finish) return;
      }
    }
    if (finish) {
      this->Finish(grpc::Status::OK);
    } else {
      this->StartWrite(&out_);
    }
  }

  void OnDone() override {
    OnGone();
    delete this;
  }

  In in_;
  Out out_;
  Mutex mutex_;
  std::deque<Out> queue_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_FLOOR_STREAM_H_
