// The facts of the design's first section (MATCHING.md), each by name. Written
// from the facts and not from the code: formulas are worked out anew here.
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>

#include "node/matching/match_keys.h"
#include "node/matching/score.h"
#include "node/matching/score_table.h"
#include "proto/base/random.h"
#include "tests/unit/matching/make_child.h"

namespace signpost::node {
namespace {

using Strings = std::vector<std::string>;

const Written kChild = {.given = "Oliver",
                        .family = "Ashcroft",
                        .birth = "2015-03-09",
                        .postcode = "LS1 4DY",
                        .house = "12",
                        .street = "Station Road",
                        .town = "Leeds"};

std::string Digits(Random& random, size_t count) {
  std::string digits;
  while (count-- > 0) digits.push_back(static_cast<char>('0' + random.Below(10)));
  return digits;
}

KeyTypeSet TypesOf(const Written& child) { return KeyTypesOf(HolderKeys(Make(child))); }
bool HasType(KeyTypeSet types, KeyType type) { return (types & KeyTypeBit(type)) != 0; }

TEST_CASE(
    "NHS number: weights ten to two and modulus eleven where eleven is nought and ten is none") {
  SeededRandom random("facts: modulus eleven, 32 bytes.");
  int nought = 0, none = 0;
  for (int i = 0; i < 5'000; ++i) {
    const std::string nine = "4" + Digits(random, 8);
    int sum = 0;
    for (int at = 0; at < 9; ++at) sum += (nine[static_cast<size_t>(at)] - '0') * (10 - at);
    const int check = 11 - sum % 11;
    nought += check == 11;
    none += check == 10;
    for (int last = 0; last < 10; ++last) {
      const std::string number = nine + std::to_string(last);
      const bool valid = check != 10 && check % 11 == last && number != "4444444444";
      if (CheckNhsNumber(number, NumberUse::kProduction).ok() != valid) FAIL(number);
    }
  }
  CHECK(nought > 100);
  CHECK(none > 100);
}

TEST_CASE("NHS number: ten equal digits are refused though the modulus fits") {
  for (char digit = '0'; digit <= '9'; ++digit) {
    CHECK_FALSE(CheckNhsNumberAnyUse(std::string(10, digit)).ok());
    CHECK(Make({.nhs_number = std::string(10, digit)}).nhs_number.empty());
  }
}

TEST_CASE("NHS number: issued from 300 and 400 to 499 and from 600 to 799 million only") {
  SeededRandom random("facts: issued ranges, 32 bytes..");
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = Digits(random, 10);
    const NhsNumberCheck check = CheckNhsNumber(number, NumberUse::kProduction);
    if (!CheckNhsNumberAnyUse(number).ok()) continue;
    if (check.ok() != (number[0] != '9')) FAIL(number);
    if (std::string("3467").find(number[0]) == std::string::npos && check.ok()) FAIL(number);
  }
  for (const char* never : {"0123456789", "1234567881", "2000000002", "5000000000", "8000000008"}) {
    CHECK_FALSE(CheckNhsNumber(never, NumberUse::kProduction).ok());
  }
}

TEST_CASE("NHS number: 999 is for tests and refused in production and required in training") {
  CHECK(CheckNhsNumber("9990000018", NumberUse::kTraining).ok());
  CHECK(CheckNhsNumber("9990000018", NumberUse::kProduction).reason == NhsNumberReason::kTestRange);
  CHECK(CheckNhsNumber("4010232137", NumberUse::kTraining).reason ==
        NhsNumberReason::kRealInTraining);
}

TEST_CASE(
    "NHS number: one that was issued anew or crossed between twins never makes certain alone") {
  Written other = kChild;
  other.given = "Amelia";
  other.family = "Patel";
  Written held = kChild;
  other.nhs_number = held.nhs_number = "9990000018";
  CHECK(Decide(Score(Make(other), Make(held)), 11'000'000).grade == v1::POSSIBLE);
  held.nhs_number = "9990310017";
  Written same = kChild;
  same.nhs_number = "9990000018";
  CHECK(Decide(Score(Make(same), Make(held)), 1000).grade == v1::POSSIBLE);
}

TEST_CASE("UPN: letter and twelve with weights two to thirteen and modulus twenty-three") {
  const std::string letters = "ABCDEFGHJKLMNPQRTUVWXYZ";
  SeededRandom random("facts: modulus twenty-three, 32 b");
  CHECK(CheckUpn("P207000016049").ok());
  for (int i = 0; i < 3'000; ++i) {
    const std::string twelve = Digits(random, 12);
    int sum = 0;
    for (int at = 0; at < 12; ++at) sum += (twelve[static_cast<size_t>(at)] - '0') * (at + 2);
    const char expected = letters[static_cast<size_t>(sum % 23)];
    for (char letter = 'A'; letter <= 'Z'; ++letter) {
      if (CheckUpn(letter + twelve).ok() != (letter == expected)) FAIL(letter << twelve);
    }
  }
}

TEST_CASE("UPN: a temporary one ends in a letter and makes no key") {
  const std::string letters = "ABCDEFGHJKLMNPQRTUVWXYZ";
  int temporary = 0;
  for (const char first : letters) {
    for (const char last : letters) {
      const std::string upn = first + std::string("20700001604") + last;
      if (CheckUpn(upn).reason != UpnReason::kTemporary) continue;
      ++temporary;
      CHECK(HolderKeys(Make({.upn = upn})).empty());
    }
  }
  CHECK(temporary == 23);  // one check letter for each last one
}

TEST_CASE("Postcode: exactly the stated shape after removing spaces") {
  const std::regex shape("[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}");
  SeededRandom random("facts: the shape of a postcode..");
  const std::string_view alphabet = "AZ09M5B1";
  int valid = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string code;
    for (uint64_t size = 4 + random.Below(5); size > 0; --size) {
      code.push_back(alphabet[random.Below(alphabet.size())]);
    }
    const bool fits = std::regex_match(code, shape) && !code.starts_with("ZZ99");
    valid += fits;
    if (CheckPostcode(code).ok() != fits) FAIL(code);
    code.insert(random.Below(code.size() + 1), " ");
    if (CheckPostcode(code).ok() != fits) FAIL(code);
  }
  CHECK(valid > 500);
}

TEST_CASE("Postcode: ZZ99 makes no key and no evidence") {
  for (const char* text : {"ZZ99 3VZ", "ZZ99 3WZ", "ZZ99 3CZ", "zz993gz"}) {
    Written child = kChild;
    child.postcode = text;
    for (const MatchKey& key : HolderKeys(Make(child))) {
      CHECK(key.fields.find("ZZ") == std::string::npos);
    }
    CHECK(Score(Make(child), Make(child)).postcode == PostcodeLevel::kMissing);
    CHECK(HolderKeys(Make({.given = "Oliver", .family = "Smith", .postcode = text})).empty());
  }
}

TEST_CASE("Birth date: the first of January is weaker evidence") {
  const auto bits = [](const char* a, const char* b) {
    return Score(Make({.birth = a}), Make({.birth = b})).birth_bits;
  };
  CHECK(bits("2015-01-01", "2015-01-01") < bits("2015-01-02", "2015-01-02"));
  CHECK(bits("2015-01-01", "2016-06-15") == 0);
}

TEST_CASE("Birth date: the first of January 1900 is missing") {
  Written child = kChild;
  child.birth = "1900-01-01";
  CHECK(Make(child).birth_known == BirthKnown::kNothing);
  CHECK(Score(Make(child), Make(kChild)).birth == BirthLevel::kMissing);
}

TEST_CASE("Birth date: the order of month and day is never guessed") {
  for (const char* text : {"09/03/2015", "03-09-2015", "2015-13-09", "13/03/2015", "2015-27-03"}) {
    INFO(text);
    CHECK(Make({.birth = text}).birth_known == BirthKnown::kNothing);
  }
}

TEST_CASE("Placeholders: every one of them is a missing given name in any case") {
  for (const char* word : {"BABY", "INFANT", "BOY", "GIRL", "MALE", "FEMALE", "TWIN", "UNKNOWN",
                           "NK", "NOT KNOWN", "NONE", "TEST", "UNBORN", "NEWBORN", "TBC", "XX"}) {
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string& given : {std::string(word), lower, " " + lower + ". "}) {
      INFO(given);
      Written child = kChild;
      child.given = given;
      CHECK(Make(child).forenames.empty());
      CHECK(Score(Make(child), Make(kChild)).given == GivenLevel::kMissing);
      CHECK_FALSE(HasType(TypesOf(child), KeyType::kBirthBothNames));
    }
  }
}

TEST_CASE("MUHAMMAD: eight spellings and four words are one name for keys") {
  Written child = kChild;
  child.given = "Muhammad";
  const auto keys = HolderKeys(Make(child));
  for (const char* given : {"Mohammed", "Mohammad", "Muhammed", "Mohamed", "Mohamad", "Muhamad",
                            "Muhamed", "Md", "Syed", "Abdul", "Bibi"}) {
    INFO(given);
    child.given = given;
    CHECK(HolderKeys(Make(child)) == keys);
  }
}

TEST_CASE("MUHAMMAD: the second forename decides whether it is the same child") {
  Written ali = kChild, yusuf = kChild;
  ali.given = "Mohammed Ali";
  yusuf.given = "Muhammad Yusuf";
  CHECK(Score(Make(ali), Make(yusuf)).given == GivenLevel::kDisagrees);
  yusuf.given = "Md. Ali";
  CHECK(Score(Make(ali), Make(yusuf)).given == GivenLevel::kEqual);
}

TEST_CASE("MUHAMMAD: the class is never rare") {
  Written child = kChild;
  child.given = "Mohammed";
  child.family = "Qureshizada";
  CHECK_FALSE(HasType(TypesOf(child), KeyType::kBirthRareGiven));
  for (const MatchKey& key : HolderKeys(Make(child))) {
    if (key.type == static_cast<uint8_t>(KeyType::kNamesYearMonth)) CHECK(key.Parts().size() == 5);
  }
}

TEST_CASE("Family names: an apostrophe is deleted") {
  for (const char* text : {"O'Brien", "O’Brien", "O`Brien", "O´Brien", "Oʼbrien"}) {
    INFO(text);
    CHECK(Make({.family = text}).families[0].whole == "OBRIEN");
    CHECK(Make({.family = text}).families[0].components.empty());
  }
}

TEST_CASE("Family names: a hyphen and a space split") {
  for (const char* text : {"Smith-Jones", "Smith Jones", "Smith - Jones", "Smith–Jones"}) {
    INFO(text);
    CHECK(Make({.family = text}).families[0].components == Strings{"SMITH", "JONES"});
  }
}

TEST_CASE("Family names: a particle glues to the next part") {
  for (const char* particle : {"O", "Mc", "Mac", "de", "van", "al", "el", "bin", "St"}) {
    INFO(particle);
    const NormalisedFamily family = Make({.family = std::string(particle) + " Hassan"}).families[0];
    CHECK(family.components.empty());
    CHECK(family.whole.ends_with("HASSAN"));
    CHECK(family.whole.size() > 6);
  }
}

TEST_CASE("Family names: what stands in brackets is dropped") {
  CHECK(Make({.family = "Smith (Jones)"}).families[0].whole == "SMITH");
  CHECK(Make({.given = "Kate (Katherine)"}).forenames == Strings{"KATE"});
}

TEST_CASE(
    "Change: a child with another family name and address still shares keys to be revealed by") {
  Written moved = kChild;
  moved.family = "Brown";
  moved.former = "Ashcroft";
  moved.postcode = "M14 5QF";
  moved.street = "Mill Hill";
  moved.town = "Manchester";
  const auto held = HolderKeys(Make(kChild));
  KeyTypeSet shared = 0;
  for (const MatchKey& key : AskerKeys(Make(moved))) {
    if (std::find(held.begin(), held.end(), key) != held.end()) shared |= KeyTypeBit(key.type);
  }
  CHECK(RevealPolicyMet(shared));
}

TEST_CASE("Change: birth date and sex weigh more against a child than family name and address do") {
  CHECK(score::kBirthDisagrees < score::kFamilyDisagrees);
  CHECK(score::kSexDiffers < score::kFamilyDisagrees);
  CHECK(score::kBirthDisagrees < score::kPostcodeNone);
}

}  // namespace
}  // namespace signpost::node
