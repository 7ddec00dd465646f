#include "proto/crypto/voprf.h"

#include <sodium.h>

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/rfc9497_voprf.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

std::vector<Secret> Inputs(size_t count, Random& random) {
  std::vector<Secret> inputs;
  for (size_t i = 0; i < count; ++i) inputs.push_back(random.SecretBytes(1 + random.Below(90)));
  return inputs;
}

// A batch of 3 evaluated by a custodian, to be spoilt by the tests.
struct Evaluated {
  SeededRandom random{"evaluated"};
  CustodianShare share = GenerateShare(random);
  std::vector<Secret> inputs = Inputs(3, random);
  BlindedBatch batch = *Blind(inputs, random);
  Evaluation evaluation = *Evaluate(share.secret, share.public_share, batch.points, random);

  BlindedBatch Batch() const { return {batch.points, batch.blinds.Clone()}; }
  absl::Status Verify() const {
    return VerifyEvaluation(share.public_share, batch.points, evaluation.points, evaluation.proof);
  }
};

TEST_CASE("RFC 9497 A.1.2 gives the same key pair from its seed") {
  const auto share = DeriveShare(SecretHex(vectors::kVoprfSeed), FromHex(vectors::kVoprfKeyInfo));
  REQUIRE(share.ok());
  CHECK(Hex(share->secret) == vectors::kVoprfSecret);
  CHECK(Hex(share->public_share) == vectors::kVoprfPublic);
}

TEST_CASE("RFC 9497 A.1.2 vectors pass bit for bit through blind and evaluate and finalize") {
  for (const auto& vector : vectors::kVoprf) {
    INFO(vector.title);
    std::vector<Secret> inputs;
    for (const auto& hex : SplitCommas(vector.input)) inputs.push_back(SecretHex(hex));
    REQUIRE(inputs.size() == vector.batch);
    auto blinds = ScriptedRandom::OfScalars(SplitCommas(vector.blind));
    auto batch = Blind(inputs, blinds);
    REQUIRE(batch.ok());
    std::string blinded;
    for (const auto& hex : SplitCommas(vector.blinded)) blinded += hex;
    CHECK(Hex(batch->points) == blinded);

    auto proof_random = ScriptedRandom::OfScalars({vector.proof_random});
    const auto evaluation = Evaluate(SecretHex(vectors::kVoprfSecret),
                                     FromHex(vectors::kVoprfPublic), batch->points, proof_random);
    REQUIRE(evaluation.ok());
    std::string evaluated;
    for (const auto& hex : SplitCommas(vector.evaluated)) evaluated += hex;
    CHECK(Hex(evaluation->points) == evaluated);
    CHECK(Hex(evaluation->proof) == vector.proof);
    CHECK(VerifyEvaluation(FromHex(vectors::kVoprfPublic), batch->points, evaluation->points,
                           evaluation->proof)
              .ok());

    const auto outputs = FinalizeSingle(inputs, *std::move(batch), evaluation->points);
    REQUIRE(outputs.ok());
    const auto expected = SplitCommas(vector.output);
    REQUIRE(outputs->size() == expected.size());
    for (size_t i = 0; i < expected.size(); ++i) CHECK(Hex((*outputs)[i]) == expected[i]);
  }
}

TEST_CASE("Two custodians give the output of the single key that is their sum") {
  SeededRandom random("two custodians");
  for (const size_t count : {1u, 2u, 7u, 32u}) {
    const CustodianShare a = GenerateShare(random);
    const CustodianShare b = GenerateShare(random);
    Secret sum(kScalarSize);
    crypto_core_ristretto255_scalar_add(sum.data(), a.secret.data(), b.secret.data());
    const auto whole = ShareFromSecret(std::move(sum));
    REQUIRE(whole.ok());
    const auto inputs = Inputs(count, random);
    auto batch = Blind(inputs, random);
    REQUIRE(batch.ok());
    const auto from_a = Evaluate(a.secret, a.public_share, batch->points, random);
    const auto from_b = Evaluate(b.secret, b.public_share, batch->points, random);
    REQUIRE(from_a.ok());
    REQUIRE(from_b.ok());
    const auto split = FinalizeTwo(inputs, *std::move(batch), from_a->points, from_b->points);

    // Another blinding of the same inputs, under the undivided key.
    auto again = Blind(inputs, random);
    REQUIRE(again.ok());
    const auto single_points = Evaluate(whole->secret, whole->public_share, again->points, random);
    REQUIRE(single_points.ok());
    const auto single = FinalizeSingle(inputs, *std::move(again), single_points->points);
    REQUIRE(split.ok());
    REQUIRE(single.ok());
    for (size_t i = 0; i < count; ++i) CHECK((*split)[i] == (*single)[i]);
  }
}

TEST_CASE("A batch filled with random points gives the outputs of its inputs only") {
  SeededRandom random("filled");
  const CustodianShare share = GenerateShare(random);
  const auto inputs = Inputs(5, random);
  auto filled = Blind(inputs, random, 32);
  auto bare = Blind(inputs, random);
  REQUIRE(filled.ok());
  REQUIRE(bare.ok());
  CHECK(filled->points.size() == 32 * kPointSize);
  CHECK(filled->points.substr(0, 5 * kPointSize) != bare->points);
  const auto e1 = Evaluate(share.secret, share.public_share, filled->points, random);
  const auto e2 = Evaluate(share.secret, share.public_share, bare->points, random);
  REQUIRE(e1.ok());
  REQUIRE(e2.ok());
  CHECK(VerifyEvaluation(share.public_share, filled->points, e1->points, e1->proof).ok());
  const auto o1 = FinalizeSingle(inputs, *std::move(filled), e1->points);
  const auto o2 = FinalizeSingle(inputs, *std::move(bare), e2->points);
  REQUIRE(o1.ok());
  REQUIRE(o2.ok());
  REQUIRE(o1->size() == 5);
  for (size_t i = 0; i < 5; ++i) CHECK((*o1)[i] == (*o2)[i]);
}

TEST_CASE("A whole enrolment batch of 1024 points is evaluated and its proof verifies") {
  SeededRandom random("enrolment");
  const CustodianShare share = GenerateShare(random);
  const std::string points = RandomPoints(1024, random);
  const auto evaluation = Evaluate(share.secret, share.public_share, points, random);
  REQUIRE(evaluation.ok());
  CHECK(VerifyEvaluation(share.public_share, points, evaluation->points, evaluation->proof).ok());
}

TEST_CASE("A bit flipped in the proof is refused wherever it is") {
  const Evaluated e;
  REQUIRE(e.Verify().ok());
  for (size_t at = 0; at < kVoprfProofSize; ++at) {
    CHECK_FALSE(VerifyEvaluation(e.share.public_share, e.batch.points, e.evaluation.points,
                                 Flipped(e.evaluation.proof, at, at % 8))
                    .ok());
  }
}

TEST_CASE("A bit flipped in a blinded or evaluated point is refused") {
  const Evaluated e;
  for (size_t at = 0; at < e.batch.points.size(); at += 5) {
    CHECK_FALSE(VerifyEvaluation(e.share.public_share, Flipped(e.batch.points, at, at % 8),
                                 e.evaluation.points, e.evaluation.proof)
                    .ok());
    CHECK_FALSE(VerifyEvaluation(e.share.public_share, e.batch.points,
                                 Flipped(e.evaluation.points, at, at % 8), e.evaluation.proof)
                    .ok());
  }
}

TEST_CASE("A bit flipped in the public share is refused") {
  const Evaluated e;
  for (size_t at = 0; at < kPointSize; ++at) {
    CHECK_FALSE(VerifyEvaluation(Flipped(e.share.public_share, at), e.batch.points,
                                 e.evaluation.points, e.evaluation.proof)
                    .ok());
  }
}

TEST_CASE("A custodian that evaluates one point with another key is caught") {
  Evaluated e;
  const CustodianShare other = GenerateShare(e.random);
  const auto wrong = Evaluate(other.secret, other.public_share, e.batch.points, e.random);
  REQUIRE(wrong.ok());
  CHECK(absl::IsUnauthenticated(
      VerifyEvaluation(e.share.public_share, e.batch.points, wrong->points, wrong->proof)));
  e.evaluation.points.replace(kPointSize, kPointSize, wrong->points, kPointSize, kPointSize);
  CHECK(absl::IsUnauthenticated(e.Verify()));
}

TEST_CASE("Evaluated points in another order are caught") {
  Evaluated e;
  std::string& points = e.evaluation.points;
  points = points.substr(kPointSize, kPointSize) + points.substr(0, kPointSize) +
           points.substr(2 * kPointSize);
  CHECK(absl::IsUnauthenticated(e.Verify()));
}

TEST_CASE("The identity and encodings that are not canonical are refused by every step") {
  Evaluated e;
  std::vector<std::string> bad = {std::string(kPointSize, '\0')};
  for (const char* hex : vectors::kBadPoints) bad.push_back(FromHex(hex));
  for (const std::string& point : bad) {
    INFO(Hex(point));
    CHECK_FALSE(IsPoint(point));
    const std::string points = e.batch.points.substr(0, 2 * kPointSize) + point;
    const std::string results = e.evaluation.points.substr(0, 2 * kPointSize) + point;
    CHECK(IsInvalid(Evaluate(e.share.secret, e.share.public_share, points, e.random).status()));
    CHECK(IsInvalid(
        VerifyEvaluation(e.share.public_share, points, e.evaluation.points, e.evaluation.proof)));
    CHECK(IsInvalid(
        VerifyEvaluation(e.share.public_share, e.batch.points, results, e.evaluation.proof)));
    CHECK(IsInvalid(
        VerifyEvaluation(point, e.batch.points, e.evaluation.points, e.evaluation.proof)));
    CHECK(IsInvalid(FinalizeSingle(e.inputs, e.Batch(), results).status()));
    CHECK(IsInvalid(FinalizeTwo(e.inputs, e.Batch(), results, e.evaluation.points).status()));
    CHECK(IsInvalid(FinalizeTwo(e.inputs, e.Batch(), e.evaluation.points, results).status()));
  }
}

TEST_CASE("Two evaluations that cancel out are refused") {
  Evaluated e;
  Secret negated(kScalarSize);
  crypto_core_ristretto255_scalar_negate(negated.data(), e.share.secret.data());
  const auto other = ShareFromSecret(std::move(negated));
  REQUIRE(other.ok());
  const auto opposite = Evaluate(other->secret, other->public_share, e.batch.points, e.random);
  REQUIRE(opposite.ok());
  CHECK(absl::IsFailedPrecondition(
      FinalizeTwo(e.inputs, e.Batch(), e.evaluation.points, opposite->points).status()));
}

TEST_CASE("Batches of a wrong size are refused by every step") {
  Evaluated e;
  const std::string& points = e.batch.points;
  const std::string too_many = RandomPoints(1025, e.random);
  for (const std::string& batch : {std::string(), points + "x", points.substr(1), too_many}) {
    CHECK(IsInvalid(Evaluate(e.share.secret, e.share.public_share, batch, e.random).status()));
    CHECK(IsInvalid(VerifyEvaluation(e.share.public_share, batch, batch, e.evaluation.proof)));
  }
  const std::string shorter = e.evaluation.points.substr(kPointSize);
  CHECK(IsInvalid(VerifyEvaluation(e.share.public_share, points, shorter, e.evaluation.proof)));
  CHECK(IsInvalid(FinalizeSingle(e.inputs, e.Batch(), shorter).status()));
  CHECK(IsInvalid(FinalizeTwo(e.inputs, e.Batch(), e.evaluation.points, shorter).status()));
  CHECK(IsInvalid(FinalizeSingle(Inputs(2, e.random), e.Batch(), e.evaluation.points).status()));
  CHECK(IsInvalid(FinalizeSingle({}, {points, Secret()}, e.evaluation.points).status()));
  CHECK(IsInvalid(VerifyEvaluation(e.share.public_share, points, e.evaluation.points,
                                   e.evaluation.proof.substr(1))));
  CHECK(IsInvalid(VerifyEvaluation(e.share.public_share.substr(1), points, e.evaluation.points,
                                   e.evaluation.proof)));
}

TEST_CASE("Blinding refuses nothing at all and too much") {
  SeededRandom random("blinding");
  CHECK(IsInvalid(Blind({}, random).status()));
  CHECK(IsInvalid(Blind(Inputs(3, random), random, 2).status()));
  CHECK(IsInvalid(Blind(Inputs(1, random), random, 1025).status()));
  std::vector<Secret> long_input;
  long_input.push_back(Secret(kMaxVoprfInput + 1));
  CHECK(IsInvalid(Blind(long_input, random).status()));
  std::vector<Secret> longest;
  longest.push_back(Secret(kMaxVoprfInput));
  CHECK(Blind(longest, random).ok());
}

TEST_CASE("A batch of filling alone is whole valid points without blinds") {
  SeededRandom random("filling");
  const auto batch = Blind({}, random, 32);
  REQUIRE(batch.ok());
  CHECK(batch->blinds.empty());
  REQUIRE(batch->points.size() == 32 * kPointSize);
  for (size_t i = 0; i < 32; ++i) CHECK(IsPoint(batch->points.substr(i * 32, 32)));
}

TEST_CASE("A proof scalar that is not below the group order is refused") {
  Evaluated e;
  // The order itself, little-endian (RFC 9496 section 4).
  const std::string order =
      FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  CHECK_FALSE(IsScalar(order));
  CHECK_FALSE(IsScalar(std::string(kScalarSize, '\0')));
  CHECK(IsScalar(Flipped(order, 0)));  // the order less one
  for (const size_t at : {size_t{0}, kScalarSize}) {
    std::string proof = e.evaluation.proof;
    proof.replace(at, kScalarSize, order);
    CHECK(IsInvalid(
        VerifyEvaluation(e.share.public_share, e.batch.points, e.evaluation.points, proof)));
  }
  CHECK(IsInvalid(ShareFromSecret(Secret::CopyOf(order)).status()));
  CHECK(IsInvalid(ShareFromSecret(Secret(kScalarSize)).status()));
  CHECK(IsInvalid(ShareFromSecret(Secret(31)).status()));
}

TEST_CASE("A response moved by the group order does not pass as a second proof") {
  Evaluated e;
  // response + order encodes the same scalar and must be refused as not canonical.
  const std::string order =
      FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string proof = e.evaluation.proof;
  unsigned carry = 0;
  for (size_t i = 0; i < kScalarSize; ++i) {
    const unsigned sum = static_cast<unsigned char>(proof[kScalarSize + i]) +
                         static_cast<unsigned char>(order[i]) + carry;
    proof[kScalarSize + i] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  CHECK(IsInvalid(
      VerifyEvaluation(e.share.public_share, e.batch.points, e.evaluation.points, proof)));
}

TEST_CASE("A custodian refuses to evaluate when secret and public share differ") {
  Evaluated e;
  const CustodianShare other = GenerateShare(e.random);
  CHECK(absl::IsFailedPrecondition(
      Evaluate(e.share.secret, other.public_share, e.batch.points, e.random).status()));
  CHECK(absl::IsFailedPrecondition(
      Evaluate(Secret(kScalarSize), e.share.public_share, e.batch.points, e.random).status()));
  CHECK(absl::IsFailedPrecondition(
      Evaluate(Secret(), e.share.public_share, e.batch.points, e.random).status()));
}

TEST_CASE("A share cannot be derived from a short seed") {
  CHECK(IsInvalid(DeriveShare(Secret(31), "info").status()));
  CHECK(IsInvalid(DeriveShare(Secret(32), std::string(65536, 'x')).status()));
}

}  // namespace
}  // namespace signpost
