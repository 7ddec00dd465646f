// In what two records of one child differ after normalisation: the kinds of
// error by which recall is told.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_DIFFERENCES_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_DIFFERENCES_H_

#include <string>
#include <vector>

#include "node/matching/normalise.h"

namespace signpost::bench {

// The names of all that apply, in a fixed order ("given name differs", "postcode missing"); then
// how many of given name, family name, birth date, sex and postcode differ ("2 fields differ").
// Missing means: on one side at least.
std::vector<std::string> Differences(const node::NormalisedChild& a,
                                     const node::NormalisedChild& b);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_DIFFERENCES_H_
