// A set of records of which it is known who is who, whatever it was read from:
// the only form that the evaluation knows.
//
// Thread safety: values.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_LINKAGE_SET_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_LINKAGE_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "signpost/v1/child.pb.h"

namespace signpost::bench {

struct SetRecord {
  std::string id;      // within the set; also the seed of what is blanked
  std::string entity;  // records of one person have the same
  // Where two or more files are linked, a record asks those of later sources.
  uint32_t source = 0;
  v1::ChildDetails details;
};

struct LinkageSet {
  std::string name;    // folder, or folder and file where a folder holds several sets
  std::string format;  // febrl, hist50k ...
  // True: one file with duplicates, where every record asks every other.
  // False: records ask those of later sources only.
  bool deduplication = false;
  std::vector<SetRecord> records;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_LINKAGE_SET_H_
