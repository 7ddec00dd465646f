// The node's people and systems: what makes an entry of the user table valid, who
// may act now, whom a system may assert, and who may be the second person
// (RULES.md section 3).
//
// Thread safety: pure functions; today's date is passed in.
// Security: an expired or unknown user may nothing; a NODE_ADMIN, who gives out the
// roles, is no PRIVACY_OFFICER, DESK_WORKER or DATA_MANAGER; nobody is their own second person.
#ifndef SIGNPOST_NODE_RULES_PEOPLE_H_
#define SIGNPOST_NODE_RULES_PEOPLE_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/config.pb.h"
#include "signpost/v1/desk.pb.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// INVALID_ARGUMENT naming every problem: id not practitioner/<id> or system/<id>; name missing or
// too long; unknown role; NODE_ADMIN together with PRIVACY_OFFICER, DESK_WORKER or DATA_MANAGER;
// may_assert for a person, or with an unknown role or one that never asks; expires_on no date.
absl::Status CheckUser(const v1::User& user);
bool Expired(const v1::User& user, std::chrono::sys_days today);
bool IsSystem(const v1::User& user);
// The known ones.
std::vector<v1::Role> RolesOf(const v1::User& user);

// Whether `system` may name this person. `listed`: the person's own entry, if it names one by id;
// null otherwise. PERMISSION_DENIED MAY_NOT_ASSERT: a caller that is no system, a role outside
// may_assert, a listed person who is expired or lacks the role, an id that is not listed, or no
// name.
absl::Status JudgeAssertion(const v1::User& system, const v1::AssertedPerson& asserted,
                            const v1::User* listed, std::chrono::sys_days today);

// Which views of the desk these roles may open.
bool MayView(v1::DeskView view, const std::vector<v1::Role>& roles);
// Which items of a view they may then read: a DESK_WORKER sees no reviews of broken glass, which
// are about the desk too.
bool MayRead(v1::DeskKind kind, const std::vector<v1::Role>& roles);
v1::DeskView ViewOf(v1::DeskKind kind);
// Whether `actor` (SPIFFE id), whose entry has `name`, may decide the item. PERMISSION_DENIED
// NOT_PERMITTED (role), SECOND_PERSON (asked for it themselves, or a system did for somebody of
// their name, or nobody knows who did); FAILED_PRECONDITION ALREADY_DECIDED, or APPROVAL_NEEDED for
// an approval past its time.
absl::Status JudgeDecision(const v1::DeskItem& item, std::string_view actor, std::string_view name,
                           const std::vector<v1::Role>& roles, int64_t now_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_PEOPLE_H_
