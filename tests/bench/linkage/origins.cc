#include "tests/bench/linkage/origins.h"

#include <algorithm>

#include "tests/bench/linkage/csv_table.h"

namespace signpost::bench {
namespace {

// Lists of lands where English or British names are common too are left out (US, CA, AU, NZ).
Origin OriginOfCountry(std::string_view country) {
  struct Lands {
    Origin origin;
    std::string_view codes;
  };
  constexpr std::array kLands = {
      Lands{Origin::kBritishIsles, "GB IE IM JE GG"},
      Lands{Origin::kSouthAsian, "IN PK BD LK NP"},
      Lands{Origin::kMiddleEastern, "EG AE SA IQ JO KW LB LY MA DZ TN IR TR AZ KG TJ KZ"},
      Lands{Origin::kEastAsian, "CN TW KR JP VN KH TH MN MY"},
      Lands{Origin::kEasternEuropean,
            "PL RO RU UA BG CZ SK HU LT LV EE AL BA RS HR SI MK ME XK BY MD GE AM"},
      Lands{Origin::kOtherEuropean,
            "FR DE ES PT IT NL BE AT CH LU DK NO FI IS FO GR CY MT AD MC SM LI GI MX AR CL PE PY "
            "CU DO SV GT CR CO BR EC BO PA VE UY PR PH"},
      Lands{Origin::kAfrican, "ZA JM HT ML GQ"},
  };
  for (const Lands& lands : kLands) {
    if (country.size() == 2 && lands.codes.find(country) != std::string_view::npos) {
      return lands.origin;
    }
  }
  return Origin::kUnlisted;
}

// A name on several lists belongs to the first of these: the lists of the British Isles are of
// today and hold names of everywhere, those of continental Europe hold names that are British too.
int Rank(Origin origin) {
  constexpr std::array kOrder = {
      Origin::kSouthAsian,      Origin::kBritishIsles,  Origin::kMiddleEastern, Origin::kEastAsian,
      Origin::kEasternEuropean, Origin::kOtherEuropean, Origin::kAfrican,       Origin::kUnlisted};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), origin) - kOrder.begin());
}

// Common in England and on no list by country of origin: the lists have none of Pakistan's family
// names, nor of Nigeria's, Ghana's, Somalia's or Zimbabwe's.
constexpr std::string_view kSouthAsianFamilies[] = {
    "KHAN", "HUSSAIN",  "AHMED",     "AHMAD",   "BEGUM",  "MALIK",   "IQBAL",  "AKHTAR",  "SHAH",
    "MIAH", "UDDIN",    "RAHMAN",    "KAUR",    "SINGH",  "PATEL",   "BIBI",   "RASHID",  "ASLAM",
    "KAZI", "SHAIKH",   "CHOUDHURY", "MAHMOOD", "AKHTER", "HUSSEIN", "MIRZA",  "QURESHI", "RAJA",
    "BUTT", "CHAUDHRY", "SIDDIQUI",  "HAQUE",   "ISLAM",  "ALI",     "KHATUN", "KHANUM",  "ANWAR"};
constexpr std::string_view kAfricanFamilies[] = {
    "OKAFOR", "OKEKE",   "OKORO",   "ADEYEMI", "ADEBAYO", "BALOGUN", "IBRAHIM", "MENSAH", "OWUSU",
    "OSEI",   "ASANTE",  "BOATENG", "APPIAH",  "ABDI",    "WARSAME", "MOHAMUD", "HASSAN", "MOYO",
    "NDLOVU", "SIBANDA", "DUBE",    "NCUBE",   "BANGURA", "KAMARA",  "SESAY",   "CONTEH", "JALLOH"};

std::string OneWord(const std::string& name) {
  std::string word;
  for (const std::string& part : node::NormalisedWords(name)) word += part;
  return word;
}

void Put(std::unordered_map<std::string, Origin>& names, const std::string& name, Origin origin) {
  if (name.empty()) return;
  const auto [at, added] = names.try_emplace(name, origin);
  if (!added && Rank(origin) < Rank(at->second)) at->second = origin;
}

}  // namespace

std::string_view OriginName(Origin origin) {
  constexpr std::array<std::string_view, kOrigins> kNames = {"on no list",
                                                             "British Isles",
                                                             "South Asian",
                                                             "Arabic, Persian, Turkish",
                                                             "East Asian",
                                                             "eastern European",
                                                             "other European, Latin American",
                                                             "African, Caribbean"};
  return kNames[static_cast<size_t>(origin)];
}

absl::Status Origins::LoadByCountry(const std::string& file, const std::string& column,
                                    std::unordered_map<std::string, Origin>& names) {
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(file));
  const auto country = table.Find("country"), local = table.Find("localized name"),
             roman = table.Find(column);
  if (!country || !local || !roman) {
    return absl::DataLossError(absl::StrCat(file, ": not a list of names by country"));
  }
  for (const std::vector<std::string>& row : table.rows) {
    const Origin origin = OriginOfCountry(row[*country]);
    if (origin == Origin::kUnlisted) continue;
    Put(names, OneWord(row[*roman]), origin);
    Put(names, OneWord(row[*local]), origin);
  }
  return absl::OkStatus();
}

absl::StatusOr<Origins> Origins::Load(const std::string& path) {
  Origins origins;
  SIGNPOST_RETURN_IF_ERROR(origins.LoadByCountry(
      path + "/names/common_surnames_by_country_sigpwned.csv", "romanized name", origins.family_));
  SIGNPOST_RETURN_IF_ERROR(origins.LoadByCountry(
      path + "/names/common_forenames_by_country_sigpwned.csv", "romanized name", origins.given_));
  Put(origins.given_, std::string(node::kMuhammad), Origin::kSouthAsian);
  // The long list of family names in England: British unless a list from elsewhere has the name;
  // German, French or Spanish lists do not take away what is common here.
  SIGNPOST_ASSIGN_OR_RETURN(const CsvTable england,
                            ReadCsvTable(path + "/names/family_name_frequency.csv"));
  const auto name = england.Find("name");
  if (!name) return absl::DataLossError("names/family_name_frequency.csv: has no column name");
  for (const std::vector<std::string>& row : england.rows) {
    const std::string word = OneWord(row[*name]);
    const auto at = origins.family_.find(word);
    if (at == origins.family_.end() || at->second == Origin::kOtherEuropean) {
      origins.family_[word] = Origin::kBritishIsles;
    }
  }
  for (const std::string_view word : kAfricanFamilies) {
    origins.family_[std::string(word)] = Origin::kAfrican;
  }
  for (const std::string_view word : kSouthAsianFamilies) {
    origins.family_[std::string(word)] = Origin::kSouthAsian;
  }
  return origins;
}

Origin Origins::OfFamily(std::string_view family) const {
  const auto at = family_.find(std::string(family));
  return at == family_.end() ? Origin::kUnlisted : at->second;
}

Origin Origins::OfGiven(std::string_view given) const {
  const auto at = given_.find(std::string(given));
  return at == given_.end() ? Origin::kUnlisted : at->second;
}

Origin Origins::OfChild(const node::NormalisedChild& child) const {
  const auto telling = [](Origin origin) {
    return origin != Origin::kUnlisted && origin != Origin::kBritishIsles;
  };
  Origin found = Origin::kUnlisted;
  for (const std::string& family : child.FamilyVariants()) {
    const Origin origin = OfFamily(family);
    if (telling(origin)) return origin;
    if (origin == Origin::kBritishIsles) found = origin;
  }
  const Origin given = child.forenames.empty() ? Origin::kUnlisted : OfGiven(child.forenames[0]);
  return telling(given) || found == Origin::kUnlisted ? given : found;
}

std::vector<std::string> Origins::FamilyNames(Origin origin) const {
  std::vector<std::string> names;
  for (const auto& [name, of] : family_) {
    if (of == origin) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace signpost::bench
