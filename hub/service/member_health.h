// The officers' list of members, worst first: a silent member never drops off.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_HUB_SERVICE_MEMBER_HEALTH_H_
#define SIGNPOST_HUB_SERVICE_MEMBER_HEALTH_H_

#include <cstdint>
#include <vector>

#include "hub/routing/member_stats.h"
#include "signpost/v1/directory.pb.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::hub {

v1::MemberHealth HealthOf(const v1::Member& member, const MemberStats& stats, int64_t now_ms);

// Worst first: active and silent; active and in trouble (a question in 24 h unanswered, an older
// directory, a certificate with less than 14 days, a clock more than 30 s off); suspended; in
// maintenance; well; and then those that are not active. Within each, by fewest answers and code.
void SortWorstFirst(std::vector<v1::MemberHealth>& members, uint64_t directory_version,
                    int64_t now_ms);

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_SERVICE_MEMBER_HEALTH_H_
