#include "node/record/civil_date.h"

#include <catch2/catch.hpp>

#include "node/record/records.h"

namespace signpost::node {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr sys_days Day(int y, unsigned m, unsigned d) {
  return sys_days(std::chrono::year(y) / std::chrono::month(m) / std::chrono::day(d));
}

TEST_CASE("A day is read only as it is written and only if it exists") {
  CHECK(ParseDay("2026-06-15") == Day(2026, 6, 15));
  CHECK(ParseDay("2024-02-29") == Day(2024, 2, 29));
  for (const char* text : {"", "2026-6-15", "15-06-2026", "2026/06/15", "2026-06-31", "2025-02-29",
                           "2026-13-01", "2026-00-10", "2026-06-15 ", " 2026-06-15", "2026-06-1x",
                           "-026-06-15", "2026-06-15T00:00:00"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseDay(text).has_value());
  }
}

TEST_CASE("A written day is read back as the same day") {
  for (int i = 0; i < 80'000; i += 37) {
    const sys_days day = Day(1899, 12, 25) + days(i);
    REQUIRE(ParseDay(FormatDay(day)) == day);
  }
  CHECK(FormatDay(Day(2026, 6, 5)) == "2026-06-05");
  CHECK(FormatDay(Day(33, 6, 5)) == "0033-06-05");
}

TEST_CASE("The day of a moment is the UTC day for moments before 1970 too") {
  CHECK(DayOf(0) == Day(1970, 1, 1));
  CHECK(DayOf(86'400'000 - 1) == Day(1970, 1, 1));
  CHECK(DayOf(86'400'000) == Day(1970, 1, 2));
  CHECK(DayOf(-1) == Day(1969, 12, 31));
}

TEST_CASE("Months before and after keep the day or take the last of the month") {
  CHECK(MonthsBefore(Day(2026, 6, 15), 12) == Day(2025, 6, 15));
  CHECK(MonthsBefore(Day(2026, 3, 31), 1) == Day(2026, 2, 28));
  CHECK(MonthsAfter(Day(2026, 6, 15), 12) == Day(2027, 6, 15));
  CHECK(MonthsAfter(Day(2024, 2, 29), 12) == Day(2025, 2, 28));
  CHECK(MonthsAfter(Day(2025, 8, 31), 6) == Day(2026, 2, 28));
  CHECK(MonthsAfter(Day(2026, 6, 15), 0) == Day(2026, 6, 15));
}

TEST_CASE("A number of months out of all reason does not overflow") {
  CHECK(MonthsAfter(Day(2026, 6, 15), UINT32_MAX) == Day(3026, 6, 15));
  CHECK(MonthsBefore(Day(2026, 6, 15), UINT32_MAX) == Day(1026, 6, 15));
}

TEST_CASE("Three services are sensitive by the statute and no others") {
  // SI 2007/2182 calls them so whatever the source system says.
  for (int service = 0; service <= v1::ServiceType_MAX; ++service) {
    const auto type = static_cast<v1::ServiceType>(service);
    CHECK(SensitiveByStatute(type) ==
          (type == v1::SEXUAL_HEALTH || type == v1::MENTAL_HEALTH || type == v1::SUBSTANCE_MISUSE));
  }
}

TEST_CASE("An involvement that some asker may be told of is held in any of four ways") {
  CHECK_FALSE(ClaimRow().HasInvolvement());
  for (bool ClaimRow::*way : {&ClaimRow::ordinary_now, &ClaimRow::ordinary_before,
                              &ClaimRow::sensitive_now, &ClaimRow::sensitive_before}) {
    ClaimRow row;
    row.*way = true;
    CHECK(row.HasInvolvement());
  }
}

}  // namespace
}  // namespace signpost::node
