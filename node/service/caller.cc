#include "node/service/caller.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "node/record/civil_date.h"
#include "node/rules/people.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

bool MayAdminister(const v1::UserRecord& record, std::chrono::sys_days today) {
  if (record.removed() || Expired(record.user(), today)) return false;
  const std::vector<v1::Role> roles = RolesOf(record.user());
  return std::find(roles.begin(), roles.end(), v1::NODE_ADMIN) != roles.end();
}

v1::AuditRow ChangedRow(const v1::UserRecord& record, std::string_view note) {
  v1::AuditRow row;
  row.set_at_ms(record.changed_ms());
  row.set_kind(v1::AuditRow::USER_CHANGED);
  row.set_actor(record.changed_by());
  row.set_peer_person(record.user().id());
  row.set_note(std::string(note));
  row.set_evidence(record.SerializeAsString());
  row.set_evidence_hash(Sha256(row.evidence()));
  return row;
}

absl::Status NotWritten(const absl::Status& status) {
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database could not take this; nothing was changed; its "
                   "administrator must look at the disk");
}

}  // namespace

bool Caller::Has(v1::Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

v1::Role Caller::AskingRole(const DisclosureTable& table, AskContext context) const {
  const auto first_that_may = [&]() -> std::optional<v1::Role> {
    for (const v1::Role role : roles) {
      context.role = role;
      if (JudgeAsk(table, context) == AskRefusal::kNone) return role;
    }
    return std::nullopt;
  };
  if (const auto role = first_that_may()) return *role;
  // None may ask just so: the refusal is then about what was asked for, not about the purpose.
  context.breaks_glass = false;
  context.mediated = false;
  if (const auto role = first_that_may()) return *role;
  return roles.empty() ? v1::ROLE_UNSPECIFIED : roles.front();
}

absl::Status UserTable::CheckConfigured(const v1::NodeConfig& config) {
  std::string problems;
  std::set<std::string> ids;
  const auto problem = [&problems](int i, std::string_view text) {
    absl::StrAppend(&problems, problems.empty() ? "" : "\n", "users[", i, "]: ", ToAbsl(text));
  };
  for (int i = 0; i < config.users_size(); ++i) {
    const absl::Status status = CheckUser(config.users(i));
    if (!status.ok()) problem(i, FromAbsl(status.message()));
    if (!ids.insert(config.users(i).id()).second) problem(i, "the same id stands twice");
  }
  return problems.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problems);
}

UserTable::UserTable(std::string authority, std::string trust_domain, PeopleTable& people,
                     Refusals& refusals, const Clock& clock)
    : prefix_(absl::StrCat("spiffe://", trust_domain, "/authority/", authority, "/")),
      trust_domain_(std::move(trust_domain)),
      table_(people),
      refusals_(refusals),
      clock_(clock),
      people_(std::make_shared<const People>()) {}

absl::StatusOr<std::unique_ptr<UserTable>> UserTable::Open(const v1::NodeConfig& config,
                                                           std::string trust_domain,
                                                           PeopleTable& people, Refusals& refusals,
                                                           const Clock& clock) {
  SIGNPOST_RETURN_IF_ERROR(CheckConfigured(config));
  std::unique_ptr<UserTable> table(
      new UserTable(config.authority(), std::move(trust_domain), people, refusals, clock));
  SIGNPOST_RETURN_IF_ERROR(table->Load());
  SIGNPOST_RETURN_IF_ERROR(table->AddConfigured(config));
  const auto today = DayOf(clock.NowMs());
  const auto present = table->people();
  if (std::none_of(present->begin(), present->end(),
                   [&](const auto& entry) { return MayAdminister(entry.second, today); })) {
    Log(Severity::kWarning, "users.no_admin");
  }
  return table;
}

absl::Status UserTable::Load() {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<v1::UserRecord> records, table_.List());
  auto people = std::make_shared<People>();
  for (const v1::UserRecord& record : records) people->emplace(record.user().id(), record);
  const MutexLock lock(mutex_);
  people_ = std::move(people);
  return absl::OkStatus();
}

absl::Status UserTable::AddConfigured(const v1::NodeConfig& config) {
  const MutexLock change(change_mutex_);
  for (const v1::User& user : config.users()) {
    if (people()->contains(user.id())) continue;
    SIGNPOST_RETURN_IF_ERROR(Save(user, false, "", "FROM_CONFIGURATION").status());
  }
  return absl::OkStatus();
}

std::shared_ptr<const UserTable::People> UserTable::people() const {
  const MutexLock lock(mutex_);
  return people_;
}

absl::StatusOr<Caller> UserTable::Identify(const grpc::AuthContext& context, int64_t now_ms) const {
  const absl::StatusOr<Peer> peer = AuthenticatedPeer(context, trust_domain_, now_ms);
  if (!peer.ok()) {
    refusals_.Note("", peer.status());
    return peer.status();
  }
  return IdentifyProved(peer->certificate.uri, now_ms);
}

absl::StatusOr<Caller> UserTable::IdentifyProved(std::string_view spiffe_id, int64_t now_ms) const {
  const auto refuse = [&](std::string_view reason, std::string_view message) {
    refusals_.Note(spiffe_id, reason);
    return MakeError(absl::StatusCode::kPermissionDenied, reason, message);
  };
  const bool ours = spiffe_id.starts_with(prefix_);
  const auto user = ours ? Find(spiffe_id.substr(prefix_.size())) : std::nullopt;
  if (!user) {
    return refuse(reason::kUnknownPerson,
                  "this certificate is valid, but its person or system is not in this node's "
                  "user table; the node's administrator can add it");
  }
  if (Expired(*user, DayOf(now_ms))) {
    return refuse(reason::kUserExpired,
                  "this person's or system's entry in the user table has ended; the node's "
                  "administrator can renew it");
  }
  Caller caller;
  caller.id = std::string(spiffe_id);
  caller.system = IsSystem(*user);
  caller.name = user->name();
  caller.organisation = user->organisation();
  caller.telephone = user->telephone();
  caller.roles = RolesOf(*user);
  return caller;
}

std::vector<v1::UserRecord> UserTable::List() const {
  std::vector<v1::UserRecord> records;
  for (const auto& [id, record] : *people()) records.push_back(record);
  return records;
}

std::optional<v1::User> UserTable::Find(std::string_view id) const {
  const auto present = people();
  const auto found = present->find(id);
  if (found == present->end() || found->second.removed()) return std::nullopt;
  return found->second.user();
}

std::string UserTable::SpiffeId(std::string_view id) const {
  return absl::StrCat(prefix_, ToAbsl(id));
}

absl::Status UserTable::KeepsAnAdmin(const v1::UserRecord& change) const {
  const auto today = DayOf(clock_.NowMs());
  const auto present = people();
  if (MayAdminister(change, today)) return absl::OkStatus();
  for (const auto& [id, record] : *present) {
    if (id != change.user().id() && MayAdminister(record, today)) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kLastAdmin,
                   "this is the last administrator; give somebody else that role first");
}

absl::StatusOr<v1::UserRecord> UserTable::Put(const v1::User& user, const Caller& by) {
  SIGNPOST_RETURN_IF_ERROR(CheckUser(user));
  const MutexLock change(change_mutex_);
  const auto present = people();
  const auto found = present->find(user.id());
  const bool known = found != present->end() && !found->second.removed();
  // Not name and telephone either: they are what others see of the asker and ring back.
  if (SpiffeId(user.id()) == by.id) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kSecondPerson,
                     "nobody changes their own entry; another administrator can");
  }
  v1::UserRecord record;
  *record.mutable_user() = user;
  SIGNPOST_RETURN_IF_ERROR(KeepsAnAdmin(record));
  return Save(user, false, by.id, known ? "CHANGED" : "ADDED");
}

absl::StatusOr<v1::UserRecord> UserTable::Remove(std::string_view id, const Caller& by) {
  const MutexLock change(change_mutex_);
  const auto user = Find(id);
  if (!user) {
    return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchUser,
                     "the user table has nobody under this id");
  }
  v1::UserRecord record;
  *record.mutable_user() = *user;
  record.set_removed(true);
  SIGNPOST_RETURN_IF_ERROR(KeepsAnAdmin(record));
  return Save(*user, true, by.id, "REMOVED");
}

absl::StatusOr<v1::UserRecord> UserTable::Save(v1::User user, bool removed, std::string_view by,
                                               std::string_view note) {
  v1::UserRecord record;
  *record.mutable_user() = std::move(user);
  record.set_removed(removed);
  record.set_changed_ms(clock_.NowMs());
  record.set_changed_by(std::string(by));
  const absl::Status stored = table_.Put(record, {ChangedRow(record, note)});
  if (!stored.ok()) return NotWritten(stored);
  const MutexLock lock(mutex_);
  auto people = std::make_shared<People>(*people_);
  people->insert_or_assign(record.user().id(), record);
  people_ = std::move(people);
  return record;
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
