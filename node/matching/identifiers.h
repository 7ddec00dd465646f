// Checks of the fields that carry their own proof of being well written: NHS
// number, unique pupil number, postcode, date. Each answers with one reason of a
// closed list, so that an importer can tell a data manager what is wrong with a
// row without repeating the value.
//
// Thread safety: pure functions.
// Security: no message contains any part of the value that was checked.
#ifndef SIGNPOST_NODE_MATCHING_IDENTIFIERS_H_
#define SIGNPOST_NODE_MATCHING_IDENTIFIERS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signpost::node {

// Whose children a node holds: real ones, or invented ones for training and
// demonstration. The two never mix.
enum class NumberUse { kProduction, kTraining };

enum class NhsNumberReason : uint8_t {
  kValid,
  kEmpty,
  kWrongLength,     // not ten digits
  kBadCharacter,    // something other than digits, spaces and hyphens
  kCheckDigit,      // modulus 11 fails
  kAllEqualDigits,  // 4444444444 and the like pass modulus 11 but are typed in despair
  kNotIssued,       // outside the ranges issued in England, Wales and Northern Ireland
  kTestRange,       // 9xx: never issued; refused in production
  kRealInTraining,  // an issued range, refused in training
};
struct NhsNumberCheck {
  NhsNumberReason reason = NhsNumberReason::kEmpty;
  std::string canonical;  // ten digits when valid, else empty
  bool ok() const { return reason == NhsNumberReason::kValid; }
};
// Spaces and hyphens are ignored. Production accepts 3xx, 4xx, 6xx, 7xx; training accepts only
// numbers beginning with 9 (999 first, then 9xx that are never issued).
// Source: NHS Data Dictionary, NHS NUMBER (weights 10..2, modulus 11).
NhsNumberCheck CheckNhsNumber(std::string_view text, NumberUse use);
// As CheckNhsNumber, either use: for matching, where what was accepted is compared.
NhsNumberCheck CheckNhsNumberAnyUse(std::string_view text);

enum class UpnReason : uint8_t {
  kValid,
  kEmpty,
  kWrongLength,   // not thirteen characters
  kBadCharacter,  // not a check letter followed by digits
  kCheckLetter,   // modulus 23 fails
  kTemporary,     // well formed, last character a letter: identifies nobody, makes no key
};
struct UpnCheck {
  UpnReason reason = UpnReason::kEmpty;
  std::string canonical;  // thirteen characters when valid or temporary, else empty
  bool ok() const { return reason == UpnReason::kValid; }
};
// Spaces are ignored, lower case accepted. Source: DfE, Unique Pupil Numbers guide, annex on the
// check letter (weights 2..13, modulus 23 over ABCDEFGHJKLMNPQRTUVWXYZ).
UpnCheck CheckUpn(std::string_view text);

enum class PostcodeReason : uint8_t {
  kValid,
  kEmpty,
  kBadShape,      // not the shape of a United Kingdom postcode
  kUnknownAbode,  // ZZ99...: unknown or no fixed abode; accepted, but no key and no evidence
};
struct PostcodeCheck {
  PostcodeReason reason = PostcodeReason::kEmpty;
  std::string canonical;  // upper case without space when valid or unknown abode, else empty
  bool ok() const { return reason == PostcodeReason::kValid; }
};
PostcodeCheck CheckPostcode(std::string_view text);

// A day of the Gregorian calendar.
struct Date {
  int16_t year = 0;
  uint8_t month = 0;
  uint8_t day = 0;
  auto operator<=>(const Date&) const = default;
};

enum class DateReason : uint8_t {
  kValid,
  kEmpty,
  kBadShape,      // not YYYY-MM-DD
  kDoesNotExist,  // no such month, or no such day in that month
  kInFuture,      // after `today`
  kTooEarly,      // before 1900-01-02; 1900-01-01 is what systems write for "missing"
};
struct DateCheck {
  DateReason reason = DateReason::kEmpty;
  std::optional<Date> date;  // set when valid, only then
  bool ok() const { return reason == DateReason::kValid; }
};
// YYYY-MM-DD only; never guesses the order of month and day. With `today`, later days are refused.
DateCheck CheckDate(std::string_view text, std::optional<Date> today = std::nullopt);

// The UTC day of a clock's reading (milliseconds since 1970).
Date DateOfMs(int64_t ms);
// YYYY-MM-DD.
std::string FormatDate(Date date);

// One sentence for a person, with what to do; empty for kValid. Static storage.
std::string_view Explain(NhsNumberReason reason);
std::string_view Explain(UpnReason reason);
std::string_view Explain(PostcodeReason reason);
std::string_view Explain(DateReason reason);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_IDENTIFIERS_H_
