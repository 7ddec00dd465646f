// Who may ask: role and purpose by the disclosure table, break-glass, mediated and
// asserted asking, and questions about an authority's own protected children.
// The asker's node refuses by it before anything is sent; the holder's node treats what it
// refuses like no match (RULES.md section 3).
//
// Thread safety: pure functions.
// Security: whatever is not known is refused.
#ifndef SIGNPOST_NODE_RULES_ASKING_H_
#define SIGNPOST_NODE_RULES_ASKING_H_

#include <string_view>

#include "node/record/records.h"
#include "proto/directory/disclosure.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

enum class AskRefusal {
  kNone,
  kPolicyUnknown,  // the directory's policy is of a format this node does not know
  kUnknownPurpose,
  kUnknownRole,
  kPurposeNeedsText,   // OTHER_PURPOSE without text
  kRoleMayNotAsk,      // PRIVACY_OFFICER, NODE_ADMIN
  kPurposeNotForRole,  // the table has no row for the two
  kServiceTest,        // matches reserved canary children only; there are none yet
  kDeskOnly,           // an own protected child: asking can betray it
  kMayNotBreakGlass,   // the table does not let this role break the glass for this purpose
  kMayNotMediate,      // only a desk asks on behalf of somebody else
};
// "UNKNOWN_PURPOSE", ...: the ledger's refusal_reason. Empty for kNone.
std::string_view AskRefusalName(AskRefusal refusal);

// Who asks and why, as far as the rules look at it.
struct AskContext {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  bool has_purpose_text = false;
  bool breaks_glass = false;
  bool mediated = false;      // on behalf of somebody else
  bool approved_own = false;  // the own desk, with a second person's approval; never from a wire
};
AskContext ContextOf(const v1::Intro& intro);

AskRefusal JudgeAsk(const DisclosureTable& table, const AskContext& context);

// Whether other authorities may be asked about a record of one's own by its case reference.
// Shielded and quarantined: the desk only, and only with a second person's approval. A separated
// record may be asked about, as the one identity that it is (node/rules/protection.h).
AskRefusal JudgeAskAboutOwn(const ChildFlags& flags, const AskContext& context);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_ASKING_H_
