// UserService: the authority's own people and systems, kept by its administrator and
// seen by its privacy officer (rules/people.h, caller.h).
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
// Security: every change is an audit row that holds the entry as it stands then.
#ifndef SIGNPOST_NODE_SERVICE_USER_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_USER_SERVICE_H_

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "signpost/v1/people.grpc.pb.h"

namespace signpost::node {

class UserService final : public v1::UserService::CallbackService {
 public:
  UserService(UserTable& users, Executor& executor, const Clock& clock)
      : users_(users), executor_(executor), clock_(clock) {}

  grpc::ServerWriteReactor<v1::UserRecord>* ListUsers(grpc::CallbackServerContext* context,
                                                      const v1::ListUsersRequest* request) override;
  grpc::ServerUnaryReactor* PutUser(grpc::CallbackServerContext* context,
                                    const v1::PutUserRequest* request,
                                    v1::UserRecord* response) override;
  grpc::ServerUnaryReactor* RemoveUser(grpc::CallbackServerContext* context,
                                       const v1::RemoveUserRequest* request,
                                       v1::UserRecord* response) override;

 private:
  UserTable& users_;
  Executor& executor_;
  const Clock& clock_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_USER_SERVICE_H_
