// Children in SQLite. Their protections are in node/store/protection_table.h.
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
#include "node/store/blocking_table.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/writing.h"

namespace signpost::node {

// Outcomes as Store::UpsertChildren; a shield that comes under a superseded reference goes to the
// survivor all the same. `blocking` collects the digests.
absl::StatusOr<WriteOutcome> UpsertChild(Writing& writing, BlockingBatch& blocking,
                                         const ChildWrite& write, int64_t now_ms);

// Whom a case reference names: `former_id` is the record's own id, which stays in the digests of
// its involvements' references when it was merged into `child_id`; the same otherwise.
struct CaseOwner {
  int64_t child_id = 0;
  int64_t former_id = 0;
};
// Nothing when no child has the reference, or had it before a merge.
absl::StatusOr<std::optional<CaseOwner>> FindOwner(Connection& db, const Sealer& sealer,
                                                   std::string_view case_reference);
absl::StatusOr<std::optional<int64_t>> FindChild(Connection& db, const Sealer& sealer,
                                                 std::string_view case_reference);
// The same by children.case_index, the keyed digest of a reference.
absl::StatusOr<std::optional<CaseOwner>> FindOwnerByIndex(Connection& db,
                                                          std::string_view case_index);
absl::StatusOr<std::optional<int64_t>> FindByIndex(Connection& db, std::string_view case_index);
// NOT_FOUND.
absl::StatusOr<ChildRow> ReadChild(Connection& db, const Sealer& sealer, int64_t child_id);
absl::StatusOr<std::vector<int64_t>> ReadChildIds(Connection& db, int64_t after, size_t limit);

// Replaces the details, or what is beside them; the first raises the revision.
absl::Status WriteDetails(Connection& db, const Sealer& sealer, int64_t child_id,
                          std::string_view details, int64_t now_ms);
absl::Status WriteExtras(Connection& db, const Sealer& sealer, int64_t child_id,
                         std::string_view extras);

// The next unused id of an AUTOINCREMENT table: a row is sealed under its id before it is written.
absl::StatusOr<int64_t> NextId(Connection& db, std::string_view table);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_CHILDREN_TABLE_H_
