#include "node/store/migrations.h"

#include <sys/stat.h>

#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

// A database as each released schema left it, with known contents; see tests/vectors.
std::string LoadFixture(const Folder& folder, int version) {
  const std::string path = folder.File("old.db");
  const std::string sql = Slurp(std::string(SIGNPOST_SOURCE_DIR) + "/tests/vectors/store_schema_" +
                                std::to_string(version) + ".sql");
  REQUIRE_FALSE(sql.empty());
  Tamper(path, sql);
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  return path;
}

TEST_CASE("A database of schema 1 is migrated and everything sealed in it still opens") {
  REQUIRE(sodium_init() >= 0);
  const Folder folder;
  SystemRandom random;
  const std::string path = LoadFixture(folder, 1);
  const auto store = OpenAt(path, random);

  const auto shielded = store->GetChildByCase("LDS-8841");
  REQUIRE(shielded.ok());
  CHECK(shielded->details.names(0).family() == "Zzyzxvale");
  CHECK(shielded->carers.at(0).name() == "Ottoline Fearnsby");
  CHECK(shielded->flags.shielded);
  CHECK(shielded->shield->reason == "REFUGE");
  const auto open = store->GetChildByCase("LDS-8842");
  REQUIRE(open.ok());
  const auto involvements = store->ListInvolvements(open->id);
  REQUIRE(involvements->size() == 1);
  CHECK(involvements->front().reference == "I-1");
  CHECK(involvements->front().involvement.sensitive());
  const auto tags = store->LoadTags(7, open->id);
  REQUIRE(tags.ok());
  CHECK(tags->tags.at(2).poss == MakeTags(2, 1, 3).tags.at(2).poss);
  CHECK(store->ListSeen(SeenKind::kQuestion, kNow)->size() == 1);
  CHECK(**store->GetMeta("last_start") == "17");
  CHECK(store->VerifyAudit()->intact);
  CHECK(store->VerifyAudit()->rows == 2);
  CHECK_FALSE(store->CurrentCheckpoint().hash.empty());
  CHECK(*store->AppendAudit({MakeAudit("A")}, {}, kNow) == 3);

  auto db = Connection::Open(path, OpenMode::kReader);
  CHECK(*(*db)->QueryInt("PRAGMA user_version") == SchemaVersion());
  CHECK(*(*db)->QueryInt("PRAGMA application_id") == kApplicationId);
}

TEST_CASE("A database of schema 1 takes part in everything that came with schema 2") {
  REQUIRE(sodium_init() >= 0);
  const Folder folder;
  SystemRandom random;
  const std::string path = LoadFixture(folder, 1);
  auto store = OpenAt(path, random);
  const auto shielded = store->GetChildByCase("LDS-8841");
  const auto open = store->GetChildByCase("LDS-8842");
  REQUIRE(open.ok());
  CHECK_FALSE((open->flags.withheld || open->keep_until_25 || open->archived_ms != 0));
  CHECK(*store->duplicates().WithoutBlocking(10) == std::vector<int64_t>{shielded->id, open->id});
  CHECK_FALSE(store->ShieldsUnconfirmed());
  // The shield that version 1 stored is in the journal now: a restore of the old file keeps it.
  REQUIRE(store->Separate(shielded->id, open->id, {}).ok());
  store.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  LoadFixture(folder, 1);
  REQUIRE(std::filesystem::exists(path + ".shields"));
  store = OpenAt(path, random);
  CHECK(*store->AreSeparated(shielded->id, open->id));
  CHECK_FALSE(store->ShieldsUnconfirmed());
}

TEST_CASE("An archived record of schema 1 counts as archived since the migration") {
  REQUIRE(sodium_init() >= 0);
  const Folder folder;
  SystemRandom random;
  const std::string path = LoadFixture(folder, 1);
  Tamper(path, "UPDATE children SET archived = 1 WHERE id = 2");
  const auto store = OpenAt(path, random);
  CHECK(store->GetChild(2)->flags.archived);
  CHECK(store->GetChild(2)->archived_ms > kNow - 10 * kYearMs);
  CHECK(store->GetChild(1)->archived_ms == 0);
}

TEST_CASE("A new database has the tables of the migrated one") {
  REQUIRE(sodium_init() >= 0);
  const Folder folder;
  SystemRandom random;
  const std::string old_path = LoadFixture(folder, 1);
  const std::string new_path = folder.File("new.db");
  OpenAt(old_path, random).reset();
  OpenAt(new_path, random).reset();
  const auto schema = [](const std::string& path) {
    auto db = Connection::Open(path, OpenMode::kReader);
    REQUIRE(db.ok());
    Statement select = (*db)->Prepare(
        "SELECT group_concat(name || ' ' || sql, char(10)) FROM"
        " (SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name)");
    REQUIRE(*select.Step());
    return std::string(select.BlobAt(0));
  };
  CHECK(schema(old_path) == schema(new_path));
}

TEST_CASE("Migrating again changes nothing and a check refuses an empty file") {
  const Folder folder;
  auto db = Connection::Open(folder.File("a.db"), OpenMode::kWriter);
  REQUIRE(db.ok());
  CHECK(absl::IsFailedPrecondition(CheckSchema(**db)));
  REQUIRE(Migrate(**db).ok());
  REQUIRE(Migrate(**db).ok());
  CHECK(CheckSchema(**db).ok());
}

}  // namespace
}  // namespace signpost::node::testing
