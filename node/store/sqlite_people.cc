#include "node/store/sqlite_people.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/store/store_core.h"

namespace signpost::node {
namespace {

constexpr size_t kMaxUserId = 128;
constexpr size_t kMaxUserBytes = 4096;

absl::StatusOr<std::vector<v1::UserRecord>> ReadUsers(Connection& db, const Sealer& sealer) {
  std::vector<v1::UserRecord> users;
  Statement select = db.Prepare("SELECT user_index, record FROM users");
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return users;
    SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes,
                              sealer.Open(Column::kUser, select.BlobAt(0), select.BlobAt(1)));
    v1::UserRecord& user = users.emplace_back();
    if (!user.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError("a stored user is not in its format");
    }
  }
}

absl::Status WriteUser(Connection& db, const Sealer& sealer, const v1::UserRecord& record) {
  const std::string index = sealer.Digest(Index::kUser, record.user().id());
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kUser, index, record.SerializeAsString()));
  return db
      .Prepare(
          "INSERT INTO users (user_index, record) VALUES (?, ?)"
          " ON CONFLICT (user_index) DO UPDATE SET record = excluded.record")
      .Blob(1, index)
      .Blob(2, sealed)
      .Run();
}

}  // namespace

absl::StatusOr<std::vector<v1::UserRecord>> SqlitePeople::List() {
  auto users = core_.Read([&](Connection& db) { return ReadUsers(db, core_.sealer()); });
  if (!users.ok()) return users;
  std::sort(users->begin(), users->end(), [](const v1::UserRecord& a, const v1::UserRecord& b) {
    return a.user().id() < b.user().id();
  });
  return users;
}

absl::Status SqlitePeople::Put(const v1::UserRecord& record, std::vector<v1::AuditRow> audit) {
  if (record.user().id().empty() || record.user().id().size() > kMaxUserId ||
      record.ByteSizeLong() > kMaxUserBytes) {
    return absl::InvalidArgumentError("a user has no id, or is too large");
  }
  return core_.WriteAudited(std::move(audit), [&](Writing& writing) {
    return WriteUser(writing.db, writing.sealer, record);
  });
}

}  // namespace signpost::node
