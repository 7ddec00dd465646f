#include "proto/transport/errors.h"

#include <catch2/catch.hpp>

#include "signpost/v1/status.pb.h"

namespace signpost {
namespace {

// A status as another program, perhaps a hostile one, could have sent it.
grpc::Status Received(const v1::Status& details) {
  return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no", details.SerializeAsString());
}

google::protobuf::Any* AddDetail(v1::Status& status, const std::string& type,
                                 const std::string& value) {
  google::protobuf::Any* any = status.add_details();
  any->set_type_url("type.googleapis.com/google.rpc." + type);
  any->set_value(value);
  return any;
}

std::string Info(const std::string& reason) {
  v1::ErrorInfo info;
  info.set_reason(reason);
  return info.SerializeAsString();
}

TEST_CASE("An error keeps its code and message and reason and retry time across a wire") {
  for (int code = 1; code <= 16; ++code) {
    INFO(code);
    const absl::Status sent = MakeError(static_cast<absl::StatusCode>(code), reason::kAllowance,
                                        "the day's questions are spent", 3'723'456);
    const grpc::Status wire = ToGrpc(sent);
    CHECK(wire.error_code() == static_cast<grpc::StatusCode>(code));
    const absl::Status received = FromGrpc(wire);
    CHECK(received.code() == sent.code());
    CHECK(received.message() == sent.message());
    CHECK(DetailsOf(received).reason == "ALLOWANCE");
    CHECK(DetailsOf(received).retry_after_ms == 3'723'456);
  }
}

TEST_CASE("An error without a retry time has none and OK stays OK") {
  const absl::Status received =
      FromGrpc(ToGrpc(MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase, "none")));
  CHECK(DetailsOf(received).reason == "NO_SUCH_CASE");
  CHECK_FALSE(DetailsOf(received).retry_after_ms.has_value());
  CHECK(FromGrpc(ToGrpc(absl::OkStatus())).ok());
  const absl::Status plain = FromGrpc(ToGrpc(absl::UnavailableError("socket closed")));
  CHECK(plain == absl::UnavailableError("socket closed"));
  CHECK(DetailsOf(plain).reason.empty());
}

TEST_CASE("Details on the wire are those of google.rpc so that any client reads them") {
  const grpc::Status wire =
      ToGrpc(MakeError(absl::StatusCode::kPermissionDenied, reason::kSuspended, "no", 5));
  v1::Status details;
  REQUIRE(details.ParseFromString(wire.error_details()));
  CHECK(details.code() == 7);
  CHECK(details.message() == "no");
  REQUIRE(details.details_size() == 2);
  std::map<std::string, std::string> by_type;
  for (const auto& any : details.details()) by_type[any.type_url()] = any.value();
  v1::ErrorInfo info;
  REQUIRE(info.ParseFromString(by_type["type.googleapis.com/google.rpc.ErrorInfo"]));
  CHECK(info.reason() == "SUSPENDED");
  CHECK(info.domain() == "signpost");
  CHECK(by_type.contains("type.googleapis.com/google.rpc.RetryInfo"));
}

TEST_CASE("Details that are too large or malformed or of unknown types are ignored") {
  v1::Status good;
  AddDetail(good, "ErrorInfo", Info("SUSPENDED"));
  REQUIRE(DetailsOf(FromGrpc(Received(good))).reason == "SUSPENDED");

  v1::Status large = good;
  AddDetail(large, "Help", std::string(9000, 'x'));
  const absl::Status too_large = FromGrpc(Received(large));
  CHECK(absl::IsPermissionDenied(too_large));
  CHECK(too_large.message() == "no");
  CHECK(DetailsOf(too_large).reason.empty());

  const absl::Status malformed =
      FromGrpc(grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no", "\xff\xff\xff garbage"));
  CHECK(absl::IsPermissionDenied(malformed));
  CHECK(DetailsOf(malformed).reason.empty());

  v1::Status broken;
  AddDetail(broken, "ErrorInfo", "\xff\xff");
  AddDetail(broken, "RetryInfo", "\xff\xff");
  CHECK(DetailsOf(FromGrpc(Received(broken))).reason.empty());
  CHECK_FALSE(DetailsOf(FromGrpc(Received(broken))).retry_after_ms.has_value());

  v1::Status unknown;
  AddDetail(unknown, "DebugInfo", "stack");
  int payloads = 0;
  FromGrpc(Received(unknown)).ForEachPayload([&](absl::string_view, const absl::Cord&) {
    ++payloads;
  });
  CHECK(payloads == 0);
}

TEST_CASE("A retry time of any size from another program is no overflow and never negative") {
  for (const int64_t seconds : {INT64_MAX, INT64_MIN, int64_t{-1}}) {
    v1::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(seconds);
    retry.mutable_retry_delay()->set_nanos(999'999'999);
    v1::Status status;
    AddDetail(status, "RetryInfo", retry.SerializeAsString());
    const auto after_ms = DetailsOf(FromGrpc(Received(status))).retry_after_ms;
    INFO(seconds);
    if (after_ms) {
      CHECK(*after_ms >= 0);
      CHECK(*after_ms <= int64_t{366} * 24 * 3'600'000);
    }
  }
}

}  // namespace
}  // namespace signpost
