// The frame of every server-streaming call of the node: as RunUnary (unary.h), with
// a stream that the work fills.
//
// Thread safety: called on gRPC's threads; `work` runs on the executor's.
#ifndef SIGNPOST_NODE_SERVICE_STREAMING_H_
#define SIGNPOST_NODE_SERVICE_STREAMING_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "node/service/server_stream.h"
#include "node/service/unary.h"

namespace signpost::node {

// `work` sends what it has and returns how the call ends. The request dies with the call: `work`
// holds a copy.
template <typename Message>
grpc::ServerWriteReactor<Message>* RunStream(
    grpc::CallbackServerContext* context, const UserTable& users, const Clock& clock,
    Executor& executor, const AdmitRule& admit,
    std::function<absl::Status(const Caller&, ServerStream<Message>&)> work) {
  const auto stream = ServerStream<Message>::Make();
  auto caller = AdmitCall(*context, users, clock, admit);
  if (!caller.ok()) {
    EndRefused(users, executor, [stream, refused = caller.status()] { stream->End(refused); });
    return stream.get();
  }
  const std::string owner = caller->id;
  const bool accepted = executor.TryRunFor(
      owner, [&users, stream, caller = *std::move(caller), work = std::move(work)] {
        stream->End(RecordRefusal(users, caller, work(caller, *stream)));
      });
  if (!accepted) stream->End(NodeBusy());
  return stream.get();
}

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_STREAMING_H_
