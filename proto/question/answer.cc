#include "proto/question/answer.h"

#include <utility>

#include "proto/base/bytes.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/reply.h"
#include "proto/limits.h"
#include "proto/question/fit.h"
#include "proto/question/packet.h"

namespace signpost {
namespace {

constexpr size_t kPlaintextSize = kAnswerSize - kReplyOverhead;
static_assert(kPlaintextSize == 2 + kMaxAnswerBodySize + kSignatureSize);

std::string SignedBytes(std::string_view hh, std::string_view member, std::string_view reveal_hash,
                        std::string_view body) {
  return std::string(hh).append(MemberBytes(member)).append(reveal_hash).append(body);
}

}  // namespace

absl::StatusOr<std::string> MakeAnswer(const Secret& answer_key, std::string_view enc,
                                       std::string_view hh, std::string_view member,
                                       std::string_view reveal_hash, const v1::AnswerBody& body,
                                       const SigningKey& key, Random& random) {
  if (hh.size() != kHashSize) return WrongSize("hh");
  if (reveal_hash.size() != kHashSize) return WrongSize("reveal_hash");
  SIGNPOST_RETURN_IF_ERROR(FitAnswer(body));
  std::string bytes = body.SerializeAsString();
  std::string payload = SignedBytes(hh, member, reveal_hash, bytes);
  const std::string signature = SignDsse(key, kDsseAnswer, payload);
  absl::StatusOr<Secret> packed = Pack(bytes, signature, kPlaintextSize);
  WipeString(bytes);
  WipeString(payload);
  SIGNPOST_RETURN_IF_ERROR(packed.status());
  return SealReply(answer_key, enc, random, hh, packed->Expose());
}

absl::StatusOr<OpenedAnswer> OpenAnswer(const Secret& answer_key, std::string_view enc,
                                        std::string_view hh, std::string_view answer) {
  if (answer.size() != kAnswerSize) return WrongSize("answer");
  const absl::StatusOr<Secret> plaintext = OpenReply(answer_key, enc, hh, answer);
  if (!plaintext.ok()) return NotAuthentic("answer");
  SIGNPOST_ASSIGN_OR_RETURN(Packet packet, Unpack(plaintext->Expose()));
  OpenedAnswer opened;
  if (!opened.body.ParseFromString(packet.message)) return Malformed("answer");
  SIGNPOST_RETURN_IF_ERROR(FitAnswer(opened.body, Enums::kAny));
  opened.body_bytes = std::move(packet.message);
  opened.signature = std::move(packet.signature);
  return opened;
}

absl::Status VerifyAnswerSignature(const OpenedAnswer& answer, std::string_view hh,
                                   std::string_view member, std::string_view reveal_hash,
                                   std::string_view ed25519_public) {
  std::string payload = SignedBytes(hh, member, reveal_hash, answer.body_bytes);
  const bool good = VerifyDsse(ed25519_public, kDsseAnswer, payload, answer.signature).ok();
  WipeString(payload);
  return good ? absl::OkStatus() : BadSignature("answer");
}

}  // namespace signpost
