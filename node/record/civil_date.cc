#include "node/record/civil_date.h"

#include <algorithm>

namespace signpost::node {
namespace {

constexpr uint32_t kMostMonths = 12'000;

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string Padded(int value, size_t width) {
  std::string text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

std::chrono::sys_days MonthsFrom(std::chrono::sys_days day, int months) {
  const auto moved = std::chrono::year_month_day(day) + std::chrono::months(months);
  if (moved.ok()) return std::chrono::sys_days(moved);
  return std::chrono::sys_days(moved.year() / moved.month() / std::chrono::last);
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

std::string FormatDay(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return Padded(std::clamp(static_cast<int>(date.year()), 0, 9999), 4) + "-" +
         Padded(static_cast<int>(static_cast<unsigned>(date.month())), 2) + "-" +
         Padded(static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

std::chrono::sys_days MonthsBefore(std::chrono::sys_days day, uint32_t months) {
  return MonthsFrom(day, -static_cast<int>(std::min(months, kMostMonths)));
}

std::chrono::sys_days MonthsAfter(std::chrono::sys_days day, uint32_t months) {
  return MonthsFrom(day, static_cast<int>(std::min(months, kMostMonths)));
}

}  // namespace signpost::node
