// The eighteen kinds of match key, made from a normalised child: what a holder
// enrols and what an asker asks. Two records of one child share at least one key
// in 99.4 of 100 cases with poor data; records of different children seldom do.
// The reveal policy says when shared keys are enough to tell a holder the details.
//
// Thread safety: pure functions.
// Security: fields are personal data in clear; they go only into the blinded
// evaluation and are erased after it.
#ifndef SIGNPOST_NODE_MATCHING_MATCH_KEYS_H_
#define SIGNPOST_NODE_MATCHING_MATCH_KEYS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/matching/normalise.h"

namespace signpost::node {

// A new version whenever any child's keys could change (rules, tables, ICU): a new epoch.
inline constexpr uint16_t kCanonicalisationVersion = 1;

// On the wire and in the database: never renumbered.
enum class KeyType : uint8_t {
  kNhsNumber = 1,
  kUpn = 2,
  kBirthBothNames = 3,     // dob, {G3,F3}
  kBirthBothSounds = 4,    // dob*, {GS,FS}
  kBirthPostcode = 5,      // dob*, postcode
  kBirthAreaGiven = 6,     // dob, area, G3
  kBirthAreaFamily = 7,    // dob, area, FS
  kBirthRareGiven = 8,     // dob, given
  kBirthRareFamily = 9,    // dob, family
  kPostcodeFamily = 10,    // postcode, F3, G1 | complete | incomplete
  kPostcodeGiven = 11,     // postcode, G3
  kOutwardBothNames = 12,  // outward, G3, F3 [, year]
  kBirthStreet = 13,       // dob, street6, town5
  kStreetBothNames = 14,   // street6, town5, G2, F2
  kHouseGiven = 15,        // house number, street5, area, G2
  kNamesYearMonth = 16,    // given, family, year, month [, area]
  kNamesYearDay = 17,      // given, family, year, day [, area]
  kNamesMonthDay = 18,     // given, family, month, day [, area]
};
inline constexpr int kKeyTypes = 18;

struct MatchKey {
  uint8_t type = 0;    // a KeyType
  std::string fields;  // joined by 0x1F in the table's order
  // The parts of `fields`, which outlives the result.
  std::vector<std::string_view> Parts() const;
  auto operator<=>(const MatchKey&) const = default;
};

// A set of key types: bit (type - 1).
using KeyTypeSet = uint32_t;
constexpr KeyTypeSet KeyTypeBit(uint8_t type) {
  return type >= 1 && type <= kKeyTypes ? KeyTypeSet{1} << (type - 1) : 0;
}
constexpr KeyTypeSet KeyTypeBit(KeyType type) { return KeyTypeBit(static_cast<uint8_t>(type)); }
KeyTypeSet KeyTypesOf(const std::vector<MatchKey>& keys);

inline constexpr KeyTypeSet kStrongKeyTypes =
    KeyTypeBit(KeyType::kNhsNumber) | KeyTypeBit(KeyType::kUpn);
// Key types whose fields contain the family name: the only ones on which a separated record
// claims (RULES.md section 4).
inline constexpr KeyTypeSet kFamilyNameKeyTypes =
    KeyTypeBit(KeyType::kBirthBothNames) | KeyTypeBit(KeyType::kBirthBothSounds) |
    KeyTypeBit(KeyType::kBirthAreaFamily) | KeyTypeBit(KeyType::kBirthRareFamily) |
    KeyTypeBit(KeyType::kPostcodeFamily) | KeyTypeBit(KeyType::kOutwardBothNames) |
    KeyTypeBit(KeyType::kStreetBothNames) | KeyTypeBit(KeyType::kNamesYearMonth) |
    KeyTypeBit(KeyType::kNamesYearDay) | KeyTypeBit(KeyType::kNamesMonthDay);

// What a holder enrols, and what an asker asks. They differ in keys 10 and 12 only. Without
// duplicates, by key number, then by bytes within a number. Both are stored for a recorded child:
// asker keys that are not holder keys are ask-only.
std::vector<MatchKey> HolderKeys(const NormalisedChild& child);
std::vector<MatchKey> AskerKeys(const NormalisedChild& child);

// The first kQuestionSlots of AskerKeys: what one question can carry.
std::vector<MatchKey> QuestionKeys(const NormalisedChild& child);

// Whether a record that shares keys of these types may be told the details: one strong type, or
// two weak types that together cover birth date and both names, or birth date, address and one
// name, or both names and address. Unknown bits are ignored.
bool RevealPolicyMet(KeyTypeSet types);

// False when no answer could ever be had with these keys, even from a record that shares them all:
// the question is then MORE_DETAILS_NEEDED.
bool CanMeetRevealPolicy(const std::vector<MatchKey>& asker_keys);

// A field that would help, if it were given.
enum class HelpfulField : uint8_t {
  kNhsNumber,
  kUpn,
  kDateOfBirth,
  kGivenName,
  kFamilyName,
  kPostcode,
  kStreetAndTown,
};
// The missing fields, one of which (with what is already there) lets the question meet the policy,
// most useful first; if no single field does, all that are missing. Empty when the policy can
// already be met.
std::vector<HelpfulField> HelpfulFields(const NormalisedChild& child);
// "date of birth": for a sentence. Static storage.
std::string_view FieldName(HelpfulField field);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_MATCH_KEYS_H_
