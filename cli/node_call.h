// One call to the own node, as almost every verb makes it: connect, call with a
// deadline, say in words what failed.
//
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_NODE_CALL_H_
#define SIGNPOST_CLI_NODE_CALL_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/node_link.h"

namespace signpost::cli {

inline constexpr int kNodeCallSeconds = 20;

// Fills `reply`, or says what is wrong; `what` begins the problem ("The child was not shielded").
//   CallNode<v1::ProtectionService>(context, kWhat, &v1::ProtectionService::Stub::Shield, ...)
template <typename Service, typename Stub, typename Request, typename Reply>
std::optional<Problem> CallNode(const Context& context, std::string_view what,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Reply*),
                                const Request& request, Reply& reply) {
  NodeLink link;
  if (const auto problem = LinkToNode(context, what, link)) return problem;
  const auto stub = Service::NewStub(link.channel);
  grpc::ClientContext call;
  SetDeadline(call, kNodeCallSeconds);
  const grpc::Status status = (stub.get()->*method)(&call, request, &reply);
  if (status.ok()) return std::nullopt;
  return GrpcProblem(what, link.peer, status);
}

// The same for a stream that ends by itself: every message of it. A stream that breaks is a failure
// and not a short list.
template <typename Service, typename Stub, typename Request, typename Item>
std::optional<Problem> ReadNode(
    const Context& context, std::string_view what,
    std::unique_ptr<grpc::ClientReader<Item>> (Stub::*method)(grpc::ClientContext*, const Request&),
    const Request& request, std::vector<Item>& items) {
  NodeLink link;
  if (const auto problem = LinkToNode(context, what, link)) return problem;
  const auto stub = Service::NewStub(link.channel);
  grpc::ClientContext call;
  SetDeadline(call, kNodeCallSeconds);
  const auto reader = (stub.get()->*method)(&call, request);
  Item item;
  while (reader->Read(&item)) items.push_back(item);
  const grpc::Status status = reader->Finish();
  if (status.ok()) return std::nullopt;
  return GrpcProblem(what, link.peer, status);
}

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_NODE_CALL_H_
