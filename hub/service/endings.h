// How each ending of the closed list reads on the wire.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_HUB_SERVICE_ENDINGS_H_
#define SIGNPOST_HUB_SERVICE_ENDINGS_H_

#include <string_view>

#include "hub/routing/ending.h"
#include "proto/base/status.h"

namespace signpost::hub {

// `detail` is the officers' reason of a suspension, empty otherwise.
absl::Status StatusOf(Ending ending, std::string_view detail = "");

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_ENDINGS_H_
