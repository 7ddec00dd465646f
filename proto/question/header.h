// The header H of a question: 125 bytes in the clear that say when, under which
// keys and which directory the question was put, and nothing of whom or what.
// Its hash hh is the associated data of every seal and part of every signature
// and derivation, so nothing of one question can be moved into another
// (proto/PROTOCOL.md section 6).
//
// Thread safety: pure functions and values.
// Security: H itself is not signed; whoever alters it breaks every seal.
#ifndef SIGNPOST_PROTO_QUESTION_HEADER_H_
#define SIGNPOST_PROTO_QUESTION_HEADER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/crypto/match_key.h"

namespace signpost {

struct QuestionHeader {
  std::string qid;  // 16 bytes, random
  uint32_t epoch = 0;
  std::string pk_hash;  // 32 bytes, PkHash() of the epoch
  uint64_t directory_version = 0;
  std::string directory_hash;  // 32 bytes
  uint16_t policy_version = 0;
  int64_t slot = 0;          // SlotOf(issued_ms) of proto/crypto/match_key.h
  int64_t issued_ms = 0;     // UTC
  uint32_t deadline_ms = 0;  // after issued_ms

  bool operator==(const QuestionHeader&) const = default;
};

// 125 bytes. INVALID_ARGUMENT: a piece of the wrong size, slot != SlotOf(issued_ms), issued_ms < 0.
absl::StatusOr<std::string> EncodeHeader(const QuestionHeader& header);

// INVALID_ARGUMENT WRONG_SIZE; UNIMPLEMENTED UNKNOWN_VERSION for another prefix; INVALID_ARGUMENT
// BAD_SLOT when slot and issued_ms disagree.
absl::StatusOr<QuestionHeader> DecodeHeader(std::string_view bytes);

// hh = SHA-256(H), 32 bytes.
std::string HeaderHash(std::string_view header_bytes);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_HEADER_H_
