// DeskWatch: one thread that gives every watching desk what is new, woken by the
// bell, and by a second's clock in case nobody rang. It sleeps while nobody watches.
//
// Thread safety: all methods may be called from any thread.
// Security: who may watch is decided before Add(); every item is read again for its watcher.
#ifndef SIGNPOST_NODE_SERVICE_DESK_WATCH_H_
#define SIGNPOST_NODE_SERVICE_DESK_WATCH_H_

#include <grpcpp/server_context.h>

#include <chrono>
#include <list>
#include <memory>
#include <thread>

#include "node/service/desk_bell.h"
#include "node/service/desk_work.h"
#include "node/service/server_stream.h"

namespace signpost::node {

class DeskWatch {
 public:
  using Stream = ServerStream<v1::DeskItem>;

  // Both must outlive it.
  DeskWatch(DeskWork& work, DeskBell& bell);
  ~DeskWatch();
  DeskWatch(const DeskWatch&) = delete;
  DeskWatch& operator=(const DeskWatch&) = delete;

  // Takes over the stream: sends and ends it, OK shortly before its deadline. UNAVAILABLE BUSY
  // when too many watch, or at the end of the node.
  void Add(const grpc::CallbackServerContext& context, Caller caller,
           const v1::WatchDeskRequest& request, std::shared_ptr<Stream> stream);
  // Ends every stream; later ones end at once.
  void Stop();

 private:
  struct Watcher {
    std::chrono::system_clock::time_point until;
    Caller caller;
    v1::DeskView view;
    uint64_t after;
    bool started;
    std::shared_ptr<Stream> stream;
  };

  void Run();
  // How long the thread may sleep: no watcher is served after its deadline.
  int64_t UntilNextMs() const;
  // Sends what is new; true when the watcher is done with, and its stream ended.
  bool Serve(Watcher& watcher);

  DeskWork& work_;
  DeskBell& bell_;
  Mutex mutex_;
  std::list<Watcher> arrivals_ ABSL_GUARDED_BY(mutex_);
  size_t watching_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Watcher> watchers_;  // the thread's own
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_DESK_WATCH_H_
