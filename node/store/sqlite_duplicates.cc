#include "node/store/sqlite_duplicates.h"

#include <utility>

#include "node/store/blocking_table.h"
#include "node/store/pairs_table.h"
#include "node/store/store_core.h"

namespace signpost::node {

std::string SqliteDuplicates::BlockingDigest(uint8_t key_type, std::string_view match_key) const {
  return MakeBlockingDigest(core_.sealer(), key_type, match_key);
}

absl::StatusOr<std::vector<BlockingHit>> SqliteDuplicates::FindBlocking(
    absl::Span<const std::string> digests, size_t limit) {
  return core_.Read([&](Connection& db) { return ReadBlocking(db, digests, limit); });
}

absl::StatusOr<std::vector<int64_t>> SqliteDuplicates::WithoutBlocking(size_t limit) {
  return core_.Read([&](Connection& db) { return ReadWithoutBlocking(db, limit); });
}

absl::Status SqliteDuplicates::PutBlocking(int64_t child_id,
                                           absl::Span<const std::string> digests) {
  return core_.Write(
      [&](Writing& writing) { return WriteBlocking(writing.db, child_id, digests); });
}

absl::StatusOr<std::vector<v1::DuplicatePair>> SqliteDuplicates::ListOpen(size_t limit) {
  return core_.Read([&](Connection& db) { return ReadOpenPairs(db, core_.sealer(), limit); });
}

absl::Status SqliteDuplicates::DecideDifferent(int64_t child_a, int64_t child_b,
                                               std::vector<v1::AuditRow> audit) {
  return core_.WriteAudited(
      std::move(audit), [&](Writing& writing) { return MarkDifferent(writing, child_a, child_b); });
}

absl::StatusOr<bool> SqliteDuplicates::DecidedDifferent(int64_t child_a, int64_t child_b) {
  return core_.Read([&](Connection& db) { return IsDecidedDifferent(db, child_a, child_b); });
}

}  // namespace signpost::node
