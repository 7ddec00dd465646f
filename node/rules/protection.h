// Shields, separated identities and duplicates: a shield belongs to the child, not
// to a row, so it survives a second record, a merge and a re-import; two separated
// identities are never linked (RULES.md section 5).
//
// Thread safety: pure functions.
// Security: in doubt a record is taken out of every answer until a person decides. ContactPoint
// leaked in 2009 when a second, unshielded record of a shielded child arrived.
#ifndef SIGNPOST_NODE_RULES_PROTECTION_H_
#define SIGNPOST_NODE_RULES_PROTECTION_H_

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "node/matching/match_keys.h"
#include "node/matching/score.h"
#include "node/record/records.h"
#include "proto/base/status.h"

namespace signpost::node {

inline constexpr uint32_t kMostShieldMonths = 6;  // until a shield is reviewed

// A question whose tags meet the reveal policy with such a record is told nothing by any record of
// this node, and its own people's questions about it do not leave.
bool SilencesNode(const ChildFlags& flags);  // shielded or quarantined

enum class DuplicateVerdict {
  kUnrelated,
  kDecide,           // likely one child: a data manager decides
  kQuarantineFirst,  // the second is shielded: the first leaves every answer until decided
  kQuarantineSecond,
};
// `match` of the two records' details. A separated pair is always kUnrelated. `shared_types`: of
// match keys that the two share; meeting the reveal policy is enough to decide when one is
// shielded. Twins with plainly different given names are no duplicates, unless one is shielded.
DuplicateVerdict JudgeDuplicate(const ChildFlags& first, const ChildFlags& second,
                                const Decision& match, KeyTypeSet shared_types,
                                bool separated_pair);

// The surviving record's details with what the absorbed one adds: missing identifiers, date and
// sex; its other names as aliases and addresses as former ones, as far as the limits allow.
v1::ChildDetails MergeDetails(const v1::ChildDetails& survivor, const v1::ChildDetails& absorbed);
// Whether the two may be merged. FAILED_PRECONDITION SEPARATED.
absl::Status JudgeMerge(bool separated_pair);

// One identity of a separated pair, as it may be asked about and scored: the current name,
// preferred given names and current addresses only, without identifiers, which may be re-issued or
// carried over.
v1::ChildDetails OwnIdentityOnly(const v1::ChildDetails& details);
// The keys on which a separated record claims and is asked about: those with its own current family
// name in them.
std::vector<MatchKey> OwnIdentityHolderKeys(const v1::ChildDetails& details);
std::vector<MatchKey> OwnIdentityAskerKeys(const v1::ChildDetails& details);

// A decision to shield. INVALID_ARGUMENT: unknown reason code, no date, or a review more than 6
// months ahead or in the past.
absl::Status CheckShieldDecision(const Shield& shield, std::chrono::sys_days today);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_PROTECTION_H_
