#include "tests/bench/linkage/population.h"

#include <algorithm>
#include <map>

#include "tests/bench/linkage/foreign.h"

namespace signpost::bench {
namespace {

// Purposes of draws: the order in which one thing draws must not move another's.
enum Purpose : uint64_t {
  kDeliveries = 1,
  kFamily = 2,
  kChild = 3,
  kStreet = 4,
  kTown = 5,
  kConcentration = 6,
};

// MATCHING.md section 6.
constexpr std::array kChildrenPerFamily = {0.40, 0.38, 0.14, 0.05, 0.03};
constexpr double kMultipleBirths = 0.015;
constexpr double kIdenticalTwins = 0.3;
constexpr double kLeastGapDays = 330, kMeanFurtherGapDays = 700;
constexpr double kOtherFamilyName = 0.12, kDoubleBarrelled = 0.05, kHasMiddleName = 0.75;
constexpr double kChildrenPerPostcode = 7.6;
constexpr double kSameOutward = 0.40, kSameArea = 0.32;
constexpr double kCommonStreet = 0.35;
constexpr uint64_t kUnitsOfSector = 400;  // two of the twenty letters that units use

constexpr std::array<std::string_view, 48> kStreets = {
    "High",        "Station",      "Church",  "Park",     "London",   "Victoria", "Manor",
    "New",         "Queens",       "Kings",   "Grange",   "Mill",     "Green",    "West",
    "North",       "Albert",       "George",  "Windsor",  "York",     "Richmond", "Stanley",
    "Springfield", "The Crescent", "School",  "Chapel",   "South",    "East",     "Alexandra",
    "Broadway",    "Highfield",    "Oak",     "Elm",      "Cedar",    "Chester",  "Clarence",
    "Nelson",      "Wellington",   "Warwick", "Kingsway", "Meadow",   "Orchard",  "Priory",
    "Russell",     "Salisbury",    "Tudor",   "Vicarage", "Waterloo", "Woodland"};
constexpr std::array<std::string_view, 5> kKinds = {"Road", "Street", "Close", "Avenue", "Lane"};

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kFirstBirthMs = 1'167'609'600'000;  // 2007-01-01
constexpr int64_t kBirthDays = 6'575;                 // to 2024-12-31

// A word of three to five syllables' letters; the same number, the same word.
std::string InventedWord(uint64_t seed, Purpose purpose, uint64_t number) {
  static constexpr std::array<std::string_view, 24> kStarts = {
      "B", "Br", "C", "Ch", "D",  "F", "G",  "Gr", "H",  "K",  "L", "M",
      "N", "P",  "R", "S",  "St", "T", "Th", "W",  "Wh", "Sh", "A", "E"};
  static constexpr std::array<std::string_view, 10> kMiddles = {"a",  "e",  "i",  "o",  "u",
                                                                "ea", "oo", "ar", "or", "ing"};
  static constexpr std::array<std::string_view, 16> kEnds = {
      "ton",   "ham",  "ley",  "field", "by",   "ford", "wick", "stead",
      "worth", "well", "bury", "gate",  "wood", "mere", "den",  "combe"};
  Draw draw(seed, purpose, number);
  std::string word(kStarts[draw.Below(kStarts.size())]);
  word += kMiddles[draw.Below(kMiddles.size())];
  word += static_cast<char>('a' + draw.Below(26));
  word += kEnds[draw.Below(kEnds.size())];
  return word;
}

char UnitLetter(uint64_t i) { return "ABDEFGHJLNPQRSTUWXYZ"[i % 20]; }

int64_t WrappedDay(double day) {
  const int64_t whole = static_cast<int64_t>(day) % kBirthDays;
  return whole < 0 ? whole + kBirthDays : whole;
}

node::Date DateOfDay(int64_t day) { return node::DateOfMs(kFirstBirthMs + day * kDayMs); }

// KAUR and SINGH go by sex.
std::string BySex(const std::string& family, v1::Sex sex) {
  if (family == "KAUR" || family == "SINGH") return sex == v1::FEMALE ? "KAUR" : "SINGH";
  return family;
}

}  // namespace

Population::Population(const NameLists* lists, uint64_t children, uint64_t seed)
    : lists_(lists), seed_(seed) {
  const std::vector<OutwardCode>& codes = lists->outward_codes();
  std::map<std::string, uint32_t> areas;
  double total = 0;
  for (const OutwardCode& code : codes) {
    areas.try_emplace(code.area, static_cast<uint32_t>(areas.size()));
    total += code.weight;
  }
  outward_of_area_.resize(areas.size());
  weights_of_area_.resize(areas.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    const uint32_t area = areas[codes[i].area];
    area_of_outward_.push_back(area);
    outward_of_area_[area].push_back(static_cast<uint32_t>(i));
    weights_of_area_[area].Add(codes[i].weight);
    const double postcodes =
        static_cast<double>(children) / kChildrenPerPostcode * codes[i].weight / total;
    units_.push_back(std::max<uint64_t>(1, static_cast<uint64_t>(postcodes + 0.5)));
    for (size_t origin = 0; origin < kOrigins; ++origin) {
      const bool everywhere = origin == static_cast<size_t>(Origin::kBritishIsles) ||
                              origin == static_cast<size_t>(Origin::kUnlisted);
      Draw draw(seed, kConcentration, origin * 1000 + area);
      const double factor = everywhere ? 1 : std::pow(draw.Exponential(1), 2);
      outward_by_origin_[origin].Add(codes[i].weight * factor);
    }
  }
  while (children_ < children) {
    Draw draw(seed_, kDeliveries, households_++);
    uint64_t born = 0;
    for (const int at_once : Deliveries(draw)) born += static_cast<uint64_t>(at_once);
    children_ += born;
  }
}

std::vector<int> Population::Deliveries(Draw& draw) const {
  double at = draw.Unit();
  size_t size = 0;
  while (size + 1 < kChildrenPerFamily.size() && at >= kChildrenPerFamily[size]) {
    at -= kChildrenPerFamily[size++];
  }
  std::vector<int> deliveries;
  uint64_t born = 0;
  for (size_t i = 0; i <= size; ++i) {
    const int at_once = draw.Chance(kMultipleBirths) ? 2 : 1;
    if (born + static_cast<uint64_t>(at_once) > kMostChildren) break;
    deliveries.push_back(at_once);
    born += static_cast<uint64_t>(at_once);
  }
  return deliveries;
}

size_t Population::OutwardFor(Origin origin, Draw& draw) const {
  return outward_by_origin_[static_cast<size_t>(origin)].Pick(draw);
}

Home Population::HomeIn(size_t outward, Draw& draw) const {
  const OutwardCode& code = lists_->outward_codes()[outward];
  const uint64_t units = units_[outward];
  const uint64_t unit = draw.Below(units);
  // About 150 postcodes a sector, nine sectors at most.
  const uint64_t sectors =
      std::clamp<uint64_t>(units / 150 + 1, 1 + units / (kUnitsOfSector + 1), 9);
  const uint64_t letters = unit / sectors;
  Home home;
  home.outward = static_cast<uint32_t>(outward);
  home.postcode = code.code + " " + std::to_string(1 + unit % sectors) + UnitLetter(letters) +
                  UnitLetter(letters / 20);
  const uint64_t street = outward * 1'000'000 + unit;
  Draw of_street(seed_, kStreet, street);
  home.street = of_street.Chance(kCommonStreet)
                    ? std::string(kStreets[of_street.Below(kStreets.size())])
                    : InventedWord(seed_, kStreet, street);
  home.street += " ";
  home.street += kKinds[of_street.Below(kKinds.size())];
  // Four outward codes of an area, one after the other, are of one town.
  const std::vector<uint32_t>& of_area = outward_of_area_[area_of_outward_[outward]];
  const auto place = static_cast<uint64_t>(outward - of_area.front()) / 4;
  home.town = InventedWord(seed_, kTown, of_area.front() * 1000 + place);
  home.house = std::to_string(1 + draw.Below(1 + draw.Below(150)));
  return home;
}

Home Population::MovedFrom(const Home& from, Origin origin, Draw& draw) const {
  const double how_far = draw.Unit();
  if (how_far < kSameOutward) return HomeIn(from.outward, draw);
  if (how_far < kSameOutward + kSameArea) {
    const uint32_t area = area_of_outward_[from.outward];
    return HomeIn(outward_of_area_[area][weights_of_area_[area].Pick(draw)], draw);
  }
  return HomeIn(OutwardFor(origin, draw), draw);
}

HouseholdChildren Population::Make(uint64_t household) const {
  Draw of_deliveries(seed_, kDeliveries, household);
  const std::vector<int> deliveries = Deliveries(of_deliveries);
  Draw draw(seed_, kFamily, household);
  FamilyName family = lists_->Family(draw);
  if (draw.Chance(kDoubleBarrelled)) family.name += "-" + lists_->Family(draw).name;
  const Home home = HomeIn(OutwardFor(family.origin, draw), draw);

  HouseholdChildren out;
  out.number = household;
  double day = draw.Unit() * static_cast<double>(kBirthDays);
  for (const int at_once : deliveries) {
    v1::Sex first_sex = v1::SEX_UNSPECIFIED;
    const bool identical = draw.Chance(kIdenticalTwins);
    const std::string name = !out.children.empty() && draw.Chance(kOtherFamilyName)
                                 ? lists_->Family(draw).name
                                 : family.name;
    for (int i = 0; i < at_once; ++i) {
      TrueChild& child = out.children.emplace_back();
      child.number = household * kMostChildren + out.children.size() - 1;
      Draw own(seed_, kChild, child.number);
      child.origin = family.origin;
      child.birth = DateOfDay(WrappedDay(day));
      child.sex = own.Chance(0.488) ? v1::FEMALE : v1::MALE;
      if (i > 0 && identical) child.sex = first_sex;
      first_sex = child.sex;
      child.twin = at_once > 1;
      child.family = BySex(name, child.sex);
      // Twins have different names; no two draws are expected to be equal more than four times.
      for (int attempt = 0; attempt < 4; ++attempt) {
        child.given = lists_->Given(own, child.sex, child.birth.year, child.origin);
        if (i == 0 || out.children[out.children.size() - 2].given != child.given) break;
      }
      if (own.Chance(kHasMiddleName)) {
        child.middle = lists_->Given(own, child.sex, child.birth.year, child.origin);
      }
      child.home = home;
      child.nhs_number = NthNhsNumber(child.number);
    }
    day += kLeastGapDays + draw.Exponential(kMeanFurtherGapDays);
  }
  return out;
}

}  // namespace signpost::bench
