#include "proto/crypto/hpke.h"

#include <sodium.h>

#include <limits>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/kdf.h"

namespace signpost {
namespace {

constexpr std::string_view kKemSuite("KEM\x00\x20", 5);
constexpr std::string_view kHpkeSuite("HPKE\x00\x20\x00\x01\x00\x02", 10);
constexpr size_t kHashBytes = 32;  // Nh

static_assert(kX25519KeySize == crypto_scalarmult_BYTES);

// LabeledExtract, RFC 9180 section 4.
Secret LabeledExtract(std::string_view suite, std::string_view salt, std::string_view label,
                      std::string_view input_key_material) {
  std::string labeled = "HPKE-v1";
  labeled.reserve(7 + suite.size() + label.size() + input_key_material.size());
  labeled.append(suite).append(label).append(input_key_material);
  Secret out = HkdfExtract(salt, labeled);
  WipeString(labeled);
  return out;
}

// LabeledExpand, RFC 9180 section 4. `size` is at most kMaxHkdfBytes.
Secret LabeledExpand(std::string_view suite, const Secret& prk, std::string_view label,
                     std::string_view info, size_t size) {
  std::string labeled = IntBytes(2, size);
  labeled.append("HPKE-v1").append(suite).append(label).append(info);
  return HkdfExpand(prk, labeled, size);
}

// ExtractAndExpand of DHKEM, RFC 9180 section 4.1.
Secret SharedSecret(const Secret& dh, std::string_view enc, std::string_view recipient) {
  std::string kem_context(enc);
  kem_context += recipient;
  const Secret prk = LabeledExtract(kKemSuite, "", "eae_prk", dh.Expose());
  return LabeledExpand(kKemSuite, prk, "shared_secret", kem_context, kHashBytes);
}

struct Schedule {
  Secret key;
  Secret base_nonce;
  Secret exporter;
};

// KeySchedule, RFC 9180 section 5.1, with mode_base and so no PSK.
Schedule KeySchedule(const Secret& shared_secret, std::string_view info) {
  std::string context(1, '\0');
  context += LabeledExtract(kHpkeSuite, "", "psk_id_hash", "").Expose();
  context += LabeledExtract(kHpkeSuite, "", "info_hash", info).Expose();
  const Secret secret = LabeledExtract(kHpkeSuite, shared_secret.Expose(), "secret", "");
  return {LabeledExpand(kHpkeSuite, secret, "key", context, kAeadKeySize),
          LabeledExpand(kHpkeSuite, secret, "base_nonce", context, kAeadNonceSize),
          LabeledExpand(kHpkeSuite, secret, "exp", context, kHashBytes)};
}

}  // namespace

X25519PrivateKey::X25519PrivateKey(Secret bytes)
    : bytes_(std::move(bytes)), public_key_(kX25519KeySize, '\0') {
  crypto_scalarmult_base(AsUnsigned(public_key_), bytes_.data());
}

X25519PrivateKey X25519PrivateKey::Generate(Random& random) {
  return X25519PrivateKey(random.SecretBytes(kX25519KeySize));
}

absl::StatusOr<X25519PrivateKey> X25519PrivateKey::FromBytes(Secret bytes) {
  if (bytes.size() != kX25519KeySize) {
    return absl::InvalidArgumentError("X25519 private key: not 32 bytes");
  }
  return X25519PrivateKey(std::move(bytes));
}

absl::StatusOr<X25519PrivateKey> X25519PrivateKey::Derive(const Secret& input_key_material) {
  if (input_key_material.size() < kX25519KeySize) {
    return absl::InvalidArgumentError("X25519 key derivation: under 32 bytes");
  }
  const Secret prk = LabeledExtract(kKemSuite, "", "dkp_prk", input_key_material.Expose());
  return X25519PrivateKey(LabeledExpand(kKemSuite, prk, "sk", "", kX25519KeySize));
}

absl::StatusOr<Secret> X25519PrivateKey::Agree(std::string_view peer) const {
  if (peer.size() != kX25519KeySize) {
    return absl::InvalidArgumentError("X25519 public key: not 32 bytes");
  }
  Secret shared(kX25519KeySize);
  // libsodium refuses points of small order; the second test is RFC 9180
  // section 7.1.4's own, whatever library computes this.
  if (crypto_scalarmult(shared.data(), bytes_.data(), AsUnsigned(peer)) != 0 ||
      sodium_is_zero(shared.data(), shared.size()) != 0) {
    return absl::InvalidArgumentError("X25519 public key: of small order");
  }
  return shared;
}

absl::StatusOr<Secret> HpkeContext::Export(std::string_view exporter_context, size_t size) const {
  if (size == 0 || size > kMaxHkdfBytes) {
    return absl::InvalidArgumentError("HPKE export: length out of range");
  }
  return LabeledExpand(kHpkeSuite, exporter_, "sec", exporter_context, size);
}

absl::StatusOr<std::string> HpkeContext::Nonce() const {
  if (sequence_ == std::numeric_limits<uint64_t>::max()) {
    return absl::ResourceExhaustedError("HPKE: the message counter is spent");
  }
  std::string nonce(base_nonce_.Expose());
  const std::string counter = IntBytes(8, sequence_);
  const size_t offset = nonce.size() - counter.size();
  for (size_t i = 0; i < counter.size(); ++i) {
    nonce[offset + i] = static_cast<char>(nonce[offset + i] ^ counter[i]);
  }
  return nonce;
}

absl::StatusOr<std::string> HpkeSender::Seal(std::string_view aad, std::string_view plaintext) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string nonce, Nonce());
  ++sequence_;  // first: a nonce is spent even if sealing fails half-way
  return SealWithNonce(key_, nonce, aad, plaintext);
}

absl::StatusOr<HpkeReceiver> HpkeReceiver::SetupFrom(const X25519PrivateKey& key,
                                                     std::string_view enc, std::string_view info) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret dh, key.Agree(enc));
  Schedule s = KeySchedule(SharedSecret(dh, enc, key.public_key()), info);
  return HpkeReceiver(std::move(s.key), std::move(s.base_nonce), std::move(s.exporter));
}

absl::StatusOr<Secret> HpkeReceiver::Open(std::string_view aad, std::string_view ciphertext) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string nonce, Nonce());
  SIGNPOST_ASSIGN_OR_RETURN(Secret plaintext, OpenWithNonce(key_, nonce, aad, ciphertext));
  ++sequence_;
  return plaintext;
}

HpkeEphemeral::HpkeEphemeral(Random& random) : key_(X25519PrivateKey::Generate(random)) {}
HpkeEphemeral::HpkeEphemeral(X25519PrivateKey key) : key_(std::move(key)) {}

absl::StatusOr<HpkeSender> HpkeEphemeral::SetupTo(std::string_view recipient_public_key,
                                                  std::string_view info) const {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret dh, key_.Agree(recipient_public_key));
  Schedule s = KeySchedule(SharedSecret(dh, enc(), recipient_public_key), info);
  return HpkeSender(std::move(s.key), std::move(s.base_nonce), std::move(s.exporter));
}

}  // namespace signpost
