// RecordGate: one write of records at a time, together with the look for duplicates
// that goes before it. Without it two writes with the two records of one child
// could pass each other, and a shielded child's second record would be answered for.
//
// Thread safety: all methods may be called from several threads, never from gRPC's, and not from
// within Alone().
#ifndef SIGNPOST_NODE_SERVICE_RECORD_GATE_H_
#define SIGNPOST_NODE_SERVICE_RECORD_GATE_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "node/importer/duplicates.h"
#include "node/store/store.h"
#include "proto/base/mutex.h"

namespace signpost::node {

// Called after records have changed, so that they are enrolled, with the ids of those that are
// archived, merged away or destroyed, so that the index forgets them. Returns at once.
using RecordsChanged = std::function<void(std::vector<int64_t> gone)>;

class RecordGate {
 public:
  // `children`: in the whole federation, from the newest directory; 0 when there is none.
  RecordGate(Store& store, std::function<uint64_t()> children)
      : store_(store), children_(std::move(children)) {}

  // Runs `work(DuplicateFinder&)` while nobody else does, and returns what it returns.
  template <typename Work>
  auto Alone(const Work& work) {
    const MutexLock lock(mutex_);
    DuplicateFinder finder(store_, children_());
    return work(finder);
  }

  uint64_t children() const { return children_(); }

 private:
  Store& store_;
  const std::function<uint64_t()> children_;
  Mutex mutex_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_GATE_H_
