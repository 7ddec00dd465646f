// The blinding: RFC 9497 VOPRF (mode 0x01, ristretto255-SHA512), with the key
// split between two custodians, k = k_A + k_B. Each custodian evaluates the same
// blinded points with its share and proves it; the node adds the two evaluations
// and unblinds once. The output equals that of the single key k_A + k_B, so the
// RFC's vectors hold for the whole.
//
//   1. node:      Blind(inputs)                        one batch for both custodians
//   2. custodian: Evaluate(share, points)              points and a proof
//   3. node:      VerifyEvaluation, once a custodian   else nothing of the batch is used
//   4. node:      FinalizeTwo                          one 64-byte output an input
//
// Thread safety: functions; a Random must belong to the calling thread or be
// shareable itself.
// Security: neither custodian sees an input or an output, and a custodian that
// evaluates with any key but its published one is caught in step 3: the caller
// must not skip it. Blinds are wiped when a batch ends. Points that are not
// canonical, or the identity, are refused everywhere. Scalar multiplications by
// secrets take constant time. Batches hold 1 to 1,024 points.
#ifndef SIGNPOST_PROTO_CRYPTO_VOPRF_H_
#define SIGNPOST_PROTO_CRYPTO_VOPRF_H_

#include <absl/types/span.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/hash_to_group.h"  // RandomPoints, for batches without a question

namespace signpost {

inline constexpr size_t kVoprfProofSize = 64;  // challenge ‖ response
inline constexpr size_t kVoprfOutputSize = 64;
inline constexpr size_t kMaxVoprfInput = 65535;

// A custodian's share of the blinding key of one epoch.
struct CustodianShare {
  Secret secret;             // 32-byte scalar
  std::string public_share;  // 32-byte point
};

// What the node keeps and what it sends. The first blinds.size() / 32 points are
// the inputs' in their order; any further ones are random filling.
struct BlindedBatch {
  std::string points;  // 32 bytes each
  Secret blinds;       // 32 bytes an input
};

struct Evaluation {
  std::string points;  // as many as were asked, same order
  std::string proof;   // kVoprfProofSize
};

// A fresh share from `random`.
CustodianShare GenerateShare(Random& random);

// The share whose secret is `secret`, such as one read from a file.
// INVALID_ARGUMENT: not 32 bytes, zero, or not below the group order.
absl::StatusOr<CustodianShare> ShareFromSecret(Secret secret);

// RFC 9497 section 3.2.1, which makes the RFC's vectors and an epoch's golden
// keys. INVALID_ARGUMENT: the seed is not 32 bytes or `info` is above 65,535.
absl::StatusOr<CustodianShare> DeriveShare(const Secret& seed, std::string_view info);

// Step 1. Blinds each input and fills up with random points to `batch_size`
// (which hides how many there are); 0 means no filling. INVALID_ARGUMENT: no
// input and no filling, more inputs than batch_size, more than 1,024 points, or
// an input longer than 65,535 bytes.
absl::StatusOr<BlindedBatch> Blind(absl::Span<const Secret> inputs, Random& random,
                                   size_t batch_size = 0);

// Step 2. INVALID_ARGUMENT: `points` is not 1 to 1,024 whole points, or one of
// them is not valid (BAD_POINT; none is named). FAILED_PRECONDITION: the share is
// no scalar or not the one of `public_share`.
absl::StatusOr<Evaluation> Evaluate(const Secret& share, std::string_view public_share,
                                    std::string_view points, Random& random);

// Step 3. OK only if every evaluated point is the blinded one times the secret
// behind `public_share`. INVALID_ARGUMENT: a size, point or scalar is malformed.
// UNAUTHENTICATED: the proof does not hold.
absl::Status VerifyEvaluation(std::string_view public_share, std::string_view blinded,
                              std::string_view evaluated, std::string_view proof);

// Step 4. Outputs of 64 bytes in the order of `inputs`, which must be those given
// to Blind. Consumes and wipes the batch's blinds, also on error.
// INVALID_ARGUMENT: sizes that do not belong together, or a point that is not
// valid; FAILED_PRECONDITION: the two evaluations cancel out.
absl::StatusOr<std::vector<Secret>> FinalizeTwo(absl::Span<const Secret> inputs, BlindedBatch batch,
                                                std::string_view evaluated_a,
                                                std::string_view evaluated_b);

// As FinalizeTwo for an undivided key: golden keys and the RFC's vectors.
absl::StatusOr<std::vector<Secret>> FinalizeSingle(absl::Span<const Secret> inputs,
                                                   BlindedBatch batch, std::string_view evaluated);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_CRYPTO_VOPRF_H_
