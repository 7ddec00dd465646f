#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/store/backup.h"
#include "node/store/shields_journal.h"
#include "proto/base/file.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

const Shield kRefuge = {"REFUGE", "B. Manager", "2026-12-01"};

absl::Status OpenStatus(const std::string& path, Random& random, char key = 'k') {
  StoreOptions options;
  options.path = path;
  options.column_key = TestKey(key);
  return OpenSqliteStore(std::move(options), random).status();
}

// A store with three children and a backup taken before any of them was protected.
struct ShieldsFixture : StoreFixture {
  ShieldsFixture() {
    for (const char* reference : {"A", "B", "C"}) AddChild(*store, MakeChild(reference));
    REQUIRE(BackupStore(path, TestKey(), backup).ok());
  }
  int64_t Id(const std::string& reference) { return store->GetChildByCase(reference)->id; }
  ChildFlags Flags(const std::string& reference) { return store->GetChildByCase(reference)->flags; }
  void Shield(const std::string& reference) {
    REQUIRE(store->ShieldChild(Id(reference), kRefuge, {}, kNow, {}).ok());
  }
  // The database is lost and the backup put in its place; the journal stays where it was.
  void Restore() {
    store.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    REQUIRE(RestoreStore(backup, TestKey(), path).status().ToString() == "OK");
    store = OpenAt(path, random);
  }

  std::string backup = folder.File("backup.db");
  std::string journal = path + ".shields";
};

TEST_CASE_METHOD(ShieldsFixture, "A restore from a backup older than a shield does not lift it") {
  Shield("A");
  REQUIRE(store->SetQuarantined(Id("B"), true, {}).ok());
  REQUIRE(store->Separate(Id("B"), Id("C"), {}).ok());
  REQUIRE(store->SetWithheld(Id("C"), Withholding{"HARM", "p", kNow, ""}, {}, kNow, {}).ok());
  Restore();
  CHECK_FALSE(store->ShieldsUnconfirmed());
  CHECK(Flags("A").shielded);
  CHECK(store->GetChildByCase("A")->shield->reason == "RESTORED");
  CHECK(Flags("B").quarantined);
  CHECK(*store->AreSeparated(Id("B"), Id("C")));
  CHECK(Flags("C").withheld);
  const auto rows = store->ListAudit(0, 10);
  REQUIRE(rows->size() == 4);
  for (const v1::AuditRow& row : *rows) {
    CHECK(row.kind() == v1::AuditRow::PROTECTION_CHANGED);
    CHECK(row.note() == "RESTORED");
    CHECK_FALSE(row.case_reference().empty());
  }
  Reopen();
  CHECK(store->ListAudit(0, 10)->size() == 4);
}

TEST_CASE_METHOD(ShieldsFixture, "A shield that was lifted before the loss is not put back") {
  Shield("A");
  REQUIRE(store->UnshieldChild(Id("A"), {}).ok());
  Restore();
  CHECK_FALSE(Flags("A").shielded);
  CHECK(store->ListAudit(0, 10)->empty());
}

TEST_CASE_METHOD(ShieldsFixture,
                 "A shield of the backup stays when the journal says it was lifted") {
  Shield("A");
  std::filesystem::remove(backup);
  REQUIRE(BackupStore(path, TestKey(), backup).ok());
  REQUIRE(store->UnshieldChild(Id("A"), {}).ok());
  Restore();
  CHECK(Flags("A").shielded);
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A restore without the journal waits for a person to confirm") {
  Shield("A");
  store.reset();
  std::filesystem::remove(journal);
  Restore();
  CHECK(store->ShieldsUnconfirmed());
  CHECK_FALSE(Flags("A").shielded);
  Reopen();
  CHECK(store->ShieldsUnconfirmed());
  REQUIRE(store->ConfirmShields({MakeAudit("")}).ok());
  CHECK_FALSE(store->ShieldsUnconfirmed());
  CHECK(store->ListAudit(0, 10)->size() == 1);
  Reopen();
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A journal older than the backup waits for a person to confirm") {
  Shield("A");
  const std::string old = Slurp(journal);
  Shield("B");
  std::filesystem::remove(backup);
  REQUIRE(BackupStore(path, TestKey(), backup).ok());
  store.reset();
  REQUIRE(WriteFileAtomic(journal, old, 0600).ok());
  Restore();
  CHECK(store->ShieldsUnconfirmed());
  CHECK(Flags("A").shielded);
  CHECK(Flags("B").shielded);
  REQUIRE(store->ConfirmShields({}).ok());
  // What the old journal lacked is in it again.
  std::filesystem::remove(backup);
  Shield("C");
  Reopen();
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A database copied by hand without its journal is unconfirmed") {
  Shield("A");
  store.reset();
  const std::string other = folder.File("other.db");
  std::filesystem::copy_file(path, other);
  CHECK(OpenAt(other, random)->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A new database beside the journal shields a child as it comes") {
  Shield("A");
  REQUIRE(store->Separate(Id("B"), Id("C"), {}).ok());
  store.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  store = OpenAt(path, random);
  for (const char* reference : {"A", "B", "C"}) AddChild(*store, MakeChild(reference));
  CHECK(Flags("A").shielded);
  CHECK_FALSE(Flags("B").shielded);
  CHECK(*store->AreSeparated(Id("B"), Id("C")));
}

TEST_CASE_METHOD(ShieldsFixture, "A destroyed child that comes again is not shielded") {
  Shield("A");
  REQUIRE(store->DestroyChild(Id("A"), {}).ok());
  AddChild(*store, MakeChild("A"));
  CHECK_FALSE(Flags("A").shielded);
  Reopen();
  CHECK_FALSE(Flags("A").shielded);
}

// SIGXFSZ kills the child process at the first page of the commit: the journal has been written,
// the transaction has not.
TEST_CASE_METHOD(ShieldsFixture, "A kill between the journal and the commit leaves the shield on") {
  const int64_t id = Id("A");
  store->EmptyLog().IgnoreError();
  store.reset();
  const std::string before = Slurp(journal);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    SystemRandom mine;
    StoreOptions options;
    options.path = path;
    options.column_key = TestKey();
    auto opened = OpenSqliteStore(std::move(options), mine);
    if (!opened.ok() || !(*opened)->EmptyLog().ok()) _exit(3);
    const rlimit limit = {1024, 1024};  // the journal fits, a page does not
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGXFSZ, SIG_DFL);
    setrlimit(RLIMIT_FSIZE, &limit);
    const absl::Status status = (*opened)->ShieldChild(id, kRefuge, {}, kNow, {});
    _exit(status.ok() ? 1 : 2);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGXFSZ);
  CHECK(Slurp(journal).size() > before.size());
  store = OpenAt(path, random);
  CHECK(Flags("A").shielded);
  CHECK(store->GetChildByCase("A")->shield->reason == "RESTORED");
}

TEST_CASE_METHOD(ShieldsFixture,
                 "A full disk under the journal refuses the shield and keeps both") {
  const int64_t id = Id("A");
  rlimit before = {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  signal(SIGXFSZ, SIG_IGN);
  const auto size = static_cast<rlim_t>(Slurp(journal).size());
  const rlimit limit = {size + 10, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  const absl::Status refused = store->ShieldChild(id, kRefuge, {}, kNow, {MakeAudit("A")});
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  signal(SIGXFSZ, SIG_DFL);
  CHECK(absl::IsUnavailable(refused));
  CHECK_FALSE(Flags("A").shielded);
  CHECK(store->ListAudit(0, 10)->empty());
  CHECK(Slurp(journal).size() == size);
  Shield("A");
  Reopen();
  CHECK(Flags("A").shielded);
  CHECK(store->GetChildByCase("A")->shield->reason == "REFUGE");
}

TEST_CASE_METHOD(ShieldsFixture,
                 "A journal taken away while the node runs refuses the next shield") {
  const int64_t id = Id("A");
  std::filesystem::remove(journal);
  CHECK(absl::IsUnavailable(store->ShieldChild(id, kRefuge, {}, kNow, {})));
  CHECK_FALSE(Flags("A").shielded);
}

TEST_CASE_METHOD(ShieldsFixture, "A torn end of the journal is left out and written over") {
  Shield("A");
  const std::string whole = Slurp(journal);
  for (const std::string& torn : {std::string("\x01\x02\x03"), std::string(200, '\0')}) {
    store.reset();
    REQUIRE(WriteFileAtomic(journal, whole + torn, 0600).ok());
    store = OpenAt(path, random);
    CHECK_FALSE(store->ShieldsUnconfirmed());
  }
  Shield("B");
  Reopen();
  CHECK(Flags("A").shielded);
  CHECK(Flags("B").shielded);
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A journal that cannot be trusted keeps the store closed") {
  Shield("A");
  Shield("B");
  store.reset();
  const std::string good = Slurp(journal);
  const auto status_with = [&](const std::string& bytes) {
    REQUIRE(WriteFileAtomic(journal, bytes, 0600).ok());
    return OpenStatus(path, random);
  };
  std::string damaged = good;
  damaged[good.size() - 70] = static_cast<char>(damaged[good.size() - 70] ^ 1);
  CHECK(absl::IsDataLoss(status_with(damaged)));
  std::string last = good;
  last.back() = static_cast<char>(last.back() ^ 1);
  CHECK(absl::IsDataLoss(status_with(last)));
  CHECK(absl::IsFailedPrecondition(status_with("some other program's file, and not short")));
  CHECK(absl::IsFailedPrecondition(status_with("")));
  const std::string swapped = good.substr(0, good.size() - 124) + good.substr(good.size() - 62) +
                              good.substr(good.size() - 124, 62);
  CHECK(absl::IsDataLoss(status_with(swapped)));
  CHECK(status_with(good).ok());
  REQUIRE(chmod(journal.c_str(), 0640) == 0);
  CHECK(absl::IsFailedPrecondition(OpenStatus(path, random)));
}

TEST_CASE_METHOD(ShieldsFixture, "A journal of another column key is told from a damaged one") {
  store.reset();
  const std::string other = folder.File("other.db");
  OpenAt(other, random, 0, 'x').reset();
  REQUIRE(WriteFileAtomic(journal, Slurp(other + ".shields"), 0600).ok());
  const absl::Status status = OpenStatus(path, random);
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(status.ToString().find("another column key") != std::string::npos);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  CHECK(absl::IsFailedPrecondition(RestoreStore(backup, TestKey(), path).status()));
  CHECK_FALSE(FileExists(path));
}

TEST_CASE_METHOD(ShieldsFixture, "The journal is readable by its owner only and names nobody") {
  Shield("A");
  struct stat info = {};
  REQUIRE(stat(journal.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const auto db = Connection::Open(path, OpenMode::kReader);
  Statement select = (*db)->Prepare("SELECT case_index FROM children WHERE shielded = 1");
  REQUIRE(*select.Step());
  CHECK(Slurp(journal).find(std::string(select.BlobAt(0))) == std::string::npos);
}

TEST_CASE_METHOD(ShieldsFixture, "A shield by a second process is seen by the first") {
  const auto second = OpenAt(path, random);
  REQUIRE(second->ShieldChild(Id("A"), kRefuge, {}, kNow, {}).ok());
  Shield("B");
  Restore();
  CHECK(Flags("A").shielded);
  CHECK(Flags("B").shielded);
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE_METHOD(ShieldsFixture, "A backup older than a merge shields both records again") {
  const int64_t survivor = Id("A");
  const int64_t absorbed = Id("B");
  Shield("B");
  REQUIRE(store->MergeChildren(survivor, absorbed, MakeChild("A").details, {}, kNow, {}).ok());
  Restore();
  CHECK(Flags("A").shielded);
  CHECK(Flags("B").shielded);
}

}  // namespace
}  // namespace signpost::node::testing
