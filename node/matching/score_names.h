// The part of the score that compares names. Internal to this room.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_MATCHING_SCORE_NAMES_H_
#define SIGNPOST_NODE_MATCHING_SCORE_NAMES_H_

#include "node/matching/normalise.h"
#include "node/matching/score.h"

namespace signpost::node {

// Sets the levels and bits of given, middle and family name, and returns what
// the three add to the total (caps applied).
double ScoreNames(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_SCORE_NAMES_H_
