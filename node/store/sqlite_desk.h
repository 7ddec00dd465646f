// The desk's items and their journal in SQLite. Every state an item has been in is
// a row of the journal (serialised v1::DeskItem), chained as node/store/audit.h
// says: an item that is not as its newest row leaves it has been tampered with.
//
// Thread safety: the class as Store; the functions as Connection, and those that
// write need the caller's write transaction.
// Security: as node/store/desk_table.h. Case references and askers are found by
// keyed digests of columns of their own.
#ifndef SIGNPOST_NODE_STORE_SQLITE_DESK_H_
#define SIGNPOST_NODE_STORE_SQLITE_DESK_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/store/connection.h"
#include "node/store/desk_table.h"
#include "node/store/sealer.h"

namespace signpost::node {

class StoreCore;

// As DeskTable::Append.
absl::StatusOr<std::vector<v1::DeskItem>> AppendDeskItems(Connection& db, const Sealer& sealer,
                                                          std::vector<v1::DeskItem> items,
                                                          int64_t now_ms);
// Items of one child, whatever their state, become those of another case reference; an empty one
// when the child is destroyed.
absl::Status RenameDeskCase(Connection& db, const Sealer& sealer, std::string_view from,
                            std::string_view to);
// Counts of touches of `from` are added to those of `to`.
absl::Status MoveTouches(Connection& db, int64_t from, int64_t to);

// Walks the journal and compares every item with it. The caller holds a snapshot.
absl::StatusOr<bool> DeskJournalIntact(Connection& db, const Sealer& sealer);

class SqliteDesk final : public DeskTable {
 public:
  explicit SqliteDesk(StoreCore& core) : core_(core) {}

  absl::StatusOr<std::vector<v1::DeskItem>> Append(std::vector<v1::DeskItem> items,
                                                   int64_t now_ms) override;
  absl::StatusOr<v1::DeskItem> Get(uint64_t number) override;
  absl::StatusOr<std::vector<v1::DeskItem>> List(const DeskQuery& query) override;
  absl::StatusOr<v1::DeskItem> AddEvent(uint64_t number, v1::DeskState expected,
                                        const v1::DeskEvent& event,
                                        std::vector<v1::AuditRow> audit) override;
  absl::Status CountTouches(absl::Span<const Touches> touches, int64_t now_ms) override;
  absl::StatusOr<uint64_t> TouchesOf(int64_t child_id) override;

 private:
  StoreCore& core_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SQLITE_DESK_H_
