#include "hub/service/health.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/health_check_service_interface.h>

#include "proto/base/log.h"

namespace signpost::hub {

void EnableHealthService() { grpc::EnableDefaultHealthCheckService(true); }

void Health::Update(const DirectoryBook& book, int64_t certificate_not_after_ms, int64_t now_ms) {
  if (stopped_) return;
  const auto newest = book.Newest();
  const bool directory = newest != nullptr && !newest->ExpiredAt(now_ms);
  const bool certificate = now_ms < certificate_not_after_ms;
  const bool serving = directory && certificate;
  if (told_ && serving == serving_) return;
  Log(serving ? Severity::kInfo : Severity::kError, "health.changed",
      {{"serving", serving}, {"directory_valid", directory}, {"certificate_valid", certificate}});
  Set(serving);
}

void Health::Stop() {
  stopped_ = true;
  Set(false);
}

void Health::Set(bool serving) {
  told_ = true;
  serving_ = serving;
  grpc::HealthCheckServiceInterface* service = server_.GetHealthCheckService();
  if (service == nullptr) return;
  service->SetServingStatus(serving);
  for (const std::string& name : services_) service->SetServingStatus(name, serving);
}

}  // namespace signpost::hub
