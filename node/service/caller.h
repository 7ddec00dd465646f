// Who calls this node: a practitioner or system of its own authority, proved
// by a certificate of the authority's own CA and listed in its user table.
//
// The table lives in the store. At start the users of the configuration are put
// into it if it does not have them; from then on the table decides, and whom it has
// removed the configuration does not bring back.
//
// Thread safety: every method from any thread. Methods that change the table write
// to the disk: never on a gRPC thread.
// Security: the person is the one of the certificate, never one in a message. A
// system is trusted to name a person, and that person is recorded as asserted.
// Unknown, removed and expired users are refused, and the refusal is recorded.
#ifndef SIGNPOST_NODE_SERVICE_CALLER_H_
#define SIGNPOST_NODE_SERVICE_CALLER_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/rules/asking.h"
#include "node/service/refusals.h"
#include "node/store/people_table.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/directory/disclosure.h"
#include "proto/transport/peer.h"
#include "signpost/v1/config.pb.h"
#include "signpost/v1/people.pb.h"
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
  // The role under which the caller asks: the first of its roles that may ask in this context
  // (whose own role is not read); else the first that may without breaking the glass and for
  // itself; else the first role. JudgeAsk decides.
  v1::Role AskingRole(const DisclosureTable& table, AskContext context) const;
};

class UserTable {
 public:
  // What is wrong with the users of a configuration, one problem a line. INVALID_ARGUMENT.
  static absl::Status CheckConfigured(const v1::NodeConfig& config);

  // Puts the configured users in that the table lacks. Everything referred to must outlive it.
  // INVALID_ARGUMENT as CheckConfigured; errors of the store.
  static absl::StatusOr<std::unique_ptr<UserTable>> Open(const v1::NodeConfig& config,
                                                         std::string trust_domain,
                                                         PeopleTable& people, Refusals& refusals,
                                                         const Clock& clock);

  // UNAUTHENTICATED as AuthenticatedPeer; PERMISSION_DENIED UNKNOWN_PERSON (removed ones too),
  // USER_EXPIRED. What it refuses is noted in refusals().
  absl::StatusOr<Caller> Identify(const grpc::AuthContext& context, int64_t now_ms) const;
  // The same of a SPIFFE id that a certificate has proved.
  absl::StatusOr<Caller> IdentifyProved(std::string_view spiffe_id, int64_t now_ms) const;

  // By id as in User.id; removed ones too. Find() knows the present ones only.
  std::vector<v1::UserRecord> List() const;
  std::optional<v1::User> Find(std::string_view id) const;
  std::string SpiffeId(std::string_view id) const;

  // Adds or replaces. INVALID_ARGUMENT DETAILS; PERMISSION_DENIED SECOND_PERSON: the own entry,
  // whatever changes in it; FAILED_PRECONDITION LAST_ADMIN; UNAVAILABLE STORE_FAILED.
  absl::StatusOr<v1::UserRecord> Put(const v1::User& user, const Caller& by);
  // NOT_FOUND NO_SUCH_USER; FAILED_PRECONDITION LAST_ADMIN; UNAVAILABLE STORE_FAILED.
  absl::StatusOr<v1::UserRecord> Remove(std::string_view id, const Caller& by);

  Refusals& refusals() const { return refusals_; }

 private:
  using People = std::map<std::string, v1::UserRecord, std::less<>>;  // by User.id

  UserTable(std::string authority, std::string trust_domain, PeopleTable& people,
            Refusals& refusals, const Clock& clock);
  absl::Status Load();
  absl::Status AddConfigured(const v1::NodeConfig& config);
  absl::Status KeepsAnAdmin(const v1::UserRecord& change) const;
  absl::StatusOr<v1::UserRecord> Save(v1::User user, bool removed, std::string_view by,
                                      std::string_view note);
  std::shared_ptr<const People> people() const;

  const std::string prefix_;  // of every SPIFFE id of this authority's people, '/' included
  const std::string trust_domain_;
  PeopleTable& table_;
  Refusals& refusals_;
  const Clock& clock_;
  Mutex change_mutex_;  // over a whole change; taken before mutex_
  mutable Mutex mutex_;
  std::shared_ptr<const People> people_ ABSL_GUARDED_BY(mutex_);
};

// Refuses a call without a deadline, or with one more than 60 s away. INVALID_ARGUMENT.
absl::Status CheckDeadline(const grpc::CallbackServerContext& context);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_CALLER_H_
