// DeskWriter: the one thread that commits what questions left for the desk
// (node/lookup/desk_alerts.h), at once when woken, and rings the desk's bell.
//
// Thread safety: all methods from any thread.
// Security: a commit that fails is logged by its code alone and tried again at the next Wake(); no
// claim, no readiness and no health moves with it.
#ifndef SIGNPOST_NODE_SERVICE_DESK_WRITER_H_
#define SIGNPOST_NODE_SERVICE_DESK_WRITER_H_

#include <thread>

#include "node/lookup/desk_alerts.h"
#include "node/service/desk_bell.h"
#include "proto/base/mutex.h"

namespace signpost::node {

class DeskWriter {
 public:
  // Makes itself the wake function of `alerts`. Both must outlive it, and nobody may raise an alert
  // after it is gone.
  DeskWriter(DeskAlerts& alerts, DeskBell& bell);
  // As Stop().
  ~DeskWriter();
  DeskWriter(const DeskWriter&) = delete;
  DeskWriter& operator=(const DeskWriter&) = delete;

  void Wake();
  // Writes what still waits and ends the thread; later alerts are not written.
  void Stop();

 private:
  void Run();
  void Write();

  DeskAlerts& alerts_;
  DeskBell& bell_;
  bool failing_ = false;  // the thread's own: one line in the log, not one a second
  Mutex mutex_;
  CondVar wake_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_DESK_WRITER_H_
