#include "node/store/children_table.h"

#include <algorithm>
#include <utility>

#include "node/store/record_codec.h"

namespace signpost::node {
namespace {

absl::Status NoSuchChild() { return absl::NotFoundError("there is no such child"); }

struct StoredChild {
  int64_t id = 0;
  Secret details;
  Secret extras;
  bool shielded = false;
};

absl::StatusOr<std::optional<StoredChild>> ReadStored(Connection& db, const Sealer& sealer,
                                                      std::string_view case_index) {
  Statement select =
      db.Prepare("SELECT id, details, extras, shielded FROM children WHERE case_index = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Blob(1, case_index).Step());
  if (!found) return std::nullopt;
  StoredChild child;
  child.id = select.IntAt(0);
  const std::string row = RowName(child.id);
  SIGNPOST_ASSIGN_OR_RETURN(child.details,
                            sealer.Open(Column::kChildDetails, row, select.BlobAt(1)));
  SIGNPOST_ASSIGN_OR_RETURN(child.extras, sealer.Open(Column::kChildExtras, row, select.BlobAt(2)));
  child.shielded = select.IntAt(3) != 0;
  return child;
}

// The stored extras with what the write says laid over them.
ChildExtras Overlay(ChildExtras extras, const ChildWrite& write) {
  if (write.left_england.has_value()) extras.left_england = *write.left_england;
  if (write.date_of_death.has_value()) extras.date_of_death = *write.date_of_death;
  if (write.carers.has_value()) extras.carers = *write.carers;
  return extras;
}

absl::StatusOr<std::string> SealShield(const Sealer& sealer, int64_t id, const Shield& shield) {
  return sealer.Seal(Column::kChildShield, RowName(id), EncodeShield(shield));
}

absl::Status InsertChild(Connection& db, const Sealer& sealer, const ChildWrite& write,
                         std::string_view case_index, std::string_view details, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "children"));
  const std::string row = RowName(id);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string reference,
                            sealer.Seal(Column::kChildCaseReference, row, write.case_reference));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildDetails, row, details));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string extras,
      sealer.Seal(Column::kChildExtras, row, EncodeExtras(Overlay({}, write))));
  std::string shield;
  if (write.shield.has_value()) {
    SIGNPOST_ASSIGN_OR_RETURN(shield, SealShield(sealer, id, *write.shield));
  }
  return db
      .Prepare(
          "INSERT INTO children (id, case_index, case_reference, details, extras, shield,"
          " shielded, separated, quarantined, archived, revision, changed_ms)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 1, ?)")
      .Int(1, id)
      .Blob(2, case_index)
      .Blob(3, reference)
      .Blob(4, sealed)
      .Blob(5, extras)
      .Blob(6, shield)
      .Int(7, write.shield.has_value() ? 1 : 0)
      .Int(8, now_ms)
      .Run();
}

absl::Status UpdateDetails(Connection& db, const Sealer& sealer, int64_t id,
                           std::string_view details, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildDetails, RowName(id), details));
  return db
      .Prepare(
          "UPDATE children SET details = ?, revision = revision + 1, changed_ms = ?"
          " WHERE id = ?")
      .Blob(1, sealed)
      .Int(2, now_ms)
      .Int(3, id)
      .Run();
}

absl::Status UpdateExtras(Connection& db, const Sealer& sealer, int64_t id,
                          std::string_view extras) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kChildExtras, RowName(id), extras));
  return db.Prepare("UPDATE children SET extras = ? WHERE id = ?").Blob(1, sealed).Int(2, id).Run();
}

absl::StatusOr<WriteOutcome> UpdateChild(Connection& db, const Sealer& sealer,
                                         const StoredChild& stored, const ChildWrite& write,
                                         std::string_view details, int64_t now_ms) {
  WriteOutcome outcome = WriteOutcome::kUnchanged;
  if (stored.details.Expose() != details) {
    SIGNPOST_RETURN_IF_ERROR(UpdateDetails(db, sealer, stored.id, details, now_ms));
    outcome = WriteOutcome::kChanged;
  }
  SIGNPOST_ASSIGN_OR_RETURN(ChildExtras before, DecodeExtras(stored.extras.Expose()));
  const std::string extras = EncodeExtras(Overlay(std::move(before), write));
  if (stored.extras.Expose() != extras) {
    SIGNPOST_RETURN_IF_ERROR(UpdateExtras(db, sealer, stored.id, extras));
    outcome = WriteOutcome::kChanged;
  }
  if (write.shield.has_value() && !stored.shielded) {
    SIGNPOST_RETURN_IF_ERROR(WriteShield(db, sealer, stored.id, *write.shield));
    outcome = WriteOutcome::kChanged;
  }
  return outcome;
}

// OK when the UPDATE just run met a child.
absl::Status MustHaveChanged(Connection& db) {
  return db.Changes() == 1 ? absl::OkStatus() : NoSuchChild();
}

absl::Status ParseDetails(const Secret& bytes, v1::ChildDetails& details) {
  if (details.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return absl::OkStatus();
  return absl::DataLossError("a stored child is not in its format");
}

}  // namespace

absl::StatusOr<int64_t> NextId(Connection& db, std::string_view table) {
  Statement select = db.Prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Text(1, table).Step());
  return found ? select.IntAt(0) + 1 : 1;
}

absl::StatusOr<WriteOutcome> UpsertChild(Connection& db, const Sealer& sealer,
                                         const ChildWrite& write, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckChild(write));
  std::string details;
  if (!write.details.SerializeToString(&details)) {
    return absl::InvalidArgumentError("the details cannot be serialised");
  }
  const std::string case_index = sealer.Digest(Index::kCaseReference, write.case_reference);
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<StoredChild> stored,
                            ReadStored(db, sealer, case_index));
  if (stored.has_value()) return UpdateChild(db, sealer, *stored, write, details, now_ms);
  SIGNPOST_RETURN_IF_ERROR(InsertChild(db, sealer, write, case_index, details, now_ms));
  return WriteOutcome::kCreated;
}

absl::StatusOr<std::optional<int64_t>> FindChild(Connection& db, const Sealer& sealer,
                                                 std::string_view case_reference) {
  Statement select = db.Prepare("SELECT id FROM children WHERE case_index = ?");
  select.Blob(1, sealer.Digest(Index::kCaseReference, case_reference));
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::nullopt;
  return select.IntAt(0);
}

absl::StatusOr<ChildRow> ReadChild(Connection& db, const Sealer& sealer, int64_t child_id) {
  Statement select = db.Prepare(
      "SELECT case_reference, details, extras, shield, shielded, separated, quarantined, archived,"
      " revision, changed_ms FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, child_id).Step());
  if (!found) return NoSuchChild();
  const std::string row = RowName(child_id);
  ChildRow child;
  child.id = child_id;
  child.flags = {select.IntAt(4) != 0, select.IntAt(5) != 0, select.IntAt(6) != 0,
                 select.IntAt(7) != 0};
  child.revision = select.IntAt(8);
  child.changed_ms = select.IntAt(9);
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

absl::Status WriteShield(Connection& db, const Sealer& sealer, int64_t child_id,
                         const Shield& shield) {
  SIGNPOST_RETURN_IF_ERROR(CheckShield(shield));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, SealShield(sealer, child_id, shield));
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE children SET shield = ?, shielded = 1 WHERE id = ?")
                               .Blob(1, sealed)
                               .Int(2, child_id)
                               .Run());
  return MustHaveChanged(db);
}

absl::Status WriteQuarantined(Connection& db, int64_t child_id, bool value) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE children SET quarantined = ? WHERE id = ?")
                               .Int(1, value ? 1 : 0)
                               .Int(2, child_id)
                               .Run());
  return MustHaveChanged(db);
}

absl::Status WriteArchived(Connection& db, int64_t child_id, bool value) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE children SET archived = ? WHERE id = ?")
                               .Int(1, value ? 1 : 0)
                               .Int(2, child_id)
                               .Run());
  return MustHaveChanged(db);
}

absl::Status WriteSeparation(Connection& db, int64_t child_a, int64_t child_b) {
  if (child_a == child_b) {
    return absl::InvalidArgumentError("a child cannot be separated from itself");
  }
  for (const int64_t id : {child_a, child_b}) {
    SIGNPOST_RETURN_IF_ERROR(
        db.Prepare("UPDATE children SET separated = 1 WHERE id = ?").Int(1, id).Run());
    SIGNPOST_RETURN_IF_ERROR(MustHaveChanged(db));
  }
  return db
      .Prepare(
          "INSERT INTO separations (child_a, child_b) VALUES (?, ?)"
          " ON CONFLICT DO NOTHING")
      .Int(1, std::min(child_a, child_b))
      .Int(2, std::max(child_a, child_b))
      .Run();
}

absl::StatusOr<bool> ReadSeparation(Connection& db, int64_t child_a, int64_t child_b) {
  Statement select = db.Prepare("SELECT 1 FROM separations WHERE child_a = ? AND child_b = ?");
  select.Int(1, std::min(child_a, child_b)).Int(2, std::max(child_a, child_b));
  return select.Step();
}

}  // namespace signpost::node
