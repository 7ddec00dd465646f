// Prompts that ask again until the line can be right.
//
// Thread safety: the main thread only.
// Security: what was typed is never repeated in a complaint.
#ifndef SIGNPOST_CLI_CHECKED_PROMPT_H_
#define SIGNPOST_CLI_CHECKED_PROMPT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "cli/prompt.h"
#include "proto/base/status.h"

namespace signpost::cli {

// What is wrong with a line ("is not a date ..."), "" when nothing.
using LineCheck = std::function<std::string(const std::string&)>;

LineCheck TextUpTo(size_t max_bytes);
std::string CheckDateLine(const std::string& line);

// Asks until `check` says nothing against the line, at most five times; an empty line is always
// taken. Errors are those of the prompter; CANCELLED after the last time.
absl::StatusOr<std::string> AskUntil(Prompter& prompter, std::string_view question,
                                     const LineCheck& check);

// One line of at most `max_bytes` without control characters.
absl::StatusOr<std::string> PromptForText(Prompter& prompter, std::string_view question,
                                          size_t max_bytes);
// YYYY-MM-DD, a day that exists; "" for Enter.
absl::StatusOr<std::string> PromptForDate(Prompter& prompter, std::string_view question);
// "yes" or "y"; anything else is no.
absl::StatusOr<bool> PromptForYes(Prompter& prompter, std::string_view question);
// A remark of at most 200 bytes; "" for Enter, and without a terminal to ask on.
absl::StatusOr<std::string> PromptForNote(Prompter& prompter, std::string_view question);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_CHECKED_PROMPT_H_
