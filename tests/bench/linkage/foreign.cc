#include "tests/bench/linkage/foreign.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

#include "node/matching/identifiers.h"

namespace signpost::bench {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kCalendarCycle = 400;
constexpr uint64_t kBlocks999 = 99'999;  // the last one holds 9999999999

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int Number(std::string_view digits) {
  int value = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// 1 to 12 of JAN or January; 0 for anything else.
int MonthOf(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (lower == kMonths[i] || lower == kMonths[i].substr(0, 3)) return static_cast<int>(i) + 1;
  }
  return 0;
}

std::vector<std::string_view> SplitDate(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = text.find_first_of("-/. ");
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

int WholeYear(std::string_view digits) {
  const int year = Number(digits);
  if (digits.size() != 2) return year;
  return year >= kYearPivot ? 1900 + year : 2000 + year;
}

char Letter(char digit) { return static_cast<char>('A' + (digit - '0')); }

}  // namespace

std::string NthNhsNumber(uint64_t n) {
  const uint64_t block = n / 9;
  const uint64_t prefix = block < kBlocks999 ? 99'900'000 + block : 90'000'000 + block - kBlocks999;
  uint64_t wanted = n % 9;
  int sum = 0;
  uint64_t rest = prefix;
  for (int weight = 3; weight <= 10; ++weight, rest /= 10) {
    sum += static_cast<int>(rest % 10) * weight;
  }
  for (int ninth = 0; ninth <= 9; ++ninth) {
    const int check = (11 - (sum + 2 * ninth) % 11) % 11;
    if (check == 10) continue;
    if (wanted-- > 0) continue;
    return std::to_string(prefix * 100 + static_cast<uint64_t>(ninth * 10 + check));
  }
  return {};
}

std::string NumberMap::Map(std::string_view foreign) {
  if (foreign.empty()) return {};
  const auto [at, added] = seen_.try_emplace(std::string(foreign), seen_.size());
  return NthNhsNumber(at->second);
}

std::string PostcodeMap::Map(std::string_view foreign) {
  if (foreign.empty()) return {};
  if (node::PostcodeCheck check = node::CheckPostcode(foreign); check.ok()) return check.canonical;
  if (AllDigits(foreign) && (foreign.size() == 4 || foreign.size() == 5)) {
    const std::string middle(foreign.substr(2));
    return std::string{Letter(foreign[0]), Letter(foreign[1])} + middle + "AA";
  }
  const auto [at, added] = odd_.try_emplace(std::string(foreign), odd_.size());
  // XA to XZ are no area of digits; 26 areas of 100 outward codes of 10 * 26 * 26 units.
  const uint64_t n = at->second;
  const auto letter = [](uint64_t value) { return static_cast<char>('A' + value % 26); };
  std::string code{'X', letter(n)};
  code += std::to_string(n / 26 % 100);
  code += std::to_string(n / 2600 % 10);
  code += letter(n / 26'000);
  code += letter(n / 676'000);
  return code;
}

std::string DateOf(int year, int month, int day) {
  if (year <= 0 || month <= 0 || day <= 0) return {};
  if (year < kFirstYear) year += kCalendarCycle;
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  return node::CheckDate(text).ok() ? text : std::string();
}

std::string ReadDate(std::string_view text) {
  if (AllDigits(text)) {
    if (text.size() != 8) return {};
    return DateOf(Number(text.substr(0, 4)), Number(text.substr(4, 2)), Number(text.substr(6)));
  }
  const std::vector<std::string_view> parts = SplitDate(text);
  if (parts.size() != 3 || !AllDigits(parts[0]) || !AllDigits(parts[2])) return {};
  const int month = AllDigits(parts[1]) ? Number(parts[1]) : MonthOf(parts[1]);
  if (parts[0].size() == 4) return DateOf(Number(parts[0]), month, Number(parts[2]));
  return DateOf(WholeYear(parts[2]), month, Number(parts[0]));
}

}  // namespace signpost::bench
