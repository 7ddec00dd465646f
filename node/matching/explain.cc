#include "node/matching/identifiers.h"

namespace signpost::node {

std::string_view Explain(NhsNumberReason reason) {
  switch (reason) {
    case NhsNumberReason::kValid:
      return "";
    case NhsNumberReason::kEmpty:
      return "The NHS number is empty.";
    case NhsNumberReason::kWrongLength:
      return "An NHS number has ten digits.";
    case NhsNumberReason::kBadCharacter:
      return "An NHS number has digits only (spaces and hyphens are ignored).";
    case NhsNumberReason::kCheckDigit:
      return "The NHS number's check digit is wrong: a digit was mistyped or swapped.";
    case NhsNumberReason::kAllEqualDigits:
      return "Ten equal digits are a placeholder, not an NHS number: leave it empty.";
    case NhsNumberReason::kNotIssued:
      return "No NHS number begins so: check it against the source.";
    case NhsNumberReason::kTestRange:
      return "NHS numbers beginning with 9 are for tests: no real child has one.";
    case NhsNumberReason::kRealInTraining:
      return "A training node takes only NHS numbers beginning with 999: never a real child's.";
  }
  return "The NHS number cannot be used.";
}

std::string_view Explain(UpnReason reason) {
  switch (reason) {
    case UpnReason::kValid:
      return "";
    case UpnReason::kEmpty:
      return "The UPN is empty.";
    case UpnReason::kWrongLength:
      return "A UPN has thirteen characters.";
    case UpnReason::kBadCharacter:
      return "A UPN is a check letter followed by digits (never I, O or S).";
    case UpnReason::kCheckLetter:
      return "The UPN's check letter is wrong: a character was mistyped or swapped.";
    case UpnReason::kTemporary:
      return "A temporary UPN (it ends in a letter) identifies no child beyond one school.";
  }
  return "The UPN cannot be used.";
}

std::string_view Explain(PostcodeReason reason) {
  switch (reason) {
    case PostcodeReason::kValid:
      return "";
    case PostcodeReason::kEmpty:
      return "The postcode is empty.";
    case PostcodeReason::kBadShape:
      return "This is not the shape of a postcode: write it like M14 5QF.";
    case PostcodeReason::kUnknownAbode:
      return "A ZZ99 postcode means no fixed or unknown abode: it finds nobody.";
  }
  return "The postcode cannot be used.";
}

std::string_view Explain(DateReason reason) {
  switch (reason) {
    case DateReason::kValid:
      return "";
    case DateReason::kEmpty:
      return "The date is empty.";
    case DateReason::kBadShape:
      return "Write the date as YYYY-MM-DD, like 2016-03-09.";
    case DateReason::kDoesNotExist:
      return "There is no such day: check day and month.";
    case DateReason::kInFuture:
      return "The date lies in the future.";
    case DateReason::kTooEarly:
      return "The date is before 2 January 1900; leave it empty when it is not known.";
  }
  return "The date cannot be used.";
}

}  // namespace signpost::node
