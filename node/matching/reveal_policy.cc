#include <algorithm>
#include <array>

#include "node/matching/match_keys.h"

namespace signpost::node {
namespace {

// What the fields of a key type cover.
using Cover = uint32_t;
constexpr Cover kYear = 1, kMonth = 2, kDay = 4, kBirth = kYear | kMonth | kDay;
constexpr Cover kGiven = 8, kFamily = 16, kBothNames = kGiven | kFamily;
constexpr Cover kAddress = 32;

// By key number. Key 10 is counted without the given name and key 12 without the year, because
// each also exists without it.
constexpr std::array<Cover, kKeyTypes + 1> kCovers = {
    0,
    0,                            // 1, strong
    0,                            // 2, strong
    kBirth | kBothNames,          // 3
    kBirth | kBothNames,          // 4
    kBirth | kAddress,            // 5
    kBirth | kAddress | kGiven,   // 6
    kBirth | kAddress | kFamily,  // 7
    kBirth | kGiven,              // 8
    kBirth | kFamily,             // 9
    kAddress | kFamily,           // 10
    kAddress | kGiven,            // 11
    kAddress | kBothNames,        // 12
    kBirth | kAddress,            // 13
    kAddress | kBothNames,        // 14
    kAddress | kGiven,            // 15
    kBothNames | kYear | kMonth,  // 16
    kBothNames | kYear | kDay,    // 17
    kBothNames | kMonth | kDay,   // 18
};

constexpr bool Includes(Cover cover, Cover wanted) { return (cover & wanted) == wanted; }

constexpr bool Covers(Cover cover) {
  return Includes(cover, kBirth | kBothNames) || Includes(cover, kBirth | kAddress | kGiven) ||
         Includes(cover, kBirth | kAddress | kFamily) || Includes(cover, kAddress | kBothNames);
}

bool IsMissing(const NormalisedChild& child, HelpfulField field) {
  const auto has = [&child](auto part) {
    return std::any_of(child.addresses.begin(), child.addresses.end(), part);
  };
  switch (field) {
    case HelpfulField::kNhsNumber:
      return child.nhs_number.empty();
    case HelpfulField::kUpn:
      return child.upn.empty();
    case HelpfulField::kDateOfBirth:
      return !child.HasBirthDay();
    case HelpfulField::kGivenName:
      return child.GivenVariants().empty();
    case HelpfulField::kFamilyName:
      return child.families.empty();
    case HelpfulField::kPostcode:
      return !has([](const NormalisedAddress& a) { return !a.postcode.empty(); });
    case HelpfulField::kStreetAndTown:
      return !has([](const NormalisedAddress& a) { return !a.street.empty() && !a.town.empty(); });
  }
  return false;
}

// The child as it would be with that field too; the value's only virtue is to be there. Names are
// common ones, so that no key is promised that only a rare name would have.
NormalisedChild With(NormalisedChild child, HelpfulField field) {
  switch (field) {
    case HelpfulField::kNhsNumber:
      child.nhs_number = "9990000000";
      break;
    case HelpfulField::kUpn:
      child.upn = "P207000016049";
      break;
    case HelpfulField::kDateOfBirth:
      child.birth_known = BirthKnown::kDay;
      child.birth = {2015, 5, 17};
      break;
    case HelpfulField::kGivenName:
      child.forenames = {"OLIVER"};
      break;
    case HelpfulField::kFamilyName:
      child.families = {{"SMITH", {}}};
      break;
    case HelpfulField::kPostcode:
      if (child.addresses.empty()) child.addresses.emplace_back();
      child.addresses.front().postcode = "M145QF";
      break;
    case HelpfulField::kStreetAndTown:
      if (child.addresses.empty()) child.addresses.emplace_back();
      child.addresses.front().street = "STATION";
      child.addresses.front().town = "LEEDS";
      break;
  }
  return child;
}

constexpr std::array kFields = {
    HelpfulField::kDateOfBirth, HelpfulField::kGivenName,     HelpfulField::kFamilyName,
    HelpfulField::kPostcode,    HelpfulField::kStreetAndTown, HelpfulField::kNhsNumber,
    HelpfulField::kUpn,
};

}  // namespace

bool RevealPolicyMet(KeyTypeSet types) {
  if ((types & kStrongKeyTypes) != 0) return true;
  for (uint8_t a = 3; a <= kKeyTypes; ++a) {
    if ((types & KeyTypeBit(a)) == 0) continue;
    for (uint8_t b = static_cast<uint8_t>(a + 1); b <= kKeyTypes; ++b) {
      if ((types & KeyTypeBit(b)) != 0 && Covers(kCovers[a] | kCovers[b])) return true;
    }
  }
  return false;
}

bool CanMeetRevealPolicy(const std::vector<MatchKey>& asker_keys) {
  return RevealPolicyMet(KeyTypesOf(asker_keys));
}

std::vector<HelpfulField> HelpfulFields(const NormalisedChild& child) {
  if (CanMeetRevealPolicy(QuestionKeys(child))) return {};
  std::vector<HelpfulField> missing, sufficient;
  for (const HelpfulField field : kFields) {
    if (!IsMissing(child, field)) continue;
    missing.push_back(field);
    if (CanMeetRevealPolicy(QuestionKeys(With(child, field)))) sufficient.push_back(field);
  }
  // Everybody can be found by number; say so last, and say what else to look for.
  const bool only_numbers =
      std::all_of(sufficient.begin(), sufficient.end(), [](HelpfulField field) {
        return field == HelpfulField::kNhsNumber || field == HelpfulField::kUpn;
      });
  return only_numbers ? missing : sufficient;
}

std::string_view FieldName(HelpfulField field) {
  switch (field) {
    case HelpfulField::kNhsNumber:
      return "NHS number";
    case HelpfulField::kUpn:
      return "UPN";
    case HelpfulField::kDateOfBirth:
      return "date of birth";
    case HelpfulField::kGivenName:
      return "given name";
    case HelpfulField::kFamilyName:
      return "family name";
    case HelpfulField::kPostcode:
      return "postcode";
    case HelpfulField::kStreetAndTown:
      return "street and town";
  }
  return "";
}

}  // namespace signpost::node
