// Refuses a question that was asked before, too long ago, or before this node
// started (proto/PROTOCOL.md section 6, "Replay").
//
// A recorded question, put again, would let its bearer learn whether a record
// has appeared meanwhile. Every header hash is admitted once in 15 minutes; what
// was issued before the node started is refused, because the set of headers seen
// was lost. What holders wrote down of it is not loaded: who refused by that alone
// would be known as a holder.
//
// Thread safety: any thread.
// Security: remembers header hashes only. When full it refuses rather than
// forgets. Ages are monotonic: moving the calendar does not reopen the window.
#ifndef SIGNPOST_NODE_LOOKUP_REPLAY_GUARD_H_
#define SIGNPOST_NODE_LOOKUP_REPLAY_GUARD_H_

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/mutex.h"

namespace signpost::node {

enum class ReplayVerdict {
  kFresh,
  kSkewed,       // issued more than 120 s from this node's clock
  kWrongSlot,    // slot is not the one of issued_ms
  kBeforeStart,  // issued before this node started
  kReplayed,
  kFull,  // too many questions in 15 minutes to remember
};
std::string_view ReplayVerdictName(ReplayVerdict verdict);

class ReplayGuard {
 public:
  static constexpr size_t kDefaultCapacity = size_t{1} << 20;

  explicit ReplayGuard(int64_t start_ms, size_t capacity = kDefaultCapacity)
      : start_ms_(start_ms), capacity_(capacity) {}

  // kFresh at most once for one `hh` (32 bytes) in 15 minutes.
  ReplayVerdict Admit(std::string_view hh, int64_t issued_ms, int64_t slot, int64_t now_ms,
                      int64_t monotonic_ms);
  size_t size() const;

 private:
  using Key = std::array<char, 32>;
  void Expire(int64_t monotonic_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remember(const Key& key, int64_t monotonic_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t start_ms_;
  const size_t capacity_;
  mutable Mutex mutex_;
  absl::flat_hash_set<Key> seen_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<int64_t, Key>> by_age_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_REPLAY_GUARD_H_
