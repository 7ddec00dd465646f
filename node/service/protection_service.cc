#include "node/service/protection_service.h"

#include <utility>

#include "node/service/give.h"
#include "node/service/streaming.h"
#include "node/service/unary.h"

namespace signpost::node {
namespace {

absl::Status NeedsShielder(const Caller& caller) {
  return NeedsRole(caller, {v1::SOCIAL_WORKER, v1::DESK_WORKER, v1::DATA_MANAGER});
}
absl::Status NeedsDeskOrManager(const Caller& caller) {
  return NeedsRole(caller, {v1::DESK_WORKER, v1::DATA_MANAGER});
}
absl::Status NeedsDataManager(const Caller& caller) {
  return NeedsRole(caller, {v1::DATA_MANAGER});
}

}  // namespace

grpc::ServerUnaryReactor* ProtectionService::Shield(grpc::CallbackServerContext* context,
                                                    const v1::ShieldRequest* request,
                                                    v1::ProtectionReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsShielder,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Shield(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* ProtectionService::RequestUnshield(
    grpc::CallbackServerContext* context, const v1::RequestUnshieldRequest* request,
    v1::DeskItem* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDeskOrManager,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.RequestUnshield(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* ProtectionService::Separate(grpc::CallbackServerContext* context,
                                                      const v1::SeparateRequest* request,
                                                      v1::ProtectionReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Separate(caller, *request), *response);
                  });
}

grpc::ServerWriteReactor<v1::DuplicatePair>* ProtectionService::ListDuplicates(
    grpc::CallbackServerContext* context, const v1::ListDuplicatesRequest* request) {
  return RunStream<v1::DuplicatePair>(
      context, users_, clock_, executor_, NeedsDataManager,
      [this, copy = *request](const Caller& /*caller*/,
                              ServerStream<v1::DuplicatePair>& stream) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(std::vector<v1::DuplicatePair> pairs, work_.ListDuplicates(copy));
        for (v1::DuplicatePair& pair : pairs) stream.Send(std::move(pair));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* ProtectionService::DecideDuplicate(
    grpc::CallbackServerContext* context, const v1::DecideDuplicateRequest* request,
    v1::ProtectionReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.DecideDuplicate(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* ProtectionService::ConfirmShields(
    grpc::CallbackServerContext* context, const v1::ConfirmShieldsRequest* /*request*/,
    v1::ProtectionReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, response](const Caller& caller) {
                    return Give(work_.ConfirmShields(caller), *response);
                  });
}

}  // namespace signpost::node
