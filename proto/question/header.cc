#include "proto/question/header.h"

#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/question/packet.h"

namespace signpost {
namespace {

constexpr std::string_view kPrefix = "signpost/v1";

absl::Status BadSlot() {
  return absl::InvalidArgumentError("BAD_SLOT: slot and issued_ms of the header disagree");
}

}  // namespace

absl::StatusOr<std::string> EncodeHeader(const QuestionHeader& header) {
  if (header.qid.size() != kQidSize) return WrongSize("header.qid");
  if (header.pk_hash.size() != kHashSize) return WrongSize("header.pk_hash");
  if (header.directory_hash.size() != kHashSize) return WrongSize("header.directory_hash");
  if (header.issued_ms < 0 || header.slot != SlotOf(header.issued_ms)) return BadSlot();
  std::string bytes(kPrefix);
  bytes.reserve(kHeaderSize);
  bytes.append(header.qid);
  AppendInt(bytes, 4, header.epoch);
  bytes.append(header.pk_hash);
  AppendInt(bytes, 8, header.directory_version);
  bytes.append(header.directory_hash);
  AppendInt(bytes, 2, header.policy_version);
  AppendInt(bytes, 8, static_cast<uint64_t>(header.slot));
  AppendInt(bytes, 8, static_cast<uint64_t>(header.issued_ms));
  AppendInt(bytes, 4, header.deadline_ms);
  return bytes;
}

absl::StatusOr<QuestionHeader> DecodeHeader(std::string_view bytes) {
  if (bytes.size() != kHeaderSize) return WrongSize("header");
  if (!bytes.starts_with(kPrefix)) {
    return absl::UnimplementedError("UNKNOWN_VERSION: the question is of another protocol version");
  }
  ByteReader reader(bytes.substr(kPrefix.size()));
  QuestionHeader header;
  // The size is checked above, so no piece can be missing.
  header.qid = reader.Take(kQidSize).value_or("");
  header.epoch = static_cast<uint32_t>(reader.Int(4).value_or(0));
  header.pk_hash = reader.Take(kHashSize).value_or("");
  header.directory_version = reader.Int(8).value_or(0);
  header.directory_hash = reader.Take(kHashSize).value_or("");
  header.policy_version = static_cast<uint16_t>(reader.Int(2).value_or(0));
  header.slot = static_cast<int64_t>(reader.Int(8).value_or(0));
  header.issued_ms = static_cast<int64_t>(reader.Int(8).value_or(0));
  header.deadline_ms = static_cast<uint32_t>(reader.Int(4).value_or(0));
  if (header.issued_ms < 0 || header.slot != SlotOf(header.issued_ms)) return BadSlot();
  return header;
}

std::string HeaderHash(std::string_view header_bytes) { return Sha256(header_bytes); }

}  // namespace signpost
