#include "node/matching/identifiers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signpost::node {
namespace {

// More than any well-formed field needs; longer input is wrong without being read.
constexpr size_t kLongestField = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }

// Upper case, without spaces and without the characters of `ignored`.
std::string Compact(std::string_view text, std::string_view ignored) {
  std::string out;
  for (const char c : text.substr(0, kLongestField + 1)) {
    if (c == ' ' || c == '\t' || ignored.find(c) != std::string_view::npos) continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

int Digit(char c) { return c - '0'; }

// What modulus 11 and the shape say; `digits` compact.
NhsNumberReason NhsShape(std::string_view digits) {
  if (digits.empty()) return NhsNumberReason::kEmpty;
  if (!std::all_of(digits.begin(), digits.end(), IsDigit)) return NhsNumberReason::kBadCharacter;
  if (digits.size() != 10) return NhsNumberReason::kWrongLength;
  int sum = 0;
  for (size_t i = 0; i < 9; ++i) sum += Digit(digits[i]) * static_cast<int>(10 - i);
  const int check = (11 - sum % 11) % 11;
  if (check == 10 || check != Digit(digits[9])) return NhsNumberReason::kCheckDigit;
  if (digits.find_first_not_of(digits[0]) == std::string_view::npos) {
    return NhsNumberReason::kAllEqualDigits;
  }
  return NhsNumberReason::kValid;
}

bool IsIssuedRange(char first) {
  return first == '3' || first == '4' || first == '6' || first == '7';
}

constexpr std::string_view kUpnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ";

int UpnValue(char c) {
  if (IsDigit(c)) return Digit(c);
  const size_t at = kUpnLetters.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

UpnReason UpnShape(std::string_view upn) {
  if (upn.empty()) return UpnReason::kEmpty;
  if (upn.size() != 13) return UpnReason::kWrongLength;
  if (kUpnLetters.find(upn[0]) == std::string_view::npos) return UpnReason::kBadCharacter;
  if (!std::all_of(upn.begin() + 1, upn.end() - 1, IsDigit)) return UpnReason::kBadCharacter;
  if (UpnValue(upn[12]) < 0) return UpnReason::kBadCharacter;
  int sum = 0;
  for (size_t i = 1; i < 13; ++i) sum += UpnValue(upn[i]) * static_cast<int>(i + 1);
  if (kUpnLetters[static_cast<size_t>(sum % 23)] != upn[0]) return UpnReason::kCheckLetter;
  return IsDigit(upn[12]) ? UpnReason::kValid : UpnReason::kTemporary;
}

// ^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$
bool HasPostcodeShape(std::string_view code) {
  if (code.size() < 5 || code.size() > 7) return false;
  const std::string_view inward = code.substr(code.size() - 3);
  if (!IsDigit(inward[0]) || !IsLetter(inward[1]) || !IsLetter(inward[2])) return false;
  std::string_view outward = code.substr(0, code.size() - 3);
  size_t letters = 0;
  while (letters < outward.size() && letters < 2 && IsLetter(outward[letters])) ++letters;
  outward.remove_prefix(letters);
  if (letters == 0 || outward.empty() || outward.size() > 2 || !IsDigit(outward[0])) return false;
  return outward.size() == 1 || IsDigit(outward[1]) || IsLetter(outward[1]);
}

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysIn(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool HasDateShape(std::string_view text) {
  if (text.size() != 10) return false;
  for (size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !IsDigit(text[i])) return false;
  }
  return true;
}

}  // namespace

NhsNumberCheck CheckNhsNumberAnyUse(std::string_view text) {
  NhsNumberCheck check;
  std::string digits = Compact(text, "-");
  check.reason = NhsShape(digits);
  if (check.ok() && !IsIssuedRange(digits[0]) && digits[0] != '9') {
    check.reason = NhsNumberReason::kNotIssued;
  }
  if (check.ok()) check.canonical = std::move(digits);
  return check;
}

NhsNumberCheck CheckNhsNumber(std::string_view text, NumberUse use) {
  NhsNumberCheck check = CheckNhsNumberAnyUse(text);
  if (!check.ok()) return check;
  const bool invented = check.canonical[0] == '9';
  if (invented && use == NumberUse::kProduction) check.reason = NhsNumberReason::kTestRange;
  if (!invented && use == NumberUse::kTraining) check.reason = NhsNumberReason::kRealInTraining;
  if (!check.ok()) check.canonical.clear();
  return check;
}

UpnCheck CheckUpn(std::string_view text) {
  UpnCheck check;
  std::string upn = Compact(text, "");
  check.reason = UpnShape(upn);
  if (check.ok() || check.reason == UpnReason::kTemporary) check.canonical = std::move(upn);
  return check;
}

PostcodeCheck CheckPostcode(std::string_view text) {
  PostcodeCheck check;
  std::string code = Compact(text, "");
  if (code.empty()) return check;
  if (code.starts_with("ZZ99")) {
    check.reason = PostcodeReason::kUnknownAbode;
  } else {
    check.reason = HasPostcodeShape(code) ? PostcodeReason::kValid : PostcodeReason::kBadShape;
  }
  if (check.reason == PostcodeReason::kUnknownAbode && code.size() > 7) {
    check.reason = PostcodeReason::kBadShape;
  }
  if (check.reason != PostcodeReason::kBadShape) check.canonical = std::move(code);
  return check;
}

DateCheck CheckDate(std::string_view text, std::optional<Date> today) {
  DateCheck check;
  text = Trim(text);
  if (text.empty()) return check;
  check.reason = DateReason::kBadShape;
  if (!HasDateShape(text)) return check;
  const auto number = [text](size_t from, size_t size) {
    int value = 0;
    for (const char c : text.substr(from, size)) value = value * 10 + Digit(c);
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  check.reason = DateReason::kDoesNotExist;
  if (month < 1 || month > 12 || day < 1 || day > DaysIn(year, month)) return check;
  const Date date{static_cast<int16_t>(year), static_cast<uint8_t>(month),
                  static_cast<uint8_t>(day)};
  if (date <= Date{1900, 1, 1}) {
    check.reason = DateReason::kTooEarly;
  } else if (today && date > *today) {
    check.reason = DateReason::kInFuture;
  } else {
    check.reason = DateReason::kValid;
    check.date = date;
  }
  return check;
}

// Days to civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
Date DateOfMs(int64_t ms) {
  constexpr int64_t kDayMs = 86'400'000;
  int64_t days = ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0) + 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int16_t>(std::clamp<int64_t>(year, 0, 9999)), static_cast<uint8_t>(month),
          static_cast<uint8_t>(day)};
}

std::string FormatDate(Date date) {
  const auto two = [](int value) {
    return std::string{static_cast<char>('0' + value / 10 % 10),
                       static_cast<char>('0' + value % 10)};
  };
  return two(date.year / 100) + two(date.year % 100) + "-" + two(date.month) + "-" + two(date.day);
}

}  // namespace signpost::node
