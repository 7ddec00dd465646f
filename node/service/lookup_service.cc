#include "node/service/lookup_service.h"

#include <memory>
#include <utility>

#include "node/service/server_stream.h"
#include "node/service/unary.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

absl::Status Busy() {
  return MakeError(absl::StatusCode::kUnavailable, reason::kBusy,
                   "this node is answering as many questions as it can; ask again in a moment",
                   1000);
}

}  // namespace

bool LookupService::Start(const Caller& caller, const v1::AskRequest& request,
                          QuestionRunner::Emit emit,
                          std::function<void(const absl::Status&)> ended) {
  if (!Enter(caller.id)) return false;
  // The request dies with the call, and the run may outlive it: take a copy.
  const bool accepted = executor_.TryRun([this, caller, copy = v1::AskRequest(request),
                                          emit = std::move(emit), ended = std::move(ended)] {
    runner_.Run(copy, caller, emit, [&](const absl::Status& status) {
      Leave(caller.id);
      ended(status);
    });
  });
  if (!accepted) Leave(caller.id);
  return accepted;
}

bool LookupService::Enter(const std::string& caller) {
  const MutexLock lock(mutex_);
  int& count = running_[caller];
  if (count >= kMostPerCaller) return false;
  ++count;
  return true;
}

void LookupService::Leave(const std::string& caller) {
  const MutexLock lock(mutex_);
  const auto found = running_.find(caller);
  if (found != running_.end() && --found->second == 0) running_.erase(found);
}

grpc::ServerWriteReactor<v1::AskEvent>* LookupService::Ask(grpc::CallbackServerContext* context,
                                                           const v1::AskRequest* request) {
  const auto stream = ServerStream<v1::AskEvent>::Make();
  auto caller = AdmitCall(*context, users_, clock_, AnyCaller);
  if (!caller.ok()) {
    EndRefused(users_, refusing_, [stream, refused = caller.status()] { stream->End(refused); });
    return stream.get();
  }
  const bool accepted = Start(
      *caller, *request, [stream](v1::AskEvent event) { stream->Send(std::move(event)); },
      [stream](const absl::Status& status) { stream->End(status); });
  if (!accepted) stream->End(Busy());
  return stream.get();
}

grpc::ServerUnaryReactor* LookupService::AskOnce(grpc::CallbackServerContext* context,
                                                 const v1::AskRequest* request,
                                                 v1::Ledger* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = AdmitCall(*context, users_, clock_, AnyCaller);
  if (!caller.ok()) {
    EndRefused(users_, refusing_,
               [reactor, refused = ToGrpc(caller.status())] { reactor->Finish(refused); });
    return reactor;
  }
  const bool accepted = Start(
      *caller, *request,
      [response](v1::AskEvent event) {
        if (event.has_started()) *response->mutable_started() = std::move(event.started());
        if (event.has_row()) *response->add_rows() = std::move(event.row());
        if (event.has_summary()) *response->mutable_summary() = std::move(event.summary());
      },
      [reactor](const absl::Status& status) { reactor->Finish(ToGrpc(status)); });
  if (!accepted) reactor->Finish(ToGrpc(Busy()));
  return reactor;
}

}  // namespace signpost::node
