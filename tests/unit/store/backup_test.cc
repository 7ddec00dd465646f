#include "node/store/backup.h"

#include "proto/base/file.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

struct BackupFixture : StoreFixture {
  BackupFixture() {
    AddChild(*store, MakeChild("A"));
    REQUIRE(store->AppendAudit({MakeAudit("A"), MakeAudit("B")}, {}, kNow).ok());
    REQUIRE(store->CutCheckpoint(kNow).ok());
  }
  // Files in the folder whose names begin with `name`.
  size_t FilesLike(const std::string& name) const {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(path).parent_path())) {
      count += entry.path().filename().string().starts_with(name) ? 1 : 0;
    }
    return count;
  }
  std::string copy = folder.File("copy.db");
};

TEST_CASE_METHOD(BackupFixture, "A running store is backed up and restored whole") {
  const auto backup = BackupStore(path, TestKey(), copy);
  REQUIRE(backup.status().ToString() == "OK");
  CHECK(backup->intact);
  CHECK(backup->rows == 2);
  CHECK(FilesLike("copy.db") == 1);
  struct stat info = {};
  REQUIRE(stat(copy.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  const std::string restored = folder.File("restored.db");
  const auto found = RestoreStore(copy, TestKey(), restored);
  REQUIRE(found.status().ToString() == "OK");
  CHECK(found->head == backup->head);
  const auto again = OpenAt(restored, random);
  CHECK(again->GetChildByCase("A").ok());
  CHECK(again->VerifyAudit()->intact);
  CHECK(again->CurrentCheckpoint().hash == store->CurrentCheckpoint().hash);
  CHECK(*again->AppendAudit({MakeAudit("C")}, {}, kNow) == 3);
}

TEST_CASE_METHOD(BackupFixture, "A shielded child is still shielded after a restore") {
  REQUIRE(store->ShieldChild(1, {"REFUGE", "", ""}, {}, kNow, {}).ok());
  REQUIRE(BackupStore(path, TestKey(), copy).ok());
  REQUIRE(RestoreStore(copy, TestKey(), folder.File("restored.db")).ok());
  CHECK(OpenAt(folder.File("restored.db"), random)->GetChildByCase("A")->flags.shielded);
}

TEST_CASE_METHOD(BackupFixture, "Neither backup nor restore writes over a file") {
  REQUIRE(WriteFileAtomic(copy, "precious", 0600).ok());
  CHECK(absl::IsAlreadyExists(BackupStore(path, TestKey(), copy).status()));
  CHECK(absl::IsAlreadyExists(BackupStore(path, TestKey(), path).status()));
  CHECK(Slurp(copy) == "precious");
  const std::string backup = folder.File("backup.db");
  REQUIRE(BackupStore(path, TestKey(), backup).ok());
  CHECK(absl::IsAlreadyExists(RestoreStore(backup, TestKey(), path).status()));
  REQUIRE(WriteFileAtomic(folder.File("new.db-wal"), "left over", 0600).ok());
  CHECK(absl::IsAlreadyExists(RestoreStore(backup, TestKey(), folder.File("new.db")).status()));
}

TEST_CASE_METHOD(BackupFixture, "A backup under another column key is refused and leaves no file") {
  CHECK(absl::IsFailedPrecondition(BackupStore(path, TestKey('x'), copy).status()));
  CHECK(FilesLike("copy.db") == 0);
  REQUIRE(BackupStore(path, TestKey(), copy).ok());
  const std::string restored = folder.File("restored.db");
  CHECK(absl::IsFailedPrecondition(RestoreStore(copy, TestKey('x'), restored).status()));
  CHECK(FilesLike("restored.db") == 0);
}

TEST_CASE_METHOD(BackupFixture, "A database with a broken audit chain makes no backup") {
  store.reset();
  Tamper(path, "DROP TRIGGER audit_is_never_shortened; DELETE FROM audit WHERE number = 1");
  CHECK(absl::IsDataLoss(BackupStore(path, TestKey(), copy).status()));
  CHECK(FilesLike("copy.db") == 0);
}

TEST_CASE_METHOD(BackupFixture, "A damaged backup is not restored") {
  REQUIRE(BackupStore(path, TestKey(), copy).ok());
  std::string bytes = Slurp(copy);
  for (size_t i = 8192; i < bytes.size(); i += 512) bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
  REQUIRE(WriteFileAtomic(copy, bytes, 0600).ok());
  CHECK_FALSE(RestoreStore(copy, TestKey(), folder.File("restored.db")).ok());
  REQUIRE(WriteFileAtomic(copy, bytes.substr(0, 6000), 0600).ok());
  CHECK_FALSE(RestoreStore(copy, TestKey(), folder.File("restored.db")).ok());
  CHECK(FilesLike("restored.db") == 0);
}

TEST_CASE_METHOD(BackupFixture, "A backup that is not there or that others may read is refused") {
  const std::string restored = folder.File("restored.db");
  CHECK(absl::IsNotFound(RestoreStore(copy, TestKey(), restored).status()));
  CHECK(absl::IsNotFound(BackupStore(folder.File("none.db"), TestKey(), copy).status()));
  REQUIRE(BackupStore(path, TestKey(), copy).ok());
  REQUIRE(chmod(copy.c_str(), 0644) == 0);
  CHECK(absl::IsFailedPrecondition(RestoreStore(copy, TestKey(), restored).status()));
}

// What would go wrong: after an update of the program no backup taken before it could be restored.
TEST_CASE_METHOD(BackupFixture, "A backup of an older schema is restored and migrated") {
  const std::string old = folder.File("old.db");
  Tamper(old, Slurp(std::string(SIGNPOST_SOURCE_DIR) + "/tests/vectors/store_schema_1.sql"));
  REQUIRE(chmod(old.c_str(), 0600) == 0);
  const std::string restored = folder.File("restored.db");
  const auto found = RestoreStore(old, TestKey(), restored);
  REQUIRE(found.status().ToString() == "OK");
  CHECK(found->rows == 2);
  const auto again = OpenAt(restored, random);
  CHECK(again->GetChildByCase("LDS-8841")->flags.shielded);
  CHECK(again->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(BackupFixture, "A backup holds no shields journal") {
  REQUIRE(store->ShieldChild(1, {"REFUGE", "", ""}, {}, kNow, {}).ok());
  REQUIRE(BackupStore(path, TestKey(), copy).ok());
  CHECK(FilesLike("copy.db") == 1);
  CHECK(FilesLike("node.db.shields") == 1);
}

TEST_CASE_METHOD(BackupFixture, "A database with a changed desk journal makes no backup") {
  v1::DeskItem item;
  item.set_kind(v1::ALERT_SHIELDED);
  REQUIRE(store->desk().Append({item}, kNow).ok());
  store.reset();
  Tamper(path, "DELETE FROM desk_items");
  CHECK(absl::IsDataLoss(BackupStore(path, TestKey(), copy).status()));
  CHECK(FilesLike("copy.db") == 0);
}

}  // namespace
}  // namespace signpost::node::testing
