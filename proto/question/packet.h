// The form that intro, details and answer share inside their seals: a length,
// the message, its signature, and zeroes up to a fixed size.
//
//   I(2,len) ‖ message[len] ‖ signature[64] ‖ zeros
//
// Thread safety: pure functions.
// Security: there is one packet for a message and a signature: everything past
// them must be zero, so that nothing can be smuggled in the padding.
#ifndef SIGNPOST_PROTO_QUESTION_PACKET_H_
#define SIGNPOST_PROTO_QUESTION_PACKET_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

struct Packet {
  std::string message;
  std::string signature;  // 64 bytes
};

// `size` bytes. INVALID_ARGUMENT TOO_LONG when the message does not fit.
absl::StatusOr<Secret> Pack(std::string_view message, std::string_view signature, size_t size);

// INVALID_ARGUMENT MALFORMED when the length runs past the end or is 0, BAD_PADDING.
absl::StatusOr<Packet> Unpack(std::string_view packed);

// True if every byte is zero.
bool IsAllZero(std::string_view bytes);

// I(1,len) ‖ member: how a member's code enters every signature and code.
std::string MemberBytes(std::string_view member);

// The statuses of everything that opens messages, by closed reason.
absl::Status WrongSize(std::string_view what);     // INVALID_ARGUMENT WRONG_SIZE
absl::Status Malformed(std::string_view what);     // INVALID_ARGUMENT MALFORMED
absl::Status BadPadding(std::string_view what);    // INVALID_ARGUMENT BAD_PADDING
absl::Status NotAuthentic(std::string_view what);  // UNAUTHENTICATED NOT_AUTHENTIC
absl::Status BadSignature(std::string_view what);  // UNAUTHENTICATED BAD_SIGNATURE

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_PACKET_H_
