// Questions to the person at the keyboard, asked on the terminal itself so that
// standard input and output stay free for data.
//
// Thread safety: the main thread only.
// Security: what is typed never reaches argv, the environment or shell history.
#ifndef SIGNPOST_CLI_PROMPT_H_
#define SIGNPOST_CLI_PROMPT_H_

#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signpost::cli {

class Prompter {
 public:
  virtual ~Prompter() = default;
  // Shows `question` and returns the line typed, without surrounding spaces; "" when the person
  // just pressed Enter. UNAVAILABLE without a terminal; CANCELLED at end of input;
  // INVALID_ARGUMENT for a line over 1,000 bytes or not UTF-8.
  virtual absl::StatusOr<std::string> Ask(std::string_view question) = 0;
};

// On /dev/tty, opened at the first question.
class TtyPrompter final : public Prompter {
 public:
  TtyPrompter() = default;
  ~TtyPrompter() override;
  TtyPrompter(const TtyPrompter&) = delete;
  TtyPrompter& operator=(const TtyPrompter&) = delete;
  absl::StatusOr<std::string> Ask(std::string_view question) override;

 private:
  int fd_ = -1;
};

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_PROMPT_H_
