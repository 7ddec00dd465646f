#include "cli/checked_prompt.h"

#include "cli/json_reader.h"
#include "cli/personal.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr int kMaxAttempts = 5;

}  // namespace

LineCheck TextUpTo(size_t max_bytes) {
  return [max_bytes](const std::string& line) -> std::string {
    if (line.size() > max_bytes) return absl::StrCat("is longer than ", max_bytes, " bytes");
    return IsPlainText(line) ? "" : "holds control characters";
  };
}

std::string CheckDateLine(const std::string& line) {
  return IsRealDate(line) ? "" : "is not a date YYYY-MM-DD that exists";
}

absl::StatusOr<std::string> AskUntil(Prompter& prompter, std::string_view question,
                                     const LineCheck& check) {
  std::string prompt(question);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    absl::StatusOr<std::string> line = prompter.Ask(prompt);
    std::string complaint;
    if (line.ok()) {
      complaint = line->empty() ? "" : check(*line);
      if (complaint.empty()) return line;
    } else if (absl::IsInvalidArgument(line.status())) {
      complaint = std::string(line.status().message());
    } else {
      return line.status();
    }
    prompt = "That " + complaint + ". " + std::string(question);
  }
  return absl::CancelledError("too many lines that cannot be right");
}

absl::StatusOr<std::string> PromptForText(Prompter& prompter, std::string_view question,
                                          size_t max_bytes) {
  return AskUntil(prompter, question, TextUpTo(max_bytes));
}

absl::StatusOr<std::string> PromptForDate(Prompter& prompter, std::string_view question) {
  return AskUntil(prompter, question, CheckDateLine);
}

absl::StatusOr<bool> PromptForYes(Prompter& prompter, std::string_view question) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string line,
                            PromptForText(prompter, question, kMaxNameBytes));
  return line == "yes" || line == "y";
}

absl::StatusOr<std::string> PromptForNote(Prompter& prompter, std::string_view question) {
  absl::StatusOr<std::string> line = PromptForText(prompter, question, kMaxTextBytes);
  if (absl::IsUnavailable(line.status())) return std::string();
  return line;
}

}  // namespace signpost::cli
