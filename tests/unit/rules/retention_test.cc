#include "node/rules/retention.h"

#include <catch2/catch.hpp>
#include <string>

#include "proto/base/reason.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

using std::chrono::days;

ChildRow Born(const std::string& date, v1::DateQuality quality = v1::EXACT) {
  ChildRow child;
  child.details.set_date_of_birth(date);
  child.details.set_date_quality(quality);
  return child;
}

int64_t Ms(std::chrono::sys_days day) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count();
}

TEST_CASE("A child's record is archived on the eighteenth birthday") {
  CHECK(FateOf(Born("2008-06-16"), kToday) == ChildFate::kKeep);
  CHECK(FateOf(Born("2008-06-15"), kToday) == ChildFate::kArchive);
}

TEST_CASE("A record kept longer by consent is archived at twenty-five") {
  ChildRow child = Born("2008-06-15");
  child.keep_until_25 = true;
  CHECK(FateOf(child, kToday) == ChildFate::kKeep);
  child.details.set_date_of_birth("2001-06-16");
  CHECK(FateOf(child, kToday) == ChildFate::kKeep);
  child.details.set_date_of_birth("2001-06-15");
  CHECK(FateOf(child, kToday) == ChildFate::kArchive);
}

TEST_CASE("A record is archived one year after death") {
  ChildRow child = Born("2017-03-14");
  child.date_of_death = "2025-06-16";
  CHECK(FateOf(child, kToday) == ChildFate::kKeep);
  child.date_of_death = "2025-06-15";
  CHECK(FateOf(child, kToday) == ChildFate::kArchive);
  child.details.clear_date_of_birth();
  CHECK(FateOf(child, kToday) == ChildFate::kArchive);
}

TEST_CASE("Who was born on 29 February comes of age on 1 March") {
  const auto at = [](int y, unsigned m, unsigned d) {
    return std::chrono::sys_days(std::chrono::year(y) / std::chrono::month(m) /
                                 std::chrono::day(d));
  };
  CHECK(FateOf(Born("2008-02-29"), at(2026, 2, 28)) == ChildFate::kKeep);
  CHECK(FateOf(Born("2008-02-29"), at(2026, 3, 1)) == ChildFate::kArchive);
}

TEST_CASE("A birth date known in part archives no earlier than the youngest the child can be") {
  const auto fate = [](const std::string& date, v1::DateQuality quality) {
    return FateOf(Born(date, quality), kToday);
  };
  CHECK(fate("2008-01-01", v1::YEAR_ONLY) == ChildFate::kKeep);
  CHECK(fate("2008", v1::YEAR_ONLY) == ChildFate::kKeep);
  CHECK(fate("2008-01-01", v1::ESTIMATED) == ChildFate::kKeep);
  CHECK(fate("2007-12-31", v1::YEAR_ONLY) == ChildFate::kArchive);
  CHECK(fate("2008-06-01", v1::MONTH_ONLY) == ChildFate::kKeep);
  CHECK(fate("2008-05-00", v1::MONTH_ONLY) == ChildFate::kArchive);
  CHECK(fate("2008-05", v1::MONTH_ONLY) == ChildFate::kArchive);
  CHECK(fate("2008-01-01", static_cast<v1::DateQuality>(70)) == ChildFate::kKeep);
}

TEST_CASE("A record without a usable date is counted for the data manager and kept") {
  for (const char* date : {"", "1900-01-01", "2008-13-01", "unknown", "20"}) {
    CHECK(FateOf(Born(date), kToday) == ChildFate::kUndated);
  }
  CHECK(FateOf(Born("1900-01-01", v1::YEAR_ONLY), kToday) == ChildFate::kUndated);
  CHECK(FateOf(Born("unknown", v1::YEAR_ONLY), kToday) == ChildFate::kUndated);
}

TEST_CASE("An archived record is destroyed six years later and not a day before") {
  ChildRow child = Born("2001-01-01");
  child.flags.archived = true;
  child.archived_ms = Ms(MonthsBefore(kToday, 72));
  CHECK(FateOf(child, kToday) == ChildFate::kDestroy);
  CHECK(FateOf(child, kToday - days(1)) == ChildFate::kKeep);
  child.archived_ms = 0;
  CHECK(FateOf(child, kToday) == ChildFate::kKeep);
}

TEST_CASE("An archived record that a correction makes a child's again is reopened") {
  ChildRow child = Born("2017-03-14");
  child.flags.archived = true;
  child.archived_ms = Ms(MonthsBefore(kToday, 100));
  CHECK(FateOf(child, kToday) == ChildFate::kReopen);
  child.details.clear_date_of_birth();
  CHECK(FateOf(child, kToday) == ChildFate::kDestroy);
}

TEST_CASE("An involvement is destroyed six years after it ended or expired") {
  const auto fate = [](const std::string& end, const std::string& review, int64_t expires_ms) {
    v1::Involvement involvement = Involved(v1::EARLY_HELP, "2010-01-01", end);
    involvement.set_review_by(review);
    return FateOf(Row(involvement, expires_ms), kToday);
  };
  CHECK(fate("2020-06-15", "", 0) == InvolvementFate::kDestroy);
  CHECK(fate("2020-06-16", "", 0) == InvolvementFate::kKeep);
  CHECK(fate("", "2020-06-15", 0) == InvolvementFate::kDestroy);
  CHECK(fate("2026-01-01", "2020-06-15", 0) == InvolvementFate::kDestroy);
  CHECK(fate("", "", Ms(MonthsBefore(kToday, 72))) == InvolvementFate::kDestroy);
  CHECK(fate("", "", 0) == InvolvementFate::kKeep);
  CHECK(fate("never", "", 0) == InvolvementFate::kKeep);
}

TEST_CASE("A review-by date is twelve months ahead unless said and at most twenty-four") {
  CHECK(*ReviewBy("", kToday) == "2027-06-15");
  CHECK(*ReviewBy("2026-06-15", kToday) == "2026-06-15");
  CHECK(*ReviewBy("2028-06-15", kToday) == "2028-06-15");
  for (const char* refused : {"2028-06-16", "2026-06-14", "soon", "2027-02-30"}) {
    const auto asked = ReviewBy(refused, kToday);
    CHECK(asked.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(DetailsOf(asked.status()).reason == reason::kDetails);
  }
}

}  // namespace
}  // namespace signpost::node
