#include "tests/unit/matching/plain_keys.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "node/matching/name_table.h"
#include "tests/unit/matching/plain_codes.h"

namespace signpost::node::plain {
namespace {

constexpr char kSeparator = '\x1F';

// Rarity gates, in half bits (MATCHING.md section 3).
constexpr int kRareGiven = 22;   // p < 5e-4
constexpr int kRareFamily = 24;  // p < 3e-4
constexpr int kRarePair = 42;    // p p < 5e-7

constexpr size_t kShortestStreet = 3;

struct GivenForms {
  std::string name, g1, g2, g3, sound;
  int rarity = 0;
  bool muhammad = false;
};
struct FamilyForms {
  std::string name, f2, f3, sound;
  int rarity = 0;
};

enum class Side { kHolder, kAsker };

std::string Prefix(std::string_view text, size_t size) { return std::string(text.substr(0, size)); }

bool IsRarePair(const GivenForms& given, const FamilyForms& family) {
  return !given.muhammad && given.rarity + family.rarity >= kRarePair;
}

class Maker {
 public:
  Maker(const NormalisedChild& child, Side side) : child_(child), side_(side) {
    for (const std::string& name : child.GivenVariants()) {
      given_.push_back({name, Prefix(name, 1), Prefix(name, 2), Prefix(name, 3),
                        FoldedSoundex(name), GivenNameClass(name), name == kMuhammad});
    }
    for (const std::string& name : child.FamilyVariants()) {
      family_.push_back(
          {name, Prefix(name, 2), Prefix(name, 3), FoldedSoundex(name), FamilyNameClass(name)});
    }
    MakeDates();
  }

  std::vector<MatchKey> Run() {
    if (!child_.nhs_number.empty()) Add(KeyType::kNhsNumber, {child_.nhs_number});
    if (!child_.upn.empty()) Add(KeyType::kUpn, {child_.upn});
    if (child_.HasBirthDay()) BirthAndNames();
    for (const NormalisedAddress& address : child_.addresses) {
      if (!address.postcode.empty()) Postcode(address);
      Street(address);
    }
    BothNamesAndDateParts();
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return std::move(keys_);
  }

 private:
  void Add(KeyType type, std::initializer_list<std::string_view> fields) {
    MatchKey key{static_cast<uint8_t>(type), {}};
    bool first = true;
    for (const std::string_view field : fields) {
      if (!std::exchange(first, false)) key.fields.push_back(kSeparator);
      key.fields.append(field);
    }
    keys_.push_back(std::move(key));
  }

  void MakeDates() {
    if (!child_.HasBirthYear()) return;
    const std::string text = FormatDate(child_.birth);
    year_ = text.substr(0, 4);
    if (child_.birth_known == BirthKnown::kYearAndMonth || child_.HasBirthDay()) {
      month_ = text.substr(5, 2);
    }
    if (!child_.HasBirthDay()) return;
    day_ = text.substr(8, 2);
    dob_ = year_ + month_ + day_;
    dob_sorted_ = year_ + std::min(month_, day_) + std::max(month_, day_);
  }

  // Two names in the order of their bytes: given and family name are often exchanged.
  void AddUnordered(KeyType type, std::string_view date, std::string_view a, std::string_view b) {
    Add(type, {date, std::min(a, b), std::max(a, b)});
  }

  void BirthAndNames() {
    for (const GivenForms& given : given_) {
      for (const FamilyForms& family : family_) {
        AddUnordered(KeyType::kBirthBothNames, dob_, given.g3, family.f3);
        if (!given.sound.empty() && !family.sound.empty()) {
          AddUnordered(KeyType::kBirthBothSounds, dob_sorted_, given.sound, family.sound);
        }
      }
      if (!given.muhammad && given.rarity >= kRareGiven) {
        Add(KeyType::kBirthRareGiven, {dob_, given.name});
      }
    }
    for (const FamilyForms& family : family_) {
      if (family.rarity >= kRareFamily) Add(KeyType::kBirthRareFamily, {dob_, family.name});
    }
  }

  void Postcode(const NormalisedAddress& address) {
    const std::string_view area = address.Area();
    if (child_.HasBirthDay()) {
      Add(KeyType::kBirthPostcode, {dob_sorted_, address.postcode});
      for (const GivenForms& given : given_) {
        Add(KeyType::kBirthAreaGiven, {dob_, area, given.g3});
      }
      for (const FamilyForms& family : family_) {
        if (!family.sound.empty()) Add(KeyType::kBirthAreaFamily, {dob_, area, family.sound});
      }
    }
    for (const FamilyForms& family : family_) PostcodeAndFamily(address.postcode, family);
    for (const GivenForms& given : given_) {
      Add(KeyType::kPostcodeGiven, {address.postcode, given.g3});
      for (const FamilyForms& family : family_) {
        if (!year_.empty()) {
          Add(KeyType::kOutwardBothNames, {address.Outward(), given.g3, family.f3, year_});
        }
        if (IsRarePair(given, family)) {
          Add(KeyType::kOutwardBothNames, {address.Outward(), given.g3, family.f3});
        }
      }
    }
  }

  // Without a given name a family at a postcode is several children: only records that lack details
  // themselves are asked for so, or by an asker who lacks them. Lower case cannot be an initial.
  void PostcodeAndFamily(std::string_view postcode, const FamilyForms& family) {
    for (const GivenForms& given : given_) {
      Add(KeyType::kPostcodeFamily, {postcode, family.f3, given.g1});
    }
    const bool complete = child_.HasBirthDay() && !given_.empty();
    if (side_ == Side::kHolder) {
      Add(KeyType::kPostcodeFamily, {postcode, family.f3, complete ? "complete" : "incomplete"});
      return;
    }
    Add(KeyType::kPostcodeFamily, {postcode, family.f3, "incomplete"});
    if (!complete) Add(KeyType::kPostcodeFamily, {postcode, family.f3, "complete"});
  }

  void Street(const NormalisedAddress& address) {
    if (address.street.size() < kShortestStreet) return;
    const std::string street6 = Prefix(address.street, 6);
    const std::string town5 = Prefix(address.town, 5);
    if (!town5.empty()) {
      if (child_.HasBirthDay()) Add(KeyType::kBirthStreet, {dob_, street6, town5});
      for (const GivenForms& given : given_) {
        for (const FamilyForms& family : family_) {
          Add(KeyType::kStreetBothNames, {street6, town5, given.g2, family.f2});
        }
      }
    }
    if (address.house.empty() || address.Area().empty()) return;
    for (const GivenForms& given : given_) {
      Add(KeyType::kHouseGiven,
          {address.house, Prefix(address.street, 5), address.Area(), given.g2});
    }
  }

  void BothNamesAndDateParts() {
    for (const GivenForms& given : given_) {
      for (const FamilyForms& family : family_) {
        if (IsRarePair(given, family)) {
          DateParts(given, family, nullptr);
          continue;
        }
        for (const NormalisedAddress& address : child_.addresses) {
          if (!address.postcode.empty()) DateParts(given, family, &address);
        }
      }
    }
  }

  void DateParts(const GivenForms& given, const FamilyForms& family,
                 const NormalisedAddress* address) {
    const auto add = [&](KeyType type, const std::string& one, const std::string& two) {
      if (one.empty() || two.empty()) return;
      if (address == nullptr) {
        Add(type, {given.name, family.name, one, two});
      } else {
        Add(type, {given.name, family.name, one, two, address->Area()});
      }
    };
    add(KeyType::kNamesYearMonth, year_, month_);
    add(KeyType::kNamesYearDay, year_, day_);
    add(KeyType::kNamesMonthDay, month_, day_);
  }

  const NormalisedChild& child_;
  const Side side_;
  std::vector<GivenForms> given_;
  std::vector<FamilyForms> family_;
  std::string year_, month_, day_, dob_, dob_sorted_;
  std::vector<MatchKey> keys_;
};

}  // namespace

std::vector<MatchKey> HolderKeys(const NormalisedChild& child) {
  return Maker(child, Side::kHolder).Run();
}

std::vector<MatchKey> AskerKeys(const NormalisedChild& child) {
  return Maker(child, Side::kAsker).Run();
}

}  // namespace signpost::node::plain
