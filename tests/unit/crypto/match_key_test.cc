#include "proto/crypto/match_key.h"

#include <set>

#include "tests/unit/crypto/crypto_test.h"

namespace signpost {
namespace {

std::string Hex(const Tag& tag) {
  return signpost::Hex(std::string_view(reinterpret_cast<const char*>(tag.data()), tag.size()));
}

Secret OutputOf64() {
  Secret y(64);
  for (size_t i = 0; i < 64; ++i) y.data()[i] = static_cast<unsigned char>(i);
  return y;
}

TEST_CASE("The bytes that enter the blinding are those of PROTOCOL section 5") {
  const auto input = MatchKeyInput(1, 5, {"AVA", "EXAMPLE", "20180412"});
  REQUIRE(input.ok());
  CHECK(signpost::Hex(*input) ==
        "7369676e706f73742f76312f6d6b00"  // signpost/v1/mk and a zero
        "0001"                            // canonicalisation version
        "05"                              // key type
        "0014"                            // length
        "415641"
        "1f"
        "4558414d504c45"
        "1f"
        "3230313830343132");
}

TEST_CASE("Version and key type and the cut between fields all change the bytes") {
  std::set<std::string> seen;
  for (const auto& fields : std::vector<std::vector<std::string_view>>{
           {"AB", "C"}, {"A", "BC"}, {"ABC"}, {"", "ABC"}, {"ABC", ""}, {""}, {"", ""}}) {
    for (const uint16_t version : std::vector<uint16_t>{1, 2, 256}) {
      for (const uint8_t type : std::vector<uint8_t>{0, 1, 255}) {
        seen.insert(std::string(MatchKeyInput(version, type, fields)->Expose()));
      }
    }
  }
  CHECK(seen.size() == 7 * 3 * 3);
}

TEST_CASE("Fields that are missing or too long or hold the separator are refused") {
  CHECK(IsInvalid(MatchKeyInput(1, 1, {}).status()));
  CHECK(IsInvalid(MatchKeyInput(1, 1,
                                {"A\x1f"
                                 "B"})
                      .status()));
  const std::string longest(65535, 'x');
  CHECK(MatchKeyInput(1, 1, {longest}).ok());
  CHECK(IsInvalid(MatchKeyInput(1, 1, {longest, ""}).status()));
}

// Golden values computed with Python's hmac and hashlib.
TEST_CASE("Tag keys and slot tag and lock key have their golden values") {
  const auto keys = DeriveTagKeys(OutputOf64(), 7, 3);
  REQUIRE(keys.ok());
  CHECK(signpost::Hex(keys->hint) ==
        "cc2321f5e1f96ac4127fc9c151c1070be3ceb3fbd1f3dd36da64f1a61db18e96");
  CHECK(signpost::Hex(keys->poss) ==
        "81d904573c7c17e82b0a1089a589cfe854ec530c024f168f5ea7c67ae752ec6f");
  const auto tag = SlotTag(keys->hint.Expose(), 2900000);
  REQUIRE(tag.ok());
  CHECK(Hex(*tag) == "afc61feacd398c5d846e11e041053896");
  const auto lock = LockKey(keys->poss, std::string(32, '\xAA'));
  REQUIRE(lock.ok());
  CHECK(signpost::Hex(*lock) == "8a191408e8cb66cf9e7316a22bc51e58502d281df0fd3ed2c32f3bafa950d293");
}

TEST_CASE("Another epoch or key type or slot or header gives unrelated values") {
  const Secret y = OutputOf64();
  const auto keys = DeriveTagKeys(y, 7, 3);
  REQUIRE(keys.ok());
  CHECK_FALSE(keys->hint == keys->poss);
  CHECK_FALSE(DeriveTagKeys(y, 8, 3)->hint == keys->hint);
  CHECK_FALSE(DeriveTagKeys(y, 7, 4)->poss == keys->poss);
  CHECK(*SlotTag(keys->hint.Expose(), 1) != *SlotTag(keys->hint.Expose(), 2));
  CHECK_FALSE(*LockKey(keys->poss, std::string(32, 'a')) ==
              *LockKey(keys->poss, std::string(32, 'b')));
}

TEST_CASE("Values of a wrong size give no tag and no key") {
  CHECK(IsInvalid(DeriveTagKeys(Secret(32), 1, 1).status()));
  CHECK(IsInvalid(DeriveTagKeys(Secret(), 1, 1).status()));
  CHECK(IsInvalid(SlotTag("short", 1).status()));
  CHECK(IsInvalid(SlotTag("", 1).status()));
  CHECK(IsInvalid(SlotTag(std::string(32, 'h'), -1).status()));
  CHECK(IsInvalid(LockKey(Secret(31), std::string(32, 'h')).status()));
  CHECK(IsInvalid(LockKey(Secret(32), std::string(31, 'h')).status()));
}

TEST_CASE("A slot begins every ten minutes of UTC") {
  CHECK(SlotOf(0) == 0);
  CHECK(SlotOf(599'999) == 0);
  CHECK(SlotOf(600'000) == 1);
  CHECK(SlotOf(1'767'225'600'000) == 2945376);  // 2026-01-01T00:00:00Z
  CHECK(SlotOf(-1) == -1);
  CHECK(SlotOf(-600'000) == -1);
  CHECK(SlotOf(-600'001) == -2);
}

}  // namespace
}  // namespace signpost
