#include "proto/crypto/kdf.h"

#include <sodium.h>

#include <algorithm>

#include "proto/base/bytes.h"

namespace signpost {
namespace {

// HMAC-SHA-256 whose key schedule is done once and wiped at the end.
class Hmac {
 public:
  explicit Hmac(std::string_view key) {
    // libsodium wants a pointer even to nothing.
    if (key.empty()) key = std::string_view("", 0);
    crypto_auth_hmacsha256_init(&state_, AsUnsigned(key), key.size());
  }
  ~Hmac() { sodium_memzero(&state_, sizeof state_); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  Hmac& Add(std::string_view bytes) {
    if (!bytes.empty()) crypto_auth_hmacsha256_update(&state_, AsUnsigned(bytes), bytes.size());
    return *this;
  }
  void Final(unsigned char out[crypto_auth_hmacsha256_BYTES]) {
    crypto_auth_hmacsha256_final(&state_, out);
  }

 private:
  crypto_auth_hmacsha256_state state_;
};

void HashPieces(absl::Span<const std::string_view> pieces, unsigned char* out) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    crypto_hash_sha256_update(&state, AsUnsigned(piece), piece.size());
  }
  crypto_hash_sha256_final(&state, out);
  sodium_memzero(&state, sizeof state);
}

}  // namespace

std::string Sha256(std::string_view bytes) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(AsUnsigned(out), AsUnsigned(bytes), bytes.size());
  return out;
}

std::string Sha256Of(absl::Span<const std::string_view> pieces) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  HashPieces(pieces, AsUnsigned(out));
  return out;
}

Secret Sha256Secret(absl::Span<const std::string_view> pieces) {
  Secret out(crypto_hash_sha256_BYTES);
  HashPieces(pieces, out.data());
  return out;
}

std::string HmacSha256(const Secret& key, std::string_view message) {
  std::string out(crypto_auth_hmacsha256_BYTES, '\0');
  Hmac(key.Expose()).Add(message).Final(AsUnsigned(out));
  return out;
}

Secret HkdfExtract(std::string_view salt, std::string_view input_key_material) {
  // An empty HMAC key is padded with zeroes, which is the RFC's default salt.
  Secret out(crypto_auth_hmacsha256_BYTES);
  Hmac(salt).Add(input_key_material).Final(out.data());
  return out;
}

Secret HkdfExpand(const Secret& pseudorandom_key, std::string_view info, size_t size) {
  if (size > kMaxHkdfBytes) return Secret();
  Secret out(size);
  Secret block(crypto_auth_hmacsha256_BYTES);
  std::string_view previous;
  char counter = 1;
  for (size_t at = 0; at < size; at += block.size(), ++counter) {
    Hmac(pseudorandom_key.Expose())
        .Add(previous)
        .Add(info)
        .Add(std::string_view(&counter, 1))
        .Final(block.data());
    previous = block.Expose();
    std::copy_n(block.data(), std::min(block.size(), size - at), out.data() + at);
  }
  return out;
}

}  // namespace signpost
