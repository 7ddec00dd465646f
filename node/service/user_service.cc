#include "node/service/user_service.h"

#include "node/service/streaming.h"

namespace signpost::node {
namespace {

absl::Status NeedsAdmin(const Caller& caller) { return NeedsRole(caller, {v1::NODE_ADMIN}); }

absl::Status Reply(absl::StatusOr<v1::UserRecord> record, v1::UserRecord& response) {
  SIGNPOST_RETURN_IF_ERROR(record.status());
  response = *std::move(record);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerWriteReactor<v1::UserRecord>* UserService::ListUsers(
    grpc::CallbackServerContext* context, const v1::ListUsersRequest* /*request*/) {
  return RunStream<v1::UserRecord>(
      context, users_, clock_, executor_,
      [](const Caller& caller) {
        return NeedsRole(caller, {v1::NODE_ADMIN, v1::PRIVACY_OFFICER});
      },
      [this](const Caller& /*caller*/, ServerStream<v1::UserRecord>& stream) {
        for (v1::UserRecord& record : users_.List()) stream.Send(std::move(record));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* UserService::PutUser(grpc::CallbackServerContext* context,
                                               const v1::PutUserRequest* request,
                                               v1::UserRecord* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsAdmin,
                  [this, request, response](const Caller& caller) {
                    return Reply(users_.Put(request->user(), caller), *response);
                  });
}

grpc::ServerUnaryReactor* UserService::RemoveUser(grpc::CallbackServerContext* context,
                                                  const v1::RemoveUserRequest* request,
                                                  v1::UserRecord* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsAdmin,
                  [this, request, response](const Caller& caller) {
                    return Reply(users_.Remove(request->id(), caller), *response);
                  });
}

}  // namespace signpost::node
