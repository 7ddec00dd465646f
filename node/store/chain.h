// A hash chain of sealed rows in SQLite, told by its tables: the audit and the
// desk's journal are two of them. node/store/audit.h has the hashes.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: see node/store/audit.h.
#ifndef SIGNPOST_NODE_STORE_CHAIN_H_
#define SIGNPOST_NODE_STORE_CHAIN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "node/store/audit.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"

namespace signpost::node {

// The statements and columns of one chain; all literals.
struct ChainTables {
  std::string_view label;  // of the hash: rows of one chain never fit another
  Column row;
  Column head;
  std::string_view insert_row;   // number, row
  std::string_view select_rows;  // number, row; ascending
  std::string_view select_head;  // number, hash
  std::string_view write_head;   // number, hash
};
extern const ChainTables kAuditChain;
extern const ChainTables kDeskChain;

struct ChainHead {
  uint64_t number = 0;
  std::string hash = FirstAuditHash();
};

absl::StatusOr<ChainHead> ReadChainHead(Connection& db, const Sealer& sealer,
                                        const ChainTables& tables);
absl::Status WriteChainHead(Connection& db, const Sealer& sealer, const ChainTables& tables,
                            const ChainHead& head);
// Adds `bytes` as row head.number + 1 and moves `head`, which is not written yet.
absl::Status AppendChainRow(Connection& db, const Sealer& sealer, const ChainTables& tables,
                            std::string_view bytes, ChainHead& head);
// The bytes of a stored row, and the hash after it.
struct ChainRow {
  std::string hash;
  std::string bytes;
};
absl::StatusOr<ChainRow> OpenChainRow(const Sealer& sealer, const ChainTables& tables,
                                      int64_t number, std::string_view sealed);

// What a walk asks about each row.
class ChainVisitor {
 public:
  virtual ~ChainVisitor() = default;
  // Whether the bytes are what this chain holds. Called before the row counts.
  virtual bool Accept(uint64_t number, std::string_view bytes) = 0;
  // Called at the start and after each row that verified; kNone to go on.
  virtual AuditFault Passed(const AuditVerification& so_far) = 0;
  // Called when every row verified up to the stored head.
  virtual AuditFault Ended() = 0;
};

// Walks the chain to its head; stops at the first fault. The caller holds a snapshot. Errors of
// SQLite only.
absl::StatusOr<AuditVerification> WalkChain(Connection& db, const Sealer& sealer,
                                            const ChainTables& tables, ChainVisitor& visitor);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_CHAIN_H_
