// Backup and restore of a node's database, while the node runs or not.
//
// Both copy through SQLite's online backup into a temporary file beside the
// target, check that copy (SQLite's integrity check, then the whole audit chain),
// sync it, and link it to its name: the target is a verified copy or absent.
//
// The shields journal beside the database (node/store/shields_journal.h) is never
// part of a backup. Leave it where it is when a database is lost: it holds the shields
// that are newer than the backup, and the node puts them back when it starts. Without
// it a restored database is marked, and the node answers nobody until a data manager
// has compared the shields with the authority's own list and confirmed them.
//
// Thread safety: functions; the source may be in use by a running node.
// Security: the copy's columns stay sealed and its mode is 0600. The column key
// is not in it: keep that file safe separately, or the backup opens nothing.
#ifndef SIGNPOST_NODE_STORE_BACKUP_H_
#define SIGNPOST_NODE_STORE_BACKUP_H_

#include <string>

#include "node/store/audit.h"
#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost::node {

// Copies the database `from` to the new file `to`; the result is a single file. Returns what the
// audit verification of the copy found (always intact).
// ALREADY_EXISTS: `to` is there. NOT_FOUND: `from` is not. FAILED_PRECONDITION: another column key,
// or readable for others. DATA_LOSS: the copy is damaged or its audit chain is broken; `to` is not
// made. UNAVAILABLE: disk full.
absl::StatusOr<AuditVerification> BackupStore(const std::string& from, const Secret& column_key,
                                              const std::string& to);

// Puts the backup `from`, also one of an older schema, in place as the database `to`, verifying
// before and after copying. The same errors; ALREADY_EXISTS also when a write-ahead log of `to` is
// there. Never overwrites. A shields journal of `to` that is there and cannot be read refuses too;
// an absent one, or one older than the backup, leaves Store::ShieldsUnconfirmed().
absl::StatusOr<AuditVerification> RestoreStore(const std::string& from, const Secret& column_key,
                                               const std::string& to);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_BACKUP_H_
