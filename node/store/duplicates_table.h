// DuplicatesTable: where likely duplicates are found and what was decided of them.
// Blocking digests (keyed, 8 bytes) of every record find the few that are worth
// comparing; pairs wait for a data manager.
//
// Thread safety: as Store.
// Security: digests say nothing without the column key, except that two records share one.
// Errors besides those named: as Store.
#ifndef SIGNPOST_NODE_STORE_DUPLICATES_TABLE_H_
#define SIGNPOST_NODE_STORE_DUPLICATES_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/protection.pb.h"

namespace signpost::node {

struct BlockingHit {
  std::string digest;
  int64_t child_id = 0;
};

class DuplicatesTable {
 public:
  virtual ~DuplicatesTable() = default;

  // Keyed digest of a match key, 8 bytes. Pure.
  virtual std::string BlockingDigest(uint8_t key_type, std::string_view match_key) const = 0;
  // Records under each digest, archived ones too: every shielded one, others up to `limit` in all.
  virtual absl::StatusOr<std::vector<BlockingHit>> FindBlocking(
      absl::Span<const std::string> digests, size_t limit) = 0;
  // Records that have no blocking digests yet (written before there were any), ascending.
  virtual absl::StatusOr<std::vector<int64_t>> WithoutBlocking(size_t limit) = 0;
  virtual absl::Status PutBlocking(int64_t child_id, absl::Span<const std::string> digests) = 0;

  // Pairs without a decision, surest first.
  virtual absl::StatusOr<std::vector<v1::DuplicatePair>> ListOpen(size_t limit) = 0;
  // NOT_FOUND unless the pair waits. The two are two children: the pair is not queued again, and a
  // quarantine that no other open pair with a shielded record holds ends. One transaction with
  // `audit`.
  virtual absl::Status DecideDifferent(int64_t child_a, int64_t child_b,
                                       std::vector<v1::AuditRow> audit) = 0;
  // True when somebody has decided that the two are different children.
  virtual absl::StatusOr<bool> DecidedDifferent(int64_t child_a, int64_t child_b) = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_DUPLICATES_TABLE_H_
