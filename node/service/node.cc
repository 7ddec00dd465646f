#include "node/service/node.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "node/lookup/answerer.h"
#include "node/service/admin_service.h"
#include "node/service/audit_service.h"
#include "node/service/enrolment.h"
#include "node/service/hub_links.h"
#include "node/service/keys.h"
#include "node/service/lookup_service.h"
#include "node/service/record_service.h"
#include "node/store/column_key.h"
#include "node/store/sqlite_store.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/crypto/match_key.h"
#include "proto/directory/signed_document.h"
#include "proto/transport/channel.h"

namespace signpost::node {
namespace {

constexpr size_t kAskThreads = 64;
constexpr size_t kAskWaiting = 64;
constexpr size_t kRecordThreads = 2;
constexpr size_t kRecordWaiting = 256;
constexpr int64_t kHealthEveryMs = 30'000;
constexpr int64_t kForgetEveryMs = 600'000;
constexpr uint32_t kDefaultWorkers = 2;

TlsPaths PathsOf(const v1::TlsFiles& files) {
  return {files.certificate(), files.private_key(), files.federation_ca()};
}

HubTarget FirstHub(const v1::NodeConfig& config, const std::string& trust_domain) {
  const PeerIdentity id{PeerKind::kHub, trust_domain, config.hub_name(), ""};
  return {config.hub_name(), config.hub_address(), FormatPeerIdentity(id), {}};
}

absl::Status CheckOwnCertificate(const v1::NodeConfig& config, const std::string& trust_domain,
                                 const CertificateInfo& certificate, int64_t now_ms) {
  const auto identity = ParsePeerIdentity(certificate.uri);
  if (!identity.ok() || identity->kind != PeerKind::kAuthority ||
      identity->name != config.authority() || identity->trust_domain != trust_domain) {
    return absl::FailedPreconditionError(absl::StrCat(
        config.tls().certificate(), " is not the certificate of authority ", config.authority(),
        " in ", trust_domain, ": have the federation's CA sign this node's own request"));
  }
  if (certificate.not_after_ms <= now_ms) {
    return absl::FailedPreconditionError(
        absl::StrCat(config.tls().certificate(),
                     " has expired: have the federation's CA renew it, for the same key"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckNodeConfig(const v1::NodeConfig& config) {
  std::string problems;
  const auto need = [&problems](std::string_view value, const char* what) {
    if (value.empty()) absl::StrAppend(&problems, problems.empty() ? "" : "\n", what);
  };
  if (!IsAuthorityCode(config.authority())) {
    problems = "authority: must be an ONS GSS code, such as E08000035";
  }
  need(config.listen(), "listen: missing (host:port for this authority's people and systems)");
  need(config.tls().certificate(), "tls.certificate: missing");
  need(config.tls().private_key(), "tls.private_key: missing");
  need(config.tls().federation_ca(), "tls.federation_ca: missing");
  need(config.practitioner_ca(), "practitioner_ca: missing");
  need(config.anchor(), "anchor: missing (the officers' keys, from the officers)");
  need(config.database(), "database: missing");
  need(config.column_key(), "column_key: missing (a file outside the database's folder)");
  need(config.signing_key(), "signing_key: missing");
  need(config.directory_cache(), "directory_cache: missing");
  need(config.hub_address(), "hub_address: missing");
  need(config.hub_name(), "hub_name: missing");
  if (config.sealing_keys().empty()) need("", "sealing_keys: at least one is needed");
  if (config.worker_threads() > 64) need("", "worker_threads: at most 64");
  const auto users = UserTable::Build(config, "any.example");
  if (!users.ok()) {
    absl::StrAppend(&problems, problems.empty() ? "" : "\n", users.status().message());
  }
  return problems.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problems);
}

class Node::Parts {
 public:
  Parts(const v1::NodeConfig& the_config, std::string the_version, const Clock& the_clock,
        Random& the_random, NodeKeys the_keys, const CertificateInfo& the_certificate,
        UserTable the_users, std::unique_ptr<DirectoryBook> the_book,
        std::unique_ptr<Store> the_store)
      : config(the_config),
        version(std::move(the_version)),
        clock(the_clock),
        random(the_random),
        keys(std::move(the_keys)),
        certificate_not_after_ms(the_certificate.not_after_ms),
        users(std::move(the_users)),
        book(std::move(the_book)),
        store(std::move(the_store)),
        lookup_store(*store),
        replay(clock.NowMs()),
        answerer({config.authority(), &keys.signing, &keys.sealing}, *book, index, lookup_store,
                 replay, clock, random),
        custodians(PathsOf(config.tls())),
        enrolment(config.authority(), *store, index, custodians, *book, clock, random),
        ask_pool(kAskThreads, kAskWaiting),
        record_pool(kRecordThreads, kRecordWaiting),
        runner(RunnerParts()),
        lookup_service(users, runner, ask_pool, clock),
        record_service(users, *store, *book, record_pool, clock, config.training(),
                       [this] { enrolment.Wake(); }),
        audit_service(users, *store, record_pool, clock),
        admin_service(users, record_pool, clock, [this] { return Status(); }) {}

  absl::Status Start();
  void Tick();
  void Drain(int64_t ms);
  v1::NodeStatus Status();
  v1::Hello Hello() const;
  bool Healthy() const;

  const v1::NodeConfig config;
  const std::string version;
  const Clock& clock;
  Random& random;
  const NodeKeys keys;
  std::atomic<int64_t> certificate_not_after_ms;  // read again: the files may be renewed
  const UserTable users;
  const std::unique_ptr<DirectoryBook> book;
  const std::unique_ptr<Store> store;
  StoreAdapter lookup_store;
  TagIndex index;
  ReplayGuard replay;
  Answerer answerer;
  CustodianClient custodians;
  Enrolment enrolment;
  std::unique_ptr<HubLinks> links;
  Executor ask_pool;
  Executor record_pool;
  QuestionRunner runner;
  LookupService lookup_service;
  RecordService record_service;
  AuditService audit_service;
  AdminService admin_service;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  uint64_t subscription = 0;
  int64_t last_health_ms = 0;
  int64_t last_forget_ms = 0;
  std::atomic<bool> health_due{false};

 private:
  QuestionRunner::Parts RunnerParts();
  v1::NodeHealth Health() const;
};

QuestionRunner::Parts Node::Parts::RunnerParts() {
  QuestionRunner::Parts runner_parts;
  runner_parts.authority = config.authority();
  runner_parts.signing_key = &keys.signing;
  runner_parts.book = book.get();
  runner_parts.store = store.get();
  runner_parts.lookup_store = &lookup_store;
  runner_parts.index = &index;
  runner_parts.custodians = &custodians;
  runner_parts.hub = [this] { return links == nullptr ? nullptr : links->Stub(); };
  runner_parts.hub_refusal = [this] { return links == nullptr ? "" : links->state().refusal; };
  runner_parts.clock = &clock;
  runner_parts.random = &random;
  return runner_parts;
}

v1::NodeHealth Node::Parts::Health() const {
  const int64_t now_ms = clock.NowMs();
  v1::NodeHealth health;
  const auto newest = book->Newest();
  if (newest != nullptr) health.set_directory_version(newest->version());
  health.set_certificate_not_after_ms(certificate_not_after_ms);
  for (const Enrolment::EpochStatus& epoch : enrolment.Status()) {
    if (epoch.enrolled != epoch.records) continue;
    health.set_enrolled_epoch(epoch.epoch);
    health.set_index_watermark_ms(index.WatermarkMs(epoch.epoch, now_ms));
  }
  health.set_clock_ms(now_ms);
  return health;
}

v1::Hello Node::Parts::Hello() const {
  v1::Hello hello;
  hello.set_software_version(version);
  *hello.mutable_health() = Health();
  return hello;
}

bool Node::Parts::Healthy() const {
  const int64_t now_ms = clock.NowMs();
  return book->Snapshot(now_ms).directory != nullptr && certificate_not_after_ms > now_ms &&
         answerer.audit_writable();
}

absl::Status Node::Parts::Start() {
  SIGNPOST_RETURN_IF_ERROR(store->Writable());
  SIGNPOST_RETURN_IF_ERROR(store->CutCheckpoint(clock.NowMs()));
  SIGNPOST_RETURN_IF_ERROR(enrolment.Start());
  HubLinks::Options options{
      PathsOf(config.tls()), FirstHub(config, book->anchor().trust_domain()),
      config.worker_threads() == 0 ? kDefaultWorkers : config.worker_threads()};
  links = std::make_unique<HubLinks>(std::move(options), *book, answerer, clock, random,
                                     [this] { return Hello(); });
  subscription = book->Subscribe([this] {
    enrolment.Wake();
    health_due.store(true);
  });

  TlsPaths listen_tls = PathsOf(config.tls());
  listen_tls.ca = config.practitioner_ca();
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(listen_tls));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  ConfigureServer(builder, config.listen(), credentials, &port);
  builder.RegisterService(&lookup_service);
  builder.RegisterService(&record_service);
  builder.RegisterService(&audit_service);
  builder.RegisterService(&admin_service);
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", config.listen(),
                                               ": another program may have the port; stop it or "
                                               "change `listen`"));
  }
  server->GetHealthCheckService()->SetServingStatus(Healthy());
  links->Sync();
  return absl::OkStatus();
}

void Node::Parts::Tick() {
  const int64_t now_ms = clock.NowMs();
  const int64_t monotonic_ms = clock.MonotonicMs();
  answerer.Expire();
  if (!store->CutCheckpoint(now_ms).ok()) answerer.SetAuditWritable(false);
  if (!answerer.audit_writable() && store->Writable().ok()) {
    answerer.SetAuditWritable(true);
    Log(Severity::kInfo, "audit.writable_again");
  }
  if (monotonic_ms - last_forget_ms >= kForgetEveryMs) {
    last_forget_ms = monotonic_ms;
    static_cast<void>(store->ForgetSeen(now_ms));
  }
  links->Sync();
  if (health_due.exchange(false) || monotonic_ms - last_health_ms >= kHealthEveryMs) {
    last_health_ms = monotonic_ms;
    const auto renewed = ReadCertificate(config.tls().certificate());
    if (renewed.ok()) certificate_not_after_ms = renewed->not_after_ms;
    links->SendHealth(Health());
  }
  server->GetHealthCheckService()->SetServingStatus(Healthy());
}

void Node::Parts::Drain(int64_t ms) {
  if (server != nullptr) {
    server->GetHealthCheckService()->Shutdown();
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
  }
  ask_pool.Stop();
  record_pool.Stop();
  if (subscription != 0) book->Unsubscribe(std::exchange(subscription, 0));
  links.reset();
}

v1::NodeStatus Node::Parts::Status() {
  const int64_t now_ms = clock.NowMs();
  v1::NodeStatus status;
  status.set_authority_code(config.authority());
  status.set_software_version(version);
  status.set_clock_ms(now_ms);
  status.set_certificate_not_after_ms(certificate_not_after_ms);
  if (const auto newest = book->Newest()) {
    status.set_directory_version(newest->version());
    status.set_directory_not_after_ms(newest->message().not_after_ms());
    const v1::Member* own = newest->FindMember(config.authority());
    if (own != nullptr) status.set_authority_name(own->name());
    const v1::Epoch* epoch = newest->AskingEpoch(now_ms);
    if (epoch != nullptr) status.set_asking_epoch(epoch->epoch());
  }
  status.set_suspended(book->Admit(config.authority(), now_ms).admission == Admission::kSuspended);
  if (links != nullptr) {
    const HubLinks::State hub = links->state();
    status.set_hub_connected(hub.connected);
    status.set_hub_refusal(hub.refusal);
    status.set_hub_clock_offset_ms(hub.clock_offset_ms);
  }
  for (const CustodianClient::Seen& seen : custodians.LastSeen()) {
    v1::CustodianStatus* custodian = status.add_custodians();
    custodian->set_name(seen.name);
    custodian->set_reachable(seen.reachable);
    custodian->set_last_error(seen.last_error);
  }
  status.set_children(store->CountChildren().value_or(0));
  status.set_index_tags(index.Tags());
  for (const v1::Epoch* epoch : book->Newest() == nullptr ? std::vector<const v1::Epoch*>()
                                                          : book->Newest()->LiveEpochs(now_ms)) {
    const auto count = store->CountEnrolment(epoch->epoch());
    if (!count.ok()) continue;
    v1::EnrolmentStatus* enrolled = status.add_enrolment();
    enrolled->set_epoch(epoch->epoch());
    enrolled->set_enrolled(count->enrolled);
    enrolled->set_records(count->records);
    if (epoch->epoch() == status.asking_epoch()) {
      status.set_waiting_for_enrolment(count->records - std::min(count->records, count->enrolled));
    }
  }
  status.set_audit_checkpoint_ms(store->CurrentCheckpoint().cut_ms);
  const auto backup = store->GetMeta("backup.last_success_ms");
  if (backup.ok() && *backup) {
    ByteReader reader(**backup);
    status.set_backup_last_success_ms(static_cast<int64_t>(reader.Int(8).value_or(0)));
  }
  return status;
}

absl::StatusOr<std::unique_ptr<Node>> Node::Build(const v1::NodeConfig& config, std::string version,
                                                  const Clock& clock, Random& random) {
  SIGNPOST_RETURN_IF_ERROR(CheckNodeConfig(config));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string anchor_bytes, ReadFile(config.anchor()));
  SIGNPOST_ASSIGN_OR_RETURN(v1::Anchor anchor, ParseAnchor(anchor_bytes));
  SIGNPOST_ASSIGN_OR_RETURN(NodeKeys keys, ReadNodeKeys(config));
  SIGNPOST_ASSIGN_OR_RETURN(CertificateInfo certificate,
                            ReadCertificate(config.tls().certificate()));
  SIGNPOST_RETURN_IF_ERROR(
      CheckOwnCertificate(config, anchor.trust_domain(), certificate, clock.NowMs()));
  SIGNPOST_ASSIGN_OR_RETURN(UserTable users, UserTable::Build(config, anchor.trust_domain()));
  SIGNPOST_ASSIGN_OR_RETURN(Secret column_key,
                            ReadColumnKey(config.column_key(), config.database()));
  SIGNPOST_ASSIGN_OR_RETURN(auto store,
                            OpenSqliteStore({config.database(), std::move(column_key)}, random));
  SIGNPOST_ASSIGN_OR_RETURN(
      auto book, DirectoryBook::Open({std::move(anchor), config.directory_cache()}, clock.NowMs()));
  return std::unique_ptr<Node>(new Node(
      std::make_unique<Parts>(config, std::move(version), clock, random, std::move(keys),
                              certificate, std::move(users), std::move(book), std::move(store))));
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Node::~Node() {
  if (parts_ != nullptr) Drain(0);
}

absl::Status Node::Start() { return parts_->Start(); }
int Node::port() const { return parts_->port; }
void Node::Tick() { parts_->Tick(); }
void Node::Drain(int64_t ms) { parts_->Drain(ms); }
v1::NodeStatus Node::Status() const { return parts_->Status(); }

}  // namespace signpost::node
