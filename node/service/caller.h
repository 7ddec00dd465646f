// Who calls this node: a practitioner or system of its own authority, proved
// by a certificate of the authority's own CA and listed in its user table.
//
// Thread safety: UserTable is immutable.
// Security: the person is the one of the certificate, never one in a message. A
// system is trusted to name a person, and that person is recorded as asserted.
#ifndef SIGNPOST_NODE_SERVICE_CALLER_H_
#define SIGNPOST_NODE_SERVICE_CALLER_H_

#include <grpcpp/server_context.h>

#include <map>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "proto/transport/peer.h"
#include "signpost/v1/config.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

struct Caller {
  std::string id;  // SPIFFE id, for the audit
  bool system = false;
  std::string name;
  std::string organisation;
  std::string telephone;
  std::vector<v1::Role> roles;

  bool Has(v1::Role role) const;
  // The role under which the caller asks: the first of its roles that may ask for `purpose`, else
  // the first role. JudgeAsk decides.
  v1::Role AskingRole(v1::Purpose purpose, bool has_text) const;
};

class UserTable {
 public:
  // INVALID_ARGUMENT naming every user whose id or role is unknown, or NODE_ADMIN and
  // PRIVACY_OFFICER in one person.
  static absl::StatusOr<UserTable> Build(const v1::NodeConfig& config, std::string trust_domain);

  // UNAUTHENTICATED as AuthenticatedPeer; PERMISSION_DENIED UNKNOWN_PERSON.
  absl::StatusOr<Caller> Identify(const grpc::AuthContext& context, int64_t now_ms) const;

 private:
  std::string trust_domain_;
  std::string authority_;
  std::map<std::string, Caller, std::less<>> by_id_;
};

// Refuses a call without a deadline, or with one more than 60 s away. INVALID_ARGUMENT.
absl::Status CheckDeadline(const grpc::CallbackServerContext& context);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_CALLER_H_
