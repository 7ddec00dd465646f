// Tells everybody of a new directory or order at once: every node's stream and
// every watcher. What it says is signed by officers; the hub only carries it.
//
// Thread safety: every method, from any thread.
// Security: a watcher is judged again at each push; one that is no longer
// listed, or with another key, hears nothing more.
#ifndef SIGNPOST_HUB_SERVICE_HERALD_H_
#define SIGNPOST_HUB_SERVICE_HERALD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "hub/routing/switchboard.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/directory/directory_book.h"
#include "proto/transport/peer.h"

namespace signpost::hub {

using WatchLine = Line<v1::DirectoryUpdate>;

class Herald {
 public:
  // Subscribes to `book`. All must outlive this.
  Herald(DirectoryBook& book, Switchboard& board, const Clock& clock);
  ~Herald();
  Herald(const Herald&) = delete;
  Herald& operator=(const Herald&) = delete;

  // The newest directory, left out when it is not newer than `have_version`, and every order in
  // force.
  v1::DirectoryUpdate Current(uint64_t have_version) const;

  // Sends Current() at once, then each change, until the line is removed.
  void AddWatcher(std::shared_ptr<WatchLine> line, Peer peer, uint64_t have_version);
  void RemoveWatcher(const std::shared_ptr<WatchLine>& line);

  // Ends every watcher's stream with kDraining; nobody new is taken.
  void CloseWatchers();
  // Node streams that took the last push.
  uint32_t told() const { return told_; }

 private:
  struct Watcher {
    std::shared_ptr<WatchLine> line;
    Peer peer;
    uint64_t version;  // sent last
  };

  void Announce();
  void TellWatchers();

  DirectoryBook& book_;
  Switchboard& board_;
  const Clock& clock_;
  std::atomic<uint32_t> told_{0};
  mutable Mutex mutex_;
  uint64_t announced_version_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
  uint64_t subscription_ = 0;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_HERALD_H_
