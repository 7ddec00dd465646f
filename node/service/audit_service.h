// AuditService: shows and verifies this node's audit chain.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
// Security: rows name people and cases; only the privacy officer reads them. An
// administrator may verify the chain without reading it. Nothing outside the desk
// shows the desk's items: they are in a journal of their own, and rows of earlier
// versions that belong there are left out.
#ifndef SIGNPOST_NODE_SERVICE_AUDIT_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_AUDIT_SERVICE_H_

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "node/store/store.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::node {

class AuditService final : public v1::AuditService::CallbackService {
 public:
  AuditService(const UserTable& users, Store& store, Executor& executor, const Clock& clock)
      : users_(users), store_(store), executor_(executor), clock_(clock) {}

  grpc::ServerWriteReactor<v1::AuditRow>* ListAudit(grpc::CallbackServerContext* context,
                                                    const v1::ListAuditRequest* request) override;
  grpc::ServerUnaryReactor* VerifyAudit(grpc::CallbackServerContext* context,
                                        const v1::VerifyAuditRequest* request,
                                        v1::VerifyAuditReply* response) override;

 private:
  const UserTable& users_;
  Store& store_;
  Executor& executor_;
  const Clock& clock_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_AUDIT_SERVICE_H_
