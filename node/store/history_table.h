// Earlier details of children, as they were before each change.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: versions are sealed, bound to the child that they belong to now.
#ifndef SIGNPOST_NODE_STORE_HISTORY_TABLE_H_
#define SIGNPOST_NODE_STORE_HISTORY_TABLE_H_

#include <cstdint>
#include <vector>

#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

absl::Status AppendVersion(Connection& db, const Sealer& sealer, int64_t child_id,
                           const v1::ChildVersion& version);
// Newest first.
absl::StatusOr<std::vector<v1::ChildVersion>> ReadHistory(Connection& db, const Sealer& sealer,
                                                          int64_t child_id);
// Gives the versions of `from` to `to`; those without a case reference get `case_reference`.
absl::Status MoveHistory(Connection& db, const Sealer& sealer, int64_t from, int64_t to,
                         std::string_view case_reference);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_HISTORY_TABLE_H_
