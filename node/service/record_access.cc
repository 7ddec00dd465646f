#include "node/service/record_access.h"

#include <algorithm>
#include <string>

#include "node/rules/protection.h"
#include "node/service/unary.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

bool IsCodeCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

absl::Status NeedsPractitioner(const Caller& caller) {
  return NeedsRole(
      caller, {v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER, v1::HEALTH_WORKER, v1::POLICE_OFFICER,
               v1::EDUCATION_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER, v1::DATA_MANAGER});
}

absl::Status NeedsPerson(const Caller& caller) {
  if (!caller.system) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kNotPermitted,
                   "this is for people: no system may do it");
}

bool SeesProtected(const Caller& caller) {
  return caller.Has(v1::DESK_WORKER) || caller.Has(v1::DATA_MANAGER);
}

bool ToldOfDuplicates(const Caller& caller) { return SeesProtected(caller) && !caller.system; }

bool MaySee(const Caller& caller, const ChildFlags& flags) {
  if (flags.archived && !caller.Has(v1::DATA_MANAGER)) return false;
  return SeesProtected(caller) || !flags.shielded;
}

bool MaySee(const Caller& caller, const v1::Involvement& involvement) {
  return SeesProtected(caller) ||
         (!involvement.sensitive() && !SensitiveByStatute(involvement.service()));
}

absl::StatusOr<ChildRow> FindVisible(Store& store, const Caller& caller,
                                     std::string_view case_reference) {
  auto child = store.GetChildByCase(case_reference);
  if (!child.ok()) return FromStore(child.status());
  if (!MaySee(caller, child->flags)) return NoSuchCase();
  return child;
}

v1::ChildDetails VisibleDetails(const Caller& caller, const ChildRow& child) {
  if (!child.flags.separated || SeesProtected(caller)) return child.details;
  return OwnIdentityOnly(child.details);
}

absl::Status NoSuchCase() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                   "no record that you may see has this case reference");
}

absl::Status BadDetails(std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, message);
}

absl::Status FromStore(const absl::Status& status) {
  if (status.ok()) return status;
  if (absl::IsInvalidArgument(status)) return BadDetails(FromAbsl(status.message()));
  if (absl::IsNotFound(status)) return NoSuchCase();
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database could not take this; nothing was changed; its "
                   "administrator must look at the disk");
}

absl::Status CheckReasonCode(std::string_view code) {
  if (!code.empty() && code.size() <= kMaxReferenceBytes &&
      std::all_of(code.begin(), code.end(), IsCodeCharacter)) {
    return absl::OkStatus();
  }
  return BadDetails(
      "reason: give a code of at most 64 letters, digits, '_' and '-', such as RISK_OF_HARM");
}

v1::AuditRow AuditOf(v1::AuditRow::Kind kind, const Caller& caller, std::string_view case_reference,
                     std::string_view note, int64_t now_ms) {
  v1::AuditRow row;
  row.set_at_ms(now_ms);
  row.set_kind(kind);
  row.set_actor(caller.id);
  row.set_case_reference(std::string(case_reference));
  row.set_note(std::string(note));
  return row;
}

}  // namespace signpost::node
