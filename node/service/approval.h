// A second person's approval of one question about an own protected child: that it
// is this caller's, for this case and purpose, and still to be used (RULES.md
// section 5).
//
// Thread safety: as the DeskTable passed in.
// Security: whatever does not fit reads the same, so that references cannot be tried out.
#ifndef SIGNPOST_NODE_SERVICE_APPROVAL_H_
#define SIGNPOST_NODE_SERVICE_APPROVAL_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/rules/asking.h"
#include "node/store/desk_table.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// FAILED_PRECONDITION APPROVAL_NEEDED, with the warning that the person must read.
absl::Status ApprovalNeeded();

// What an approval does not cover, since whoever approved did not see it: a broken glass
// (kMayNotBreakGlass), a question for somebody else (kMayNotMediate).
AskRefusal JudgeApproved(const AskContext& context);

// The number of the item that `reference` (decimal) names, if it is a confirmed
// APPROVAL_ASK_PROTECTED that `caller` requested for this case and purpose and whose time has not
// passed. FAILED_PRECONDITION APPROVAL_NEEDED; errors of the store.
absl::StatusOr<uint64_t> FindApproval(DeskTable& desk, std::string_view reference,
                                      std::string_view caller, std::string_view case_reference,
                                      v1::Purpose purpose, int64_t now_ms);

// Marks it as used, with `rows` in one transaction. FAILED_PRECONDITION APPROVAL_NEEDED: it was
// used meanwhile; errors of the store.
absl::Status UseApproval(DeskTable& desk, uint64_t number, std::string_view caller,
                         std::vector<v1::AuditRow> rows, int64_t now_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_APPROVAL_H_
