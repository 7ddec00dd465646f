// PeopleTable: the node's user table. Removed entries stay, marked, so that what the
// configuration lists does not bring them back.
//
// Thread safety: as Store.
// Security: entries are sealed; rules/people.h has judged them before they come here.
// Errors besides those named: as Store.
#ifndef SIGNPOST_NODE_STORE_PEOPLE_TABLE_H_
#define SIGNPOST_NODE_STORE_PEOPLE_TABLE_H_

#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/people.pb.h"

namespace signpost::node {

class PeopleTable {
 public:
  virtual ~PeopleTable() = default;

  // By id; removed ones too.
  virtual absl::StatusOr<std::vector<v1::UserRecord>> List() = 0;
  // Adds or replaces by user.id, with `audit` in one transaction.
  virtual absl::Status Put(const v1::UserRecord& record, std::vector<v1::AuditRow> audit) = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_PEOPLE_TABLE_H_
