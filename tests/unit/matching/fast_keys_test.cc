// The fast keys are the plain ones, byte for byte and in the same order.
#include <catch2/catch.hpp>

#include "node/matching/golden.h"
#include "node/matching/match_keys.h"
#include "tests/unit/matching/plain_keys.h"
#include "tests/unit/matching/random_child.h"

namespace signpost::node {
namespace {

bool SameKeys(const NormalisedChild& child) {
  return HolderKeys(child) == plain::HolderKeys(child) &&
         AskerKeys(child) == plain::AskerKeys(child);
}

TEST_CASE("Fast keys equal the plain ones for random children") {
  ChildMaker maker("fast keys property, thirty-two b.");
  size_t wrong = 0;
  KeyTypeSet seen = 0;
  size_t most = 0;
  for (int i = 0; i < 12'000; ++i) {
    const NormalisedChild child = Normalise(maker.Child());
    wrong += !SameKeys(child);
    const auto keys = HolderKeys(child);
    seen |= KeyTypesOf(keys);
    most = std::max(most, keys.size());
  }
  CHECK(wrong == 0);
  // The children were such that every type came up, and many keys of one child.
  CHECK(seen == (KeyTypeSet{1} << kKeyTypes) - 1);
  CHECK(most > 80);
}

TEST_CASE("Fast keys equal the plain ones for the golden children") {
  for (const v1::ChildDetails& details : GoldenChildren()) CHECK(SameKeys(Normalise(details)));
}

TEST_CASE("Fast keys equal the plain ones for children put together by hand") {
  NormalisedChild child;
  child.forenames = {"A"};
  child.families = {{"O", {}}, {"123", {}}};
  child.birth_known = BirthKnown::kYearAndMonth;
  child.birth = {2015, 3, 0};
  child.addresses.push_back({"", "AB", "X", "M1"});  // no postcode that Normalise would make
  child.addresses.push_back({"1", "ABC", "", "M11AA"});
  CHECK(SameKeys(child));
  child.birth_known = BirthKnown::kDay;
  child.birth.day = 31;
  CHECK(SameKeys(child));
  child.forenames.clear();
  CHECK(SameKeys(child));
}

}  // namespace
}  // namespace signpost::node
