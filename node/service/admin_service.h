// NodeAdminService: what `signpost doctor` asks.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
#ifndef SIGNPOST_NODE_SERVICE_ADMIN_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_ADMIN_SERVICE_H_

#include <functional>
#include <utility>

#include "node/service/unary.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::node {

class AdminService final : public v1::NodeAdminService::CallbackService {
 public:
  AdminService(const UserTable& users, Executor& executor, const Clock& clock,
               std::function<v1::NodeStatus()> status)
      : users_(users), executor_(executor), clock_(clock), status_(std::move(status)) {}

  grpc::ServerUnaryReactor* GetNodeStatus(grpc::CallbackServerContext* context,
                                          const v1::GetNodeStatusRequest* /*request*/,
                                          v1::NodeStatus* response) override {
    return RunUnary(context, users_, clock_, executor_, AnyCaller,
                    [this, response](const Caller& /*caller*/) {
                      *response = status_();
                      return absl::OkStatus();
                    });
  }

 private:
  const UserTable& users_;
  Executor& executor_;
  const Clock& clock_;
  const std::function<v1::NodeStatus()> status_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_ADMIN_SERVICE_H_
