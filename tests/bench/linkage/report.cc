#include "tests/bench/linkage/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace signpost::bench {
namespace {

// Whole numbers as they are; shares with four places, what is smaller with two digits.
std::string Figure(double value) {
  char text[64];
  const double size = std::fabs(value);
  if (value == std::floor(value) && size < 1e15) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else if (size >= 100) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else if (size >= 10) {
    std::snprintf(text, sizeof text, "%.1f", value);
  } else if (size >= 0.001) {
    std::snprintf(text, sizeof text, "%.4f", value);
  } else {
    std::snprintf(text, sizeof text, "%.1e", value);
  }
  return text;
}

std::string Shown(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kNothing:
      return "-";
    case Cell::Kind::kNumber:
      return Figure(cell.number);
    case Cell::Kind::kText:
      return cell.text;
  }
  return "-";
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string Json(const Cell& cell) {
  if (cell.kind == Cell::Kind::kText) return Quoted(cell.text);
  if (cell.kind == Cell::Kind::kNothing || !std::isfinite(cell.number)) return "null";
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", cell.number);
  return text;
}

std::string Padded(const std::string& text, size_t width, bool left) {
  const std::string space(width > text.size() ? width - text.size() : 0, ' ');
  return left ? text + space : space + text;
}

std::string TextOf(const Section& section) {
  std::vector<size_t> widths;
  for (size_t i = 0; i < section.columns.size(); ++i) {
    size_t width = section.columns[i].size();
    for (const auto& row : section.rows) width = std::max(width, Shown(row[i]).size());
    widths.push_back(width);
  }
  std::string out = section.title + "\n";
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (size_t i = 0; i < widths.size(); ++i) {
      text += (i == 0 ? "  " : "  ") + Padded(cell_of(i), widths[i], i == 0);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  if (!section.rows.empty()) line([&](size_t i) { return section.columns[i]; });
  for (const auto& row : section.rows) line([&](size_t i) { return Shown(row[i]); });
  for (const std::string& note : section.notes) out += "  " + note + "\n";
  return out + "\n";
}

std::string JsonOf(const Section& section) {
  std::string out = "{\"title\":" + Quoted(section.title) + ",\"rows\":[";
  for (size_t r = 0; r < section.rows.size(); ++r) {
    out += r == 0 ? "{" : ",{";
    for (size_t i = 0; i < section.columns.size(); ++i) {
      out += (i == 0 ? "" : ",") + Quoted(section.columns[i]) + ":" + Json(section.rows[r][i]);
    }
    out += "}";
  }
  out += "],\"notes\":[";
  for (size_t i = 0; i < section.notes.size(); ++i) {
    out += (i == 0 ? "" : ",") + Quoted(section.notes[i]);
  }
  return out + "]}";
}

}  // namespace

Cell Number(double value) { return {Cell::Kind::kNumber, value, {}}; }
Cell Ratio(double value, double of) { return of == 0 ? Cell{} : Number(value / of); }
Cell Text(std::string text) { return {Cell::Kind::kText, 0, std::move(text)}; }

std::string TextOf(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections) out += TextOf(section);
  return out;
}

std::string JsonOf(const std::vector<Section>& sections) {
  std::string out = "{\"sections\":[";
  for (size_t i = 0; i < sections.size(); ++i) out += (i == 0 ? "" : ",") + JsonOf(sections[i]);
  return out + "]}\n";
}

}  // namespace signpost::bench
