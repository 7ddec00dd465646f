// The fast score gives the plain one's result in every field, to the last bit.
#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "node/matching/score.h"
#include "tests/unit/matching/plain_score.h"
#include "tests/unit/matching/random_child.h"

namespace signpost::node {
namespace {

auto Fields(const MatchResult& m) {
  return std::tuple(m.total, m.given, m.middle, m.family, m.birth, m.sex, m.postcode, m.house,
                    m.nhs_number, m.upn, m.given_bits, m.middle_bits, m.family_bits, m.birth_bits,
                    m.sex_bits, m.address_bits, m.nhs_bits, m.upn_bits);
}

TEST_CASE("The fast score equals the plain one to the last bit") {
  ChildMaker maker("fast score property, thirty-two b");
  size_t wrong = 0;
  std::set<GivenLevel> given;
  std::set<FamilyLevel> family;
  std::set<BirthLevel> birth;
  std::set<PostcodeLevel> postcode;
  for (int i = 0; i < 12'000; ++i) {
    const v1::ChildDetails details = maker.Child();
    const NormalisedChild a = Normalise(details);
    const NormalisedChild b =
        Normalise(maker.random().Below(3) == 0 ? maker.Child() : maker.Variant(details));
    const MatchResult fast = Score(a, b);
    wrong += Fields(fast) != Fields(plain::Score(a, b));
    wrong += Fields(Score(b, a)) != Fields(plain::Score(b, a));
    given.insert(fast.given);
    family.insert(fast.family);
    birth.insert(fast.birth);
    postcode.insert(fast.postcode);
  }
  CHECK(wrong == 0);
  // The children were such that every level came up.
  CHECK(given.size() == 8);
  CHECK(family.size() == 7);
  CHECK(birth.size() == 12);
  CHECK(postcode.size() == 7);
}

TEST_CASE("Every field of the score is the same whichever child is asked about") {
  ChildMaker maker("symmetry of every field, 32 bytes");
  size_t wrong = 0;
  for (int i = 0; i < 12'000; ++i) {
    const v1::ChildDetails details = maker.Child();
    const NormalisedChild a = Normalise(details);
    const NormalisedChild b = Normalise(maker.Variant(details));
    wrong += Fields(Score(a, b)) != Fields(Score(b, a));
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace signpost::node
