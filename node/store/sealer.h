// Columns sealed at rest, and the keyed digests that let a sealed value be found.
//
// sealed = nonce ‖ AES-256-GCM(key of the column, nonce, associated data, value)
// nonce  = 12 random bytes
// associated data = "signpost/v1/column" ‖ I(1,len) ‖ table ‖ I(1,len) ‖ column ‖ I(1,len) ‖ row
// key of a column = HKDF-Expand(column key, "signpost/v1/column" ‖ 0x00 ‖ table ‖ 0x00 ‖ column,
// 32) digest = first 16 bytes of HMAC-SHA-256(key of the index, value)
//
// Property: a value moved to another row, column or table does not open.
//
// Thread safety: const methods from several threads; Seal uses the Random passed
// in, so with a SeededRandom from one thread only.
// Security: with a random nonce one key may seal 2^32 values (NIST SP 800-38D
// section 8.3): a key for each column keeps every one of them far below.
#ifndef SIGNPOST_NODE_STORE_SEALER_H_
#define SIGNPOST_NODE_STORE_SEALER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost::node {

inline constexpr size_t kColumnKeySize = 32;
inline constexpr size_t kIndexSize = 16;

// Every sealed column. Names of a column never change: they are in the associated data.
enum class Column {
  kMetaValue,
  kChildCaseReference,
  kChildDetails,
  kChildExtras,
  kChildShield,
  kInvolvementReference,
  kInvolvement,
  kTagHints,
  kTagPoss,
  kAuditRow,
  kAuditHead,
  kCheckpointSalt,
  kChildWithholding,
  kChildVersion,
  kDuplicatePair,
  kDeskItem,
  kDeskJournalRow,
  kDeskJournalHead,
  kUser,
  kSignpost,
  kSignpostWord,
  kShieldsHeader,  // of the file beside the database: node/store/shields_journal.h
  kShieldsEntry,
};
inline constexpr size_t kColumns = 23;

enum class Index {
  kCaseReference,
  kInvolvementReference,
  kMatchKey,
  kBlocking,
  kDestroyedCase,
  kDeskCase,
  kDeskAlert,
  kUser,
  kSignpost,
  kSignpostCase,
  kSignpostActor,
};
inline constexpr size_t kIndexes = 11;

class Sealer {
 public:
  // INVALID_ARGUMENT: the key is not 32 bytes. `random` must outlive the sealer.
  static absl::StatusOr<Sealer> Create(const Secret& column_key, Random& random);

  // `row` names the row: its key, at most 255 bytes.
  absl::StatusOr<std::string> Seal(Column column, std::string_view row,
                                   std::string_view value) const;
  // DATA_LOSS: changed, moved, or sealed under another key.
  absl::StatusOr<Secret> Open(Column column, std::string_view row, std::string_view sealed) const;

  // 16 bytes.
  std::string Digest(Index index, std::string_view value) const;
  // All 32 bytes of the code that Digest() cuts.
  std::string LongDigest(Index index, std::string_view value) const;

 private:
  explicit Sealer(Random& random) : random_(&random) {}

  Random* random_;
  std::array<Secret, kColumns> column_keys_;
  std::array<Secret, kIndexes> index_keys_;
};

// I(8, id): the row name of a table keyed by one integer.
std::string RowName(int64_t id);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SEALER_H_
