// The one way out: data on standard output as text or JSON, everything else
// (progress, notices, errors) on standard error.
//
// Property: standard output holds only the answer, so it can be piped; nothing
// is redrawn unless standard error is a terminal; colour never carries meaning
// alone, and is off with NO_COLOR, --plain, or no terminal.
// Thread safety: belongs to the main thread.
// Security: callers pass text of other parties through CleanText (Table does);
// JsonWriter escapes it.
#ifndef SIGNPOST_CLI_PRINTER_H_
#define SIGNPOST_CLI_PRINTER_H_

#include <cstdint>
#include <ostream>
#include <string_view>

#include "cli/json.h"
#include "cli/problem.h"
#include "cli/text.h"

namespace signpost::cli {

enum class OutputFormat { kText, kJson };

// Where the streams go; main asks the system, tests say.
struct Terminal {
  bool out_is_tty = false;
  bool err_is_tty = false;
  bool no_color = false;  // NO_COLOR is set and not empty
};

class Printer {
 public:
  Printer(std::ostream& out, std::ostream& err, Terminal terminal)
      : out_(out), err_(err), terminal_(terminal) {}

  // Set from --output and --plain, after the command line is read.
  void Configure(OutputFormat format, bool plain) {
    format_ = format;
    plain_ = plain;
  }
  OutputFormat format() const { return format_; }
  bool json() const { return format_ == OutputFormat::kJson; }
  bool plain() const { return plain_; }
  // True where a progress line may be redrawn.
  bool may_animate() const { return terminal_.err_is_tty && !plain_; }
  bool colour() const { return terminal_.out_is_tty && !terminal_.no_color && !plain_; }

  // Data. `text` is written as it is; JSON commands call Document once.
  void Data(std::string_view text);
  void Document(JsonWriter& json) { Data(json.Take()); }

  // A line on standard error; clears a progress line first.
  void Note(std::string_view line);
  // Replaces the progress line where may_animate(); otherwise nothing.
  void Progress(std::string_view line);
  void ClearProgress();
  // What, why, next and reference on standard error; with --output json also one JSON object
  // (schema "signpost.error/v1") on standard error instead of the text.
  void Error(const Problem& problem, int64_t now_ms);

  // Standard output took every byte.
  bool good() const { return out_.good(); }

 private:
  std::ostream& out_;
  std::ostream& err_;
  Terminal terminal_;
  OutputFormat format_ = OutputFormat::kText;
  bool plain_ = false;
  bool progress_shown_ = false;
};

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_PRINTER_H_
