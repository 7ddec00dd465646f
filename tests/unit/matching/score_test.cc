#include "node/matching/score.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "node/matching/score_table.h"
#include "proto/base/random.h"
#include "tests/unit/matching/make_child.h"

namespace signpost::node {
namespace {

constexpr uint64_t kCountry = 11'000'000;

const Written kHeld = {.given = "Oliver",
                       .family = "Ashcroft",
                       .birth = "2015-03-09",
                       .postcode = "LS1 4DY",
                       .house = "12",
                       .street = "Station Road",
                       .sex = v1::MALE};

MatchResult Compare(const Written& a, const Written& b) { return Score(Make(a), Make(b)); }

bool Has(const Decision& decision, v1::MatchReason reason) {
  return std::find(decision.reasons.begin(), decision.reasons.end(), reason) !=
         decision.reasons.end();
}

GivenLevel Given(const char* a, const char* b) { return Compare({.given = a}, {.given = b}).given; }
FamilyLevel Family(const char* a, const char* b) {
  return Compare({.family = a}, {.family = b}).family;
}
BirthLevel Birth(const char* a, const char* b) { return Compare({.birth = a}, {.birth = b}).birth; }

TEST_CASE("Given names reach each level") {
  CHECK(Given("Oliver", "OLIVER") == GivenLevel::kEqual);
  CHECK(Given("Kate", "Katherine") == GivenLevel::kClose);  // forms of one name
  CHECK(Given("Sam", "Samuel") == GivenLevel::kClose);      // prefix
  CHECK(Given("Oliver", "Olivre") == GivenLevel::kClose);   // one edit
  CHECK(Given("James Oliver", "Oliver") == GivenLevel::kOtherForename);
  CHECK(Given("Ahmad", "Hamid") == GivenLevel::kDisagrees);
  CHECK(Given("O", "Oliver") == GivenLevel::kInitial);
  CHECK(Given("X Y", "Oliver") == GivenLevel::kDisagrees);
  CHECK(Given("Oliver", "Amelia") == GivenLevel::kDisagrees);
  CHECK(Given("Baby", "Amelia") == GivenLevel::kMissing);
  CHECK(Given("Kieran", "Curran") == GivenLevel::kSimilar);  // same folded code
}

TEST_CASE("After MUHAMMAD the second forename decides") {
  CHECK(Given("Mohammed Ali", "Muhammad Ali") == GivenLevel::kEqual);
  CHECK(Given("Mohammed Ali", "Ali") == GivenLevel::kEqual);
  CHECK(Given("Mohammed Hassan", "Muhammad Yusuf") == GivenLevel::kDisagrees);
  CHECK(Given("Mohammed", "Muhammad Yusuf") == GivenLevel::kOtherForename);
  CHECK(Given("Mohammed", "Muhammad") == GivenLevel::kEqual);
}

TEST_CASE("A rare name is worth more than a common one") {
  const double common = Compare({.given = "Oliver"}, {.given = "Oliver"}).given_bits;
  const double rare = Compare({.given = "Zebediah"}, {.given = "Zebediah"}).given_bits;
  CHECK(common > 6);
  CHECK(common < 8);
  CHECK(rare > 13);
}

TEST_CASE("Middle names add and subtract a little") {
  CHECK(Compare({.given = "Ann", .middle = "Rose"}, {.given = "Ann Rose"}).middle ==
        MiddleLevel::kEqual);
  CHECK(Compare({.given = "Ann", .middle = "R"}, {.given = "Ann Rose"}).middle ==
        MiddleLevel::kInitial);
  CHECK(Compare({.given = "Ann", .middle = "May"}, {.given = "Ann Rose"}).middle ==
        MiddleLevel::kDifferent);
  CHECK(Compare({.given = "Ann"}, {.given = "Ann Rose"}).middle == MiddleLevel::kMissing);
}

TEST_CASE("Family names reach each level") {
  CHECK(Family("O'Brien", "O Brien") == FamilyLevel::kEqual);
  CHECK(Family("Smith-Ashcroft", "Ashcroft") == FamilyLevel::kComponent);
  CHECK(Family("Ashcroft", "Ashcrofft") == FamilyLevel::kClose);
  CHECK(Family("Smith", "Smythe") == FamilyLevel::kSimilar);
  CHECK(Family("Smith", "Patel") == FamilyLevel::kDisagrees);
  CHECK(Family("", "Patel") == FamilyLevel::kMissing);
}

TEST_CASE("A former family name counts like the current one") {
  CHECK(Compare({.family = "Brown", .former = "Ashcroft"}, {.family = "Ashcroft"}).family ==
        FamilyLevel::kEqual);
}

TEST_CASE("Names exchanged are recognised and capped") {
  const MatchResult match = Compare({.given = "Zebediah", .family = "Tymoszczuk"},
                                    {.given = "Tymoszczuk", .family = "Zebediah"});
  CHECK(match.given == GivenLevel::kCrosswise);
  CHECK(match.family == FamilyLevel::kCrosswise);
  CHECK(match.total == Approx(score::kCrosswiseMost));
}

TEST_CASE("Two rare names together are worth at most seventeen and a half bits") {
  const Written rare = {.given = "Zebediah", .family = "Tymoszczuk"};
  const MatchResult match = Compare(rare, rare);
  CHECK(match.given_bits + match.family_bits > 25);
  CHECK(match.total == Approx(17.5));
}

// Namesakes inside a community, born on one day in one area, were certain with any family name that
// the table has not: Muhammad Qureshizada would be told of another Muhammad Qureshizada.
TEST_CASE("With one common name both together are worth at most fifteen and a half bits") {
  for (const Written& one : {Written{.given = "Mohammed", .family = "Qureshizada"},
                             Written{.given = "Oliver", .family = "Tymoszczuk"},
                             Written{.given = "Zebediah", .family = "Smith"}}) {
    INFO(one.given << " " << one.family);
    const MatchResult match = Compare(one, one);
    CHECK(match.given_bits + match.family_bits > 17.5);
    CHECK(match.total == Approx(15.5));
  }
}

TEST_CASE("Rare names with another family name beside them are still rare") {
  const Written now = {.given = "Zebediah", .family = "Smith", .former = "Tymoszczuk"};
  CHECK(Compare(now, {.given = "Zebediah", .family = "Tymoszczuk"}).total == Approx(17.5));
}

TEST_CASE("Namesakes born on one day with a common name and no address are not certain") {
  const Written one = {
      .given = "Mohammed", .family = "Qureshizada", .birth = "2015-03-09", .sex = v1::MALE};
  CHECK(Decide(Compare(one, one), kCountry).grade == v1::POSSIBLE);
}

TEST_CASE("Birth dates reach each level") {
  CHECK(Birth("2015-03-09", "2015-03-09") == BirthLevel::kEqual);
  CHECK(Birth("2015-01-01", "2015-01-01") == BirthLevel::kEqualFirstOfJanuary);
  CHECK(Birth("2015-03-09", "2015-09-03") == BirthLevel::kSwapped);
  CHECK(Birth("2015-03-09", "2015-03-08") == BirthLevel::kOneEdit);
  CHECK(Birth("2015-03-12", "2015-03-21") == BirthLevel::kOneEdit);
  CHECK(Birth("2015-03-09", "2015-03-27") == BirthLevel::kOneComponent);
  CHECK(Birth("2015-01-01", "2016-05-20") == BirthLevel::kDefaultDay);
  CHECK(Birth("2015-01-01", "2018-05-20") == BirthLevel::kDisagrees);
  CHECK(Birth("2015-03-09", "2015-12-27") == BirthLevel::kYearOnly);
  CHECK(Birth("2015-03-09", "2008-12-27") == BirthLevel::kDisagrees);
  CHECK(Birth("", "2008-12-27") == BirthLevel::kMissing);
  CHECK(Birth("2015-02-30", "2008-12-27") == BirthLevel::kMissing);
}

TEST_CASE("An inexact date is weak evidence either way") {
  const auto with = [](const char* text, v1::DateQuality quality) {
    return Compare({.birth = text, .quality = quality}, {.birth = "2015-03-09"});
  };
  CHECK(with("2015-03-01", v1::MONTH_ONLY).birth == BirthLevel::kInexactEqual);
  CHECK(with("2015-04-01", v1::MONTH_ONLY).birth == BirthLevel::kInexactNear);
  CHECK(with("2015-01-01", v1::YEAR_ONLY).birth == BirthLevel::kInexactEqual);
  CHECK(with("2014-01-01", v1::ESTIMATED).birth == BirthLevel::kInexactNear);
  CHECK(with("2011-01-01", v1::ESTIMATED).birth == BirthLevel::kInexactFar);
  // The same day written on both sides is still only a guess.
  CHECK(with("2015-03-09", v1::ESTIMATED).birth_bits == Approx(score::kEstimatedSameYear));
}

TEST_CASE("Postcodes and houses reach each level and are capped together") {
  const auto level = [](const char* a, const char* b) {
    return Compare({.postcode = a}, {.postcode = b}).postcode;
  };
  CHECK(level("LS1 4DY", "ls14dy") == PostcodeLevel::kUnit);
  CHECK(level("LS1 4DY", "LS1 4DX") == PostcodeLevel::kOneEdit);
  CHECK(level("LS1 4DY", "LS1 4AB") == PostcodeLevel::kSector);
  CHECK(level("LS1 4DY", "LS1 3AB") == PostcodeLevel::kOutward);
  CHECK(level("LS1 4DY", "LS29 3AB") == PostcodeLevel::kArea);
  CHECK(level("LS1 4DY", "M14 5QF") == PostcodeLevel::kNone);
  CHECK(level("LS1 4DY", "ZZ99 3VZ") == PostcodeLevel::kMissing);
  CHECK(Compare(kHeld, kHeld).address_bits == Approx(score::kAddressMost));
  CHECK(Compare(kHeld, kHeld).house == HouseLevel::kEqual);
}

TEST_CASE("Identifiers reach each level") {
  const auto nhs = [](const char* a, const char* b) {
    return Compare({.nhs_number = a}, {.nhs_number = b});
  };
  CHECK(nhs("9990000018", "9990000018").nhs_bits == Approx(score::kNhsEqual));
  CHECK(nhs("9990000018", "9990310017").nhs_bits == Approx(score::kNhsDiffers));
  CHECK(nhs("9990000018", "9990000019").nhs_number == IdentifierLevel::kMissing);
  CHECK(Compare({.upn = "P207000016049"}, {.upn = "P207000016049"}).upn_bits ==
        Approx(score::kUpnEqual));
  CHECK(Compare({.nhs_number = "9990000018", .upn = "P207000016049"},
                {.nhs_number = "9990000018", .upn = "P207000016049"})
            .upn_bits == Approx(score::kUpnEqualBesideNhs));
}

TEST_CASE("The score does not depend on which child is asked about") {
  SeededRandom random("score symmetry property test seed");
  const std::vector<std::string> given = {"Oliver", "Olivia", "Mohammed Ali", "Muhammad",
                                          "O",      "Kate",   "Katherine",    "Ann Kate",
                                          "Baby",   "Smith",  "Zoë",          "Анастасия"};
  const std::vector<std::string> family = {
      "Smith", "Smythe", "Smith-Jones", "Jones", "Oliver", "Al-Hassan", "Hassan", "", "Patel"};
  const std::vector<std::string> birth = {"2015-03-09", "2015-09-03", "2015-01-01", "2016-03-09",
                                          "",           "2015-03-08", "2009-11-30"};
  const std::vector<std::string> postcode = {"LS1 4DY", "LS1 4DX", "M14 5QF", ""};
  const std::vector<std::string> number = {"9990000018", "9990310017", ""};
  const auto pick = [&random](const auto& list) { return list[random.Below(list.size())]; };
  const auto child = [&] {
    return Make({.given = pick(given),
                 .family = pick(family),
                 .former = pick(family),
                 .birth = pick(birth),
                 .postcode = pick(postcode),
                 .house = "1",
                 .street = pick(family),
                 .nhs_number = pick(number),
                 .quality = static_cast<v1::DateQuality>(random.Below(5)),
                 .sex = static_cast<v1::Sex>(random.Below(4))});
  };
  for (int i = 0; i < 5000; ++i) {
    const NormalisedChild a = child(), b = child();
    const MatchResult one = Score(a, b), other = Score(b, a);
    CHECK(one.total == Approx(other.total));
    CHECK(one.given == other.given);
    CHECK(one.family == other.family);
    CHECK(Decide(one, kCountry).grade == Decide(other, kCountry).grade);
    CHECK(Decide(one, kCountry).reasons == Decide(other, kCountry).reasons);
  }
}

TEST_CASE("Random bytes are scored without a crash and score no certainty against a child") {
  SeededRandom random("score random bytes test seed");
  const NormalisedChild held = Make(kHeld);
  for (int i = 0; i < 1000; ++i) {
    const NormalisedChild asked = Make({.given = random.Bytes(random.Below(80)),
                                        .family = random.Bytes(random.Below(80)),
                                        .birth = random.Bytes(10),
                                        .postcode = random.Bytes(7)});
    CHECK(Decide(Score(asked, held), kCountry).grade == v1::MATCH_GRADE_UNSPECIFIED);
  }
}

TEST_CASE("Thresholds follow the number of children and never fall below a thousand") {
  CHECK(CertainBits(kCountry) == Approx(31).margin(0.05));
  CHECK(PossibleBits(kCountry) == Approx(23).margin(0.05));
  CHECK(CertainBits(0) == CertainBits(1000));
  CHECK(CertainBits(12) == CertainBits(1000));
  CHECK(CertainBits(2000) == Approx(CertainBits(1000) + 1));
}

TEST_CASE("The same complete details are certain") {
  const Decision decision = Decide(Compare(kHeld, kHeld), kCountry);
  CHECK(decision.grade == v1::CERTAIN);
  CHECK(decision.reasons.empty());
}

TEST_CASE("A twin is possible and the reason says so") {
  Written twin = kHeld;
  twin.given = "Amelia";
  twin.sex = v1::SEX_UNSPECIFIED;
  const Decision decision = Decide(Compare(twin, kHeld), kCountry);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::TWIN_OR_SIBLING));
}

TEST_CASE("A missing given name is never certain without an identifier") {
  Written nameless = kHeld;
  nameless.given = "Baby Boy";
  const Decision decision = Decide(Compare(nameless, kHeld), 1000);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::GIVEN_NAME_MISSING_OR_WEAK));
  CHECK_FALSE(Has(decision, v1::TWIN_OR_SIBLING));
}

TEST_CASE("A weak given name is never certain without an identifier") {
  Written initial = kHeld;
  initial.given = "O";
  const Decision decision = Decide(Compare(initial, kHeld), 1000);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::GIVEN_NAME_MISSING_OR_WEAK));
}

TEST_CASE("A birth date that disagrees is never certain without an identifier") {
  Written older = kHeld;
  older.birth = "2007-11-28";
  older.given = "Zebediah";
  Written held = kHeld;
  held.given = "Zebediah";
  const MatchResult match = Compare(older, held);
  REQUIRE(match.birth == BirthLevel::kDisagrees);
  const Decision decision = Decide(match, 1000);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::DATE_OF_BIRTH_DIFFERS));
}

TEST_CASE("Two valid NHS numbers that differ are never certain") {
  Written a = kHeld, b = kHeld;
  a.nhs_number = "9990000018";
  b.nhs_number = "9990310017";
  const Decision decision = Decide(Compare(a, b), 1000);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::NHS_NUMBERS_DIFFER));
  a.upn = b.upn = "P207000016049";
  CHECK(Decide(Compare(a, b), 1000).grade == v1::POSSIBLE);
}

TEST_CASE("The same NHS number with nothing that disagrees is certain") {
  const Decision decision =
      Decide(Compare({.given = "Oliver", .nhs_number = "9990000018"},
                     {.given = "Ollie", .family = "Ashcroft", .nhs_number = "9990000018"}),
             kCountry);
  CHECK(decision.grade == v1::CERTAIN);
}

TEST_CASE("The same NHS number with one disagreement needs the total") {
  Written a = kHeld, b = kHeld;
  a.nhs_number = b.nhs_number = "9990000018";
  a.family = "Patel";
  CHECK(Decide(Compare(a, b), kCountry).grade == v1::CERTAIN);
  const Decision thin =
      Decide(Compare({.given = "Oliver", .family = "Patel", .nhs_number = "9990000018"},
                     {.given = "Oliver", .family = "Ashcroft", .nhs_number = "9990000018"}),
             kCountry);
  CHECK(thin.grade == v1::POSSIBLE);
  CHECK(Has(thin, v1::SAME_IDENTIFIER_DIFFERENT_DETAILS));
}

TEST_CASE("The same NHS number on a crossed pair of twins is only possible") {
  Written a = kHeld, b = kHeld;
  a.nhs_number = b.nhs_number = "9990000018";
  a.given = "Amelia";
  a.family = "Patel";
  const Decision decision = Decide(Compare(a, b), kCountry);
  CHECK(decision.grade == v1::POSSIBLE);
  CHECK(Has(decision, v1::SAME_IDENTIFIER_DIFFERENT_DETAILS));
}

TEST_CASE("Thin evidence is possible and too thin is nothing") {
  const Written common = {.given = "Oliver", .family = "Smith", .birth = "2015-03-09"};
  const Decision some = Decide(Compare(common, common), kCountry);
  CHECK(some.grade == v1::POSSIBLE);
  CHECK(Has(some, v1::EVIDENCE_BELOW_CERTAIN));
  const Written less = {.given = "Oliver", .family = "Smith"};
  CHECK(Decide(Compare(less, less), kCountry).grade == v1::MATCH_GRADE_UNSPECIFIED);
  CHECK(Decide(Compare({}, {}), 0).grade == v1::MATCH_GRADE_UNSPECIFIED);
}

TEST_CASE("Every possible match carries a reason and no other does") {
  SeededRandom random("every possible match has a reason");
  const std::vector<std::string> given = {"Oliver", "Amelia", "O", "", "Ollie", "Olivia"};
  const std::vector<std::string> family = {"Ashcroft", "Patel", "", "Tymoszczuk"};
  const std::vector<std::string> birth = {"2015-03-09", "2009-11-30", "", "2015-01-01"};
  const std::vector<std::string> number = {"9990000018", "9990310017", ""};
  const auto pick = [&random](const auto& list) { return list[random.Below(list.size())]; };
  int possible = 0;
  for (int i = 0; i < 4000; ++i) {
    Written a = kHeld, b = kHeld;
    for (Written* child : {&a, &b}) {
      child->given = pick(given);
      child->family = pick(family);
      child->birth = pick(birth);
      child->nhs_number = pick(number);
    }
    const Decision decision = Decide(Compare(a, b), 1000);
    possible += decision.grade == v1::POSSIBLE;
    CHECK((decision.grade == v1::POSSIBLE) == !decision.reasons.empty());
  }
  CHECK(possible > 100);
}

}  // namespace
}  // namespace signpost::node
