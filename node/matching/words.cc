#include "node/matching/words.h"

#include <algorithm>
#include <initializer_list>

namespace signpost::node {
namespace {

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool IsTitle(std::string_view word) {
  return OneOf(word, {"MR", "MRS", "MISS", "MS", "MSTR", "MASTER", "MX", "DR", "REV", "SIR"});
}

bool IsGivenPlaceholder(std::string_view word) {
  return OneOf(word, {"BABY",    "INFANT", "BOY", "GIRL",     "MALE", "FEMALE", "TWIN", "TRIPLET",
                      "UNKNOWN", "UNKN",   "NK",  "NOTKNOWN", "NONE", "NA",     "TEST", "UNBORN",
                      "NEWBORN", "TBC",    "TBA", "XX",       "XXX",  "XXXX"});
}

bool IsFamilyPlaceholder(std::string_view word) {
  return OneOf(word, {"UNKNOWN", "UNKN", "NK", "NOTKNOWN", "NONE", "TEST", "UNBORN", "NEWBORN",
                      "TBC", "TBA", "XX", "XXX", "XXXX"});
}

bool IsMuhammadClass(std::string_view word) {
  // MHMD is how ICU writes the unvowelled Arabic.
  return OneOf(word, {"MUHAMMAD", "MOHAMMED", "MOHAMMAD", "MUHAMMED", "MOHAMED", "MOHAMAD",
                      "MUHAMAD", "MUHAMED", "MHMD", "MD", "SYED", "ABDUL", "BIBI"});
}

bool IsParticle(std::string_view word) {
  return OneOf(word, {"O",  "MC",  "MAC", "DE",   "DA",  "DI",  "DO",    "DOS", "DU", "DEL",
                      "LA", "LE",  "VAN", "VON",  "DER", "DEN", "TEN",   "TER", "AL", "EL",
                      "UL", "BIN", "IBN", "BINT", "ABU", "ST",  "SAINT", "FITZ"});
}

bool IsStreetKind(std::string_view word) {
  return OneOf(
      word,
      {"ROAD",     "RD",      "STREET", "STR",   "ST",     "AVENUE", "AVE",  "AV",    "LANE",
       "LN",       "CLOSE",   "CL",     "DRIVE", "DR",     "DRV",    "WAY",  "COURT", "CT",
       "CRESCENT", "CRES",    "CR",     "PLACE", "PL",     "GROVE",  "GR",   "GDNS",  "GARDENS",
       "GARDEN",   "TERRACE", "TER",    "TERR",  "SQUARE", "SQ",     "WALK", "WK",    "RISE",
       "PARK",     "PK",      "HILL",   "MEWS",  "PARADE", "GREEN",  "THE"});
}

bool IsDwellingKind(std::string_view word) {
  return OneOf(word, {"FLAT", "FLT", "UNIT", "APARTMENT", "APT", "ROOM", "FLOOR", "NO"});
}

}  // namespace signpost::node
