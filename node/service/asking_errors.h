// How a question is refused before it leaves, in words that the person who asks reads.
//
// Thread safety: pure functions but for the log.
// Security: a case that may not be asked about reads like one that is not held.
#ifndef SIGNPOST_NODE_SERVICE_ASKING_ERRORS_H_
#define SIGNPOST_NODE_SERVICE_ASKING_ERRORS_H_

#include "proto/base/status.h"

namespace signpost::node {

// NOT_FOUND NO_SUCH_CASE.
absl::Status NoCaseToAsk();
// UNAVAILABLE STORE_FAILED; `status` is logged by its code.
absl::Status StoreFailed(const absl::Status& status);
// ALREADY_EXISTS ALREADY_ASKED if `status` says that a request id was seen, else UNAVAILABLE
// AUDIT_UNWRITABLE.
absl::Status NotRecorded(const absl::Status& status);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_ASKING_ERRORS_H_
