#include "tests/bench/linkage/record_errors.h"

#include <array>
#include <utility>

#include "tests/bench/linkage/foreign.h"

namespace signpost::bench {
namespace {

constexpr uint64_t kPurpose = 20;
constexpr double kMiddleKept = 0.5;

// One authority's record while it is made.
struct Side {
  std::string given, middle, family, former_family;
  node::Date birth;
  v1::Sex sex = v1::SEX_UNSPECIFIED;
  Home home;
  std::optional<Home> former_home;
  std::string nhs_number;
};

// One letter more, less, other, or two exchanged; seldom the first.
std::string Typo(std::string word, Draw& draw) {
  if (word.size() < 2) return word;
  const size_t at = draw.Chance(0.1) ? 0 : 1 + draw.Below(word.size() - 1);
  const char letter = static_cast<char>('A' + draw.Below(26));
  switch (draw.Below(4)) {
    case 0:
      word[at] = letter;
      break;
    case 1:
      word.erase(at, 1);
      break;
    case 2:
      word.insert(at, 1, letter);
      break;
    default:
      if (at + 1 < word.size()) {
        std::swap(word[at], word[at + 1]);
      } else {
        std::swap(word[at - 1], word[at]);
      }
  }
  return word;
}

// Another digit or letter in the place of one, of the same kind, so that the shape stays.
std::string PostcodeTypo(std::string postcode, Draw& draw) {
  const size_t at = draw.Below(postcode.size());
  char& c = postcode[at];
  if (c >= '0' && c <= '9') c = static_cast<char>('0' + draw.Below(10));
  if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + draw.Below(26));
  return postcode;
}

int DaysIn(const node::Date& date) {
  int days = 31;
  while (!node::CheckDate(node::FormatDate({date.year, date.month, static_cast<uint8_t>(days)}))
              .ok()) {
    --days;
  }
  return days;
}

// Day, month or year as often as they were seen wrong: 274 to 172 to 136.
void WrongBirthComponent(node::Date& birth, Draw& draw) {
  const uint64_t which = draw.Below(274 + 172 + 136);
  if (which < 274) {
    birth.day = static_cast<uint8_t>(1 + draw.Below(static_cast<uint64_t>(DaysIn(birth))));
  } else if (which < 274 + 172) {
    birth.month = static_cast<uint8_t>(1 + draw.Below(12));
    birth.day = std::min(birth.day, static_cast<uint8_t>(DaysIn(birth)));
  } else {
    birth.year = static_cast<int16_t>(birth.year + (draw.Chance(0.5) ? 1 : -1));
    birth.day = std::min(birth.day, static_cast<uint8_t>(DaysIn(birth)));
  }
}

class Maker {
 public:
  Maker(const Population& population, const TrueChild& child, const ErrorRates& rates)
      : population_(population),
        child_(child),
        rates_(rates),
        draw_(population.seed(), kPurpose, child.number) {
    for (Side& side : sides_) {
      side.given = child.given;
      side.family = child.family;
      if (draw_.Chance(kMiddleKept)) side.middle = child.middle;
      side.birth = child.birth;
      side.sex = child.sex;
      side.home = child.home;
      if (draw_.Chance(rates.nhs_held)) side.nhs_number = child.nhs_number;
    }
  }

  RecordPair Run() {
    Names();
    Birth();
    if (Happens(rates_.sex)) {
      Side& side = Either();
      side.sex = side.sex == v1::FEMALE ? v1::MALE : v1::FEMALE;
    }
    Address();
    if (Happens(rates_.nhs_wrong)) {
      Side& side = Either();
      if (!side.nhs_number.empty()) side.nhs_number = NthNhsNumber(draw_.Below(kNhsNumbers));
    }
    return {Details(sides_[0]), Details(sides_[1])};
  }

 private:
  bool Happens(double rate) { return draw_.Chance(rate); }
  Side& Either() { return sides_[draw_.Below(2)]; }

  std::string AnotherGiven() {
    return population_.lists().Given(draw_, child_.sex, child_.birth.year, child_.origin);
  }

  void Names() {
    if (Happens(rates_.family_changed)) {
      Side& side = Either();
      side.former_family = Happens(rates_.former_known) ? side.family : std::string();
      side.family = population_.lists().Family(draw_).name;
    }
    if (Happens(rates_.component)) Component(Either());
    if (Happens(rates_.family_typo)) {
      Side& side = Either();
      side.family = Typo(side.family, draw_);
    }
    if (Happens(rates_.nickname)) {
      Side& side = Either();
      const std::string nickname = population_.lists().Nickname(draw_, side.given);
      if (!nickname.empty()) side.given = nickname;
    }
    if (Happens(rates_.other_given)) {
      Side& side = Either();
      side.given = child_.middle.empty() ? AnotherGiven() : child_.middle;
      side.middle.clear();
    }
    if (Happens(rates_.given_typo)) {
      Side& side = Either();
      side.given = Typo(side.given, draw_);
    }
    if (Happens(rates_.crosswise)) {
      Side& side = Either();
      std::swap(side.given, side.family);
    }
    if (Happens(rates_.placeholder)) {
      constexpr std::array<std::string_view, 4> kPlaceholders = {"Baby", "Infant", "Unknown",
                                                                 "Baby Boy"};
      Side& side = Either();
      side.given = kPlaceholders[draw_.Below(kPlaceholders.size())];
      side.middle.clear();
    }
  }

  // A double-barrelled name loses a component, another gains one.
  void Component(Side& side) {
    const size_t hyphen = side.family.find('-');
    if (hyphen == std::string::npos) {
      side.family += "-" + population_.lists().Family(draw_).name;
    } else {
      side.family =
          draw_.Chance(0.5) ? side.family.substr(0, hyphen) : side.family.substr(hyphen + 1);
    }
  }

  void Birth() {
    if (Happens(rates_.birth_component)) WrongBirthComponent(Either().birth, draw_);
    if (Happens(rates_.first_of_january)) {
      Side& side = Either();
      side.birth.month = side.birth.day = 1;
    }
    if (Happens(rates_.birth_swapped)) {
      Side& side = Either();
      if (side.birth.day <= 12) std::swap(side.birth.day, side.birth.month);
    }
  }

  void Address() {
    if (Happens(rates_.moved)) {
      Side& side = Either();
      if (Happens(rates_.former_address_known)) side.former_home = side.home;
      side.home = population_.MovedFrom(side.home, child_.origin, draw_);
    }
    if (Happens(rates_.postcode_typo)) {
      Side& side = Either();
      side.home.postcode = PostcodeTypo(side.home.postcode, draw_);
    }
    if (Happens(rates_.postcode_missing)) Either().home.postcode.clear();
  }

  static void AddAddress(const Home& home, v1::Address::Kind kind, v1::ChildDetails& details) {
    v1::Address* address = details.add_addresses();
    address->set_kind(kind);
    address->set_house(home.house);
    address->set_street(home.street);
    address->set_town(home.town);
    address->set_postcode(home.postcode);
  }

  static v1::ChildDetails Details(const Side& side) {
    v1::ChildDetails details;
    v1::PersonName* name = details.add_names();
    name->set_kind(v1::PersonName::CURRENT);
    name->set_given(side.given);
    name->set_middle(side.middle);
    name->set_family(side.family);
    if (!side.former_family.empty()) {
      v1::PersonName* former = details.add_names();
      former->set_kind(v1::PersonName::FORMER);
      former->set_family(side.former_family);
    }
    details.set_date_of_birth(node::FormatDate(side.birth));
    details.set_date_quality(v1::EXACT);
    details.set_sex(side.sex);
    AddAddress(side.home, v1::Address::CURRENT, details);
    if (side.former_home) AddAddress(*side.former_home, v1::Address::FORMER, details);
    details.set_nhs_number(side.nhs_number);
    return details;
  }

  const Population& population_;
  const TrueChild& child_;
  const ErrorRates& rates_;
  Draw draw_;
  std::array<Side, 2> sides_;  // asked, held
};

}  // namespace

ErrorRates LocalAuthorityErrors() {
  return {.given_typo = .03,
          .nickname = .04,
          .other_given = .03,
          .placeholder = .01,
          .crosswise = .003,
          .family_typo = .03,
          .family_changed = .10,
          .former_known = .35,
          .component = .05,
          .birth_component = .012,
          .first_of_january = .004,
          .birth_swapped = .002,
          .sex = .005,
          .moved = .45,
          .former_address_known = .30,
          .postcode_typo = .01,
          .postcode_missing = .03,
          .nhs_wrong = .003,
          .nhs_held = .7};
}

ErrorRates TrustErrors() {
  return {.given_typo = .009,
          .nickname = .008,
          .other_given = .006,
          .placeholder = .002,
          .crosswise = .001,
          .family_typo = .008,
          .family_changed = .032,
          .former_known = .35,
          .component = .006,
          .birth_component = .0046,
          .first_of_january = .0005,
          .birth_swapped = .0001,
          .sex = .003,
          .moved = .30,
          .former_address_known = .35,
          .postcode_typo = .005,
          .postcode_missing = .004,
          .nhs_wrong = .001,
          .nhs_held = .7};
}

RecordPair MakeRecords(const Population& population, const TrueChild& child,
                       const ErrorRates& rates) {
  return Maker(population, child, rates).Run();
}

}  // namespace signpost::bench
