// What a refused date, number or postcode nearly is: a letter O for a digit, two
// digits exchanged, a date day first. It names the mistake so that a data manager
// can look for it; it never repairs a value, since a repaired guess may be
// another child's.
//
// Thread safety: pure functions, of any bytes, in bounded time.
// Security: names the kind of mistake only; no sentence contains any part of the value.
#ifndef SIGNPOST_NODE_MATCHING_NEAR_MISS_H_
#define SIGNPOST_NODE_MATCHING_NEAR_MISS_H_

#include <cstdint>
#include <string_view>

namespace signpost::node {

enum class NearMiss : uint8_t {
  kNone,                  // valid, empty, or like nothing in particular
  kLetterForDigit,        // O for 0, I or L for 1, S for 5 and the like; valid with the digits
  kDigitForLetter,        // the other way round, in a postcode or a UPN's check letter
  kCharacterMissing,      // one too few
  kCharacterTooMany,      // one too many
  kNeighboursSwapped,     // exchanging two neighbours would make it valid
  kOneCharacterWrong,     // the check fails; some other single character would make it valid
  kCheckLetterLast,       // a UPN written with its check letter at the end
  kSpreadsheetNumber,     // 4.01023E+09: a spreadsheet has rounded a number, the rest is lost
  kSpreadsheetDay,        // 42438: a spreadsheet's count of days in place of a date
  kOutwardOnly,           // M14: half a postcode
  kSeveral,               // more than one postcode in the field
  kDayFirst,              // 09/03/2015, 9.3.2015: day, month, year (or month first: never guessed)
  kTwoDigitYear,          // 09/03/15
  kOtherSeparators,       // 2015/03/09, 2015.03.09, 20150309
  kZerosLeftOut,          // 2015-3-9
  kTimeAppended,          // 2015-03-09T00:00:00
  kDayAndMonthExchanged,  // 2015-27-03: exists when day and month are exchanged
  kDayPastMonthEnd,       // 2015-04-31, 2015-02-29
  kMonthOnly,             // 2015-03 or 2015-03-00: give the date quality MONTH_ONLY
  kYearOnly,              // 2015 or 2015-00-00: give the date quality YEAR_ONLY
  kDefaultForMissing,     // 1900-01-01 or 0000-00-00: what systems write for "missing"
};

// Each is kNone when the check of node/matching/identifiers.h accepts the text (of either use, with
// today unknown), and for an empty text. The first that fits, in the order that says most.
NearMiss NhsNumberNearMiss(std::string_view text);
NearMiss UpnNearMiss(std::string_view text);
NearMiss PostcodeNearMiss(std::string_view text);
NearMiss DateNearMiss(std::string_view text);

// One sentence for a person, to follow Explain of the reason; empty for kNone. Static storage.
std::string_view Explain(NearMiss near_miss);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_NEAR_MISS_H_
