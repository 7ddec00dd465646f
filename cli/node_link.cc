#include "cli/node_link.h"

namespace signpost::cli {

std::optional<Problem> LinkToNode(const Context& context, std::string_view what, NodeLink& link) {
  auto profile = LoadProfile(context.profile);
  if (!profile.ok()) {
    return ConfigurationProblem(what, profile.status(),
                                "ask your administrator for a profile, or name one with --profile");
  }
  link.profile = *std::move(profile);
  auto channel = ConnectToNode(link.profile);
  if (!channel.ok()) {
    return ConfigurationProblem(what, channel.status(),
                                "`signpost doctor` looks at the certificate, key and profile");
  }
  link.channel = *std::move(channel);
  link.peer = "your node at " + link.profile.node_address();
  return std::nullopt;
}

}  // namespace signpost::cli
