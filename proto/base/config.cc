#include "proto/base/config.h"

#include <absl/strings/match.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/file.h"

namespace signpost {
namespace {

constexpr int kMaxPasses = 50;

// The lines of the text, without their ends.
std::vector<std::string> Lines(std::string_view text) { return absl::StrSplit(ToAbsl(text), '\n'); }

bool IsBlank(const std::string& line) {
  const size_t first = line.find_first_not_of(" \t\r");
  return first == std::string::npos || line[first] == '#';
}

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  Collector(const std::string& path, const std::vector<std::string>& lines)
      : path_(path), lines_(lines) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    line_ = static_cast<size_t>(std::max(line, 0));
    // The parser says these when it stands at the next word already.
    if (absl::StartsWith(message, "Invalid value") || absl::StartsWith(message, "Message type") ||
        absl::StartsWith(message, "Unknown enumeration value")) {
      if (StepBack(static_cast<size_t>(std::max(column, 0)))) column = 0;
    }
    problems_.push_back(absl::StrCat(path_, ":", line_ + 1, ":", column + 1, ": ", message));
  }
  const std::vector<std::string>& problems() const { return problems_; }
  size_t last_line() const { return line_; }  // from 0

 private:
  // From the first word of a line to the line before it that has any.
  bool StepBack(size_t column) {
    if (line_ < lines_.size() && !IsBlank(lines_[line_].substr(0, column))) return false;
    const size_t from = line_;
    while (line_ > 0) {
      --line_;
      if (line_ < lines_.size() && !IsBlank(lines_[line_])) return true;
    }
    line_ = from;
    return false;
  }

  const std::string& path_;
  const std::vector<std::string>& lines_;
  std::vector<std::string> problems_;
  size_t line_ = 0;
};

// Takes away what one line says, so that what stands after it can be read too. False when there is
// nothing to take away, or when the braces would no longer match.
bool BlankLine(std::vector<std::string>& lines, size_t line) {
  if (line >= lines.size() || IsBlank(lines[line])) return false;
  if (lines[line].find_first_of("{}<>[]") != std::string::npos) return false;
  lines[line].clear();
  return true;
}

}  // namespace

absl::Status ReadTextConfig(const std::string& path, google::protobuf::Message& message) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, 1 << 20));
  std::vector<std::string> lines = Lines(text);
  Collector collector(path, lines);
  // The parser stops at the first line that it cannot read.
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&collector);
    const bool parsed = parser.ParseFromString(absl::StrJoin(lines, "\n"), &message);
    if (parsed || !BlankLine(lines, collector.last_line())) break;
  }
  if (collector.problems().empty()) return absl::OkStatus();
  message.Clear();
  return absl::InvalidArgumentError(absl::StrJoin(collector.problems(), "\n"));
}

}  // namespace signpost
