// Match keys as numbers: stands for the tags, which a blind evaluation makes of
// the same keys and which hit exactly when the keys are equal.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_TAGS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_TAGS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/matching/match_keys.h"

namespace signpost::bench {

struct Tag {
  uint64_t hash =
      0;  // of type and fields; two keys of 200 million share one once in a thousand runs
  uint8_t type = 0;
};

uint64_t HashBytes(std::string_view bytes, uint64_t seed);
std::vector<Tag> TagsOf(const std::vector<node::MatchKey>& keys);

// The types of the tags that both have.
node::KeyTypeSet SharedTypes(const std::vector<Tag>& asked, const std::vector<Tag>& held);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_TAGS_H_
