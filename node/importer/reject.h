// Why a row of an import is rejected: a closed list, and no value.
//
// Thread safety: pure.
#ifndef SIGNPOST_NODE_IMPORTER_REJECT_H_
#define SIGNPOST_NODE_IMPORTER_REJECT_H_

#include <string_view>

namespace signpost::node {

enum class RejectReason {
  kUnclosedQuote,
  kStrayQuote,
  kFieldTooLong,
  kTooFewFields,
  kTooManyFields,
  kNotUtf8,  // or control characters
  kMissing,  // a required field is empty
  kTooLong,  // beyond the field's limit
  kTooMany,  // names or postcodes in one field
  kNotABoolean,
  kNotInList,  // sex, service
  kBadDate,    // not YYYY-MM-DD
  kNoSuchDate,
  kDateInFuture,
  kDateTooEarly,
  kEndBeforeStart,
  kReviewTooFar,  // more than 24 months ahead
  kDeathBeforeBirth,
  kNhsNumberInvalid,      // length, characters, check digit, or a range never issued
  kNhsNumberTestRange,    // a test number in a node that holds real children
  kNhsNumberNotTraining,  // a real number in a training node
  kUpnInvalid,
  kPostcodeInvalid,
  kNoSuchCase,      // involvements: import the child first
  kCaseSuperseded,  // children: the record was merged into another, under which it goes on
  kReasonWithoutShield,
  kConsentIncomplete,     // a date without a person, or the reverse
  kWithdrawnBeforeGiven,  // consent cannot be withdrawn before it was given
};

// Stable words for replies and reject files, such as "NO_SUCH_DATE".
std::string_view RejectReasonName(RejectReason reason);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_REJECT_H_
