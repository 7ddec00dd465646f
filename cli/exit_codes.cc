#include "cli/exit_codes.h"

#include <array>

namespace signpost::cli {
namespace {

struct ReasonRow {
  std::string_view reason;
  ExitCode exit;
};

// Reasons of proto/base/reason.h that say more than their gRPC code.
constexpr std::array kReasons = {
    ReasonRow{"BAD_CERTIFICATE", ExitCode::kSignIn},
    ReasonRow{"CERTIFICATE_EXPIRED", ExitCode::kSignIn},
    ReasonRow{"UNKNOWN_PERSON", ExitCode::kSignIn},
    ReasonRow{"PIN_MISMATCH", ExitCode::kSignIn},
    ReasonRow{"NOT_PERMITTED", ExitCode::kNotPermitted},
    ReasonRow{"NOT_A_MEMBER", ExitCode::kNotPermitted},
    ReasonRow{"NOT_ACTIVE", ExitCode::kNotPermitted},
    ReasonRow{"SUSPENDED", ExitCode::kNotPermitted},
    ReasonRow{"USER_EXPIRED", ExitCode::kNotPermitted},
    ReasonRow{"MAY_NOT_ASSERT", ExitCode::kNotPermitted},
    ReasonRow{"SEPARATED", ExitCode::kNotPermitted},
    ReasonRow{"LAST_ADMIN", ExitCode::kNotPermitted},
    ReasonRow{"ALLOWANCE", ExitCode::kHeld},
    ReasonRow{"SECOND_PERSON", ExitCode::kHeld},
    ReasonRow{"APPROVAL_NEEDED", ExitCode::kHeld},
    ReasonRow{"BREAK_GLASS_WARNING", ExitCode::kHeld},
    ReasonRow{"ALREADY_DECIDED", ExitCode::kUsage},
};

}  // namespace

std::string_view ExitCodeMeaning(ExitCode code) {
  switch (code) {
    case ExitCode::kOk:
      return "complete";
    case ExitCode::kNothingReported:
      return "complete, and nothing to report anywhere";
    case ExitCode::kUsage:
      return "wrong use";
    case ExitCode::kIncomplete:
      return "incomplete";
    case ExitCode::kSignIn:
      return "sign-in or certificate needed";
    case ExitCode::kNotPermitted:
      return "not permitted";
    case ExitCode::kNodeUnreachable:
      return "own node unreachable";
    case ExitCode::kHeld:
      return "held";
    case ExitCode::kConfiguration:
      return "local configuration";
    case ExitCode::kInternal:
      return "internal";
    case ExitCode::kInterrupted:
      return "interrupted";
  }
  return "internal";
}

ExitCode ExitCodeForCall(absl::StatusCode code, std::string_view reason) {
  if (code == absl::StatusCode::kOk) return ExitCode::kOk;
  for (const ReasonRow& row : kReasons) {
    if (row.reason == reason) return row.exit;
  }
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kUsage;
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kSignIn;
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kNotPermitted;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kNodeUnreachable;
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kHeld;
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kConfiguration;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return ExitCode::kInterrupted;
    default:
      return ExitCode::kInternal;
  }
}

}  // namespace signpost::cli
