// Tag sets in SQLite: one row for each child and epoch.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: as node/store/tags.h.
#ifndef SIGNPOST_NODE_STORE_TAGS_TABLE_H_
#define SIGNPOST_NODE_STORE_TAGS_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/tags.h"

namespace signpost::node {

// Whether it was stored: false when the child is gone or newer tags are there.
absl::StatusOr<bool> WriteTagSet(Connection& db, const Sealer& sealer, uint32_t epoch,
                                 const TagSet& set);

absl::StatusOr<TagSet> ReadTagSet(Connection& db, const Sealer& sealer, uint32_t epoch,
                                  int64_t child_id);
absl::Status VisitHints(Connection& db, const Sealer& sealer, uint32_t epoch,
                        const std::function<void(int64_t child_id, int64_t revision,
                                                 const std::vector<HintView>& hints)>& visit);
absl::StatusOr<std::vector<Secret>> ReadPoss(Connection& db, const Sealer& sealer, uint32_t epoch,
                                             int64_t child_id, int64_t revision,
                                             absl::Span<const uint16_t> ordinals);

absl::StatusOr<std::vector<EnrolmentItem>> ReadWaiting(Connection& db, uint32_t epoch,
                                                       size_t limit);
absl::StatusOr<EnrolmentCount> ReadEnrolmentCount(Connection& db, uint32_t epoch);
absl::StatusOr<std::vector<uint32_t>> ReadTagEpochs(Connection& db);

// Deletes at most `limit` tag sets of the epoch; returns how many.
absl::StatusOr<int64_t> DeleteSomeTags(Connection& db, uint32_t epoch, int64_t limit);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_TAGS_TABLE_H_
