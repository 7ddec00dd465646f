// Blocking digests: a few keyed digests of each record's match keys, by which the
// records that may be one child's are found.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: as node/store/duplicates_table.h.
#ifndef SIGNPOST_NODE_STORE_BLOCKING_TABLE_H_
#define SIGNPOST_NODE_STORE_BLOCKING_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/connection.h"
#include "node/store/duplicates_table.h"
#include "node/store/sealer.h"

namespace signpost::node {

inline constexpr size_t kBlockingSize = 8;
// Some ten of one version; a shielded child's record has those of every earlier version too.
inline constexpr size_t kMaxBlocking = 65'536;

std::string MakeBlockingDigest(const Sealer& sealer, uint8_t key_type, std::string_view match_key);

// INVALID_ARGUMENT: a digest that is not 8 bytes, or too many.
absl::Status CheckBlocking(absl::Span<const std::string> digests);
// Sorted, without repetition, one after the other: children.blocking.
std::string PackBlocking(absl::Span<const std::string> digests);

// The rows of a transaction, written in the order of the digests: neighbours share pages, where
// rows in the order of the children would touch a page each.
class BlockingBatch {
 public:
  // The child's digests were `before` and become `after` (packed); either may be empty.
  void Replace(int64_t child_id, std::string_view before, std::string_view after);
  // Writes what was collected; call before the transaction ends.
  absl::Status Flush(Connection& db);

 private:
  struct Change {
    int64_t digest = 0;
    int64_t child_id = 0;
    size_t order = 0;  // of two changes of one row the later one counts
    bool added = false;
  };
  void Note(std::string_view packed, int64_t child_id, bool added);

  std::vector<Change> changes_;
};

// As DuplicatesTable::FindBlocking.
absl::StatusOr<std::vector<BlockingHit>> ReadBlocking(Connection& db,
                                                      absl::Span<const std::string> digests,
                                                      size_t limit);
absl::StatusOr<std::vector<int64_t>> ReadWithoutBlocking(Connection& db, size_t limit);
// Of a stored child. NOT_FOUND.
absl::StatusOr<std::vector<std::string>> ReadBlockingOf(Connection& db, int64_t child_id);
// Replaces the digests of a stored child. NOT_FOUND.
absl::Status WriteBlocking(Connection& db, int64_t child_id, absl::Span<const std::string> digests);
// Removes the rows of a child that is about to be deleted.
absl::Status EraseBlocking(Connection& db, int64_t child_id);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_BLOCKING_TABLE_H_
