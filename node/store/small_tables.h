// The seen-set and the named values in SQLite.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
#ifndef SIGNPOST_NODE_STORE_SMALL_TABLES_H_
#define SIGNPOST_NODE_STORE_SMALL_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/store.h"

namespace signpost::node {

// ALREADY_EXISTS when the entry is there and has not expired at `now_ms`.
absl::Status InsertSeen(Connection& db, const SeenEntry& entry, int64_t now_ms);
absl::StatusOr<std::vector<SeenEntry>> ReadSeen(Connection& db, SeenKind kind, int64_t now_ms);
absl::Status DeleteExpiredSeen(Connection& db, int64_t now_ms);

absl::StatusOr<std::optional<std::string>> ReadMeta(Connection& db, const Sealer& sealer,
                                                    std::string_view name);
absl::Status WriteMeta(Connection& db, const Sealer& sealer, std::string_view name,
                       std::string_view value);

// Marks an empty database with this column key. Writes in a transaction of its own.
absl::Status AdoptColumnKey(Connection& db, const Sealer& sealer);
// FAILED_PRECONDITION: the database was not made with this column key.
absl::Status CheckColumnKey(Connection& db, const Sealer& sealer);

// Proves that a commit works and 16 KiB more would fit. Writes in a transaction of its own.
absl::Status ProbeWrite(Connection& db);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SMALL_TABLES_H_
