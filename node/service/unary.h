// The frame of every unary call of the node: deadline, caller, role, then the
// work on the executor, and exactly one Finish.
//
// Thread safety: called on gRPC's threads; `work` runs on the executor's.
#ifndef SIGNPOST_NODE_SERVICE_UNARY_H_
#define SIGNPOST_NODE_SERVICE_UNARY_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "proto/base/clock.h"
#include "proto/transport/errors.h"

namespace signpost::node {

// `admit` decides, after the caller is known, whether it may do this.
inline grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context,
                                          const UserTable& users, const Clock& clock,
                                          Executor& executor,
                                          const std::function<absl::Status(const Caller&)>& admit,
                                          std::function<absl::Status(const Caller&)> work) {
  auto* reactor = context->DefaultReactor();
  auto caller = users.Identify(*context->auth_context(), clock.NowMs());
  absl::Status refused = caller.ok() ? CheckDeadline(*context) : caller.status();
  if (refused.ok()) refused = admit(*caller);
  if (!refused.ok()) {
    reactor->Finish(ToGrpc(refused));
    return reactor;
  }
  const bool accepted =
      executor.TryRun([reactor, caller = *std::move(caller), work = std::move(work)] {
        reactor->Finish(ToGrpc(work(caller)));
      });
  if (!accepted) {
    reactor->Finish(ToGrpc(MakeError(absl::StatusCode::kUnavailable, reason::kBusy,
                                     "this node is busy; try again in a moment", 1000)));
  }
  return reactor;
}

inline absl::Status AnyCaller(const Caller& /*caller*/) { return absl::OkStatus(); }

// Persons and systems with one of the roles.
inline absl::Status NeedsRole(const Caller& caller, std::initializer_list<v1::Role> roles) {
  for (const v1::Role role : roles) {
    if (caller.Has(role)) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kNotPermitted,
                   "your role does not permit this; the node's administrator assigns roles");
}

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_UNARY_H_
