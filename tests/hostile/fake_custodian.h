// A custodian that lies: CustodianService with custodian b's certificate and
// address, and its true share, which it uses, or not, as the test says.
//
// Thread safety: the mode may be set at any time.
#ifndef SIGNPOST_TESTS_HOSTILE_FAKE_CUSTODIAN_H_
#define SIGNPOST_TESTS_HOSTILE_FAKE_CUSTODIAN_H_

#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>

#include "proto/crypto/voprf.h"
#include "signpost/v1/custody.grpc.pb.h"
#include "tests/integration/federation.h"

namespace signpost::testing {

enum class CustodianMode {
  kHonest,
  kWrongKey,       // a correct evaluation and proof under a key that is not its published one
  kWrongKeyProof,  // evaluated with another key, proved with the published one
  kTooFew,         // one point less
  kTooMany,        // one point more
  kIdentity,       // every point the identity
  kGarbage,        // bytes that are no points
  kOtherOrder,     // two points exchanged
  kNoProof,        // an empty proof
  kSlow,           // correct, after three seconds
};

class FakeCustodian final : public v1::CustodianService::Service {
 public:
  explicit FakeCustodian(TestFederation& federation);
  ~FakeCustodian() override;
  FakeCustodian(const FakeCustodian&) = delete;
  FakeCustodian& operator=(const FakeCustodian&) = delete;

  std::atomic<CustodianMode> mode{CustodianMode::kHonest};
  std::atomic<int> evaluations{0};

 private:
  grpc::Status Evaluate(grpc::ServerContext* context, const v1::EvaluateRequest* request,
                        v1::EvaluateResponse* response) override;

  TestFederation& federation_;
  SystemRandom random_;
  const CustodianShare other_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_HOSTILE_FAKE_CUSTODIAN_H_
