// Merging two records of one child, and destroying a record.
//
// Thread safety: as Connection; in the caller's write transaction.
// Security: what is destroyed is overwritten page by page (secure_delete); the
// caller empties the write-ahead log. The audit and the desk's journal stay sealed.
#ifndef SIGNPOST_NODE_STORE_MERGE_H_
#define SIGNPOST_NODE_STORE_MERGE_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>

#include "node/store/writing.h"
#include "signpost/v1/child.pb.h"

namespace signpost::node {

// As Store::MergeChildren.
absl::Status MergeRecords(Writing& writing, int64_t survivor, int64_t absorbed,
                          const v1::ChildDetails& merged, absl::Span<const std::string> blocking,
                          int64_t now_ms);

// As Store::DestroyChild and DestroyInvolvement.
absl::Status DestroyRecord(Writing& writing, int64_t child_id);
absl::Status DestroyInvolvementRow(Writing& writing, int64_t involvement_id);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_MERGE_H_
