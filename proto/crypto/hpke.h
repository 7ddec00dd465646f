// HPKE, RFC 9180, base mode only, and one suite only: DHKEM(X25519, HKDF-SHA256)
// 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002.
//
// A question is sealed to every member under one ephemeral key (HpkeEphemeral):
// each receiver sees ordinary HPKE, and the asker saves two thirds of the work.
// Contexts to different recipients differ because the recipient's key enters the
// key schedule.
//
// Thread safety: X25519PrivateKey may be used by several threads at once; a
// context and an ephemeral key belong to one thread.
// Security: an ephemeral key belongs to one question and must not outlive it (it
// would link an asker's questions). A Diffie-Hellman result of all zeroes is
// refused. A sender cannot open and a receiver cannot seal: the types differ, so
// that no nonce is used in both directions.
#ifndef SIGNPOST_PROTO_CRYPTO_HPKE_H_
#define SIGNPOST_PROTO_CRYPTO_HPKE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline constexpr size_t kX25519KeySize = 32;

// A member's X25519 key.
class X25519PrivateKey {
 public:
  // A fresh key.
  static X25519PrivateKey Generate(Random& random);
  // From the 32 bytes of a key file. INVALID_ARGUMENT: another size.
  static absl::StatusOr<X25519PrivateKey> FromBytes(Secret bytes);
  // DeriveKeyPair, RFC 9180 section 7.1.3. INVALID_ARGUMENT: under 32 bytes.
  static absl::StatusOr<X25519PrivateKey> Derive(const Secret& input_key_material);

  // 32 bytes, for the directory.
  const std::string& public_key() const { return public_key_; }
  // The 32 private bytes, for the key file.
  const Secret& bytes() const { return bytes_; }

  // X25519 with `peer`. INVALID_ARGUMENT: not 32 bytes, or the result is all zeroes.
  absl::StatusOr<Secret> Agree(std::string_view peer) const;

 private:
  explicit X25519PrivateKey(Secret bytes);

  Secret bytes_;
  std::string public_key_;
};

// What both ends of an HPKE context share: the exporter.
class HpkeContext {
 public:
  HpkeContext(HpkeContext&&) noexcept = default;
  HpkeContext& operator=(HpkeContext&&) noexcept = default;
  HpkeContext(const HpkeContext&) = delete;
  HpkeContext& operator=(const HpkeContext&) = delete;

  // RFC 9180 section 5.3: `size` bytes for one named use.
  // INVALID_ARGUMENT: size is 0 or above 8,160.
  absl::StatusOr<Secret> Export(std::string_view exporter_context, size_t size) const;

 protected:
  HpkeContext(Secret key, Secret base_nonce, Secret exporter)
      : key_(std::move(key)), base_nonce_(std::move(base_nonce)), exporter_(std::move(exporter)) {}
  ~HpkeContext() = default;

  // The nonce of the current message. RESOURCE_EXHAUSTED: the counter is spent.
  absl::StatusOr<std::string> Nonce() const;

  Secret key_;
  Secret base_nonce_;
  Secret exporter_;
  uint64_t sequence_ = 0;
};

class HpkeSender final : public HpkeContext {
 public:
  // Seals the next message. RESOURCE_EXHAUSTED: the counter is spent; INTERNAL.
  absl::StatusOr<std::string> Seal(std::string_view aad, std::string_view plaintext);

 private:
  friend class HpkeEphemeral;
  using HpkeContext::HpkeContext;
};

class HpkeReceiver final : public HpkeContext {
 public:
  // SetupBaseR. `enc` is the sender's ephemeral public key, 32 bytes.
  // INVALID_ARGUMENT: its size, or an all-zero agreement.
  static absl::StatusOr<HpkeReceiver> SetupFrom(const X25519PrivateKey& key, std::string_view enc,
                                                std::string_view info);

  // Opens the next message; the counter moves only when that succeeds.
  // INVALID_ARGUMENT: shorter than a tag. UNAUTHENTICATED: it does not open.
  absl::StatusOr<Secret> Open(std::string_view aad, std::string_view ciphertext);

 private:
  using HpkeContext::HpkeContext;
};

// The asker's ephemeral key of one question.
class HpkeEphemeral {
 public:
  explicit HpkeEphemeral(Random& random);
  // With a given key: for the RFC's vectors. Programs use the other one.
  explicit HpkeEphemeral(X25519PrivateKey key);

  // The encapsulated key: 32 bytes, the same for every recipient.
  const std::string& enc() const { return key_.public_key(); }

  // SetupBaseS to one recipient; one X25519 operation (about 29 µs).
  // INVALID_ARGUMENT: the key is not 32 bytes, or the agreement is all zeroes.
  absl::StatusOr<HpkeSender> SetupTo(std::string_view recipient_public_key,
                                     std::string_view info) const;

 private:
  X25519PrivateKey key_;
};

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_HPKE_H_
