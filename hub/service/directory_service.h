// Serves the signed directory and the orders in force to whoever it lists.
//
// Thread safety: gRPC's.
// Security: readers verify what they get; the hub could withhold a directory,
// which its not_after ends, but cannot alter one.
#ifndef SIGNPOST_HUB_SERVICE_DIRECTORY_SERVICE_H_
#define SIGNPOST_HUB_SERVICE_DIRECTORY_SERVICE_H_

#include "hub/service/callers.h"
#include "hub/service/herald.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::hub {

class DirectoryService final : public v1::DirectoryService::CallbackService {
 public:
  // All must outlive this.
  DirectoryService(Herald& herald, const Callers& callers) : herald_(herald), callers_(callers) {}

  grpc::ServerUnaryReactor* GetDirectory(grpc::CallbackServerContext* context,
                                         const v1::GetDirectoryRequest* request,
                                         v1::DirectoryUpdate* response) override;
  grpc::ServerWriteReactor<v1::DirectoryUpdate>* WatchDirectory(
      grpc::CallbackServerContext* context, const v1::GetDirectoryRequest* request) override;

 private:
  Herald& herald_;
  const Callers& callers_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_DIRECTORY_SERVICE_H_
