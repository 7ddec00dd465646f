#include <catch2/catch.hpp>

#include "cli/officer_keys.h"
#include "proto/base/bytes.h"
#include "proto/crypto/voprf.h"
#include "tests/unit/cli/federation_parts.h"

namespace signpost::cli {
namespace {

std::string Reason(const absl::Status& status) {
  const std::string message(FromAbsl(status.message()));
  return message.substr(0, message.find(':'));
}

std::vector<v1::OfficerKey> Officers(int count, Random& random) {
  std::vector<v1::OfficerKey> officers;
  for (int i = 0; i < count; ++i) {
    officers.push_back(MakeOfficerKey("officer" + std::to_string(i), random)->public_key);
  }
  return officers;
}

TEST_CASE("an officer's key file signs what its public key verifies") {
  SystemRandom random;
  const absl::StatusOr<NewOfficerKey> made = MakeOfficerKey("anna", random);
  REQUIRE(made.ok());
  CHECK(made->public_key.name() == "anna");
  const absl::StatusOr<SigningKey> key = SigningKey::FromSeed(made->seed);
  REQUIRE(key.ok());
  CHECK(VerifySignature(made->public_key.ed25519_public(), "x", key->Sign("x")).ok());
}

TEST_CASE("an officer's name that no identity can carry is refused") {
  SystemRandom random;
  for (const char* name : {"", "anna/b", "ann a", "-anna"}) {
    CHECK(Reason(MakeOfficerKey(name, random).status()) == "BAD_NAME");
  }
}

TEST_CASE("an anchor lists its officers and how many must sign") {
  SystemRandom random;
  const absl::StatusOr<v1::Anchor> anchor = BuildAnchor(kTestDomain, 2, Officers(3, random));
  REQUIRE(anchor.ok());
  CHECK(anchor->threshold() == 2);
  CHECK(anchor->officers_size() == 3);
}

TEST_CASE("an anchor that one stolen key of several could use is refused") {
  SystemRandom random;
  CHECK(Reason(BuildAnchor(kTestDomain, 1, Officers(3, random)).status()) == "BAD_ANCHOR");
}

TEST_CASE("an anchor that nobody could satisfy is refused") {
  SystemRandom random;
  CHECK(Reason(BuildAnchor(kTestDomain, 4, Officers(3, random)).status()) == "BAD_ANCHOR");
  CHECK(Reason(BuildAnchor(kTestDomain, 2, {}).status()) == "BAD_ANCHOR");
}

TEST_CASE("an anchor with one officer twice is refused") {
  SystemRandom random;
  std::vector<v1::OfficerKey> officers = Officers(2, random);
  officers[1] = officers[0];
  CHECK(Reason(BuildAnchor(kTestDomain, 2, officers).status()) == "BAD_ANCHOR");
}

TEST_CASE("a custodian's secret file belongs to its public share and the share proves it") {
  SystemRandom random;
  const absl::StatusOr<NewCustodianShare> made = MakeCustodianShare("b", 7, random);
  REQUIRE(made.ok());
  v1::CustodianKey key;
  REQUIRE(key.ParseFromString(std::string(made->key.Expose())));
  CHECK(key.role() == "b");
  CHECK(key.epoch() == 7);
  const auto share = ShareFromSecret(Secret::CopyOf(key.secret_share()));
  REQUIRE(share.ok());
  CHECK(share->public_share == made->share.public_share());
  CHECK(CheckCustodianShare(made->share).ok());
}

TEST_CASE("a share is refused for another role and for epoch 0") {
  SystemRandom random;
  CHECK_FALSE(MakeCustodianShare("c", 1, random).ok());
  CHECK_FALSE(MakeCustodianShare("a", 0, random).ok());
}

TEST_CASE("a share whose proof is for another role or epoch or key does not check") {
  SystemRandom random;
  const v1::CustodianShare good = MakeCustodianShare("a", 1, random)->share;
  v1::CustodianShare role = good;
  role.set_role("b");
  v1::CustodianShare epoch = good;
  epoch.set_epoch(2);
  v1::CustodianShare key = good;
  key.set_public_share(MakeCustodianShare("a", 1, random)->share.public_share());
  for (const v1::CustodianShare& bad : {role, epoch, key}) {
    CHECK_FALSE(CheckCustodianShare(bad).ok());
  }
}

TEST_CASE("a key file is known by the anchor and a stranger's is refused") {
  SystemRandom random;
  const NewOfficerKey anna = *MakeOfficerKey("anna", random);
  const NewOfficerKey ben = *MakeOfficerKey("ben", random);
  const NewOfficerKey stranger = *MakeOfficerKey("anna", random);
  const v1::Anchor anchor = *BuildAnchor(kTestDomain, 2, {anna.public_key, ben.public_key});
  const absl::StatusOr<OfficerSigner> found = FindOfficer(anchor, ben.seed);
  REQUIRE(found.ok());
  CHECK(found->name == "ben");
  CHECK(Reason(FindOfficer(anchor, stranger.seed).status()) == "NOT_AN_OFFICER");
  CHECK_FALSE(FindOfficer(anchor, Secret::CopyOf("short")).ok());
}

}  // namespace
}  // namespace signpost::cli
