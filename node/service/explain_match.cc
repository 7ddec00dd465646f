#include "node/service/explain_match.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "node/matching/match_keys.h"
#include "node/matching/score.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

std::string_view Word(GivenLevel level) {
  switch (level) {
    case GivenLevel::kMissing:
      return "missing";
    case GivenLevel::kEqual:
      return "equal";
    case GivenLevel::kClose:
      return "close";
    case GivenLevel::kOtherForename:
      return "another forename";
    case GivenLevel::kSimilar:
      return "similar";
    case GivenLevel::kInitial:
      return "same initial";
    case GivenLevel::kDisagrees:
      return "different";
    case GivenLevel::kCrosswise:
      return "given and family name exchanged";
  }
  return "unknown";
}

std::string_view Word(MiddleLevel level) {
  switch (level) {
    case MiddleLevel::kMissing:
      return "missing";
    case MiddleLevel::kEqual:
      return "equal";
    case MiddleLevel::kInitial:
      return "same initial";
    case MiddleLevel::kDifferent:
      return "different";
  }
  return "unknown";
}

std::string_view Word(FamilyLevel level) {
  switch (level) {
    case FamilyLevel::kMissing:
      return "missing";
    case FamilyLevel::kEqual:
      return "equal";
    case FamilyLevel::kComponent:
      return "one part equal";
    case FamilyLevel::kClose:
      return "close";
    case FamilyLevel::kSimilar:
      return "similar";
    case FamilyLevel::kDisagrees:
      return "different";
    case FamilyLevel::kCrosswise:
      return "given and family name exchanged";
  }
  return "unknown";
}

std::string_view Word(BirthLevel level) {
  switch (level) {
    case BirthLevel::kMissing:
      return "missing";
    case BirthLevel::kEqual:
      return "equal";
    case BirthLevel::kEqualFirstOfJanuary:
      return "equal, a 1 January";
    case BirthLevel::kSwapped:
      return "day and month exchanged";
    case BirthLevel::kOneEdit:
      return "one digit differs";
    case BirthLevel::kOneComponent:
      return "one part differs";
    case BirthLevel::kDefaultDay:
      return "one is a 1 January";
    case BirthLevel::kYearOnly:
      return "only the year is near";
    case BirthLevel::kDisagrees:
      return "different";
    case BirthLevel::kInexactEqual:
      return "equal as far as it is known";
    case BirthLevel::kInexactNear:
      return "near, as far as it is known";
    case BirthLevel::kInexactFar:
      return "different, as far as it is known";
  }
  return "unknown";
}

std::string_view Word(SexLevel level) {
  switch (level) {
    case SexLevel::kMissing:
      return "missing";
    case SexLevel::kEqual:
      return "equal";
    case SexLevel::kDiffers:
      return "different";
  }
  return "unknown";
}

std::string_view Word(PostcodeLevel level) {
  switch (level) {
    case PostcodeLevel::kMissing:
      return "missing";
    case PostcodeLevel::kUnit:
      return "same postcode";
    case PostcodeLevel::kOneEdit:
      return "postcode differs by one character";
    case PostcodeLevel::kSector:
      return "same postcode sector";
    case PostcodeLevel::kOutward:
      return "same postcode district";
    case PostcodeLevel::kArea:
      return "same postcode area";
    case PostcodeLevel::kNone:
      return "different";
  }
  return "unknown";
}

std::string_view Word(HouseLevel level) {
  switch (level) {
    case HouseLevel::kMissing:
      return "";
    case HouseLevel::kEqual:
      return ", same house";
    case HouseLevel::kDifferent:
      return ", another house";
  }
  return "";
}

std::string_view Word(IdentifierLevel level) {
  switch (level) {
    case IdentifierLevel::kMissing:
      return "missing";
    case IdentifierLevel::kEqual:
      return "equal";
    case IdentifierLevel::kOneEdit:
      return "one digit differs";
    case IdentifierLevel::kDiffers:
      return "different";
  }
  return "unknown";
}

void AddField(v1::Explanation& explanation, std::string_view field, std::string_view level,
              double bits) {
  v1::ExplainedField* explained = explanation.add_fields();
  explained->set_field(std::string(field));
  explained->set_level(std::string(level));
  explained->set_bits(bits);
}

void AddFields(v1::Explanation& explanation, const MatchResult& match) {
  AddField(explanation, "given name", Word(match.given), match.given_bits);
  AddField(explanation, "middle names", Word(match.middle), match.middle_bits);
  AddField(explanation, "family name", Word(match.family), match.family_bits);
  AddField(explanation, "date of birth", Word(match.birth), match.birth_bits);
  AddField(explanation, "sex", Word(match.sex), match.sex_bits);
  AddField(explanation, "address", std::string(Word(match.postcode)).append(Word(match.house)),
           match.address_bits);
  AddField(explanation, "NHS number", Word(match.nhs_number), match.nhs_bits);
  AddField(explanation, "UPN", Word(match.upn), match.upn_bits);
}

KeyTypeSet SharedTypes(const std::vector<MatchKey>& asked, const std::vector<MatchKey>& held) {
  KeyTypeSet types = 0;
  for (const MatchKey& key : asked) {
    if (std::find(held.begin(), held.end(), key) != held.end()) types |= KeyTypeBit(key.type);
  }
  return types;
}

}  // namespace

v1::Explanation ExplainMatchOf(const v1::ChildDetails& asked, const ChildRow& held,
                               uint64_t children) {
  const bool separated = held.flags.separated;
  const NormalisedChild question = Normalise(asked);
  const NormalisedChild record =
      Normalise(separated ? OwnIdentityOnly(held.details) : held.details);
  const MatchResult match = Score(question, record);
  const Decision decision = Decide(match, children);
  v1::Explanation explanation;
  AddFields(explanation, match);
  explanation.set_total_bits(match.total);
  explanation.set_certain_bits(CertainBits(children));
  explanation.set_possible_bits(PossibleBits(children));
  explanation.set_grade(decision.grade);
  for (const v1::MatchReason reason : decision.reasons) explanation.add_reasons(reason);
  const KeyTypeSet shared = SharedTypes(
      QuestionKeys(question), separated ? OwnIdentityHolderKeys(held.details) : HolderKeys(record));
  for (uint8_t type = 1; type <= kKeyTypes; ++type) {
    if ((shared & KeyTypeBit(type)) != 0) explanation.add_shared_key_types(type);
  }
  explanation.set_reveal_policy_met(RevealPolicyMet(shared));
  return explanation;
}

}  // namespace signpost::node
