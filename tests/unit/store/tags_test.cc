#include <sys/stat.h>

#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

struct Visited {
  int64_t child_id;
  int64_t revision;
  size_t hints;
  bool last_is_ask_only;
};

std::vector<Visited> Visit(Store& store, uint32_t epoch) {
  std::vector<Visited> visited;
  REQUIRE(store
              .ForEachHint(epoch,
                           [&](int64_t id, int64_t revision, const std::vector<HintView>& hints) {
                             visited.push_back({id, revision, hints.size(), hints.back().ask_only});
                           })
              .ok());
  return visited;
}

TEST_CASE_METHOD(StoreFixture, "Tags of a child come back as they were stored") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 16));
  CHECK(*store->ReplaceTags(7, tags) == 1);
  const auto loaded = store->LoadTags(7, id);
  REQUIRE(loaded.ok());
  REQUIRE(loaded->tags.size() == 16);
  CHECK(loaded->revision == 1);
  for (size_t i = 0; i < 16; ++i) {
    CHECK(loaded->tags[i].key_type == tags[0].tags[i].key_type);
    CHECK(loaded->tags[i].ask_only == (i == 15));
    CHECK(loaded->tags[i].key_digest == tags[0].tags[i].key_digest);
    CHECK(loaded->tags[i].hint == tags[0].tags[i].hint);
    CHECK(loaded->tags[i].poss == tags[0].tags[i].poss);
  }
  CHECK(absl::IsNotFound(store->LoadTags(8, id).status()));
  CHECK(absl::IsNotFound(store->LoadTags(7, 99).status()));
}

TEST_CASE_METHOD(StoreFixture,
                 "Storing tags again replaces all of the child's tags of that epoch") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 16));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  REQUIRE(store->ReplaceTags(8, tags).ok());
  tags[0] = MakeTags(id, 1, 3, 'p');
  CHECK(*store->ReplaceTags(7, tags) == 1);
  CHECK(store->LoadTags(7, id)->tags.size() == 3);
  CHECK(store->LoadTags(8, id)->tags.size() == 16);
  CHECK(*store->ListTagEpochs() == std::vector<uint32_t>{7, 8});
}

TEST_CASE_METHOD(StoreFixture, "Tags of an older revision never replace newer ones") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  const ChildWrite changed = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&changed, 1}, kNow, {}).ok());
  std::vector<TagSet> newer;
  newer.push_back(MakeTags(id, 2, 4));
  std::vector<TagSet> older;
  older.push_back(MakeTags(id, 1, 5));
  CHECK(*store->ReplaceTags(7, newer) == 1);
  CHECK(*store->ReplaceTags(7, older) == 0);
  CHECK(store->LoadTags(7, id)->tags.size() == 4);
}

TEST_CASE_METHOD(StoreFixture, "Tags of an unknown child or a revision to come are not stored") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(99, 1, 4));
  tags.push_back(MakeTags(id, 2, 4));
  CHECK(*store->ReplaceTags(7, tags) == 0);
}

TEST_CASE_METHOD(StoreFixture, "Tags with a piece of the wrong size are refused") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 4));
  tags[0].tags[2].hint.pop_back();
  CHECK(absl::IsInvalidArgument(store->ReplaceTags(7, tags).status()));
  tags[0] = MakeTags(id, 1, 4);
  tags[0].tags[2].poss = Secret(31);
  CHECK(absl::IsInvalidArgument(store->ReplaceTags(7, tags).status()));
  tags[0] = MakeTags(id, 1, 257);
  CHECK(absl::IsInvalidArgument(store->ReplaceTags(7, tags).status()));
}

TEST_CASE_METHOD(StoreFixture, "The enrolment queue holds new and changed children oldest first") {
  const ChildWrite b = MakeChild("B");
  REQUIRE(store->UpsertChildren({&b, 1}, kNow + 10, {}).ok());
  const ChildWrite a = MakeChild("A");
  REQUIRE(store->UpsertChildren({&a, 1}, kNow, {}).ok());
  const int64_t id_a = store->GetChildByCase("A")->id;
  const int64_t id_b = store->GetChildByCase("B")->id;

  auto waiting = store->ChildrenToEnrol(7, 10);
  REQUIRE(waiting->size() == 2);
  CHECK(waiting->at(0).child_id == id_a);
  CHECK(waiting->at(1).child_id == id_b);
  CHECK(store->ChildrenToEnrol(7, 1)->size() == 1);
  CHECK(store->CountEnrolment(7)->oldest_waiting_ms == kNow);

  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id_a, 1, 16));
  tags.push_back(MakeTags(id_b, 1, 16));
  CHECK(*store->ReplaceTags(7, tags) == 2);
  CHECK(store->ChildrenToEnrol(7, 10)->empty());
  CHECK(store->CountEnrolment(7)->enrolled == 2);
  CHECK(store->CountEnrolment(7)->oldest_waiting_ms == 0);
  CHECK(store->ChildrenToEnrol(8, 10)->size() == 2);

  const ChildWrite changed = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&changed, 1}, kNow + 99, {}).ok());
  waiting = store->ChildrenToEnrol(7, 10);
  REQUIRE(waiting->size() == 1);
  CHECK(waiting->front().child_id == id_a);
  CHECK(waiting->front().revision == 2);
  CHECK(store->CountEnrolment(7)->enrolled == 1);
  CHECK(store->CountEnrolment(7)->records == 2);
  CHECK(store->CountEnrolment(7)->oldest_waiting_ms == kNow + 99);
}

TEST_CASE_METHOD(StoreFixture, "Archived children are neither enrolled nor indexed") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 4));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  CHECK(Visit(*store, 7).size() == 1);
  REQUIRE(store->SetArchived(id, true, kNow, {}).ok());
  CHECK(Visit(*store, 7).empty());
  CHECK(store->ChildrenToEnrol(8, 10)->empty());
  CHECK(store->CountEnrolment(7)->records == 0);
}

TEST_CASE_METHOD(StoreFixture, "Hints stream in order of children and say which are ask-only") {
  std::vector<TagSet> tags;
  for (const char* reference : {"A", "B", "C"}) {
    tags.push_back(MakeTags(AddChild(*store, MakeChild(reference)), 1, 5));
  }
  REQUIRE(store->ReplaceTags(7, tags).ok());
  const auto visited = Visit(*store, 7);
  REQUIRE(visited.size() == 3);
  CHECK(visited[0].child_id < visited[1].child_id);
  CHECK(visited[1].child_id < visited[2].child_id);
  CHECK(visited[0].hints == 5);
  CHECK(visited[0].revision == 1);
  CHECK(visited[0].last_is_ask_only);
}

TEST_CASE_METHOD(StoreFixture, "Poss is fetched by ordinal and only for the revision indexed") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 5));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  const std::vector<uint16_t> ordinals = {3, 0};
  const auto poss = store->FetchPoss(7, id, 1, ordinals);
  REQUIRE(poss.ok());
  CHECK(poss->at(0) == tags[0].tags[3].poss);
  CHECK(poss->at(1) == tags[0].tags[0].poss);
  CHECK(absl::IsNotFound(store->FetchPoss(7, id, 2, ordinals).status()));
  CHECK(absl::IsNotFound(store->FetchPoss(8, id, 1, ordinals).status()));
  const std::vector<uint16_t> beyond = {5};
  CHECK(absl::IsNotFound(store->FetchPoss(7, id, 1, beyond).status()));
}

TEST_CASE_METHOD(StoreFixture, "A retired epoch is deleted and the write-ahead log is emptied") {
  std::vector<TagSet> tags;
  for (int i = 0; i < 600; ++i) {
    tags.push_back(MakeTags(AddChild(*store, MakeChild(std::to_string(i))), 1, 2));
  }
  REQUIRE(store->ReplaceTags(7, tags).ok());
  REQUIRE(store->ReplaceTags(8, tags).ok());
  REQUIRE(store->DeleteEpoch(7).ok());
  CHECK(*store->ListTagEpochs() == std::vector<uint32_t>{8});
  CHECK(absl::IsNotFound(store->LoadTags(7, tags[0].child_id).status()));
  CHECK(store->LoadTags(8, tags[0].child_id).ok());
  struct stat log = {};
  REQUIRE(stat((path + "-wal").c_str(), &log) == 0);
  CHECK(log.st_size == 0);
  CHECK(store->DeleteEpoch(7).ok());
}

TEST_CASE_METHOD(StoreFixture, "Deleted tags leave no bytes in the database file") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(id, 1, 4));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  auto connection = Connection::Open(path, OpenMode::kReader);
  REQUIRE(connection.ok());
  std::string sealed;
  {
    Statement select = (*connection)->Prepare("SELECT hints FROM tag_sets");
    REQUIRE(*select.Step());
    sealed = std::string(select.BlobAt(0));
  }
  REQUIRE(store->DeleteEpoch(7).ok());
  CHECK(Slurp(path).find(sealed) == std::string::npos);
  CHECK(Slurp(path + "-wal").find(sealed) == std::string::npos);
}

TEST_CASE_METHOD(StoreFixture,
                 "Key digests tell keys and key types apart and need the column key") {
  const std::string digest = store->KeyDigest(3, "some match key");
  CHECK(digest.size() == kKeyDigestSize);
  CHECK(digest == store->KeyDigest(3, "some match key"));
  CHECK(digest != store->KeyDigest(4, "some match key"));
  CHECK(digest != store->KeyDigest(3, "some other key"));
  const auto other = OpenAt(folder.File("other.db"), random, 0, 'x');
  CHECK(digest != other->KeyDigest(3, "some match key"));
}

TEST_CASE("Packed hints that are not whole records do not unpack") {
  CHECK(absl::IsDataLoss(UnpackHints(std::string(49, 'x')).status()));
  CHECK(absl::IsDataLoss(UnpackHints(std::string(50 * 257, 'x')).status()));
  CHECK(UnpackHints("")->empty());
}

}  // namespace
}  // namespace signpost::node::testing
