#include "node/lookup/replay_guard.h"

#include <cstring>

#include "proto/limits.h"

namespace signpost::node {

std::string_view ReplayVerdictName(ReplayVerdict verdict) {
  switch (verdict) {
    case ReplayVerdict::kFresh:
      return "FRESH";
    case ReplayVerdict::kSkewed:
      return "CLOCK_SKEW";
    case ReplayVerdict::kWrongSlot:
      return "WRONG_SLOT";
    case ReplayVerdict::kBeforeStart:
      return "BEFORE_START";
    case ReplayVerdict::kReplayed:
      return "REPLAYED";
    case ReplayVerdict::kFull:
      return "TOO_MANY_QUESTIONS";
  }
  return "UNKNOWN";
}

ReplayVerdict ReplayGuard::Admit(std::string_view hh, int64_t issued_ms, int64_t slot,
                                 int64_t now_ms, int64_t monotonic_ms) {
  // Both bounds by comparison: issued_ms came over a wire, and a difference could overflow.
  if (issued_ms < now_ms - kMaxClockSkewMs || issued_ms > now_ms + kMaxClockSkewMs ||
      issued_ms < 0) {
    return ReplayVerdict::kSkewed;
  }
  if (slot != issued_ms / kSlotMs) return ReplayVerdict::kWrongSlot;
  Key key;
  if (hh.size() != key.size()) return ReplayVerdict::kReplayed;
  std::memcpy(key.data(), hh.data(), key.size());

  if (issued_ms < start_ms_) return ReplayVerdict::kBeforeStart;

  MutexLock lock(mutex_);
  Expire(monotonic_ms);
  if (seen_.contains(key)) return ReplayVerdict::kReplayed;
  if (seen_.size() >= capacity_) return ReplayVerdict::kFull;
  Remember(key, monotonic_ms);
  return ReplayVerdict::kFresh;
}

size_t ReplayGuard::size() const {
  MutexLock lock(mutex_);
  return seen_.size();
}

void ReplayGuard::Expire(int64_t monotonic_ms) {
  while (!by_age_.empty() && by_age_.front().first <= monotonic_ms - kReplayWindowMs) {
    seen_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

void ReplayGuard::Remember(const Key& key, int64_t monotonic_ms) {
  if (seen_.insert(key).second) by_age_.emplace_back(monotonic_ms, key);
}

}  // namespace signpost::node
