#include "proto/question/claim.h"

#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/reply.h"
#include "proto/limits.h"
#include "proto/question/packet.h"
#include "proto/question/question.h"

namespace signpost {
namespace {

constexpr std::string_view kEvidenceLabel = "signpost/v1/claim";
constexpr size_t kPlaintextSize = kClaimSize - kReplyOverhead;
constexpr size_t kBitmapSize = 4;
constexpr size_t kCoreSize = 1 + kBitmapSize + kHashSize + 8 + kHashSize;
static_assert(kPlaintextSize == 464 && kCoreSize == 77);

std::string CoreBytes(const ClaimCore& core, const ClaimEvidence& evidence) {
  std::string bytes = IntBytes(1, static_cast<uint64_t>(core.status));
  AppendInt(bytes, kBitmapSize, evidence.bitmap);
  bytes.append(evidence.mac);
  AppendInt(bytes, 8, static_cast<uint64_t>(core.watermark_ms));
  bytes.append(core.audit_head);
  return bytes;
}

std::string SignedBytes(std::string_view hh, std::string_view member, std::string_view core) {
  return std::string(hh).append(MemberBytes(member)).append(core);
}

bool IsStatus(uint64_t value) {
  return value != v1::CLAIM_STATUS_UNSPECIFIED && value <= 0xff &&
         v1::ClaimStatus_IsValid(static_cast<int>(value));
}

}  // namespace

absl::StatusOr<ClaimEvidence> MakeEvidence(std::string_view hh, std::string_view member,
                                           uint32_t bitmap, absl::Span<const Secret* const> poss) {
  if (bitmap == 0 || static_cast<size_t>(std::popcount(bitmap)) != poss.size()) {
    return absl::InvalidArgumentError(
        "BAD_BITMAP: one poss a slot of the bitmap, and at least one");
  }
  std::vector<std::string_view> pieces;
  for (const Secret* one : poss) {
    if (one == nullptr || one->size() != kKeySize) return WrongSize("poss");
    pieces.push_back(one->Expose());
  }
  std::string message(kEvidenceLabel);
  message.append(hh).append(MemberBytes(member));
  AppendInt(message, kBitmapSize, bitmap);
  return ClaimEvidence{bitmap, HmacSha256(Sha256Secret(pieces), message)};
}

absl::StatusOr<std::string> MakeClaim(const Secret& claim_key, std::string_view enc,
                                      std::string_view hh, std::string_view member,
                                      const ClaimCore& core,
                                      const std::optional<ClaimEvidence>& evidence,
                                      const SigningKey& key, Random& random) {
  if (hh.size() != kHashSize) return WrongSize("hh");
  if (core.audit_head.size() != kHashSize) return WrongSize("claim.audit_head");
  if (!IsStatus(static_cast<uint64_t>(core.status)) || core.watermark_ms < 0) {
    return Malformed("claim.status or watermark_ms");
  }
  ClaimEvidence shown;
  const std::string noise = random.Bytes(kBitmapSize + kHashSize);
  ByteReader reader(noise);
  shown.bitmap = static_cast<uint32_t>(reader.Int(kBitmapSize).value_or(0));
  shown.mac = reader.rest();
  if (evidence.has_value()) shown = *evidence;
  if (shown.mac.size() != kHashSize) return WrongSize("claim.evidence");

  std::string plaintext = CoreBytes(core, shown);
  plaintext.append(SignDsse(key, kDsseClaim, SignedBytes(hh, member, plaintext)));
  plaintext.resize(kPlaintextSize, '\0');
  return SealReply(claim_key, enc, random, hh, plaintext);
}

absl::StatusOr<OpenedClaim> OpenClaim(const Secret& claim_key, std::string_view enc,
                                      std::string_view hh, std::string_view claim) {
  if (claim.size() != kClaimSize) return WrongSize("claim");
  const absl::StatusOr<Secret> plaintext = OpenReply(claim_key, enc, hh, claim);
  if (!plaintext.ok()) return NotAuthentic("claim");
  // The size is fixed by the seal, so no piece can be missing.
  ByteReader reader(plaintext->Expose());
  const uint64_t status = reader.Int(1).value_or(0);
  OpenedClaim opened;
  opened.evidence.bitmap = static_cast<uint32_t>(reader.Int(kBitmapSize).value_or(0));
  opened.evidence.mac = reader.Take(kHashSize).value_or("");
  opened.core.watermark_ms = static_cast<int64_t>(reader.Int(8).value_or(0));
  opened.core.audit_head = reader.Take(kHashSize).value_or("");
  opened.signature = reader.Take(kSignatureSize).value_or("");
  if (!IsStatus(status)) return Malformed("claim.status");
  if (opened.core.watermark_ms < 0) return Malformed("claim.watermark_ms");
  if (!IsAllZero(reader.rest())) return BadPadding("claim");
  opened.core.status = static_cast<v1::ClaimStatus>(status);
  opened.hash = Sha256(claim);
  return opened;
}

bool VerifyEvidence(const ClaimEvidence& evidence, std::string_view hh, std::string_view member,
                    absl::Span<const Secret* const> poss_of_slot) {
  const std::vector<const Secret*> poss = PossOfBitmap(poss_of_slot, evidence.bitmap);
  // MakeEvidence refuses an empty bitmap and one with unused slots: fewer poss than bits.
  const absl::StatusOr<ClaimEvidence> expected = MakeEvidence(hh, member, evidence.bitmap, poss);
  return expected.ok() && EqualConstantTime(expected->mac, evidence.mac);
}

absl::Status VerifyClaimSignature(const OpenedClaim& claim, std::string_view hh,
                                  std::string_view member, std::string_view ed25519_public) {
  const std::string payload = SignedBytes(hh, member, CoreBytes(claim.core, claim.evidence));
  if (!VerifyDsse(ed25519_public, kDsseClaim, payload, claim.signature).ok()) {
    return BadSignature("claim");
  }
  return absl::OkStatus();
}

}  // namespace signpost
