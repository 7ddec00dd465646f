// An invented population of English children, of any size, the same from the
// same seed for ever: households with brothers, sisters and twins, names by
// frequency, year and origin, addresses by postcode. Nothing is stored: any
// household can be made again from its number.
//
// Thread safety: immutable after construction; Make is const and may be called
// from several threads.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_POPULATION_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_POPULATION_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "node/matching/identifiers.h"
#include "signpost/v1/child.pb.h"
#include "tests/bench/linkage/draw.h"
#include "tests/bench/linkage/name_lists.h"

namespace signpost::bench {

struct Home {
  uint32_t outward = 0;  // into NameLists::outward_codes()
  std::string house, street, town, postcode;
};

// A child as it is, without any record's errors.
struct TrueChild {
  uint64_t number = 0;  // of this child alone: household * kMostChildren + place in it
  std::string given, middle, family;
  Origin origin = Origin::kUnlisted;  // of the household's name
  node::Date birth;
  v1::Sex sex = v1::SEX_UNSPECIFIED;
  bool twin = false;
  Home home;
  std::string nhs_number;
};

struct HouseholdChildren {
  uint64_t number = 0;
  std::vector<TrueChild> children;
};

inline constexpr uint64_t kMostChildren = 8;

class Population {
 public:
  // `lists` must outlive it. As many whole households as it takes to have `children`; the last
  // one may hold a few more.
  Population(const NameLists* lists, uint64_t children, uint64_t seed);

  uint64_t households() const { return households_; }
  uint64_t children() const { return children_; }
  uint64_t seed() const { return seed_; }
  const NameLists& lists() const { return *lists_; }

  // 0 <= household < households().
  HouseholdChildren Make(uint64_t household) const;

  // Where somebody lives who lived at `from`: the same outward code in 40 %, the same area in 32 %.
  Home MovedFrom(const Home& from, Origin origin, Draw& draw) const;

 private:
  // How many children are born at each delivery of the household's: 1 or 2 each.
  std::vector<int> Deliveries(Draw& draw) const;
  Home HomeIn(size_t outward, Draw& draw) const;
  size_t OutwardFor(Origin origin, Draw& draw) const;

  const NameLists* lists_;
  const uint64_t seed_;
  uint64_t households_ = 0, children_ = 0;
  // Families of one origin live in some areas more than in others.
  std::array<Weights, kOrigins> outward_by_origin_;
  std::vector<uint64_t> units_;  // postcodes of an outward code
  std::vector<std::vector<uint32_t>> outward_of_area_;
  std::vector<Weights> weights_of_area_;
  std::vector<uint32_t> area_of_outward_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_POPULATION_H_
