// A CSV reader (RFC 4180) over bytes in memory: rows one after the other, fields
// with the quotes taken off, and the line where each row began.
//
// Beyond the RFC: lines end in CR LF, LF or CR; a leading UTF-8 byte-order mark
// is passed over; empty lines are passed over. Stricter than many readers: a
// quote inside an unquoted field, or text after a closing quote, is a fault.
//
// Thread safety: belongs to one thread.
// Security: reads untrusted bytes; bounded by kMaxFields and kMaxFieldBytes. A
// faulty row is skipped to its end, so that the next one is read rightly.
#ifndef SIGNPOST_NODE_IMPORTER_CSV_H_
#define SIGNPOST_NODE_IMPORTER_CSV_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::node {

inline constexpr size_t kMaxFields = 64;
inline constexpr size_t kMaxFieldBytes = 4096;

enum class CsvFault {
  kNone,
  kUnclosedQuote,  // the text ended inside quotes
  kStrayQuote,     // a quote in an unquoted field, or text after a closing quote
  kFieldTooLong,
  kTooManyFields,
};

struct CsvRow {
  uint64_t line = 0;                // where it begins, from the number given to the reader
  std::vector<std::string> fields;  // those before the fault, if there is one
  CsvFault fault = CsvFault::kNone;
  size_t fault_field = 0;  // index of the field with the fault
};

class CsvReader {
 public:
  // `text` must outlive the reader. `first_line` is the number of its first line.
  CsvReader(std::string_view text, uint64_t first_line);

  // The next row into `row`; its buffers are reused. False at the end.
  bool Next(CsvRow& row);

  // The number of the next line; to renumber what follows a header.
  void SetLine(uint64_t line) { line_ = line; }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  bool SkipLineEnd();
  void ReadField(CsvRow& row, std::string& field);
  void ReadQuoted(CsvRow& row, std::string& field);
  void ReadPlain(CsvRow& row, std::string& field);
  void SkipRow();

  std::string_view text_;
  size_t at_ = 0;
  uint64_t line_;
};

// Whether the bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF)
// without control characters other than tab.
bool IsPlainUtf8(std::string_view text);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_CSV_H_
