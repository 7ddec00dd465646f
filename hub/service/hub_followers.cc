#include "hub/service/hub_followers.h"

#include <algorithm>

#include "proto/directory/identity.h"
#include "proto/directory/verified_directory.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"

namespace signpost::hub {

HubFollowers::HubFollowers(TlsPaths tls, Hub configured, DirectoryBook& book, const Clock& clock,
                           Random& random)
    : tls_(std::move(tls)),
      configured_(std::move(configured)),
      book_(book),
      clock_(clock),
      random_(random) {}

// The configured address stays among them: a directory with wrong addresses must not cut a
// custodian off from its correction.
std::vector<HubFollowers::Hub> HubFollowers::Targets() const {
  std::vector<Hub> targets = {configured_};
  const auto directory = book_.Newest();
  if (directory == nullptr) return targets;
  for (const v1::Hub& hub : directory->message().hubs()) {
    if (hub.name() == configured_.name) targets.front().pins = AcceptedPins(hub);
  }
  for (const v1::Hub& hub : directory->message().hubs()) {
    Hub target = {hub.name(), hub.address(), AcceptedPins(hub)};
    if (target != targets.front()) targets.push_back(std::move(target));
  }
  return targets;
}

absl::Status HubFollowers::Follow(const Hub& hub) {
  PeerIdentity id;
  id.kind = PeerKind::kHub;
  id.trust_domain = book_.anchor().trust_domain();
  id.name = hub.name;
  SIGNPOST_ASSIGN_OR_RETURN(const auto credentials,
                            MakeChannelCredentials(tls_, FormatPeerIdentity(id), hub.pins));
  ChannelSettings settings;
  settings.max_receive_bytes = kMaxDirectoryBytes + kMaxMessageBytes;
  auto follower = std::make_unique<DirectoryFollower>(
      MakeChannel(hub.address, credentials, settings), book_, clock_, random_);
  follower->Start();
  followed_.emplace_back(hub, std::move(follower));
  return absl::OkStatus();
}

absl::Status HubFollowers::Sync() {
  const std::vector<Hub> targets = Targets();
  std::erase_if(followed_, [&targets](const auto& followed) {
    return std::find(targets.begin(), targets.end(), followed.first) == targets.end();
  });
  absl::Status first_error;
  for (const Hub& hub : targets) {
    const auto same = [&hub](const auto& followed) { return followed.first == hub; };
    if (std::any_of(followed_.begin(), followed_.end(), same)) continue;
    first_error.Update(Follow(hub));
  }
  return first_error;
}

void HubFollowers::Stop() { followed_.clear(); }

}  // namespace signpost::hub
