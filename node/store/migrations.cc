#include "node/store/migrations.h"

#include <iterator>

#include "node/store/migrations/0001_first.h"
#include "node/store/migrations/0002_protection.h"
#include "node/store/migrations/0003_shielded.h"

namespace signpost::node {
namespace {

constexpr const char* kMigrations[] = {kMigration0001, kMigration0002, kMigration0003};

// The version of a database that is ours; 0 for an empty file.
absl::StatusOr<int64_t> ReadVersion(Connection& db) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t application, db.QueryInt("PRAGMA application_id"));
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t version, db.QueryInt("PRAGMA user_version"));
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t tables,
                            db.QueryInt("SELECT count(*) FROM sqlite_master"));
  if (application == 0 && version == 0 && tables == 0) return 0;
  if (application != kApplicationId || version < 1) {
    return absl::FailedPreconditionError(
        "this file is not a Signpost database: check the path in the configuration");
  }
  if (version > SchemaVersion()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database has schema ", version, " and this program knows ", SchemaVersion(),
        ": it was used by a newer version; install that version again"));
  }
  return version;
}

absl::Status Apply(Connection& db, int64_t version) {
  SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  SIGNPOST_RETURN_IF_ERROR(db.Execute(kMigrations[version - 1]));
  SIGNPOST_RETURN_IF_ERROR(db.Execute(absl::StrCat("PRAGMA application_id = ", kApplicationId,
                                                   "; PRAGMA user_version = ", version, ";")));
  return transaction.Commit();
}

}  // namespace

int64_t SchemaVersion() { return static_cast<int64_t>(std::size(kMigrations)); }

absl::Status Migrate(Connection& db) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(db));
  for (int64_t next = version + 1; next <= SchemaVersion(); ++next) {
    SIGNPOST_RETURN_IF_ERROR(Apply(db, next));
  }
  return absl::OkStatus();
}

absl::Status CheckSchema(Connection& db) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(db));
  if (version == SchemaVersion()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the database has schema ", version,
                                                    " and this program needs ", SchemaVersion(),
                                                    ": start the node on it once"));
}

absl::Status CheckOldSchema(Connection& db) {
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(db));
  if (version >= 1) return absl::OkStatus();
  return absl::FailedPreconditionError("this file is an empty database");
}

}  // namespace signpost::node
