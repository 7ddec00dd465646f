// Text from other parties, made safe for a terminal, and the little layout that
// the text output needs.
//
// Thread safety: pure functions; a Table belongs to one thread.
// Security: an answer is written by another authority's computer and may be
// hostile: escape sequences that redraw a screen, bidirectional controls that
// turn a telephone number round, line breaks that fake a row.
#ifndef SIGNPOST_CLI_TEXT_H_
#define SIGNPOST_CLI_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::cli {

// `text` on one line, without control characters, terminal escape sequences (removed whole),
// bidirectional and invisible format characters; a line break or tab becomes a space; a byte that
// is not UTF-8 becomes U+FFFD.
std::string CleanText(std::string_view text);

// Code points of `text`, the width that alignment uses.
size_t DisplayWidth(std::string_view text);

// Rows of cells, aligned in columns with two spaces between them. Cells are cleaned by Add.
class Table {
 public:
  void Add(std::vector<std::string> cells);
  // Every row on its own line, indented by `indent` spaces, no trailing spaces.
  std::string Render(size_t indent = 2) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "2026-11-23T01:40:00Z".
std::string UtcTime(int64_t ms);
// "2026-11-23 01:40 UTC", for people.
std::string UtcMinute(int64_t ms);
// "Mar 2026" of "2026-03-14"; the cleaned text itself when it is no such date.
std::string MonthOf(std::string_view date);
// "1 row", "2 rows".
std::string Counted(uint64_t n, std::string_view one, std::string_view many);
// "1,234,567".
std::string Thousands(uint64_t n);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_TEXT_H_
