// The bare asker of the floor (floor_roles.h): LookupService whose every question
// is two evaluations and a two-round conversation with the bare hub.
#ifndef SIGNPOST_TESTS_BENCH_FLOOR_ASKER_H_
#define SIGNPOST_TESTS_BENCH_FLOOR_ASKER_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/random.h"
#include "signpost/v1/custody.grpc.pb.h"
#include "signpost/v1/node.grpc.pb.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::bench {

struct FloorPeers {
  std::array<std::unique_ptr<v1::CustodianService::Stub>, 2> custodians;
  std::unique_ptr<v1::RelayService::Stub> hub;
  std::vector<std::string> members;  // those that are asked
};

class FloorAsker final : public v1::LookupService::CallbackService {
 public:
  explicit FloorAsker(FloorPeers peers) : peers_(std::move(peers)) {}
  grpc::ServerUnaryReactor* AskOnce(grpc::CallbackServerContext* context,
                                    const v1::AskRequest* request, v1::Ledger* response) override;

 private:
  const FloorPeers peers_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_FLOOR_ASKER_H_
