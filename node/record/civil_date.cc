#include "node/record/civil_date.h"

namespace signpost::node {
namespace {

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<std::chrono::sys_days> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text.substr(0, 4));
  const auto month = Digits(text.substr(5, 2));
  const auto day = Digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::chrono::sys_days DayOf(int64_t now_ms) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now_ms)));
}

std::chrono::sys_days MonthsBefore(std::chrono::sys_days day, uint32_t months) {
  const std::chrono::year_month_day date(day);
  const auto earlier = date - std::chrono::months(static_cast<int>(months));
  if (earlier.ok()) return std::chrono::sys_days(earlier);
  return std::chrono::sys_days(earlier.year() / earlier.month() / std::chrono::last);
}

}  // namespace signpost::node
