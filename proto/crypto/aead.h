// AES-256-GCM on OpenSSL's EVP, in two forms.
//
// SealOnce is the protocol's seal: one key, one message, a nonce of zeroes. That
// is safe only because a key never seals twice, so SealOnce takes its key by
// value and wipes it: after `SealOnce(std::move(key), …)` no key is left to
// misuse. A program that needs the key afterwards (to lock it for someone) must
// write Clone(), which a reviewer finds by searching for the word.
//
// SealWithNonce is for a key that seals many messages, and then the nonce is the
// caller's duty: never the same (key, nonce) pair twice. Only three callers are
// meant: an HPKE context (a counter), a reply (a derived key and nonce, used
// once), and columns at rest (12 fresh random bytes kept before the ciphertext;
// NIST SP 800-38D section 8.3 allows 2^32 such messages a key). No key is used
// in both forms.
//
// Thread safety: functions, free of shared mutable state.
// Security: ciphertext is plaintext plus 16 bytes; associated data has no default,
// so a caller says what the message is bound to. A failed opening gives nothing
// of the plaintext.
#ifndef SIGNPOST_PROTO_CRYPTO_AEAD_H_
#define SIGNPOST_PROTO_CRYPTO_AEAD_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline constexpr size_t kAeadKeySize = 32;
inline constexpr size_t kAeadNonceSize = 12;

// Seals one message and destroys the key. INVALID_ARGUMENT: the key is not 32
// bytes, or a length is above 1 GiB. INTERNAL: OpenSSL failed.
absl::StatusOr<std::string> SealOnce(Secret key, std::string_view aad, std::string_view plaintext);

// Opens what SealOnce made. INVALID_ARGUMENT: as above, or shorter than a tag.
// UNAUTHENTICATED: another key, other associated data, or changed bytes; which
// of them cannot be told.
absl::StatusOr<Secret> OpenOnce(const Secret& key, std::string_view aad,
                                std::string_view ciphertext);

// As SealOnce under an explicit 12-byte nonce that must be new for this key.
absl::StatusOr<std::string> SealWithNonce(const Secret& key, std::string_view nonce,
                                          std::string_view aad, std::string_view plaintext);

// Opens what SealWithNonce made; errors as OpenOnce.
absl::StatusOr<Secret> OpenWithNonce(const Secret& key, std::string_view nonce,
                                     std::string_view aad, std::string_view ciphertext);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_AEAD_H_
