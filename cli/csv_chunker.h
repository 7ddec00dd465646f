// Cuts a CSV file (RFC 4180) between rows into pieces that fit one request, each
// with the header line first, without ever holding the whole file.
//
// Property: every byte of every row goes out exactly once, in order, or its line
// is named in `skipped`. A quote that is never closed costs its own line, not
// the rest of the file: reading goes on at the next line.
// Thread safety: belongs to one thread.
#ifndef SIGNPOST_CLI_CSV_CHUNKER_H_
#define SIGNPOST_CLI_CSV_CHUNKER_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signpost::cli {

inline constexpr size_t kMaxCsvChunk = 200 * 1024;

// A line that cannot be sent at all.
struct SkippedLine {
  uint64_t line = 0;
  std::string reason;  // "ROW_TOO_LONG" or "QUOTE_NOT_CLOSED"
};

struct CsvChunk {
  std::string csv;          // header and rows; empty when only `skipped` is left to tell
  uint64_t first_line = 0;  // of the first row, counted from 1 in the file
  uint64_t rows = 0;
  std::vector<SkippedLine> skipped;
  uint64_t bytes_read = 0;  // of the file, so far
};

class CsvChunker {
 public:
  // `max_bytes` bounds each chunk, header included.
  explicit CsvChunker(std::istream& in, size_t max_bytes = kMaxCsvChunk)
      : in_(in), max_bytes_(max_bytes) {}

  // The next chunk, nothing at the end of the file. INVALID_ARGUMENT when the file is empty, its
  // header does not fit, or is not closed; DATA_LOSS when reading fails.
  absl::StatusOr<std::optional<CsvChunk>> Next();

 private:
  struct Row {
    std::string bytes;
    uint64_t lines = 0;   // line breaks in it, at least 1
    std::string skipped;  // a reason: `bytes` is one line that cannot be sent
  };
  absl::Status ReadHeader();
  std::optional<Row> ReadRow(size_t limit);
  std::optional<size_t> RowEnd(size_t limit, bool& overflow);
  bool Fill();
  Row TakeLine(const char* reason);

  std::istream& in_;
  size_t max_bytes_;
  std::string header_;
  std::string buffer_;  // read and not yet taken
  size_t begin_ = 0;    // of what is not yet taken
  uint64_t line_ = 1;   // of begin_
  uint64_t bytes_taken_ = 0;
  bool end_ = false;
  std::optional<Row> waiting_;  // did not fit the last chunk
};

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_CSV_CHUNKER_H_
