#include "node/store/sealer.h"

#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

Sealer MakeSealer(Random& random, char key = 'k') {
  REQUIRE(sodium_init() >= 0);
  auto sealer = Sealer::Create(TestKey(key), random);
  REQUIRE(sealer.ok());
  return *std::move(sealer);
}

TEST_CASE("A sealed value opens in its own place and nowhere else") {
  SystemRandom random;
  const Sealer sealer = MakeSealer(random);
  const std::string sealed = *sealer.Seal(Column::kChildDetails, RowName(1), "Zzyzxvale");
  CHECK(sealed.size() == 12 + 9 + 16);
  CHECK(sealer.Open(Column::kChildDetails, RowName(1), sealed)->Expose() == "Zzyzxvale");
  CHECK(absl::IsDataLoss(sealer.Open(Column::kChildDetails, RowName(2), sealed).status()));
  CHECK(absl::IsDataLoss(sealer.Open(Column::kChildExtras, RowName(1), sealed).status()));
  CHECK(absl::IsDataLoss(sealer.Open(Column::kInvolvement, RowName(1), sealed).status()));
  const Sealer other = MakeSealer(random, 'x');
  CHECK(absl::IsDataLoss(other.Open(Column::kChildDetails, RowName(1), sealed).status()));
}

TEST_CASE("Every changed byte and every cut of a sealed value is found") {
  SystemRandom random;
  const Sealer sealer = MakeSealer(random);
  const std::string sealed = *sealer.Seal(Column::kTagPoss, "row", "poss");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(sealer.Open(Column::kTagPoss, "row", changed).ok());
    CHECK_FALSE(sealer.Open(Column::kTagPoss, "row", sealed.substr(0, i)).ok());
  }
}

TEST_CASE("Sealing the same value twice gives different bytes") {
  SystemRandom random;
  const Sealer sealer = MakeSealer(random);
  CHECK(*sealer.Seal(Column::kMetaValue, "a", "v") != *sealer.Seal(Column::kMetaValue, "a", "v"));
}

TEST_CASE("Digests are keyed and separate the indexes") {
  SystemRandom random;
  const Sealer sealer = MakeSealer(random);
  const std::string digest = sealer.Digest(Index::kCaseReference, "A");
  CHECK(digest.size() == 16);
  CHECK(digest == sealer.Digest(Index::kCaseReference, "A"));
  CHECK(digest != sealer.Digest(Index::kInvolvementReference, "A"));
  CHECK(digest != MakeSealer(random, 'x').Digest(Index::kCaseReference, "A"));
}

TEST_CASE("A column key of another length is refused") {
  SystemRandom random;
  CHECK(absl::IsInvalidArgument(Sealer::Create(Secret(31), random).status()));
}

TEST_CASE_METHOD(StoreFixture, "Planted names and references are in no byte of the files") {
  ChildWrite write = MakeChild("PLANTED-REF-8841", "Zzyzxvale");
  write.carers.emplace(1);
  write.carers->front().set_name("Ottoline Fearnsby");
  write.shield = Shield{"PLANTEDREASON", "Umberto Vexley", ""};
  AddChild(*store, write);
  AddInvolvement(*store, MakeInvolvement("PLANTED-REF-8841", "PLANTED-INV-1"));
  REQUIRE(store->AppendAudit({MakeAudit("PLANTED-REF-8841")}, {}, kNow).ok());
  REQUIRE(store->PutMeta("state", "PLANTEDVALUE").ok());
  const std::string log = Slurp(path + "-wal");
  CHECK(log.size() > 4096);
  store.reset();
  const std::string database = Slurp(path);
  for (const char* planted : {"Zzyzxvale", "Marisol", "PLANTED", "Ottoline", "Fearnsby", "Umberto",
                              "Quillonby", "2015-04-09", "01632 960001"}) {
    CHECK(log.find(planted) == std::string::npos);
    CHECK(database.find(planted) == std::string::npos);
  }
}

TEST_CASE_METHOD(StoreFixture, "Sealed columns moved between two children do not open") {
  const int64_t a = AddChild(*store, MakeChild("A"));
  const int64_t b = AddChild(*store, MakeChild("B"));
  AddInvolvement(*store, MakeInvolvement("A", "1"));
  AddInvolvement(*store, MakeInvolvement("B", "2"));
  store.reset();
  Tamper(path,
         "UPDATE children SET details = (SELECT details FROM children WHERE id = 2) WHERE id = 1;"
         "UPDATE involvements SET involvement ="
         " (SELECT involvement FROM involvements WHERE id = 2) WHERE id = 1;");
  store = OpenAt(path, random);
  CHECK(absl::IsDataLoss(store->GetChild(a).status()));
  CHECK(absl::IsDataLoss(store->ListInvolvements(a).status()));
  CHECK(store->GetChild(b).ok());
}

TEST_CASE_METHOD(StoreFixture, "Tags moved to another epoch or child do not open") {
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(AddChild(*store, MakeChild("A")), 1, 4));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  store.reset();
  Tamper(path, "UPDATE tag_sets SET epoch = 8");
  store = OpenAt(path, random);
  CHECK(absl::IsDataLoss(store->LoadTags(8, tags[0].child_id).status()));
  const std::vector<uint16_t> ordinals = {0};
  CHECK(absl::IsDataLoss(store->FetchPoss(8, tags[0].child_id, 1, ordinals).status()));
  CHECK(absl::IsDataLoss(
      store->ForEachHint(8, [](int64_t, int64_t, const std::vector<HintView>&) {})));
}

TEST_CASE_METHOD(StoreFixture, "A shield blanked in the file is not taken for an open record") {
  ChildWrite write = MakeChild("A");
  write.shield = Shield{"REFUGE", "", ""};
  AddChild(*store, write);
  store.reset();
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, "UPDATE children SET shielded = 0", nullptr, nullptr, nullptr) ==
        SQLITE_CONSTRAINT);
  sqlite3_close(db);
}

TEST_CASE_METHOD(StoreFixture, "Named values are bound to their names and bounded") {
  REQUIRE(store->PutMeta("a", "1").ok());
  REQUIRE(store->PutMeta("a", "2").ok());
  CHECK(**store->GetMeta("a") == "2");
  CHECK_FALSE(store->GetMeta("b")->has_value());
  CHECK(absl::IsInvalidArgument(store->PutMeta("", "1")));
  CHECK(absl::IsInvalidArgument(store->PutMeta("a", std::string(4097, 'x'))));
  store.reset();
  Tamper(path, "UPDATE meta SET name = 'b' WHERE name = 'a'");
  store = OpenAt(path, random);
  CHECK(absl::IsDataLoss(store->GetMeta("b").status()));
}

}  // namespace
}  // namespace signpost::node::testing
