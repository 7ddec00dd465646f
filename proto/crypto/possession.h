// Proof of possession of a custodian's share: a Schnorr signature of knowledge
// over the public share, the custodian's role and the epoch. Without it the
// second custodian could publish pk_B = X - pk_A for an X of its choosing and
// hold the whole key alone.
//
// Thread safety: functions; the Random as its class says.
// Security: its own domain separation, so that no other proof passes for one;
// fresh randomness for each proof, so that two never share a commitment.
#ifndef SIGNPOST_PROTO_CRYPTO_POSSESSION_H_
#define SIGNPOST_PROTO_CRYPTO_POSSESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/crypto/voprf.h"

namespace signpost {

inline constexpr size_t kPossessionProofSize = 64;
inline constexpr std::string_view kCustodianRoleA = "a";
inline constexpr std::string_view kCustodianRoleB = "b";

// A 64-byte proof (challenge ‖ response). INVALID_ARGUMENT: the role is neither
// "a" nor "b". FAILED_PRECONDITION: secret and public share do not belong together.
absl::StatusOr<std::string> ProvePossession(const CustodianShare& share, std::string_view role,
                                            uint32_t epoch, Random& random);

// INVALID_ARGUMENT: a size, role, point or scalar is malformed. UNAUTHENTICATED:
// the proof is not one for this share, role and epoch.
absl::Status VerifyPossession(std::string_view public_share, std::string_view role, uint32_t epoch,
                              std::string_view proof);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_POSSESSION_H_
