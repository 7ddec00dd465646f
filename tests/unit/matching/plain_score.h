// The score written plainly, rule after rule with strings: what the fast one of
// node/matching/score.h is held against, to the last bit.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_SCORE_H_
#define SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_SCORE_H_

#include "node/matching/score.h"

namespace signpost::node::plain {

MatchResult Score(const NormalisedChild& asked, const NormalisedChild& held);
double ScoreNames(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result);

}  // namespace signpost::node::plain

#endif  // SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_SCORE_H_
