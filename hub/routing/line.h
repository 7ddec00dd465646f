// One stream as the switchboard sees it: frames go in under its lock, and are
// written after that lock is released. Decide under a lock, act after it.
//
// 1. The switchboard calls Push() and Close() while it decides.
// 2. When its lock is released it calls Pump(), which starts the next write, or
//    the Finish, on the Writer: a gRPC reactor, or a test.
// 3. The writer reports OnWriteDone(), which pumps again, and at the very end
//    Detach(); a Line outlives its writer.
//
// Because an outbox has one operation in flight, one thread at a time can be in
// the writer, and frames leave in the order in which they were pushed.
//
// Thread safety: every method, from any thread.
#ifndef SIGNPOST_HUB_ROUTING_LINE_H_
#define SIGNPOST_HUB_ROUTING_LINE_H_

#include <cstddef>
#include <memory>
#include <utility>

#include "hub/routing/ending.h"
#include "hub/routing/outbox.h"
#include "proto/base/mutex.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::hub {

// The part of a line that does not depend on what it carries.
class BasicLine {
 public:
  virtual ~BasicLine() = default;
  // Starts whatever may start. Never with a lock held.
  virtual void Pump() = 0;
  // Ends the stream with `ending`; only the first call counts. With `flush`, after what waits.
  virtual void Close(Ending ending, bool flush) = 0;
  // Breaks a stream whose peer does not read, so that a Finish behind a stuck write completes.
  // No effect once the writer is gone.
  virtual void Abort() = 0;
  virtual bool detached() const = 0;
};

template <typename Frame>
class LineWriter {
 public:
  virtual ~LineWriter() = default;
  virtual void BeginWrite(const Frame& frame) = 0;
  virtual void BeginFinish(Ending ending) = 0;
  virtual void Cancel() = 0;
};

template <typename Frame>
class Line final : public BasicLine {
 public:
  Line(LineWriter<Frame>& writer, size_t limit_bytes, size_t merge_bytes)
      : writer_(&writer), outbox_(limit_bytes, merge_bytes) {}

  OutboxPush Push(Frame frame) {
    MutexLock lock(mutex_);
    return outbox_.Push(std::move(frame));
  }

  void Close(Ending ending, bool flush) override {
    MutexLock lock(mutex_);
    if (!outbox_.closed()) ending_ = ending;
    outbox_.Close(flush);
  }

  // Between Next() and the end of that operation the writer cannot go away: a stream is done
  // only after its Finish, and a Finish is never given out beside a write.
  void Pump() override {
    OutboxStep step;
    Ending ending;
    {
      MutexLock lock(mutex_);
      step = outbox_.Next();
      ending = ending_;
    }
    if (step == OutboxStep::kWrite) writer_->BeginWrite(outbox_.current());
    if (step == OutboxStep::kFinish) writer_->BeginFinish(ending);
  }

  void OnWriteDone(bool ok) {
    {
      MutexLock lock(mutex_);
      outbox_.WriteDone(ok);
    }
    Pump();
  }

  void Abort() override {
    MutexLock lock(detach_mutex_);
    if (!detached_) writer_->Cancel();
  }

  void Detach() {
    MutexLock lock(detach_mutex_);
    detached_ = true;
  }

  bool detached() const override {
    MutexLock lock(detach_mutex_);
    return detached_;
  }

  size_t queued_bytes() const {
    MutexLock lock(mutex_);
    return outbox_.queued_bytes();
  }

 private:
  LineWriter<Frame>* const writer_;
  mutable Mutex mutex_;
  Outbox<Frame> outbox_;  // mutex_; current() is stable while its write is in flight
  Ending ending_ ABSL_GUARDED_BY(mutex_) = Ending::kComplete;
  mutable Mutex detach_mutex_;  // over Cancel(), which must not meet a writer that is going
  bool detached_ ABSL_GUARDED_BY(detach_mutex_) = false;
};

using NodeLine = Line<v1::HubFrame>;
using AskLine = Line<v1::AskReply>;

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_LINE_H_
