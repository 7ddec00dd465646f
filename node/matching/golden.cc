#include "node/matching/golden.h"

#include "node/matching/match_keys.h"
#include "node/matching/name_table.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"

namespace signpost::node {
namespace {

struct Row {
  const char* given;
  const char* middle;
  const char* family;
  const char* former;
  const char* birth;
  v1::DateQuality quality;
  const char* house;
  const char* street;
  const char* town;
  const char* postcode;
  const char* nhs_number;
  const char* upn;
};

// Invented; numbers from the 999 range.
constexpr Row kRows[] = {
    {"Oliver", "James", "Smith", "", "2015-03-09", v1::EXACT, "12", "Station Road", "Leeds",
     "LS1 4DY", "9990000018", "P207000016049"},
    {"Zoë", "", "O’Brien-Núñez", "Fitz Gerald", "2012-11-30", v1::EXACT, "4A", "St. Mary's Close",
     "Bury St Edmunds", "IP33 1QT", "", ""},
    {"Mohammed", "Ali", "Al-Hassan", "", "2018-01-01", v1::EXACT, "Flat 3, 77", "The Avenue",
     "Bradford", "BD8 7AA", "", ""},
    {"محمد", "علي", "الحسن", "", "2018-01-01", v1::EXACT, "", "", "", "M14 5QF", "", ""},
    {"Анастасия", "", "Шевченко", "", "2014-07-21", v1::EXACT, "9", "Park Lane", "Croydon",
     "CR0 1JB", "", ""},
    {"小明", "", "欧阳", "", "2016-02-29", v1::EXACT, "210", "Great Western Street", "Manchester",
     "M14 4LH", "", ""},
    {"Łukasz", "", "Tymoszczuk", "", "2013-05-06", v1::EXACT, "", "", "", "PE1 1XX", "", ""},
    {"Ἀλέξανδρος", "", "Παπαδόπουλος", "", "2011-10-02", v1::EXACT, "1", "High St", "Poole",
     "BH15 1AA", "", ""},
    {"רחל", "", "כהן", "", "2017-08-17", v1::EXACT, "31", "Golders Green Road", "London",
     "NW11 8EE", "", ""},
    {"प्रिया", "", "शर्मा", "", "2010-12-24", v1::EXACT, "58", "Belgrave Gate", "Leicester",
     "LE4 5AU", "", ""},
    {"さくら", "", "田中", "", "2019-04-03", v1::EXACT, "", "", "", "W1A 0AX", "", ""},
    {"Baby Boy", "", "van der Berg", "", "2020-06", v1::EXACT, "", "", "", "ZZ99 3VZ", "", ""},
    {"Nguyễn", "Thị", "Đặng", "", "2009-09-01", v1::MONTH_ONLY, "5", "Straße Road", "Hull",
     "HU1 1AA", "", ""},
    {"Ayşe", "", "Yıldız", "İnönü", "2013-00-00", v1::YEAR_ONLY, "17", "Green Lanes", "London",
     "N8 0RG", "", ""},
    {"Kate (Katherine)", "", "McDonald", "", "2008-05-19", v1::ESTIMATED, "", "", "", "G2 1DY", "",
     ""},
};

void AddName(v1::ChildDetails& child, v1::PersonName::Kind kind, const char* given,
             const char* middle, const char* family) {
  v1::PersonName& name = *child.add_names();
  name.set_kind(kind);
  name.set_given(given);
  name.set_middle(middle);
  name.set_family(family);
}

v1::ChildDetails Child(const Row& row) {
  v1::ChildDetails child;
  AddName(child, v1::PersonName::CURRENT, row.given, row.middle, row.family);
  if (*row.former != '\0') AddName(child, v1::PersonName::FORMER, "", "", row.former);
  child.set_date_of_birth(row.birth);
  child.set_date_quality(row.quality);
  v1::Address& address = *child.add_addresses();
  address.set_kind(v1::Address::CURRENT);
  address.set_house(row.house);
  address.set_street(row.street);
  address.set_town(row.town);
  address.set_postcode(row.postcode);
  child.set_nhs_number(row.nhs_number);
  child.set_upn(row.upn);
  return child;
}

void Append(std::string& out, const std::vector<MatchKey>& keys) {
  AppendInt(out, 4, keys.size());
  for (const MatchKey& key : keys) {
    AppendInt(out, 1, key.type);
    AppendInt(out, 2, key.fields.size());
    out += key.fields;
  }
}

}  // namespace

std::vector<v1::ChildDetails> GoldenChildren() {
  std::vector<v1::ChildDetails> children;
  for (const Row& row : kRows) children.push_back(Child(row));
  return children;
}

std::string GoldenHash() {
  std::string text = "signpost/v1/golden";
  AppendInt(text, 2, kCanonicalisationVersion);
  text += NameTableHash();
  for (const v1::ChildDetails& details : GoldenChildren()) {
    const NormalisedChild child = Normalise(details);
    Append(text, HolderKeys(child));
    Append(text, AskerKeys(child));
  }
  return Sha256(text);
}

}  // namespace signpost::node
