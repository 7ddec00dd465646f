// Finds the sets below a folder by what their files look like (their headers,
// never their names) and reads them: febrl, hist50k, ons_working_exercise, ncvr,
// rldata, pprl, synth_children_dev. Another folder with other files of these
// formats works the same.
//
// How files belong together: files of one folder and format make one set where
// the format links files (an ONS a with its b, NCVR and PPRL parties, FEBRL's
// originals with its duplicates, index with questions and truth), and a set each
// where a file holds its own duplicates.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_READERS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_READERS_H_

#include <string>
#include <vector>

#include "proto/base/status.h"
#include "tests/bench/linkage/linkage_set.h"

namespace signpost::bench {

struct FoundSet {
  std::string name;
  std::string format;
  std::vector<std::string> files;  // paths, in the order the reader wants
};
struct Found {
  std::vector<FoundSet> sets;
  std::vector<std::string> skipped;  // one sentence per file or group, with the reason
};

// NOT_FOUND: no such folder.
absl::StatusOr<Found> FindSets(const std::string& path);

// Details are mapped by tests/bench/linkage/foreign.h, impossible dates missing. DATA_LOSS: a
// malformed file, or one without the records its truth names.
absl::StatusOr<LinkageSet> ReadSet(const FoundSet& found);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_READERS_H_
