// The audit chain in SQLite: append, list, verify, checkpoints. The tables are
// audit, audit_head and audit_checkpoints; node/store/audit.h has the hashes.
//
// Thread safety: as Connection.
// Security: see node/store/audit.h.
#ifndef SIGNPOST_NODE_STORE_AUDIT_LOG_H_
#define SIGNPOST_NODE_STORE_AUDIT_LOG_H_

#include <cstdint>
#include <vector>

#include "node/store/audit.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// Numbers, chains and writes the rows; the caller holds a write transaction and commits. Returns
// the number of the newest row, also when `rows` is empty.
absl::StatusOr<uint64_t> AppendAuditRows(Connection& db, const Sealer& sealer,
                                         std::vector<v1::AuditRow> rows);

// Newest first, below `before_number` (0: all).
absl::StatusOr<std::vector<v1::AuditRow>> ListAuditRows(Connection& db, const Sealer& sealer,
                                                        uint64_t before_number, size_t limit);

// Walks everything from one snapshot.
absl::StatusOr<AuditVerification> VerifyAuditChain(Connection& db, const Sealer& sealer);

// Writes a checkpoint of the present head as that of `slot`, which must be newer than every other;
// the caller holds a write transaction.
absl::StatusOr<AuditCheckpoint> WriteCheckpoint(Connection& db, const Sealer& sealer,
                                                Random& random, uint64_t slot, int64_t now_ms);
// The newest one; an empty hash when there is none.
absl::StatusOr<AuditCheckpoint> ReadCheckpoint(Connection& db);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_AUDIT_LOG_H_
