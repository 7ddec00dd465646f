// Match keys made plainly: everything as strings, all keys sorted at the end. What
// the fast ones of node/matching/match_keys.h are held against, byte for byte.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_KEYS_H_
#define SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_KEYS_H_

#include <vector>

#include "node/matching/match_keys.h"

namespace signpost::node::plain {

std::vector<MatchKey> HolderKeys(const NormalisedChild& child);
std::vector<MatchKey> AskerKeys(const NormalisedChild& child);

}  // namespace signpost::node::plain

#endif  // SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_KEYS_H_
