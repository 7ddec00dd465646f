// The node's TLS key and the request for its certificate: P-256, one URI SAN.
//
// Thread safety: functions.
// Security: the key is written 0600 and never leaves; the request carries only
// its public half and the SPIFFE id.
#ifndef SIGNPOST_NODE_SERVICE_CERTIFICATE_REQUEST_H_
#define SIGNPOST_NODE_SERVICE_CERTIFICATE_REQUEST_H_

#include <string>

#include "proto/base/status.h"

namespace signpost::node {

// Writes a new P-256 key in PEM form. ALREADY_EXISTS.
absl::Status MakeTlsKey(const std::string& path);

struct CertificateRequest {
  std::string pem;
  std::string pin;  // SHA-256 of the SubjectPublicKeyInfo, 32 bytes
};

// A PKCS #10 request for the key at `key_path`, common name `name`, subject alternative name URI
// `uri`. INVALID_ARGUMENT when the key is not one in PEM form.
absl::StatusOr<CertificateRequest> MakeCertificateRequest(const std::string& key_path,
                                                          const std::string& name,
                                                          const std::string& uri);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_CERTIFICATE_REQUEST_H_
