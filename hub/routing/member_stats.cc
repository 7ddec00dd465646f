#include "hub/routing/member_stats.h"

#include <algorithm>

namespace signpost::hub {
namespace {

constexpr int64_t kHourMs = 3'600'000;

}  // namespace

void DayCount::Add(int64_t now_ms) {
  const int64_t hour = now_ms / kHourMs;
  Bucket& bucket = buckets_[static_cast<size_t>(hour % 24)];
  if (bucket.hour != hour) bucket = {hour, 0};
  ++bucket.count;
}

uint64_t DayCount::Total(int64_t now_ms) const {
  const int64_t hour = now_ms / kHourMs;
  uint64_t total = 0;
  for (const Bucket& bucket : buckets_) {
    if (bucket.hour > hour - 24 && bucket.hour <= hour) total += bucket.count;
  }
  return total;
}

void DurationRing::Add(int64_t ms) {
  const auto sample = static_cast<uint32_t>(std::clamp<int64_t>(ms, 0, 3'600'000));
  if (samples_.size() < kSize) {
    samples_.push_back(sample);
    return;
  }
  samples_[next_] = sample;
  next_ = (next_ + 1) % kSize;
}

uint32_t DurationRing::Percentile(int percent) const {
  if (samples_.empty()) return 0;
  std::vector<uint32_t> sorted = samples_;
  const size_t rank = (sorted.size() * static_cast<size_t>(percent) + 99) / 100;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

}  // namespace signpost::hub
