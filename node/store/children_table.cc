#include "node/store/children_table.h"

#include <utility>

#include "node/store/history_table.h"
#include "node/store/pairs_table.h"
#include "node/store/protection_table.h"
#include "node/store/record_codec.h"

namespace signpost::node {
namespace {

absl::Status NoSuchChild() { return absl::NotFoundError("there is no such child"); }

absl::Status ParseDetails(const Secret& bytes, v1::ChildDetails& details) {
  if (details.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return absl::OkStatus();
  return absl::DataLossError("a stored child is not in its format");
}

struct StoredChild {
  int64_t id = 0;
  Secret details;
  Secret extras;
  bool shielded = false;
  bool quarantined = false;
  bool keep_until_25 = false;
  int64_t revision = 0;
  bool has_blocking = false;
  std::string blocking;
};

absl::StatusOr<std::optional<StoredChild>> ReadStored(Connection& db, const Sealer& sealer,
                                                      std::string_view case_index) {
  Statement select = db.Prepare(
      "SELECT id, details, extras, shielded, quarantined, keep_until_25, revision, blocking"
      " FROM children WHERE case_index = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Blob(1, case_index).Step());
  if (!found) return std::nullopt;
  StoredChild child;
  child.id = select.IntAt(0);
  const std::string row = RowName(child.id);
  SIGNPOST_ASSIGN_OR_RETURN(child.details,
                            sealer.Open(Column::kChildDetails, row, select.BlobAt(1)));
  SIGNPOST_ASSIGN_OR_RETURN(child.extras, sealer.Open(Column::kChildExtras, row, select.BlobAt(2)));
  child.shielded = select.IntAt(3) != 0;
  child.quarantined = select.IntAt(4) != 0;
  child.keep_until_25 = select.IntAt(5) != 0;
  child.revision = select.IntAt(6);
  child.has_blocking = !select.IsNull(7);
  child.blocking = std::string(select.BlobAt(7));
  return child;
}

// The stored extras with what the write says laid over them.
ChildExtras Overlay(ChildExtras extras, const ChildWrite& write) {
  if (write.left_england.has_value()) extras.left_england = *write.left_england;
  if (write.date_of_death.has_value()) extras.date_of_death = *write.date_of_death;
  if (write.carers.has_value()) extras.carers = *write.carers;
  return extras;
}

absl::StatusOr<int64_t> InsertChild(Connection& db, const Sealer& sealer, const ChildWrite& write,
                                    std::string_view case_index, std::string_view details,
                                    int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "children"));
  const std::string row = RowName(id);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string reference,
                            sealer.Seal(Column::kChildCaseReference, row, write.case_reference));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildDetails, row, details));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string extras,
      sealer.Seal(Column::kChildExtras, row, EncodeExtras(Overlay({}, write))));
  Statement insert = db.Prepare(
      "INSERT INTO children (id, case_index, case_reference, details, extras, shield,"
      " shielded, separated, quarantined, archived, revision, changed_ms, keep_until_25, blocking)"
      " VALUES (?, ?, ?, ?, ?, x'', 0, 0, 0, 0, 1, ?, ?, ?)");
  insert.Int(1, id).Blob(2, case_index).Blob(3, reference).Blob(4, sealed).Blob(5, extras);
  insert.Int(6, now_ms).Int(7, write.keep_until_25.value_or(false) ? 1 : 0);
  // Without digests the column stays NULL: they are still to be made.
  if (!write.blocking.empty()) insert.Blob(8, PackBlocking(write.blocking));
  SIGNPOST_RETURN_IF_ERROR(insert.Run());
  return id;
}

// What the journal holds of a child that comes back after a restore: as it was left.
absl::Status Remember(Writing& writing, int64_t id, std::string_view case_index, int64_t now_ms) {
  for (const Protection kind :
       {Protection::kShield, Protection::kWithheld, Protection::kQuarantine}) {
    if (!writing.memory.Holds(kind, case_index)) continue;
    SIGNPOST_RETURN_IF_ERROR(WriteRestored(writing, id, kind, now_ms));
  }
  for (const std::string& other : writing.memory.SeparatedFrom(case_index)) {
    SIGNPOST_ASSIGN_OR_RETURN(const std::optional<int64_t> found, FindByIndex(writing.db, other));
    if (found.has_value()) SIGNPOST_RETURN_IF_ERROR(WriteSeparation(writing, id, *found));
  }
  return absl::OkStatus();
}

absl::Status KeepVersion(Connection& db, const Sealer& sealer, const StoredChild& stored,
                         int64_t now_ms) {
  v1::ChildVersion version;
  version.set_revision(static_cast<uint64_t>(stored.revision));
  version.set_until_ms(now_ms);
  SIGNPOST_RETURN_IF_ERROR(ParseDetails(stored.details, *version.mutable_details()));
  return AppendVersion(db, sealer, stored.id, version);
}

absl::Status UpdateBlocking(Connection& db, BlockingBatch& blocking, const StoredChild& stored,
                            const ChildWrite& write) {
  Statement update = db.Prepare("UPDATE children SET blocking = ? WHERE id = ?");
  const std::string packed = PackBlocking(write.blocking);
  if (!write.blocking.empty()) update.Blob(1, packed);
  SIGNPOST_RETURN_IF_ERROR(update.Int(2, stored.id).Run());
  blocking.Replace(stored.id, stored.blocking, packed);
  return absl::OkStatus();
}

// Digests of other details than those stored are wrong; of the same ones, only wanting ones count.
bool BlockingChanges(const StoredChild& stored, const ChildWrite& write, bool details_changed) {
  if (details_changed) return true;
  return !write.blocking.empty() &&
         (!stored.has_blocking || stored.blocking != PackBlocking(write.blocking));
}

absl::StatusOr<bool> UpdateDetailsAndExtras(Connection& db, const Sealer& sealer,
                                            BlockingBatch& blocking, const StoredChild& stored,
                                            const ChildWrite& write, std::string_view details,
                                            int64_t now_ms) {
  const bool details_changed = stored.details.Expose() != details;
  bool changed = details_changed;
  if (details_changed) {
    SIGNPOST_RETURN_IF_ERROR(KeepVersion(db, sealer, stored, now_ms));
    SIGNPOST_RETURN_IF_ERROR(WriteDetails(db, sealer, stored.id, details, now_ms));
  }
  if (BlockingChanges(stored, write, details_changed)) {
    SIGNPOST_RETURN_IF_ERROR(UpdateBlocking(db, blocking, stored, write));
  }
  SIGNPOST_ASSIGN_OR_RETURN(ChildExtras before, DecodeExtras(stored.extras.Expose()));
  const std::string extras = EncodeExtras(Overlay(std::move(before), write));
  if (stored.extras.Expose() != extras) {
    SIGNPOST_RETURN_IF_ERROR(WriteExtras(db, sealer, stored.id, extras));
    changed = true;
  }
  if (write.keep_until_25.value_or(stored.keep_until_25) != stored.keep_until_25) {
    SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE children SET keep_until_25 = ? WHERE id = ?")
                                 .Int(1, *write.keep_until_25 ? 1 : 0)
                                 .Int(2, stored.id)
                                 .Run());
    changed = true;
  }
  return changed;
}

// Shield and quarantine only ever come by a write; neither leaves by one.
absl::StatusOr<bool> Protect(Writing& writing, int64_t id, bool shielded, bool quarantined,
                             const ChildWrite& write, int64_t now_ms) {
  bool changed = false;
  if (write.shield.has_value() && !shielded) {
    SIGNPOST_RETURN_IF_ERROR(WriteShield(writing, id, *write.shield));
    changed = true;
  }
  if (write.quarantine && !quarantined) {
    SIGNPOST_RETURN_IF_ERROR(WriteQuarantined(writing, id, true));
    changed = true;
  }
  SIGNPOST_RETURN_IF_ERROR(StoreFindings(writing, id, write.duplicates, now_ms));
  return changed;
}

absl::StatusOr<WriteOutcome> UpdateChild(Writing& writing, BlockingBatch& blocking,
                                         const StoredChild& stored, const ChildWrite& write,
                                         std::string_view details, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(
      const bool changed,
      UpdateDetailsAndExtras(writing.db, writing.sealer, blocking, stored, write, details, now_ms));
  SIGNPOST_ASSIGN_OR_RETURN(const bool guarded, Protect(writing, stored.id, stored.shielded,
                                                        stored.quarantined, write, now_ms));
  return changed || guarded ? WriteOutcome::kChanged : WriteOutcome::kUnchanged;
}

// The record was merged away: its details stay out, but a shield belongs to the child.
absl::StatusOr<WriteOutcome> PassToSurvivor(Writing& writing, int64_t survivor,
                                            const ChildWrite& write) {
  if (!write.shield.has_value()) return WriteOutcome::kSuperseded;
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags flags, ReadFlags(writing.db, survivor));
  if (!flags.shielded) SIGNPOST_RETURN_IF_ERROR(WriteShield(writing, survivor, *write.shield));
  return WriteOutcome::kSuperseded;
}

absl::StatusOr<std::optional<CaseOwner>> FindSuperseded(Connection& db,
                                                        std::string_view case_index) {
  Statement select = db.Prepare("SELECT child_id, former_id FROM superseded WHERE case_index = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Blob(1, case_index).Step());
  if (!found) return std::nullopt;
  return CaseOwner{select.IntAt(0), select.IntAt(1)};
}

}  // namespace

absl::StatusOr<int64_t> NextId(Connection& db, std::string_view table) {
  Statement select = db.Prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Text(1, table).Step());
  return found ? select.IntAt(0) + 1 : 1;
}

absl::StatusOr<WriteOutcome> UpsertChild(Writing& writing, BlockingBatch& blocking,
                                         const ChildWrite& write, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckChild(write));
  SIGNPOST_RETURN_IF_ERROR(CheckBlocking(write.blocking));
  std::string details;
  if (!write.details.SerializeToString(&details)) {
    return absl::InvalidArgumentError("the details cannot be serialised");
  }
  const std::string case_index = writing.sealer.Digest(Index::kCaseReference, write.case_reference);
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<StoredChild> stored,
                            ReadStored(writing.db, writing.sealer, case_index));
  if (stored.has_value()) return UpdateChild(writing, blocking, *stored, write, details, now_ms);
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> superseded,
                            FindSuperseded(writing.db, case_index));
  if (superseded.has_value()) return PassToSurvivor(writing, superseded->child_id, write);
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, InsertChild(writing.db, writing.sealer, write,
                                                          case_index, details, now_ms));
  blocking.Replace(id, "", PackBlocking(write.blocking));
  SIGNPOST_RETURN_IF_ERROR(Remember(writing, id, case_index, now_ms));
  SIGNPOST_RETURN_IF_ERROR(Protect(writing, id, false, false, write, now_ms).status());
  return WriteOutcome::kCreated;
}

absl::StatusOr<std::optional<CaseOwner>> FindOwner(Connection& db, const Sealer& sealer,
                                                   std::string_view case_reference) {
  return FindOwnerByIndex(db, sealer.Digest(Index::kCaseReference, case_reference));
}

absl::StatusOr<std::optional<int64_t>> FindByIndex(Connection& db, std::string_view case_index) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> owner, FindOwnerByIndex(db, case_index));
  if (!owner.has_value()) return std::nullopt;
  return owner->child_id;
}

absl::StatusOr<std::optional<CaseOwner>> FindOwnerByIndex(Connection& db,
                                                          std::string_view case_index) {
  Statement select = db.Prepare("SELECT id FROM children WHERE case_index = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Blob(1, case_index).Step());
  if (found) return CaseOwner{select.IntAt(0), select.IntAt(0)};
  return FindSuperseded(db, case_index);
}

absl::StatusOr<std::optional<int64_t>> FindChild(Connection& db, const Sealer& sealer,
                                                 std::string_view case_reference) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> owner,
                            FindOwner(db, sealer, case_reference));
  if (!owner.has_value()) return std::nullopt;
  return owner->child_id;
}

absl::Status WriteDetails(Connection& db, const Sealer& sealer, int64_t child_id,
                          std::string_view details, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildDetails, RowName(child_id), details));
  return db
      .Prepare(
          "UPDATE children SET details = ?, revision = revision + 1, changed_ms = ?"
          " WHERE id = ?")
      .Blob(1, sealed)
      .Int(2, now_ms)
      .Int(3, child_id)
      .Run();
}

absl::Status WriteExtras(Connection& db, const Sealer& sealer, int64_t child_id,
                         std::string_view extras) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildExtras, RowName(child_id), extras));
  return db.Prepare("UPDATE children SET extras = ? WHERE id = ?")
      .Blob(1, sealed)
      .Int(2, child_id)
      .Run();
}

absl::StatusOr<ChildRow> ReadChild(Connection& db, const Sealer& sealer, int64_t child_id) {
  Statement select = db.Prepare(
      "SELECT case_reference, details, extras, shield, shielded, separated, quarantined, archived,"
      " revision, changed_ms, withholding, withheld, keep_until_25, archived_ms"
      " FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
  if (!found) return NoSuchChild();
  const std::string row = RowName(child_id);
  ChildRow child;
  child.id = child_id;
  child.flags = {select.IntAt(4) != 0, select.IntAt(5) != 0, select.IntAt(6) != 0,
                 select.IntAt(7) != 0, select.IntAt(11) != 0};
  child.revision = select.IntAt(8);
  child.changed_ms = select.IntAt(9);
  child.keep_until_25 = select.IntAt(12) != 0;
  child.archived_ms = select.IntAt(13);
  SIGNPOST_ASSIGN_OR_RETURN(const Secret reference,
                            sealer.Open(Column::kChildCaseReference, row, select.BlobAt(0)));
  child.case_reference = std::string(reference.Expose());
  SIGNPOST_ASSIGN_OR_RETURN(const Secret details,
                            sealer.Open(Column::kChildDetails, row, select.BlobAt(1)));
  SIGNPOST_RETURN_IF_ERROR(ParseDetails(details, child.details));
  SIGNPOST_ASSIGN_OR_RETURN(const Secret sealed_extras,
                            sealer.Open(Column::kChildExtras, row, select.BlobAt(2)));
  SIGNPOST_ASSIGN_OR_RETURN(ChildExtras extras, DecodeExtras(sealed_extras.Expose()));
  child.left_england = extras.left_england;
  child.date_of_death = std::move(extras.date_of_death);
  child.carers = std::move(extras.carers);
  if (child.flags.shielded) {
    SIGNPOST_ASSIGN_OR_RETURN(const Secret shield,
                              sealer.Open(Column::kChildShield, row, select.BlobAt(3)));
    SIGNPOST_ASSIGN_OR_RETURN(child.shield, DecodeShield(shield.Expose()));
  }
  if (child.flags.withheld) {
    SIGNPOST_ASSIGN_OR_RETURN(const Secret withheld,
                              sealer.Open(Column::kChildWithholding, row, select.BlobAt(10)));
    SIGNPOST_ASSIGN_OR_RETURN(child.withheld, DecodeWithholding(withheld.Expose()));
  }
  return child;
}

absl::StatusOr<std::vector<int64_t>> ReadChildIds(Connection& db, int64_t after, size_t limit) {
  std::vector<int64_t> ids;
  Statement select = db.Prepare("SELECT id FROM children WHERE id > ? ORDER BY id LIMIT ?");
  select.Int(1, after).Int(2, static_cast<int64_t>(limit));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return ids;
    ids.push_back(select.IntAt(0));
  }
}

}  // namespace signpost::node
