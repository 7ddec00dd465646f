// Children, protections and separated pairs in SQLite.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: as node/record/records.h.
#ifndef SIGNPOST_NODE_STORE_CHILDREN_TABLE_H_
#define SIGNPOST_NODE_STORE_CHILDREN_TABLE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "node/record/records.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"

namespace signpost::node {

// Outcomes as Store::UpsertChildren.
absl::StatusOr<WriteOutcome> UpsertChild(Connection& db, const Sealer& sealer,
                                         const ChildWrite& write, int64_t now_ms);

// Nothing when no child has the reference.
absl::StatusOr<std::optional<int64_t>> FindChild(Connection& db, const Sealer& sealer,
                                                 std::string_view case_reference);
// NOT_FOUND.
absl::StatusOr<ChildRow> ReadChild(Connection& db, const Sealer& sealer, int64_t child_id);
absl::StatusOr<std::vector<int64_t>> ReadChildIds(Connection& db, int64_t after, size_t limit);

// NOT_FOUND for an unknown child.
absl::Status WriteShield(Connection& db, const Sealer& sealer, int64_t child_id,
                         const Shield& shield);
absl::Status WriteQuarantined(Connection& db, int64_t child_id, bool value);
absl::Status WriteArchived(Connection& db, int64_t child_id, bool value);
absl::Status WriteSeparation(Connection& db, int64_t child_a, int64_t child_b);
absl::StatusOr<bool> ReadSeparation(Connection& db, int64_t child_a, int64_t child_b);

// The next unused id of an AUTOINCREMENT table: a row is sealed under its id before it is written.
absl::StatusOr<int64_t> NextId(Connection& db, std::string_view table);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_CHILDREN_TABLE_H_
