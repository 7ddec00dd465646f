// How one involvement stands on one day: current, past within the look-back, or
// past telling; and of which kind it is for the disclosure table (RULES.md sections 2, 4 and 7).
//
// Thread safety: pure functions; today's date is passed in.
#ifndef SIGNPOST_NODE_RULES_STANDING_H_
#define SIGNPOST_NODE_RULES_STANDING_H_

#include <chrono>
#include <cstdint>
#include <optional>

#include "node/record/records.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::node {

inline constexpr uint32_t kDefaultLookBackMonths = 12;

// The day and the look-back that involvements are judged by.
struct RuleDay {
  int64_t now_ms = 0;
  std::chrono::sys_days today;
  uint32_t look_back_months = kDefaultLookBackMonths;
};
RuleDay RuleDayOf(int64_t now_ms, const v1::Policy& policy);
// The moment before which an ended involvement no longer counts.
int64_t LookBackFromMs(const RuleDay& day);

enum class Standing {
  kNow,       // current
  kBefore,    // ended, or past its review-by date, within the look-back
  kNotShown,  // of an unknown service, not begun, ended too long ago, or undated
};
// By service and dates alone; sensitive or not is KindOf's.
Standing StandingOf(const InvolvementRow& row, const RuleDay& day);

// The last day on which it was or is current: the earliest of its end, its review-by date and, when
// it has none, its expiry. Nothing when it has no end in sight. Unreadable dates are left out.
std::optional<std::chrono::sys_days> LastCurrentDay(const InvolvementRow& row);

enum class InvolvementKind {
  kOrdinary,
  kSensitiveWithConsent,
  kSensitiveWithoutConsent,
};
// Sensitive by the record or by the statute. Consent counts from the day it was given until the day
// before it was withdrawn; one without a readable day of giving, or with an unreadable day of
// withdrawing, is no consent.
InvolvementKind KindOf(const v1::Involvement& involvement, const RuleDay& day);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_STANDING_H_
