#include "node/rules/standing.h"

#include <string>

#include "node/record/civil_date.h"

namespace signpost::node {
namespace {

// SENSITIVE_SERVICE is a word of answers; a record that holds it hides what it is.
bool KnownService(v1::ServiceType service) {
  return v1::ServiceType_IsValid(service) && service != v1::SERVICE_TYPE_UNSPECIFIED &&
         service != v1::SENSITIVE_SERVICE;
}

bool Readable(const std::string& date) { return date.empty() || ParseDay(date).has_value(); }

bool Consented(const v1::Consent& consent, std::chrono::sys_days today) {
  const auto given = ParseDay(consent.given_on());
  if (!given || *given > today) return false;
  if (consent.withdrawn_on().empty()) return true;
  const auto withdrawn = ParseDay(consent.withdrawn_on());
  return withdrawn && *withdrawn > today;
}

}  // namespace

RuleDay RuleDayOf(int64_t now_ms, const v1::Policy& policy) {
  RuleDay day;
  day.now_ms = now_ms;
  day.today = DayOf(now_ms);
  if (policy.look_back_months() != 0) day.look_back_months = policy.look_back_months();
  return day;
}

int64_t LookBackFromMs(const RuleDay& day) {
  const auto from = MonthsBefore(day.today, day.look_back_months);
  return std::chrono::duration_cast<std::chrono::milliseconds>(from.time_since_epoch()).count();
}

std::optional<std::chrono::sys_days> LastCurrentDay(const InvolvementRow& row) {
  std::optional<std::chrono::sys_days> last;
  const auto no_later_than = [&last](std::chrono::sys_days day) {
    if (!last || day < *last) last = day;
  };
  for (const std::string* text : {&row.involvement.end_on(), &row.involvement.review_by()}) {
    if (const auto day = ParseDay(*text)) no_later_than(*day);
  }
  // The store knows when an involvement without a review-by date was last recorded.
  if (row.involvement.review_by().empty() && row.expires_ms > 0) {
    no_later_than(DayOf(row.expires_ms));
  }
  return last;
}

Standing StandingOf(const InvolvementRow& row, const RuleDay& day) {
  const v1::Involvement& involvement = row.involvement;
  if (!KnownService(involvement.service())) return Standing::kNotShown;
  const auto start = ParseDay(involvement.start_on());
  if (!start || *start > day.today) return Standing::kNotShown;
  if (!Readable(involvement.end_on()) || !Readable(involvement.review_by())) {
    return Standing::kNotShown;
  }
  const auto last = LastCurrentDay(row);
  if (!last || *last >= day.today) return Standing::kNow;
  return *last >= MonthsBefore(day.today, day.look_back_months) ? Standing::kBefore
                                                                : Standing::kNotShown;
}

InvolvementKind KindOf(const v1::Involvement& involvement, const RuleDay& day) {
  if (!involvement.sensitive() && !SensitiveByStatute(involvement.service())) {
    return InvolvementKind::kOrdinary;
  }
  return Consented(involvement.consent(), day.today) ? InvolvementKind::kSensitiveWithConsent
                                                     : InvolvementKind::kSensitiveWithoutConsent;
}

}  // namespace signpost::node
