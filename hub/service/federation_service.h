// What officers do at the hub: publish a directory, suspend a member, see who
// is silent.
//
// Thread safety: gRPC's. Publishing verifies and syncs on a worker.
// Security: an officer's certificate only opens the door; a directory or order
// counts by its own signatures under the anchor.
#ifndef SIGNPOST_HUB_SERVICE_FEDERATION_SERVICE_H_
#define SIGNPOST_HUB_SERVICE_FEDERATION_SERVICE_H_

#include <atomic>
#include <cstdint>

#include "hub/service/callers.h"
#include "hub/service/herald.h"
#include "hub/service/worker_pool.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::hub {

class FederationService final : public v1::FederationService::CallbackService {
 public:
  // All must outlive this; `workers` must be stopped before this is destroyed.
  FederationService(DirectoryBook& book, const Switchboard& board, const Herald& herald,
                    const Callers& callers, WorkerPool& workers)
      : book_(book), board_(board), herald_(herald), callers_(callers), workers_(workers) {}

  grpc::ServerUnaryReactor* PublishDirectory(grpc::CallbackServerContext* context,
                                             const v1::SignedDocument* request,
                                             v1::PublishReply* response) override;
  grpc::ServerUnaryReactor* Suspend(grpc::CallbackServerContext* context,
                                    const v1::SignedDocument* request,
                                    v1::PublishReply* response) override;
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const v1::ListMembersRequest* request,
                                        v1::ListMembersReply* response) override;

  // UTC; shown to officers.
  void SetCertificateNotAfter(int64_t ms) { certificate_not_after_ms_ = ms; }

 private:
  absl::Status AdmitPublisher(const grpc::CallbackServerContext& context) const;
  grpc::ServerUnaryReactor* Take(grpc::CallbackServerContext* context,
                                 const v1::SignedDocument* request, v1::PublishReply* response,
                                 bool is_order);
  void FillMembers(v1::ListMembersReply& reply) const;

  DirectoryBook& book_;
  const Switchboard& board_;
  const Herald& herald_;
  const Callers& callers_;
  WorkerPool& workers_;
  std::atomic<int64_t> certificate_not_after_ms_{0};
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_FEDERATION_SERVICE_H_
