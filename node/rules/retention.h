// Keeping and forgetting: when an involvement expires and is destroyed, when a
// child's record is archived and destroyed (RULES.md section 7).
//
//   involvement  review-by: 12 months ahead unless said, at most 24; past it, INVOLVED_BEFORE for
//                the look-back; destroyed 6 years after it ended or expired
//   child        archived at 18 (25 if kept longer by consent), or 1 year after death; archived
//                records answer nothing; destroyed 6 years after archiving
//
// Thread safety: pure functions; today's date is passed in.
#ifndef SIGNPOST_NODE_RULES_RETENTION_H_
#define SIGNPOST_NODE_RULES_RETENTION_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "node/record/records.h"
#include "proto/base/status.h"

namespace signpost::node {

inline constexpr uint32_t kDefaultReviewMonths = 12;
inline constexpr uint32_t kMostReviewMonths = 24;
inline constexpr uint32_t kArchiveYears = 6;
inline constexpr uint32_t kAdultAge = 18;
inline constexpr uint32_t kExtendedAge = 25;
inline constexpr uint32_t kMonthsAfterDeath = 12;

enum class ChildFate {
  kKeep,
  kArchive,
  kReopen,  // archived, and a correction says that it should not be
  kDestroy,
  kUndated,  // no usable date of birth or death: nobody can say; counted for the data manager
};
ChildFate FateOf(const ChildRow& child, std::chrono::sys_days today);

enum class InvolvementFate { kKeep, kDestroy };
InvolvementFate FateOf(const InvolvementRow& row, std::chrono::sys_days today);

// A review-by date as it may be stored: empty gives 12 months from today. INVALID_ARGUMENT: no such
// day, before today, or more than 24 months ahead.
absl::StatusOr<std::string> ReviewBy(std::string_view asked, std::chrono::sys_days today);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_RETENTION_H_
