#include "node/matching/near_miss.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/matching/identifiers.h"

namespace signpost::node {
namespace {

// Longer texts are near nothing, without being read.
constexpr size_t kLongestNear = 40;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }
bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Upper case, without spaces and hyphens where `ignored` says so.
std::string Compact(std::string_view text, std::string_view ignored) {
  std::string out;
  for (const char c : text) {
    if (ignored.find(c) != std::string_view::npos) continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

struct Lookalike {
  char letter;
  char digit;
};
constexpr Lookalike kLookalikes[] = {{'O', '0'}, {'I', '1'}, {'L', '1'}, {'S', '5'},
                                     {'B', '8'}, {'Z', '2'}, {'G', '6'}};

char AsDigit(char c) {
  for (const Lookalike& pair : kLookalikes) {
    if (pair.letter == c) return pair.digit;
  }
  return c;
}

char AsLetter(char c) {
  for (const Lookalike& pair : kLookalikes) {
    if (pair.digit == c) return pair.letter;
  }
  return c;
}

std::string WithDigits(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), AsDigit);
  return text;
}

template <typename Ok>
bool AnySwap(std::string text, Ok ok) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == text[i + 1]) continue;
    std::swap(text[i], text[i + 1]);
    if (ok(text)) return true;
    std::swap(text[i], text[i + 1]);
  }
  return false;
}

template <typename Ok>
bool AnySubstitution(std::string text, std::string_view alphabet, Ok ok) {
  for (char& place : text) {
    const char was = place;
    for (const char c : alphabet) {
      place = c;
      if (ok(text)) return true;
    }
    place = was;
  }
  return false;
}

template <typename Ok>
bool AnyInsertion(const std::string& text, std::string_view alphabet, Ok ok) {
  for (size_t i = 0; i <= text.size(); ++i) {
    for (const char c : alphabet) {
      if (ok(std::string(text).insert(i, 1, c))) return true;
    }
  }
  return false;
}

template <typename Ok>
bool AnyDeletion(const std::string& text, Ok ok) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (ok(std::string(text).erase(i, 1))) return true;
  }
  return false;
}

// 4.01023E+09, or 4010232137.0.
bool IsSpreadsheetNumber(std::string_view text) {
  const size_t whole = std::min(text.find_first_not_of(kDigits), text.size());
  if (whole == 0 || whole == text.size()) return false;
  std::string_view rest = text.substr(whole);
  if (rest[0] == '.') {
    rest.remove_prefix(1);
    const size_t decimals = std::min(rest.find_first_not_of(kDigits), rest.size());
    if (decimals == rest.size()) {
      return decimals > 0 && rest.find_first_not_of('0') == std::string_view::npos;
    }
    rest.remove_prefix(decimals);
  }
  if (rest[0] != 'E') return false;
  rest.remove_prefix(1);
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) rest.remove_prefix(1);
  return AllDigits(rest);
}

bool NhsOk(const std::string& text) { return CheckNhsNumberAnyUse(text).ok(); }
bool UpnOk(const std::string& text) { return CheckUpn(text).ok(); }
bool PostcodeOk(const std::string& text) { return CheckPostcode(text).ok(); }

// The same code with lookalikes read as the shape wants them (9: digit, A: letter).
std::optional<std::string> Shaped(const std::string& code, std::string_view shape) {
  std::string out = code;
  for (size_t i = 0; i < code.size(); ++i) {
    out[i] = shape[i] == '9' ? AsDigit(code[i]) : AsLetter(code[i]);
    if (shape[i] == '9' ? !IsDigit(out[i]) : !IsLetter(out[i])) return std::nullopt;
  }
  return out;
}

// Letters and digits confused, in any of the six shapes of a postcode.
NearMiss PostcodeLookalike(const std::string& code) {
  for (const std::string_view shape :
       {"A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"}) {
    if (shape.size() != code.size()) continue;
    const std::optional<std::string> shaped = Shaped(code, shape);
    if (!shaped || !PostcodeOk(*shaped)) continue;
    for (size_t i = 0; i < code.size(); ++i) {
      if (code[i] != (*shaped)[i] && IsDigit((*shaped)[i])) return NearMiss::kLetterForDigit;
    }
    return NearMiss::kDigitForLetter;
  }
  return NearMiss::kNone;
}

bool IsSeveralPostcodes(const std::string& code) {
  for (size_t i = 5; i + 5 <= code.size(); ++i) {
    const std::string rest = code.substr(i);
    const size_t next = rest.find_first_not_of(",;/|&");
    if (PostcodeOk(code.substr(0, i)) && next != std::string::npos && PostcodeOk(rest.substr(next)))
      return true;
  }
  return false;
}

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

bool IsMonthName(std::string_view word) {
  return word.size() >= 3 &&
         std::find(kMonths.begin(), kMonths.end(), word.substr(0, 3)) != kMonths.end();
}

// The pieces of a date between anything that is no letter or digit; at most eight.
std::vector<std::string> DatePieces(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (const char c : Compact(text, "")) {
    if (IsDigit(c) || IsLetter(c)) {
      pieces.back().push_back(c);
    } else if (!pieces.back().empty() && pieces.size() < 8) {
      pieces.emplace_back();
    }
  }
  if (pieces.back().empty()) pieces.pop_back();
  return pieces;
}

int Number(std::string_view digits) {
  int value = 0;
  for (const char c : digits.substr(0, 8)) value = value * 10 + (c - '0');
  return value;
}

bool IsDayOrMonth(std::string_view piece) {
  return AllDigits(piece) && piece.size() <= 2 && Number(piece) >= 1 && Number(piece) <= 31;
}

bool IsPlausibleYear(std::string_view piece) {
  return AllDigits(piece) && piece.size() == 4 && Number(piece) >= 1900 && Number(piece) < 2100;
}

// Eight digits without anything between them.
NearMiss EightDigits(std::string_view text) {
  const auto iso = [](std::string_view y, std::string_view m, std::string_view d) {
    return std::string(y).append("-").append(m).append("-").append(d);
  };
  if (CheckDate(iso(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2))).ok()) {
    return NearMiss::kOtherSeparators;
  }
  const bool day_first = IsDayOrMonth(text.substr(0, 2)) && IsDayOrMonth(text.substr(2, 2)) &&
                         IsPlausibleYear(text.substr(4));
  return day_first ? NearMiss::kDayFirst : NearMiss::kNone;
}

NearMiss YearFirst(std::string_view text, const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return NearMiss::kYearOnly;
  if (!IsDayOrMonth(pieces[1]) && !IsMonthName(pieces[1])) return NearMiss::kNone;
  if (pieces.size() == 2) return NearMiss::kMonthOnly;
  if (!IsDayOrMonth(pieces[2])) return NearMiss::kNone;
  const bool hyphens = text.find_first_not_of("0123456789-") == std::string_view::npos;
  return hyphens ? NearMiss::kZerosLeftOut : NearMiss::kOtherSeparators;
}

// A date of three pieces in another order, or without its leading zeros, its day or its month.
NearMiss OtherShape(std::string_view text) {
  std::vector<std::string> pieces = DatePieces(text);
  if (pieces.empty()) return NearMiss::kNone;
  if (pieces.size() == 1 && pieces[0].size() == 8 && AllDigits(pieces[0])) {
    return EightDigits(pieces[0]);
  }
  if (IsPlausibleYear(pieces[0])) return YearFirst(text, pieces);
  if (pieces.size() < 3) return NearMiss::kNone;
  // 9th March 2015.
  for (std::string& piece : pieces) {
    if (piece.size() <= 4 && IsDigit(piece[0]) && IsLetter(piece.back())) {
      piece.resize(piece.find_first_not_of(kDigits));
    }
  }
  const auto day_or_month = [](const std::string& piece) {
    return IsDayOrMonth(piece) || IsMonthName(piece);
  };
  if (!day_or_month(pieces[0]) || !day_or_month(pieces[1])) return NearMiss::kNone;
  if (IsPlausibleYear(pieces[2])) return NearMiss::kDayFirst;
  return AllDigits(pieces[2]) && pieces[2].size() == 2 ? NearMiss::kTwoDigitYear : NearMiss::kNone;
}

bool IsDefaultForMissing(std::string_view text) {
  const std::vector<std::string> pieces = DatePieces(text);
  if (pieces.size() < 3) return false;
  const auto are = [&pieces](std::string_view a, std::string_view b, std::string_view c) {
    return pieces[0] == a && pieces[1] == b && pieces[2] == c;
  };
  return are("1900", "01", "01") || are("01", "01", "1900") || are("0000", "00", "00") ||
         are("00", "00", "0000");
}

// Digits and hyphens stand where they should.
NearMiss NoSuchDay(const std::string& text) {
  const std::string month = text.substr(5, 2), day = text.substr(8, 2);
  if (month == "00" && day == "00") return NearMiss::kYearOnly;
  if (day == "00" && Number(month) <= 12) return NearMiss::kMonthOnly;
  if (CheckDate(text.substr(0, 5) + day + "-" + month).ok()) {
    return NearMiss::kDayAndMonthExchanged;
  }
  if (Number(month) >= 1 && Number(month) <= 12 && Number(day) <= 31) {
    return NearMiss::kDayPastMonthEnd;
  }
  return NearMiss::kNone;
}

bool DateOk(const std::string& text) { return CheckDate(text).ok(); }

NearMiss DateEdit(const std::string& text) {
  if (AnySwap(text, DateOk)) return NearMiss::kNeighboursSwapped;
  if (AnySubstitution(text, "0123456789-", DateOk)) return NearMiss::kOneCharacterWrong;
  if (AnyDeletion(text, DateOk)) return NearMiss::kCharacterTooMany;
  return AnyInsertion(text, "0123456789-", DateOk) ? NearMiss::kCharacterMissing : NearMiss::kNone;
}

bool IsSpreadsheetDay(std::string_view text) {
  if (text.ends_with(".0")) text.remove_suffix(2);
  return text.size() == 5 && AllDigits(text) && Number(text) >= 14'000 && Number(text) < 74'000;
}

}  // namespace

NearMiss NhsNumberNearMiss(std::string_view text) {
  if (text.size() > kLongestNear) return NearMiss::kNone;
  const NhsNumberReason reason = CheckNhsNumberAnyUse(text).reason;
  const std::string digits = Compact(text, " \t-");
  switch (reason) {
    case NhsNumberReason::kBadCharacter:
      if (IsSpreadsheetNumber(Compact(text, " "))) return NearMiss::kSpreadsheetNumber;
      if (NhsOk(WithDigits(digits))) return NearMiss::kLetterForDigit;
      if (AnySubstitution(digits, kDigits, NhsOk)) return NearMiss::kOneCharacterWrong;
      return AnyDeletion(digits, NhsOk) ? NearMiss::kCharacterTooMany : NearMiss::kNone;
    case NhsNumberReason::kWrongLength:
      if (digits.size() == 9) return NearMiss::kCharacterMissing;
      return digits.size() == 11 ? NearMiss::kCharacterTooMany : NearMiss::kNone;
    case NhsNumberReason::kCheckDigit:
      if (AnySwap(digits, NhsOk)) return NearMiss::kNeighboursSwapped;
      return AnySubstitution(digits, kDigits, NhsOk) ? NearMiss::kOneCharacterWrong
                                                     : NearMiss::kNone;
    default:
      return NearMiss::kNone;
  }
}

NearMiss UpnNearMiss(std::string_view text) {
  if (text.size() > kLongestNear) return NearMiss::kNone;
  const UpnReason reason = CheckUpn(text).reason;
  const bool accepted = reason == UpnReason::kValid || reason == UpnReason::kTemporary;
  const std::string upn = Compact(text, " \t");
  if (accepted || upn.empty()) return NearMiss::kNone;
  if (UpnOk(upn.back() + upn.substr(0, upn.size() - 1))) return NearMiss::kCheckLetterLast;
  if (UpnOk(upn[0] + WithDigits(upn.substr(1)))) return NearMiss::kLetterForDigit;
  if (UpnOk(AsLetter(upn[0]) + upn.substr(1))) return NearMiss::kDigitForLetter;
  if (upn.size() == 12) return NearMiss::kCharacterMissing;
  if (upn.size() == 14) return NearMiss::kCharacterTooMany;
  if (AnySwap(upn, UpnOk)) return NearMiss::kNeighboursSwapped;
  return AnySubstitution(upn, kLettersAndDigits, UpnOk) ? NearMiss::kOneCharacterWrong
                                                        : NearMiss::kNone;
}

NearMiss PostcodeNearMiss(std::string_view text) {
  if (text.size() > kLongestNear) return NearMiss::kNone;
  if (CheckPostcode(text).reason != PostcodeReason::kBadShape) return NearMiss::kNone;
  const std::string code = Compact(text, " \t");
  if (const NearMiss found = PostcodeLookalike(code); found != NearMiss::kNone) return found;
  if (IsSeveralPostcodes(code)) return NearMiss::kSeveral;
  if (PostcodeOk(code + "1AA")) return NearMiss::kOutwardOnly;
  if (AnySwap(code, PostcodeOk)) return NearMiss::kNeighboursSwapped;
  if (AnySubstitution(code, "A1", PostcodeOk)) return NearMiss::kOneCharacterWrong;
  if (AnyInsertion(code, "A1", PostcodeOk)) return NearMiss::kCharacterMissing;
  return AnyDeletion(code, PostcodeOk) ? NearMiss::kCharacterTooMany : NearMiss::kNone;
}

NearMiss DateNearMiss(std::string_view text) {
  if (text.size() > kLongestNear) return NearMiss::kNone;
  const DateReason reason = CheckDate(text).reason;
  if (reason == DateReason::kValid || reason == DateReason::kEmpty) return NearMiss::kNone;
  std::string date = Compact(text, "");
  date.erase(0, date.find_first_not_of(' '));
  date.erase(date.find_last_not_of(' ') + 1);
  if (IsDefaultForMissing(date)) return NearMiss::kDefaultForMissing;
  if (IsSpreadsheetDay(date)) return NearMiss::kSpreadsheetDay;
  if (reason == DateReason::kTooEarly) {
    return date.starts_with("00") ? NearMiss::kTwoDigitYear : NearMiss::kNone;
  }
  if (DateOk(WithDigits(date))) return NearMiss::kLetterForDigit;
  const bool has_time = date.size() > 10 && (date[10] == 'T' || date[10] == ' ');
  if (has_time && DateOk(date.substr(0, 10))) return NearMiss::kTimeAppended;
  const NearMiss found = reason == DateReason::kDoesNotExist ? NoSuchDay(date) : OtherShape(date);
  return found != NearMiss::kNone ? found : DateEdit(date);
}

std::string_view Explain(NearMiss near_miss) {
  switch (near_miss) {
    case NearMiss::kNone:
      return "";
    case NearMiss::kLetterForDigit:
      return "A letter stands where a digit should, such as O for 0.";
    case NearMiss::kDigitForLetter:
      return "A digit stands where a letter should, such as 0 for O.";
    case NearMiss::kCharacterMissing:
      return "One character is missing.";
    case NearMiss::kCharacterTooMany:
      return "There is one character too many.";
    case NearMiss::kNeighboursSwapped:
      return "Two neighbouring characters may have been exchanged.";
    case NearMiss::kOneCharacterWrong:
      return "One character may be mistyped.";
    case NearMiss::kCheckLetterLast:
      return "The check letter stands last; it should stand first.";
    case NearMiss::kSpreadsheetNumber:
      return "A spreadsheet has written it as a rounded number: export the column as text.";
    case NearMiss::kSpreadsheetDay:
      return "A spreadsheet has written it as a count of days: export the column as text.";
    case NearMiss::kOutwardOnly:
      return "Only the first half of the postcode is there.";
    case NearMiss::kSeveral:
      return "There is more than one postcode in the field.";
    case NearMiss::kDayFirst:
      return "The year stands last: day and month are not guessed, write the year first.";
    case NearMiss::kTwoDigitYear:
      return "The year has two digits: write all four, and the year first.";
    case NearMiss::kOtherSeparators:
      return "Write hyphens between year, month and day.";
    case NearMiss::kZerosLeftOut:
      return "Write month and day with two digits each.";
    case NearMiss::kTimeAppended:
      return "A time follows the date: leave it out.";
    case NearMiss::kDayAndMonthExchanged:
      return "Day and month may have been exchanged.";
    case NearMiss::kDayPastMonthEnd:
      return "That month has fewer days in that year.";
    case NearMiss::kMonthOnly:
      return "The day is not known: write the date quality MONTH_ONLY.";
    case NearMiss::kYearOnly:
      return "Only the year is known: write the date quality YEAR_ONLY.";
    case NearMiss::kDefaultForMissing:
      return "This date is what systems write for a missing one: leave it empty.";
  }
  return "";
}

}  // namespace signpost::node
