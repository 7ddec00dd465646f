// Reveal policies to choose between: which shared key types are enough to tell a
// holder the details. The product's own is one of them; the others show what more
// or less would cost.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_POLICIES_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_POLICIES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "node/matching/match_keys.h"

namespace signpost::bench {

struct Policy {
  std::string name;
  std::function<bool(node::KeyTypeSet)> met;
};

const std::vector<Policy>& Policies();

// How many right and how many wrong records share exactly these key types.
struct MaskCount {
  uint64_t right = 0;
  uint64_t wrong = 0;
};
using MaskCounts = std::map<node::KeyTypeSet, MaskCount>;

struct PolicyFigure {
  std::string name;
  double recall = 0;   // right records revealed to, of `pairs`
  double reveals = 0;  // wrong records revealed to, a question
};
std::vector<PolicyFigure> Curve(const MaskCounts& masks, uint64_t pairs, uint64_t questions);

// What no policy can better, whatever it looks at in the types: masks taken in the order of right
// to wrong as counted (fitted to the sample, so a bound rather than a proposal), at these reveals.
std::vector<PolicyFigure> BestPossible(const MaskCounts& masks, uint64_t pairs, uint64_t questions);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_POLICIES_H_
