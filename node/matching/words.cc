#include "node/matching/words.h"

#include <algorithm>
#include <iterator>

namespace signpost::node {
namespace {

template <size_t kWords>
bool OneOf(std::string_view word, const std::string_view (&list)[kWords]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

bool IsTitle(std::string_view word) {
  static constexpr std::string_view kWords[] = {"MR",     "MRS", "MISS", "MS",  "MSTR",
                                                "MASTER", "MX",  "DR",   "REV", "SIR"};
  return OneOf(word, kWords);
}

bool IsGivenPlaceholder(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "BABY",    "INFANT", "BOY", "GIRL",     "MALE", "FEMALE", "TWIN", "TRIPLET",
      "UNKNOWN", "UNKN",   "NK",  "NOTKNOWN", "NONE", "NA",     "TEST", "UNBORN",
      "NEWBORN", "TBC",    "TBA", "XX",       "XXX",  "XXXX"};
  return OneOf(word, kWords);
}

bool IsFamilyPlaceholder(std::string_view word) {
  static constexpr std::string_view kWords[] = {"UNKNOWN", "UNKN",   "NK",      "NOTKNOWN", "NONE",
                                                "TEST",    "UNBORN", "NEWBORN", "TBC",      "TBA",
                                                "XX",      "XXX",    "XXXX"};
  return OneOf(word, kWords);
}

bool IsMuhammadClass(std::string_view word) {
  // MHMD is how ICU writes the unvowelled Arabic.
  static constexpr std::string_view kWords[] = {
      "MUHAMMAD", "MOHAMMED", "MOHAMMAD", "MUHAMMED", "MOHAMED", "MOHAMAD", "MUHAMAD",
      "MUHAMED",  "MHMD",     "MD",       "SYED",     "ABDUL",   "BIBI"};
  return OneOf(word, kWords);
}

bool IsParticle(std::string_view word) {
  static constexpr std::string_view kWords[] = {"O",   "MC",  "MAC",  "DE",  "DA", "DI",    "DO",
                                                "DOS", "DU",  "DEL",  "LA",  "LE", "VAN",   "VON",
                                                "DER", "DEN", "TEN",  "TER", "AL", "EL",    "UL",
                                                "BIN", "IBN", "BINT", "ABU", "ST", "SAINT", "FITZ"};
  return OneOf(word, kWords);
}

bool IsStreetKind(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "ROAD",     "RD",      "STREET", "STR",   "ST",     "AVENUE", "AVE",  "AV",    "LANE",
      "LN",       "CLOSE",   "CL",     "DRIVE", "DR",     "DRV",    "WAY",  "COURT", "CT",
      "CRESCENT", "CRES",    "CR",     "PLACE", "PL",     "GROVE",  "GR",   "GDNS",  "GARDENS",
      "GARDEN",   "TERRACE", "TER",    "TERR",  "SQUARE", "SQ",     "WALK", "WK",    "RISE",
      "PARK",     "PK",      "HILL",   "MEWS",  "PARADE", "GREEN",  "THE"};
  return OneOf(word, kWords);
}

bool IsDwellingKind(std::string_view word) {
  static constexpr std::string_view kWords[] = {"FLAT", "FLT",  "UNIT",  "APARTMENT",
                                                "APT",  "ROOM", "FLOOR", "NO"};
  return OneOf(word, kWords);
}

}  // namespace signpost::node
