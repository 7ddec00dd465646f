// Who may see which record, and what every service says and writes about records:
// one place, so that a protected record reads like an unknown one everywhere.
//
//   shielded                DESK_WORKER and DATA_MANAGER
//   quarantined             everybody, as before: whoever has just typed a second record in would
//                           learn by its vanishing that a shielded child has these details
//   archived                DATA_MANAGER
//   separated               everybody, as the one identity that it is and without its carers; whole
//                           to DESK_WORKER and DATA_MANAGER
//   sensitive involvements  DESK_WORKER and DATA_MANAGER
//
// Thread safety: functions; the store serialises.
// Security: an invisible record and an unknown case reference give the same status, and neither
// leaves an audit row.
#ifndef SIGNPOST_NODE_SERVICE_RECORD_ACCESS_H_
#define SIGNPOST_NODE_SERVICE_RECORD_ACCESS_H_

#include <cstdint>
#include <string_view>

#include "node/service/caller.h"
#include "node/store/store.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// Whoever works with children or their records: every role but PRIVACY_OFFICER and NODE_ADMIN.
// PERMISSION_DENIED NOT_PERMITTED.
absl::Status NeedsPractitioner(const Caller& caller);

// A second person is a person: no program decides about a child's protection. PERMISSION_DENIED
// NOT_PERMITTED for a system.
absl::Status NeedsPerson(const Caller& caller);

// True for DESK_WORKER and DATA_MANAGER, who see what is protected and what is sensitive.
bool SeesProtected(const Caller& caller);
// True for the persons among them, who alone are told how many records were found like the one
// written and that one waits for a decision: behind a system stand people without these roles.
bool ToldOfDuplicates(const Caller& caller);
bool MaySee(const Caller& caller, const ChildFlags& flags);
bool MaySee(const Caller& caller, const v1::Involvement& involvement);

// The record under the case reference (the surviving one, if it was merged away). NOT_FOUND
// NO_SUCH_CASE when there is none that the caller may see; UNAVAILABLE STORE_FAILED.
absl::StatusOr<ChildRow> FindVisible(Store& store, const Caller& caller,
                                     std::string_view case_reference);
// The details of a visible record, as far as this caller may see them.
v1::ChildDetails VisibleDetails(const Caller& caller, const ChildRow& child);

absl::Status NoSuchCase();
// INVALID_ARGUMENT DETAILS with a message of this program's.
absl::Status BadDetails(std::string_view message);
// What the store says, as a caller may hear it: NO_SUCH_CASE, DETAILS, or STORE_FAILED.
absl::Status FromStore(const absl::Status& status);

// Reason codes of decisions: 1 to 64 of A-Z, a-z, 0-9, '_' and '-', so that no person's details fit
// in. INVALID_ARGUMENT DETAILS.
absl::Status CheckReasonCode(std::string_view code);

v1::AuditRow AuditOf(v1::AuditRow::Kind kind, const Caller& caller, std::string_view case_reference,
                     std::string_view note, int64_t now_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_RECORD_ACCESS_H_
