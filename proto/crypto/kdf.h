// Hashing and key derivation: SHA-256, HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256
// (RFC 5869), and the length-prefixed labels that HPKE (RFC 9180 section 4)
// builds on them. None of these can fail on its input.
//
// Thread safety: pure functions.
// Security: whatever is derived comes back as a Secret; intermediate state is
// wiped. Hash inputs are the caller's.
#ifndef SIGNPOST_PROTO_CRYPTO_KDF_H_
#define SIGNPOST_PROTO_CRYPTO_KDF_H_

#include <absl/types/span.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/secret.h"

namespace signpost {

// More than this cannot be expanded (RFC 5869 section 2.3).
inline constexpr size_t kMaxHkdfBytes = 255 * 32;

// 32 bytes.
std::string Sha256(std::string_view bytes);
// The hash of the pieces one after the other, without joining them in memory.
std::string Sha256Of(absl::Span<const std::string_view> pieces);
// The hash of bytes that are secret, such as several poss in a row.
Secret Sha256Secret(absl::Span<const std::string_view> pieces);

// 32 bytes; `key` of any length. A code that travels beside the message is not
// secret; compare it with EqualConstantTime.
std::string HmacSha256(const Secret& key, std::string_view message);

// HKDF-Extract: 32 bytes. An empty salt means 32 zero bytes, as the RFC says.
Secret HkdfExtract(std::string_view salt, std::string_view input_key_material);

// HKDF-Expand: `size` bytes, at most kMaxHkdfBytes; beyond that an empty Secret,
// which no function of this room accepts as a key.
Secret HkdfExpand(const Secret& pseudorandom_key, std::string_view info, size_t size);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_KDF_H_
