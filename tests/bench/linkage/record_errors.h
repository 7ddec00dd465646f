// Two authorities' records of one child: what each got wrong, left out, or knows
// that the other does not. Rates are MATCHING.md section 6's, between the asker's
// record and the holder's; each error falls on either side by a coin.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_RECORD_ERRORS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_RECORD_ERRORS_H_

#include <cstdint>

#include "signpost/v1/child.pb.h"
#include "tests/bench/linkage/population.h"

namespace signpost::bench {

struct ErrorRates {
  double given_typo, nickname, other_given, placeholder, crosswise;
  double family_typo, family_changed, former_known, component;
  double birth_component, first_of_january, birth_swapped;
  double sex;
  double moved, former_address_known, postcode_typo, postcode_missing;
  double nhs_wrong;
  double nhs_held;
};
// Poor data of local authorities, and those of an NHS trust.
ErrorRates LocalAuthorityErrors();
ErrorRates TrustErrors();

struct RecordPair {
  v1::ChildDetails asked, held;
};
// The same for the same population, child and rates.
RecordPair MakeRecords(const Population& population, const TrueChild& child,
                       const ErrorRates& rates);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_RECORD_ERRORS_H_
