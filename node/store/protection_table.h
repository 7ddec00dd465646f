// Protections of a child's record in SQLite: shield, withholding, quarantine,
// archive, separated identities. Every change leaves a mark for the shields journal.
//
// Thread safety: as Connection. Functions that write need the caller's write
// transaction.
// Security: as node/record/records.h.
#ifndef SIGNPOST_NODE_STORE_PROTECTION_TABLE_H_
#define SIGNPOST_NODE_STORE_PROTECTION_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "node/record/records.h"
#include "node/store/writing.h"

namespace signpost::node {

// The reason of a protection that came back from the shields journal.
inline constexpr char kRestoredReason[] = "RESTORED";

// NOT_FOUND for an unknown child; so the others.
absl::StatusOr<std::string> CaseIndexOf(Connection& db, int64_t child_id);
absl::StatusOr<ChildFlags> ReadFlags(Connection& db, int64_t child_id);

// Shields the child, and quarantines the other record of each pair that waits for a decision.
absl::Status WriteShield(Writing& writing, int64_t child_id, const Shield& shield);
absl::Status EraseShield(Writing& writing, int64_t child_id);
absl::Status WriteWithheld(Writing& writing, int64_t child_id,
                           const std::optional<Withholding>& withheld);
absl::Status WriteQuarantined(Writing& writing, int64_t child_id, bool value);
// A protection that the shields journal holds; not for separations.
absl::Status WriteRestored(Writing& writing, int64_t child_id, Protection kind, int64_t now_ms);
// Archiving deletes the tags; the moment of an archived child stays.
absl::Status WriteArchived(Connection& db, int64_t child_id, bool value, int64_t now_ms);
// INVALID_ARGUMENT: a child and itself. Their pair leaves the queue of duplicates.
absl::Status WriteSeparation(Writing& writing, int64_t child_a, int64_t child_b);
absl::StatusOr<bool> ReadSeparation(Connection& db, int64_t child_a, int64_t child_b);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_PROTECTION_TABLE_H_
