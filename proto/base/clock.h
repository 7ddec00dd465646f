// Time, passed in. UTC milliseconds for what is written down, a monotonic
// clock for what is waited for; a test sets both by hand.
//
// Thread safety: every implementation may be used from several threads.
#ifndef SIGNPOST_PROTO_BASE_CLOCK_H_
#define SIGNPOST_PROTO_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

namespace signpost {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01T00:00:00Z.
  virtual int64_t NowMs() const = 0;
  // Milliseconds since some fixed moment; never goes back.
  virtual int64_t MonotonicMs() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t NowMs() const override;
  int64_t MonotonicMs() const override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_ms) : now_ms_(now_ms), monotonic_ms_(1000) {}
  int64_t NowMs() const override { return now_ms_; }
  int64_t MonotonicMs() const override { return monotonic_ms_; }
  void Advance(int64_t ms) {
    now_ms_ += ms;
    monotonic_ms_ += ms;
  }
  // Moves the calendar only, as an operator's `date -s` would.
  void Jump(int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<int64_t> now_ms_;
  std::atomic<int64_t> monotonic_ms_;
};

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_CLOCK_H_
