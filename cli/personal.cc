#include "cli/personal.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <string>

namespace signpost::cli {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int Number(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Three numbers parted by - / or . of the lengths that dates have (4-2-2, 2-2-4, 2-2-2, and
// without leading zeros), or eight digits that begin or end with a year.
bool LooksLikeDate(std::string_view text) {
  if (text.size() == 8 && AllDigits(text)) {
    const auto year = [](std::string_view y) {
      return y.substr(0, 2) == "19" || y.substr(0, 2) == "20";
    };
    return year(text.substr(0, 4)) || year(text.substr(4));
  }
  int parts = 1;
  size_t run = 0;
  for (char c : text) {
    if (IsDigit(c)) {
      if (++run > 4) return false;
    } else if (c == '-' || c == '/' || c == '.') {
      if (run == 0) return false;
      run = 0;
      ++parts;
    } else {
      return false;
    }
  }
  return parts == 3 && run > 0;
}

// Letters, with the marks that names have; begins with a capital or a letter beyond ASCII, or is
// several words.
bool LooksLikeName(std::string_view text) {
  bool letters = false;
  bool space = false;
  for (char c : text) {
    const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0;
    if (!letter && c != ' ' && c != '\'' && c != '-' && c != '.' && c != ',') return false;
    letters = letters || letter;
    space = space || c == ' ';
  }
  if (!letters || text.size() < 2) return false;
  const char first = text.front();
  return space || absl::ascii_isupper(static_cast<unsigned char>(first)) || (first & 0x80) != 0;
}

}  // namespace

bool IsRealDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!AllDigits(text.substr(0, 4)) || !AllDigits(text.substr(5, 2)) ||
      !AllDigits(text.substr(8, 2))) {
    return false;
  }
  const int year = Number(text.substr(0, 4));
  const int month = Number(text.substr(5, 2));
  const int day = Number(text.substr(8, 2));
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return false;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day >= 1 && day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool PassesNhsCheck(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (IsDigit(c)) {
      digits.push_back(c);
    } else if (c != ' ' && c != '-') {
      return false;
    }
  }
  if (digits.size() != 10 || digits.find_first_not_of(digits[0]) == std::string::npos) return false;
  int sum = 0;
  for (size_t i = 0; i < 9; ++i) sum += (digits[i] - '0') * static_cast<int>(10 - i);
  const int check = 11 - sum % 11;
  return check != 10 && check % 11 == digits[9] - '0';
}

Suspicion SuspicionOf(std::string_view argument) {
  if (argument.substr(0, 1) == "-" && !LooksLikeDate(argument)) {
    const size_t equals = argument.find('=');
    if (equals == std::string_view::npos) return Suspicion::kNone;
    argument = argument.substr(equals + 1);
  }
  while (!argument.empty() && argument.front() == ' ') argument.remove_prefix(1);
  while (!argument.empty() && argument.back() == ' ') argument.remove_suffix(1);
  if (PassesNhsCheck(argument)) return Suspicion::kNhsNumber;
  if (LooksLikeDate(argument)) return Suspicion::kDate;
  if (LooksLikeName(argument)) return Suspicion::kName;
  return Suspicion::kNone;
}

std::string_view SuspicionWords(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::kDate:
      return "a date";
    case Suspicion::kNhsNumber:
      return "an NHS number";
    case Suspicion::kName:
      return "a name";
    case Suspicion::kNone:
      break;
  }
  return "nothing known";
}

}  // namespace signpost::cli
