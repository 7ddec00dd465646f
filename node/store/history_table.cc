#include "node/store/history_table.h"

#include <string>
#include <utility>

#include "node/store/children_table.h"

namespace signpost::node {
namespace {

struct StoredVersion {
  int64_t id = 0;
  v1::ChildVersion version;
};

std::string VersionRowName(int64_t child_id, int64_t id) {
  return absl::StrCat(RowName(child_id), RowName(id));
}

absl::StatusOr<std::string> SealVersion(const Sealer& sealer, int64_t child_id, int64_t id,
                                        const v1::ChildVersion& version) {
  return sealer.Seal(Column::kChildVersion, VersionRowName(child_id, id),
                     version.SerializeAsString());
}

absl::StatusOr<std::vector<StoredVersion>> ReadStored(Connection& db, const Sealer& sealer,
                                                      int64_t child_id) {
  std::vector<StoredVersion> rows;
  Statement select =
      db.Prepare("SELECT id, version FROM child_history WHERE child_id = ? ORDER BY id DESC");
  select.Int(1, child_id);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return rows;
    StoredVersion row;
    row.id = select.IntAt(0);
    SIGNPOST_ASSIGN_OR_RETURN(
        const Secret bytes,
        sealer.Open(Column::kChildVersion, VersionRowName(child_id, row.id), select.BlobAt(1)));
    if (!row.version.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError("a stored version is not in its format");
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

absl::Status AppendVersion(Connection& db, const Sealer& sealer, int64_t child_id,
                           const v1::ChildVersion& version) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t id, NextId(db, "child_history"));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed, SealVersion(sealer, child_id, id, version));
  return db.Prepare("INSERT INTO child_history (id, child_id, version) VALUES (?, ?, ?)")
      .Int(1, id)
      .Int(2, child_id)
      .Blob(3, sealed)
      .Run();
}

absl::StatusOr<std::vector<v1::ChildVersion>> ReadHistory(Connection& db, const Sealer& sealer,
                                                          int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<StoredVersion> rows, ReadStored(db, sealer, child_id));
  std::vector<v1::ChildVersion> versions;
  versions.reserve(rows.size());
  for (StoredVersion& row : rows) versions.push_back(std::move(row.version));
  return versions;
}

absl::Status MoveHistory(Connection& db, const Sealer& sealer, int64_t from, int64_t to,
                         std::string_view case_reference) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<StoredVersion> rows, ReadStored(db, sealer, from));
  for (StoredVersion& row : rows) {
    if (row.version.case_reference().empty()) {
      row.version.set_case_reference(std::string(case_reference));
    }
    SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                              SealVersion(sealer, to, row.id, row.version));
    SIGNPOST_RETURN_IF_ERROR(
        db.Prepare("UPDATE child_history SET child_id = ?, version = ? WHERE id = ?")
            .Int(1, to)
            .Blob(2, sealed)
            .Int(3, row.id)
            .Run());
  }
  return absl::OkStatus();
}

}  // namespace signpost::node
