#include "node/rules/people.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <optional>

#include "node/record/civil_date.h"
#include "proto/base/reason.h"
#include "proto/directory/identity.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr std::string_view kPractitionerPrefix = "practitioner/";
constexpr std::string_view kSystemPrefix = "system/";
constexpr int kMaxRoles = 16;

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool IsUserId(std::string_view id) {
  for (const std::string_view prefix : {kPractitionerPrefix, kSystemPrefix}) {
    if (StartsWith(id, prefix)) return IsPeerName(id.substr(prefix.size()));
  }
  return false;
}

bool HasText(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

std::optional<v1::Role> RoleOfName(const std::string& name) {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  if (!v1::Role_Parse(name, &role) || role == v1::ROLE_UNSPECIFIED) return std::nullopt;
  return role;
}

bool NeverAsks(v1::Role role) { return role == v1::PRIVACY_OFFICER || role == v1::NODE_ADMIN; }

bool Has(const std::vector<v1::Role>& roles, v1::Role role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

class UserCheck {
 public:
  explicit UserCheck(const v1::User& user) : user_(user) {}

  absl::Status Run() {
    CheckWho();
    CheckRoles();
    CheckAssertion();
    if (!user_.expires_on().empty() && !ParseDay(user_.expires_on())) {
      Problem("expires_on is no day of the form YYYY-MM-DD");
    }
    if (problems_.empty()) return absl::OkStatus();
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, problems_);
  }

 private:
  void Problem(const char* text) {
    absl::StrAppend(&problems_, problems_.empty() ? "" : "\n", text);
  }

  void CheckWho() {
    if (!IsUserId(user_.id())) Problem("id must be practitioner/<id> or system/<id>");
    if (!HasText(user_.name())) Problem("name is missing");
    if (user_.name().size() > kMaxPersonBytes) Problem("name is longer than 120 bytes");
    if (user_.organisation().size() > kMaxOrganisationBytes) {
      Problem("organisation is longer than 80 bytes");
    }
    if (user_.telephone().size() > kMaxTelephoneBytes) Problem("telephone is longer than 30 bytes");
  }

  void CheckRoles() {
    if (user_.roles_size() > kMaxRoles) Problem("more than 16 roles");
    const auto unknown = [](const std::string& name) { return !RoleOfName(name); };
    if (std::any_of(user_.roles().begin(), user_.roles().end(), unknown)) {
      Problem("one of its roles is not known");
    }
    const std::vector<v1::Role> roles = RolesOf(user_);
    if (!Has(roles, v1::NODE_ADMIN)) return;
    if (Has(roles, v1::PRIVACY_OFFICER)) {
      Problem("nobody may be both NODE_ADMIN and PRIVACY_OFFICER");
    }
    if (Has(roles, v1::DESK_WORKER)) Problem("nobody may be both NODE_ADMIN and DESK_WORKER");
    if (Has(roles, v1::DATA_MANAGER)) Problem("nobody may be both NODE_ADMIN and DATA_MANAGER");
  }

  void CheckAssertion() {
    if (user_.may_assert().empty()) return;
    if (!IsSystem(user_)) Problem("may_assert is for systems only");
    if (user_.may_assert_size() > kMaxRoles) Problem("more than 16 roles in may_assert");
    for (const std::string& name : user_.may_assert()) {
      const auto role = RoleOfName(name);
      if (role && !NeverAsks(*role)) continue;
      Problem("may_assert holds a role that is not known or never asks");
      return;
    }
  }

  const v1::User& user_;
  std::string problems_;
};

absl::Status MayNotAssert(std::string_view why) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kAssertion, why);
}

bool MayDecide(v1::DeskKind kind, const std::vector<v1::Role>& roles) {
  switch (kind) {
    case v1::REVIEW_BREAK_GLASS:
      return Has(roles, v1::PRIVACY_OFFICER);
    case v1::REVIEW_WITHHOLD:
    case v1::APPROVAL_ASK_PROTECTED:
    case v1::APPROVAL_UNSHIELD:
      return Has(roles, v1::DESK_WORKER) || Has(roles, v1::PRIVACY_OFFICER);
    default:
      return false;
  }
}

// A name without its case and white space.
std::string NameKey(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) key.push_back(absl::ascii_tolower(c));
  }
  return key;
}

// What somebody here asked for needs to say who; a glass broken elsewhere has no requester here. A
// system may have asked for the person whom it names, whose own id it need not know.
bool IsAnother(const v1::DeskItem& item, std::string_view actor, std::string_view name) {
  if (item.requested_by().empty()) return item.kind() == v1::REVIEW_BREAK_GLASS;
  const std::string asker = NameKey(item.asker().person());
  return item.requested_by() != actor && (asker.empty() || asker != NameKey(name));
}

}  // namespace

absl::Status CheckUser(const v1::User& user) { return UserCheck(user).Run(); }

bool Expired(const v1::User& user, std::chrono::sys_days today) {
  if (user.expires_on().empty()) return false;
  const auto last = ParseDay(user.expires_on());
  return !last || *last < today;
}

bool IsSystem(const v1::User& user) { return StartsWith(user.id(), kSystemPrefix); }

std::vector<v1::Role> RolesOf(const v1::User& user) {
  std::vector<v1::Role> roles;
  for (const std::string& name : user.roles()) {
    if (const auto role = RoleOfName(name); role && !Has(roles, *role)) roles.push_back(*role);
  }
  return roles;
}

absl::Status JudgeAssertion(const v1::User& system, const v1::AssertedPerson& asserted,
                            const v1::User* listed, std::chrono::sys_days today) {
  if (!IsSystem(system)) return MayNotAssert("only a system may name the person who asks");
  if (Expired(system, today)) return MayNotAssert("the system's entry has expired");
  const auto allowed = [&](const std::string& name) { return RoleOfName(name) == asserted.role(); };
  if (!v1::Role_IsValid(asserted.role()) || NeverAsks(asserted.role()) ||
      std::none_of(system.may_assert().begin(), system.may_assert().end(), allowed)) {
    return MayNotAssert("the system may not name persons of this role");
  }
  if (listed == nullptr) {
    if (!asserted.id().empty()) return MayNotAssert("the person is not in the user table");
    return HasText(asserted.name()) ? absl::OkStatus()
                                    : MayNotAssert("the system must name the person");
  }
  if (listed->id() != asserted.id() || IsSystem(*listed)) {
    return MayNotAssert("the entry is not this person's");
  }
  if (Expired(*listed, today)) return MayNotAssert("the person's entry has expired");
  if (!Has(RolesOf(*listed), asserted.role())) {
    return MayNotAssert("the person does not have this role");
  }
  return HasText(listed->name()) ? absl::OkStatus() : MayNotAssert("the person has no name");
}

v1::DeskView ViewOf(v1::DeskKind kind) {
  switch (kind) {
    case v1::ALERT_SHIELDED:
    case v1::ALERT_OWN_PROTECTED:
    case v1::ALERT_SENSITIVE:
      return v1::ALERTS;
    case v1::NOTICE_ANSWERED:
      return v1::NOTICES;
    case v1::REVIEW_BREAK_GLASS:
    case v1::REVIEW_WITHHOLD:
      return v1::REVIEWS;
    case v1::APPROVAL_ASK_PROTECTED:
    case v1::APPROVAL_UNSHIELD:
      return v1::APPROVALS;
    default:
      return v1::DESK_VIEW_UNSPECIFIED;
  }
}

bool MayView(v1::DeskView view, const std::vector<v1::Role>& roles) {
  switch (view) {
    case v1::ALERTS:
    case v1::NOTICES:
      return Has(roles, v1::DESK_WORKER);
    case v1::APPROVALS:  // who may decide an item may read it
    case v1::REVIEWS:
      return Has(roles, v1::DESK_WORKER) || Has(roles, v1::PRIVACY_OFFICER);
    default:
      return false;
  }
}

bool MayRead(v1::DeskKind kind, const std::vector<v1::Role>& roles) {
  if (kind == v1::REVIEW_BREAK_GLASS) return Has(roles, v1::PRIVACY_OFFICER);
  return MayView(ViewOf(kind), roles);
}

absl::Status JudgeDecision(const v1::DeskItem& item, std::string_view actor, std::string_view name,
                           const std::vector<v1::Role>& roles, int64_t now_ms) {
  if (actor.empty() || !MayDecide(item.kind(), roles)) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kNotPermitted,
                     "this role does not decide such an item");
  }
  if (!IsAnother(item, actor, name)) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kSecondPerson,
                     "somebody else than the one who asked for it must decide");
  }
  if (item.state() != v1::OPEN) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kAlreadyDecided,
                     "this item has been decided");
  }
  if (ViewOf(item.kind()) == v1::APPROVALS && now_ms > item.due_ms()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kApprovalNeeded,
                     "the time for this approval is over; ask for it again");
  }
  return absl::OkStatus();
}

}  // namespace signpost::node
