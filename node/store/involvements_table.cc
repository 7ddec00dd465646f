#include "node/store/involvements_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/store/children_table.h"
#include "node/store/dates.h"
#include "node/store/protection_table.h"
#include "node/store/record_codec.h"
#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

struct StoredInvolvement {
  int64_t id = 0;
  Secret bytes;
};

// A reference is the caller's own and only unique within a record; it stays with the record that it
// was given to, also when that is merged into another (CaseOwner::former_id).
std::string ReferenceIndex(const Sealer& sealer, int64_t former_id, std::string_view reference) {
  return sealer.Digest(Index::kInvolvementReference,
                       absl::StrCat(RowName(former_id), ToAbsl(reference)));
}

absl::StatusOr<std::optional<StoredInvolvement>> ReadStored(Connection& db, const Sealer& sealer,
                                                            const CaseOwner& owner,
                                                            std::string_view reference) {
  Statement select = db.Prepare(
      "SELECT id, involvement FROM involvements WHERE child_id = ? AND reference_index = ?");
  select.Int(1, owner.child_id).Blob(2, ReferenceIndex(sealer, owner.former_id, reference));
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::nullopt;
  StoredInvolvement stored;
  stored.id = select.IntAt(0);
  SIGNPOST_ASSIGN_OR_RETURN(
      stored.bytes, sealer.Open(Column::kInvolvement, RowName(stored.id), select.BlobAt(1)));
  return stored;
}

absl::StatusOr<std::vector<int64_t>> FormerIdsOf(Connection& db, int64_t child_id) {
  std::vector<int64_t> ids;
  Statement select =
      db.Prepare("SELECT former_id FROM superseded WHERE child_id = ? ORDER BY former_id");
  select.Int(1, child_id);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return ids;
    ids.push_back(select.IntAt(0));
  }
}

// The statute's three services are sensitive whatever the source says.
v1::Involvement Marked(v1::Involvement involvement) {
  if (SensitiveByStatute(involvement.service())) involvement.set_sensitive(true);
  return involvement;
}

absl::StatusOr<v1::Involvement> ParseInvolvement(const Secret& bytes) {
  v1::Involvement involvement;
  if (!involvement.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored involvement is not in its format");
  }
  return involvement;
}

// The involvement of a survivor under a reference that one of its merged records gave it. A write
// means it only when service and start are the same: two sources may use one reference.
absl::StatusOr<std::optional<StoredInvolvement>> FindMoved(Connection& db, const Sealer& sealer,
                                                           int64_t child_id,
                                                           std::string_view reference,
                                                           const v1::Involvement* like) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> former_ids, FormerIdsOf(db, child_id));
  for (const int64_t former_id : former_ids) {
    SIGNPOST_ASSIGN_OR_RETURN(std::optional<StoredInvolvement> stored,
                              ReadStored(db, sealer, {child_id, former_id}, reference));
    if (!stored.has_value()) continue;
    SIGNPOST_ASSIGN_OR_RETURN(const v1::Involvement moved, ParseInvolvement(stored->bytes));
    if (like == nullptr ||
        (like->service() == moved.service() && like->start_on() == moved.start_on())) {
      return stored;
    }
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<StoredInvolvement>> FindInvolvement(Connection& db,
                                                                 const Sealer& sealer,
                                                                 const CaseOwner& owner,
                                                                 std::string_view reference,
                                                                 const v1::Involvement* like) {
  SIGNPOST_ASSIGN_OR_RETURN(std::optional<StoredInvolvement> stored,
                            ReadStored(db, sealer, owner, reference));
  if (stored.has_value() || owner.former_id != owner.child_id) return stored;
  return FindMoved(db, sealer, owner.child_id, reference, like);
}

absl::Status InsertInvolvement(Connection& db, const Sealer& sealer, const CaseOwner& owner,
                               std::string_view reference, const v1::Involvement& involvement,
                               const InvolvementSpan& span, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "involvements"));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed_reference,
                            sealer.Seal(Column::kInvolvementReference, RowName(id), reference));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, sealer.Seal(Column::kInvolvement, RowName(id),
                                                                  involvement.SerializeAsString()));
  return db
      .Prepare(
          "INSERT INTO involvements (id, child_id, reference_index, reference, involvement,"
          " sensitive, start_ms, until_ms, recorded_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .Int(1, id)
      .Int(2, owner.child_id)
      .Blob(3, ReferenceIndex(sealer, owner.former_id, reference))
      .Blob(4, sealed_reference)
      .Blob(5, sealed)
      .Int(6, involvement.sensitive() ? 1 : 0)
      .Int(7, span.start_ms)
      .Int(8, span.until_ms)
      .Int(9, now_ms)
      .Run();
}

absl::Status UpdateInvolvement(Connection& db, const Sealer& sealer, int64_t id,
                               const v1::Involvement& involvement, const InvolvementSpan& span,
                               int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, sealer.Seal(Column::kInvolvement, RowName(id),
                                                                  involvement.SerializeAsString()));
  return db
      .Prepare(
          "UPDATE involvements SET involvement = ?, sensitive = ?, start_ms = ?, until_ms = ?,"
          " recorded_ms = ? WHERE id = ?")
      .Blob(1, sealed)
      .Int(2, involvement.sensitive() ? 1 : 0)
      .Int(3, span.start_ms)
      .Int(4, span.until_ms)
      .Int(5, now_ms)
      .Int(6, id)
      .Run();
}

absl::Status AddInvolvementFacts(Connection& db, int64_t now_ms, int64_t look_back_from_ms,
                                 ClaimRow& row) {
  Statement select = db.Prepare(
      "SELECT sensitive, until_ms > ? FROM involvements"
      " WHERE child_id = ? AND start_ms <= ? AND until_ms >= ?");
  select.Int(1, now_ms).Int(2, row.child_id).Int(3, now_ms).Int(4, look_back_from_ms);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    const bool sensitive = select.IntAt(0) != 0;
    const bool now = select.IntAt(1) != 0;
    bool& fact = sensitive ? (now ? row.sensitive_now : row.sensitive_before)
                           : (now ? row.ordinary_now : row.ordinary_before);
    fact = true;
  }
}

}  // namespace

absl::StatusOr<WriteOutcome> UpsertInvolvement(Connection& db, const Sealer& sealer,
                                               const InvolvementWrite& write, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckInvolvement(write));
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> owner,
                            FindOwner(db, sealer, write.case_reference));
  if (!owner.has_value()) return WriteOutcome::kNoSuchCase;
  const v1::Involvement involvement = Marked(write.involvement);
  SIGNPOST_ASSIGN_OR_RETURN(const InvolvementSpan span, SpanOf(involvement, now_ms));
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<StoredInvolvement> stored,
                            FindInvolvement(db, sealer, *owner, write.reference, &involvement));
  if (!stored.has_value()) {
    SIGNPOST_RETURN_IF_ERROR(
        InsertInvolvement(db, sealer, *owner, write.reference, involvement, span, now_ms));
    return WriteOutcome::kCreated;
  }
  if (stored->bytes.Expose() == involvement.SerializeAsString()) return WriteOutcome::kUnchanged;
  SIGNPOST_RETURN_IF_ERROR(UpdateInvolvement(db, sealer, stored->id, involvement, span, now_ms));
  return WriteOutcome::kChanged;
}

absl::StatusOr<WriteOutcome> EndInvolvement(Connection& db, const Sealer& sealer,
                                            std::string_view case_reference,
                                            std::string_view reference, std::string_view end_on,
                                            int64_t now_ms) {
  if (!DayStartMs(end_on).has_value()) return absl::InvalidArgumentError("end on is not a date");
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> owner,
                            FindOwner(db, sealer, case_reference));
  if (!owner.has_value()) return WriteOutcome::kNoSuchCase;
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<StoredInvolvement> stored,
                            FindInvolvement(db, sealer, *owner, reference, nullptr));
  if (!stored.has_value()) return WriteOutcome::kNoSuchInvolvement;
  SIGNPOST_ASSIGN_OR_RETURN(v1::Involvement involvement, ParseInvolvement(stored->bytes));
  if (involvement.end_on() == end_on) return WriteOutcome::kUnchanged;
  involvement.set_end_on(std::string(end_on));
  SIGNPOST_ASSIGN_OR_RETURN(const InvolvementSpan span, SpanOf(involvement, now_ms));
  SIGNPOST_RETURN_IF_ERROR(UpdateInvolvement(db, sealer, stored->id, involvement, span, now_ms));
  return WriteOutcome::kChanged;
}

absl::StatusOr<std::vector<InvolvementRow>> ReadInvolvements(Connection& db, const Sealer& sealer,
                                                             int64_t child_id) {
  std::vector<InvolvementRow> rows;
  Statement select = db.Prepare(
      "SELECT id, reference, involvement, recorded_ms FROM involvements WHERE child_id = ?"
      " ORDER BY start_ms DESC, id DESC");
  select.Int(1, child_id);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return rows;
    InvolvementRow row;
    row.id = select.IntAt(0);
    row.child_id = child_id;
    SIGNPOST_ASSIGN_OR_RETURN(
        const Secret reference,
        sealer.Open(Column::kInvolvementReference, RowName(row.id), select.BlobAt(1)));
    row.reference = std::string(reference.Expose());
    SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes,
                              sealer.Open(Column::kInvolvement, RowName(row.id), select.BlobAt(2)));
    SIGNPOST_ASSIGN_OR_RETURN(row.involvement, ParseInvolvement(bytes));
    SIGNPOST_ASSIGN_OR_RETURN(const InvolvementSpan span, SpanOf(row.involvement, select.IntAt(3)));
    row.expires_ms = span.expires_ms;
    rows.push_back(std::move(row));
  }
}

absl::StatusOr<std::vector<ClaimRow>> ReadClaimRows(Connection& db,
                                                    absl::Span<const int64_t> child_ids,
                                                    int64_t now_ms, int64_t look_back_from_ms) {
  std::vector<int64_t> ids(child_ids.begin(), child_ids.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<ClaimRow> rows;
  for (const int64_t id : ids) {
    const absl::StatusOr<ChildFlags> flags = ReadFlags(db, id);
    if (absl::IsNotFound(flags.status())) continue;
    if (!flags.ok()) return flags.status();
    ClaimRow row;
    row.child_id = id;
    row.flags = *flags;
    SIGNPOST_RETURN_IF_ERROR(AddInvolvementFacts(db, now_ms, look_back_from_ms, row));
    rows.push_back(row);
  }
  return rows;
}

}  // namespace signpost::node
