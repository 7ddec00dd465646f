#include "tests/bench/linkage/name_lists.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "node/matching/name_table.h"
#include "node/matching/normalise.h"
#include "tests/bench/linkage/csv_table.h"

namespace signpost::bench {
namespace {

// MATCHING.md section 6.
constexpr double kRareGivenShare = 0.09;
constexpr double kRareFamilyShare = 0.135;
constexpr uint64_t kRareGivenNames = 150'000;
constexpr uint64_t kRareFamilyNames = 200'000;

// The share of families whose name is drawn from an origin's lists, besides those that the table of
// all names has: an assumption, set so that people of one name are as frequent in the simulation as
// the design's own simulation had them (false candidates of keys 9 and 16 to 18).
struct OriginShare {
  Origin origin;
  double share;
};
constexpr std::array kOriginShares = {
    OriginShare{Origin::kSouthAsian, 0.055}, OriginShare{Origin::kEasternEuropean, 0.02},
    OriginShare{Origin::kAfrican, 0.015}, OriginShare{Origin::kMiddleEastern, 0.006},
    OriginShare{Origin::kEastAsian, 0.004}};

// How often a child of a family from elsewhere gets a given name from there; and how often a name
// that was drawn for somebody else is drawn again, which keeps each name's share of all births.
constexpr double kGivenOfOrigin = 0.6;
constexpr double kForeignDrawnAgain = 0.5;

bool FromElsewhere(Origin origin) {
  return origin != Origin::kUnlisted && origin != Origin::kBritishIsles &&
         origin != Origin::kOtherEuropean;
}

absl::Status NotAsDescribed(const std::string& file) {
  return absl::DataLossError(absl::StrCat(file, ": has not the columns it should have"));
}

size_t SexIndex(v1::Sex sex) { return sex == v1::FEMALE ? 0 : 1; }

// Rare names are rare unequally.
uint64_t RareNumber(Draw& draw, uint64_t names) {
  const double u = draw.Unit();
  return static_cast<uint64_t>(u * std::sqrt(u) * static_cast<double>(names));
}

uint64_t HashOfName(const std::string& name) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

absl::StatusOr<NameLists> NameLists::Load(const std::string& path) {
  NameLists lists;
  SIGNPOST_ASSIGN_OR_RETURN(lists.origins_, Origins::Load(path));
  SIGNPOST_RETURN_IF_ERROR(lists.LoadGiven(path + "/names/ons_baby_names_ew_1996_2024.csv"));
  SIGNPOST_RETURN_IF_ERROR(lists.LoadFamily(path + "/names/family_name_frequency.csv"));
  SIGNPOST_RETURN_IF_ERROR(lists.LoadOutward(path + "/names/uk_postcode_sample_10000.csv"));
  SIGNPOST_RETURN_IF_ERROR(
      lists.LoadNicknames(path + "/names/uk_forename_variants_sdglinkage.csv"));
  lists.MakeOriginLists();
  return lists;
}

absl::Status NameLists::LoadGiven(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(path));
  const auto year = table.Find("year"), sex = table.Find("sex"), name = table.Find("name"),
             count = table.Find("count");
  if (!year || !sex || !name || !count) return NotAsDescribed(path);
  for (auto& years : by_year_) years.resize(kLastBirthYear - kFirstBirthYear + 1);
  std::unordered_map<std::string, uint32_t> numbers;
  for (const std::vector<std::string>& row : table.rows) {
    const int born = std::atoi(row[*year].c_str());
    if (born < kFirstBirthYear || born > kLastBirthYear) continue;
    const auto [at, added] =
        numbers.try_emplace(row[*name], static_cast<uint32_t>(given_names_.size()));
    if (added) {
      given_names_.push_back(row[*name]);
      const std::vector<std::string> words = node::NormalisedWords(row[*name]);
      given_origins_.push_back(words.empty() ? Origin::kUnlisted : origins_.OfGiven(words[0]));
    }
    YearNames& names =
        by_year_[row[*sex] == "F" ? 0 : 1][static_cast<size_t>(born - kFirstBirthYear)];
    names.names.push_back(at->second);
    names.weights.Add(std::atof(row[*count].c_str()));
  }
  for (const auto& years : by_year_) {
    for (const YearNames& names : years) {
      if (names.weights.total() <= 0) {
        return absl::DataLossError(absl::StrCat(path, ": a year from ", kFirstBirthYear, " to ",
                                                kLastBirthYear, " has no births"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status NameLists::LoadFamily(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(path));
  const auto name = table.Find("name"), probability = table.Find("probability");
  if (!name || !probability) return NotAsDescribed(path);
  for (const std::vector<std::string>& row : table.rows) {
    const double weight = std::atof(row[*probability].c_str());
    if (row[*name].empty() || weight <= 0) return NotAsDescribed(path);
    family_names_.push_back(row[*name]);
    family_origins_.push_back(origins_.OfFamily(row[*name]));
    family_weights_.Add(weight);
  }
  return family_names_.empty() ? NotAsDescribed(path) : absl::OkStatus();
}

absl::Status NameLists::LoadOutward(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(path));
  const auto postcode = table.Find("postcode"), country = table.Find("country");
  if (!postcode || !country) return NotAsDescribed(path);
  std::map<std::string, double> counts;
  for (const std::vector<std::string>& row : table.rows) {
    if (row[*country] != "England") continue;
    node::NormalisedAddress address;
    address.postcode = node::CheckPostcode(row[*postcode]).canonical;
    if (!address.Outward().empty()) counts[std::string(address.Outward())] += 1;
  }
  for (const auto& [code, count] : counts) {
    outward_.push_back({code, code.substr(0, code.find_first_of("0123456789")), count});
  }
  return outward_.empty() ? NotAsDescribed(path) : absl::OkStatus();
}

absl::Status NameLists::LoadNicknames(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(path));
  const auto one = table.Find("forename"), other = table.Find("forename2");
  if (!one || !other) return NotAsDescribed(path);
  for (const std::vector<std::string>& row : table.rows) {
    nicknames_[Upper(row[*one])].push_back(Upper(row[*other]));
  }
  return absl::OkStatus();
}

void NameLists::MakeOriginLists() {
  for (const OriginShare& from : kOriginShares) {
    const auto origin = static_cast<size_t>(from.origin);
    families_of_[origin] = origins_.FamilyNames(from.origin);
    // Which of them are common is not known: an order by hash, falling as such lists do.
    std::sort(
        families_of_[origin].begin(), families_of_[origin].end(),
        [](const std::string& a, const std::string& b) { return HashOfName(a) < HashOfName(b); });
    for (size_t i = 0; i < families_of_[origin].size(); ++i) {
      family_weights_of_[origin].Add(1.0 / static_cast<double>(i + 10));
    }
  }
  for (size_t sex = 0; sex < by_year_.size(); ++sex) {
    std::vector<double> births(given_names_.size(), 0);
    for (const YearNames& year : by_year_[sex]) {
      double before = 0;
      for (size_t i = 0; i < year.names.size(); ++i) {
        const double until = year.weights.SumTo(i);
        births[year.names[i]] += until - before;
        before = until;
      }
    }
    for (uint32_t i = 0; i < births.size(); ++i) {
      if (births[i] <= 0 || !FromElsewhere(given_origins_[i])) continue;
      YearNames& list = by_origin_[sex][static_cast<size_t>(given_origins_[i])];
      list.names.push_back(i);
      list.weights.Add(births[i]);
    }
  }
}

const NameLists::YearNames& NameLists::Of(v1::Sex sex, int year) const {
  const int within = std::clamp(year, kFirstBirthYear, kLastBirthYear) - kFirstBirthYear;
  return by_year_[SexIndex(sex)][static_cast<size_t>(within)];
}

std::string NameLists::RareName(uint64_t number, const std::vector<std::string>& parts) const {
  const auto letters = [](const std::string& name) {
    std::string out;
    for (const char c : name) {
      if (c >= 'A' && c <= 'Z') out += c;
    }
    return out;
  };
  Draw draw(number, 7, parts.size());
  std::string name;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const std::string head = letters(parts[draw.Below(parts.size())]);
    const std::string tail = letters(parts[draw.Below(parts.size())]);
    const size_t from_tail = std::min<size_t>(tail.size(), 3 + draw.Below(2));
    name = head.substr(0, 3 + draw.Below(3)) + tail.substr(tail.size() - from_tail);
    if (node::GivenNameClass(name) == node::kUnlistedNameClass &&
        node::FamilyNameClass(name) == node::kUnlistedNameClass) {
      break;
    }
  }
  return name;
}

std::string NameLists::Given(Draw& draw, v1::Sex sex, int year, Origin origin) const {
  if (draw.Chance(kRareGivenShare)) {
    return RareName(RareNumber(draw, kRareGivenNames), given_names_);
  }
  const YearNames& own = by_origin_[SexIndex(sex)][static_cast<size_t>(origin)];
  if (FromElsewhere(origin) && own.weights.total() > 0 && draw.Chance(kGivenOfOrigin)) {
    return given_names_[own.names[own.weights.Pick(draw)]];
  }
  const YearNames& all = Of(sex, year);
  uint32_t name = all.names[all.weights.Pick(draw)];
  const bool others = FromElsewhere(given_origins_[name]) && given_origins_[name] != origin;
  if (others && draw.Chance(kForeignDrawnAgain)) name = all.names[all.weights.Pick(draw)];
  return given_names_[name];
}

FamilyName NameLists::Family(Draw& draw) const {
  double at = draw.Unit();
  for (const OriginShare& from : kOriginShares) {
    const auto origin = static_cast<size_t>(from.origin);
    if (at < from.share && !families_of_[origin].empty()) {
      return {families_of_[origin][family_weights_of_[origin].Pick(draw)], from.origin};
    }
    at -= from.share;
  }
  if (draw.Chance(kRareFamilyShare)) {
    return {RareName(RareNumber(draw, kRareFamilyNames) + (uint64_t{1} << 32), family_names_),
            Origin::kUnlisted};
  }
  const size_t i = family_weights_.Pick(draw);
  return {family_names_[i], family_origins_[i]};
}

std::string NameLists::Nickname(Draw& draw, const std::string& given) const {
  const auto at = nicknames_.find(given);
  if (at == nicknames_.end()) return {};
  return at->second[draw.Below(at->second.size())];
}

}  // namespace signpost::bench
