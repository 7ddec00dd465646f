// The product's matcher over a set: every record that asks, against every record
// that is held, through keys, reveal policy, score and decision.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_EVALUATE_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_EVALUATE_H_

#include <cstdint>
#include <vector>

#include "tests/bench/linkage/figures.h"
#include "tests/bench/linkage/linkage_set.h"
#include "tests/bench/linkage/origins.h"

namespace signpost::bench {

struct EvaluateOptions {
  uint64_t children = 0;  // N of the thresholds; 0: as many as the set has persons
  uint64_t seed = 1;      // of what is blanked
};

// One column for each state: identifiers as given, blanked on 30 % of the records (each by its own
// draw), and blanked on all; only "none in the set" where no record has one.
std::vector<Figures> Evaluate(const LinkageSet& set, const Origins& origins,
                              const EvaluateOptions& options);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_EVALUATE_H_
