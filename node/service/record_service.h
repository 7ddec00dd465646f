// RecordService: the authority's own records over gRPC: import, adding and
// correcting, involvements and consent. What is done, and for whom, is record_work.h's.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
#ifndef SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "node/service/executor.h"
#include "node/service/record_work.h"
#include "proto/directory/directory_book.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::node {

class RecordService final : public v1::RecordService::CallbackService {
 public:
  // `changed` is called after records have changed, so that they are enrolled. Everything must
  // outlive it.
  RecordService(const UserTable& users, Store& store, const DirectoryBook& book, RecordGate& gate,
                Executor& executor, const Clock& clock, bool training,
                std::function<void()> changed)
      : users_(users),
        executor_(executor),
        clock_(clock),
        work_(
            store, gate, clock, [&book, &clock] { return AskingEpoch(book, clock); }, training,
            std::move(changed)) {}

  grpc::ServerUnaryReactor* ImportChunk(grpc::CallbackServerContext* context,
                                        const v1::ImportChunkRequest* request,
                                        v1::ImportChunkReply* response) override;
  grpc::ServerUnaryReactor* GetChild(grpc::CallbackServerContext* context,
                                     const v1::GetChildRequest* request,
                                     v1::ChildRecord* response) override;
  grpc::ServerUnaryReactor* OpenInvolvement(grpc::CallbackServerContext* context,
                                            const v1::OpenInvolvementRequest* request,
                                            v1::InvolvementReply* response) override;
  grpc::ServerUnaryReactor* CloseInvolvement(grpc::CallbackServerContext* context,
                                             const v1::CloseInvolvementRequest* request,
                                             v1::InvolvementReply* response) override;
  grpc::ServerUnaryReactor* RenewInvolvement(grpc::CallbackServerContext* context,
                                             const v1::RenewInvolvementRequest* request,
                                             v1::InvolvementReply* response) override;
  grpc::ServerUnaryReactor* SetConsent(grpc::CallbackServerContext* context,
                                       const v1::SetConsentRequest* request,
                                       v1::InvolvementReply* response) override;
  grpc::ServerUnaryReactor* PutChild(grpc::CallbackServerContext* context,
                                     const v1::PutChildRequest* request,
                                     v1::PutChildReply* response) override;
  grpc::ServerWriteReactor<v1::ChildVersion>* ListHistory(
      grpc::CallbackServerContext* context, const v1::GetChildRequest* request) override;
  grpc::ServerUnaryReactor* ExplainMatch(grpc::CallbackServerContext* context,
                                         const v1::ExplainMatchRequest* request,
                                         v1::Explanation* response) override;

 private:
  static std::optional<uint32_t> AskingEpoch(const DirectoryBook& book, const Clock& clock);

  const UserTable& users_;
  Executor& executor_;
  const Clock& clock_;
  RecordWork work_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_
