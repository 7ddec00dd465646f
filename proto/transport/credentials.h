// TLS credentials: TLS with certificates on both sides, identity in the URI
// SAN, reloaded from files without dropping connections. The only room that
// names grpc::experimental.
//
// Thread safety: the factories may be called from any thread.
// Security: a client accepts a server only when the chain ends in the given CA
// *and* the certificate carries exactly the expected SPIFFE id and, where the
// directory pins keys, one of those; host names are not looked at. A server accepts any
// certificate of its CA: who may call what is decided inside the RPC, where a refusal can say why
// (peer.h).
#ifndef SIGNPOST_PROTO_TRANSPORT_CREDENTIALS_H_
#define SIGNPOST_PROTO_TRANSPORT_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signpost {

struct TlsPaths {
  std::string certificate;  // PEM, own certificate
  std::string private_key;  // PEM, mode 0600
  std::string ca;           // PEM, CA of the other side
};

// Refuses files that are missing, unreadable, readable by others (the key), or not a pair.
// An expired certificate is no error here: health and `doctor` report it.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsPaths& paths);

// As above; every connection must prove `expected_id`, a whole SPIFFE id, with the key of one of
// `pins` (AcceptedPins: SHA-256 of the SubjectPublicKeyInfo, 32 bytes each). No pins: none is known
// yet, before there is a directory, or the other side is no entry of it; the id alone decides.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsPaths& paths, const std::string& expected_id, std::vector<std::string> pins = {});

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_CREDENTIALS_H_
