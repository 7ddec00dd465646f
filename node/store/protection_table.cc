#include "node/store/protection_table.h"

#include <algorithm>
#include <utility>

#include "node/store/pairs_table.h"
#include "node/store/record_codec.h"

namespace signpost::node {
namespace {

absl::Status NoSuchChild() { return absl::NotFoundError("there is no such child"); }

// OK when the UPDATE just run met a child.
absl::Status MustHaveChanged(Connection& db) {
  return db.Changes() == 1 ? absl::OkStatus() : NoSuchChild();
}

absl::Status Mark(Writing& writing, Protection kind, bool on, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(std::string child, CaseIndexOf(writing.db, child_id));
  writing.marks.push_back({kind, on, std::move(child), ""});
  return absl::OkStatus();
}

absl::Status StoreShield(Connection& db, int64_t child_id, std::string_view sealed) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE children SET shield = ?, shielded = ? WHERE id = ?")
                               .Blob(1, sealed)
                               .Int(2, sealed.empty() ? 0 : 1)
                               .Int(3, child_id)
                               .Run());
  return MustHaveChanged(db);
}

}  // namespace

absl::StatusOr<std::string> CaseIndexOf(Connection& db, int64_t child_id) {
  Statement select = db.Prepare("SELECT case_index FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
  if (!found) return NoSuchChild();
  return std::string(select.BlobAt(0));
}

absl::StatusOr<ChildFlags> ReadFlags(Connection& db, int64_t child_id) {
  Statement select = db.Prepare(
      "SELECT shielded, separated, quarantined, archived, withheld FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
  if (!found) return NoSuchChild();
  return ChildFlags{select.IntAt(0) != 0, select.IntAt(1) != 0, select.IntAt(2) != 0,
                    select.IntAt(3) != 0, select.IntAt(4) != 0};
}

absl::Status WriteShield(Writing& writing, int64_t child_id, const Shield& shield) {
  SIGNPOST_RETURN_IF_ERROR(CheckShield(shield));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      writing.sealer.Seal(Column::kChildShield, RowName(child_id), EncodeShield(shield)));
  SIGNPOST_RETURN_IF_ERROR(StoreShield(writing.db, child_id, sealed));
  SIGNPOST_RETURN_IF_ERROR(Mark(writing, Protection::kShield, true, child_id));
  return QuarantineOpenPairs(writing, child_id);
}

absl::Status EraseShield(Writing& writing, int64_t child_id) {
  SIGNPOST_RETURN_IF_ERROR(StoreShield(writing.db, child_id, ""));
  return Mark(writing, Protection::kShield, false, child_id);
}

absl::Status WriteWithheld(Writing& writing, int64_t child_id,
                           const std::optional<Withholding>& withheld) {
  std::string sealed;
  if (withheld.has_value()) {
    SIGNPOST_RETURN_IF_ERROR(CheckWithholding(*withheld));
    SIGNPOST_ASSIGN_OR_RETURN(sealed,
                              writing.sealer.Seal(Column::kChildWithholding, RowName(child_id),
                                                  EncodeWithholding(*withheld)));
  }
  SIGNPOST_RETURN_IF_ERROR(
      writing.db.Prepare("UPDATE children SET withholding = ?, withheld = ? WHERE id = ?")
          .Blob(1, sealed)
          .Int(2, withheld.has_value() ? 1 : 0)
          .Int(3, child_id)
          .Run());
  SIGNPOST_RETURN_IF_ERROR(MustHaveChanged(writing.db));
  return Mark(writing, Protection::kWithheld, withheld.has_value(), child_id);
}

absl::Status WriteQuarantined(Writing& writing, int64_t child_id, bool value) {
  SIGNPOST_RETURN_IF_ERROR(writing.db.Prepare("UPDATE children SET quarantined = ? WHERE id = ?")
                               .Int(1, value ? 1 : 0)
                               .Int(2, child_id)
                               .Run());
  SIGNPOST_RETURN_IF_ERROR(MustHaveChanged(writing.db));
  return Mark(writing, Protection::kQuarantine, value, child_id);
}

absl::Status WriteRestored(Writing& writing, int64_t child_id, Protection kind, int64_t now_ms) {
  switch (kind) {
    case Protection::kShield:
      return WriteShield(writing, child_id, {kRestoredReason, "", ""});
    case Protection::kWithheld:
      return WriteWithheld(writing, child_id, Withholding{kRestoredReason, "", now_ms, ""});
    case Protection::kQuarantine:
      return WriteQuarantined(writing, child_id, true);
    case Protection::kSeparated:
      break;
  }
  return absl::InternalError("a separation has two children");
}

absl::Status WriteArchived(Connection& db, int64_t child_id, bool value, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("UPDATE children SET archived_ms = CASE WHEN ?1 = 0 THEN 0"
                 " WHEN archived = 1 THEN archived_ms ELSE ?2 END, archived = ?1 WHERE id = ?3")
          .Int(1, value ? 1 : 0)
          .Int(2, now_ms)
          .Int(3, child_id)
          .Run());
  SIGNPOST_RETURN_IF_ERROR(MustHaveChanged(db));
  if (!value) return absl::OkStatus();
  return db.Prepare("DELETE FROM tag_sets WHERE child_id = ?").Int(1, child_id).Run();
}

absl::Status WriteSeparation(Writing& writing, int64_t child_a, int64_t child_b) {
  if (child_a == child_b) {
    return absl::InvalidArgumentError("a child cannot be separated from itself");
  }
  SIGNPOST_ASSIGN_OR_RETURN(std::string first, CaseIndexOf(writing.db, child_a));
  SIGNPOST_ASSIGN_OR_RETURN(std::string second, CaseIndexOf(writing.db, child_b));
  SIGNPOST_RETURN_IF_ERROR(
      writing.db.Prepare("UPDATE children SET separated = 1 WHERE id IN (?, ?)")
          .Int(1, child_a)
          .Int(2, child_b)
          .Run());
  SIGNPOST_RETURN_IF_ERROR(writing.db
                               .Prepare("INSERT INTO separations (child_a, child_b) VALUES (?, ?)"
                                        " ON CONFLICT DO NOTHING")
                               .Int(1, std::min(child_a, child_b))
                               .Int(2, std::max(child_a, child_b))
                               .Run());
  if (second < first) first.swap(second);
  writing.marks.push_back({Protection::kSeparated, true, std::move(first), std::move(second)});
  return RemoveSeparatedPair(writing, child_a, child_b);
}

absl::StatusOr<bool> ReadSeparation(Connection& db, int64_t child_a, int64_t child_b) {
  Statement select = db.Prepare("SELECT 1 FROM separations WHERE child_a = ? AND child_b = ?");
  select.Int(1, std::min(child_a, child_b)).Int(2, std::max(child_a, child_b));
  return select.Step();
}

}  // namespace signpost::node
