// The duplicates table in SQLite: node/store/blocking_table.h and pairs_table.h.
//
// Thread safety: as Store.
// Security: as node/store/duplicates_table.h.
#ifndef SIGNPOST_NODE_STORE_SQLITE_DUPLICATES_H_
#define SIGNPOST_NODE_STORE_SQLITE_DUPLICATES_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/duplicates_table.h"

namespace signpost::node {

class StoreCore;

class SqliteDuplicates final : public DuplicatesTable {
 public:
  explicit SqliteDuplicates(StoreCore& core) : core_(core) {}

  std::string BlockingDigest(uint8_t key_type, std::string_view match_key) const override;
  absl::StatusOr<std::vector<BlockingHit>> FindBlocking(absl::Span<const std::string> digests,
                                                        size_t limit) override;
  absl::StatusOr<std::vector<int64_t>> WithoutBlocking(size_t limit) override;
  absl::Status PutBlocking(int64_t child_id, absl::Span<const std::string> digests) override;
  absl::StatusOr<std::vector<v1::DuplicatePair>> ListOpen(size_t limit) override;
  absl::Status DecideDifferent(int64_t child_a, int64_t child_b,
                               std::vector<v1::AuditRow> audit) override;
  absl::StatusOr<bool> DecidedDifferent(int64_t child_a, int64_t child_b) override;

 private:
  StoreCore& core_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SQLITE_DUPLICATES_H_
