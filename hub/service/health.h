// The truth for grpc.health.v1: SERVING only with an unexpired own certificate
// and an unexpired directory.
//
// Thread safety: Update from one thread.
#ifndef SIGNPOST_HUB_SERVICE_HEALTH_H_
#define SIGNPOST_HUB_SERVICE_HEALTH_H_

#include <grpcpp/server.h>

#include <cstdint>
#include <string>
#include <vector>

#include "proto/directory/directory_book.h"

namespace signpost::hub {

class Health {
 public:
  // `services` are the full names that are reported beside the whole server's (""). Call
  // EnableHealthService() before the server is built.
  Health(grpc::Server& server, std::vector<std::string> services)
      : server_(server), services_(std::move(services)) {}

  // Judges now; logs each change.
  void Update(const DirectoryBook& book, int64_t certificate_not_after_ms, int64_t now_ms);
  // NOT_SERVING for good.
  void Stop();

 private:
  void Set(bool serving);

  grpc::Server& server_;
  const std::vector<std::string> services_;
  bool serving_ = false;
  bool told_ = false;
  bool stopped_ = false;
};

// Turns gRPC's own health service on for every server built later in this process.
void EnableHealthService();

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_HEALTH_H_
