// Signatures over exact bytes, each kind of message under a type of its own: the
// pre-authentication encoding of DSSE (Dead Simple Signing Envelope, protocol
// version 1). The receiver verifies the bytes as they came and parses afterwards;
// nothing is ever serialised again to check a signature, because protobuf has no
// canonical form.
//
// Thread safety: pure functions.
// Security: a signature made for one type never verifies for another, and types
// and lengths are unambiguous, so no two (type, payload) pairs share an encoding.
#ifndef SIGNPOST_PROTO_CRYPTO_DSSE_H_
#define SIGNPOST_PROTO_CRYPTO_DSSE_H_

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/crypto/signature.h"

namespace signpost {

inline constexpr std::string_view kDsseIntro = "application/vnd.signpost.v1.intro";
inline constexpr std::string_view kDsseClaim = "application/vnd.signpost.v1.claim";
inline constexpr std::string_view kDsseReveal = "application/vnd.signpost.v1.reveal";
inline constexpr std::string_view kDsseAnswer = "application/vnd.signpost.v1.answer";
inline constexpr std::string_view kDsseDirectory = "application/vnd.signpost.v1.directory";
inline constexpr std::string_view kDsseSuspension = "application/vnd.signpost.v1.suspension";
inline constexpr std::string_view kDsseMemberEntry = "application/vnd.signpost.v1.member-entry";

// "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload, lengths in decimal.
std::string DssePae(std::string_view type, std::string_view payload);

// A 64-byte signature over DssePae.
std::string SignDsse(const SigningKey& key, std::string_view type, std::string_view payload);

// INVALID_ARGUMENT and UNAUTHENTICATED as VerifySignature.
absl::Status VerifyDsse(std::string_view public_key, std::string_view type,
                        std::string_view payload, std::string_view signature);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_DSSE_H_
