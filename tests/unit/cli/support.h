// What the command line's tests share: golden files, scripted prompts, a context
// without a terminal.
#ifndef SIGNPOST_TESTS_UNIT_CLI_SUPPORT_H_
#define SIGNPOST_TESTS_UNIT_CLI_SUPPORT_H_

#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/app.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

namespace signpost::cli {

// 2026-11-23T01:40:00Z.
inline constexpr int64_t kTestNowMs = 1795398000000;

// Types prepared lines; the input ends after the last one.
class ScriptedPrompter final : public Prompter {
 public:
  explicit ScriptedPrompter(std::deque<std::string> lines = {}) : lines_(std::move(lines)) {}
  absl::StatusOr<std::string> Ask(std::string_view question) override {
    asked.emplace_back(question);
    if (lines_.empty()) return absl::CancelledError("the input ended");
    std::string line = lines_.front();
    lines_.pop_front();
    return line;
  }
  std::vector<std::string> asked;

 private:
  std::deque<std::string> lines_;
};

// A context whose streams are strings.
struct TestContext {
  explicit TestContext(std::deque<std::string> lines = {}, Terminal terminal = {})
      : printer(out, err, terminal), prompter(std::move(lines)) {}
  // Runs a command line against the whole command tree.
  ExitCode Run(const std::vector<std::string>& arguments);

  std::ostringstream out;
  std::ostringstream err;
  Printer printer;
  ScriptedPrompter prompter;
  ManualClock clock{kTestNowMs};
  SeededRandom random{"0123456789abcdef0123456789abcdef"};
  Context context{printer, prompter, clock, random};
};

// Compares with tests/unit/cli/golden/<name>; with SIGNPOST_UPDATE_GOLDEN set it writes the file
// instead, to be read before it is committed.
void CheckGolden(const std::string& name, const std::string& actual);

}  // namespace signpost::cli

#endif  // SIGNPOST_TESTS_UNIT_CLI_SUPPORT_H_
