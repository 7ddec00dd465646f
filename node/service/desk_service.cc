#include "node/service/desk_service.h"

#include <utility>

#include "node/service/give.h"
#include "node/service/streaming.h"
#include "node/service/unary.h"

namespace signpost::node {
namespace {

absl::Status NeedsDesk(const Caller& caller) { return NeedsRole(caller, {v1::DESK_WORKER}); }

}  // namespace

grpc::ServerWriteReactor<v1::DeskItem>* DeskService::ListDesk(grpc::CallbackServerContext* context,
                                                              const v1::ListDeskRequest* request) {
  return RunStream<v1::DeskItem>(
      context, users_, clock_, executor_, AnyCaller,
      [this, copy = *request](const Caller& caller,
                              ServerStream<v1::DeskItem>& stream) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(std::vector<v1::DeskItem> items, work_.List(caller, copy));
        for (v1::DeskItem& item : items) stream.Send(std::move(item));
        return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<v1::DeskItem>* DeskService::WatchDesk(
    grpc::CallbackServerContext* context, const v1::WatchDeskRequest* request) {
  const auto stream = DeskWatch::Stream::Make();
  const v1::DeskView view = request->view();
  auto caller = AdmitCall(*context, users_, clock_,
                          [this, view](const Caller& who) { return work_.AdmitWatch(who, view); });
  if (!caller.ok()) {
    EndRefused(users_, executor_, [stream, refused = caller.status()] { stream->End(refused); });
    return stream.get();
  }
  watch_.Add(*context, *std::move(caller), *request, stream);
  return stream.get();
}

grpc::ServerUnaryReactor* DeskService::RecordCallBack(grpc::CallbackServerContext* context,
                                                      const v1::RecordCallBackRequest* request,
                                                      v1::DeskItem* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDesk,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.RecordCallBack(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* DeskService::Withhold(grpc::CallbackServerContext* context,
                                                const v1::WithholdRequest* request,
                                                v1::DeskItem* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDesk,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Withhold(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* DeskService::Decide(grpc::CallbackServerContext* context,
                                              const v1::DecideRequest* request,
                                              v1::DeskItem* response) {
  return RunUnary(
      context, users_, clock_, executor_,
      [](const Caller& caller) {
        return NeedsRole(caller, {v1::DESK_WORKER, v1::PRIVACY_OFFICER});
      },
      [this, request, response](const Caller& caller) {
        return Give(work_.Decide(caller, *request), *response);
      });
}

grpc::ServerUnaryReactor* DeskService::RequestApproval(grpc::CallbackServerContext* context,
                                                       const v1::RequestApprovalRequest* request,
                                                       v1::DeskItem* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDesk,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.RequestApproval(caller, *request), *response);
                  });
}

}  // namespace signpost::node
