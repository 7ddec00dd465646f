// One reader for each format of set: from tables to records and who is who.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_SET_FORMATS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_SET_FORMATS_H_

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "tests/bench/linkage/csv_table.h"
#include "tests/bench/linkage/linkage_set.h"

namespace signpost::bench {

// `tables` in the order of FoundSet::files. DATA_LOSS: a row without the identity that says who
// it is, or an identity named twice. UNIMPLEMENTED: no such format.
absl::StatusOr<LinkageSet> ReadFormat(std::string_view format, const std::vector<CsvTable>& tables);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_SET_FORMATS_H_
