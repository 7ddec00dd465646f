#include "cli/csv_chunker.h"

#include <algorithm>

namespace signpost::cli {
namespace {

constexpr size_t kReadSize = 64 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Where in a field the reader is (RFC 4180 section 2). A quote opens a field only at its start.
enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };

State After(State state, char c) {
  if (state == State::kQuoted) return c == '"' ? State::kQuoteInQuoted : State::kQuoted;
  if (c == ',') return State::kFieldStart;
  if (c == '"' && state != State::kPlain) return State::kQuoted;
  return State::kPlain;
}

bool IsBlank(std::string_view row) {
  return row.find_first_not_of("\r\n \t") == std::string_view::npos;
}

}  // namespace

bool CsvChunker::Fill() {
  if (end_) return false;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const size_t old = buffer_.size();
  buffer_.resize(old + kReadSize);
  in_.read(buffer_.data() + old, static_cast<std::streamsize>(kReadSize));
  buffer_.resize(old + static_cast<size_t>(in_.gcount()));
  end_ = !in_.good();
  return buffer_.size() > old;
}

// Length of the row at begin_, its line break included; nothing when the file ends inside a quoted
// field or the row passes `limit` (`overflow` is then set).
std::optional<size_t> CsvChunker::RowEnd(size_t limit, bool& overflow) {
  State state = State::kFieldStart;
  for (size_t at = 0;; ++at) {
    if (at >= limit) {
      overflow = true;
      return std::nullopt;
    }
    if (begin_ + at >= buffer_.size() && !Fill()) {
      return state == State::kQuoted ? std::nullopt : std::optional<size_t>(at);
    }
    const char c = buffer_[begin_ + at];
    if (c == '\n' && state != State::kQuoted) return at + 1;
    state = After(state, c);
  }
}

CsvChunker::Row CsvChunker::TakeLine(const char* reason) {
  Row row;
  row.skipped = reason;
  row.lines = 1;
  while (true) {
    const size_t end = buffer_.find('\n', begin_);
    if (end != std::string::npos) {
      bytes_taken_ += end + 1 - begin_;
      begin_ = end + 1;
      return row;
    }
    bytes_taken_ += buffer_.size() - begin_;
    begin_ = buffer_.size();
    if (!Fill()) return row;
  }
}

std::optional<CsvChunker::Row> CsvChunker::ReadRow(size_t limit) {
  if (begin_ >= buffer_.size() && !Fill()) return std::nullopt;
  bool overflow = false;
  const std::optional<size_t> length = RowEnd(limit, overflow);
  if (!length) {
    // Past the limit on its first line, the row is too long; later, a quote was left open.
    const std::string_view seen = std::string_view(buffer_).substr(begin_, limit);
    const bool one_line = seen.find('\n') == std::string_view::npos;
    return TakeLine(overflow && one_line ? "ROW_TOO_LONG" : "QUOTE_NOT_CLOSED");
  }
  Row row;
  row.bytes = buffer_.substr(begin_, *length);
  row.lines = std::max<uint64_t>(
      1, static_cast<uint64_t>(std::count(row.bytes.begin(), row.bytes.end(), '\n')));
  begin_ += *length;
  bytes_taken_ += *length;
  return row;
}

absl::Status CsvChunker::ReadHeader() {
  std::optional<Row> row;
  do {
    row = ReadRow(max_bytes_ / 2);
    if (!row) return absl::InvalidArgumentError("the file is empty");
    if (!row->skipped.empty()) {
      return absl::InvalidArgumentError("the header line is too long or a quote in it is open");
    }
    line_ += row->lines;
    header_ = std::move(row->bytes);
    if (std::string_view(header_).substr(0, 3) == kByteOrderMark) header_.erase(0, 3);
  } while (IsBlank(header_));
  if (header_.back() != '\n') header_ += "\n";
  return absl::OkStatus();
}

absl::StatusOr<std::optional<CsvChunk>> CsvChunker::Next() {
  if (header_.empty()) SIGNPOST_RETURN_IF_ERROR(ReadHeader());
  CsvChunk chunk;
  const size_t room = max_bytes_ - header_.size();
  while (true) {
    // One byte of a row's room is kept for a line break that the last line may lack.
    std::optional<Row> row = waiting_ ? std::move(waiting_) : ReadRow(room - 1);
    waiting_.reset();
    if (!row) break;
    // A line that is left out makes a gap in the numbering, so the chunk ends before it.
    const bool gap = !row->skipped.empty() || IsBlank(row->bytes);
    if ((gap && chunk.rows > 0) || chunk.csv.size() + row->bytes.size() + 1 > max_bytes_) {
      waiting_ = std::move(row);
      break;
    }
    if (!row->skipped.empty()) {
      chunk.skipped.push_back({line_, row->skipped});
    } else if (!gap) {
      if (chunk.rows == 0) {
        chunk.csv = header_;
        chunk.first_line = line_;
      }
      chunk.csv += row->bytes;
      ++chunk.rows;
    }
    line_ += row->lines;
    if (!row->skipped.empty()) break;
  }
  if (in_.bad()) return absl::DataLossError("the file could not be read to its end");
  if (chunk.rows == 0 && chunk.skipped.empty()) return std::optional<CsvChunk>();
  chunk.bytes_read = bytes_taken_;
  return std::optional<CsvChunk>(std::move(chunk));
}

}  // namespace signpost::cli
