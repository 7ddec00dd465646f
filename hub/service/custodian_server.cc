#include "hub/service/custodian_server.h"

#include <grpcpp/server_builder.h>

#include <chrono>
#include <vector>

#include "hub/service/hub_config.h"
#include "proto/base/log.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"

namespace signpost::hub {
namespace {

constexpr int64_t kTickMs = 200;
constexpr int64_t kSlowTickMs = 1000;
// The credentials follow their files by themselves; what is reported of them must follow too.
constexpr int64_t kCertificateReadMs = 60'000;
// How often retired shares are looked for; also how often one that resists is complained of.
constexpr int64_t kDestroyMs = 30'000;
constexpr size_t kWorkers = 2;
// Two seconds of work at 100 ms a large batch.
constexpr size_t kWaitingEvaluations = 40;

std::vector<std::string> KeyFilesOf(const v1::HubConfig& config) {
  return {config.custodian().key_files().begin(), config.custodian().key_files().end()};
}

}  // namespace

CustodianServer::CustodianServer(const v1::HubConfig& config, const Clock& clock)
    : config_(config), clock_(clock) {}

absl::StatusOr<std::unique_ptr<CustodianServer>> CustodianServer::Start(const v1::HubConfig& config,
                                                                        const Clock& clock) {
  std::unique_ptr<CustodianServer> custodian(new CustodianServer(config, clock));
  SIGNPOST_ASSIGN_OR_RETURN(custodian->book_, OpenBook(config, clock.NowMs()));
  custodian->keys_ = std::make_unique<KeyStore>(config.custodian().role());
  SIGNPOST_RETURN_IF_ERROR(custodian->keys_->Load(KeyFilesOf(config)));
  SIGNPOST_ASSIGN_OR_RETURN(custodian->meter_,
                            MeterFile::Open(config.custodian().meter_file(), clock));
  SIGNPOST_RETURN_IF_ERROR(custodian->Listen());
  custodian->ticker_ = std::thread([raw = custodian.get()] { raw->RunTicks(); });
  return custodian;
}

absl::Status CustodianServer::Listen() {
  const std::string& trust_domain = book_->anchor().trust_domain();
  SIGNPOST_ASSIGN_OR_RETURN(const CertificateInfo own, OwnCertificate(config_, trust_domain));
  certificate_not_after_ms_ = own.not_after_ms;
  const TlsPaths paths = TlsPathsOf(config_);
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(paths));
  callers_ = std::make_unique<Callers>(*book_, clock_);
  evaluator_ = std::make_unique<Evaluator>(clock_, random_, *keys_, *meter_);
  workers_ = std::make_unique<WorkerPool>(kWorkers, kWaitingEvaluations);
  service_ = std::make_unique<CustodianService>(*evaluator_, *callers_, *workers_);
  EnableHealthService();
  grpc::ServerBuilder builder;
  ConfigureServer(builder, config_.listen(), credentials, &port_);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", config_.listen(), ": is the address taken?"));
  }
  health_ =
      std::make_unique<Health>(*server_, std::vector<std::string>{"signpost.v1.CustodianService"});
  LookAfterShares();
  health_->Update(*book_, certificate_not_after_ms_, clock_.NowMs());
  const HubFollowers::Hub configured = {
      config_.custodian().hub_name(), config_.custodian().hub_address(), {}};
  followers_ = std::make_unique<HubFollowers>(paths, configured, *book_, clock_, random_);
  certificate_read_at_ms_ = clock_.MonotonicMs() + kCertificateReadMs;
  return followers_->Sync();
}

absl::Status CustodianServer::Reload(const v1::HubConfig& config) {
  SIGNPOST_ASSIGN_OR_RETURN(const CertificateInfo own,
                            OwnCertificate(config_, book_->anchor().trust_domain()));
  certificate_not_after_ms_ = own.not_after_ms;
  SIGNPOST_RETURN_IF_ERROR(keys_->Load(KeyFilesOf(config)));
  shares_changed_ = true;
  return absl::OkStatus();
}

void CustodianServer::LookAfterShares() {
  const auto newest = book_->Newest();
  if (newest == nullptr) return;
  const int64_t now_ms = clock_.NowMs();
  const bool due = clock_.MonotonicMs() >= destroy_at_ms_;
  const bool news = shares_changed_.exchange(false) || newest->version() != checked_version_;
  if (!due && !news) return;
  destroy_at_ms_ = clock_.MonotonicMs() + kDestroyMs;
  for (const uint32_t epoch : keys_->DestroyRetired(*newest, now_ms)) meter_->ForgetEpoch(epoch);
  checked_version_ = newest->version();
  if (news) keys_->CheckAgainst(*newest, now_ms);
}

void CustodianServer::SlowTick() {
  const int64_t now_ms = clock_.MonotonicMs();
  slow_at_ms_ = now_ms + kSlowTickMs;
  absl::Status trouble = followers_->Sync();
  if (now_ms >= certificate_read_at_ms_) {
    certificate_read_at_ms_ = now_ms + kCertificateReadMs;
    const auto own = OwnCertificate(config_, book_->anchor().trust_domain());
    if (own.ok()) certificate_not_after_ms_ = own->not_after_ms;
    trouble.Update(own.status());
  }
  health_->Update(*book_, certificate_not_after_ms_, clock_.NowMs());
  if (trouble.ok() || now_ms < complain_at_ms_) return;
  complain_at_ms_ = now_ms + kCertificateReadMs;
  LogStartError("certificate.unreadable", trouble);
}

void CustodianServer::RunTicks() {
  while (!stopping_) {
    LookAfterShares();
    if (clock_.MonotonicMs() >= slow_at_ms_) SlowTick();
    std::this_thread::sleep_for(std::chrono::milliseconds(kTickMs));
  }
}

void CustodianServer::Stop() {
  if (stopping_.exchange(true)) return;
  if (ticker_.joinable()) ticker_.join();
  if (followers_ != nullptr) followers_->Stop();
  if (server_ == nullptr) return;
  health_->Stop();
  const uint32_t drain_ms = config_.limits().drain_ms() == 0 ? 5000 : config_.limits().drain_ms();
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(drain_ms));
  workers_->Stop();
  server_->Wait();
  Log(Severity::kInfo, "custodian.stopped");
}

CustodianServer::~CustodianServer() { Stop(); }

}  // namespace signpost::hub
