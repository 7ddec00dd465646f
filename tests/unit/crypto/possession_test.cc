#include "proto/crypto/possession.h"

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

struct Proven {
  SeededRandom random{"possession"};
  CustodianShare share = GenerateShare(random);
  std::string proof = *ProvePossession(share, kCustodianRoleA, 7, random);
};

TEST_CASE("A custodian proves that it holds its share") {
  Proven p;
  CHECK(p.proof.size() == kPossessionProofSize);
  CHECK(VerifyPossession(p.share.public_share, "a", 7, p.proof).ok());
  const auto for_b = ProvePossession(p.share, kCustodianRoleB, 7, p.random);
  REQUIRE(for_b.ok());
  CHECK(VerifyPossession(p.share.public_share, "b", 7, *for_b).ok());
}

TEST_CASE("A proof of possession holds for one share and role and epoch only") {
  Proven p;
  const CustodianShare other = GenerateShare(p.random);
  CHECK(absl::IsUnauthenticated(VerifyPossession(p.share.public_share, "b", 7, p.proof)));
  CHECK(absl::IsUnauthenticated(VerifyPossession(p.share.public_share, "a", 8, p.proof)));
  CHECK(absl::IsUnauthenticated(VerifyPossession(other.public_share, "a", 7, p.proof)));
}

TEST_CASE("A bit flipped in a proof of possession is refused wherever it is") {
  Proven p;
  for (size_t at = 0; at < kPossessionProofSize; ++at) {
    CHECK_FALSE(VerifyPossession(p.share.public_share, "a", 7, Flipped(p.proof, at, at % 8)).ok());
  }
}

TEST_CASE("A proof of an evaluation does not pass for a proof of possession") {
  Proven p;
  const std::string points = RandomPoints(1, p.random);
  const auto evaluation = Evaluate(p.share.secret, p.share.public_share, points, p.random);
  REQUIRE(evaluation.ok());
  CHECK(absl::IsUnauthenticated(VerifyPossession(p.share.public_share, "a", 7, evaluation->proof)));
}

TEST_CASE("A rogue share made by subtracting the other cannot be proven with a known key") {
  Proven p;
  const CustodianShare chosen = GenerateShare(p.random);
  // The rogue publishes X - pk_A while it knows only X's secret.
  const CustodianShare rogue{chosen.secret.Clone(), p.share.public_share};
  CHECK(absl::IsFailedPrecondition(ProvePossession(rogue, "b", 7, p.random).status()));
}

TEST_CASE("Malformed proofs of possession and shares and roles are refused") {
  Proven p;
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "c", 7, p.proof)));
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "", 7, p.proof)));
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "a", 7, p.proof.substr(1))));
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "a", 7, p.proof + "x")));
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "a", 7, std::string(64, '\0'))));
  CHECK(IsInvalid(VerifyPossession(p.share.public_share, "a", 7, std::string(64, '\xff'))));
  CHECK(IsInvalid(VerifyPossession("", "a", 7, p.proof)));
  CHECK(IsInvalid(VerifyPossession(std::string(32, '\0'), "a", 7, p.proof)));
  for (const char* hex : vectors::kBadPoints) {
    CHECK(IsInvalid(VerifyPossession(FromHex(hex), "a", 7, p.proof)));
  }
  CHECK(IsInvalid(ProvePossession(p.share, "A", 7, p.random).status()));
  const CustodianShare empty;
  CHECK(absl::IsFailedPrecondition(ProvePossession(empty, "a", 7, p.random).status()));
}

}  // namespace
}  // namespace signpost
