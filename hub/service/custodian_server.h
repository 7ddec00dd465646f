// A whole custodian in one object: its shares, its meter, the directory that it
// follows, the service over them.
//
// Thread safety: Start, Reload and Stop from one thread.
#ifndef SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVER_H_
#define SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVER_H_

#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "hub/custody/evaluator.h"
#include "hub/service/callers.h"
#include "hub/service/custodian_service.h"
#include "hub/service/health.h"
#include "hub/service/hub_followers.h"
#include "hub/service/worker_pool.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "signpost/v1/config.pb.h"

namespace signpost::hub {

class CustodianServer {
 public:
  // Listens when it returns; the hub need not be up. Errors of OpenBook, OwnCertificate,
  // KeyStore::Load, MeterFile::Open and the credentials; UNAVAILABLE when the address is taken.
  // `clock` must outlive this.
  static absl::StatusOr<std::unique_ptr<CustodianServer>> Start(const v1::HubConfig& config,
                                                                const Clock& clock);
  // As Stop.
  ~CustodianServer();

  // Reads the key files of `config` and the own certificate again. Everything else in it needs a
  // restart. On error the old shares stay.
  absl::Status Reload(const v1::HubConfig& config);
  // Lets evaluations in flight end, takes nothing new. A second call does nothing.
  void Stop();

  int port() const { return port_; }
  DirectoryBook& book() { return *book_; }
  KeyStore& keys() { return *keys_; }
  // As last read, at most a minute ago.
  int64_t certificate_not_after_ms() const { return certificate_not_after_ms_; }

 private:
  CustodianServer(const v1::HubConfig& config, const Clock& clock);
  absl::Status Listen();
  void RunTicks();
  void LookAfterShares();
  // Every second: the hubs to follow, the own certificate's dates, health.
  void SlowTick();

  const v1::HubConfig config_;
  const Clock& clock_;
  SystemRandom random_;
  std::unique_ptr<DirectoryBook> book_;
  std::unique_ptr<Callers> callers_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<MeterFile> meter_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<CustodianService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Health> health_;
  std::unique_ptr<HubFollowers> followers_;
  uint64_t checked_version_ = 0;
  int64_t destroy_at_ms_ = 0;  // monotonic, as the next three
  int64_t slow_at_ms_ = 0;
  int64_t certificate_read_at_ms_ = 0;
  int64_t complain_at_ms_ = 0;
  std::atomic<int64_t> certificate_not_after_ms_{0};
  std::atomic<bool> shares_changed_{true};
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread ticker_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_CUSTODIAN_SERVER_H_
