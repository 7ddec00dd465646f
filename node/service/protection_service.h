// ProtectionService: shields, separated identities and decisions on duplicates over
// gRPC. What they do is protection_work.h's.
//
// Thread safety: gRPC calls it from its own threads; the work is the executor's.
#ifndef SIGNPOST_NODE_SERVICE_PROTECTION_SERVICE_H_
#define SIGNPOST_NODE_SERVICE_PROTECTION_SERVICE_H_

#include <utility>

#include "node/service/executor.h"
#include "node/service/protection_work.h"
#include "signpost/v1/protection.grpc.pb.h"

namespace signpost::node {

class ProtectionService final : public v1::ProtectionService::CallbackService {
 public:
  // `changed` is called after records have changed or gone. Everything must outlive it.
  ProtectionService(const UserTable& users, Store& store, RecordGate& gate, DeskBell& bell,
                    Executor& executor, const Clock& clock, RecordsChanged changed)
      : users_(users),
        executor_(executor),
        clock_(clock),
        work_(store, gate, bell, clock, std::move(changed)) {}

  grpc::ServerUnaryReactor* Shield(grpc::CallbackServerContext* context,
                                   const v1::ShieldRequest* request,
                                   v1::ProtectionReply* response) override;
  grpc::ServerUnaryReactor* RequestUnshield(grpc::CallbackServerContext* context,
                                            const v1::RequestUnshieldRequest* request,
                                            v1::DeskItem* response) override;
  grpc::ServerUnaryReactor* Separate(grpc::CallbackServerContext* context,
                                     const v1::SeparateRequest* request,
                                     v1::ProtectionReply* response) override;
  grpc::ServerWriteReactor<v1::DuplicatePair>* ListDuplicates(
      grpc::CallbackServerContext* context, const v1::ListDuplicatesRequest* request) override;
  grpc::ServerUnaryReactor* DecideDuplicate(grpc::CallbackServerContext* context,
                                            const v1::DecideDuplicateRequest* request,
                                            v1::ProtectionReply* response) override;
  grpc::ServerUnaryReactor* ConfirmShields(grpc::CallbackServerContext* context,
                                           const v1::ConfirmShieldsRequest* request,
                                           v1::ProtectionReply* response) override;

 private:
  const UserTable& users_;
  Executor& executor_;
  const Clock& clock_;
  ProtectionWork work_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_PROTECTION_SERVICE_H_
