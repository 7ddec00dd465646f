#include "proto/question/reveal.h"

#include <algorithm>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/question/fit.h"
#include "proto/question/packet.h"

namespace signpost {
namespace {

constexpr std::string_view kLabel = "signpost/v1/reveal";
constexpr size_t kPlaintextSize = kRevealSize - kAeadTagSize;
static_assert(kPlaintextSize == 2 + kMaxDetailsSize + kSignatureSize);

// Cover's key is that of no poss. A prefix of poss cannot give another list's key: each is 32
// bytes.
absl::StatusOr<Secret> MixedKey(const Secret& reveal_key, std::string_view hh,
                                absl::Span<const Secret* const> poss) {
  if (reveal_key.size() != kKeySize) return WrongSize("reveal_key");
  if (hh.size() != kHashSize) return WrongSize("hh");
  Secret material(kKeySize * (1 + poss.size()));
  unsigned char* out = material.data();
  const auto append = [&out](const Secret& piece) {
    out = std::copy(piece.data(), piece.data() + piece.size(), out);
  };
  append(reveal_key);
  for (const Secret* one : poss) {
    if (one == nullptr || one->size() != kKeySize) return WrongSize("poss");
    append(*one);
  }
  return HkdfExpand(HkdfExtract(hh, material.Expose()), kLabel, kKeySize);
}

std::string SignedBytes(std::string_view hh, std::string_view member, std::string_view claim_hash,
                        std::string_view details) {
  return std::string(hh).append(MemberBytes(member)).append(claim_hash).append(details);
}

}  // namespace

absl::StatusOr<std::string> MakeReveal(const Secret& reveal_key, std::string_view hh,
                                       std::string_view member,
                                       absl::Span<const Secret* const> poss,
                                       std::string_view claim_hash, const v1::ChildDetails& details,
                                       const SigningKey& key) {
  if (poss.empty()) {
    return absl::InvalidArgumentError("NO_EVIDENCE: only a member that proved slots gets a reveal");
  }
  if (claim_hash.size() != kHashSize) return WrongSize("claim_hash");
  SIGNPOST_RETURN_IF_ERROR(FitDetails(details));
  std::string bytes = details.SerializeAsString();
  std::string payload = SignedBytes(hh, member, claim_hash, bytes);
  const std::string signature = SignDsse(key, kDsseReveal, payload);
  absl::StatusOr<Secret> packed = Pack(bytes, signature, kPlaintextSize);
  WipeString(bytes);
  WipeString(payload);
  SIGNPOST_RETURN_IF_ERROR(packed.status());
  SIGNPOST_ASSIGN_OR_RETURN(Secret seal_key, MixedKey(reveal_key, hh, poss));
  return SealOnce(std::move(seal_key), hh, packed->Expose());
}

absl::StatusOr<std::string> MakeCover(const Secret& reveal_key, std::string_view hh) {
  SIGNPOST_ASSIGN_OR_RETURN(Secret seal_key, MixedKey(reveal_key, hh, {}));
  return SealOnce(std::move(seal_key), hh, std::string(kPlaintextSize, '\0'));
}

absl::StatusOr<OpenedReveal> OpenReveal(const Secret& reveal_key, std::string_view hh,
                                        absl::Span<const Secret* const> poss,
                                        std::string_view reveal) {
  if (reveal.size() != kRevealSize) return WrongSize("reveal");
  SIGNPOST_ASSIGN_OR_RETURN(Secret cover_key, MixedKey(reveal_key, hh, {}));
  SIGNPOST_ASSIGN_OR_RETURN(Secret mixed_key, MixedKey(reveal_key, hh, poss));
  absl::StatusOr<Secret> plaintext = OpenOnce(mixed_key, hh, reveal);
  if (!plaintext.ok() || poss.empty()) {
    plaintext = OpenOnce(cover_key, hh, reveal);
    if (!plaintext.ok()) return NotAuthentic("reveal");
    if (!IsAllZero(plaintext->Expose())) return Malformed("cover");
    return OpenedReveal{};
  }
  SIGNPOST_ASSIGN_OR_RETURN(Packet packet, Unpack(plaintext->Expose()));
  OpenedReveal opened;
  opened.cover = false;
  if (!opened.details.ParseFromString(packet.message)) return Malformed("details");
  SIGNPOST_RETURN_IF_ERROR(FitDetails(opened.details, Enums::kAny));
  opened.details_bytes = std::move(packet.message);
  opened.signature = std::move(packet.signature);
  return opened;
}

absl::Status VerifyRevealSignature(const OpenedReveal& reveal, std::string_view hh,
                                   std::string_view member, std::string_view claim_hash,
                                   std::string_view ed25519_public) {
  std::string payload = SignedBytes(hh, member, claim_hash, reveal.details_bytes);
  const bool good =
      !reveal.cover && VerifyDsse(ed25519_public, kDsseReveal, payload, reveal.signature).ok();
  WipeString(payload);
  return good ? absl::OkStatus() : BadSignature("reveal");
}

std::string RevealHash(std::string_view reveal) { return Sha256(reveal); }

}  // namespace signpost
