// DeskBell: rung after items were put on the desk, so that whoever watches the desk
// sees them at once. A ring that is forgotten costs a second (desk_watch.h).
//
// Thread safety: all methods may be called from any thread; Ring() does no work.
// Security: says that there may be something new, and nothing else.
#ifndef SIGNPOST_NODE_SERVICE_DESK_BELL_H_
#define SIGNPOST_NODE_SERVICE_DESK_BELL_H_

#include <cstdint>

#include "proto/base/mutex.h"

namespace signpost::node {

class DeskBell {
 public:
  void Ring() {
    {
      const MutexLock lock(mutex_);
      ++rings_;
    }
    rung_.NotifyAll();
  }
  uint64_t Rings() {
    const MutexLock lock(mutex_);
    return rings_;
  }
  // Returns the count of rings as soon as it is above `seen`, or after `ms`.
  uint64_t WaitBeyond(uint64_t seen, int64_t ms) {
    const MutexLock lock(mutex_);
    if (rings_ <= seen) rung_.WaitForMs(mutex_, ms);
    return rings_;
  }

 private:
  Mutex mutex_;
  CondVar rung_;
  uint64_t rings_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_DESK_BELL_H_
