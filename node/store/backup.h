// Backup and restore of a node's database, while the node runs or not.
//
// Both copy through SQLite's online backup into a temporary file beside the
// target, check that copy (SQLite's integrity check, then the whole audit chain),
// sync it, and link it to its name: the target is a verified copy or absent.
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

// Puts the backup `from` in place as the database `to`, verifying before and after copying. The
// same errors; ALREADY_EXISTS also when a write-ahead log of `to` is there. Never overwrites.
absl::StatusOr<AuditVerification> RestoreStore(const std::string& from, const Secret& column_key,
                                               const std::string& to);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_BACKUP_H_
