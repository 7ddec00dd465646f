#include "node/matching/match_keys.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>

#include "proto/base/random.h"
#include "proto/limits.h"
#include "tests/unit/matching/make_child.h"

namespace signpost::node {
namespace {

using Strings = std::vector<std::string>;

const Written kOliver = {.given = "Oliver",
                         .middle = "James",
                         .family = "Smith",
                         .birth = "2015-03-09",
                         .postcode = "LS1 4DY",
                         .house = "12",
                         .street = "Station Road",
                         .town = "Leeds",
                         .nhs_number = "999 000 0018",
                         .upn = "P207000016049"};

// "3 20150309|OLI|SMI", one a key.
Strings Lines(const std::vector<MatchKey>& keys) {
  Strings lines;
  for (const MatchKey& key : keys) {
    std::string line = std::to_string(key.type) + " " + key.fields;
    std::replace(line.begin(), line.end(), '\x1F', '|');
    lines.push_back(line);
  }
  return lines;
}

Strings OfType(const std::vector<MatchKey>& keys, int type) {
  Strings lines = Lines(keys);
  const std::string start = std::to_string(type) + " ";
  std::erase_if(lines, [&start](const std::string& line) { return !line.starts_with(start); });
  return lines;
}

bool Share(const NormalisedChild& asked, const NormalisedChild& held, KeyType type) {
  const auto held_keys = HolderKeys(held);
  const auto asked_keys = AskerKeys(asked);
  return std::any_of(asked_keys.begin(), asked_keys.end(), [&](const MatchKey& key) {
    return key.type == static_cast<uint8_t>(type) &&
           std::find(held_keys.begin(), held_keys.end(), key) != held_keys.end();
  });
}

TEST_CASE("A complete common child makes these keys and no others") {
  CHECK(Lines(HolderKeys(Make(kOliver))) ==
        Strings{"1 9990000018", "2 P207000016049", "3 20150309|OLI|SMI", "4 20150309|O416|S530",
                "5 20150309|LS14DY", "6 20150309|LS|OLI", "7 20150309|LS|S530", "10 LS14DY|SMI|O",
                "10 LS14DY|SMI|complete", "11 LS14DY|OLI", "12 LS1|OLI|SMI|2015",
                "13 20150309|STATIO|LEEDS", "14 STATIO|LEEDS|OL|SM", "15 12|STATI|LS|OL",
                "16 OLIVER|SMITH|2015|03|LS", "17 OLIVER|SMITH|2015|09|LS",
                "18 OLIVER|SMITH|03|09|LS"});
}

TEST_CASE("A child with rare names makes keys without an area and undated") {
  const auto keys = HolderKeys(Make(
      {.given = "Łukasz", .family = "Tymoszczuk", .birth = "2013-05-06", .postcode = "PE1 1XX"}));
  CHECK(Lines(keys) == Strings{"3 20130506|LUK|TYM", "4 20130506|L220|T522", "5 20130506|PE11XX",
                               "6 20130506|PE|LUK", "7 20130506|PE|T522", "8 20130506|LUKASZ",
                               "9 20130506|TYMOSZCZUK", "10 PE11XX|TYM|L", "10 PE11XX|TYM|complete",
                               "11 PE11XX|LUK", "12 PE1|LUK|TYM", "12 PE1|LUK|TYM|2013",
                               "16 LUKASZ|TYMOSZCZUK|2013|05", "17 LUKASZ|TYMOSZCZUK|2013|06",
                               "18 LUKASZ|TYMOSZCZUK|05|06"});
}

TEST_CASE("A key has its parts back in order") {
  const auto keys = HolderKeys(Make(kOliver));
  CHECK(keys[2].Parts() == std::vector<std::string_view>{"20150309", "OLI", "SMI"});
  CHECK(keys[0].Parts() == std::vector<std::string_view>{"9990000018"});
}

TEST_CASE("Keys do not depend on case or spacing or script variants of punctuation") {
  const auto expected = HolderKeys(Make(kOliver));
  const Written other = {.given = "  oLIVER ",
                         .middle = "JAMES",
                         .family = "smith",
                         .birth = "2015-03-09",
                         .postcode = "ls14dy",
                         .house = " 12 ",
                         .street = "STATION RD.",
                         .town = "leeds",
                         .nhs_number = "9990000018",
                         .upn = "p207000016049"};
  CHECK(HolderKeys(Make(other)) == expected);
  CHECK(HolderKeys(Make({.family = "O'Brien", .postcode = "M1 1AA"})) ==
        HolderKeys(Make({.family = "O BRIEN", .postcode = "m11aa"})));
  CHECK(HolderKeys(Make({.family = "O’Brien", .postcode = "M1 1AA"})) ==
        HolderKeys(Make({.family = "obrien", .postcode = "M1 1AA"})));
}

TEST_CASE("Day and month exchanged still share the sorted keys") {
  const auto a = Make({.given = "Ann", .family = "Smith", .birth = "2015-03-09"});
  const auto b = Make({.given = "Ann", .family = "Smith", .birth = "2015-09-03"});
  CHECK(Share(a, b, KeyType::kBirthBothSounds));
  CHECK_FALSE(Share(a, b, KeyType::kBirthBothNames));
}

TEST_CASE("Given and family name exchanged still share the unordered keys") {
  const auto a = Make({.given = "Thomas", .family = "Henry", .birth = "2015-03-09"});
  const auto b = Make({.given = "Henry", .family = "Thomas", .birth = "2015-03-09"});
  CHECK(Share(a, b, KeyType::kBirthBothNames));
  CHECK(Share(a, b, KeyType::kBirthBothSounds));
}

TEST_CASE("A former postcode and a former family name make their own keys") {
  v1::ChildDetails details =
      Details({.given = "Ann", .family = "Smith", .former = "Brown", .postcode = "M1 1AA"});
  v1::Address* former = details.add_addresses();
  former->set_kind(v1::Address::FORMER);
  former->set_postcode("LS1 4DY");
  CHECK(OfType(HolderKeys(Normalise(details)), 11) == Strings{"11 LS14DY|ANN", "11 M11AA|ANN"});
  CHECK(OfType(AskerKeys(Normalise(details)), 10).size() == 2 * 2 * 3);
}

TEST_CASE("MUHAMMAD is never rare and keys on the second forename too") {
  const auto keys = HolderKeys(Make({.given = "Mohammed",
                                     .middle = "Zayyan",
                                     .family = "Qureshizada",
                                     .birth = "2015-03-09",
                                     .postcode = "BD8 7AA"}));
  CHECK(OfType(keys, 8) == Strings{"8 20150309|ZAYYAN"});
  CHECK(OfType(keys, 16) ==
        Strings{"16 MUHAMMAD|QURESHIZADA|2015|03|BD", "16 ZAYYAN|QURESHIZADA|2015|03"});
}

TEST_CASE("Only rare names key beside a birth date alone") {
  const auto common =
      HolderKeys(Make({.given = "Oliver", .family = "Smith", .birth = "2015-03-09"}));
  CHECK(OfType(common, 8).empty());
  CHECK(OfType(common, 9).empty());
  CHECK(OfType(common, 16).empty());
}

TEST_CASE("Key 10 finds records that lack details and is asked in full only when the asker lacks") {
  const Written whole = {
      .given = "Ann", .family = "Smith", .birth = "2015-03-09", .postcode = "M1 1AA"};
  const Written nameless = {
      .given = "Baby", .family = "Smith", .birth = "2015-03-09", .postcode = "M1 1AA"};
  const Written sibling = {
      .given = "Bob", .family = "Smith", .birth = "2012-03-08", .postcode = "M1 1AA"};
  CHECK(Share(Make(whole), Make(nameless), KeyType::kPostcodeFamily));
  CHECK(Share(Make(nameless), Make(whole), KeyType::kPostcodeFamily));
  CHECK_FALSE(Share(Make(sibling), Make(whole), KeyType::kPostcodeFamily));
}

TEST_CASE("Without a part its keys do not exist") {
  CHECK(HolderKeys(Make({})).empty());
  CHECK(AskerKeys(Make({})).empty());
  CHECK(HolderKeys(Make({.given = "Zebedee"})).empty());
  CHECK(HolderKeys(Make({.birth = "2015-03-09"})).empty());
  CHECK(HolderKeys(Make({.given = "Ann", .birth = "2015-03-09", .postcode = "ZZ99 3VZ"})).size() <=
        1);
  const KeyTypeSet types =
      KeyTypesOf(HolderKeys(Make({.birth = "2015-03-09", .postcode = "M1 1AA"})));
  CHECK(types == KeyTypeBit(KeyType::kBirthPostcode));
}

TEST_CASE("A date known to the month makes the month keys only") {
  Written child = kOliver;
  child.quality = v1::MONTH_ONLY;
  KeyTypeSet types = KeyTypesOf(HolderKeys(Make(child)));
  CHECK((types & KeyTypeBit(KeyType::kNamesYearMonth)) != 0);
  for (const KeyType type :
       {KeyType::kBirthBothNames, KeyType::kBirthPostcode, KeyType::kBirthStreet,
        KeyType::kNamesYearDay, KeyType::kNamesMonthDay}) {
    CHECK((types & KeyTypeBit(type)) == 0);
  }
  child.quality = v1::ESTIMATED;
  types = KeyTypesOf(HolderKeys(Make(child)));
  CHECK((types & KeyTypeBit(KeyType::kNamesYearMonth)) == 0);
  CHECK((types & KeyTypeBit(KeyType::kOutwardBothNames)) != 0);
}

TEST_CASE("Keys come in order of number without duplicates and a question takes the first 32") {
  v1::ChildDetails details = Details({.given = "Mohammed",
                                      .middle = "Zayyan",
                                      .family = "Smith-Jones",
                                      .former = "Tymoszczuk",
                                      .birth = "2015-03-09",
                                      .postcode = "M1 1AA",
                                      .house = "12",
                                      .street = "Station Road",
                                      .town = "Leeds",
                                      .nhs_number = "9990000018"});
  const auto keys = AskerKeys(Normalise(details));
  CHECK(std::is_sorted(keys.begin(), keys.end()));
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  REQUIRE(keys.size() > kQuestionSlots);
  const auto question = QuestionKeys(Normalise(details));
  CHECK(question.size() == kQuestionSlots);
  CHECK(std::equal(question.begin(), question.end(), keys.begin()));
  CHECK(question[0].type == 1);
}

TEST_CASE("No field of any key of random bytes holds the separator or runs long") {
  SeededRandom random("match keys random bytes test");
  for (int i = 0; i < 1000; ++i) {
    const NormalisedChild child = Make({.given = random.Bytes(random.Below(40)),
                                        .middle = random.Bytes(random.Below(40)),
                                        .family = random.Bytes(random.Below(40)),
                                        .former = random.Bytes(random.Below(40)),
                                        .birth = "2015-03-09",
                                        .postcode = "M1 1AA",
                                        .house = random.Bytes(random.Below(10)),
                                        .street = random.Bytes(random.Below(40)),
                                        .town = random.Bytes(random.Below(40))});
    for (const MatchKey& key : AskerKeys(child)) {
      CHECK(key.fields.size() < 200);
      CHECK(key.Parts().size() <= 5);
      for (const std::string_view part : key.Parts()) CHECK_FALSE(part.empty());
    }
  }
}

KeyTypeSet Set(std::initializer_list<int> types) {
  KeyTypeSet set = 0;
  for (const int type : types) set |= KeyTypeBit(static_cast<uint8_t>(type));
  return set;
}

TEST_CASE("One strong key meets the reveal policy") {
  CHECK(RevealPolicyMet(Set({1})));
  CHECK(RevealPolicyMet(Set({2})));
}

TEST_CASE("No weak key alone meets the reveal policy") {
  for (int type = 3; type <= kKeyTypes; ++type) {
    INFO(type);
    CHECK_FALSE(RevealPolicyMet(Set({type})));
  }
  CHECK_FALSE(RevealPolicyMet(0));
  CHECK_FALSE(RevealPolicyMet(~KeyTypeSet{0} << kKeyTypes));
}

TEST_CASE("Two weak keys meet the policy when together they cover enough") {
  CHECK(RevealPolicyMet(Set({3, 4})));    // dob and both names
  CHECK(RevealPolicyMet(Set({8, 9})));    // dob and both names
  CHECK(RevealPolicyMet(Set({16, 17})));  // both names and all of the date
  CHECK(RevealPolicyMet(Set({5, 8})));    // dob, address, given
  CHECK(RevealPolicyMet(Set({7, 13})));   // dob, area, family
  CHECK(RevealPolicyMet(Set({10, 11})));  // both names and address
  CHECK(RevealPolicyMet(Set({14, 15})));  // both names and address
}

TEST_CASE("Two weak keys that cover too little do not meet the policy") {
  CHECK_FALSE(RevealPolicyMet(Set({5, 13})));   // dob and address: a twin's too
  CHECK_FALSE(RevealPolicyMet(Set({11, 15})));  // address and given
}

TEST_CASE("A question that could be answered by nobody says what would help") {
  using enum HelpfulField;
  using Fields = std::vector<HelpfulField>;
  CHECK(HelpfulFields(Make(kOliver)).empty());
  CHECK(HelpfulFields(Make({.nhs_number = "9990000018"})).empty());
  CHECK_FALSE(CanMeetRevealPolicy(AskerKeys(Make({.given = "Oliver", .family = "Smith"}))));
  CHECK(HelpfulFields(Make({.given = "Oliver", .family = "Smith"})) ==
        Fields{kDateOfBirth, kPostcode, kNhsNumber, kUpn});
  const Fields nothing = HelpfulFields(Make({}));
  CHECK(nothing.size() == 7);
  CHECK(nothing.front() == kDateOfBirth);
  CHECK(FieldName(kDateOfBirth) == "date of birth");
}

TEST_CASE("Each helpful field really lets the question be answered") {
  const Written start = {.given = "Oliver", .family = "Smith"};
  Written with_birth = start, with_postcode = start;
  with_birth.birth = "2015-03-09";
  with_postcode.postcode = "M1 1AA";
  CHECK(CanMeetRevealPolicy(AskerKeys(Make(with_birth))));
  CHECK(CanMeetRevealPolicy(AskerKeys(Make(with_postcode))));
}

TEST_CASE("Keys with the family name are those the separated rule may use") {
  for (const int type : {3, 4, 7, 9, 10, 12, 14, 16, 17, 18}) {
    CHECK((kFamilyNameKeyTypes & KeyTypeBit(static_cast<uint8_t>(type))) != 0);
  }
  for (const int type : {1, 2, 5, 6, 8, 11, 13, 15}) {
    CHECK((kFamilyNameKeyTypes & KeyTypeBit(static_cast<uint8_t>(type))) == 0);
  }
  CHECK(KeyTypeBit(uint8_t{0}) == 0);
  CHECK(KeyTypeBit(uint8_t{19}) == 0);
}

}  // namespace
}  // namespace signpost::node
