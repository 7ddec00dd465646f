#include "node/matching/usable.h"

#include <catch2/catch.hpp>

#include "tests/unit/matching/make_child.h"

namespace signpost::node {
namespace {

TEST_CASE("A record with nothing usable is refused with the reason") {
  for (const Written& nothing :
       {Written{}, Written{.given = "Baby", .family = "Unknown", .postcode = "ZZ99 3VZ"},
        Written{.given = "Oliver"}, Written{.birth = "2015-03-09"},
        Written{.birth = "1900-01-01", .nhs_number = "4444444444", .upn = "x"}}) {
    CHECK(UsableAsRecord(Make(nothing)) == Usable::kNothing);
    CHECK(UsableAsQuestion(Make(nothing)) == Usable::kNothing);
    CHECK(ExplainWithFields(Make(nothing)).starts_with("There is nothing usable"));
  }
}

TEST_CASE("A record whose keys fit many children is too little and says what would help") {
  const NormalisedChild child = Make({.birth = "2015-03-09", .postcode = "M14 5QF"});
  CHECK(UsableAsRecord(child) == Usable::kTooLittle);
  CHECK(UsableAsQuestion(child) == Usable::kTooLittle);
  CHECK(ExplainWithFields(child) ==
        "There is too little to find this child by: it fits many children. Add one of: given name, "
        "family name, NHS number, UPN.");
}

TEST_CASE("A record that a question can find is usable and there is nothing to explain") {
  for (const Written& enough :
       {Written{.nhs_number = "9990000018"}, Written{.upn = "P207000016049"},
        Written{.given = "Oliver", .family = "Smith", .birth = "2015-03-09"},
        Written{.given = "Oliver", .family = "Smith", .postcode = "M14 5QF"}}) {
    CHECK(UsableAsRecord(Make(enough)) == Usable::kYes);
    CHECK(UsableAsQuestion(Make(enough)) == Usable::kYes);
    CHECK(ExplainWithFields(Make(enough)).empty());
  }
  CHECK(Explain(Usable::kYes).empty());
}

TEST_CASE("What is said of a record holds nothing of what is in it") {
  const std::string sentence =
      ExplainWithFields(Make({.given = "Zebediah", .birth = "2015-03-09"}));
  CHECK_FALSE(sentence.empty());
  for (const char* part : {"Zebediah", "ZEBEDIAH", "2015", "2016"}) {
    CHECK(sentence.find(part) == std::string::npos);
  }
}

}  // namespace
}  // namespace signpost::node
