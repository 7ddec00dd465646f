#include "proto/crypto/voprf.h"

#include <sodium.h>

#include <algorithm>

#include "proto/base/bytes.h"
#include "proto/crypto/dleq.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr size_t kMaxPoints = kEnrolmentBatch;

absl::Status BadBatch() {
  return absl::InvalidArgumentError("blinding: not 1 to 1,024 whole points");
}
absl::Status BadPoint() { return absl::InvalidArgumentError("blinding: a point is not valid"); }

bool IsBatch(std::string_view points) {
  return !points.empty() && points.size() % kPointSize == 0 &&
         points.size() <= kMaxPoints * kPointSize;
}

// The inverses of `count` non-zero scalars, at the price of one inversion
// (Montgomery's trick): with p_i = b_0 · … · b_i, walk back from 1/p_(n-1).
absl::StatusOr<Secret> InvertAll(const Secret& scalars) {
  const size_t count = scalars.size() / kScalarSize;
  Secret products(scalars.size());
  std::copy_n(scalars.data(), kScalarSize, products.data());
  for (size_t i = 1; i < count; ++i) {
    crypto_core_ristretto255_scalar_mul(products.data() + i * kScalarSize,
                                        products.data() + (i - 1) * kScalarSize,
                                        scalars.data() + i * kScalarSize);
  }
  Secret running(kScalarSize);
  if (crypto_core_ristretto255_scalar_invert(running.data(),
                                             products.data() + (count - 1) * kScalarSize) != 0) {
    return absl::InvalidArgumentError("blinding: a blind is zero");
  }
  Secret inverses(scalars.size());
  for (size_t i = count - 1; i > 0; --i) {
    crypto_core_ristretto255_scalar_mul(inverses.data() + i * kScalarSize, running.data(),
                                        products.data() + (i - 1) * kScalarSize);
    crypto_core_ristretto255_scalar_mul(running.data(), running.data(),
                                        scalars.data() + i * kScalarSize);
  }
  std::copy_n(running.data(), kScalarSize, inverses.data());
  return inverses;
}

// The last hash of Finalize, section 3.3.1.
Secret OutputHash(const Secret& input, const Point& unblinded) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  const auto add = [&state](std::string_view bytes) {
    if (!bytes.empty()) crypto_hash_sha512_update(&state, AsUnsigned(bytes), bytes.size());
  };
  add(IntBytes(2, input.size()));
  add(input.Expose());
  add(IntBytes(2, unblinded.size()));
  add({reinterpret_cast<const char*>(unblinded.data()), unblinded.size()});
  add("Finalize");
  Secret out(kVoprfOutputSize);
  crypto_hash_sha512_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

absl::Status CheckFinalize(absl::Span<const Secret> inputs, const BlindedBatch& batch,
                           std::string_view evaluated) {
  if (!IsBatch(batch.points) || inputs.empty() ||
      batch.blinds.size() != inputs.size() * kScalarSize ||
      batch.points.size() < inputs.size() * kPointSize) {
    return absl::InvalidArgumentError("blinding: the inputs are not the batch's");
  }
  if (evaluated.size() != batch.points.size()) {
    return absl::InvalidArgumentError("blinding: not as many points as were asked");
  }
  return absl::OkStatus();
}

// Unblinds the point that `sum_at(i, out)` gives for each input.
template <typename SumAt>
absl::StatusOr<std::vector<Secret>> Unblind(absl::Span<const Secret> inputs, const Secret& blinds,
                                            SumAt sum_at) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret inverses, InvertAll(blinds));
  std::vector<Secret> outputs;
  outputs.reserve(inputs.size());
  Point point;
  for (size_t i = 0; i < inputs.size(); ++i) {
    SIGNPOST_RETURN_IF_ERROR(sum_at(i, point));
    if (crypto_scalarmult_ristretto255(point.data(), inverses.data() + i * kScalarSize,
                                       point.data()) != 0) {
      return BadPoint();
    }
    outputs.push_back(OutputHash(inputs[i], point));
  }
  sodium_memzero(point.data(), point.size());
  return outputs;
}

}  // namespace

CustodianShare GenerateShare(Random& random) { return *ShareFromSecret(RandomScalar(random)); }

absl::StatusOr<CustodianShare> ShareFromSecret(Secret secret) {
  if (!IsScalar(secret.Expose())) {
    return absl::InvalidArgumentError("custodian share: not a non-zero scalar of 32 bytes");
  }
  CustodianShare share{std::move(secret), std::string(kPointSize, '\0')};
  crypto_scalarmult_ristretto255_base(AsUnsigned(share.public_share), share.secret.data());
  return share;
}

absl::StatusOr<CustodianShare> DeriveShare(const Secret& seed, std::string_view info) {
  if (seed.size() != 32 || info.size() > 65535) {
    return absl::InvalidArgumentError("custodian share: seed or info of a wrong size");
  }
  std::string input(seed.Expose());
  AppendInt(input, 2, info.size());
  input += info;
  input.push_back('\0');
  absl::StatusOr<CustodianShare> share = absl::InternalError("custodian share: none in 256 tries");
  for (int counter = 0; counter < 256 && !share.ok(); ++counter) {
    input.back() = static_cast<char>(counter);
    absl::StatusOr<Secret> scalar = HashToScalar(input, VoprfTag("DeriveKeyPair"));
    if (scalar.ok()) share = ShareFromSecret(*std::move(scalar));
  }
  WipeString(input);
  return share;
}

absl::StatusOr<BlindedBatch> Blind(absl::Span<const Secret> inputs, Random& random,
                                   size_t batch_size) {
  const size_t count = batch_size == 0 ? inputs.size() : batch_size;
  if (count == 0 || count > kMaxPoints || inputs.size() > count) return BadBatch();
  const std::string tag = VoprfTag("HashToGroup-");
  BlindedBatch batch{std::string(inputs.size() * kPointSize, '\0'),
                     Secret(inputs.size() * kScalarSize)};
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].size() > kMaxVoprfInput) {
      return absl::InvalidArgumentError("blinding: an input is above 65,535 bytes");
    }
    SIGNPOST_ASSIGN_OR_RETURN(Point element, HashToGroup(inputs[i].Expose(), tag));
    const Secret blind = RandomScalar(random);
    std::copy_n(blind.data(), kScalarSize, batch.blinds.data() + i * kScalarSize);
    const int result = crypto_scalarmult_ristretto255(AsUnsigned(batch.points) + i * kPointSize,
                                                      blind.data(), element.data());
    sodium_memzero(element.data(), element.size());
    if (result != 0) return BadPoint();
  }
  batch.points += RandomPoints(count - inputs.size(), random);
  return batch;
}

absl::StatusOr<Evaluation> Evaluate(const Secret& share, std::string_view public_share,
                                    std::string_view points, Random& random) {
  if (!IsBatch(points)) return BadBatch();
  Point own;
  if (!IsScalar(share.Expose()) ||
      crypto_scalarmult_ristretto255_base(own.data(), share.data()) != 0 ||
      public_share != std::string_view(reinterpret_cast<const char*>(own.data()), own.size())) {
    return absl::FailedPreconditionError("blinding: secret and public share differ");
  }
  Evaluation evaluation{std::string(points.size(), '\0'), ""};
  for (size_t at = 0; at < points.size(); at += kPointSize) {
    if (crypto_scalarmult_ristretto255(AsUnsigned(evaluation.points) + at, share.data(),
                                       AsUnsigned(points) + at) != 0) {
      return BadPoint();
    }
  }
  SIGNPOST_ASSIGN_OR_RETURN(
      evaluation.proof, ProveEvaluation(share, public_share, points, evaluation.points, random));
  return evaluation;
}

absl::Status VerifyEvaluation(std::string_view public_share, std::string_view blinded,
                              std::string_view evaluated, std::string_view proof) {
  if (!IsBatch(blinded)) return BadBatch();
  if (evaluated.size() != blinded.size()) {
    return absl::InvalidArgumentError("blinding: not as many points as were asked");
  }
  if (!IsPoint(public_share)) return BadPoint();
  if (proof.size() != kVoprfProofSize || !IsScalar(proof.substr(0, kScalarSize)) ||
      !IsScalar(proof.substr(kScalarSize))) {
    return absl::InvalidArgumentError("blinding: the proof is not two scalars");
  }
  return CheckEvaluation(public_share, blinded, evaluated, proof);
}

absl::StatusOr<std::vector<Secret>> FinalizeTwo(absl::Span<const Secret> inputs, BlindedBatch batch,
                                                std::string_view evaluated_a,
                                                std::string_view evaluated_b) {
  SIGNPOST_RETURN_IF_ERROR(CheckFinalize(inputs, batch, evaluated_a));
  SIGNPOST_RETURN_IF_ERROR(CheckFinalize(inputs, batch, evaluated_b));
  return Unblind(inputs, batch.blinds, [&](size_t i, Point& out) -> absl::Status {
    const unsigned char* a = AsUnsigned(evaluated_a) + i * kPointSize;
    const unsigned char* b = AsUnsigned(evaluated_b) + i * kPointSize;
    if (sodium_is_zero(a, kPointSize) != 0 || sodium_is_zero(b, kPointSize) != 0 ||
        crypto_core_ristretto255_add(out.data(), a, b) != 0) {
      return BadPoint();
    }
    if (sodium_is_zero(out.data(), out.size()) != 0) {
      return absl::FailedPreconditionError("blinding: the two evaluations cancel out");
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<Secret>> FinalizeSingle(absl::Span<const Secret> inputs,
                                                   BlindedBatch batch, std::string_view evaluated) {
  SIGNPOST_RETURN_IF_ERROR(CheckFinalize(inputs, batch, evaluated));
  return Unblind(inputs, batch.blinds, [&](size_t i, Point& out) -> absl::Status {
    std::copy_n(AsUnsigned(evaluated) + i * kPointSize, kPointSize, out.begin());
    return absl::OkStatus();
  });
}

}  // namespace signpost
