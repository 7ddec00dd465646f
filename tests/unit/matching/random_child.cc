#include "tests/unit/matching/random_child.h"

#include <array>
#include <utility>

namespace signpost::node {
namespace {

constexpr std::array kGiven = {"Oliver",
                               "OLIVIA",
                               "Mohammed",
                               "Muhammad Ali",
                               "Md",
                               "Kate",
                               "Katherine",
                               "Kathryn",
                               "O",
                               "A",
                               "Anna-Mae",
                               "Zoë",
                               "ZOE",
                               "Baby",
                               "Twin 1",
                               "Not Known",
                               "Master Tom",
                               "Anastasia",
                               "Анастасия",
                               "محمد",
                               "小明",
                               "Sam",
                               "Samuel",
                               "Samantha",
                               "Smith",
                               "James",
                               "Jaimes",
                               "Zebediah",
                               "Wright",
                               "Philip",
                               "Filip",
                               "Geoffrey",
                               "Jeffrey",
                               "Łukasz",
                               "Lukas",
                               "Baby Smith",
                               "Nguyễn",
                               "Ann",
                               "Anne",
                               "प्रिया",
                               "Abdul Rahman Khan Bob"};
constexpr std::array kFamily = {"Smith",
                                "Smyth",
                                "Smythe",
                                "Smith-Jones",
                                "Jones",
                                "JONES SMITH",
                                "O'Brien",
                                "O Brien",
                                "O’Brien",
                                "obrien",
                                "van der Berg",
                                "Al-Hassan",
                                "Hassan",
                                "Oliver",
                                "Mc Donald",
                                "MacDonald",
                                "Unknown",
                                "",
                                "Patel",
                                "Patil",
                                "Tymoszczuk",
                                "Tymoszcuk",
                                "Шевченко",
                                "Sevcenko",
                                "Wu Li",
                                "Singh (Kaur)",
                                "Fitz Gerald",
                                "Li",
                                "Begum",
                                "De",
                                "King-Kong-Bell-Hill-Dale-Ross-Park",
                                "Nuñez",
                                "Nunez"};
constexpr std::array kPostcodes = {"LS1 4DY", "ls14dy", "LS1 4DX",  "LS1 4AB", "LS1 3AB", "LS2 9AA",
                                   "M14 5QF", "M1 1AA", "ZZ99 3VZ", "",        "W1A 0AX"};
constexpr std::array kStreets = {"Station Road",
                                 "STATION RD.",
                                 "St. Mary's Close",
                                 "The Avenue",
                                 "12 Park Lane",
                                 "Straße Road",
                                 "A",
                                 ""};
constexpr std::array kHouses = {"12", "12a", "Flat 3, 12", "The Cottage", "", "No 7", "Unit 4"};
constexpr std::array kTowns = {"Leeds", "LEEDS", "Stoke-on-Trent", "", "X"};
constexpr std::array kNumbers = {"9990000018", "999 000 0018", "9990310017", "4010232137",
                                 "4010232138", "4444444444",   "",           ""};
constexpr std::array kUpns = {"P207000016049", "p207000016049", "Q207000016049", "", "", ""};

template <typename List>
std::string Pick(Random& random, const List& list) {
  return list[random.Below(list.size())];
}

std::string Digits(Random& random, size_t count) {
  std::string digits;
  while (count-- > 0) digits.push_back(static_cast<char>('0' + random.Below(10)));
  return digits;
}

}  // namespace

std::string ChildMaker::Edited(std::string text) {
  static constexpr std::string_view kBytes = "ABKSabks 019-'().,\x80\xC3\xAB\xE2\x80\x99";
  for (uint64_t edits = 1 + random_.Below(3); edits > 0; --edits) {
    const size_t at = random_.Below(text.size() + 1);
    const char byte = kBytes[random_.Below(kBytes.size())];
    switch (random_.Below(4)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        if (at < text.size()) text.erase(at, 1);
        break;
      case 2:
        if (at < text.size()) text[at] = byte;
        break;
      default:
        if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
    }
  }
  return text;
}

std::string ChildMaker::Given() {
  std::string given = Pick(random_, kGiven);
  return Chance(20) ? Edited(std::move(given)) : given;
}

std::string ChildMaker::Family() {
  std::string family = Pick(random_, kFamily);
  return Chance(20) ? Edited(std::move(family)) : family;
}

std::string ChildMaker::Birth() {
  if (Chance(5)) return "";
  if (Chance(5)) return Edited("2015-03-09");
  std::string date =
      "201" + std::to_string(4 + random_.Below(3)) + "-0" + std::to_string(random_.Below(4)) + "-";
  if (Chance(20)) return date + "01";
  return date + static_cast<char>('0' + random_.Below(3)) +
         static_cast<char>('0' + random_.Below(10));
}

std::string ChildMaker::Postcode() {
  std::string postcode = Pick(random_, kPostcodes);
  return Chance(15) ? Edited(std::move(postcode)) : postcode;
}

std::string ChildMaker::NhsNumber() {
  return Chance(10) ? "999" + Digits(random_, 7) : Pick(random_, kNumbers);
}

void ChildMaker::Fill(v1::PersonName& name, v1::PersonName::Kind kind) {
  name.set_kind(kind);
  name.set_given(Given());
  if (Chance(40)) name.set_middle(Given());
  name.set_family(Family());
}

void ChildMaker::Fill(v1::Address& address, v1::Address::Kind kind) {
  address.set_kind(kind);
  address.set_house(Pick(random_, kHouses));
  address.set_street(Pick(random_, kStreets));
  address.set_town(Pick(random_, kTowns));
  address.set_postcode(Postcode());
}

v1::ChildDetails ChildMaker::Child() {
  v1::ChildDetails details;
  if (!Chance(3)) Fill(*details.add_names(), v1::PersonName::CURRENT);
  while (Chance(30)) {
    Fill(*details.add_names(), static_cast<v1::PersonName::Kind>(random_.Below(6)));
  }
  details.set_date_of_birth(Birth());
  details.set_date_quality(Chance(80) ? v1::EXACT : static_cast<v1::DateQuality>(random_.Below(6)));
  details.set_sex(static_cast<v1::Sex>(random_.Below(4)));
  if (!Chance(10)) Fill(*details.add_addresses(), v1::Address::CURRENT);
  while (Chance(30)) {
    Fill(*details.add_addresses(), static_cast<v1::Address::Kind>(random_.Below(5)));
  }
  details.set_nhs_number(NhsNumber());
  details.set_upn(Pick(random_, kUpns));
  return details;
}

v1::ChildDetails ChildMaker::Variant(v1::ChildDetails details) {
  for (v1::PersonName& name : *details.mutable_names()) {
    if (Chance(15)) name.set_given(Edited(name.given()));
    if (Chance(10)) name.set_given(Given());
    if (Chance(15)) name.set_family(Edited(name.family()));
    if (Chance(10)) name.set_family(Family());
    if (Chance(5)) name.mutable_given()->swap(*name.mutable_family());
  }
  if (Chance(20)) details.set_date_of_birth(Birth());
  if (Chance(10)) details.set_sex(static_cast<v1::Sex>(random_.Below(4)));
  for (v1::Address& address : *details.mutable_addresses()) {
    if (Chance(20)) address.set_postcode(Postcode());
    if (Chance(10)) Fill(address, address.kind());
  }
  if (Chance(30)) details.set_nhs_number(NhsNumber());
  if (Chance(20)) details.clear_upn();
  return details;
}

}  // namespace signpost::node
