// Puts what a call's work returned into the call's reply.
//
// Thread safety: pure function.
#ifndef SIGNPOST_NODE_SERVICE_GIVE_H_
#define SIGNPOST_NODE_SERVICE_GIVE_H_

#include <utility>

#include "proto/base/status.h"

namespace signpost::node {

template <typename Reply>
absl::Status Give(absl::StatusOr<Reply> reply, Reply& response) {
  if (!reply.ok()) return reply.status();
  response = *std::move(reply);
  return absl::OkStatus();
}

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_GIVE_H_
