#include "node/rules/asking.h"

namespace signpost::node {
namespace {

bool HasText(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

bool NeverAsks(v1::Role role) { return role == v1::PRIVACY_OFFICER || role == v1::NODE_ADMIN; }

}  // namespace

std::string_view AskRefusalName(AskRefusal refusal) {
  switch (refusal) {
    case AskRefusal::kNone:
      return "";
    case AskRefusal::kPolicyUnknown:
      return "POLICY_UNKNOWN";
    case AskRefusal::kUnknownPurpose:
      return "UNKNOWN_PURPOSE";
    case AskRefusal::kUnknownRole:
      return "UNKNOWN_ROLE";
    case AskRefusal::kPurposeNeedsText:
      return "PURPOSE_NEEDS_TEXT";
    case AskRefusal::kRoleMayNotAsk:
      return "ROLE_MAY_NOT_ASK";
    case AskRefusal::kPurposeNotForRole:
      return "PURPOSE_NOT_FOR_ROLE";
    case AskRefusal::kServiceTest:
      return "SERVICE_TEST_NOT_AVAILABLE";
    case AskRefusal::kDeskOnly:
      return "DESK_ONLY";
    case AskRefusal::kMayNotBreakGlass:
      return "MAY_NOT_BREAK_GLASS";
    case AskRefusal::kMayNotMediate:
      return "MAY_NOT_MEDIATE";
  }
  return "UNKNOWN";
}

AskContext ContextOf(const v1::Intro& intro) {
  AskContext context;
  context.role = intro.role();
  context.purpose = intro.purpose();
  context.has_purpose_text = HasText(intro.purpose_text());
  // A blank second reason is none: the glass stays whole.
  context.breaks_glass = HasText(intro.break_glass_reason());
  context.mediated = !intro.on_behalf_of().empty();
  return context;
}

AskRefusal JudgeAsk(const DisclosureTable& table, const AskContext& context) {
  if (!table.known()) return AskRefusal::kPolicyUnknown;
  if (!v1::Purpose_IsValid(context.purpose) || context.purpose == v1::PURPOSE_UNSPECIFIED) {
    return AskRefusal::kUnknownPurpose;
  }
  if (!v1::Role_IsValid(context.role) || context.role == v1::ROLE_UNSPECIFIED) {
    return AskRefusal::kUnknownRole;
  }
  if (context.purpose == v1::SERVICE_TEST) return AskRefusal::kServiceTest;
  if (context.purpose == v1::OTHER_PURPOSE && !context.has_purpose_text) {
    return AskRefusal::kPurposeNeedsText;
  }
  if (NeverAsks(context.role)) return AskRefusal::kRoleMayNotAsk;
  const DisclosureCells* cells = table.Find(context.role, context.purpose);
  if (cells == nullptr) return AskRefusal::kPurposeNotForRole;
  if (context.breaks_glass && !cells->MayBreakGlass()) return AskRefusal::kMayNotBreakGlass;
  if (context.mediated && context.role != v1::DESK_WORKER) return AskRefusal::kMayNotMediate;
  return AskRefusal::kNone;
}

AskRefusal JudgeAskAboutOwn(const ChildFlags& flags, const AskContext& context) {
  const bool is_protected = flags.shielded || flags.quarantined;
  const bool approved = context.role == v1::DESK_WORKER && context.approved_own;
  return is_protected && !approved ? AskRefusal::kDeskOnly : AskRefusal::kNone;
}

}  // namespace signpost::node
