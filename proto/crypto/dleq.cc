#include "proto/crypto/dleq.h"

#include <sodium.h>

#include "proto/base/bytes.h"
#include "proto/crypto/hash_to_group.h"

namespace signpost {
namespace {

std::string_view View(const Point& point) {
  return {reinterpret_cast<const char*>(point.data()), point.size()};
}

void AppendSized(std::string& out, std::string_view bytes) {
  AppendInt(out, 2, bytes.size());
  out += bytes;
}

absl::Status BadPoint() { return absl::InvalidArgumentError("evaluation: a point is not valid"); }

// A running sum of scalar * point that starts empty.
class Sum {
 public:
  // False if `point` is not valid or is the identity, or the sum is lost.
  bool Add(const unsigned char* scalar, std::string_view point) {
    Point term;
    if (crypto_scalarmult_ristretto255(term.data(), scalar, AsUnsigned(point)) != 0) return false;
    if (empty_) {
      value_ = term;
      empty_ = false;
      return true;
    }
    return crypto_core_ristretto255_add(value_.data(), value_.data(), term.data()) == 0;
  }
  bool AddBase(const unsigned char* scalar) {
    Point term;
    if (crypto_scalarmult_ristretto255_base(term.data(), scalar) != 0) return false;
    if (!empty_)
      return crypto_core_ristretto255_add(value_.data(), value_.data(), term.data()) == 0;
    value_ = term;
    empty_ = false;
    return true;
  }
  const Point& value() const { return value_; }

 private:
  Point value_{};
  bool empty_ = true;
};

// The weights d_i of ComputeComposites, section 2.2.1.
class Weights {
 public:
  static absl::StatusOr<Weights> Make(std::string_view public_share) {
    std::string seed_transcript;
    AppendSized(seed_transcript, public_share);
    AppendSized(seed_transcript, VoprfTag("Seed-"));
    std::string seed(crypto_hash_sha512_BYTES, '\0');
    crypto_hash_sha512(AsUnsigned(seed), AsUnsigned(std::string_view(seed_transcript)),
                       seed_transcript.size());
    Weights weights;
    AppendSized(weights.prefix_, seed);
    return weights;
  }

  absl::StatusOr<Secret> Weight(size_t index, std::string_view blinded,
                                std::string_view evaluated) const {
    std::string transcript = prefix_;
    AppendInt(transcript, 2, index);
    AppendSized(transcript, blinded);
    AppendSized(transcript, evaluated);
    transcript += "Composite";
    return HashToScalar(transcript, tag_);
  }

 private:
  std::string prefix_;
  std::string tag_ = VoprfTag("HashToScalar-");
};

struct Composites {
  Sum blinded;    // M
  Sum evaluated;  // Z
};

// Sums the blinded points and, for a verifier, the evaluated ones too; a prover
// gets Z as share * M instead, which halves its work (ComputeCompositesFast).
absl::StatusOr<Composites> Compose(std::string_view public_share, std::string_view blinded,
                                   std::string_view evaluated, bool both) {
  SIGNPOST_ASSIGN_OR_RETURN(const Weights weights, Weights::Make(public_share));
  Composites sums;
  for (size_t i = 0; i < blinded.size() / kPointSize; ++i) {
    const std::string_view c = blinded.substr(i * kPointSize, kPointSize);
    const std::string_view d = evaluated.substr(i * kPointSize, kPointSize);
    SIGNPOST_ASSIGN_OR_RETURN(const Secret weight, weights.Weight(i, c, d));
    if (!sums.blinded.Add(weight.data(), c)) return BadPoint();
    if (both && !sums.evaluated.Add(weight.data(), d)) return BadPoint();
  }
  return sums;
}

absl::StatusOr<Secret> Challenge(std::string_view public_share, const Point& m, const Point& z,
                                 const Point& t2, const Point& t3) {
  std::string transcript;
  AppendSized(transcript, public_share);
  for (const Point* point : {&m, &z, &t2, &t3}) AppendSized(transcript, View(*point));
  transcript += "Challenge";
  return HashToScalar(transcript, VoprfTag("HashToScalar-"));
}

}  // namespace

std::string VoprfTag(std::string_view name) {
  std::string tag(name);
  tag += std::string_view("OPRFV1-\x01-ristretto255-SHA512", 28);
  return tag;
}

absl::StatusOr<std::string> ProveEvaluation(const Secret& share, std::string_view public_share,
                                            std::string_view blinded, std::string_view evaluated,
                                            Random& random) {
  SIGNPOST_ASSIGN_OR_RETURN(const Composites sums,
                            Compose(public_share, blinded, evaluated, /*both=*/false));
  const Point& m = sums.blinded.value();
  const Secret r = RandomScalar(random);
  Point z;
  Point t2;
  Point t3;
  if (crypto_scalarmult_ristretto255(z.data(), share.data(), m.data()) != 0 ||
      crypto_scalarmult_ristretto255_base(t2.data(), r.data()) != 0 ||
      crypto_scalarmult_ristretto255(t3.data(), r.data(), m.data()) != 0) {
    return BadPoint();
  }
  SIGNPOST_ASSIGN_OR_RETURN(const Secret c, Challenge(public_share, m, z, t2, t3));
  Secret response(kScalarSize);  // r - c * share
  crypto_core_ristretto255_scalar_mul(response.data(), c.data(), share.data());
  crypto_core_ristretto255_scalar_sub(response.data(), r.data(), response.data());
  std::string proof(c.Expose());
  proof += response.Expose();
  return proof;
}

absl::Status CheckEvaluation(std::string_view public_share, std::string_view blinded,
                             std::string_view evaluated, std::string_view proof) {
  SIGNPOST_ASSIGN_OR_RETURN(const Composites sums,
                            Compose(public_share, blinded, evaluated, /*both=*/true));
  const Point& m = sums.blinded.value();
  const Point& z = sums.evaluated.value();
  const unsigned char* c = AsUnsigned(proof);
  const unsigned char* response = c + kScalarSize;
  Sum t2;
  Sum t3;
  if (!t2.AddBase(response) || !t2.Add(c, public_share) || !t3.Add(response, View(m)) ||
      !t3.Add(c, View(z))) {
    return absl::UnauthenticatedError("evaluation: the proof does not hold");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const Secret expected,
                            Challenge(public_share, m, z, t2.value(), t3.value()));
  if (!EqualConstantTime(expected.Expose(), proof.substr(0, kScalarSize))) {
    return absl::UnauthenticatedError("evaluation: the proof does not hold");
  }
  return absl::OkStatus();
}

}  // namespace signpost
