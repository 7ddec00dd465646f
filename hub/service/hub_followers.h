// Follows the directory of every hub at once, so that no single hub can keep a
// suspension or a new directory from a custodian: the hub that is configured,
// and each that the directory names.
//
// Thread safety: one thread at a time.
// Security: each hub must prove its SPIFFE id, and the key that the directory
// pins for it as soon as it names it; what it sends counts by the officers'
// signatures alone.
#ifndef SIGNPOST_HUB_SERVICE_HUB_FOLLOWERS_H_
#define SIGNPOST_HUB_SERVICE_HUB_FOLLOWERS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/service/directory_follower.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/directory/directory_book.h"
#include "proto/transport/credentials.h"

namespace signpost::hub {

class HubFollowers {
 public:
  struct Hub {
    std::string name;
    std::string address;            // host:port
    std::vector<std::string> pins;  // empty: the id alone decides

    bool operator==(const Hub&) const = default;
  };

  // `book` takes every update. All must outlive this.
  HubFollowers(TlsPaths tls, Hub configured, DirectoryBook& book, const Clock& clock,
               Random& random);

  // Begins to follow the hubs that are new, and stops following those that are gone or have other
  // pins. Errors of MakeChannelCredentials, of the first hub that has one; that hub is tried again
  // at the next call.
  absl::Status Sync();
  void Stop();
  size_t size() const { return followed_.size(); }

 private:
  std::vector<Hub> Targets() const;
  absl::Status Follow(const Hub& hub);

  const TlsPaths tls_;
  const Hub configured_;
  DirectoryBook& book_;
  const Clock& clock_;
  Random& random_;
  std::vector<std::pair<Hub, std::unique_ptr<DirectoryFollower>>> followed_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_HUB_FOLLOWERS_H_
