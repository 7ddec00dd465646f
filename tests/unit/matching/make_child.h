// Short ways to write a child's details in tests of matching.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_UNIT_MATCHING_MAKE_CHILD_H_
#define SIGNPOST_TESTS_UNIT_MATCHING_MAKE_CHILD_H_

#include <string>

#include "node/matching/normalise.h"

namespace signpost::node {

struct Written {
  std::string given = {};
  std::string middle = {};
  std::string family = {};
  std::string former = {};
  std::string birth = {};
  std::string postcode = {};
  std::string house = {};
  std::string street = {};
  std::string town = {};
  std::string nhs_number = {};
  std::string upn = {};
  v1::DateQuality quality = v1::EXACT;
  v1::Sex sex = v1::SEX_UNSPECIFIED;
};

inline v1::ChildDetails Details(const Written& child) {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(child.given);
  name->set_middle(child.middle);
  name->set_family(child.family);
  if (!child.former.empty()) {
    v1::PersonName* former = details.add_names();
    former->set_kind(v1::PersonName::FORMER);
    former->set_family(child.former);
  }
  details.set_date_of_birth(child.birth);
  details.set_date_quality(child.quality);
  details.set_sex(child.sex);
  v1::Address* address = details.add_addresses();
  address->set_kind(v1::Address::CURRENT);
  address->set_house(child.house);
  address->set_street(child.street);
  address->set_town(child.town);
  address->set_postcode(child.postcode);
  details.set_nhs_number(child.nhs_number);
  details.set_upn(child.upn);
  return details;
}

inline NormalisedChild Make(const Written& child) { return Normalise(Details(child)); }

}  // namespace signpost::node

#endif  // SIGNPOST_TESTS_UNIT_MATCHING_MAKE_CHILD_H_
