#include "node/service/node.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>

#include <chrono>
#include <initializer_list>
#include <utility>

#include "node/service/node_parts.h"
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
// One caller's calls run on half of them (executor.h): the desk never waits for somebody's import.
constexpr size_t kRecordThreads = 4;
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
  const absl::Status users = UserTable::CheckConfigured(config);
  if (!users.ok()) absl::StrAppend(&problems, problems.empty() ? "" : "\n", users.message());
  return problems.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problems);
}

Node::Parts::Parts(const v1::NodeConfig& the_config, std::string the_version,
                   const Clock& the_clock, Random& the_random, NodeKeys the_keys,
                   const CertificateInfo& the_certificate, std::unique_ptr<DirectoryBook> the_book,
                   std::unique_ptr<Store> the_store, std::unique_ptr<Refusals> the_refusals,
                   std::unique_ptr<UserTable> the_users)
    : config(the_config),
      version(std::move(the_version)),
      clock(the_clock),
      random(the_random),
      keys(std::move(the_keys)),
      certificate_not_after_ms(the_certificate.not_after_ms),
      book(std::move(the_book)),
      store(std::move(the_store)),
      refusals(std::move(the_refusals)),
      users(std::move(the_users)),
      lookup_store(*store),
      replay(clock.NowMs()),
      alerts(lookup_store, clock),
      desk_writer(alerts, bell),
      answerer({config.authority(), &keys.signing, &keys.sealing}, *book, index, lookup_store,
               alerts, replay, clock, random),
      custodians(PathsOf(config.tls())),
      enrolment(config.authority(), *store, index, custodians, *book, clock, random),
      gate(*store,
           [this] {
             const auto newest = book->Newest();
             return newest == nullptr ? uint64_t{0} : newest->message().children();
           }),
      upkeep(*store, gate, clock, Changed()),
      ask_pool(kAskThreads, kAskWaiting),
      record_pool(kRecordThreads, kRecordWaiting),
      runner(RunnerParts()),
      lookup_service(*users, runner, ask_pool, record_pool, clock),
      record_service(*users, *store, *book, gate, record_pool, clock, config.training(),
                     [this] { enrolment.Wake(); }),
      protection_service(*users, *store, gate, bell, record_pool, clock, Changed()),
      desk_service(*users, *store, gate, bell, record_pool, clock),
      audit_service(*users, *store, record_pool, clock),
      user_service(*users, record_pool, clock),
      outcome_service(*users, *store, record_pool, clock),
      admin_service(*users, record_pool, clock, [this] { return Status(); }) {}

RecordsChanged Node::Parts::Changed() {
  return [this](const std::vector<int64_t>& gone) {
    enrolment.Forget(gone);
    enrolment.Wake();
  };
}

QuestionRunner::Parts Node::Parts::RunnerParts() {
  QuestionRunner::Parts runner_parts;
  runner_parts.authority = config.authority();
  runner_parts.signing_key = &keys.signing;
  runner_parts.book = book.get();
  runner_parts.users = users.get();
  runner_parts.store = store.get();
  runner_parts.alerts = &alerts;
  runner_parts.lookup_store = &lookup_store;
  runner_parts.index = &index;
  runner_parts.custodians = &custodians;
  runner_parts.hub = [this] { return links == nullptr ? nullptr : links->Stub(); };
  runner_parts.hub_refusal = [this] { return links == nullptr ? "" : links->state().refusal; };
  runner_parts.clock = &clock;
  runner_parts.random = &random;
  return runner_parts;
}

absl::Status Node::Parts::Start() {
  SIGNPOST_RETURN_IF_ERROR(store->Writable());
  SIGNPOST_RETURN_IF_ERROR(store->CutCheckpoint(clock.NowMs()));
  answerer.SetHeld(store->ShieldsUnconfirmed());
  if (answerer.held()) Log(Severity::kError, "shields.unconfirmed");
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

  SIGNPOST_RETURN_IF_ERROR(Listen());
  upkeep.Start();
  links->Sync();
  return absl::OkStatus();
}

absl::Status Node::Parts::Listen() {
  TlsPaths listen_tls = PathsOf(config.tls());
  listen_tls.ca = config.practitioner_ca();
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(listen_tls));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  ConfigureServer(builder, config.listen(), credentials, &port);
  const std::initializer_list<grpc::Service*> services = {
      &lookup_service, &record_service, &protection_service, &desk_service,
      &audit_service,  &user_service,   &outcome_service,    &admin_service};
  for (grpc::Service* service : services) builder.RegisterService(service);
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", config.listen(),
                                               ": another program may have the port; stop it or "
                                               "change `listen`"));
  }
  server->GetHealthCheckService()->SetServingStatus(Healthy());
  return absl::OkStatus();
}

void Node::Parts::WatchDisk(int64_t now_ms) {
  const bool writable = store->CutCheckpoint(now_ms).ok() && store->Writable().ok();
  if (writable != answerer.audit_writable()) {
    if (writable) {
      Log(Severity::kInfo, "audit.writable_again");
    } else {
      Log(Severity::kError, "audit.unwritable");
    }
  }
  // A failing disk must be known before a question fits a record: else the first such claim, and
  // only a holder's, would read not ready.
  answerer.SetAuditWritable(writable);
}

void Node::Parts::Tick() {
  const int64_t now_ms = clock.NowMs();
  const int64_t monotonic_ms = clock.MonotonicMs();
  answerer.Expire();
  WatchDisk(now_ms);
  answerer.SetHeld(store->ShieldsUnconfirmed());
  desk_writer.Wake();
  refusals->Write();
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
  desk_service.Stop();
  upkeep.Stop();
  if (server != nullptr) {
    server->GetHealthCheckService()->Shutdown();
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
  }
  ask_pool.Stop();
  record_pool.Stop();
  if (subscription != 0) book->Unsubscribe(std::exchange(subscription, 0));
  links.reset();
  desk_writer.Stop();
  refusals->Finish();
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
  SIGNPOST_ASSIGN_OR_RETURN(Secret column_key,
                            ReadColumnKey(config.column_key(), config.database()));
  SIGNPOST_ASSIGN_OR_RETURN(auto store,
                            OpenSqliteStore({config.database(), std::move(column_key)}, random));
  auto refusals = std::make_unique<Refusals>(
      [&store = *store, &clock](std::vector<v1::AuditRow> rows) {
        return store.AppendAudit(std::move(rows), {}, clock.NowMs()).status();
      },
      clock);
  SIGNPOST_ASSIGN_OR_RETURN(auto users, UserTable::Open(config, anchor.trust_domain(),
                                                        store->people(), *refusals, clock));
  SIGNPOST_ASSIGN_OR_RETURN(
      auto book, DirectoryBook::Open({std::move(anchor), config.directory_cache()}, clock.NowMs()));
  return std::unique_ptr<Node>(new Node(std::make_unique<Parts>(
      config, std::move(version), clock, random, std::move(keys), certificate, std::move(book),
      std::move(store), std::move(refusals), std::move(users))));
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
