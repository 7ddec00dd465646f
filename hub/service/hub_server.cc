#include "hub/service/hub_server.h"

#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "hub/service/hub_config.h"
#include "proto/base/log.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"

namespace signpost::hub {
namespace {

constexpr int64_t kTickMs = 25;
constexpr int64_t kSlowTickMs = 1000;
// The credentials follow their files by themselves; what is reported of them must follow too.
constexpr int64_t kCertificateReadMs = 60'000;
constexpr uint32_t kDefaultDrainMs = 5000;
constexpr uint32_t kDefaultOutboxBytes = 4 << 20;
constexpr uint32_t kDefaultHelloMs = 10'000;
constexpr size_t kPublishQueue = 16;
constexpr uint32_t kHighestRate = 1'000'000;

Switchboard::Options BoardOptions(const v1::HubConfig& config) {
  Switchboard::Options options;
  const uint32_t rate = std::min(config.limits().questions_per_second(), kHighestRate);
  if (rate > 0) {
    options.asker.questions_per_second = rate;
    options.asker.burst = 5 * rate;
  }
  return options;
}

int64_t HelloMs(const v1::HubConfig& config) {
  const uint32_t hello_ms = config.limits().hello_ms();
  return hello_ms == 0 ? kDefaultHelloMs : hello_ms;
}

void Sleep(int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

HubServer::HubServer(const v1::HubConfig& config, const Clock& clock)
    : config_(config), clock_(clock) {}

absl::StatusOr<std::unique_ptr<HubServer>> HubServer::Start(const v1::HubConfig& config,
                                                            const Clock& clock,
                                                            const std::string& software_version) {
  std::unique_ptr<HubServer> hub(new HubServer(config, clock));
  SIGNPOST_ASSIGN_OR_RETURN(hub->book_, OpenBook(config, clock.NowMs()));
  SIGNPOST_RETURN_IF_ERROR(hub->Listen(software_version));
  hub->ticker_ = std::thread([raw = hub.get()] { raw->RunTicks(); });
  return hub;
}

absl::Status HubServer::Listen(const std::string& software_version) {
  SIGNPOST_ASSIGN_OR_RETURN(const CertificateInfo own,
                            OwnCertificate(config_, book_->anchor().trust_domain()));
  certificate_not_after_ms_ = own.not_after_ms;
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(TlsPathsOf(config_)));
  callers_ = std::make_unique<Callers>(*book_, clock_);
  board_ = std::make_unique<Switchboard>(
      clock_,
      [callers = callers_.get()](const Caller& caller) { return callers->StandingNow(caller); },
      BoardOptions(config_));
  herald_ = std::make_unique<Herald>(*book_, *board_, clock_);
  publishing_ = std::make_unique<WorkerPool>(1, kPublishQueue);
  const uint32_t outbox_bytes = config_.limits().outbox_bytes();
  relay_ = std::make_unique<RelayService>(
      RelayService::Options{config_.name(), software_version,
                            outbox_bytes == 0 ? kDefaultOutboxBytes : outbox_bytes,
                            HelloMs(config_)},
      *board_, *callers_, *herald_);
  directory_ = std::make_unique<DirectoryService>(*herald_, *callers_);
  federation_ =
      std::make_unique<FederationService>(*book_, *board_, *herald_, *callers_, *publishing_);
  EnableHealthService();
  grpc::ServerBuilder builder;
  ConfigureServer(builder, config_.listen(), credentials, &port_,
                  kMaxDirectoryBytes + kMaxMessageBytes);
  builder.RegisterService(relay_.get());
  builder.RegisterService(directory_.get());
  builder.RegisterService(federation_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", config_.listen(), ": is the address taken?"));
  }
  health_ = std::make_unique<Health>(
      *server_, std::vector<std::string>{"signpost.v1.RelayService", "signpost.v1.DirectoryService",
                                         "signpost.v1.FederationService"});
  certificate_read_at_ms_ = clock_.NowMs() + kCertificateReadMs;
  federation_->SetCertificateNotAfter(own.not_after_ms);
  health_->Update(*book_, certificate_not_after_ms_, clock_.NowMs());
  return absl::OkStatus();
}

void HubServer::Reload() {
  const absl::StatusOr<CertificateInfo> own =
      OwnCertificate(config_, book_->anchor().trust_domain());
  if (!own.ok()) {
    LogStartError("certificate.unreadable", own.status());
    return;
  }
  certificate_not_after_ms_ = own->not_after_ms;
  federation_->SetCertificateNotAfter(own->not_after_ms);
}

void HubServer::RunTicks() {
  int64_t slow_at_ms = clock_.MonotonicMs();
  while (!stopping_) {
    board_->Tick();
    if (clock_.MonotonicMs() >= slow_at_ms) {
      slow_at_ms = clock_.MonotonicMs() + kSlowTickMs;
      SlowTick(clock_.NowMs());
    }
    Sleep(kTickMs);
  }
}

void HubServer::SlowTick(int64_t now_ms) {
  board_->Recheck();
  if (now_ms >= certificate_read_at_ms_) {
    certificate_read_at_ms_ = now_ms + kCertificateReadMs;
    Reload();
  }
  health_->Update(*book_, certificate_not_after_ms_, now_ms);
  const DropCounts drops = board_->drops();
  if (drops == told_drops_) return;
  told_drops_ = drops;
  Log(Severity::kWarning, "relay.dropped",
      {{"unknown_question", drops.unknown_question},
       {"not_asked", drops.not_asked},
       {"duplicate", drops.duplicate},
       {"wrong_size", drops.wrong_size},
       {"out_of_turn", drops.out_of_turn},
       {"not_admitted", drops.not_admitted}});
}

void HubServer::Stop() {
  if (stopping_.exchange(true)) return;
  if (ticker_.joinable()) ticker_.join();
  if (server_ == nullptr) return;
  health_->Stop();
  const uint32_t drain_ms =
      config_.limits().drain_ms() == 0 ? kDefaultDrainMs : config_.limits().drain_ms();
  board_->Drain(drain_ms);
  herald_->CloseWatchers();
  const int64_t until_ms = clock_.MonotonicMs() + drain_ms;
  while (!board_->Quiet() && clock_.MonotonicMs() < until_ms) {
    board_->Tick();
    Sleep(kTickMs);
  }
  board_->EndEverything();
  publishing_->Stop();
  // What has not read its ending by then is broken off.
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  server_->Wait();
  Log(Severity::kInfo, "hub.stopped");
}

HubServer::~HubServer() { Stop(); }

}  // namespace signpost::hub
