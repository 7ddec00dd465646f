// Keeping and forgetting: what the scheduled pass does, and what it must not do
// because of a clock, a kill or a reader.
#include "node/service/upkeep.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "tests/unit/service/care.h"

namespace signpost::node {
namespace {

using testing::CareWorld;
using testing::InDays;
using testing::kNow;
using testing::Manager;
using testing::PutOf;
using testing::Somebody;
using testing::Xanthippe;

constexpr int64_t kSixYearsMs = int64_t{6} * 366 * kDayMs;

struct UpkeepWorld : CareWorld {
  UpkeepWorld() { Begin(); }
  ~UpkeepWorld() { upkeep.reset(); }

  void Begin() {
    upkeep = std::make_unique<Upkeep>(*store, gate(), clock, [this](const std::vector<int64_t>& g) {
      ++changes;
      gone.insert(gone.end(), g.begin(), g.end());
    });
  }
  void Again() {
    upkeep.reset();
    Restart();
    Begin();
  }
  UpkeepCounts Pass() {
    const auto counts = upkeep->RunOnce();
    INFO(counts.status().ToString());
    REQUIRE(counts.ok());
    return *counts;
  }
  // A day later.
  UpkeepCounts NextDay() {
    clock.Advance(kDayMs);
    return Pass();
  }
  // A new database waits two days before it believes its clock.
  void Settle() {
    CHECK(Pass().clock_doubted);
    CHECK(NextDay().clock_doubted);
    CHECK(!NextDay().clock_doubted);
  }
  bool Archived(const std::string& reference) { return Child(reference).flags.archived; }
  bool Exists(const std::string& reference) { return store->GetChildByCase(reference).ok(); }
  void AddArchived(const std::string& reference, int64_t archived_ms) {
    // Of age, so that nothing reopens the record.
    Add(reference, Somebody("Old" + reference, "Timer" + reference, "1990-02-03"));
    REQUIRE(store->SetArchived(Child(reference).id, true, archived_ms, {}).ok());
  }
  std::vector<v1::AuditRow> Rows(v1::AuditRow::Kind kind) {
    std::vector<v1::AuditRow> rows = Audit();
    std::erase_if(rows, [&](const v1::AuditRow& row) { return row.kind() != kind; });
    return rows;
  }

  std::unique_ptr<Upkeep> upkeep;
};

v1::ChildDetails Born(const std::string& name, const std::string& day) {
  return Somebody(name, "Trellis" + name, day);
}

std::string RawDetails(const std::string& path, int64_t child_id) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* select = nullptr;
  REQUIRE(sqlite3_prepare_v2(db, "SELECT details FROM children WHERE id = ?", -1, &select,
                             nullptr) == SQLITE_OK);
  sqlite3_bind_int64(select, 1, child_id);
  REQUIRE(sqlite3_step(select) == SQLITE_ROW);
  const std::string bytes(static_cast<const char*>(sqlite3_column_blob(select, 0)),
                          static_cast<size_t>(sqlite3_column_bytes(select, 0)));
  sqlite3_finalize(select);
  sqlite3_close(db);
  return bytes;
}

bool FileHolds(const std::string& path, const std::string& bytes) {
  return testing::Slurp(path).find(bytes) != std::string::npos;
}

}  // namespace

TEST_CASE("A child's record is archived at 18 and not a day before") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2008-09-24"));
  world.Add("L-2", Born("Bea", "2010-01-01"));
  world.Settle();
  CHECK(DayOf(world.clock.NowMs()) == *ParseDay("2026-09-23"));
  CHECK(!world.Archived("L-1"));
  const int64_t id = world.Child("L-1").id;
  CHECK(world.NextDay().archived == 1);
  CHECK(world.Archived("L-1"));
  CHECK(world.Child("L-1").archived_ms == world.clock.NowMs());
  CHECK(!world.Archived("L-2"));
  CHECK(world.gone == std::vector<int64_t>{id});
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "ARCHIVED") == 1);
  CHECK(world.NextDay().archived == 0);
}

TEST_CASE("A care leaver's record is archived at 25") {
  UpkeepWorld world;
  for (const auto& [reference, born] :
       {std::pair("L-1", "2008-09-20"), std::pair("L-2", "2001-09-24")}) {
    v1::PutChildRequest request = PutOf(reference, Born(reference, born));
    request.set_keep_until_25(true);
    REQUIRE(world.records().Put(Manager(), request).ok());
  }
  world.Settle();
  CHECK(!world.Archived("L-1"));
  CHECK(!world.Archived("L-2"));
  CHECK(world.NextDay().archived == 1);
  CHECK(!world.Archived("L-1"));
  CHECK(world.Archived("L-2"));
}

TEST_CASE("A dead child's record is archived a year after death") {
  UpkeepWorld world;
  v1::PutChildRequest request = PutOf("L-1", Born("Ada", "2019-09-24"));
  request.set_date_of_death("2025-09-24");
  REQUIRE(world.records().Put(Manager(), request).ok());
  world.Settle();
  CHECK(!world.Archived("L-1"));
  CHECK(world.NextDay().archived == 1);
  CHECK(world.Archived("L-1"));
}

TEST_CASE("A record archived by a mistyped date is reopened once it is corrected") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2006-05-05"));
  world.Settle();
  REQUIRE(world.Archived("L-1"));
  REQUIRE(world.records().Put(Manager(), PutOf("L-1", Born("Ada", "2016-05-05"), true)).ok());
  const int changes = world.changes;
  CHECK(world.NextDay().reopened == 1);
  CHECK(!world.Archived("L-1"));
  CHECK(world.Child("L-1").archived_ms == 0);
  CHECK(world.changes > changes);
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "REOPENED") == 1);
}

TEST_CASE("A record that nobody can date is kept and counted") {
  UpkeepWorld world;
  v1::ChildDetails undated = Xanthippe();
  undated.clear_date_of_birth();
  world.Add("L-1", undated);
  world.Settle();
  CHECK(world.NextDay().undated == 1);
  CHECK(!world.Archived("L-1"));
}

TEST_CASE("A record is destroyed six years after it was archived and leaves nothing behind") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs);
  world.AddArchived("OLD-2", world.clock.NowMs() - kSixYearsMs / 2);
  const int64_t id = world.Child("OLD-1").id;
  const std::string sealed = RawDetails(world.path, id);
  REQUIRE(sealed.size() > 32);
  CHECK((FileHolds(world.path, sealed) || FileHolds(world.path + "-wal", sealed)));
  CHECK(world.NextDay().destroyed == 1);
  CHECK(!world.Exists("OLD-1"));
  CHECK(world.Exists("OLD-2"));
  CHECK(!FileHolds(world.path, sealed));
  CHECK(!FileHolds(world.path, sealed.substr(8, 24)));
  CHECK(!FileHolds(world.path + "-wal", sealed));
  CHECK(std::filesystem::file_size(world.path + "-wal") < 64 * 1024);
  CHECK(std::count(world.gone.begin(), world.gone.end(), id) == 1);
}

TEST_CASE("What was destroyed is proved by its digest and named by nothing") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs);
  const InvolvementWrite write = testing::MakeInvolvement("OLD-1", "i-9");
  REQUIRE(testing::AddInvolvement(*world.store, write) == WriteOutcome::kCreated);
  world.NextDay();
  const auto rows = world.Rows(v1::AuditRow::DESTROYED);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].evidence_hash() == world.store->CaseDigest("OLD-1"));
  CHECK(rows[0].case_reference().empty());
  CHECK(rows[0].actor().empty());
  CHECK(rows[0].note() == "CHILD");
  CHECK(world.store->VerifyAudit()->intact);
}

TEST_CASE("An involvement is destroyed six years after it ended and its child stays") {
  UpkeepWorld world;
  world.Add("L-1", Xanthippe());
  InvolvementWrite ended = testing::MakeInvolvement("L-1", "i-1");
  ended.involvement.set_start_on("2019-01-05");
  ended.involvement.set_end_on("2020-09-20");
  InvolvementWrite recent = testing::MakeInvolvement("L-1", "i-2");
  recent.involvement.set_end_on("2026-03-01");
  REQUIRE(testing::AddInvolvement(*world.store, ended) == WriteOutcome::kCreated);
  REQUIRE(testing::AddInvolvement(*world.store, recent) == WriteOutcome::kCreated);
  world.Settle();
  const auto left = world.store->ListInvolvements(world.Child("L-1").id);
  REQUIRE(left.ok());
  REQUIRE(left->size() == 1);
  CHECK(left->front().reference == "i-2");
  const auto rows = world.Rows(v1::AuditRow::DESTROYED);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].note() == "INVOLVEMENT");
  CHECK(rows[0].evidence_hash() == world.store->CaseDigest("L-1\ni-1"));
  CHECK(rows[0].case_reference().empty());
  CHECK(world.NextDay().involvements_destroyed == 0);
}

TEST_CASE("An involvement past its review is counted once") {
  UpkeepWorld world;
  world.Add("L-1", Xanthippe());
  InvolvementWrite write = testing::MakeInvolvement("L-1", "i-1");
  write.involvement.set_review_by("2026-09-24");
  REQUIRE(testing::AddInvolvement(*world.store, write) == WriteOutcome::kCreated);
  world.Settle();
  uint64_t expired = 0;
  for (int day = 0; day < 5; ++day) expired += world.NextDay().expired;
  CHECK(expired == 1);
}

TEST_CASE("A shield past its review stays and is counted") {
  UpkeepWorld world;
  world.Add("L-1", Xanthippe());
  v1::ShieldRequest request;
  request.set_case_reference("L-1");
  request.set_reason("REFUGE");
  request.set_review_by(InDays(1));
  REQUIRE(world.protection().Shield(Manager(), request).ok());
  world.Settle();
  CHECK(world.Pass().shields_due == 1);
  CHECK(world.Child("L-1").flags.shielded);
}

TEST_CASE("Every pass leaves its counts in the audit and names nobody") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2001-01-01"));
  world.Settle();
  const auto rows = world.Rows(v1::AuditRow::UPKEEP_DONE);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].note().find("children=1") != std::string::npos);
  CHECK(rows[0].note().find("archived=1") != std::string::npos);
  CHECK(rows[1].note().find("CLOCK_DOUBTED") != std::string::npos);
  CHECK(rows[0].case_reference().empty());
  CHECK(world.upkeep->LastMs() == world.clock.NowMs());
  world.Again();
  CHECK(world.upkeep->LastMs() == world.clock.NowMs());
}

// What is destroyed does not come back: a clock set to 2036 for an hour would have destroyed six
// years of records that were due years later.
TEST_CASE("A clock that jumps ahead destroys and archives nothing") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2012-01-01"));
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kDayMs);
  const int64_t right_ms = world.clock.NowMs();
  world.clock.Jump(10 * 366 * kDayMs);
  UpkeepCounts counts = world.Pass();
  CHECK(counts.clock_doubted);
  CHECK(counts.destroyed + counts.archived == 0);
  CHECK(world.NextDay().clock_doubted);
  CHECK(world.Exists("OLD-1"));
  CHECK(!world.Archived("L-1"));
  // Set right again, it is believed at once.
  world.clock.Jump(right_ms + kDayMs - world.clock.NowMs());
  counts = world.Pass();
  CHECK(!counts.clock_doubted);
  CHECK(counts.destroyed + counts.archived == 0);
}

TEST_CASE("A clock that stays ahead for two steady days is believed") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs / 2);
  world.clock.Jump(kSixYearsMs);
  CHECK(world.Pass().clock_doubted);
  CHECK(world.NextDay().clock_doubted);
  CHECK(world.Exists("OLD-1"));
  CHECK(world.NextDay().destroyed == 1);
}

TEST_CASE("A second jump begins the two days anew") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs / 2);
  world.clock.Jump(kSixYearsMs);
  CHECK(world.Pass().clock_doubted);
  CHECK(world.NextDay().clock_doubted);
  world.clock.Jump(3 * kDayMs);
  CHECK(world.Pass().clock_doubted);
  CHECK(world.NextDay().clock_doubted);
  CHECK(world.Exists("OLD-1"));
}

TEST_CASE("A jump of less than a day is believed") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2008-09-24"));
  world.Settle();
  world.clock.Jump(kDayMs - 1);
  CHECK(!world.Pass().clock_doubted);
}

TEST_CASE("A jump while the node was down is doubted") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs / 2);
  world.clock.Jump(kSixYearsMs);
  world.Again();
  CHECK(world.Pass().clock_doubted);
  world.Again();
  CHECK(world.Pass().clock_doubted);
  CHECK(world.Exists("OLD-1"));
}

TEST_CASE("A node that was off for a week waits two days and one restarted at once does not") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs);
  world.clock.Advance(8 * kDayMs);
  world.Again();
  CHECK(world.Pass().clock_doubted);
  CHECK(world.Exists("OLD-1"));
  CHECK(world.NextDay().clock_doubted);
  world.Again();  // the wait goes on over a restart
  CHECK(world.NextDay().destroyed == 1);
  world.Again();
  CHECK(!world.Pass().clock_doubted);
}

TEST_CASE("A clock set back reopens archives and destroys nothing") {
  UpkeepWorld world;
  world.Add("L-1", Born("Ada", "2008-09-23"));
  world.Settle();
  REQUIRE(world.Archived("L-1"));
  const int64_t archived_ms = world.Child("L-1").archived_ms;
  world.clock.Jump(-200 * kDayMs);
  const UpkeepCounts counts = world.Pass();
  CHECK(counts.clock_doubted);
  CHECK(counts.reopened == 0);
  CHECK(world.NextDay().reopened == 0);
  CHECK(world.Archived("L-1"));
  world.clock.Jump(200 * kDayMs);
  CHECK(!world.Pass().clock_doubted);
  CHECK(world.Child("L-1").archived_ms == archived_ms);
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "ARCHIVED") == 1);
}

TEST_CASE("A pass killed in the middle is finished by the next and destroys nothing twice") {
  constexpr int kRecords = 250;
  UpkeepWorld world;
  world.Settle();
  world.Add("L-1", Xanthippe());
  for (int i = 0; i < kRecords; ++i) {
    world.AddArchived("OLD-" + std::to_string(i), world.clock.NowMs() - kSixYearsMs);
  }
  const int64_t now_ms = world.clock.NowMs() + kDayMs;
  world.upkeep.reset();
  world.works.reset();
  world.store.reset();

  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    SystemRandom random;
    const auto store = testing::OpenAt(world.path, random);
    RecordGate gate(*store, [] { return uint64_t{1'000'000}; });
    const ManualClock clock(now_ms);
    Upkeep upkeep(*store, gate, clock, [](const std::vector<int64_t>&) {});
    std::thread killer([&store] {
      while (store->CountChildren().value_or(0) > kRecords - 20) std::this_thread::yield();
      _exit(9);
    });
    static_cast<void>(upkeep.RunOnce());
    killer.join();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 9);

  world.Again();
  const uint64_t left = *world.store->CountChildren() - 1;
  CHECK(left > 0);
  CHECK(left < kRecords);
  CHECK(world.NextDay().destroyed == left);
  CHECK(*world.store->CountChildren() == 1);
  CHECK(world.Rows(v1::AuditRow::DESTROYED).size() == kRecords);
  CHECK(world.store->VerifyAudit()->intact);
}

TEST_CASE("A long reader keeps the log and it is emptied once the reader is gone") {
  UpkeepWorld world;
  world.Settle();
  world.AddArchived("OLD-1", world.clock.NowMs() - kSixYearsMs);
  const std::string sealed = RawDetails(world.path, world.Child("OLD-1").id);
  sqlite3* reader = nullptr;
  REQUIRE(sqlite3_open_v2(world.path.c_str(), &reader, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM children", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  CHECK(world.NextDay().destroyed == 1);
  CHECK(FileHolds(world.path + "-wal", sealed));
  sqlite3_close(reader);
  // Also over a restart: that it is owed is remembered.
  world.Again();
  world.Pass();
  CHECK(!FileHolds(world.path + "-wal", sealed));
  CHECK(!FileHolds(world.path, sealed));
}

// Records of the time before there were blocking digests: the second record of a shielded child
// lay among them, and was answered for.
TEST_CASE("Records without digests get them and a shielded child's second one leaves the answers") {
  UpkeepWorld world;
  ChildWrite shielded;
  shielded.case_reference = "L-1";
  shielded.details = Xanthippe();
  shielded.shield = Shield{"REFUGE", "", ""};
  ChildWrite second = shielded;
  second.case_reference = "H-7";
  second.shield.reset();
  testing::AddChild(*world.store, shielded);
  testing::AddChild(*world.store, second);
  CHECK(!world.Child("H-7").flags.quarantined);
  CHECK(world.store->duplicates().WithoutBlocking(10)->size() == 2);
  // Not even a doubted clock keeps this from happening.
  CHECK(world.Pass().clock_doubted);
  CHECK(world.Child("H-7").flags.quarantined);
  CHECK(world.store->duplicates().WithoutBlocking(10)->empty());
}

TEST_CASE("The pass runs at start and once a day and ends with the node") {
  UpkeepWorld world;
  const auto wait_for = [](const std::function<bool()>& condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
  };
  world.upkeep->Start();
  CHECK(wait_for([&] { return world.upkeep->LastMs() == kNow; }));
  world.clock.Advance(kDayMs - 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  CHECK(world.upkeep->LastMs() == kNow);
  world.clock.Advance(1);
  CHECK(wait_for([&] { return world.upkeep->LastMs() == kNow + kDayMs; }));
  world.upkeep->Stop();
  CHECK(absl::IsCancelled(world.upkeep->RunOnce().status()));
  CHECK(world.Rows(v1::AuditRow::UPKEEP_DONE).size() == 2);
}

}  // namespace signpost::node
