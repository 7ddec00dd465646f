// What every RPC of hub and custodian begins with: who calls, and whether the
// call has a deadline.
//
// Thread safety: Callers may be shared; the functions are pure.
#ifndef SIGNPOST_HUB_SERVICE_CALLERS_H_
#define SIGNPOST_HUB_SERVICE_CALLERS_H_

#include <grpcpp/server_context.h>

#include <cstdint>

#include "hub/routing/standing.h"
#include "proto/base/clock.h"
#include "proto/transport/peer.h"

namespace signpost::hub {

// Milliseconds until the call's deadline; INVALID_ARGUMENT DEADLINE_REQUIRED when there is none, or
// one beyond 60 s.
absl::StatusOr<int64_t> CallBudgetMs(const grpc::CallbackServerContext& context);

class Callers {
 public:
  // Both must outlive this.
  Callers(const DirectoryBook& book, const Clock& clock) : book_(book), clock_(clock) {}

  // Errors of AuthenticatedPeer.
  absl::StatusOr<Peer> PeerOf(const grpc::CallbackServerContext& context) const;
  // A member's node, whatever its standing. PERMISSION_DENIED NOT_PERMITTED for anybody else.
  absl::StatusOr<Caller> MemberNode(const grpc::CallbackServerContext& context) const;
  Standing StandingNow(const Caller& caller) const;
  // The officers' reason when it is suspended, else empty.
  std::string SuspensionReason(std::string_view code) const;

  const DirectoryBook& book() const { return book_; }
  int64_t NowMs() const { return clock_.NowMs(); }

 private:
  const DirectoryBook& book_;
  const Clock& clock_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_CALLERS_H_
