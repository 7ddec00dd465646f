// Asks both custodians to evaluate one batch of blinded points, at the same
// time. FinishPlan and FinishBatch check both proofs before anything is used.
//
// Thread safety: Evaluate() from any thread; it blocks, so never from a gRPC
// callback.
// Security: each custodian must prove the SPIFFE id and the key that the directory names.
#ifndef SIGNPOST_NODE_SERVICE_CUSTODIAN_CLIENT_H_
#define SIGNPOST_NODE_SERVICE_CUSTODIAN_CLIENT_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/crypto/voprf.h"
#include "proto/directory/verified_directory.h"
#include "proto/transport/credentials.h"
#include "signpost/v1/custody.grpc.pb.h"

namespace signpost::node {

// What the two custodians answered, proofs not yet checked.
struct EvaluationPair {
  Evaluation a;
  Evaluation b;
};

class CustodianClient {
 public:
  struct Seen {  // for `signpost doctor`
    std::string name;
    bool reachable = false;
    std::string last_error;  // a reason of proto/transport/errors.h or a status code's name
  };

  explicit CustodianClient(TlsPaths tls) : tls_(std::move(tls)) {}

  // Sends `points` (32 or 1,024 of them, as `allowance` demands) to both custodians of
  // `directory`. UNAVAILABLE, DEADLINE_EXCEEDED: one cannot be reached; RESOURCE_EXHAUSTED: an
  // allowance is spent (the message says which and when it refills).
  absl::StatusOr<EvaluationPair> Evaluate(const VerifiedDirectory& directory, uint32_t epoch,
                                          v1::Allowance allowance, const std::string& points,
                                          int64_t deadline_ms);

  std::vector<Seen> LastSeen() const;

 private:
  struct Link {
    std::string address;
    std::vector<std::string> pins;
    std::shared_ptr<v1::CustodianService::Stub> stub;
  };

  absl::StatusOr<std::shared_ptr<v1::CustodianService::Stub>> StubFor(
      const VerifiedDirectory& directory, const v1::Custodian& custodian);
  bool FailedLast(const std::string& name) const;
  void Remember(const std::string& name, const absl::Status& status);

  const TlsPaths tls_;
  mutable Mutex mutex_;
  std::map<std::string, Link> links_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Seen> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_CUSTODIAN_CLIENT_H_
