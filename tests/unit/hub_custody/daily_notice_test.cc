#include "hub/custody/daily_notice.h"

#include <catch2/catch.hpp>

namespace signpost::hub {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kMidnight = 20'000 * kDayMs;

}  // namespace

// What went wrong: a member above its allowance filled the custodian's log with a line a batch.
TEST_CASE("A flagged allowance is told once a day for each member and allowance") {
  DailyNotice notice;
  CHECK(notice.Due("E09000012", v1::QUESTIONS, kMidnight));
  CHECK_FALSE(notice.Due("E09000012", v1::QUESTIONS, kMidnight + 1));
  CHECK_FALSE(notice.Due("E09000012", v1::QUESTIONS, kMidnight + kDayMs - 1));
  CHECK(notice.Due("E09000012", v1::DELTA, kMidnight + 1));
  CHECK(notice.Due("E08000035", v1::QUESTIONS, kMidnight + 1));
  CHECK(notice.Due("E09000012", v1::QUESTIONS, kMidnight + kDayMs));
  CHECK_FALSE(notice.Due("E09000012", v1::QUESTIONS, kMidnight + kDayMs));
}

}  // namespace signpost::hub
