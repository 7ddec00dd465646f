#include "proto/transport/errors.h"

#include <absl/strings/cord.h>

#include <string>

#include "signpost/v1/status.pb.h"

namespace signpost {
namespace {

constexpr size_t kMaxDetailsBytes = 8192;

}  // namespace

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
