#include "cli/text.h"

#include <absl/time/time.h>

#include <algorithm>
#include <array>

#include "cli/utf8.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

constexpr char32_t kEscape = 0x1B;
constexpr char32_t kCsi = 0x9B;
constexpr char32_t kBell = 0x07;
constexpr char32_t kStringTerminator = 0x9C;

// ECMA-48 strings: DCS, SOS, OSC, PM, APC, in their seven-bit (after ESC) and eight-bit forms.
bool OpensString(char32_t value, bool after_escape) {
  if (after_escape) {
    return value == 'P' || value == 'X' || value == ']' || value == '^' || value == '_';
  }
  return value == 0x90 || value == 0x98 || value == 0x9D || value == 0x9E || value == 0x9F;
}

// Past a control sequence (ECMA-48 section 5.4): parameters, intermediates, one final byte.
size_t SkipControlSequence(std::string_view text, size_t at) {
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F) ++at;
  if (at < text.size() && text[at] >= 0x40 && text[at] <= 0x7E) ++at;
  return at;
}

// Past a control string: to BEL, ST or ESC \, else to the end.
size_t SkipControlString(std::string_view text, size_t at) {
  while (at < text.size()) {
    const CodePoint point = DecodeAt(text, at);
    at += point.bytes;
    if (point.value == kBell || point.value == kStringTerminator) return at;
    if (point.value == kEscape && at < text.size() && text[at] == '\\') return at + 1;
  }
  return at;
}

// Past the escape sequence whose introducer ends before `at`.
size_t SkipEscape(std::string_view text, size_t at, char32_t introducer) {
  if (introducer == kCsi) return SkipControlSequence(text, at);
  if (introducer != kEscape) return SkipControlString(text, at);
  if (at >= text.size()) return at;
  const CodePoint next = DecodeAt(text, at);
  if (next.value == '[') return SkipControlSequence(text, at + 1);
  if (OpensString(next.value, true)) return SkipControlString(text, at + 1);
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x2F) ++at;
  if (at < text.size() && text[at] >= 0x30 && text[at] <= 0x7E) ++at;
  return at;
}

void AppendClean(std::string& out, const CodePoint& point) {
  if (!point.valid) {
    AppendUtf8(out, kReplacement);
  } else if (point.value == '\n' || point.value == '\r' || point.value == '\t' ||
             point.value == 0x2028 || point.value == 0x2029) {
    if (!out.empty() && out.back() != ' ') out.push_back(' ');
  } else if (!IsControl(point.value) && !IsInvisible(point.value)) {
    AppendUtf8(out, point.value);
  }
}

absl::Time FromMs(int64_t ms) { return absl::FromUnixMillis(ms); }

}  // namespace

std::string CleanText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeAt(text, at);
    at += point.bytes;
    const bool escape = point.valid && (point.value == kEscape || point.value == kCsi ||
                                        OpensString(point.value, false));
    if (escape) {
      at = SkipEscape(text, at, point.value);
    } else {
      AppendClean(out, point);
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

size_t DisplayWidth(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void Table::Add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = CleanText(cell);
  rows_.push_back(std::move(cells));
}

// The last cell of a row is never padded, so a long one (a desk, a reason) widens no column.
std::string Table::Render(size_t indent) const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      if (widths[i] == 0) continue;
      line += row[i];
      line.append(widths[i] - DisplayWidth(row[i]) + 2, ' ');
    }
    if (!row.empty()) line += row.back();
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string UtcTime(int64_t ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", FromMs(ms), absl::UTCTimeZone());
}

std::string UtcMinute(int64_t ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", FromMs(ms), absl::UTCTimeZone());
}

std::string MonthOf(std::string_view date) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto digit = [&](size_t i) { return date[i] >= '0' && date[i] <= '9'; };
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return CleanText(date);
  for (size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!digit(i)) return CleanText(date);
  }
  const int month = (date[5] - '0') * 10 + (date[6] - '0');
  if (month < 1 || month > 12) return CleanText(date);
  return std::string(kMonths[static_cast<size_t>(month - 1)]) + " " +
         std::string(date.substr(0, 4));
}

std::string Counted(uint64_t n, std::string_view one, std::string_view many) {
  return Thousands(n) + " " + std::string(n == 1 ? one : many);
}

std::string Thousands(uint64_t n) {
  std::string digits = std::to_string(n);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace signpost::cli
