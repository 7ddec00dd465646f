// The frame of every call of the node: caller, deadline, role, then the work on
// the executor, of which no caller holds more than a part (executor.h), and exactly one Finish.
// Whatever ends with PERMISSION_DENIED or UNAUTHENTICATED is recorded (refusals.h) before the
// caller reads it.
//
// Thread safety: called on gRPC's threads; `work` runs on the executor's.
#ifndef SIGNPOST_NODE_SERVICE_UNARY_H_
#define SIGNPOST_NODE_SERVICE_UNARY_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include "node/service/caller.h"
#include "node/service/executor.h"
#include "proto/base/clock.h"
#include "proto/transport/errors.h"

namespace signpost::node {

// Whether a known caller may do this.
using AdmitRule = std::function<absl::Status(const Caller&)>;

inline absl::Status AnyCaller(const Caller& /*caller*/) { return absl::OkStatus(); }

// Persons and systems with one of the roles.
inline absl::Status NeedsRole(const Caller& caller, std::initializer_list<v1::Role> roles) {
  for (const v1::Role role : roles) {
    if (caller.Has(role)) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kNotPermitted,
                   "your role does not permit this; the node's administrator assigns roles");
}

inline absl::Status NodeBusy() {
  return MakeError(absl::StatusCode::kUnavailable, reason::kBusy,
                   "this node is busy; try again in a moment", 1000);
}

// Caller, deadline and `admit`. What is refused is noted; end the call with EndRefused().
inline absl::StatusOr<Caller> AdmitCall(const grpc::CallbackServerContext& context,
                                        const UserTable& users, const Clock& clock,
                                        const AdmitRule& admit) {
  SIGNPOST_ASSIGN_OR_RETURN(Caller caller, users.Identify(*context.auth_context(), clock.NowMs()));
  SIGNPOST_RETURN_IF_ERROR(CheckDeadline(context));
  const absl::Status refused = admit(caller);
  if (!refused.ok()) {
    users.refusals().Note(caller.id, refused);
    return refused;
  }
  return caller;
}

// Ends a refused call once its refusal is recorded. When the executor has no room, at once: the
// refusal is then recorded with the next.
inline void EndRefused(const UserTable& users, Executor& executor, std::function<void()> end) {
  // All refused calls are one owner: whoever is let in waits for none of them.
  const bool accepted = executor.TryRunFor("refused", [&users, end] {
    users.refusals().Write();
    end();
  });
  if (!accepted) end();
}

// On a worker thread: records what the work itself refused.
inline absl::Status RecordRefusal(const UserTable& users, const Caller& caller,
                                  absl::Status status) {
  if (absl::IsPermissionDenied(status)) {
    users.refusals().Note(caller.id, status);
    users.refusals().Write();
  }
  return status;
}

inline grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context,
                                          const UserTable& users, const Clock& clock,
                                          Executor& executor, const AdmitRule& admit,
                                          std::function<absl::Status(const Caller&)> work) {
  auto* reactor = context->DefaultReactor();
  auto caller = AdmitCall(*context, users, clock, admit);
  if (!caller.ok()) {
    EndRefused(users, executor,
               [reactor, refused = ToGrpc(caller.status())] { reactor->Finish(refused); });
    return reactor;
  }
  const std::string owner = caller->id;
  const bool accepted = executor.TryRunFor(
      owner, [&users, reactor, caller = *std::move(caller), work = std::move(work)] {
        reactor->Finish(ToGrpc(RecordRefusal(users, caller, work(caller))));
      });
  if (!accepted) reactor->Finish(ToGrpc(NodeBusy()));
  return reactor;
}

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_UNARY_H_
