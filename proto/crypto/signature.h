// Ed25519 (RFC 8032) on libsodium. Protocol messages are not signed with this
// directly but through dsse.h, which adds the kind of message.
//
// Thread safety: a SigningKey may be used by several threads at once.
// Security: deterministic signatures; Verify refuses keys of small order and
// signatures that are not canonical.
#ifndef SIGNPOST_PROTO_CRYPTO_SIGNATURE_H_
#define SIGNPOST_PROTO_CRYPTO_SIGNATURE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline constexpr size_t kSigningSeedSize = 32;
inline constexpr size_t kVerifyKeySize = 32;

class SigningKey {
 public:
  static SigningKey Generate(Random& random);
  // INVALID_ARGUMENT: the seed is not 32 bytes.
  static absl::StatusOr<SigningKey> FromSeed(const Secret& seed);

  // 32 bytes, for the directory.
  const std::string& public_key() const { return public_key_; }
  // The 32-byte seed, for the key file.
  Secret Seed() const;
  // 64 bytes.
  std::string Sign(std::string_view message) const;

 private:
  SigningKey(Secret key, std::string public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}

  Secret key_;  // libsodium's form: seed ‖ public key
  std::string public_key_;
};

// OK if `signature` is `public_key`'s over `message`. INVALID_ARGUMENT: the key
// is not 32 or the signature not 64 bytes. UNAUTHENTICATED: it does not hold.
absl::Status VerifySignature(std::string_view public_key, std::string_view message,
                             std::string_view signature);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_SIGNATURE_H_
