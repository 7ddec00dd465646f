// The evidence an asker keeps of a question, in one byte string of the audit row
// QUESTION_ENDED: enough to prove to a third person what each member claimed and
// answered, and nothing that opens a recorded message.
//
//   "signpost/v1/evidence" ‖ H[125] ‖ I(2, members) ‖ members in order of code:
//     I(1,len) code ‖ I(1,parts) and then, for each part present,
//     bit 0: claim:  I(1,status) bitmap[4] mac[32] I(8,watermark) head[32] signature[64]
//     bit 1: SHA-256 of the reveal[32]
//     bit 2: answer: I(2,len) body ‖ signature[64]
//
// Thread safety: pure functions.
// Security: holds no key and no child's details.
#ifndef SIGNPOST_NODE_LOOKUP_EVIDENCE_H_
#define SIGNPOST_NODE_LOOKUP_EVIDENCE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/question/claim.h"

namespace signpost::node {

struct MemberEvidence {
  std::string member;
  std::optional<OpenedClaim> claim;  // its hash is not kept
  std::string reveal_hash;           // 32 bytes, or empty
  std::string answer_body;           // with answer_signature, or both empty
  std::string answer_signature;      // 64 bytes
};
struct QuestionEvidence {
  std::string header;  // 125 bytes
  std::vector<MemberEvidence> members;
};

std::string EncodeEvidence(const QuestionEvidence& evidence);
// DATA_LOSS: not such a byte string.
absl::StatusOr<QuestionEvidence> DecodeEvidence(std::string_view bytes);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_EVIDENCE_H_
