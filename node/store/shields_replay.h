// The shields journal and the database brought together: when the store opens, when
// a transaction that changed protections commits, and when a backup is restored.
//
// Thread safety: as Connection and ShieldsJournal: one thread at a time.
// Security: replaying only adds protections. In doubt whether the journal knows of
// every shield the database is marked unconfirmed, and the node answers nobody.
#ifndef SIGNPOST_NODE_STORE_SHIELDS_REPLAY_H_
#define SIGNPOST_NODE_STORE_SHIELDS_REPLAY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/shields_journal.h"
#include "node/store/writing.h"
#include "proto/base/random.h"

namespace signpost::node {

// Opens the journal of `database_path` (makes it when absent) and puts back what the database
// lacks, each with an audit row. Unconfirmed afterwards: the journal is gone, or does not hold what
// the database has followed. In a transaction of its own. Errors of ShieldsJournal::Open.
absl::StatusOr<std::unique_ptr<ShieldsJournal>> StartShields(Connection& db, const Sealer& sealer,
                                                             Random& random,
                                                             const std::string& database_path,
                                                             int64_t now_ms);

// Commits: what became protected is in the journal first, what is no longer protected afterwards.
absl::Status CommitProtections(Transaction& transaction, const Writing& writing,
                               ShieldsJournal& journal);

absl::StatusOr<bool> ReadUnconfirmed(Connection& db, const Sealer& sealer);
absl::Status EraseUnconfirmed(Connection& db);

// For a backup about to be put in place as `database_path`: marks it unconfirmed unless the journal
// there holds everything that the backup has followed. Errors of ShieldsJournal::Open, but for an
// absent one.
absl::Status JudgeRestored(Connection& backup, const Sealer& sealer,
                           const std::string& database_path);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SHIELDS_REPLAY_H_
