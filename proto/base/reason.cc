#include "proto/base/reason.h"

#include <absl/strings/cord.h>

#include <algorithm>

#include "proto/base/bytes.h"
#include "signpost/v1/status.pb.h"

namespace signpost {
namespace {

constexpr char kDomain[] = "signpost";
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

}  // namespace signpost
