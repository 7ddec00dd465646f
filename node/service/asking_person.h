// Who asks and why: from a caller's request to the intro that other authorities read
// and the context that the rules judge (rules/asking.h), before anything else is
// done with the question.
//
//   a person        asks as the person of the certificate, and may name nobody else
//   a system        names the person for whom it asks; only a question about the quality
//                   of records may be its own
//   mediated        a desk asks for somebody who rang it: both are in the intro and the audit
//   broken glass    needs the table's permission, a reason, and that the person was shown
//                   the warning
//
// Thread safety: pure functions.
// Security: an asserted person is said to be asserted, everywhere. In the audit a system's question
// has the system's SPIFFE id as actor and the asserted name as peer_person.
#ifndef SIGNPOST_NODE_SERVICE_ASKING_PERSON_H_
#define SIGNPOST_NODE_SERVICE_ASKING_PERSON_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "node/rules/asking.h"
#include "node/service/caller.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// What a person must have read before the glass is broken.
inline constexpr std::string_view kBreakGlassWarningText =
    "this alerts the privacy officer of both authorities and will be reviewed";

struct AskingPerson {
  v1::Intro intro;       // without its member
  AskContext context;    // of the intro
  std::string asserted;  // name of the person whom a system asserted; empty otherwise
  // SPIFFE id of the person whom a system asserted by their id; else the caller's. Who may not
  // review what this question owes.
  std::string requester;
  AskRefusal refusal = AskRefusal::kNone;  // the table's word; what follows it was not judged then
  bool unwarned = false;  // the glass is to be broken without the warning: BreakGlassWarning()
};

// INVALID_ARGUMENT DETAILS: blank texts, or beyond their limits. PERMISSION_DENIED MAY_NOT_ASSERT:
// a person who asserts another, or a system that names nobody or whom it may not.
// FAILED_PRECONDITION BREAK_GLASS_WARNING: the warning was not shown; nothing is put.
absl::StatusOr<AskingPerson> JudgeAskingPerson(const v1::AskRequest& request, const Caller& caller,
                                               const UserTable& users, const DisclosureTable& table,
                                               std::chrono::sys_days today);

// FAILED_PRECONDITION BREAK_GLASS_WARNING: nothing is put.
absl::Status BreakGlassWarning();

// The desk asks about an own protected child: as the role DESK_WORKER, approved by a second person.
// Nothing when the caller is no person of the desk, or the desk may not ask so either.
std::optional<AskingPerson> AsDesk(const AskingPerson& person, const Caller& caller,
                                   const DisclosureTable& table);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_ASKING_PERSON_H_
