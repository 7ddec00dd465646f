#include "node/matching/normalise.h"

#include <catch2/catch.hpp>
#include <thread>

#include "proto/base/random.h"
#include "tests/unit/matching/make_child.h"

namespace signpost::node {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("Names of any script become plain capital letters") {
  CHECK(NormalisedWords("Zoë Núñez") == Strings{"ZOE", "NUNEZ"});
  CHECK(NormalisedWords("Łukasz Straße Ærø") == Strings{"LUKASZ", "STRASSE", "AERO"});
  CHECK(NormalisedWords("Анастасия") == Strings{"ANASTASIA"});
  CHECK(NormalisedWords("Παπαδόπουλος") == Strings{"PAPADOPOULOS"});
  CHECK(NormalisedWords("小明") == Strings{"XIAO", "MING"});
  CHECK(NormalisedWords("حسن") == Strings{"HSN"});
  CHECK(NormalisedWords("ｆｕｌｌｗｉｄｔｈ") == Strings{"FULLWIDTH"});
}

TEST_CASE("Composed and decomposed accents are one") {
  CHECK(NormalisedWords("Zo\xC3\xAB") == NormalisedWords("Zoe\xCC\x88"));
}

TEST_CASE("Brackets are dropped and apostrophes deleted and hyphens split") {
  CHECK(NormalisedWords("Kate (Katherine) O'Brien-Smith") == Strings{"KATE", "OBRIEN", "SMITH"});
  CHECK(NormalisedWords("O’Brien") == Strings{"OBRIEN"});
  CHECK(NormalisedWords("St. Mary's") == Strings{"ST", "MARYS"});
  CHECK(NormalisedWords("  Anna   Mae ") == Strings{"ANNA", "MAE"});
  CHECK(NormalisedWords("Anna (Mae") == Strings{"ANNA", "MAE"});
}

TEST_CASE("Particles glue to the next part of a family name") {
  CHECK(Make({.family = "van der Berg"}).families[0].whole == "VANDERBERG");
  CHECK(Make({.family = "van der Berg"}).families[0].components.empty());
  CHECK(Make({.family = "O Brien"}).FamilyVariants() == Strings{"OBRIEN"});
  CHECK(Make({.family = "Mc Donald"}).FamilyVariants() == Strings{"MCDONALD"});
  CHECK(Make({.family = "Al-Hassan"}).FamilyVariants() == Strings{"ALHASSAN"});
  CHECK(Make({.family = "Smith De"}).families[0].whole == "SMITHDE");
}

TEST_CASE("A double-barrelled name is known whole and by its first and last part") {
  CHECK(Make({.family = "Smith-Jones"}).FamilyVariants() ==
        Strings{"SMITHJONES", "SMITH", "JONES"});
  CHECK(Make({.family = "Wu Li"}).FamilyVariants() == Strings{"WULI"});
}

TEST_CASE("There are at most four family variants whatever was written") {
  v1::ChildDetails details = Details({.given = "Ann", .family = "Smith-Jones"});
  for (const char* former : {"Brown", "Green", "White", "Black"}) {
    v1::PersonName* name = details.add_names();
    name->set_kind(v1::PersonName::FORMER);
    name->set_family(former);
  }
  const NormalisedChild child = Normalise(details);
  CHECK(child.families.size() == 3);
  CHECK(child.FamilyVariants() == Strings{"SMITHJONES", "SMITH", "JONES", "BROWN"});
}

TEST_CASE("Placeholders are a missing given name") {
  for (const char* given : {"Baby", "INFANT", "Male Infant", "Baby Girl", "Twin 1", "Twin A",
                            "Twin Two", "Unknown", "nk", "Not Known", "none", "Test", "Unborn",
                            "newborn", "TBC", "xx", "Baby of Sarah", "-", "12"}) {
    INFO(given);
    CHECK(Make({.given = given, .family = "Smith"}).forenames.empty());
  }
  CHECK(Make({.given = "Baby Smith", .family = "Smith"}).forenames.empty());
  CHECK(Make({.given = "Baby Oliver", .family = "Smith"}).forenames == Strings{"OLIVER"});
  CHECK(Make({.given = "Ann", .family = "Unknown"}).families.empty());
  CHECK(Make({.given = "Ann", .family = "Boy"}).families.size() == 1);
}

TEST_CASE("Titles are dropped and three forenames kept") {
  CHECK(Make({.given = "Master Tom", .middle = "A Bob-Carl Dan"}).forenames ==
        Strings{"TOM", "A", "BOB"});
}

TEST_CASE("The MUHAMMAD class is one name and the second forename a key of its own") {
  for (const char* given : {"Muhammad", "Mohammed", "Mohammad", "Muhammed", "Mohamed", "Mohamad",
                            "Muhamad", "Muhamed", "Md", "Syed", "Abdul", "Bibi", "محمد"}) {
    INFO(given);
    CHECK(Make({.given = given, .middle = "Ali"}).GivenVariants() == Strings{"MUHAMMAD", "ALI"});
  }
  CHECK(Make({.given = "Oliver", .middle = "Ali"}).GivenVariants() == Strings{"OLIVER"});
}

TEST_CASE("A preferred given name is a variant and fills a missing one") {
  v1::ChildDetails details = Details({.given = "Katherine", .family = "Smith"});
  v1::PersonName* preferred = details.add_names();
  preferred->set_kind(v1::PersonName::PREFERRED);
  preferred->set_given("Kit");
  CHECK(Normalise(details).GivenVariants() == Strings{"KATHERINE", "KIT"});
  details.mutable_names(0)->set_given("Baby");
  CHECK(Normalise(details).GivenVariants() == Strings{"KIT"});
}

TEST_CASE("The first current name leads wherever it stands") {
  v1::ChildDetails details;
  v1::PersonName* former = details.add_names();
  former->set_kind(v1::PersonName::FORMER);
  former->set_family("Brown");
  v1::PersonName* current = details.add_names();
  current->set_kind(v1::PersonName::CURRENT);
  current->set_given("Ann");
  current->set_family("Smith");
  CHECK(Normalise(details).FamilyVariants() == Strings{"SMITH", "BROWN"});
}

TEST_CASE("An exact date is known to the day and an impossible one is missing") {
  CHECK(Make({.birth = "2015-03-09"}).birth == Date{2015, 3, 9});
  CHECK(Make({.birth = "2015-03-09"}).HasBirthDay());
  CHECK_FALSE(Make({.birth = "2015-02-30"}).HasBirthYear());
  CHECK_FALSE(Make({.birth = "1900-01-01"}).HasBirthYear());
  CHECK_FALSE(Make({.birth = "09/03/2015"}).HasBirthYear());
  CHECK(Make({.birth = "2015-01-01"}).IsFirstOfJanuary());
}

TEST_CASE("An inexact date is known only as far as its quality says") {
  const auto known = [](const char* text, v1::DateQuality quality) {
    return Make({.birth = text, .quality = quality});
  };
  CHECK(known("2015-03-09", v1::MONTH_ONLY).birth == Date{2015, 3, 0});
  CHECK(known("2015-03", v1::MONTH_ONLY).birth_known == BirthKnown::kYearAndMonth);
  CHECK(known("2015-03-00", v1::MONTH_ONLY).birth_known == BirthKnown::kYearAndMonth);
  CHECK(known("2015-00-00", v1::MONTH_ONLY).birth_known == BirthKnown::kNothing);
  CHECK(known("2015", v1::YEAR_ONLY).birth == Date{2015, 0, 0});
  CHECK(known("2015-01-01", v1::ESTIMATED).birth_known == BirthKnown::kEstimated);
  CHECK(known("2015-01-01", v1::DATE_QUALITY_UNSPECIFIED).HasBirthDay());
}

TEST_CASE("An address yields house number and street and town letters") {
  const NormalisedChild child = Make({.postcode = "m14 5qf",
                                      .house = "Flat 3, 12a",
                                      .street = "St. Mary's Road",
                                      .town = "Stoke-on-Trent"});
  REQUIRE(child.addresses.size() == 1);
  const NormalisedAddress& address = child.addresses[0];
  CHECK(address.house == "12A");
  CHECK(address.street == "MARYS");
  CHECK(address.town == "STOKEONTRENT");
  CHECK(address.postcode == "M145QF");
  CHECK(address.Area() == "M");
  CHECK(address.Outward() == "M14");
  CHECK(address.Sector() == "M145");
}

TEST_CASE("A street number in the street column is the house number") {
  const NormalisedChild child = Make({.street = "56 Park Lane", .town = "Leeds"});
  REQUIRE(child.addresses.size() == 1);
  CHECK(child.addresses[0].house == "56");
  CHECK(child.addresses[0].street == "PARKLANE");
}

TEST_CASE("Unknown abode and no fixed address are no address") {
  CHECK(Make({.postcode = "ZZ99 3VZ"}).addresses.empty());
  v1::ChildDetails details = Details({.postcode = "M14 5QF"});
  details.mutable_addresses(0)->set_kind(v1::Address::NO_FIXED_ADDRESS);
  CHECK(Normalise(details).addresses.empty());
}

TEST_CASE("Identifiers that fail their check are missing and so is a temporary UPN") {
  CHECK(Make({.nhs_number = "999 000 0018"}).nhs_number == "9990000018");
  CHECK(Make({.nhs_number = "9990000019"}).nhs_number.empty());
  CHECK(Make({.upn = "P207000016049"}).upn == "P207000016049");
  CHECK(Make({.upn = "Q207000016049"}).upn.empty());
}

TEST_CASE("Indeterminate sex is no evidence") {
  CHECK(Make({.sex = v1::INDETERMINATE}).sex == v1::SEX_UNSPECIFIED);
  CHECK(Make({.sex = v1::FEMALE}).sex == v1::FEMALE);
}

TEST_CASE("Random bytes of any length never crash and stay bounded") {
  SeededRandom random("normalise random bytes test seed");
  for (int i = 0; i < 400; ++i) {
    const auto text = [&random] { return random.Bytes(random.Below(random.Below(2) ? 20 : 600)); };
    v1::ChildDetails details;
    for (uint64_t n = random.Below(12); n > 0; --n) {
      v1::PersonName* name = details.add_names();
      name->set_kind(static_cast<v1::PersonName::Kind>(random.Below(7)));
      name->set_given(text());
      name->set_middle(text());
      name->set_family(text());
    }
    for (uint64_t n = random.Below(12); n > 0; --n) {
      v1::Address* address = details.add_addresses();
      address->set_house(text());
      address->set_street(text());
      address->set_town(text());
      address->set_postcode(text());
    }
    details.set_date_of_birth(text());
    details.set_date_quality(static_cast<v1::DateQuality>(random.Below(9)));
    details.set_nhs_number(text());
    details.set_upn(text());
    const NormalisedChild child = Normalise(details);
    CHECK(child.forenames.size() <= kMaxForenames);
    CHECK(child.GivenVariants().size() <= kMaxGivenVariants);
    CHECK(child.FamilyVariants().size() <= kMaxFamilyVariants);
    for (const std::string& name : child.FamilyVariants()) {
      CHECK(name.size() <= 60);
      CHECK(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos);
    }
  }
}

TEST_CASE("A very long text is cut before it costs anything") {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "\xEF\xB7\xBA";  // one character, eighteen letters
  CHECK(NormalisedWords(text).size() <= 16);
  CHECK(NormalisedWords(std::string(10'000'000, '(')).empty());
}

TEST_CASE("Several threads normalise at once and agree") {
  const Strings expected = NormalisedWords("Анастасия Núñez 小明");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, &expected, t] {
      for (int i = 0; i < 200; ++i) wrong[t] += NormalisedWords("Анастасия Núñez 小明") != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

}  // namespace
}  // namespace signpost::node
