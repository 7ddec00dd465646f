// Schema versions, forward only. Each version is a file in migrations/, added and
// never edited; PRAGMA user_version says how many were applied, application_id
// that the file is ours.
//
// Thread safety: as Connection.
#ifndef SIGNPOST_NODE_STORE_MIGRATIONS_H_
#define SIGNPOST_NODE_STORE_MIGRATIONS_H_

#include <cstdint>

#include "node/store/connection.h"
#include "proto/base/status.h"

namespace signpost::node {

// The version this program reads and writes.
int64_t SchemaVersion();

// Brings an empty or older database to SchemaVersion(), each step in a transaction of its own.
// FAILED_PRECONDITION: newer than this program, or not a Signpost database; nothing is changed.
absl::Status Migrate(Connection& db);

// As Migrate's refusals, and FAILED_PRECONDITION for an older one; changes nothing.
absl::Status CheckSchema(Connection& db);

// The same, but an older one is fine.
absl::Status CheckOldSchema(Connection& db);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_MIGRATIONS_H_
