#include "node/store/dates.h"

#include <chrono>

namespace signpost::node {
namespace {

// The decimal number, or -1.
int Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<int64_t> DayStartMs(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const int year = Digits(date.substr(0, 4));
  const int month = Digits(date.substr(5, 2));
  const int day = Digits(date.substr(8, 2));
  if (year < 1900 || year > 2999 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(year),
                                        std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(day))};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days(ymd).time_since_epoch().count() * kDayMs;
}

}  // namespace signpost::node
