// Everything a node is made of, in the order in which it is built up and, reversed,
// taken down. node.h has the story; this is the list.
//
// Thread safety: as Node; Status() and Healthy() from any thread.
// Security: services for the own people stand on `users`; those for other
// authorities on `answerer`. Nothing joins the two but the store and its rules.
#ifndef SIGNPOST_NODE_SERVICE_NODE_PARTS_H_
#define SIGNPOST_NODE_SERVICE_NODE_PARTS_H_

#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>

#include "node/lookup/answerer.h"
#include "node/lookup/desk_alerts.h"
#include "node/service/admin_service.h"
#include "node/service/audit_service.h"
#include "node/service/desk_service.h"
#include "node/service/desk_writer.h"
#include "node/service/enrolment.h"
#include "node/service/hub_links.h"
#include "node/service/keys.h"
#include "node/service/lookup_service.h"
#include "node/service/node.h"
#include "node/service/outcome_service.h"
#include "node/service/protection_service.h"
#include "node/service/record_gate.h"
#include "node/service/record_service.h"
#include "node/service/upkeep.h"
#include "node/service/user_service.h"

namespace signpost::node {

class Node::Parts {
 public:
  Parts(const v1::NodeConfig& the_config, std::string the_version, const Clock& the_clock,
        Random& the_random, NodeKeys the_keys, const CertificateInfo& the_certificate,
        std::unique_ptr<DirectoryBook> the_book, std::unique_ptr<Store> the_store,
        std::unique_ptr<Refusals> the_refusals, std::unique_ptr<UserTable> the_users);

  absl::Status Start();
  void Tick();
  void Drain(int64_t ms);
  v1::NodeStatus Status();
  // What other authorities and the hub are told of this node.
  v1::NodeHealth Health() const;
  v1::Hello Hello() const;
  // As grpc.health.v1 says it: the directory is valid and its policy understood, the certificate
  // too, the audit can be written, and no restored shield waits to be confirmed.
  bool Healthy() const;

  const v1::NodeConfig config;
  const std::string version;
  const Clock& clock;
  Random& random;
  const NodeKeys keys;
  std::atomic<int64_t> certificate_not_after_ms;  // read again: the files may be renewed
  const std::unique_ptr<DirectoryBook> book;
  const std::unique_ptr<Store> store;
  const std::unique_ptr<Refusals> refusals;
  const std::unique_ptr<UserTable> users;
  StoreAdapter lookup_store;
  TagIndex index;
  ReplayGuard replay;
  DeskBell bell;
  DeskAlerts alerts;
  DeskWriter desk_writer;
  Answerer answerer;
  CustodianClient custodians;
  Enrolment enrolment;
  RecordGate gate;
  Upkeep upkeep;
  std::unique_ptr<HubLinks> links;
  Executor ask_pool;
  Executor record_pool;
  QuestionRunner runner;
  LookupService lookup_service;
  RecordService record_service;
  ProtectionService protection_service;
  DeskService desk_service;
  AuditService audit_service;
  UserService user_service;
  OutcomeService outcome_service;
  AdminService admin_service;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  uint64_t subscription = 0;
  int64_t last_health_ms = 0;
  int64_t last_forget_ms = 0;
  std::atomic<bool> health_due{false};

 private:
  QuestionRunner::Parts RunnerParts();
  RecordsChanged Changed();
  absl::Status Listen();
  void WatchDisk(int64_t now_ms);
  void AddLinks(v1::NodeStatus& status) const;
  void AddEnrolment(v1::NodeStatus& status, int64_t now_ms) const;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_NODE_PARTS_H_
