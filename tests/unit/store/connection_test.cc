#include "node/store/connection.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/store/column_key.h"
#include "node/store/migrations.h"
#include "node/store/sealer.h"
#include "proto/base/file.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

absl::Status OpenStatus(const std::string& path, Random& random, char key = 'k') {
  StoreOptions options;
  options.path = path;
  options.column_key = TestKey(key);
  return OpenSqliteStore(std::move(options), random).status();
}

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

TEST_CASE_METHOD(StoreFixture, "The database and its log are readable by their owner only") {
  AddChild(*store, MakeChild("A"));
  CHECK(ModeOf(path) == 0600);
  CHECK(ModeOf(path + "-wal") == 0600);
  CHECK(ModeOf(path + "-shm") == 0600);
}

TEST_CASE_METHOD(StoreFixture, "A database that others may read is refused") {
  store.reset();
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
  REQUIRE(chmod(path.c_str(), 0604) == 0);
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  CHECK(OpenStatus(path, random).ok());
}

TEST_CASE_METHOD(StoreFixture, "A write-ahead log that others may read is refused") {
  AddChild(*store, MakeChild("A"));
  REQUIRE(chmod((path + "-wal").c_str(), 0644) == 0);
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
}

TEST_CASE_METHOD(StoreFixture, "Connections run with the settings the design asks for") {
  auto db = Connection::Open(path, OpenMode::kWriter);
  REQUIRE(db.ok());
  CHECK(*(*db)->QueryInt("PRAGMA synchronous") == 2);
  CHECK(*(*db)->QueryInt("PRAGMA foreign_keys") == 1);
  CHECK(*(*db)->QueryInt("PRAGMA trusted_schema") == 0);
  CHECK(*(*db)->QueryInt("PRAGMA secure_delete") == 1);
  Statement mode = (*db)->Prepare("PRAGMA journal_mode");
  REQUIRE(*mode.Step());
  CHECK(mode.BlobAt(0) == "wal");
}

TEST_CASE_METHOD(StoreFixture, "A reader cannot write and does not create a file") {
  auto db = Connection::Open(path, OpenMode::kReader);
  REQUIRE(db.ok());
  CHECK_FALSE((*db)->Execute("DELETE FROM children").ok());
  CHECK(absl::IsNotFound(Connection::Open(folder.File("none.db"), OpenMode::kReader).status()));
  CHECK_FALSE(FileExists(folder.File("none.db")));
}

TEST_CASE_METHOD(StoreFixture, "A transaction that is not committed leaves nothing") {
  auto db = Connection::Open(path, OpenMode::kWriter);
  REQUIRE(db.ok());
  {
    auto transaction = Transaction::Begin(**db);
    REQUIRE(transaction.ok());
    REQUIRE((*db)->Execute("INSERT INTO separations VALUES (1, 2)").code() ==
            absl::StatusCode::kFailedPrecondition);
    REQUIRE((*db)->Execute("INSERT INTO probe VALUES (1, x'00')").ok());
  }
  CHECK(*(*db)->QueryInt("SELECT count(*) FROM probe") == 0);
}

TEST_CASE_METHOD(StoreFixture, "A database of a newer schema is refused") {
  store.reset();
  Tamper(path, "PRAGMA user_version = " + std::to_string(SchemaVersion() + 1));
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
}

TEST_CASE_METHOD(StoreFixture, "A database of another program is refused") {
  const std::string other = folder.File("other.db");
  Tamper(other, "CREATE TABLE t (a)");
  REQUIRE(chmod(other.c_str(), 0600) == 0);
  CHECK(absl::IsFailedPrecondition(OpenStatus(other, random)));
  store.reset();
  Tamper(path, "PRAGMA application_id = 7");
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
}

TEST_CASE_METHOD(StoreFixture, "A file that is no database is refused") {
  const std::string other = folder.File("other.db");
  REQUIRE(WriteFileAtomic(other, std::string(5000, 'x'), 0600).ok());
  CHECK(absl::IsDataLoss(OpenStatus(other, random)));
}

TEST_CASE_METHOD(StoreFixture, "A database opens only with the column key it was made with") {
  store.reset();
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random, 'x')));
  CHECK(OpenStatus(path, random, 'k').ok());
}

TEST_CASE_METHOD(StoreFixture, "A full disk refuses rows and is told by the health check") {
  store.reset();
  store = OpenAt(path, random, 60);
  CHECK(store->Writable().ok());
  uint64_t acknowledged = 0;
  absl::Status last;
  for (int i = 0; i < 2000 && last.ok(); ++i) {
    v1::AuditRow row = MakeAudit("A");
    row.set_evidence(std::string(2000, 'e'));
    const auto appended = store->AppendAudit({row}, {}, kNow);
    last = appended.status();
    if (appended.ok()) acknowledged = *appended;
  }
  CHECK(absl::IsUnavailable(last));
  CHECK(absl::IsUnavailable(store->Writable()));
  CHECK(acknowledged > 0);
  CHECK(store->ListAudit(0, 1)->front().number() == acknowledged);
  CHECK(store->VerifyAudit()->intact);
}

// A child process writes and reports each acknowledged row, and is killed in the middle.
TEST_CASE_METHOD(StoreFixture, "Nothing acknowledged is lost when the process is killed") {
  store.reset();
  int pipes[2];
  REQUIRE(pipe(pipes) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto opened = OpenAt(path, random);
    for (uint64_t i = 1;; ++i) {
      const ChildWrite write = MakeChild(std::to_string(i));
      if (!opened->UpsertChildren({&write, 1}, kNow, {MakeAudit("A")}).ok()) _exit(2);
      if (::write(pipes[1], &i, sizeof i) != sizeof i) _exit(3);
    }
  }
  close(pipes[1]);
  uint64_t acknowledged = 0;
  while (acknowledged < 50) {
    REQUIRE(read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
  }
  REQUIRE(kill(child, SIGKILL) == 0);
  while (read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  close(pipes[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));

  store = OpenAt(path, random);
  const uint64_t children = *store->CountChildren();
  CHECK(children >= acknowledged);
  CHECK(children <= acknowledged + 1);
  for (uint64_t i = 1; i <= acknowledged; ++i) {
    CHECK(store->GetChildByCase(std::to_string(i)).ok());
  }
  const auto verdict = store->VerifyAudit();
  CHECK(verdict->intact);
  CHECK(verdict->rows == children);
}

TEST_CASE_METHOD(StoreFixture, "A batch cut off by a kill before its commit leaves nothing of it") {
  store.reset();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto db = Connection::Open(path, OpenMode::kWriter);
    auto transaction = Transaction::Begin(**db);
    // Enough to spill out of the page cache into the log before the end.
    const absl::Status filled = (*db)->Execute(
        "PRAGMA cache_size = 10; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 2000) INSERT INTO seen SELECT i, randomblob(64), 0 FROM n");
    if (!filled.ok()) _exit(2);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  auto db = Connection::Open(path, OpenMode::kWriter);
  CHECK(*(*db)->QueryInt("SELECT count(*) FROM seen") == 0);
  CHECK(*(*db)->QueryInt(
            "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1);
}

TEST_CASE("The column key is a private file outside the database's folder") {
  REQUIRE(sodium_init() >= 0);
  const Folder keys;
  const Folder data;
  const std::string database = data.File("node.db");
  const std::string path = keys.File("column.key");
  CHECK(absl::IsNotFound(ReadColumnKey(path, database).status()));
  REQUIRE(CreateColumnKey(path, database).ok());
  CHECK(ModeOf(path) == 0600);
  const auto key = ReadColumnKey(path, database);
  REQUIRE(key.ok());
  CHECK(key->size() == 32);
  CHECK(absl::IsAlreadyExists(CreateColumnKey(path, database)));
  CHECK(absl::IsFailedPrecondition(CreateColumnKey(data.File("column.key"), database)));
  CHECK(absl::IsFailedPrecondition(ReadColumnKey(path, keys.File("node.db")).status()));
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(absl::IsFailedPrecondition(ReadColumnKey(path, database).status()));
  REQUIRE(WriteFileAtomic(path, "short", 0600).ok());
  CHECK(absl::IsFailedPrecondition(ReadColumnKey(path, database).status()));
}

}  // namespace
}  // namespace signpost::node::testing
