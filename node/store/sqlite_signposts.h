// The signposts in SQLite.
//
// Thread safety: the class as Store; the functions as Connection, and they need the
// caller's write transaction.
// Security: as node/store/signposts_table.h; questions, cases and people are found
// by keyed digests.
#ifndef SIGNPOST_NODE_STORE_SQLITE_SIGNPOSTS_H_
#define SIGNPOST_NODE_STORE_SQLITE_SIGNPOSTS_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/signposts_table.h"

namespace signpost::node {

class StoreCore;

// Signposts of one case reference become those of another.
absl::Status RenameSignpostCase(Connection& db, const Sealer& sealer, std::string_view from,
                                std::string_view to);
// Deletes them, with what was said of them.
absl::Status EraseSignposts(Connection& db, const Sealer& sealer, std::string_view case_reference);

class SqliteSignposts final : public SignpostsTable {
 public:
  explicit SqliteSignposts(StoreCore& core) : core_(core) {}

  absl::Status Add(absl::Span<const v1::SignpostRecord> records,
                   std::vector<v1::AuditRow> audit) override;
  absl::StatusOr<v1::SignpostRecord> RecordContact(const v1::RecordContactRequest& request,
                                                   int64_t now_ms,
                                                   std::vector<v1::AuditRow> audit) override;
  absl::StatusOr<std::vector<v1::SignpostRecord>> List(std::string_view actor, bool open_only,
                                                       size_t limit) override;
  absl::StatusOr<v1::AgeingReport> Ageing(int64_t now_ms) override;

 private:
  StoreCore& core_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SQLITE_SIGNPOSTS_H_
