// Errors as they cross a wire: a gRPC status whose details are wire-compatible
// with google.rpc.Status, ErrorInfo and RetryInfo. The one place that converts
// between absl::Status and grpc::Status. The reasons stand in proto/base/reason.h.
//
// Thread safety: pure functions.
// Security: messages are written by this project and hold nothing derived from
// a record; a reason is one of the list, so that a client can act on it.
#ifndef SIGNPOST_PROTO_TRANSPORT_ERRORS_H_
#define SIGNPOST_PROTO_TRANSPORT_ERRORS_H_

#include <grpcpp/support/status.h>

#include "proto/base/reason.h"
#include "proto/base/status.h"

namespace signpost {

grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_ERRORS_H_
