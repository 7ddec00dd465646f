#include "hub/service/callers.h"

#include <chrono>

#include "hub/service/endings.h"
#include "proto/limits.h"

namespace signpost::hub {
namespace {

// A deadline travels as a rounded duration; one of exactly 60 s must not be refused for that.
constexpr int64_t kRoundingMs = 1000;

}  // namespace

absl::StatusOr<int64_t> CallBudgetMs(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return StatusOf(Ending::kNoDeadline);
  }
  const int64_t left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                              deadline - std::chrono::system_clock::now())
                              .count();
  if (left_ms > kMaxCallDeadlineMs + kRoundingMs) return StatusOf(Ending::kNoDeadline);
  return left_ms;
}

absl::StatusOr<Peer> Callers::PeerOf(const grpc::CallbackServerContext& context) const {
  return AuthenticatedPeer(*context.auth_context(), book_.anchor().trust_domain(), clock_.NowMs());
}

absl::StatusOr<Caller> Callers::MemberNode(const grpc::CallbackServerContext& context) const {
  SIGNPOST_ASSIGN_OR_RETURN(const Peer peer, PeerOf(context));
  if (!peer.identity.IsMember()) return StatusOf(Ending::kNotPermitted);
  return Caller{peer.identity.name, peer.certificate.pin};
}

Standing Callers::StandingNow(const Caller& caller) const {
  return StandingOf(book_.Snapshot(clock_.NowMs()), caller);
}

std::string Callers::SuspensionReason(std::string_view code) const {
  const AdmissionResult result = book_.Admit(code, clock_.NowMs());
  return result.admission == Admission::kSuspended ? result.reason : "";
}

}  // namespace signpost::hub
