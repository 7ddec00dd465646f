#include "node/service/record_service.h"

#include <utility>

#include "node/service/give.h"
#include "node/service/record_access.h"
#include "node/service/streaming.h"
#include "node/service/unary.h"

namespace signpost::node {
namespace {

absl::Status NeedsDataManager(const Caller& caller) {
  return NeedsRole(caller, {v1::DATA_MANAGER});
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::ImportChunk(grpc::CallbackServerContext* context,
                                                     const v1::ImportChunkRequest* request,
                                                     v1::ImportChunkReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Import(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::GetChild(grpc::CallbackServerContext* context,
                                                  const v1::GetChildRequest* request,
                                                  v1::ChildRecord* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Get(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::OpenInvolvement(grpc::CallbackServerContext* context,
                                                         const v1::OpenInvolvementRequest* request,
                                                         v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Open(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::CloseInvolvement(
    grpc::CallbackServerContext* context, const v1::CloseInvolvementRequest* request,
    v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Close(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::RenewInvolvement(
    grpc::CallbackServerContext* context, const v1::RenewInvolvementRequest* request,
    v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Renew(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::SetConsent(grpc::CallbackServerContext* context,
                                                    const v1::SetConsentRequest* request,
                                                    v1::InvolvementReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.SetConsent(caller, *request), *response);
                  });
}

grpc::ServerUnaryReactor* RecordService::PutChild(grpc::CallbackServerContext* context,
                                                  const v1::PutChildRequest* request,
                                                  v1::PutChildReply* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsPractitioner,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Put(caller, *request), *response);
                  });
}

grpc::ServerWriteReactor<v1::ChildVersion>* RecordService::ListHistory(
    grpc::CallbackServerContext* context, const v1::GetChildRequest* request) {
  return RunStream<v1::ChildVersion>(
      context, users_, clock_, executor_, NeedsDataManager,
      [this, copy = *request](const Caller& caller,
                              ServerStream<v1::ChildVersion>& stream) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(std::vector<v1::ChildVersion> versions,
                                  work_.ListHistory(caller, copy));
        for (v1::ChildVersion& version : versions) stream.Send(std::move(version));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* RecordService::ExplainMatch(grpc::CallbackServerContext* context,
                                                      const v1::ExplainMatchRequest* request,
                                                      v1::Explanation* response) {
  return RunUnary(context, users_, clock_, executor_, NeedsDataManager,
                  [this, request, response](const Caller& caller) {
                    return Give(work_.Explain(caller, *request), *response);
                  });
}

std::optional<uint32_t> RecordService::AskingEpoch(const DirectoryBook& book, const Clock& clock) {
  const int64_t now_ms = clock.NowMs();
  const auto directory = book.Snapshot(now_ms).directory;
  const v1::Epoch* epoch = directory == nullptr ? nullptr : directory->AskingEpoch(now_ms);
  if (epoch == nullptr) return std::nullopt;
  return epoch->epoch();
}

}  // namespace signpost::node
