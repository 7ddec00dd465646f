#include "node/importer/columns.h"

#include <algorithm>
#include <cctype>

#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

constexpr size_t kMaxShownName = 32;

std::string KnownColumns(absl::Span<const ColumnSpec> columns) {
  std::string names;
  for (const ColumnSpec& column : columns) {
    absl::StrAppend(&names, names.empty() ? "" : ",", ToAbsl(column.name));
  }
  return names;
}

// A column's name as it may be shown: only what a name of a column looks like.
std::string Shown(std::string_view name) {
  const bool plain = !name.empty() && name.size() <= kMaxShownName &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return std::islower(static_cast<unsigned char>(c)) || c == '_';
                     });
  return plain ? std::string(name) : "(not a column name)";
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

absl::Status Refuse(const std::string& what, absl::Span<const ColumnSpec> columns) {
  return absl::InvalidArgumentError(
      absl::StrCat("header: ", what, "; the columns are ", KnownColumns(columns)));
}

}  // namespace

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

absl::StatusOr<Header> Header::Parse(const std::vector<std::string>& fields,
                                     absl::Span<const ColumnSpec> columns) {
  Header header;
  header.size_ = fields.size();
  header.places_.assign(columns.size(), -1);
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string name = Lower(Trim(fields[i]));
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnSpec& column) { return column.name == name; });
    if (found == columns.end()) {
      return Refuse(absl::StrCat("column ", i + 1, " is unknown: ", Shown(name)), columns);
    }
    int& place = header.places_[static_cast<size_t>(found - columns.begin())];
    if (place >= 0) return Refuse(absl::StrCat("column ", Shown(name), " comes twice"), columns);
    place = static_cast<int>(i);
  }
  for (size_t at = 0; at < columns.size(); ++at) {
    if (columns[at].required && !header.Has(at)) {
      return Refuse(absl::StrCat("column ", ToAbsl(columns[at].name), " is missing"), columns);
    }
  }
  return header;
}

size_t Header::ColumnOf(size_t field) const {
  const auto found = std::find(places_.begin(), places_.end(), static_cast<int>(field));
  return static_cast<size_t>(found - places_.begin());
}

std::string_view Header::Field(const std::vector<std::string>& fields, size_t at) const {
  if (places_[at] < 0) return {};
  return Trim(fields[static_cast<size_t>(places_[at])]);
}

}  // namespace signpost::node
