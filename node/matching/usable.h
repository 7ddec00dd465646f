// Whether a record, or a question, has anything by which its child can be found,
// and what is said when it has not: a record with nothing usable is refused with
// this reason instead of being enrolled as one that nobody can ever find.
//
// Thread safety: pure functions.
// Security: sentences name fields, never what is in them.
#ifndef SIGNPOST_NODE_MATCHING_USABLE_H_
#define SIGNPOST_NODE_MATCHING_USABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "node/matching/normalise.h"

namespace signpost::node {

enum class Usable : uint8_t {
  kYes,
  kNothing,    // no field survives normalisation, or none that makes a match key
  kTooLittle,  // match keys, but no combination of them could ever meet the reveal policy
};

// Of a record that is held: by its holder keys.
Usable UsableAsRecord(const NormalisedChild& child);
// Of a question: by the keys that one question can carry.
Usable UsableAsQuestion(const NormalisedChild& child);

// One sentence for a person; empty for kYes. Static storage.
std::string_view Explain(Usable usable);

// The sentence with the fields that would help: "... Add one of: date of birth, postcode." Empty
// when the child is usable as a question.
std::string ExplainWithFields(const NormalisedChild& child);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_USABLE_H_
