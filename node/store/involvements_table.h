// Involvements in SQLite, and the facts about them that rules ask for.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: as node/record/records.h.
#ifndef SIGNPOST_NODE_STORE_INVOLVEMENTS_TABLE_H_
#define SIGNPOST_NODE_STORE_INVOLVEMENTS_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/record/records.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"

namespace signpost::node {

// Outcomes as Store::UpsertInvolvements.
absl::StatusOr<WriteOutcome> UpsertInvolvement(Connection& db, const Sealer& sealer,
                                               const InvolvementWrite& write, int64_t now_ms);

// As Store::CloseInvolvement.
absl::StatusOr<WriteOutcome> EndInvolvement(Connection& db, const Sealer& sealer,
                                            std::string_view case_reference,
                                            std::string_view reference, std::string_view end_on,
                                            int64_t now_ms);

absl::StatusOr<std::vector<InvolvementRow>> ReadInvolvements(Connection& db, const Sealer& sealer,
                                                             int64_t child_id);

// As Store::ClaimRows.
absl::StatusOr<std::vector<ClaimRow>> ReadClaimRows(Connection& db,
                                                    absl::Span<const int64_t> child_ids,
                                                    int64_t now_ms, int64_t look_back_from_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_INVOLVEMENTS_TABLE_H_
