// The exit codes of `signpost`, one table, never reused (INTERFACES: scripts
// and schedulers decide on them, so a number keeps its meaning for ever).
//
// Property: no code but kNothingReported, which must be asked for, can be read
// as "nobody"; an incomplete ledger never ends in kOk.
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_EXIT_CODES_H_
#define SIGNPOST_CLI_EXIT_CODES_H_

#include <absl/status/status.h>

#include <string_view>

namespace signpost::cli {

enum class ExitCode : int {
  kOk = 0,               // complete: read the outcome
  kNothingReported = 1,  // only with --exit-status: complete, and nothing to report anywhere; or
                         // a file that was checked does not reach what it must
  kUsage = 2,
  kIncomplete = 3,  // somebody did not answer
  kSignIn = 4,      // a certificate is needed, or was refused
  kNotPermitted = 5,
  kNodeUnreachable = 6,
  kHeld = 7,           // an allowance is used up; a second person, an approval or a typed agreement
                       // to a warning is needed
  kConfiguration = 8,  // this computer's own files
  kInternal = 70,
  kInterrupted = 130,
};

// "incomplete", "not permitted", ...: the word that the man page uses.
std::string_view ExitCodeMeaning(ExitCode code);

// The exit code of a failed call to the node or hub. `reason` is the ErrorInfo reason and decides
// where the gRPC code alone is too coarse; empty when the peer gave none.
ExitCode ExitCodeForCall(absl::StatusCode code, std::string_view reason);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_EXIT_CODES_H_
