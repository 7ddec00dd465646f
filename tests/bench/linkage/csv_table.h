// A CSV file with a header, read whole: the sets that the matcher is evaluated
// with and the lists that the generator draws from.
//
// Thread safety: values.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_CSV_TABLE_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_CSV_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signpost::bench {

struct CsvTable {
  std::string path;
  std::vector<std::string> header;             // trimmed, lower case
  std::vector<std::vector<std::string>> rows;  // trimmed; each as long as the header

  bool Has(std::string_view column) const { return Find(column).has_value(); }
  std::optional<size_t> Find(std::string_view column) const;
  // The column must exist.
  size_t Column(std::string_view column) const { return *Find(column); }
};

std::string_view Trimmed(std::string_view text);

// The whole file. NOT_FOUND: cannot be opened.
absl::StatusOr<std::string> ReadWhole(const std::string& path);

// The columns of the first line; empty when the file has none that can be read.
std::vector<std::string> ReadHeader(const std::string& path);

// NOT_FOUND: cannot be opened. DATA_LOSS: a faulty row, or one longer or shorter than the header
// (a comma more at the end of every row is let pass), with file and line and never a value.
absl::StatusOr<CsvTable> ReadCsvTable(const std::string& path);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_CSV_TABLE_H_
