// What gRPC itself would print: nothing of it reaches stderr as it is. gRPC's
// own lines can hold what a peer sent, and one of them, on every handshake, only
// says that host names are not looked at here.
//
// Thread safety: any thread.
// Security: also with GRPC_TRACE set in the environment, no plaintext is printed.
#ifndef SIGNPOST_PROTO_TRANSPORT_GRPC_LOG_H_
#define SIGNPOST_PROTO_TRANSPORT_GRPC_LOG_H_

namespace signpost {

// Replaces gRPC's log by one that knows a failed TLS handshake (event tls.handshake_failed) and
// drops the rest. The credential factories call it; a second call changes nothing.
void ReplaceGrpcLog();

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_GRPC_LOG_H_
