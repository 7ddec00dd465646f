#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

constexpr char kPlantedName[] = "Quixolantha";

// Every byte string that the query yields, of the committed state.
void Collect(const std::string& path, const std::string& sql, std::vector<std::string>& out) {
  const auto db = Connection::Open(path, OpenMode::kReader);
  REQUIRE(db.ok());
  const size_t before = out.size();
  Statement select = (*db)->Prepare(sql);
  for (;;) {
    const auto row = select.Step();
    REQUIRE(row.ok());
    if (!*row) break;
    out.emplace_back(select.BlobAt(0));
    REQUIRE(out.back().size() >= 8);
  }
  REQUIRE(out.size() > before);
}

// A child with everything that can belong to one, beside another child that stays.
struct DestructionFixture : StoreFixture {
  DestructionFixture() {
    AddChild(*store, MakeChild("STAYS"));
    ChildWrite write = MakeChild("GOES", "Firstname");
    write.blocking = {"digest-1", "digest-2"};
    write.carers.emplace(1);
    write.carers->front().set_name("Ottoline Fearnsby");
    id = AddChild(*store, write);
    write = MakeChild("GOES", kPlantedName);
    write.blocking = {"digest-2", "digest-3"};
    REQUIRE(store->UpsertChildren({&write, 1}, kNow, {}).ok());
    AddInvolvement(*store, MakeInvolvement("GOES", "I-1"));
    AddInvolvement(*store, MakeInvolvement("GOES", "I-2"));
    std::vector<TagSet> tags;
    tags.push_back(MakeTags(id, 2, 5));
    REQUIRE(store->ReplaceTags(7, tags).ok());
    REQUIRE(store->ShieldChild(id, {"REFUGE", "B", ""}, {}, kNow, {}).ok());
    REQUIRE(store->SetWithheld(id, Withholding{"HARM", "p", kNow, ""}, {}, kNow, {}).ok());
    DuplicateFinding finding;
    finding.other_case = "GOES";
    finding.bits = 30;
    ChildWrite third = MakeChild("THIRD");
    third.duplicates = {finding};
    AddChild(*store, third);
    v1::DeskItem item;
    item.set_kind(v1::ALERT_SHIELDED);
    item.set_case_reference("GOES");
    REQUIRE(store->desk().Append({item}, kNow).ok());
    v1::SignpostRecord signpost;
    signpost.set_question_reference("Q-1");
    signpost.set_member("leeds");
    signpost.set_case_reference("GOES");
    signpost.set_actor("spiffe://x/practitioner/a");
    signpost.set_answered_ms(kNow);
    REQUIRE(store->signposts().Add({&signpost, 1}, {}).ok());
    const Touches touch = {id, 3};
    REQUIRE(store->desk().CountTouches({&touch, 1}, kNow).ok());
  }

  // The bytes of the child as they lie in the file: sealed columns, and keyed digests.
  std::vector<std::string> SealedBytes() const {
    std::vector<std::string> bytes;
    const std::string child = " WHERE id = " + std::to_string(id);
    const std::string of_child = " WHERE child_id = " + std::to_string(id);
    for (const char* column : {"case_index", "case_reference", "details", "extras", "shield",
                               "withholding", "blocking"}) {
      Collect(path, std::string("SELECT ") + column + " FROM children" + child, bytes);
    }
    for (const char* column : {"reference_index", "reference", "involvement"}) {
      Collect(path, std::string("SELECT ") + column + " FROM involvements" + of_child, bytes);
    }
    Collect(path, "SELECT hints FROM tag_sets" + of_child, bytes);
    Collect(path, "SELECT poss FROM tag_sets" + of_child, bytes);
    Collect(path, "SELECT version FROM child_history" + of_child, bytes);
    Collect(path, "SELECT pair FROM duplicate_pairs", bytes);
    Collect(path, "SELECT case_index FROM desk_items", bytes);
    Collect(path, "SELECT item FROM desk_items", bytes);
    Collect(path, "SELECT record FROM signposts", bytes);
    return bytes;
  }

  size_t FoundIn(const std::vector<std::string>& needles, std::string* where = nullptr) const {
    const std::string files = Slurp(path) + Slurp(path + "-wal");
    size_t found = 0;
    for (const std::string& needle : needles) {
      const bool there = files.find(needle) != std::string::npos;
      found += there ? 1 : 0;
      if (there && where != nullptr) *where += Hex(needle.substr(0, 8)) + " ";
    }
    return found;
  }

  int64_t id = 0;
};

TEST_CASE_METHOD(DestructionFixture,
                 "After destruction nothing sealed of the child is in the files") {
  const std::vector<std::string> needles = SealedBytes();
  REQUIRE(needles.size() >= 18);
  // The search finds every one of them before, so it would find them after.
  CHECK(FoundIn(needles) == needles.size());
  const std::string stays = [&] {
    std::vector<std::string> other;
    Collect(path, "SELECT details FROM children WHERE id <> " + std::to_string(id), other);
    return other.front();
  }();

  REQUIRE(store->DestroyChild(id, {MakeAudit("")}).ok());
  REQUIRE(store->EmptyLog().ok());
  std::string where;
  CHECK(FoundIn(needles, &where) == 0);
  CHECK(where.empty());
  CHECK(FoundIn({stays}) == 1);
  CHECK(FoundIn({kPlantedName}) == 0);
  store.reset();
  CHECK(FoundIn(needles) == 0);
}

TEST_CASE_METHOD(DestructionFixture, "The bytes of an involvement are gone after its destruction") {
  std::vector<std::string> needles;
  const int64_t involvement = store->ListInvolvements(id)->front().id;
  const std::string row = " FROM involvements WHERE id = " + std::to_string(involvement);
  for (const char* column : {"reference_index", "reference", "involvement"}) {
    Collect(path, std::string("SELECT ") + column + row, needles);
  }
  CHECK(FoundIn(needles) == 3);
  REQUIRE(store->DestroyInvolvement(involvement, {}).ok());
  REQUIRE(store->EmptyLog().ok());
  CHECK(FoundIn(needles) == 0);
  CHECK(store->ListInvolvements(id)->size() == 1);
  CHECK(absl::IsNotFound(store->DestroyInvolvement(involvement, {})));
}

// The search itself, against a name that was stored in clear: it is found, then gone.
TEST_CASE_METHOD(DestructionFixture, "A planted clear name is found until its row is destroyed") {
  auto db = Connection::Open(path, OpenMode::kWriter);
  REQUIRE(db.ok());
  REQUIRE((*db)
              ->Prepare("UPDATE children SET extras = CAST(? AS BLOB) WHERE id = ?")
              .Text(1, kPlantedName)
              .Int(2, id)
              .Run()
              .ok());
  CHECK(FoundIn({kPlantedName}) == 1);
  REQUIRE((*db)->Prepare("DELETE FROM involvements WHERE child_id = ?").Int(1, id).Run().ok());
  REQUIRE((*db)->Prepare("DELETE FROM children WHERE id = ?").Int(1, id).Run().ok());
  db->reset();
  REQUIRE(store->EmptyLog().ok());
  CHECK(FoundIn({kPlantedName}) == 0);
}

TEST_CASE_METHOD(DestructionFixture, "Destroying a child takes everything that belongs to it") {
  REQUIRE(store->DestroyChild(id, {MakeAudit("")}).ok());
  CHECK(absl::IsNotFound(store->GetChild(id).status()));
  CHECK(absl::IsNotFound(store->GetChildByCase("GOES").status()));
  CHECK(store->ListInvolvements(id)->empty());
  CHECK(store->ListHistory(id)->empty());
  CHECK(absl::IsNotFound(store->LoadTags(7, id).status()));
  CHECK(*store->desk().TouchesOf(id) == 0);
  CHECK(store->duplicates().ListOpen(10)->empty());
  const std::vector<std::string> digests = {"digest-1", "digest-2", "digest-3"};
  CHECK(store->duplicates().FindBlocking(digests, 10)->empty());
  CHECK(store->signposts().List("", false, 10)->empty());
  const auto items = store->desk().List({});
  REQUIRE(items->size() == 1);
  CHECK(items->front().case_reference().empty());
  CHECK(items->front().kind() == v1::ALERT_SHIELDED);
  CHECK(store->GetChildByCase("STAYS").ok());
  CHECK(store->VerifyAudit()->intact);
  CHECK(store->ListAudit(0, 10)->size() == 1);
  CHECK(absl::IsNotFound(store->DestroyChild(id, {MakeAudit("")})));
  CHECK(store->ListAudit(0, 10)->size() == 1);
}

TEST_CASE_METHOD(DestructionFixture, "A case digest proves a reference and needs the column key") {
  const std::string digest = store->CaseDigest("GOES");
  CHECK(digest.size() == 32);
  CHECK(digest == store->CaseDigest("GOES"));
  CHECK(digest != store->CaseDigest("STAYS"));
  CHECK(digest != OpenAt(folder.File("other.db"), random, 0, 'x')->CaseDigest("GOES"));
  std::vector<std::string> indexes;
  Collect(path, "SELECT case_index FROM children WHERE id = " + std::to_string(id), indexes);
  CHECK(digest.substr(0, 16) != indexes.front());
}

TEST_CASE_METHOD(DestructionFixture, "The log is not emptied under a long reader") {
  auto reader = Connection::Open(path, OpenMode::kReader);
  REQUIRE((*reader)->Execute("BEGIN").ok());
  REQUIRE((*reader)->QueryInt("SELECT count(*) FROM children").ok());
  REQUIRE(store->DestroyChild(id, {}).ok());
  CHECK(absl::IsUnavailable(store->EmptyLog()));
  REQUIRE((*reader)->Execute("ROLLBACK").ok());
  CHECK(store->EmptyLog().ok());
}

}  // namespace
}  // namespace signpost::node::testing
