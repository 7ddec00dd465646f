#include "node/service/lookup_service.h"

#include <memory>
#include <utility>

#include "node/service/server_stream.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

absl::Status Busy() {
  return MakeError(absl::StatusCode::kUnavailable, reason::kBusy,
                   "this node is answering as many questions as it can; ask again in a moment",
                   1000);
}

}  // namespace

absl::StatusOr<Caller> LookupService::Admit(const grpc::CallbackServerContext& context) const {
  SIGNPOST_RETURN_IF_ERROR(CheckDeadline(context));
  return users_.Identify(*context.auth_context(), clock_.NowMs());
}

grpc::ServerWriteReactor<v1::AskEvent>* LookupService::Ask(grpc::CallbackServerContext* context,
                                                           const v1::AskRequest* request) {
  const auto stream = ServerStream<v1::AskEvent>::Make();
  auto caller = Admit(*context);
  if (!caller.ok()) {
    stream->End(caller.status());
    return stream.get();
  }
  // The request dies with the call, and the run may outlive it: take a copy.
  const bool accepted = executor_.TryRun(
      [this, stream, caller = *std::move(caller), copy = v1::AskRequest(*request)] {
        runner_.Run(
            copy, caller, [&stream](v1::AskEvent event) { stream->Send(std::move(event)); },
            [&stream](const absl::Status& status) { stream->End(status); });
      });
  if (!accepted) stream->End(Busy());
  return stream.get();
}

grpc::ServerUnaryReactor* LookupService::AskOnce(grpc::CallbackServerContext* context,
                                                 const v1::AskRequest* request,
                                                 v1::Ledger* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = Admit(*context);
  if (!caller.ok()) {
    reactor->Finish(ToGrpc(caller.status()));
    return reactor;
  }
  const bool accepted = executor_.TryRun(
      [this, reactor, response, caller = *std::move(caller), copy = v1::AskRequest(*request)] {
        runner_.Run(
            copy, caller,
            [response](v1::AskEvent event) {
              if (event.has_started()) *response->mutable_started() = std::move(event.started());
              if (event.has_row()) *response->add_rows() = std::move(event.row());
              if (event.has_summary()) *response->mutable_summary() = std::move(event.summary());
            },
            [reactor](const absl::Status& status) { reactor->Finish(ToGrpc(status)); });
      });
  if (!accepted) reactor->Finish(ToGrpc(Busy()));
  return reactor;
}

}  // namespace signpost::node
