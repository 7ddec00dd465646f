#include "proto/transport/errors.h"

#include <absl/strings/cord.h>

#include <algorithm>

#include "proto/base/bytes.h"
#include "signpost/v1/status.pb.h"

namespace signpost {
namespace {

// The type URLs of google.rpc, so that any gRPC client library understands the details.
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kDomain[] = "signpost";
constexpr size_t kMaxDetailsBytes = 8192;
constexpr int64_t kMaxRetrySeconds = 366 * 24 * 3600 - 1;

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       std::optional<int64_t> retry_after_ms) {
  absl::Status status(code, ToAbsl(message));
  v1::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(kDomain);
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  if (retry_after_ms) {
    v1::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(*retry_after_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(*retry_after_ms % 1000) * 1000000);
    status.SetPayload(kRetryInfoUrl, absl::Cord(retry.SerializeAsString()));
  }
  return status;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  if (const auto payload = status.GetPayload(kErrorInfoUrl)) {
    v1::ErrorInfo info;
    if (info.ParseFromString(std::string(*payload))) details.reason = info.reason();
  }
  if (const auto payload = status.GetPayload(kRetryInfoUrl)) {
    v1::RetryInfo retry;
    if (retry.ParseFromString(std::string(*payload))) {
      // The peer's word, so of any size: what is multiplied must not overflow.
      const int64_t seconds =
          std::clamp<int64_t>(retry.retry_delay().seconds(), 0, kMaxRetrySeconds);
      const int64_t nanos = std::clamp<int64_t>(retry.retry_delay().nanos(), 0, 999'999'999);
      details.retry_after_ms = seconds * 1000 + nanos / 1'000'000;
    }
  }
  return details;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  v1::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(std::string(status.message()));
  status.ForEachPayload([&wire](absl::string_view url, const absl::Cord& payload) {
    auto* any = wire.add_details();
    any->set_type_url(std::string(url));
    any->set_value(std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      wire.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  v1::Status wire;
  const std::string& details = status.error_details();
  if (details.size() > kMaxDetailsBytes || !wire.ParseFromString(details)) return result;
  for (const auto& any : wire.details()) {
    if (any.type_url() == kErrorInfoUrl || any.type_url() == kRetryInfoUrl) {
      result.SetPayload(any.type_url(), absl::Cord(any.value()));
    }
  }
  return result;
}

}  // namespace signpost
