// gRPC's side of the switchboard: reads frames and hands them over, writes what
// the lines hold, and decides nothing.
//
// Thread safety: gRPC's.
// Security: identity comes from the TLS certificate at the start of a stream;
// standing is judged by the switchboard at every step.
#ifndef SIGNPOST_HUB_SERVICE_RELAY_SERVICE_H_
#define SIGNPOST_HUB_SERVICE_RELAY_SERVICE_H_

#include <cstddef>
#include <string>

#include "hub/routing/switchboard.h"
#include "hub/service/callers.h"
#include "hub/service/herald.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::hub {

class RelayService final : public v1::RelayService::CallbackService {
 public:
  struct Options {
    std::string hub_name;
    std::string software_version;
    size_t outbox_bytes = 4 << 20;  // a stream
    int64_t hello_ms = 10'000;      // a node's stream that has not said Hello by then is ended
  };

  // All must outlive this.
  RelayService(Options options, Switchboard& board, const Callers& callers, const Herald& herald)
      : options_(std::move(options)), board_(board), callers_(callers), herald_(herald) {}

  grpc::ServerBidiReactor<v1::NodeFrame, v1::HubFrame>* Connect(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::AskFrame, v1::AskReply>* Ask(
      grpc::CallbackServerContext* context) override;

  const Options& options() const { return options_; }
  Switchboard& board() const { return board_; }
  const Callers& callers() const { return callers_; }
  const Herald& herald() const { return herald_; }

 private:
  const Options options_;
  Switchboard& board_;
  const Callers& callers_;
  const Herald& herald_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_RELAY_SERVICE_H_
