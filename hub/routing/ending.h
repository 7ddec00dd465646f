// Why the hub ends a stream: a closed list. service/ turns each into its gRPC
// status and reason (service/endings.h).
#ifndef SIGNPOST_HUB_ROUTING_ENDING_H_
#define SIGNPOST_HUB_ROUTING_ENDING_H_

namespace signpost::hub {

enum class Ending {
  kComplete,  // OK
  kReplaced,  // a newer stream of the same member
  kSuspended,
  kNotActive,
  kNotAMember,
  kNotPermitted,  // a caller of the wrong kind: a partner that wants to answer
  kPinMismatch,
  kDirectoryExpired,
  kDirectoryMissing,
  kNotReading,  // its outbox was full
  kDraining,
  kMalformed,
  kDuplicateQuestion,
  kBusy,        // too many questions of one member at once
  kNoDeadline,  // a call without a deadline, or beyond 60 s
  kNoHello,     // a node's stream that did not begin
  kGone,        // the peer closed or vanished: nobody reads this
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_ENDING_H_
