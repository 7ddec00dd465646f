#include "hub/service/endings.h"

#include "proto/base/bytes.h"
#include "proto/transport/errors.h"

namespace signpost::hub {

using absl::StatusCode;

absl::Status StatusOf(Ending ending, std::string_view detail) {
  switch (ending) {
    case Ending::kComplete:
    case Ending::kGone:
      return absl::OkStatus();
    case Ending::kReplaced:
      return MakeError(StatusCode::kAborted, reason::kReplaced,
                       "a newer stream of this member took its place");
    case Ending::kSuspended:
      return MakeError(StatusCode::kPermissionDenied, reason::kSuspended,
                       absl::StrCat("this member is suspended",
                                    detail.empty() ? "" : absl::StrCat(": ", ToAbsl(detail))));
    case Ending::kNotActive:
      return MakeError(StatusCode::kPermissionDenied, reason::kNotActive,
                       "this member is not active in the directory");
    case Ending::kNotAMember:
      return MakeError(StatusCode::kPermissionDenied, reason::kNotAMember,
                       "this certificate names no member of the directory");
    case Ending::kNotPermitted:
      return MakeError(StatusCode::kPermissionDenied, reason::kNotPermitted,
                       "a caller of this kind may not call this");
    case Ending::kPinMismatch:
      return MakeError(StatusCode::kPermissionDenied, reason::kPinMismatch,
                       "the certificate's key is not the one that the directory pins");
    case Ending::kDirectoryExpired:
      return MakeError(StatusCode::kFailedPrecondition, reason::kDirectoryExpired,
                       "the directory has expired: an officer must publish a new one");
    case Ending::kDirectoryMissing:
      return MakeError(StatusCode::kFailedPrecondition, reason::kDirectoryMissing,
                       "there is no directory yet: an officer must publish one");
    case Ending::kNotReading:
      return MakeError(StatusCode::kResourceExhausted, reason::kNotReading,
                       "too much was waiting to be read", 1000);
    case Ending::kDraining:
      return MakeError(StatusCode::kUnavailable, reason::kDraining, "this hub is stopping", 1000);
    case Ending::kMalformed:
      return MakeError(StatusCode::kInvalidArgument, reason::kMalformed,
                       "a frame of a wrong kind, size or order");
    case Ending::kDuplicateQuestion:
      return MakeError(StatusCode::kAlreadyExists, reason::kDuplicateQuestion,
                       "a question with this id is in flight");
    case Ending::kBusy:
      return MakeError(StatusCode::kResourceExhausted, reason::kBusy,
                       "too many questions of this member at once", 1000);
    case Ending::kNoDeadline:
      return MakeError(StatusCode::kInvalidArgument, reason::kDeadline,
                       "this call needs a deadline of at most 60 s");
    case Ending::kNoHello:
      return MakeError(StatusCode::kDeadlineExceeded, reason::kDeadline,
                       "a node's stream must begin with Hello, soon");
  }
  return absl::InternalError("ending");
}

}  // namespace signpost::hub
