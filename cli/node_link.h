// The first steps of every verb that speaks to the own node: read the profile,
// connect, say in words what the other side is.
//
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_NODE_LINK_H_
#define SIGNPOST_CLI_NODE_LINK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/app.h"
#include "cli/connection.h"

namespace signpost::cli {

struct NodeLink {
  v1::Profile profile;
  std::shared_ptr<grpc::Channel> channel;
  std::string peer;  // "your node at 127.0.0.1:7001"
};

// Fills `link`, or says what is wrong with this computer's profile or files; `what` begins the
// problem ("The question was not put").
std::optional<Problem> LinkToNode(const Context& context, std::string_view what, NodeLink& link);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_NODE_LINK_H_
