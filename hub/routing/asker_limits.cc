#include "hub/routing/asker_limits.h"

#include <algorithm>

namespace signpost::hub {
namespace {

constexpr int64_t kMilli = 1000;

}  // namespace

bool AskerLimits::TryOpen(const std::string& asker, int64_t now_ms) {
  const int64_t full = int64_t{options_.burst} * kMilli;
  const auto [found, first] = askers_.try_emplace(asker);
  Asker& state = found->second;
  // A millisecond adds as many thousandths as a second adds questions. Elapsed time is capped at
  // what fills the bucket, so that nothing overflows after a long silence.
  const int64_t elapsed_ms = std::clamp<int64_t>(now_ms - state.filled_at_ms, 0, full);
  state.milli_tokens =
      first ? full
            : std::min(full, state.milli_tokens + elapsed_ms * options_.questions_per_second);
  state.filled_at_ms = now_ms;
  std::erase_if(state.abandoned, [now_ms](int64_t until_ms) { return until_ms <= now_ms; });
  if (state.open >= options_.max_open || state.abandoned.size() >= options_.max_abandoned ||
      state.milli_tokens < kMilli) {
    return false;
  }
  state.milli_tokens -= kMilli;
  ++state.open;
  return true;
}

void AskerLimits::Close(const std::string& asker, int64_t now_ms, int64_t held_until_ms) {
  const auto found = askers_.find(asker);
  if (found == askers_.end() || found->second.open == 0) return;
  --found->second.open;
  if (held_until_ms > now_ms) found->second.abandoned.push_back(held_until_ms);
}

}  // namespace signpost::hub
