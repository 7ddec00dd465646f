#include "proto/crypto/hash_to_group.h"

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/rfc9380_xmd.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

TEST_CASE("RFC 9380 K.3 vectors of expand_message_xmd pass bit for bit") {
  for (const auto& vector : vectors::kXmd) {
    INFO(vector.message << " to " << vector.size);
    const auto uniform = ExpandMessageXmd(vector.message, vectors::kXmdDst, vector.size);
    REQUIRE(uniform.ok());
    CHECK(Hex(*uniform) == vector.uniform);
  }
}

TEST_CASE("Expansion refuses lengths and domain tags outside the RFC") {
  CHECK(IsInvalid(ExpandMessageXmd("m", "tag", 0).status()));
  CHECK(IsInvalid(ExpandMessageXmd("m", "tag", 255 * 64 + 1).status()));
  CHECK(ExpandMessageXmd("m", "tag", 255 * 64).ok());
  CHECK(IsInvalid(ExpandMessageXmd("m", "", 32).status()));
  CHECK(IsInvalid(ExpandMessageXmd("m", std::string(256, 't'), 32).status()));
  CHECK(ExpandMessageXmd("m", std::string(255, 't'), 32).ok());
  CHECK(IsInvalid(HashToGroup("m", "").status()));
  CHECK(IsInvalid(HashToScalar("m", "").status()));
}

TEST_CASE("Hashing to the group and to scalars gives valid and separated results") {
  SeededRandom random("hashing");
  for (int i = 0; i < 50; ++i) {
    const std::string message = random.Bytes(random.Below(200));
    const auto point = HashToGroup(message, "one");
    const auto other = HashToGroup(message, "two");
    REQUIRE(point.ok());
    REQUIRE(other.ok());
    CHECK(*point != *other);
    CHECK(IsPoint({reinterpret_cast<const char*>(point->data()), point->size()}));
    const auto scalar = HashToScalar(message, "one");
    REQUIRE(scalar.ok());
    CHECK(IsScalar(scalar->Expose()));
  }
}

TEST_CASE("A random scalar skips zero") {
  ScriptedRandom random(std::string(64, '\0') + FromHex("05") + std::string(63, '\0'));
  CHECK(Hex(RandomScalar(random)) == "05" + std::string(62, '0'));
}

TEST_CASE("Random points are valid and differ") {
  SystemRandom random;
  const std::string points = RandomPoints(64, random);
  REQUIRE(points.size() == 64 * kPointSize);
  for (size_t i = 0; i < 64; ++i) {
    CHECK(IsPoint(std::string_view(points).substr(i * 32, 32)));
    CHECK(points.find(points.substr(i * 32, 32)) == i * 32);
  }
}

TEST_CASE("Strings of a wrong size are neither points nor scalars") {
  SystemRandom random;
  const std::string point = RandomPoints(1, random);
  CHECK(IsPoint(point));
  CHECK_FALSE(IsPoint(""));
  CHECK_FALSE(IsPoint(point.substr(1)));
  CHECK_FALSE(IsPoint(point + '\0'));
  const Secret scalar = RandomScalar(random);
  CHECK(IsScalar(scalar.Expose()));
  CHECK_FALSE(IsScalar(""));
  CHECK_FALSE(IsScalar(scalar.Expose().substr(1)));
}

}  // namespace
}  // namespace signpost
