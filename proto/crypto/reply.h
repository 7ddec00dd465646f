// Sealing claims, reveals' replies and answers: the response construction of
// RFC 9458 section 4.4 (Oblivious HTTP) over a 32-byte secret that both ends
// exported from the question's HPKE context. No public-key work, and only the
// member whom the question was sealed to can make one: nobody else can forge
// "nothing to report".
//
// A deviation, on purpose: the RFC seals with empty associated data; here it is
// the question's hh, so that a reply moved to another question does not open.
// With empty associated data the bytes are exactly the RFC's.
//
// Thread safety: functions; the Random as its class says.
// Security: a fresh 32-byte response nonce gives each reply its own key and
// nonce. Claim, reveal and answer must use different exports.
#ifndef SIGNPOST_PROTO_CRYPTO_REPLY_H_
#define SIGNPOST_PROTO_CRYPTO_REPLY_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline constexpr size_t kResponseNonceSize = 32;  // max(Nn, Nk)
inline constexpr size_t kReplyOverhead = kResponseNonceSize + 16;

// response_nonce ‖ ciphertext: the plaintext plus kReplyOverhead bytes. `enc` is
// the question's encapsulated key. INVALID_ARGUMENT: `exported` or `enc` is not
// 32 bytes.
absl::StatusOr<std::string> SealReply(const Secret& exported, std::string_view enc, Random& random,
                                      std::string_view aad, std::string_view plaintext);

// INVALID_ARGUMENT: as above, or shorter than kReplyOverhead. UNAUTHENTICATED:
// sealed with another secret, for another question, or changed on its way.
absl::StatusOr<Secret> OpenReply(const Secret& exported, std::string_view enc, std::string_view aad,
                                 std::string_view reply);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_REPLY_H_
