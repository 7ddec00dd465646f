// SignpostsTable: the authorities that this node's questions pointed to, and what
// came of it: contact made or not, and when (RULES.md section 6).
//
// Thread safety: as Store.
// Security: records are sealed. Times and contact stand in clear, for the ageing report.
// Errors besides those named: as Store.
#ifndef SIGNPOST_NODE_STORE_SIGNPOSTS_TABLE_H_
#define SIGNPOST_NODE_STORE_SIGNPOSTS_TABLE_H_

#include <absl/types/span.h>

#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/outcome.pb.h"

namespace signpost::node {

class SignpostsTable {
 public:
  virtual ~SignpostsTable() = default;

  // Adds the signposts of one question, with `audit` in one transaction.
  virtual absl::Status Add(absl::Span<const v1::SignpostRecord> records,
                           std::vector<v1::AuditRow> audit) = 0;
  // NOT_FOUND unless the question pointed to the member. Returns the record as it stands then.
  virtual absl::StatusOr<v1::SignpostRecord> RecordContact(const v1::RecordContactRequest& request,
                                                           int64_t now_ms,
                                                           std::vector<v1::AuditRow> audit) = 0;
  // Newest first; `actor` empty: everybody's.
  virtual absl::StatusOr<std::vector<v1::SignpostRecord>> List(std::string_view actor,
                                                               bool open_only, size_t limit) = 0;
  // Signposts of the 12 months before `now_ms`.
  virtual absl::StatusOr<v1::AgeingReport> Ageing(int64_t now_ms) = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_SIGNPOSTS_TABLE_H_
