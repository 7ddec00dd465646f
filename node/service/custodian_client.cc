#include "node/service/custodian_client.h"

#include <array>
#include <chrono>

#include "proto/base/log.h"
#include "proto/directory/identity.h"
#include "proto/transport/channel.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

// One call to one custodian, in flight.
struct Call {
  grpc::ClientContext context;
  v1::EvaluateResponse response;
  absl::Status status;
  bool done = false;
};

// Lets one thread wait for two callbacks.
class Latch {
 public:
  void Done(Call& call, const absl::Status& status) {
    const MutexLock lock(mutex_);
    call.status = status;
    call.done = true;
    wake_.NotifyAll();
  }
  void WaitFor(const Call& call) {
    const MutexLock lock(mutex_);
    while (!call.done) wake_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar wake_;
};

std::string ErrorWord(const absl::Status& status) {
  const std::string reason = DetailsOf(status).reason;
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

}  // namespace

absl::StatusOr<EvaluationPair> CustodianClient::Evaluate(const VerifiedDirectory& directory,
                                                         uint32_t epoch, v1::Allowance allowance,
                                                         const std::string& points,
                                                         int64_t deadline_ms) {
  const std::array<const v1::Custodian*, 2> custodians = {directory.FindCustodianByRole("a"),
                                                          directory.FindCustodianByRole("b")};
  std::array<std::shared_ptr<v1::CustodianService::Stub>, 2> stubs;
  for (size_t i = 0; i < 2; ++i) {
    if (custodians[i] == nullptr) return absl::NotFoundError("the directory names no custodian");
    SIGNPOST_ASSIGN_OR_RETURN(stubs[i], StubFor(directory, *custodians[i]));
  }
  v1::EvaluateRequest request;
  request.set_epoch(epoch);
  request.set_allowance(allowance);
  request.set_points(points);

  std::array<Call, 2> calls;
  Latch latch;
  const auto deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms);
  const auto start = [&](size_t i) {
    Call& call = calls[i];
    call.context.set_deadline(deadline);
    stubs[i]->async()->Evaluate(
        &call.context, &request, &call.response,
        [&latch, &call](const grpc::Status& status) { latch.Done(call, FromGrpc(status)); });
  };
  // Each custodian counts what it evaluates. One that failed last time is asked first and alone, so
  // that its outage does not spend the other's allowance.
  const size_t first = FailedLast(custodians[1]->name()) ? 1 : 0;
  start(first);
  if (FailedLast(custodians[first]->name())) {
    latch.WaitFor(calls[first]);
    if (!calls[first].status.ok()) {
      Remember(custodians[first]->name(), calls[first].status);
      return calls[first].status;
    }
  }
  start(1 - first);
  latch.WaitFor(calls[0]);
  latch.WaitFor(calls[1]);

  absl::Status result;
  for (size_t i = 0; i < 2; ++i) {
    Remember(custodians[i]->name(), calls[i].status);
    if (result.ok()) result = calls[i].status;
  }
  if (!result.ok()) return result;
  const auto take = [](v1::EvaluateResponse& response) {
    return Evaluation{std::move(*response.mutable_points()), std::move(*response.mutable_proof())};
  };
  return EvaluationPair{take(calls[0].response), take(calls[1].response)};
}

bool CustodianClient::FailedLast(const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto found = seen_.find(name);
  return found != seen_.end() && !found->second.reachable;
}

std::vector<CustodianClient::Seen> CustodianClient::LastSeen() const {
  const MutexLock lock(mutex_);
  std::vector<Seen> all;
  all.reserve(seen_.size());
  for (const auto& [name, seen] : seen_) all.push_back(seen);
  return all;
}

absl::StatusOr<std::shared_ptr<v1::CustodianService::Stub>> CustodianClient::StubFor(
    const VerifiedDirectory& directory, const v1::Custodian& custodian) {
  const std::vector<std::string> pins = AcceptedPins(custodian);
  {
    const MutexLock lock(mutex_);
    const auto found = links_.find(custodian.name());
    if (found != links_.end() && found->second.address == custodian.address() &&
        found->second.pins == pins) {
      return found->second.stub;
    }
  }
  const PeerIdentity id{PeerKind::kCustodian, directory.message().trust_domain(), custodian.name(),
                        ""};
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials,
                            MakeChannelCredentials(tls_, FormatPeerIdentity(id), pins));
  const std::shared_ptr<v1::CustodianService::Stub> stub =
      v1::CustodianService::NewStub(MakeChannel(custodian.address(), credentials));
  const MutexLock lock(mutex_);
  links_[custodian.name()] = {custodian.address(), pins, stub};
  return stub;
}

void CustodianClient::Remember(const std::string& name, const absl::Status& status) {
  const std::string word = status.ok() ? "" : ErrorWord(status);
  bool changed = false;
  {
    const MutexLock lock(mutex_);
    Seen& seen = seen_[name];
    changed = seen.name.empty() || seen.last_error != word;
    seen = {name, status.ok(), word};
  }
  if (!changed) return;
  if (status.ok()) {
    Log(Severity::kInfo, "custodian.reachable", {{"custodian", LogCode{name}}});
  } else {
    Log(Severity::kWarning, "custodian.failed",
        {{"custodian", LogCode{name}}, {"code", status.code()}});
  }
}

}  // namespace signpost::node
