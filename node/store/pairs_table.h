// Pairs of records that may be one child's, waiting for a data manager or decided.
// While a pair waits and one of the two is shielded, the other is quarantined.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: evidence is sealed; which two records make a pair stands in clear, as ids.
#ifndef SIGNPOST_NODE_STORE_PAIRS_TABLE_H_
#define SIGNPOST_NODE_STORE_PAIRS_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <vector>

#include "node/record/records.h"
#include "node/store/writing.h"
#include "signpost/v1/protection.pb.h"

namespace signpost::node {

// Stores what was found about the child: pairs, and quarantines. A finding about a record that is
// gone, or about the child itself, is left out; of a separated pair, or one decided different,
// nothing is queued.
absl::Status StoreFindings(Writing& writing, int64_t child_id,
                           absl::Span<const DuplicateFinding> findings, int64_t now_ms);

// The child is shielded now: the other record of each waiting pair is quarantined unless shielded.
absl::Status QuarantineOpenPairs(Writing& writing, int64_t child_id);
// Ends the child's quarantine unless a waiting pair with a shielded record holds it.
absl::Status ReleaseIfFree(Writing& writing, int64_t child_id);

absl::StatusOr<std::vector<v1::DuplicatePair>> ReadOpenPairs(Connection& db, const Sealer& sealer,
                                                             size_t limit);
// NOT_FOUND unless the pair waits.
absl::Status MarkDifferent(Writing& writing, int64_t child_a, int64_t child_b);
absl::StatusOr<bool> IsDecidedDifferent(Connection& db, int64_t child_a, int64_t child_b);

// The two are separated: whatever waited about them is decided by that.
absl::Status RemoveSeparatedPair(Writing& writing, int64_t child_a, int64_t child_b);
// `from` is merged into `to`: its pairs become those of `to`, and the pair of the two goes.
absl::Status MovePairs(Writing& writing, int64_t from, int64_t to);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_PAIRS_TABLE_H_
