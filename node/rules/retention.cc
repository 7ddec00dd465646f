#include "node/rules/retention.h"

#include <algorithm>

#include "node/record/civil_date.h"
#include "node/rules/standing.h"
#include "proto/base/reason.h"

namespace signpost::node {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

// The latest day on which the child can have been born, as far as the date is known: in doubt a
// record is kept. 1900-01-01 is what systems write for "missing".
std::optional<sys_days> LatestBirth(const v1::ChildDetails& details) {
  const std::string& text = details.date_of_birth();
  if (text == "1900-01-01") return std::nullopt;
  if (details.date_quality() == v1::DATE_QUALITY_UNSPECIFIED ||
      details.date_quality() == v1::EXACT) {
    return ParseDay(text);
  }
  // Less than a day is known; sources write 2014, 2014-05, 2014-05-00 or any day.
  const auto year_start = ParseDay(text.substr(0, 4) + "-01-01");
  if (!year_start) return std::nullopt;
  const auto year = year_month_day(*year_start).year();
  if (details.date_quality() == v1::MONTH_ONLY && text.size() >= 7) {
    if (const auto month = ParseDay(text.substr(0, 7) + "-01")) {
      return sys_days(year / year_month_day(*month).month() / std::chrono::last);
    }
  }
  return sys_days(year / std::chrono::December / 31);
}

// Who is born on 29 February has the birthday on 1 March in other years.
sys_days Birthday(sys_days birth, uint32_t age) {
  const year_month_day date(birth);
  const year_month_day day(date.year() + std::chrono::years(age), date.month(), date.day());
  return day.ok() ? sys_days(day) : sys_days(day.year() / std::chrono::March / 1);
}

// The first day on which the record is to be archived.
std::optional<sys_days> ArchiveFrom(const ChildRow& child) {
  std::optional<sys_days> from;
  if (const auto birth = LatestBirth(child.details)) {
    from = Birthday(*birth, child.keep_until_25 ? kExtendedAge : kAdultAge);
  }
  if (const auto death = ParseDay(child.date_of_death)) {
    const sys_days after = MonthsAfter(*death, kMonthsAfterDeath);
    from = from ? std::min(*from, after) : after;
  }
  return from;
}

absl::Status BadReviewBy(std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, why);
}

}  // namespace

ChildFate FateOf(const ChildRow& child, sys_days today) {
  const auto archive_from = ArchiveFrom(child);
  if (!child.flags.archived) {
    if (!archive_from) return ChildFate::kUndated;
    return today >= *archive_from ? ChildFate::kArchive : ChildFate::kKeep;
  }
  if (archive_from && today < *archive_from) return ChildFate::kReopen;
  if (child.archived_ms <= 0) return ChildFate::kKeep;
  const sys_days destroy_from = MonthsAfter(DayOf(child.archived_ms), 12 * kArchiveYears);
  return today >= destroy_from ? ChildFate::kDestroy : ChildFate::kKeep;
}

InvolvementFate FateOf(const InvolvementRow& row, sys_days today) {
  const auto last = LastCurrentDay(row);
  return last && today >= MonthsAfter(*last, 12 * kArchiveYears) ? InvolvementFate::kDestroy
                                                                 : InvolvementFate::kKeep;
}

absl::StatusOr<std::string> ReviewBy(std::string_view asked, sys_days today) {
  if (asked.empty()) return FormatDay(MonthsAfter(today, kDefaultReviewMonths));
  const auto day = ParseDay(asked);
  if (!day) return BadReviewBy("review_by must be a day of the form YYYY-MM-DD");
  if (*day < today) return BadReviewBy("review_by must not be in the past");
  if (*day > MonthsAfter(today, kMostReviewMonths)) {
    return BadReviewBy("review_by must be at most 24 months ahead");
  }
  return std::string(asked);
}

}  // namespace signpost::node
