// How surely each record is the child whose details were given: the step between
// the records that may speak and what they answer together, the same for another
// authority's question and for the own row.
//
// Thread safety: pure functions.
// Security: a separated record is scored as the one identity that it is, and at most one of them
// takes part, so that no answer joins two identities.
#ifndef SIGNPOST_NODE_LOOKUP_GRADING_H_
#define SIGNPOST_NODE_LOOKUP_GRADING_H_

#include <cstdint>
#include <vector>

#include "node/rules/telling.h"
#include "signpost/v1/child.pb.h"

namespace signpost::node {

// `named`: the id of the record that was asked for by its case reference, certain therefore; 0:
// none. `first`: the id of the record that claimed or was named: of several separated records it
// takes part, else the likeliest. Those that are not this child are left out. `records` outlive the
// result.
std::vector<GradedRecord> GradeRecords(const std::vector<HeldRecord>& records,
                                       const v1::ChildDetails& details, uint64_t children,
                                       int64_t named, int64_t first);

// Takes out of `graded` who may not speak beside protected records. A shielded record whose glass
// was broken speaks alone. Else nobody does when the details are certainly those of one of
// `silent`, the protected records of this question. `named` as for GradeRecords().
void KeepSilence(std::vector<GradedRecord>& graded, const std::vector<HeldRecord>& silent,
                 const v1::ChildDetails& details, uint64_t children, int64_t named);

// Those that BuildAnswer() answers from, for the record of what was told: the certain ones, else
// the likeliest.
std::vector<const GradedRecord*> SpeakersOf(const std::vector<GradedRecord>& graded);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_GRADING_H_
