// The proof of the VOPRF: RFC 9497 section 2.2, that one secret links a public
// key to its generator and every evaluated point to its blinded one. Used by
// voprf.h only.
//
// Thread safety: functions; the Random as its class says.
// Security: the proof's randomness is a uniform scalar from Random, wiped after
// use; were it ever repeated under one key, the key would follow.
#ifndef SIGNPOST_PROTO_CRYPTO_DLEQ_H_
#define SIGNPOST_PROTO_CRYPTO_DLEQ_H_

#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

// A domain separation tag of this suite: `name` ‖ "OPRFV1-" ‖ 0x01 ‖ "-ristretto255-SHA512".
std::string VoprfTag(std::string_view name);

// GenerateProof (section 2.2.1): 64 bytes. `share` is a scalar, `blinded` and
// `evaluated` are equally many whole points. INVALID_ARGUMENT: a blinded point
// is not valid.
absl::StatusOr<std::string> ProveEvaluation(const Secret& share, std::string_view public_share,
                                            std::string_view blinded, std::string_view evaluated,
                                            Random& random);

// VerifyProof (section 2.2.2); sizes, public share and scalars are checked by
// the caller. INVALID_ARGUMENT: a point is not valid. UNAUTHENTICATED: it does
// not hold.
absl::Status CheckEvaluation(std::string_view public_share, std::string_view blinded,
                             std::string_view evaluated, std::string_view proof);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_DLEQ_H_
