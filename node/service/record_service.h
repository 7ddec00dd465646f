// RecordService: import, and the few reads and changes of records that this
// release has. Every change and every read of a record leaves an audit row.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
// Security: protected records (shielded, separated, quarantined) read like
// unknown ones.
#ifndef SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_

#include <functional>

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "node/store/store.h"
#include "proto/directory/directory_book.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::node {

class RecordService final : public v1::RecordService::CallbackService {
 public:
  // `changed` is called after records have changed, so that they are enrolled.
  RecordService(const UserTable& users, Store& store, const DirectoryBook& book, Executor& executor,
                const Clock& clock, bool training, std::function<void()> changed)
      : users_(users),
        store_(store),
        book_(book),
        executor_(executor),
        clock_(clock),
        training_(training),
        changed_(std::move(changed)) {}

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

 private:
  absl::Status Import(const Caller& caller, const v1::ImportChunkRequest& request,
                      v1::ImportChunkReply& response);
  absl::Status Get(const Caller& caller, const v1::GetChildRequest& request,
                   v1::ChildRecord& response);
  absl::Status Open(const Caller& caller, const v1::OpenInvolvementRequest& request,
                    v1::InvolvementReply& response);
  absl::Status Close(const Caller& caller, const v1::CloseInvolvementRequest& request,
                     v1::InvolvementReply& response);
  absl::StatusOr<ChildRow> FindVisible(std::string_view case_reference);
  bool Findable(int64_t child_id, int64_t revision);
  v1::AuditRow Row(v1::AuditRow::Kind kind, const Caller& caller, std::string_view case_reference,
                   std::string_view note) const;

  const UserTable& users_;
  Store& store_;
  const DirectoryBook& book_;
  Executor& executor_;
  const Clock& clock_;
  const bool training_;
  const std::function<void()> changed_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_SERVICE_H_
