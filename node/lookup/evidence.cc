#include "node/lookup/evidence.h"

#include <algorithm>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr std::string_view kPrefix = "signpost/v1/evidence";
constexpr uint8_t kHasClaim = 1;
constexpr uint8_t kHasReveal = 2;
constexpr uint8_t kHasAnswer = 4;

void AppendClaim(std::string& out, const OpenedClaim& claim) {
  AppendInt(out, 1, static_cast<uint64_t>(claim.core.status));
  AppendInt(out, 4, claim.evidence.bitmap);
  out += claim.evidence.mac;
  AppendInt(out, 8, static_cast<uint64_t>(claim.core.watermark_ms));
  out += claim.core.audit_head;
  out += claim.signature;
}

std::optional<OpenedClaim> ReadClaim(ByteReader& reader) {
  OpenedClaim claim;
  const auto status = reader.Int(1);
  const auto bitmap = reader.Int(4);
  const auto mac = reader.Take(kHashSize);
  const auto watermark = reader.Int(8);
  const auto head = reader.Take(kHashSize);
  const auto signature = reader.Take(kSignatureSize);
  if (!status || !bitmap || !mac || !watermark || !head || !signature) return std::nullopt;
  claim.core.status = static_cast<v1::ClaimStatus>(*status);
  claim.evidence.bitmap = static_cast<uint32_t>(*bitmap);
  claim.evidence.mac = std::string(*mac);
  claim.core.watermark_ms = static_cast<int64_t>(*watermark);
  claim.core.audit_head = std::string(*head);
  claim.signature = std::string(*signature);
  return claim;
}

std::optional<MemberEvidence> ReadMember(ByteReader& reader) {
  MemberEvidence member;
  const auto length = reader.Int(1);
  if (!length) return std::nullopt;
  const auto code = reader.Take(*length);
  const auto parts = reader.Int(1);
  if (!code || !parts) return std::nullopt;
  member.member = std::string(*code);
  if (*parts & kHasClaim) {
    member.claim = ReadClaim(reader);
    if (!member.claim) return std::nullopt;
  }
  if (*parts & kHasReveal) {
    const auto hash = reader.Take(kHashSize);
    if (!hash) return std::nullopt;
    member.reveal_hash = std::string(*hash);
  }
  if (*parts & kHasAnswer) {
    const auto size = reader.Int(2);
    if (!size) return std::nullopt;
    const auto body = reader.Take(*size);
    const auto signature = reader.Take(kSignatureSize);
    if (!body || !signature) return std::nullopt;
    member.answer_body = std::string(*body);
    member.answer_signature = std::string(*signature);
  }
  return member;
}

}  // namespace

std::string EncodeEvidence(const QuestionEvidence& evidence) {
  std::vector<const MemberEvidence*> members;
  for (const MemberEvidence& member : evidence.members) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const MemberEvidence* a, const MemberEvidence* b) { return a->member < b->member; });
  std::string out(kPrefix);
  out += evidence.header;
  AppendInt(out, 2, members.size());
  for (const MemberEvidence* member : members) {
    const bool answered = !member->answer_signature.empty();
    AppendInt(out, 1, member->member.size());
    out += member->member;
    AppendInt(out, 1,
              (member->claim ? kHasClaim : 0u) | (member->reveal_hash.empty() ? 0u : kHasReveal) |
                  (answered ? kHasAnswer : 0u));
    if (member->claim) AppendClaim(out, *member->claim);
    out += member->reveal_hash;
    if (!answered) continue;
    AppendInt(out, 2, member->answer_body.size());
    out += member->answer_body;
    out += member->answer_signature;
  }
  return out;
}

absl::StatusOr<QuestionEvidence> DecodeEvidence(std::string_view bytes) {
  const absl::Status malformed = absl::DataLossError("the evidence of a question is malformed");
  ByteReader reader(bytes);
  QuestionEvidence evidence;
  const auto prefix = reader.Take(kPrefix.size());
  const auto header = reader.Take(kHeaderSize);
  const auto count = reader.Int(2);
  if (!prefix || *prefix != kPrefix || !header || !count) return malformed;
  evidence.header = std::string(*header);
  for (uint64_t i = 0; i < *count; ++i) {
    std::optional<MemberEvidence> member = ReadMember(reader);
    if (!member) return malformed;
    evidence.members.push_back(std::move(*member));
  }
  if (!reader.rest().empty()) return malformed;
  return evidence;
}

}  // namespace signpost::node
