// DeskTable: the desk's items and their own journal, a hash chain apart from the
// audit, so that nobody who reads the audit sees that a shielded child was asked
// about. Every item and every event on it is a row of the journal.
//
// Thread safety: as Store.
// Security: items are sealed; the kind, state and times stand in clear.
// Errors besides those named: as Store.
#ifndef SIGNPOST_NODE_STORE_DESK_TABLE_H_
#define SIGNPOST_NODE_STORE_DESK_TABLE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/desk.pb.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

struct DeskQuery {
  std::vector<v1::DeskKind> kinds;  // empty: every kind
  std::string case_reference;       // empty: every child
  bool open_only = false;
  uint64_t before_number = 0;  // 0: from the newest
  uint64_t after_number = 0;   // only newer ones
  size_t limit = 100;
};

// How often tags touched a shielded child's record without meeting the reveal policy.
struct Touches {
  int64_t child_id = 0;
  uint32_t times = 0;
};

class DeskTable {
 public:
  virtual ~DeskTable() = default;

  // Appends items, journalled, in one transaction; returns them numbered. An alert of the kind,
  // child, reason, asker and telephone of an open one of the last 24 hours raises its `times` and
  // keeps the first asker as shown. The other way to write items is Store::AppendAuditAndDesk.
  virtual absl::StatusOr<std::vector<v1::DeskItem>> Append(std::vector<v1::DeskItem> items,
                                                           int64_t now_ms) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<v1::DeskItem> Get(uint64_t number) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<v1::DeskItem>> List(const DeskQuery& query) = 0;
  // Adds an event and takes its state, if the item's state is `expected` still; `audit` in the same
  // transaction. NOT_FOUND; FAILED_PRECONDITION: another state.
  virtual absl::StatusOr<v1::DeskItem> AddEvent(uint64_t number, v1::DeskState expected,
                                                const v1::DeskEvent& event,
                                                std::vector<v1::AuditRow> audit) = 0;
  // Adds to each child's count; unknown children are left out.
  virtual absl::Status CountTouches(absl::Span<const Touches> touches, int64_t now_ms) = 0;
  virtual absl::StatusOr<uint64_t> TouchesOf(int64_t child_id) = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_DESK_TABLE_H_
