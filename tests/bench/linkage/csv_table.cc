#include "tests/bench/linkage/csv_table.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "node/importer/csv.h"

namespace signpost::bench {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<size_t> CsvTable::Find(std::string_view column) const {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == column) return i;
  }
  return std::nullopt;
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  return std::move(text).str();
}

std::vector<std::string> ReadHeader(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  if (!in || !std::getline(in, line)) return {};
  node::CsvReader reader(line, 1);
  node::CsvRow row;
  if (!reader.Next(row) || row.fault != node::CsvFault::kNone) return {};
  std::vector<std::string> header;
  for (const std::string& field : row.fields) header.push_back(Lower(Trimmed(field)));
  return header;
}

absl::StatusOr<CsvTable> ReadCsvTable(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  CsvTable table;
  table.path = path;
  node::CsvReader reader(text, 1);
  node::CsvRow row;
  while (reader.Next(row)) {
    if (row.fault != node::CsvFault::kNone) {
      return absl::DataLossError(absl::StrCat(path, ":", row.line, ": not a CSV row"));
    }
    if (table.header.empty()) {
      for (const std::string& field : row.fields) table.header.push_back(Lower(Trimmed(field)));
      continue;
    }
    if (row.fields.size() == table.header.size() + 1 && row.fields.back().empty()) {
      row.fields.pop_back();
    }
    if (row.fields.size() != table.header.size()) {
      return absl::DataLossError(absl::StrCat(path, ":", row.line, ": ", row.fields.size(),
                                              " fields where the header has ",
                                              table.header.size()));
    }
    std::vector<std::string>& fields = table.rows.emplace_back();
    for (const std::string& field : row.fields) fields.emplace_back(Trimmed(field));
  }
  if (table.header.empty()) return absl::DataLossError(absl::StrCat(path, ": has no header"));
  return table;
}

}  // namespace signpost::bench
