#include "tests/hostile/fake_custodian.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "proto/transport/channel.h"

namespace signpost::testing {

constexpr size_t kPointSize = 32;

FakeCustodian::FakeCustodian(TestFederation& federation)
    : federation_(federation), other_(GenerateShare(random_)) {
  const v1::TlsFiles& tls = federation.custodian_config("b").tls();
  const auto credentials =
      MakeServerCredentials({tls.certificate(), tls.private_key(), tls.federation_ca()});
  REQUIRE(credentials.ok());
  int port = 0;
  grpc::ServerBuilder builder;
  ConfigureServer(builder, federation.custodian_config("b").listen(), *credentials, &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  REQUIRE(server_ != nullptr);
  REQUIRE(port != 0);
}

FakeCustodian::~FakeCustodian() { server_->Shutdown(std::chrono::system_clock::now()); }

grpc::Status FakeCustodian::Evaluate(grpc::ServerContext* context,
                                     const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) {
  const CustodianMode now = mode;
  ++evaluations;
  if (now == CustodianMode::kSlow) {
    for (int i = 0; i < 30 && !context->IsCancelled(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  const CustodianShare& published = federation_.share("b");
  const bool wrong = now == CustodianMode::kWrongKey || now == CustodianMode::kWrongKeyProof;
  const CustodianShare& share = wrong ? other_ : published;
  auto made =
      signpost::Evaluate(share.secret, share.public_share, request->points(), random_).value();
  std::string& points = made.points;
  switch (now) {
    case CustodianMode::kWrongKeyProof:
      made.proof =
          signpost::Evaluate(published.secret, published.public_share, request->points(), random_)
              .value()
              .proof;
      break;
    case CustodianMode::kTooFew:
      points.resize(points.size() - kPointSize);
      break;
    case CustodianMode::kTooMany:
      points += points.substr(0, kPointSize);
      break;
    case CustodianMode::kIdentity:
      points.assign(points.size(), '\0');
      break;
    case CustodianMode::kGarbage:
      points.assign(points.size(), '\xff');
      break;
    case CustodianMode::kOtherOrder:
      points = points.substr(kPointSize, kPointSize) + points.substr(0, kPointSize) +
               points.substr(2 * kPointSize);
      break;
    case CustodianMode::kNoProof:
      made.proof.clear();
      break;
    default:
      break;
  }
  response->set_points(std::move(made.points));
  response->set_proof(std::move(made.proof));
  return grpc::Status::OK;
}

}  // namespace signpost::testing
