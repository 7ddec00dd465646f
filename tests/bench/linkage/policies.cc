#include "tests/bench/linkage/policies.h"

#include <algorithm>
#include <array>
#include <bit>

#include "absl/strings/str_cat.h"

namespace signpost::bench {
namespace {

using node::KeyType;
using node::KeyTypeBit;
using node::KeyTypeSet;

// What the fields of a key type cover, finer than the product's policy: an address may be known to
// the area, to the outward code, or to the house or street.
using Cover = uint32_t;
constexpr Cover kYear = 1, kMonth = 2, kDay = 4, kBirth = kYear | kMonth | kDay;
constexpr Cover kGiven = 8, kFamily = 16, kBothNames = kGiven | kFamily;
constexpr Cover kArea = 32, kOutward = 64 | kArea, kPlace = 128 | kOutward;

constexpr std::array<Cover, node::kKeyTypes + 1> kCovers = {
    0,
    0,                            // 1, strong
    0,                            // 2, strong
    kBirth | kBothNames,          // 3
    kBirth | kBothNames,          // 4
    kBirth | kPlace,              // 5
    kBirth | kArea | kGiven,      // 6
    kBirth | kArea | kFamily,     // 7
    kBirth | kGiven,              // 8
    kBirth | kFamily,             // 9
    kPlace | kFamily,             // 10
    kPlace | kGiven,              // 11
    kOutward | kBothNames,        // 12
    kBirth | kPlace,              // 13
    kPlace | kBothNames,          // 14
    kPlace | kGiven,              // 15
    kBothNames | kYear | kMonth,  // 16
    kBothNames | kYear | kDay,    // 17
    kBothNames | kMonth | kDay,   // 18
};

constexpr KeyTypeSet kWeak = ((KeyTypeSet{1} << node::kKeyTypes) - 1) & ~node::kStrongKeyTypes;
// Both names written alike: these three share all but one part of the date.
constexpr KeyTypeSet kWholeNames = KeyTypeBit(KeyType::kNamesYearMonth) |
                                   KeyTypeBit(KeyType::kNamesYearDay) |
                                   KeyTypeBit(KeyType::kNamesMonthDay);

bool Includes(Cover cover, Cover wanted) { return (cover & wanted) == wanted; }
bool Strong(KeyTypeSet types) { return (types & node::kStrongKeyTypes) != 0; }
int Weak(KeyTypeSet types) { return std::popcount(types & kWeak); }

// Dob and both names, dob with an address at least so near and one name, or both names with such an
// address.
bool CoversWith(Cover cover, Cover near_birth, Cover near_names) {
  return Includes(cover, kBirth | kBothNames) || Includes(cover, kBirth | near_birth | kGiven) ||
         Includes(cover, kBirth | near_birth | kFamily) || Includes(cover, near_names | kBothNames);
}

Cover CoverOfAll(KeyTypeSet types) {
  Cover cover = 0;
  for (uint8_t type = 3; type <= node::kKeyTypes; ++type) {
    if ((types & KeyTypeBit(type)) != 0) cover |= kCovers[type];
  }
  return cover;
}

bool SomePair(KeyTypeSet types, const std::function<bool(uint8_t, uint8_t)>& enough) {
  for (uint8_t a = 3; a <= node::kKeyTypes; ++a) {
    if ((types & KeyTypeBit(a)) == 0) continue;
    for (uint8_t b = static_cast<uint8_t>(a + 1); b <= node::kKeyTypes; ++b) {
      if ((types & KeyTypeBit(b)) != 0 && enough(a, b)) return true;
    }
  }
  return false;
}

bool PairCovers(KeyTypeSet types, Cover near_birth, Cover near_names) {
  return SomePair(types, [&](uint8_t a, uint8_t b) {
    return CoversWith(kCovers[a] | kCovers[b], near_birth, near_names);
  });
}

Policy StrongOr(std::string name, std::function<bool(KeyTypeSet)> weak) {
  return {std::move(name),
          [weak = std::move(weak)](KeyTypeSet types) { return Strong(types) || weak(types); }};
}

std::vector<Policy> MakePolicies() {
  std::vector<Policy> all;
  all.push_back(StrongOr("any one key", [](KeyTypeSet types) { return types != 0; }));
  all.push_back(StrongOr("one weak type that covers alone", [](KeyTypeSet types) {
    for (uint8_t type = 3; type <= node::kKeyTypes; ++type) {
      if ((types & KeyTypeBit(type)) != 0 && CoversWith(kCovers[type], kArea, kArea)) return true;
    }
    return false;
  }));
  all.push_back(StrongOr("any two weak types", [](KeyTypeSet types) { return Weak(types) >= 2; }));
  all.push_back({"the product's: a covering pair of weak types",
                 [](KeyTypeSet types) { return node::RevealPolicyMet(types); }});
  all.push_back(
      StrongOr("any two weak types, or a place with dob or both names", [](KeyTypeSet types) {
        constexpr KeyTypeSet kAlone = KeyTypeBit(KeyType::kBirthPostcode) |
                                      KeyTypeBit(KeyType::kBirthStreet) |
                                      KeyTypeBit(KeyType::kStreetBothNames);
        return Weak(types) >= 2 || (types & kAlone) != 0;
      }));
  all.push_back(StrongOr("two weak types and all of them together cover", [](KeyTypeSet types) {
    return Weak(types) >= 2 && CoversWith(CoverOfAll(types), kArea, kArea);
  }));
  all.push_back(StrongOr("a covering pair, address beside dob at least outward",
                         [](KeyTypeSet types) { return PairCovers(types, kOutward, kArea); }));
  all.push_back(StrongOr("a covering pair, address beside names at least outward",
                         [](KeyTypeSet types) { return PairCovers(types, kArea, kOutward); }));
  all.push_back(StrongOr("a covering pair, address beside names a place",
                         [](KeyTypeSet types) { return PairCovers(types, kArea, kPlace); }));
  all.push_back(StrongOr("a covering pair, address a place",
                         [](KeyTypeSet types) { return PairCovers(types, kPlace, kPlace); }));
  all.push_back(StrongOr("a covering pair that is not two of keys 16 to 18 nor both of 3 and 4",
                         [](KeyTypeSet types) {
                           return SomePair(types, [](uint8_t a, uint8_t b) {
                             const KeyTypeSet pair = KeyTypeBit(a) | KeyTypeBit(b);
                             if ((pair & ~kWholeNames) == 0 || (a == 3 && b == 4)) return false;
                             return CoversWith(kCovers[a] | kCovers[b], kArea, kArea);
                           });
                         }));
  all.push_back(
      StrongOr("any three weak types", [](KeyTypeSet types) { return Weak(types) >= 3; }));
  all.push_back(StrongOr("three weak types with a covering pair", [](KeyTypeSet types) {
    return Weak(types) >= 3 && PairCovers(types, kArea, kArea);
  }));
  all.push_back(StrongOr("any four weak types", [](KeyTypeSet types) { return Weak(types) >= 4; }));
  all.push_back({"strong keys alone", Strong});
  return all;
}

}  // namespace

const std::vector<Policy>& Policies() {
  static const std::vector<Policy>* const kAll = new std::vector<Policy>(MakePolicies());
  return *kAll;
}

std::vector<PolicyFigure> Curve(const MaskCounts& masks, uint64_t pairs, uint64_t questions) {
  std::vector<PolicyFigure> curve;
  for (const Policy& policy : Policies()) {
    uint64_t right = 0, wrong = 0;
    for (const auto& [types, count] : masks) {
      if (!policy.met(types)) continue;
      right += count.right;
      wrong += count.wrong;
    }
    curve.push_back(
        {policy.name, pairs == 0 ? 0 : static_cast<double>(right) / static_cast<double>(pairs),
         questions == 0 ? 0 : static_cast<double>(wrong) / static_cast<double>(questions)});
  }
  return curve;
}

std::vector<PolicyFigure> BestPossible(const MaskCounts& masks, uint64_t pairs,
                                       uint64_t questions) {
  std::vector<MaskCount> order;
  for (const auto& [types, count] : masks) order.push_back(count);
  std::sort(order.begin(), order.end(), [](const MaskCount& a, const MaskCount& b) {
    return static_cast<double>(a.right) * static_cast<double>(b.wrong) >
           static_cast<double>(b.right) * static_cast<double>(a.wrong);
  });
  std::vector<PolicyFigure> curve;
  for (const double reveals : {0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.4}) {
    uint64_t right = 0, wrong = 0;
    for (const MaskCount& count : order) {
      if (static_cast<double>(wrong + count.wrong) > reveals * static_cast<double>(questions)) {
        break;
      }
      right += count.right;
      wrong += count.wrong;
    }
    curve.push_back(
        {absl::StrCat("bound: no choice of types does better at ", reveals),
         pairs == 0 ? 0 : static_cast<double>(right) / static_cast<double>(pairs),
         questions == 0 ? 0 : static_cast<double>(wrong) / static_cast<double>(questions)});
  }
  return curve;
}

}  // namespace signpost::bench
