// The claim: phase 1 reply of every member, 512 bytes whatever it says. A holder
// proves, slot by slot, that it knows the poss of tags the asker put; everybody
// else sends random bytes of the same shape (proto/PROTOCOL.md section 6).
//
//   nonce[32] ‖ AES-256-GCM( I(1,status) ‖ bitmap[4] ‖ evidence[32] ‖ I(8,watermark_ms)
//                            ‖ audit head[32] ‖ signature[64] ‖ zeros ) under the claim key
//
// Thread safety: pure functions and values.
// Security: a claim without evidence has a random bitmap and random evidence:
// only the asker, who knows the poss of its own slots, can tell. Status,
// watermark and head must not move with any record: that is the caller's duty.
#ifndef SIGNPOST_PROTO_QUESTION_CLAIM_H_
#define SIGNPOST_PROTO_QUESTION_CLAIM_H_

#include <absl/types/span.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/question.pb.h"

namespace signpost {

// What every member says, match or no match.
struct ClaimCore {
  v1::ClaimStatus status = v1::READY;
  int64_t watermark_ms = 0;  // index watermark, rounded down to the slot
  std::string audit_head;    // 32 bytes, head of the last checkpoint
};

// Proof that a member knows the poss of some slots. Bit i of the bitmap (from the least
// significant) stands for slot i of the body.
struct ClaimEvidence {
  uint32_t bitmap = 0;
  std::string mac;  // 32 bytes
};

// HMAC-SHA256(SHA-256(poss of the slots in order), "signpost/v1/claim" ‖ hh ‖ I(1,len) ‖ member ‖
// I(4,bitmap)). `poss` are those of the bitmap's slots, in slot order, 32 bytes each.
// INVALID_ARGUMENT when their number is not the bitmap's, or none.
absl::StatusOr<ClaimEvidence> MakeEvidence(std::string_view hh, std::string_view member,
                                           uint32_t bitmap, absl::Span<const Secret* const> poss);

// 512 bytes, with random bitmap and evidence when `evidence` is empty. `enc` and `claim_key` are
// those of the opened question. The same work whether or not there is evidence.
absl::StatusOr<std::string> MakeClaim(const Secret& claim_key, std::string_view enc,
                                      std::string_view hh, std::string_view member,
                                      const ClaimCore& core,
                                      const std::optional<ClaimEvidence>& evidence,
                                      const SigningKey& key, Random& random);

struct OpenedClaim {
  ClaimCore core;
  ClaimEvidence evidence;  // perhaps random: VerifyEvidence says
  std::string signature;   // 64 bytes
  std::string hash;        // SHA-256 of the 512 bytes
};

// Asker. INVALID_ARGUMENT WRONG_SIZE, BAD_PADDING, MALFORMED (unknown status, negative watermark);
// UNAUTHENTICATED NOT_AUTHENTIC when the seal does not open.
absl::StatusOr<OpenedClaim> OpenClaim(const Secret& claim_key, std::string_view enc,
                                      std::string_view hh, std::string_view claim);

// Asker. `poss_of_slot` holds 32 pointers, null for an unused slot. False for an empty bitmap and
// for one that names an unused slot. Constant time in the evidence.
bool VerifyEvidence(const ClaimEvidence& evidence, std::string_view hh, std::string_view member,
                    absl::Span<const Secret* const> poss_of_slot);

// UNAUTHENTICATED BAD_SIGNATURE. The seal already proves who made the claim; the signature is for
// the audit and is verified before a claimant's answer is shown.
absl::Status VerifyClaimSignature(const OpenedClaim& claim, std::string_view hh,
                                  std::string_view member, std::string_view ed25519_public);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_CLAIM_H_
