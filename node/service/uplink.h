// The node's standing stream to one hub: dials out, says hello, hands over what
// comes, and dials again when it breaks, for as long as the node runs.
//
// Reconnects with full jitter between 1 and 60 s, starting over after a stream
// that lived for 60 s, and at once (within what the hub says) when it drains.
//
// Thread safety: all methods from any thread; the handler is called on gRPC's
// threads, and must hand over instead of working.
// Security: the hub must prove the SPIFFE id and the key that the directory names.
#ifndef SIGNPOST_NODE_SERVICE_UPLINK_H_
#define SIGNPOST_NODE_SERVICE_UPLINK_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "node/service/client_stream.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/transport/credentials.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::node {

struct HubTarget {
  std::string name;
  std::string address;
  std::string id;                 // SPIFFE id
  std::vector<std::string> pins;  // of its keys, from the directory; none before there is one

  bool operator==(const HubTarget&) const = default;
};

class Uplink {
 public:
  using Stream = ClientStream<v1::NodeFrame, v1::HubFrame>;

  // One frame of the hub, with when it came (Clock::MonotonicMs) and the stream to answer on.
  using FrameHandler =
      std::function<void(v1::HubFrame&& frame, int64_t receipt_ms, std::weak_ptr<Stream> stream)>;
  using HelloMaker = std::function<v1::Hello()>;

  struct Status {
    bool connected = false;
    std::string refusal;          // reason or status code of the last failure; empty when connected
    int64_t clock_offset_ms = 0;  // the hub's clock minus this node's, at welcome
  };

  Uplink(HubTarget target, TlsPaths tls, const Clock& clock, Random& random, HelloMaker hello,
         FrameHandler handler);
  // Ends the stream and joins; no frame is handed over afterwards.
  ~Uplink();
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  const HubTarget& target() const { return target_; }
  Status status() const;
  // Sends on the current stream, if there is one.
  void Send(v1::NodeFrame frame);
  // For questions of this node; shares the stream's connection. Null before the first dial.
  std::shared_ptr<v1::RelayService::Stub> stub() const;

 private:
  void Run();
  // Runs one stream to its end; returns how it ended.
  absl::Status RunStream();
  void OnFrame(v1::HubFrame&& frame, const std::weak_ptr<Stream>& stream);
  void NoteEnd(const absl::Status& status);

  const HubTarget target_;
  const TlsPaths tls_;
  const Clock& clock_;
  Random& random_;
  const HelloMaker hello_;
  const FrameHandler handler_;

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_status_ ABSL_GUARDED_BY(mutex_);
  Status status_ ABSL_GUARDED_BY(mutex_);
  int64_t drain_within_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<v1::RelayService::Stub> stub_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_UPLINK_H_
