// The bare hub and the bare custodian of the floor (floor_roles.h).
#ifndef SIGNPOST_TESTS_BENCH_FLOOR_HUB_H_
#define SIGNPOST_TESTS_BENCH_FLOOR_HUB_H_

#include <map>
#include <string>

#include "proto/base/mutex.h"
#include "signpost/v1/custody.grpc.pb.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::bench {

class FloorMember;
class FloorAsk;

// Who is connected, and which question is whose.
struct FloorBoard {
  Mutex mutex;
  std::map<std::string, FloorMember*> members ABSL_GUARDED_BY(mutex);
  std::map<std::string, FloorAsk*> asks ABSL_GUARDED_BY(mutex);  // by qid
};

class FloorRelay final : public v1::RelayService::CallbackService {
 public:
  grpc::ServerBidiReactor<v1::NodeFrame, v1::HubFrame>* Connect(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::AskFrame, v1::AskReply>* Ask(
      grpc::CallbackServerContext* context) override;

 private:
  FloorBoard board_;
};

// Gives the points back, with as many bytes as a proof has.
class FloorCustodian final : public v1::CustodianService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_FLOOR_HUB_H_
