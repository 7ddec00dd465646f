#include "proto/crypto/signature.h"

#include <sodium.h>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost {

static_assert(kSigningSeedSize == crypto_sign_SEEDBYTES);
static_assert(kVerifyKeySize == crypto_sign_PUBLICKEYBYTES);
static_assert(kSignatureSize == crypto_sign_BYTES);

SigningKey SigningKey::Generate(Random& random) {
  return *FromSeed(random.SecretBytes(kSigningSeedSize));
}

absl::StatusOr<SigningKey> SigningKey::FromSeed(const Secret& seed) {
  if (seed.size() != kSigningSeedSize) {
    return absl::InvalidArgumentError("signing key: the seed is not 32 bytes");
  }
  Secret key(crypto_sign_SECRETKEYBYTES);
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(AsUnsigned(public_key), key.data(), seed.data());
  return SigningKey(std::move(key), std::move(public_key));
}

Secret SigningKey::Seed() const {
  return Secret::CopyOf(key_.Expose().substr(0, kSigningSeedSize));
}

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(AsUnsigned(signature), nullptr, AsUnsigned(message), message.size(),
                       key_.data());
  return signature;
}

absl::Status VerifySignature(std::string_view public_key, std::string_view message,
                             std::string_view signature) {
  if (public_key.size() != kVerifyKeySize) {
    return absl::InvalidArgumentError("verification key: not 32 bytes");
  }
  if (signature.size() != kSignatureSize) {
    return absl::InvalidArgumentError("signature: not 64 bytes");
  }
  if (crypto_sign_verify_detached(AsUnsigned(signature), AsUnsigned(message), message.size(),
                                  AsUnsigned(public_key)) != 0) {
    return absl::UnauthenticatedError("signature: it does not verify");
  }
  return absl::OkStatus();
}

}  // namespace signpost
