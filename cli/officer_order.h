// A suspension order: one officer, one member, one reason, at most 24 hours. It
// can only take away; bringing a member back takes a new directory.
//
// Thread safety: pure functions.
// Security: the reason is one of a closed list, because it travels to the
// suspended member and into every ledger.
#ifndef SIGNPOST_CLI_OFFICER_ORDER_H_
#define SIGNPOST_CLI_OFFICER_ORDER_H_

#include <absl/types/span.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

struct SuspensionReason {
  std::string_view code;     // as it stands in the order
  std::string_view meaning;  // for people
};
absl::Span<const SuspensionReason> SuspensionReasons();

// INVALID_ARGUMENT: UNKNOWN_REASON (listing the known ones), BAD_HOURS (not 1 to 24); NOT_FOUND
// NO_SUCH_MEMBER: `directory` does not list it.
absl::StatusOr<v1::SuspensionOrder> BuildOrder(const v1::Directory& directory,
                                               std::string_view member, std::string_view reason,
                                               int hours, int64_t now_ms);

// What the order does, for the officer to read before signing.
std::string DescribeOrder(const v1::SuspensionOrder& order, const v1::Directory& directory);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_OFFICER_ORDER_H_
