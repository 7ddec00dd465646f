// The column key: 32 random bytes in a 0600 file of its own, outside the
// database's folder, so that a copied or stolen folder opens nothing.
//
// Thread safety: functions.
// Security: never part of a backup; keep a copy in a safe place of its own.
// Without it a database, and every backup of it, is lost for good.
#ifndef SIGNPOST_NODE_STORE_COLUMN_KEY_H_
#define SIGNPOST_NODE_STORE_COLUMN_KEY_H_

#include <string>

#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost::node {

// FAILED_PRECONDITION: group or others may read it, it is not 32 bytes, or it lies in the
// database's folder or below. NOT_FOUND.
absl::StatusOr<Secret> ReadColumnKey(const std::string& key_path, const std::string& database_path);

// Makes a new key file (0600). ALREADY_EXISTS; FAILED_PRECONDITION as above.
absl::Status CreateColumnKey(const std::string& key_path, const std::string& database_path);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_COLUMN_KEY_H_
