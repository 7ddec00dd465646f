// Likely duplicates of records that are about to be written, found with the node's
// own matcher: what the import, the adding and the correcting of a child, a shield
// and a merge look for, so that a shield stays with the child and not with a row
// (node/rules/protection.h).
//
//   1. Each record's blocking keys (a few of its match keys) as keyed digests.
//   2. The records stored under them, and earlier ones of the same batch.
//   3. Score, decision and shared key types of each pair: JudgeDuplicate.
//
// A half of a separated pair is compared as that one identity alone (OwnIdentityOnly), so that no
// finding leads from one to the other. Any other shielded record is compared as it is and as it
// ever was: rewriting its details must not take the shield from the child.
//
// Thread safety: none of its own: the caller lets one batch at a time look and write, or two
// batches with the two records of one child could pass each other.
// Security: reads and forgets personal data; findings name case references only.
#ifndef SIGNPOST_NODE_IMPORTER_DUPLICATES_H_
#define SIGNPOST_NODE_IMPORTER_DUPLICATES_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <vector>

#include "node/matching/match_keys.h"
#include "node/record/records.h"
#include "node/store/store.h"
#include "proto/base/status.h"

namespace signpost::node {

// The match keys by which duplicates are looked for. Few, since each is a row of an index that
// every import writes; chosen so that any one field may be wrong or missing: the numbers find
// whoever has them; names without the address (4); a name or the other beside birth date and
// postcode area (6, 7), which also finds who moved or changed family name; and a given name at a
// postcode (11), which finds who has no birth date or another.
inline constexpr KeyTypeSet kBlockingTypes =
    KeyTypeBit(KeyType::kNhsNumber) | KeyTypeBit(KeyType::kUpn) |
    KeyTypeBit(KeyType::kBirthBothSounds) | KeyTypeBit(KeyType::kBirthAreaGiven) |
    KeyTypeBit(KeyType::kBirthAreaFamily) | KeyTypeBit(KeyType::kPostcodeGiven);

// Records compared of one block, besides the shielded ones, by a record that is not shielded
// itself; and findings kept of one record, the surest first, besides those with a shielded one.
// Larger blocks are made of default values.
inline constexpr size_t kMostOfBlock = 128;
inline constexpr size_t kMostFindings = 16;

class DuplicateFinder {
 public:
  // `children`: in the whole federation, from the directory; thresholds follow it. 0: not known,
  // counts as England's.
  DuplicateFinder(Store& store, uint64_t children);

  // Fills blocking, quarantine and duplicates of every write. A write that changes no details of
  // the record stored under its case reference, and shields nobody anew, is left as it is; so is
  // one whose case reference was merged away. Errors of the store.
  absl::Status Judge(std::vector<ChildWrite>& writes);

  // The findings for a stored child that is being shielded; stores the digests of its earlier
  // details, by which records that come later find it. NOT_FOUND; errors of the store.
  absl::StatusOr<std::vector<DuplicateFinding>> FindForShield(int64_t child_id);

  // Blocking digests of details.
  std::vector<std::string> Blocking(const v1::ChildDetails& details) const;

  // Rows (PROTECTION_CHANGED, note QUARANTINED, without an actor) of the records that judged writes
  // are about to take out of the answers. Errors of the store.
  absl::StatusOr<std::vector<v1::AuditRow>> QuarantineRows(absl::Span<const ChildWrite> writes,
                                                           int64_t now_ms);

  // Gives digests, and findings with other records, to records written before there were any; at
  // most `limit`. Audits what it quarantines. Returns how many it found without; 0: done. Errors of
  // the store.
  absl::StatusOr<size_t> CatchUp(size_t limit, int64_t now_ms);

 private:
  Store& store_;
  const uint64_t children_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_IMPORTER_DUPLICATES_H_
