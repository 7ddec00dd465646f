// The audit chain: every question, claim and disclosure is a row, and each row's
// hash covers all rows before it, so that a row changed, removed, reordered or
// cut from the end is found.
//
//   h_0 = 32 zero bytes
//   h_n = SHA-256("signpost/v1/audit" ‖ h_(n-1) ‖ I(8,n) ‖ I(4,len row) ‖ row)
//
// row is the serialised v1::AuditRow, exactly as stored. A checkpoint is cut by
// the clock in every slot of 10 minutes, also in an idle one, and is salted: what
// other members see of it moves with the clock and never with a row.
//
//   checkpoint = SHA-256(salt ‖ h_n ‖ I(8,slot)),  salt 32 random bytes
//
// The desk's journal (node/store/sqlite_desk.h) is a second chain with a label of
// its own, "signpost/v1/desk".
//
// Thread safety: pure functions and values.
// Security: rows hold who asked about whom; they are sealed at rest. Whoever has
// the column key and the file can forge a whole new chain; checkpoints already
// given to other members then contradict it.
#ifndef SIGNPOST_NODE_STORE_AUDIT_H_
#define SIGNPOST_NODE_STORE_AUDIT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace signpost::node {

inline constexpr size_t kAuditHashSize = 32;
inline constexpr size_t kCheckpointSaltSize = 32;

// h_0.
std::string FirstAuditHash();

// h_n from h_(n-1) (32 bytes), n >= 1 and the row's bytes.
std::string NextAuditHash(std::string_view previous, uint64_t number, std::string_view row);

// The same for any chain, told apart by its label.
std::string NextChainHash(std::string_view label, std::string_view previous, uint64_t number,
                          std::string_view row);

// The value that claims carry; 32 bytes.
std::string CheckpointHash(std::string_view salt, std::string_view head, uint64_t slot);

struct AuditCheckpoint {
  uint64_t slot = 0;  // floor(cut_ms / kAuditCheckpointMs), more if the clock was set back
  int64_t cut_ms = 0;
  std::string hash;  // 32 bytes; empty before the first cut
};

enum class AuditFault {
  kNone,
  kRowUnreadable,       // does not open, or is not an audit row: changed, moved or swapped
  kRowMissing,          // a number is absent
  kRowChanged,          // hash differs from the one sealed with the row
  kHeadMismatch,        // the tail was cut, or rows were added behind the node's back
  kCheckpointMismatch,  // history before a checkpoint was rewritten
  kDeskJournal,         // the desk's journal or an item of it; where is not told
};

struct AuditVerification {
  uint64_t rows = 0;  // rows that verified, from the first
  bool intact = false;
  uint64_t first_bad_number = 0;  // 0 when intact, and for kDeskJournal
  AuditFault fault = AuditFault::kNone;
  std::string head;  // 32 bytes: hash after `rows` rows
};

// A word for each fault, for people.
std::string_view AuditFaultName(AuditFault fault);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_AUDIT_H_
