// An error as a person needs it: what happened, why, what to do next, and a
// reference to quote. Every command fails through Context::Fail with one.
//
// Thread safety: plain values and pure functions.
// Security: nothing from argv, a prompt, a question file or a peer's free text
// enters a Problem; peers are quoted by reason code only.
#ifndef SIGNPOST_CLI_PROBLEM_H_
#define SIGNPOST_CLI_PROBLEM_H_

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/exit_codes.h"

namespace signpost::cli {

struct Problem {
  ExitCode exit = ExitCode::kInternal;
  std::string code;  // stable, upper case: NODE_UNREACHABLE; part of the reference
  std::string what;  // a sentence without a full stop, likewise the next two
  std::string why;
  std::string next;
};

// The problem of a failed call. `what` says what was being done ("The question was not put").
// `reason` is the ErrorInfo reason ("" without one), `peer` a word for the other side ("the node
// at 127.0.0.1:7001").
Problem CallProblem(std::string_view what, std::string_view peer, absl::StatusCode code,
                    std::string_view reason);

// A local file or setting: exit kConfiguration. `status` was written by this program for its user.
Problem ConfigurationProblem(std::string_view what, const absl::Status& status,
                             std::string_view next);

// Wrong use of the command line: exit kUsage.
Problem UsageProblem(std::string_view what, std::string_view why, std::string_view next);

// "CODE 2026-11-23T01:40:00Z", to quote to the help desk.
std::string ProblemReference(const Problem& problem, int64_t now_ms);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_PROBLEM_H_
