// How every member does, worst first, as text and JSON: what `signpost federation
// members` and `health` print.
//
// Property: every member of the hub's list is in the output, the silent ones
// first; a figure without a sample is "-" in text and absent in JSON, never 0.
// Thread safety: pure functions.
// Security: no question, person or pair of authorities is in this list.
#ifndef SIGNPOST_CLI_FEDERATION_MEMBERS_H_
#define SIGNPOST_CLI_FEDERATION_MEMBERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/json.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::cli {

// Worst first: kSilent should answer and has no stream; kTroubled answers and needs a hand.
enum class Standing { kSilent, kTroubled, kSuspended, kMaintenance, kNotYet, kWell, kGone };

struct MemberView {
  v1::MemberHealth health;
  Standing standing = Standing::kWell;
  std::vector<std::string> notes;  // why it stands there, one short phrase each
};

// Judged and sorted; within a standing the longest unseen first, then by code.
std::vector<MemberView> JudgeMembers(const v1::ListMembersReply& reply);

std::string MembersText(const v1::ListMembersReply& reply);
std::string HealthText(const v1::ListMembersReply& reply);
// `schema` is "signpost.federation.members/v1" or "signpost.federation.health/v1"; health has the
// figures as well.
void MembersJson(const v1::ListMembersReply& reply, bool figures, JsonWriter& json);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_FEDERATION_MEMBERS_H_
