// What waits to be written to one stream. gRPC's callback API allows one write
// in flight, counts Finish as a write, and aborts the process at a second one;
// this class is where that rule lives, without a network.
//
// 1. Push() queues a frame, or says that the stream is full or closing.
// 2. Next() says what may start now: nothing, the write of current(), or the
//    Finish. What it returned counts as in flight.
// 3. WriteDone() ends the write in flight; ask Next() again.
// 4. Close() is the last word: after the flush, if one is wanted, Next() says
//    kFinish exactly once, and then nothing for ever.
//
// Invariants: at most one operation in flight; kFinish is never returned with a
// write in flight; queued_bytes() exceeds the limit only by a frame that waits alone.
//
// Thread safety: none of its own; Line (line.h) guards it.
#ifndef SIGNPOST_HUB_ROUTING_OUTBOX_H_
#define SIGNPOST_HUB_ROUTING_OUTBOX_H_

#include <cstddef>
#include <deque>
#include <utility>

namespace signpost::hub {

enum class OutboxPush { kQueued, kFull, kClosed };
enum class OutboxStep { kNothing, kWrite, kFinish };

template <typename Frame>
class Outbox {
 public:
  // Up to `limit_bytes` wait. With `merge_bytes` above 0, frames that queued while a write was in
  // flight leave as one message of at most that size (protobuf's MergeFrom joins them).
  Outbox(size_t limit_bytes, size_t merge_bytes)
      : limit_bytes_(limit_bytes), merge_bytes_(merge_bytes) {}

  // kFull: nothing was queued, and the caller must evict. kClosed: dropped.
  OutboxPush Push(Frame frame) {
    if (closed_) return OutboxPush::kClosed;
    const size_t size = frame.ByteSizeLong();
    if (!queue_.empty() && queued_bytes_ + size > limit_bytes_) return OutboxPush::kFull;
    queued_bytes_ += size;
    if (!queue_.empty() && queue_.back().size + size <= merge_bytes_) {
      queue_.back().frame.MergeFrom(frame);
      queue_.back().size += size;
    } else {
      queue_.push_back({std::move(frame), size});
    }
    return OutboxPush::kQueued;
  }

  // No more frames. With `flush` what waits is still written; a later Close without it drops that.
  void Close(bool flush) {
    closed_ = true;
    if (!flush) Drop();
  }

  OutboxStep Next() {
    if (in_flight_ || finished_) return OutboxStep::kNothing;
    if (!queue_.empty()) {
      in_flight_ = true;
      current_ = std::move(queue_.front().frame);
      queued_bytes_ -= queue_.front().size;
      queue_.pop_front();
      return OutboxStep::kWrite;
    }
    if (!closed_) return OutboxStep::kNothing;
    finished_ = true;
    return OutboxStep::kFinish;
  }

  // `ok` false: the stream is broken, so what waits will never leave and is dropped.
  void WriteDone(bool ok) {
    in_flight_ = false;
    current_ = Frame();
    if (!ok) Drop();
  }

  // Stays at one address and unchanged while its write is in flight.
  const Frame& current() const { return current_; }
  bool in_flight() const { return in_flight_; }
  bool closed() const { return closed_; }
  size_t queued_bytes() const { return queued_bytes_; }

 private:
  struct Waiting {
    Frame frame;
    size_t size;
  };

  void Drop() {
    queue_.clear();
    queued_bytes_ = 0;
  }

  const size_t limit_bytes_;
  const size_t merge_bytes_;
  std::deque<Waiting> queue_;
  size_t queued_bytes_ = 0;
  Frame current_;
  bool in_flight_ = false;
  bool closed_ = false;
  bool finished_ = false;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_OUTBOX_H_
