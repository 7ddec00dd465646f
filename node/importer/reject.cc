#include "node/importer/reject.h"

namespace signpost::node {

std::string_view RejectReasonName(RejectReason reason) {
  switch (reason) {
    case RejectReason::kUnclosedQuote:
      return "UNCLOSED_QUOTE";
    case RejectReason::kStrayQuote:
      return "STRAY_QUOTE";
    case RejectReason::kFieldTooLong:
      return "FIELD_TOO_LONG";
    case RejectReason::kTooFewFields:
      return "TOO_FEW_FIELDS";
    case RejectReason::kTooManyFields:
      return "TOO_MANY_FIELDS";
    case RejectReason::kNotUtf8:
      return "NOT_UTF8";
    case RejectReason::kMissing:
      return "MISSING";
    case RejectReason::kTooLong:
      return "TOO_LONG";
    case RejectReason::kTooMany:
      return "TOO_MANY";
    case RejectReason::kNotABoolean:
      return "NOT_YES_OR_NO";
    case RejectReason::kNotInList:
      return "NOT_IN_LIST";
    case RejectReason::kBadDate:
      return "DATE_NOT_YYYY_MM_DD";
    case RejectReason::kNoSuchDate:
      return "NO_SUCH_DATE";
    case RejectReason::kDateInFuture:
      return "DATE_IN_FUTURE";
    case RejectReason::kDateTooEarly:
      return "DATE_TOO_EARLY";
    case RejectReason::kEndBeforeStart:
      return "END_BEFORE_START";
    case RejectReason::kReviewTooFar:
      return "REVIEW_MORE_THAN_2_YEARS_AHEAD";
    case RejectReason::kDeathBeforeBirth:
      return "DEATH_BEFORE_BIRTH";
    case RejectReason::kNhsNumberInvalid:
      return "NHS_NUMBER_INVALID";
    case RejectReason::kNhsNumberTestRange:
      return "NHS_NUMBER_IS_A_TEST_NUMBER";
    case RejectReason::kNhsNumberNotTraining:
      return "NHS_NUMBER_NOT_FOR_TRAINING";
    case RejectReason::kUpnInvalid:
      return "UPN_INVALID";
    case RejectReason::kPostcodeInvalid:
      return "POSTCODE_INVALID";
    case RejectReason::kNoSuchCase:
      return "NO_SUCH_CASE_REFERENCE";
    case RejectReason::kCaseSuperseded:
      return "CASE_SUPERSEDED";
    case RejectReason::kReasonWithoutShield:
      return "REASON_WITHOUT_SHIELD";
    case RejectReason::kConsentIncomplete:
      return "CONSENT_INCOMPLETE";
    case RejectReason::kWithdrawnBeforeGiven:
      return "WITHDRAWN_BEFORE_GIVEN";
  }
  return "UNKNOWN";
}

}  // namespace signpost::node
