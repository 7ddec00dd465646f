// What a caller may do at this moment, judged by the directory and the orders
// over it: the one question that every RPC asks.
//
// Thread safety: pure functions.
// Security: TLS proves only who calls; nothing here trusts it for more.
#ifndef SIGNPOST_HUB_ROUTING_STANDING_H_
#define SIGNPOST_HUB_ROUTING_STANDING_H_

#include <functional>
#include <string>

#include "hub/routing/ending.h"
#include "proto/directory/directory_book.h"

namespace signpost::hub {

// A member's code and the pin of the key it called with (32 bytes). An empty pin is not judged:
// for a member that is only named, in a question's wraps.
struct Caller {
  std::string code;
  std::string pin;
};

enum class Standing {
  kAdmitted,     // an active authority: asks and answers
  kAskOnly,      // an active partner
  kMaintenance,  // keeps its stream, is not asked, does not ask
  kSuspended,
  kNotActive,
  kNotAMember,
  kPinMismatch,
  kDirectoryExpired,
  kDirectoryMissing,
};

Standing StandingOf(const DirectorySnapshot& snapshot, const Caller& caller);

using Judge = std::function<Standing(const Caller&)>;

inline bool MayAnswer(Standing standing) { return standing == Standing::kAdmitted; }
inline bool MayConnect(Standing standing) {
  return standing == Standing::kAdmitted || standing == Standing::kMaintenance;
}
inline bool MayAsk(Standing standing) {
  return standing == Standing::kAdmitted || standing == Standing::kAskOnly;
}

// How a stream ends whose caller's standing does not do.
Ending RefusalOf(Standing standing);

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_STANDING_H_
