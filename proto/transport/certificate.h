// What this project reads from an X.509 certificate: its single URI SAN, the
// pin of its public key, and when it ends.
//
// Thread safety: pure functions.
// Security: a certificate with no URI SAN, or more than one, has no identity
// here and is refused.
#ifndef SIGNPOST_PROTO_TRANSPORT_CERTIFICATE_H_
#define SIGNPOST_PROTO_TRANSPORT_CERTIFICATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signpost {

struct CertificateInfo {
  std::string uri;        // the only URI SAN
  std::string pin;        // SHA-256 of the SubjectPublicKeyInfo, 32 bytes
  int64_t not_before_ms;  // UTC
  int64_t not_after_ms;   // UTC
};

// Reads the first certificate of a PEM text. INVALID_ARGUMENT when it is no certificate or does
// not have exactly one URI SAN.
absl::StatusOr<CertificateInfo> InspectCertificate(std::string_view pem);

// As InspectCertificate, from a file; errors name the file.
absl::StatusOr<CertificateInfo> ReadCertificate(const std::string& path);

// Checks that the private key at `key_path` belongs to the certificate at `certificate_path`, so
// that a half-replaced pair is found at start. FAILED_PRECONDITION when it does not.
absl::Status CheckKeyPair(const std::string& certificate_path, const std::string& key_path);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_CERTIFICATE_H_
