#include "node/matching/match_keys.h"

#include <absl/container/inlined_vector.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "node/matching/codes.h"
#include "node/matching/name_table.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr char kSeparator = '\x1F';

// Rarity gates, in half bits (MATCHING.md section 3).
constexpr int kRareGiven = 22;   // p < 5e-4
constexpr int kRareFamily = 24;  // p < 3e-4
constexpr int kRarePair = 42;    // p p < 5e-7

constexpr size_t kShortestStreet = 3;

enum class Side { kHolder, kAsker };

// A name in the forms that keys take of it; it views into the child.
struct GivenForms {
  std::string_view name, g1, g2, g3;
  SoundCode sound;
  bool rare = false;
  bool muhammad = false;
  int rarity = 0;
};
struct FamilyForms {
  std::string_view name, f2, f3;
  SoundCode sound;
  bool rare = false;
  int rarity = 0;
};

GivenForms FormsOfGiven(std::string_view name) {
  GivenForms forms{name, name.substr(0, 1), name.substr(0, 2), name.substr(0, 3),
                   FoldedSoundCode(name)};
  forms.muhammad = name == kMuhammad;
  forms.rarity = GivenNameClass(name);
  forms.rare = !forms.muhammad && forms.rarity >= kRareGiven;
  return forms;
}

FamilyForms FormsOfFamily(std::string_view name) {
  FamilyForms forms{name, name.substr(0, 2), name.substr(0, 3), FoldedSoundCode(name)};
  forms.rarity = FamilyNameClass(name);
  forms.rare = forms.rarity >= kRareFamily;
  return forms;
}

bool IsRarePair(const GivenForms& given, const FamilyForms& family) {
  return !given.muhammad && given.rarity + family.rarity >= kRarePair;
}

// The parts of a birth date as keys write them; a part that is not known is empty.
class BirthForms {
 public:
  explicit BirthForms(const NormalisedChild& child) {
    if (!child.HasBirthYear()) return;
    Write(0, child.birth.year / 100);
    Write(2, child.birth.year);
    year_ = Digits(0, 4);
    const bool day_known = child.HasBirthDay();
    if (day_known || child.birth_known == BirthKnown::kYearAndMonth) {
      Write(4, child.birth.month);
      month_ = Digits(4, 2);
    }
    if (!day_known) return;
    Write(6, child.birth.day);
    day_ = Digits(6, 2);
    dob_ = Digits(0, 8);
    // The year again, with day and month in the order of their size.
    Write(8, child.birth.year / 100);
    Write(10, child.birth.year);
    Write(12, std::min(child.birth.month, child.birth.day));
    Write(14, std::max(child.birth.month, child.birth.day));
    dob_sorted_ = Digits(8, 8);
  }
  BirthForms(const BirthForms&) = delete;
  BirthForms& operator=(const BirthForms&) = delete;

  std::string_view year() const { return year_; }
  std::string_view month() const { return month_; }
  std::string_view day() const { return day_; }
  std::string_view dob() const { return dob_; }
  std::string_view dob_sorted() const { return dob_sorted_; }

 private:
  void Write(size_t at, int value) {
    digits_[at] = static_cast<char>('0' + value / 10 % 10);
    digits_[at + 1] = static_cast<char>('0' + value % 10);
  }
  std::string_view Digits(size_t at, size_t size) const { return {digits_.data() + at, size}; }

  std::array<char, 16> digits_{};
  std::string_view year_, month_, day_, dob_, dob_sorted_;
};

// Makes the keys type by type, in the order of their numbers. Within a type they are sorted, and
// made only once, when the next type begins.
class Maker {
 public:
  Maker(const NormalisedChild& child, Side side) : child_(child), side_(side), birth_(child) {
    for (const std::string_view name : child.GivenVariantViews()) {
      given_.push_back(FormsOfGiven(name));
    }
    for (const std::string_view name : child.FamilyVariantViews()) {
      family_.push_back(FormsOfFamily(name));
    }
    keys_.reserve(kUsualKeys);
  }

  std::vector<MatchKey> Run() {
    Begin(KeyType::kNhsNumber);
    if (!child_.nhs_number.empty()) Add({child_.nhs_number});
    Begin(KeyType::kUpn);
    if (!child_.upn.empty()) Add({child_.upn});
    BirthAndNames();
    BirthAndPostcode();
    BirthAndRareName();
    PostcodeAndName();
    OutwardAndNames();
    StreetAndMore();
    BothNamesAndDateParts();
    FinishType();
    return std::move(keys_);
  }

 private:
  void Begin(KeyType type) {
    FinishType();
    type_ = static_cast<uint8_t>(type);
    type_begins_ = keys_.size();
  }

  void FinishType() {
    if (keys_.size() - type_begins_ < 2) return;
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(type_begins_);
    std::sort(begin, keys_.end(),
              [](const MatchKey& a, const MatchKey& b) { return a.fields < b.fields; });
    keys_.erase(std::unique(begin, keys_.end()), keys_.end());
  }

  void Add(std::initializer_list<std::string_view> fields) {
    size_t size = fields.size() - 1;
    for (const std::string_view field : fields) size += field.size();
    std::string joined(size, kSeparator);
    char* next = joined.data();
    for (const std::string_view field : fields) {
      next = std::copy(field.begin(), field.end(), next) + 1;
    }
    keys_.push_back({type_, std::move(joined)});
  }

  // Two names in the order of their bytes: given and family name are often exchanged.
  void AddUnordered(std::string_view date, std::string_view a, std::string_view b) {
    Add({date, std::min(a, b), std::max(a, b)});
  }

  template <typename Visit>
  void ForBothNames(Visit visit) {
    for (const GivenForms& given : given_) {
      for (const FamilyForms& family : family_) visit(given, family);
    }
  }
  template <typename Visit>
  void ForPostcodes(Visit visit) {
    for (const NormalisedAddress& address : child_.addresses) {
      if (!address.postcode.empty()) visit(address);
    }
  }
  template <typename Visit>
  void ForStreets(Visit visit) {
    for (const NormalisedAddress& address : child_.addresses) {
      if (address.street.size() >= kShortestStreet) visit(address);
    }
  }

  void BirthAndNames() {
    if (birth_.dob().empty()) return;
    Begin(KeyType::kBirthBothNames);
    ForBothNames([this](const GivenForms& given, const FamilyForms& family) {
      AddUnordered(birth_.dob(), given.g3, family.f3);
    });
    Begin(KeyType::kBirthBothSounds);
    ForBothNames([this](const GivenForms& given, const FamilyForms& family) {
      if (given.sound.empty() || family.sound.empty()) return;
      AddUnordered(birth_.dob_sorted(), given.sound.view(), family.sound.view());
    });
  }

  void BirthAndPostcode() {
    if (birth_.dob().empty()) return;
    Begin(KeyType::kBirthPostcode);
    ForPostcodes([this](const NormalisedAddress& address) {
      Add({birth_.dob_sorted(), address.postcode});
    });
    Begin(KeyType::kBirthAreaGiven);
    ForPostcodes([this](const NormalisedAddress& address) {
      for (const GivenForms& given : given_) Add({birth_.dob(), address.Area(), given.g3});
    });
    Begin(KeyType::kBirthAreaFamily);
    ForPostcodes([this](const NormalisedAddress& address) {
      for (const FamilyForms& family : family_) {
        if (family.sound.empty()) continue;
        Add({birth_.dob(), address.Area(), family.sound.view()});
      }
    });
  }

  void BirthAndRareName() {
    if (birth_.dob().empty()) return;
    Begin(KeyType::kBirthRareGiven);
    for (const GivenForms& given : given_) {
      if (given.rare) Add({birth_.dob(), given.name});
    }
    Begin(KeyType::kBirthRareFamily);
    for (const FamilyForms& family : family_) {
      if (family.rare) Add({birth_.dob(), family.name});
    }
  }

  void PostcodeAndName() {
    Begin(KeyType::kPostcodeFamily);
    ForPostcodes([this](const NormalisedAddress& address) {
      for (const FamilyForms& family : family_) PostcodeAndFamily(address.postcode, family.f3);
    });
    Begin(KeyType::kPostcodeGiven);
    ForPostcodes([this](const NormalisedAddress& address) {
      for (const GivenForms& given : given_) Add({address.postcode, given.g3});
    });
  }

  // Without a given name a family at a postcode is several children: only records that lack details
  // themselves are asked for so, or by an asker who lacks them. Lower case cannot be an initial.
  void PostcodeAndFamily(std::string_view postcode, std::string_view f3) {
    for (const GivenForms& given : given_) Add({postcode, f3, given.g1});
    const bool complete = child_.HasBirthDay() && !given_.empty();
    if (side_ == Side::kHolder) {
      Add({postcode, f3, complete ? "complete" : "incomplete"});
      return;
    }
    Add({postcode, f3, "incomplete"});
    if (!complete) Add({postcode, f3, "complete"});
  }

  void OutwardAndNames() {
    Begin(KeyType::kOutwardBothNames);
    ForPostcodes([this](const NormalisedAddress& address) {
      const std::string_view outward = address.Outward();
      ForBothNames([&](const GivenForms& given, const FamilyForms& family) {
        if (!birth_.year().empty()) Add({outward, given.g3, family.f3, birth_.year()});
        if (IsRarePair(given, family)) Add({outward, given.g3, family.f3});
      });
    });
  }

  void StreetAndMore() {
    Begin(KeyType::kBirthStreet);
    ForStreets([this](const NormalisedAddress& address) {
      if (birth_.dob().empty() || address.town.empty()) return;
      Add({birth_.dob(), Street(address, 6), Town(address)});
    });
    Begin(KeyType::kStreetBothNames);
    ForStreets([this](const NormalisedAddress& address) {
      if (address.town.empty()) return;
      ForBothNames([&](const GivenForms& given, const FamilyForms& family) {
        Add({Street(address, 6), Town(address), given.g2, family.f2});
      });
    });
    Begin(KeyType::kHouseGiven);
    ForStreets([this](const NormalisedAddress& address) {
      const std::string_view area = address.Area();
      if (address.house.empty() || area.empty()) return;
      for (const GivenForms& given : given_) {
        Add({address.house, Street(address, 5), area, given.g2});
      }
    });
  }

  static std::string_view Street(const NormalisedAddress& address, size_t letters) {
    return std::string_view(address.street).substr(0, letters);
  }
  static std::string_view Town(const NormalisedAddress& address) {
    return std::string_view(address.town).substr(0, 5);
  }

  void BothNamesAndDateParts() {
    DateParts(KeyType::kNamesYearMonth, birth_.year(), birth_.month());
    DateParts(KeyType::kNamesYearDay, birth_.year(), birth_.day());
    DateParts(KeyType::kNamesMonthDay, birth_.month(), birth_.day());
  }

  void DateParts(KeyType type, std::string_view one, std::string_view two) {
    if (one.empty() || two.empty()) return;
    Begin(type);
    ForBothNames([&](const GivenForms& given, const FamilyForms& family) {
      if (IsRarePair(given, family)) {
        Add({given.name, family.name, one, two});
        return;
      }
      ForPostcodes([&](const NormalisedAddress& address) {
        Add({given.name, family.name, one, two, address.Area()});
      });
    });
  }

  // More than most records make, so that the list grows once.
  static constexpr size_t kUsualKeys = 25;

  const NormalisedChild& child_;
  const Side side_;
  const BirthForms birth_;
  absl::InlinedVector<GivenForms, kMaxGivenVariants> given_;
  absl::InlinedVector<FamilyForms, kMaxFamilyVariants> family_;
  uint8_t type_ = 0;
  size_t type_begins_ = 0;
  std::vector<MatchKey> keys_;
};

}  // namespace

std::vector<std::string_view> MatchKey::Parts() const {
  std::vector<std::string_view> parts;
  std::string_view rest = fields;
  for (size_t at = rest.find(kSeparator); at != std::string_view::npos;
       at = rest.find(kSeparator)) {
    parts.push_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  parts.push_back(rest);
  return parts;
}

KeyTypeSet KeyTypesOf(const std::vector<MatchKey>& keys) {
  KeyTypeSet types = 0;
  for (const MatchKey& key : keys) types |= KeyTypeBit(key.type);
  return types;
}

std::vector<MatchKey> HolderKeys(const NormalisedChild& child) {
  return Maker(child, Side::kHolder).Run();
}

std::vector<MatchKey> AskerKeys(const NormalisedChild& child) {
  return Maker(child, Side::kAsker).Run();
}

std::vector<MatchKey> QuestionKeys(const NormalisedChild& child) {
  std::vector<MatchKey> keys = AskerKeys(child);
  if (keys.size() > kQuestionSlots) keys.resize(kQuestionSlots);
  return keys;
}

}  // namespace signpost::node
