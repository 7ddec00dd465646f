// Whether something about a member was already said today, so that a log says it
// once a day and not at every batch.
//
// Thread safety: every method, from any thread.
#ifndef SIGNPOST_HUB_CUSTODY_DAILY_NOTICE_H_
#define SIGNPOST_HUB_CUSTODY_DAILY_NOTICE_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <utility>

#include "proto/base/mutex.h"
#include "signpost/v1/custody.pb.h"

namespace signpost::hub {

class DailyNotice {
 public:
  // True the first time that it is asked for this member and allowance on the UTC day of `now_ms`.
  bool Due(const std::string& member, v1::Allowance kind, int64_t now_ms) {
    constexpr int64_t kDayMs = 86'400'000;
    const int64_t day = now_ms / kDayMs;
    MutexLock lock(mutex_);
    const auto [said, first] = said_on_.try_emplace({member, static_cast<int>(kind)}, day);
    return first || std::exchange(said->second, day) != day;
  }

 private:
  Mutex mutex_;
  // The day on which it was said last; an entry a member and allowance.
  absl::flat_hash_map<std::pair<std::string, int>, int64_t> said_on_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_CUSTODY_DAILY_NOTICE_H_
