// The user table in SQLite.
//
// Thread safety: as Store.
// Security: as node/store/people_table.h; ids are found by a keyed digest.
#ifndef SIGNPOST_NODE_STORE_SQLITE_PEOPLE_H_
#define SIGNPOST_NODE_STORE_SQLITE_PEOPLE_H_

#include <vector>

#include "node/store/people_table.h"

namespace signpost::node {

class StoreCore;

class SqlitePeople final : public PeopleTable {
 public:
  explicit SqlitePeople(StoreCore& core) : core_(core) {}

  absl::StatusOr<std::vector<v1::UserRecord>> List() override;
  absl::Status Put(const v1::UserRecord& record, std::vector<v1::AuditRow> audit) override;

 private:
  StoreCore& core_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SQLITE_PEOPLE_H_
