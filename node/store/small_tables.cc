#include "node/store/small_tables.h"

namespace signpost::node {
namespace {

constexpr std::string_view kKeyCheckName = "column_key_check";
constexpr std::string_view kKeyCheckValue = "signpost/v1/column-key-check";
constexpr size_t kMaxMetaName = 64;
constexpr size_t kMaxMetaValue = 4096;
constexpr size_t kMinSeenId = 16;
constexpr size_t kMaxSeenId = 64;

absl::Status WrongKey() {
  return absl::FailedPreconditionError(
      "the column key is not the one that this database was made with: name the right file in the"
      " configuration, or restore it");
}

}  // namespace

absl::Status InsertSeen(Connection& db, const SeenEntry& entry, int64_t now_ms) {
  if (entry.id.size() < kMinSeenId || entry.id.size() > kMaxSeenId) {
    return absl::InvalidArgumentError("an id of the seen-set has 16 to 64 bytes");
  }
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT INTO seen (kind, id, expires_ms) VALUES (?, ?, ?)"
                 " ON CONFLICT (kind, id) DO UPDATE SET expires_ms = excluded.expires_ms"
                 " WHERE seen.expires_ms <= ?")
          .Int(1, static_cast<int64_t>(entry.kind))
          .Blob(2, entry.id)
          .Int(3, entry.expires_ms)
          .Int(4, now_ms)
          .Run());
  if (db.Changes() == 0) return absl::AlreadyExistsError("this was seen before");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SeenEntry>> ReadSeen(Connection& db, SeenKind kind, int64_t now_ms) {
  std::vector<SeenEntry> entries;
  Statement select =
      db.Prepare("SELECT id, expires_ms FROM seen WHERE kind = ? AND expires_ms > ?");
  select.Int(1, static_cast<int64_t>(kind)).Int(2, now_ms);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return entries;
    entries.push_back({kind, std::string(select.BlobAt(0)), select.IntAt(1)});
  }
}

absl::Status DeleteExpiredSeen(Connection& db, int64_t now_ms) {
  return db.Prepare("DELETE FROM seen WHERE expires_ms <= ?").Int(1, now_ms).Run();
}

absl::StatusOr<std::optional<std::string>> ReadMeta(Connection& db, const Sealer& sealer,
                                                    std::string_view name) {
  Statement select = db.Prepare("SELECT value FROM meta WHERE name = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Text(1, name).Step());
  if (!found) return std::nullopt;
  SIGNPOST_ASSIGN_OR_RETURN(const Secret value,
                            sealer.Open(Column::kMetaValue, name, select.BlobAt(0)));
  return std::string(value.Expose());
}

absl::Status WriteMeta(Connection& db, const Sealer& sealer, std::string_view name,
                       std::string_view value) {
  if (name.empty() || name.size() > kMaxMetaName || value.size() > kMaxMetaValue) {
    return absl::InvalidArgumentError("a named value or its name has the wrong size");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, sealer.Seal(Column::kMetaValue, name, value));
  return db
      .Prepare(
          "INSERT INTO meta (name, value) VALUES (?, ?)"
          " ON CONFLICT (name) DO UPDATE SET value = excluded.value")
      .Text(1, name)
      .Blob(2, sealed)
      .Run();
}

absl::Status AdoptColumnKey(Connection& db, const Sealer& sealer) {
  SIGNPOST_ASSIGN_OR_RETURN(
      const int64_t held,
      db.QueryInt("SELECT (SELECT count(*) FROM meta) + (SELECT count(*) FROM children)"
                  " + (SELECT count(*) FROM audit)"));
  if (held != 0) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  SIGNPOST_RETURN_IF_ERROR(WriteMeta(db, sealer, kKeyCheckName, kKeyCheckValue));
  return transaction.Commit();
}

absl::Status CheckColumnKey(Connection& db, const Sealer& sealer) {
  const auto value = ReadMeta(db, sealer, kKeyCheckName);
  if (absl::IsDataLoss(value.status())) return WrongKey();
  if (!value.ok()) return value.status();
  if (!value->has_value() || **value != kKeyCheckValue) return WrongKey();
  return absl::OkStatus();
}

absl::Status ProbeWrite(Connection& db) {
  SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT OR REPLACE INTO probe (id, filling) VALUES (1, randomblob(16384))").Run());
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("DELETE FROM probe").Run());
  return transaction.Commit();
}

}  // namespace signpost::node
