// Calendar days as milliseconds UTC, for the few dates that queries compare.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_STORE_DATES_H_
#define SIGNPOST_NODE_STORE_DATES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace signpost::node {

inline constexpr int64_t kDayMs = 86'400'000;

// Midnight UTC at the start of YYYY-MM-DD, or nothing if there is no such day (years 1900 to 2999).
std::optional<int64_t> DayStartMs(std::string_view date);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_DATES_H_
