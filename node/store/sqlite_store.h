// The store on SQLite: one writer connection behind one lock, readers with
// connections of their own.
//
// Beside the database lies the shields journal (node/store/shields_journal.h), by
// which shields survive a restore from an older backup. A store whose journal cannot
// be read does not open.
//
// Thread safety: as Store.
// Security: the database file is 0600 and its column key lies elsewhere; without
// the key the file yields counts, flags and dates of involvements, and no person.
#ifndef SIGNPOST_NODE_STORE_SQLITE_STORE_H_
#define SIGNPOST_NODE_STORE_SQLITE_STORE_H_

#include <functional>
#include <memory>
#include <string>

#include "node/store/store.h"
#include "proto/base/random.h"
#include "proto/base/secret.h"

namespace signpost::node {

struct StoreOptions {
  std::string path;       // SQLite file; created (0600) when absent
  Secret column_key;      // 32 bytes, from ReadColumnKey
  int64_t max_pages = 0;  // 0: no limit; otherwise the file may not grow beyond, for tests
  std::function<int64_t()> uptime_ms = {};  // never set back; empty: the steady clock
  std::function<int64_t()> now_ms = {};     // UTC, for what opening writes; empty: the system's
};

// Opens or creates, migrates forward, and checks that the column key is this database's.
// FAILED_PRECONDITION: the file may be read by others, was written by a newer version, is not a
// Signpost database, or belongs to another column key; the same of its shields journal. DATA_LOSS:
// that is damaged. `random` must outlive the store.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(StoreOptions options, Random& random);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SQLITE_STORE_H_
