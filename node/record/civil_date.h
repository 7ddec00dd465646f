// Calendar dates as records write them, YYYY-MM-DD, for the rules that compare a
// day with today. UTC: an involvement that ends today is current all day.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_RECORD_CIVIL_DATE_H_
#define SIGNPOST_NODE_RECORD_CIVIL_DATE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signpost::node {

// Nothing unless `text` is YYYY-MM-DD and such a day exists.
std::optional<std::chrono::sys_days> ParseDay(std::string_view text);

// The UTC day of a moment.
std::chrono::sys_days DayOf(int64_t now_ms);

// YYYY-MM-DD, what ParseDay reads. Years 0 to 9999; others are cut to these.
std::string FormatDay(std::chrono::sys_days day);

// The same day of the month `months` earlier or later, or that month's last day. At most 12,000
// months; more counts as so many.
std::chrono::sys_days MonthsBefore(std::chrono::sys_days day, uint32_t months);
std::chrono::sys_days MonthsAfter(std::chrono::sys_days day, uint32_t months);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RECORD_CIVIL_DATE_H_
