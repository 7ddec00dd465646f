// DeskService: the desk's items over gRPC. What may be read and decided, and by
// whom, is desk_work.h's; this listens, streams and finishes.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's, and that of
// watching one thread's (desk_watch.h).
#ifndef SIGNPOST_NODE_SERVICE_DESK_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_DESK_SERVICE_H_

#include "node/service/desk_bell.h"
#include "node/service/desk_watch.h"
#include "node/service/desk_work.h"
#include "node/service/executor.h"
#include "signpost/v1/desk.grpc.pb.h"

namespace signpost::node {

class DeskService final : public v1::DeskService::CallbackService {
 public:
  // Everything must outlive it.
  DeskService(const UserTable& users, Store& store, RecordGate& gate, DeskBell& bell,
              Executor& executor, const Clock& clock)
      : users_(users),
        executor_(executor),
        clock_(clock),
        work_(store, gate, bell, clock),
        watch_(work_, bell) {}

  // Ends every watching call. Call before the server is shut down.
  void Stop() { watch_.Stop(); }

  grpc::ServerWriteReactor<v1::DeskItem>* ListDesk(grpc::CallbackServerContext* context,
                                                   const v1::ListDeskRequest* request) override;
  grpc::ServerWriteReactor<v1::DeskItem>* WatchDesk(grpc::CallbackServerContext* context,
                                                    const v1::WatchDeskRequest* request) override;
  grpc::ServerUnaryReactor* RecordCallBack(grpc::CallbackServerContext* context,
                                           const v1::RecordCallBackRequest* request,
                                           v1::DeskItem* response) override;
  grpc::ServerUnaryReactor* Withhold(grpc::CallbackServerContext* context,
                                     const v1::WithholdRequest* request,
                                     v1::DeskItem* response) override;
  grpc::ServerUnaryReactor* Decide(grpc::CallbackServerContext* context,
                                   const v1::DecideRequest* request,
                                   v1::DeskItem* response) override;
  grpc::ServerUnaryReactor* RequestApproval(grpc::CallbackServerContext* context,
                                            const v1::RequestApprovalRequest* request,
                                            v1::DeskItem* response) override;

 private:
  const UserTable& users_;
  Executor& executor_;
  const Clock& clock_;
  DeskWork work_;
  DeskWatch watch_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_DESK_SERVICE_H_
