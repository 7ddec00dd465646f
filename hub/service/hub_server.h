// A whole hub in one object: the directory, the switchboard, the services over
// them, their clock. main.cc runs one; tests run several in one process.
//
// Thread safety: Start, Reload and Stop from one thread.
#ifndef SIGNPOST_HUB_SERVICE_HUB_SERVER_H_
#define SIGNPOST_HUB_SERVICE_HUB_SERVER_H_

#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "hub/routing/switchboard.h"
#include "hub/service/callers.h"
#include "hub/service/directory_service.h"
#include "hub/service/federation_service.h"
#include "hub/service/health.h"
#include "hub/service/herald.h"
#include "hub/service/relay_service.h"
#include "hub/service/worker_pool.h"
#include "proto/base/clock.h"
#include "signpost/v1/config.pb.h"

namespace signpost::hub {

class HubServer {
 public:
  // Listens when it returns. Errors of OpenBook, OwnCertificate and MakeServerCredentials;
  // UNAVAILABLE when the address is taken. It is not an error if there is no directory yet: then
  // everything but the officers' first PublishDirectory is refused. `clock` must outlive this.
  static absl::StatusOr<std::unique_ptr<HubServer>> Start(const v1::HubConfig& config,
                                                          const Clock& clock,
                                                          const std::string& software_version);
  // As Stop.
  ~HubServer();

  // Reads the own certificate's dates again; the credentials follow their files by themselves.
  void Reload();
  // Drains: tells the nodes, lets questions in flight end for at most limits.drain_ms, then ends
  // every stream. A second call does nothing.
  void Stop();

  int port() const { return port_; }
  DirectoryBook& book() { return *book_; }
  Switchboard& board() { return *board_; }

 private:
  HubServer(const v1::HubConfig& config, const Clock& clock);
  absl::Status Listen(const std::string& software_version);
  void RunTicks();
  void SlowTick(int64_t now_ms);

  const v1::HubConfig config_;
  const Clock& clock_;
  std::unique_ptr<DirectoryBook> book_;
  std::unique_ptr<Callers> callers_;
  std::unique_ptr<Switchboard> board_;
  std::unique_ptr<Herald> herald_;
  std::unique_ptr<WorkerPool> publishing_;
  std::unique_ptr<RelayService> relay_;
  std::unique_ptr<DirectoryService> directory_;
  std::unique_ptr<FederationService> federation_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Health> health_;
  std::atomic<int64_t> certificate_not_after_ms_{0};
  int64_t certificate_read_at_ms_ = 0;
  DropCounts told_drops_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread ticker_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_HUB_SERVER_H_
