#include "tests/unit/matching/plain_codes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signpost::node::plain {
namespace {

struct Folding {
  std::string_view from;
  std::string_view to;
};

// MATCHING.md section 2, in this order; the first that fits is applied, once.
constexpr Folding kLeadingSounds[] = {
    {"KN", "N"},   {"GN", "N"},  {"PN", "N"}, {"WR", "R"}, {"PH", "F"}, {"PS", "S"}, {"WH", "W"},
    {"MAC", "MC"}, {"SCH", "S"}, {"SZ", "S"}, {"CZ", "C"}, {"TH", "T"}, {"RH", "R"}, {"GH", "G"},
};

bool StartsWithOneOf(std::string_view name, std::string_view first, std::string_view second) {
  return name.size() >= 2 && first.find(name[0]) != std::string_view::npos &&
         second.find(name[1]) != std::string_view::npos;
}

char FoldedInitial(std::string_view name) {
  if (StartsWithOneOf(name, "G", "EIY")) return 'J';
  if (StartsWithOneOf(name, "C", "EIY")) return 'S';
  switch (name[0]) {
    case 'K':
    case 'Q':
      return 'C';
    case 'Z':
    case 'X':
      return 'S';
    case 'Y':
      return 'J';
    default:
      return name[0];
  }
}

// '0' for vowels and Y, '-' for H and W, which do not separate equal codes.
char SoundexDigit(char letter) {
  constexpr std::string_view kDigits = "01230120-22455012623010202";
  constexpr std::string_view kSilent = "HW";
  if (letter < 'A' || letter > 'Z') return '0';
  if (kSilent.find(letter) != std::string_view::npos) return '-';
  return kDigits[static_cast<size_t>(letter - 'A')];
}

std::string_view Cut(std::string_view text) { return text.substr(0, kMaxCodeLetters); }

}  // namespace

std::string FoldLeading(std::string_view name) {
  std::string folded(Cut(name));
  for (const Folding& folding : kLeadingSounds) {
    if (folded.starts_with(folding.from)) {
      folded.replace(0, folding.from.size(), folding.to);
      break;
    }
  }
  if (!folded.empty()) folded[0] = FoldedInitial(folded);
  return folded;
}

std::string Soundex(std::string_view name) {
  std::string code;
  char previous = '0';
  for (const char letter : Cut(name)) {
    if (letter < 'A' || letter > 'Z') continue;
    const char digit = SoundexDigit(letter);
    if (code.empty()) {
      code.push_back(letter);
      previous = digit == '-' ? '0' : digit;
      continue;
    }
    if (digit == '-') continue;
    if (digit != '0' && digit != previous) code.push_back(digit);
    previous = digit;
    if (code.size() == 4) break;
  }
  if (!code.empty()) code.resize(4, '0');
  return code;
}

std::string FoldedSoundex(std::string_view name) { return Soundex(FoldLeading(name)); }

double JaroWinkler(std::string_view a, std::string_view b) {
  a = Cut(a);
  b = Cut(b);
  if (a.empty() || b.empty()) return 0;
  // Letters are paired greedily from one side; a fixed side makes the result symmetric.
  if (std::pair(b.size(), b) < std::pair(a.size(), a)) std::swap(a, b);
  const size_t longest = std::max(a.size(), b.size());
  const size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
  std::array<bool, kMaxCodeLetters> used_a{};
  std::array<bool, kMaxCodeLetters> used_b{};
  size_t matches = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t low = i > window ? i - window : 0;
    const size_t high = std::min(b.size(), i + window + 1);
    for (size_t j = low; j < high; ++j) {
      if (used_b[j] || a[i] != b[j]) continue;
      used_a[i] = used_b[j] = true;
      ++matches;
      break;
    }
  }
  if (matches == 0) return 0;
  size_t out_of_order = 0;
  for (size_t i = 0, j = 0; i < a.size(); ++i) {
    if (!used_a[i]) continue;
    while (!used_b[j]) ++j;
    if (a[i] != b[j]) ++out_of_order;
    ++j;
  }
  const double m = static_cast<double>(matches);
  const double jaro = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
                       (m - static_cast<double>(out_of_order / 2)) / m) /
                      3;
  size_t prefix = 0;
  const size_t most = std::min({a.size(), b.size(), size_t{4}});
  while (prefix < most && a[prefix] == b[prefix]) ++prefix;
  return jaro + 0.1 * static_cast<double>(prefix) * (1 - jaro);
}

int Osa(std::string_view a, std::string_view b) {
  a = Cut(a);
  b = Cut(b);
  std::array<std::array<int, kMaxCodeLetters + 1>, 3> rows;
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& last = rows[(i + 2) % 3];
    const auto& before = rows[(i + 1) % 3];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substitute = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitute});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace signpost::node::plain
