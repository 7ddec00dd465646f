// Hashing into ristretto255 and its scalars: expand_message_xmd with SHA-512
// (RFC 9380 section 5.3.1), HashToGroup and HashToScalar (RFC 9497 section 4.1),
// and the few operations on scalars and points that every proof here needs.
//
// Thread safety: pure functions but for the Random passed in.
// Security: points are 32-byte canonical encodings; the identity is never
// accepted as somebody's point. Scalars are 32 bytes little-endian below the
// group order. libsodium's operations on both take constant time.
#ifndef SIGNPOST_PROTO_CRYPTO_HASH_TO_GROUP_H_
#define SIGNPOST_PROTO_CRYPTO_HASH_TO_GROUP_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline constexpr size_t kPointSize = 32;
inline constexpr size_t kScalarSize = 32;

using Point = std::array<unsigned char, kPointSize>;

// `size` uniform bytes from `message` under the domain separation tag `dst`.
// INVALID_ARGUMENT: size is 0 or above 65,535 or needs more than 255 blocks, or
// dst is empty or longer than 255 bytes.
absl::StatusOr<Secret> ExpandMessageXmd(std::string_view message, std::string_view dst,
                                        size_t size);

// The group element of `message`. INVALID_ARGUMENT: dst as above, or the result
// is the identity (does not happen by chance).
absl::StatusOr<Point> HashToGroup(std::string_view message, std::string_view dst);

// The scalar of `message`: 64 uniform bytes reduced. INVALID_ARGUMENT: dst as above.
absl::StatusOr<Secret> HashToScalar(std::string_view message, std::string_view dst);

// A uniform non-zero scalar: 64 random bytes reduced modulo the order.
Secret RandomScalar(Random& random);

// `count` points nobody knows a logarithm of, 32 bytes each: filling for a batch.
std::string RandomPoints(size_t count, Random& random);

// 32 bytes, canonical, and not zero.
bool IsScalar(std::string_view bytes);

// 32 bytes, a canonical encoding, and not the identity.
bool IsPoint(std::string_view bytes);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_HASH_TO_GROUP_H_
