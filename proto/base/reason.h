// A status that says why in one word of a closed list, so that a client can act on
// it: wire-compatible with google.rpc.ErrorInfo and RetryInfo. Without gRPC, so that rules
// and other pure code name their reasons themselves; proto/transport/errors.h puts it on a wire.
//
// Thread safety: pure functions.
// Security: messages are written by this project and hold nothing derived from
// a record; a reason is one of the list.
#ifndef SIGNPOST_PROTO_BASE_REASON_H_
#define SIGNPOST_PROTO_BASE_REASON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signpost {

// The type URLs of google.rpc, so that any gRPC client library understands the details.
inline constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";

namespace reason {
inline constexpr std::string_view kNotAMember = "NOT_A_MEMBER";
inline constexpr std::string_view kNotActive = "NOT_ACTIVE";
inline constexpr std::string_view kSuspended = "SUSPENDED";
inline constexpr std::string_view kPinMismatch = "PIN_MISMATCH";
inline constexpr std::string_view kBadCertificate = "BAD_CERTIFICATE";
inline constexpr std::string_view kCertificateExpired = "CERTIFICATE_EXPIRED";
inline constexpr std::string_view kNotPermitted = "NOT_PERMITTED";
inline constexpr std::string_view kUnknownPerson = "UNKNOWN_PERSON";
inline constexpr std::string_view kDirectoryMissing = "DIRECTORY_MISSING";
inline constexpr std::string_view kDirectoryExpired = "DIRECTORY_EXPIRED";
inline constexpr std::string_view kDirectoryRefused = "DIRECTORY_REFUSED";
inline constexpr std::string_view kReplaced = "REPLACED";
inline constexpr std::string_view kNotReading = "NOT_READING";
inline constexpr std::string_view kDraining = "DRAINING";
inline constexpr std::string_view kMalformed = "MALFORMED";
inline constexpr std::string_view kDuplicateQuestion = "DUPLICATE_QUESTION";
inline constexpr std::string_view kDeadline = "DEADLINE_REQUIRED";
inline constexpr std::string_view kBusy = "BUSY";
inline constexpr std::string_view kBatchSize = "BATCH_SIZE";
inline constexpr std::string_view kBadPoint = "BAD_POINT";
inline constexpr std::string_view kUnknownEpoch = "UNKNOWN_EPOCH";
inline constexpr std::string_view kAllowance = "ALLOWANCE";
inline constexpr std::string_view kMeterUnwritable = "METER_UNWRITABLE";
inline constexpr std::string_view kNoSuchCase = "NO_SUCH_CASE";
inline constexpr std::string_view kAuditUnwritable = "AUDIT_UNWRITABLE";
inline constexpr std::string_view kStoreFailed = "STORE_FAILED";
inline constexpr std::string_view kAlreadyAsked = "ALREADY_ASKED";
inline constexpr std::string_view kDetails = "DETAILS";
inline constexpr std::string_view kHeaderLine = "HEADER";
inline constexpr std::string_view kUserExpired = "USER_EXPIRED";
inline constexpr std::string_view kAssertion = "MAY_NOT_ASSERT";
inline constexpr std::string_view kBreakGlassWarning = "BREAK_GLASS_WARNING";
inline constexpr std::string_view kSecondPerson = "SECOND_PERSON";
inline constexpr std::string_view kAlreadyDecided = "ALREADY_DECIDED";
inline constexpr std::string_view kApprovalNeeded = "APPROVAL_NEEDED";
inline constexpr std::string_view kSeparated = "SEPARATED";
inline constexpr std::string_view kCaseExists = "CASE_EXISTS";
inline constexpr std::string_view kNoSuchItem = "NO_SUCH_ITEM";
inline constexpr std::string_view kNoSuchUser = "NO_SUCH_USER";
inline constexpr std::string_view kLastAdmin = "LAST_ADMIN";
inline constexpr std::string_view kNoSuchSignpost = "NO_SUCH_SIGNPOST";
}  // namespace reason

struct ErrorDetails {
  std::string reason;  // empty when the peer gave none
  std::optional<int64_t> retry_after_ms;
};

// A status that carries `reason` (and when to try again) to the other side.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       std::optional<int64_t> retry_after_ms = std::nullopt);

// The reason and retry time that a status carries, if any.
ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_REASON_H_
