#include "proto/crypto/hash_to_group.h"

#include <sodium.h>

#include <algorithm>

#include "proto/base/bytes.h"

namespace signpost {
namespace {

constexpr size_t kBlock = crypto_hash_sha512_BYTES;  // b_in_bytes
constexpr size_t kInputBlock = 128;                  // s_in_bytes of SHA-512

class Sha512 {
 public:
  Sha512() { crypto_hash_sha512_init(&state_); }
  ~Sha512() { sodium_memzero(&state_, sizeof state_); }
  Sha512(const Sha512&) = delete;
  Sha512& operator=(const Sha512&) = delete;

  Sha512& Add(std::string_view bytes) {
    if (!bytes.empty()) crypto_hash_sha512_update(&state_, AsUnsigned(bytes), bytes.size());
    return *this;
  }
  void Final(unsigned char* out) { crypto_hash_sha512_final(&state_, out); }

 private:
  crypto_hash_sha512_state state_;
};

}  // namespace

absl::StatusOr<Secret> ExpandMessageXmd(std::string_view message, std::string_view dst,
                                        size_t size) {
  if (dst.empty() || dst.size() > 255) {
    return absl::InvalidArgumentError("domain separation tag: not 1 to 255 bytes");
  }
  if (size == 0 || size > 255 * kBlock) {
    return absl::InvalidArgumentError("expand_message_xmd: length out of range");
  }
  const std::string dst_size = IntBytes(1, dst.size());
  const std::string padding(kInputBlock, '\0');
  Secret first(kBlock);  // b_0
  Sha512()
      .Add(padding)
      .Add(message)
      .Add(IntBytes(2, size))
      .Add(IntBytes(1, 0))
      .Add(dst)
      .Add(dst_size)
      .Final(first.data());
  Secret out(size);
  Secret mixed = first.Clone();  // b_0 XOR b_(i-1), with b_0 alone for i = 1
  Secret block(kBlock);
  uint64_t index = 1;
  for (size_t at = 0; at < size; at += kBlock, ++index) {
    Sha512().Add(mixed.Expose()).Add(IntBytes(1, index)).Add(dst).Add(dst_size).Final(block.data());
    std::copy_n(block.data(), std::min(kBlock, size - at), out.data() + at);
    for (size_t i = 0; i < kBlock; ++i) {
      mixed.data()[i] = static_cast<unsigned char>(first.data()[i] ^ block.data()[i]);
    }
  }
  return out;
}

absl::StatusOr<Point> HashToGroup(std::string_view message, std::string_view dst) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret uniform,
                            ExpandMessageXmd(message, dst, crypto_core_ristretto255_HASHBYTES));
  Point point;
  if (crypto_core_ristretto255_from_hash(point.data(), uniform.data()) != 0 ||
      sodium_is_zero(point.data(), point.size()) != 0) {
    return absl::InvalidArgumentError("an input hashes to the identity");
  }
  return point;
}

absl::StatusOr<Secret> HashToScalar(std::string_view message, std::string_view dst) {
  SIGNPOST_ASSIGN_OR_RETURN(
      const Secret uniform,
      ExpandMessageXmd(message, dst, crypto_core_ristretto255_NONREDUCEDSCALARBYTES));
  Secret scalar(kScalarSize);
  crypto_core_ristretto255_scalar_reduce(scalar.data(), uniform.data());
  return scalar;
}

Secret RandomScalar(Random& random) {
  Secret wide(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  Secret scalar(kScalarSize);
  do {
    random.Fill(wide.data(), wide.size());
    crypto_core_ristretto255_scalar_reduce(scalar.data(), wide.data());
  } while (sodium_is_zero(scalar.data(), scalar.size()) != 0);
  return scalar;
}

std::string RandomPoints(size_t count, Random& random) {
  std::string points(count * kPointSize, '\0');
  Secret wide(crypto_core_ristretto255_HASHBYTES);
  for (size_t i = 0; i < count; ++i) {
    unsigned char* point = AsUnsigned(points) + i * kPointSize;
    do {
      random.Fill(wide.data(), wide.size());
      crypto_core_ristretto255_from_hash(point, wide.data());
    } while (sodium_is_zero(point, kPointSize) != 0);
  }
  return points;
}

bool IsScalar(std::string_view bytes) {
  if (bytes.size() != kScalarSize) return false;
  Secret wide(crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  std::copy_n(AsUnsigned(bytes), kScalarSize, wide.data());
  Secret reduced(kScalarSize);
  crypto_core_ristretto255_scalar_reduce(reduced.data(), wide.data());
  return EqualConstantTime(reduced.Expose(), bytes) &&
         sodium_is_zero(reduced.data(), reduced.size()) == 0;
}

bool IsPoint(std::string_view bytes) {
  return bytes.size() == kPointSize && sodium_is_zero(AsUnsigned(bytes), kPointSize) == 0 &&
         crypto_core_ristretto255_is_valid_point(AsUnsigned(bytes)) == 1;
}

}  // namespace signpost
