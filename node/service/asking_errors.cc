#include "node/service/asking_errors.h"

#include "proto/base/log.h"
#include "proto/transport/errors.h"

namespace signpost::node {

namespace {

absl::Status AlreadyAsked() {
  return MakeError(absl::StatusCode::kAlreadyExists, reason::kAlreadyAsked,
                   "this request was put before and is not put again; ask with a new request id "
                   "for a fresh answer");
}

}  // namespace

absl::Status NoCaseToAsk() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                   "no record that you may ask about has this case reference; check it, or type "
                   "the child's details");
}

absl::Status StoreFailed(const absl::Status& status) {
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database cannot be read; its administrator must look at it");
}

absl::Status NotRecorded(const absl::Status& status) {
  if (absl::IsAlreadyExists(status)) return AlreadyAsked();
  Log(Severity::kError, "audit.unwritable", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kAuditUnwritable,
                   "this node cannot write its audit log, so nothing is asked or told; its "
                   "administrator must make room or repair the disk");
}

}  // namespace signpost::node
