// The reveal: phase 2 message of the asker to every member, 2,048 bytes. To a
// member whose evidence verified it carries the child's details, under a key
// that needs the poss of the proven slots as well as the member's exported key;
// to everybody else it is cover (proto/PROTOCOL.md section 6).
//
//   AES-256-GCM( I(2,len) ‖ ChildDetails ‖ signature[64] ‖ zeros ), zero nonce, aad hh
//
// Thread safety: pure functions and values.
// Security: the key seals exactly one message: MakeReveal or MakeCover is called
// once a member and question. A member that proved nothing holds a key that can
// only ever open cover.
#ifndef SIGNPOST_PROTO_QUESTION_REVEAL_H_
#define SIGNPOST_PROTO_QUESTION_REVEAL_H_

#include <absl/types/span.h>

#include <string>
#include <string_view>

#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/child.pb.h"

namespace signpost {

// 2,048 bytes. `poss` are those of the slots of the verified bitmap, in slot order; `claim_hash` is
// OpenedClaim::hash; `member` the receiver. INVALID_ARGUMENT when there is no poss, or the details
// do not fit (FitDetails).
absl::StatusOr<std::string> MakeReveal(const Secret& reveal_key, std::string_view hh,
                                       std::string_view member,
                                       absl::Span<const Secret* const> poss,
                                       std::string_view claim_hash, const v1::ChildDetails& details,
                                       const SigningKey& key);

// 2,048 bytes that say nothing, for a member that did not claim (or did in vain).
absl::StatusOr<std::string> MakeCover(const Secret& reveal_key, std::string_view hh);

struct OpenedReveal {
  bool cover = true;
  v1::ChildDetails details;   // of a reveal
  std::string details_bytes;  // the exact bytes under the signature
  std::string signature;      // 64 bytes
};

// Member. `poss` are those of the claim's slots, none when it claimed without evidence: then only
// cover opens. INVALID_ARGUMENT WRONG_SIZE, MALFORMED, BAD_PADDING; UNAUTHENTICATED NOT_AUTHENTIC.
// Tries the mixed key, then cover's; the same work for cover and garbage.
absl::StatusOr<OpenedReveal> OpenReveal(const Secret& reveal_key, std::string_view hh,
                                        absl::Span<const Secret* const> poss,
                                        std::string_view reveal);

// UNAUTHENTICATED BAD_SIGNATURE: answer nothing and raise the local alarm. `ed25519_public` is the
// asking member's, as its intro named it.
absl::Status VerifyRevealSignature(const OpenedReveal& reveal, std::string_view hh,
                                   std::string_view member, std::string_view claim_hash,
                                   std::string_view ed25519_public);

// SHA-256 of the 2,048 bytes: what the answer is signed over.
std::string RevealHash(std::string_view reveal);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_REVEAL_H_
