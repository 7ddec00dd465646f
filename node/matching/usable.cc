#include "node/matching/usable.h"

#include <vector>

#include "node/matching/match_keys.h"

namespace signpost::node {
namespace {

Usable UsableBy(const std::vector<MatchKey>& keys) {
  if (keys.empty()) return Usable::kNothing;
  return CanMeetRevealPolicy(keys) ? Usable::kYes : Usable::kTooLittle;
}

}  // namespace

// A holder's keys are judged by the same policy: an asker who knows all that the record knows
// shares its key types, so what cannot be met by them is met by nobody.
Usable UsableAsRecord(const NormalisedChild& child) { return UsableBy(HolderKeys(child)); }

Usable UsableAsQuestion(const NormalisedChild& child) { return UsableBy(QuestionKeys(child)); }

std::string_view Explain(Usable usable) {
  switch (usable) {
    case Usable::kYes:
      return "";
    case Usable::kNothing:
      return "There is nothing usable to find this child by.";
    case Usable::kTooLittle:
      return "There is too little to find this child by: it fits many children.";
  }
  return "It cannot be said whether this child can be found.";
}

std::string ExplainWithFields(const NormalisedChild& child) {
  std::string sentence(Explain(UsableAsQuestion(child)));
  if (sentence.empty()) return sentence;
  const char* before = " Add one of: ";
  for (const HelpfulField field : HelpfulFields(child)) {
    sentence.append(before).append(FieldName(field));
    before = ", ";
  }
  return sentence.append(".");
}

}  // namespace signpost::node
