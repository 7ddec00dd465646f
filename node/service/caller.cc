#include "node/service/caller.h"

#include <algorithm>
#include <chrono>

#include "node/rules/rules.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::node {

bool Caller::Has(v1::Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

v1::Role Caller::AskingRole(v1::Purpose purpose, bool has_text) const {
  for (const v1::Role role : roles) {
    if (JudgeAsk(role, purpose, has_text) == AskRefusal::kNone) return role;
  }
  return roles.empty() ? v1::ROLE_UNSPECIFIED : roles.front();
}

absl::StatusOr<UserTable> UserTable::Build(const v1::NodeConfig& config, std::string trust_domain) {
  UserTable table;
  table.trust_domain_ = std::move(trust_domain);
  table.authority_ = config.authority();
  std::string problems;
  const auto problem = [&problems](const auto&... parts) {
    absl::StrAppend(&problems, problems.empty() ? "" : "\n", parts...);
  };
  for (int i = 0; i < config.users_size(); ++i) {
    const v1::User& user = config.users(i);
    Caller caller;
    caller.system = user.id().starts_with("system/");
    caller.id = absl::StrCat("spiffe://", table.trust_domain_, "/authority/", table.authority_, "/",
                             user.id());
    const auto identity = ParsePeerIdentity(caller.id);
    if (!identity.ok() || !identity->IsLocal()) {
      problem("users[", i, "]: id must be practitioner/<id> or system/<id>");
      continue;
    }
    caller.name = user.name();
    caller.organisation = user.organisation();
    caller.telephone = user.telephone();
    for (const std::string& name : user.roles()) {
      v1::Role role = v1::ROLE_UNSPECIFIED;
      if (!v1::Role_Parse(name, &role) || role == v1::ROLE_UNSPECIFIED) {
        problem("users[", i, "]: one of its roles is not known");
      } else {
        caller.roles.push_back(role);
      }
    }
    if (caller.Has(v1::NODE_ADMIN) && caller.Has(v1::PRIVACY_OFFICER)) {
      problem("users[", i, "]: nobody may be both NODE_ADMIN and PRIVACY_OFFICER");
    }
    if (user.name().empty() || user.name().size() > kMaxPersonBytes ||
        user.organisation().size() > kMaxOrganisationBytes ||
        user.telephone().size() > kMaxTelephoneBytes) {
      problem("users[", i, "]: name is missing, or name, organisation or telephone is too long");
    }
    if (!table.by_id_.emplace(caller.id, caller).second) {
      problem("users[", i, "]: the same id stands twice");
    }
  }
  if (!problems.empty()) return absl::InvalidArgumentError(problems);
  return table;
}

absl::StatusOr<Caller> UserTable::Identify(const grpc::AuthContext& context, int64_t now_ms) const {
  SIGNPOST_ASSIGN_OR_RETURN(const Peer peer, AuthenticatedPeer(context, trust_domain_, now_ms));
  const auto found = by_id_.find(peer.certificate.uri);
  if (!peer.identity.IsLocal() || peer.identity.name != authority_ || found == by_id_.end()) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kUnknownPerson,
                     "this certificate is valid, but its person or system is not in this node's "
                     "user table; the node's administrator can add it");
  }
  return found->second;
}

absl::Status CheckDeadline(const grpc::CallbackServerContext& context) {
  const auto left = context.deadline() - std::chrono::system_clock::now();
  if (left > std::chrono::milliseconds(kMaxCallDeadlineMs + 1000)) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDeadline,
                     "this call needs a deadline of at most 60 seconds");
  }
  return absl::OkStatus();
}

}  // namespace signpost::node
