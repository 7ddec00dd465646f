// How a stored record compares with details that somebody gives, field by field, for
// a data manager who wants to know why a child was found, or was not.
//
// Thread safety: pure function.
// Security: says how alike fields are, and repeats nothing of either side.
#ifndef SIGNPOST_NODE_SERVICE_EXPLAIN_MATCH_H_
#define SIGNPOST_NODE_SERVICE_EXPLAIN_MATCH_H_

#include <cstdint>

#include "node/record/records.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// `children`: in the whole federation. A separated record is compared as the one identity that it
// is, as an answer would.
v1::Explanation ExplainMatchOf(const v1::ChildDetails& asked, const ChildRow& held,
                               uint64_t children);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_EXPLAIN_MATCH_H_
