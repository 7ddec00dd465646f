// gRPC's side of a custodian: admits the caller, hands the batch to a worker.
//
// Thread safety: gRPC's. Evaluations run on the workers, never on gRPC's threads.
#ifndef SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVICE_H_
#define SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVICE_H_

#include "hub/custody/evaluator.h"
#include "hub/service/callers.h"
#include "hub/service/worker_pool.h"
#include "signpost/v1/custody.grpc.pb.h"

namespace signpost::hub {

class CustodianService final : public v1::CustodianService::CallbackService {
 public:
  // All must outlive this; `workers` must be stopped before this is destroyed.
  CustodianService(Evaluator& evaluator, const Callers& callers, WorkerPool& workers)
      : evaluator_(evaluator), callers_(callers), workers_(workers) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override;

 private:
  absl::Status Work(const Peer& peer, const v1::EvaluateRequest& request,
                    v1::EvaluateResponse& response);

  Evaluator& evaluator_;
  const Callers& callers_;
  WorkerPool& workers_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVICE_H_
