#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

TEST_CASE_METHOD(StoreFixture, "A child is stored and found by its case reference and its id") {
  ChildWrite write = MakeChild("LDS-8841");
  write.carers.emplace(1);
  write.carers->front().set_name("Ottoline Fearnsby");
  write.date_of_death = "";
  write.left_england = LeftEngland::kMayReturn;
  const int64_t id = AddChild(*store, write);

  const auto child = store->GetChild(id);
  REQUIRE(child.ok());
  CHECK(child->case_reference == "LDS-8841");
  CHECK(child->details.names(0).family() == "Zzyzxvale");
  CHECK(child->carers.at(0).name() == "Ottoline Fearnsby");
  CHECK(child->left_england == LeftEngland::kMayReturn);
  CHECK(child->revision == 1);
  CHECK(child->changed_ms == kNow);
  CHECK_FALSE(child->shield.has_value());
  CHECK(*store->CountChildren() == 1);
}

TEST_CASE_METHOD(StoreFixture, "An unknown case reference and an unknown id are not found") {
  AddChild(*store, MakeChild("A"));
  CHECK(absl::IsNotFound(store->GetChildByCase("B").status()));
  CHECK(absl::IsNotFound(store->GetChild(99).status()));
}

TEST_CASE_METHOD(StoreFixture, "Writing a child again unchanged changes nothing") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  const ChildWrite again = MakeChild("A");
  const auto outcomes = store->UpsertChildren({&again, 1}, kNow + 5, {});
  REQUIRE(outcomes.ok());
  CHECK(outcomes->front() == WriteOutcome::kUnchanged);
  CHECK(store->GetChild(id)->revision == 1);
  CHECK(store->GetChild(id)->changed_ms == kNow);
}

TEST_CASE_METHOD(StoreFixture, "Changed details raise the revision and the moment of change") {
  const int64_t id = AddChild(*store, MakeChild("A", "Oldname"));
  const ChildWrite changed = MakeChild("A", "Newname");
  CHECK(store->UpsertChildren({&changed, 1}, kNow + 7, {})->front() == WriteOutcome::kChanged);
  const auto child = store->GetChild(id);
  CHECK(child->details.names(0).family() == "Newname");
  CHECK(child->revision == 2);
  CHECK(child->changed_ms == kNow + 7);
}

TEST_CASE_METHOD(StoreFixture, "A write without carers keeps the carers that are stored") {
  ChildWrite write = MakeChild("A");
  write.carers.emplace(1);
  write.carers->front().set_name("Ottoline Fearnsby");
  const int64_t id = AddChild(*store, write);
  const ChildWrite changed = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&changed, 1}, kNow, {}).ok());
  CHECK(store->GetChild(id)->carers.size() == 1);
}

TEST_CASE_METHOD(StoreFixture, "A change of carers alone does not ask for a new enrolment") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  ChildWrite changed = MakeChild("A");
  changed.carers.emplace(1);
  CHECK(store->UpsertChildren({&changed, 1}, kNow, {})->front() == WriteOutcome::kChanged);
  CHECK(store->GetChild(id)->revision == 1);
}

TEST_CASE_METHOD(StoreFixture, "A shielded child stays shielded when it is written without it") {
  ChildWrite write = MakeChild("A");
  write.shield = Shield{"REFUGE", "B. Manager", "2026-12-01"};
  const int64_t id = AddChild(*store, write);
  const ChildWrite again = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&again, 1}, kNow, {}).ok());
  const auto child = store->GetChild(id);
  CHECK(child->flags.shielded);
  REQUIRE(child->shield.has_value());
  CHECK(child->shield->reason == "REFUGE");
  CHECK(child->shield->decided_by == "B. Manager");
  CHECK(child->shield->review_by == "2026-12-01");
}

TEST_CASE_METHOD(StoreFixture, "A write with a shield never replaces the decision that is stored") {
  ChildWrite write = MakeChild("A");
  write.shield = Shield{"REFUGE", "B. Manager", "2026-12-01"};
  const int64_t id = AddChild(*store, write);
  write.shield = Shield{"", "", ""};
  CHECK(store->UpsertChildren({&write, 1}, kNow, {})->front() == WriteOutcome::kUnchanged);
  CHECK(store->GetChild(id)->shield->reason == "REFUGE");
}

TEST_CASE_METHOD(StoreFixture, "A child known openly becomes shielded by a write or a decision") {
  const int64_t first = AddChild(*store, MakeChild("A"));
  const int64_t second = AddChild(*store, MakeChild("B"));
  ChildWrite write = MakeChild("A");
  write.shield = Shield{"WITNESS", "", ""};
  CHECK(store->UpsertChildren({&write, 1}, kNow, {})->front() == WriteOutcome::kChanged);
  CHECK(store->GetChild(first)->flags.shielded);
  REQUIRE(store->ShieldChild(second, {"REFUGE", "C", ""}, {}, kNow, {}).ok());
  CHECK(store->GetChild(second)->shield->reason == "REFUGE");
}

TEST_CASE_METHOD(StoreFixture, "Quarantine and archive flags are set and taken back") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  REQUIRE(store->SetQuarantined(id, true, {}).ok());
  REQUIRE(store->SetArchived(id, true, kNow, {}).ok());
  CHECK(store->GetChild(id)->flags.quarantined);
  CHECK(store->GetChild(id)->flags.archived);
  REQUIRE(store->SetQuarantined(id, false, {}).ok());
  CHECK_FALSE(store->GetChild(id)->flags.quarantined);
  CHECK(absl::IsNotFound(store->SetArchived(99, true, kNow, {})));
  CHECK(absl::IsNotFound(store->SetQuarantined(99, true, {})));
  CHECK(absl::IsNotFound(store->ShieldChild(99, {}, {}, kNow, {})));
}

TEST_CASE_METHOD(StoreFixture,
                 "A separated pair is known from both sides and marks both children") {
  const int64_t a = AddChild(*store, MakeChild("A"));
  const int64_t b = AddChild(*store, MakeChild("B"));
  const int64_t c = AddChild(*store, MakeChild("C"));
  REQUIRE(store->Separate(b, a, {}).ok());
  REQUIRE(store->Separate(a, b, {}).ok());
  CHECK(*store->AreSeparated(a, b));
  CHECK(*store->AreSeparated(b, a));
  CHECK_FALSE(*store->AreSeparated(a, c));
  CHECK(store->GetChild(a)->flags.separated);
  CHECK(store->GetChild(b)->flags.separated);
  CHECK_FALSE(store->GetChild(c)->flags.separated);
  CHECK(absl::IsInvalidArgument(store->Separate(a, a, {})));
  CHECK(absl::IsNotFound(store->Separate(c, 99, {})));
  CHECK_FALSE(store->GetChild(c)->flags.separated);
}

TEST_CASE_METHOD(StoreFixture, "Ids are listed in order and page by page") {
  for (const char* reference : {"A", "B", "C"}) AddChild(*store, MakeChild(reference));
  const auto first = store->ListChildIds(0, 2);
  REQUIRE(first->size() == 2);
  const auto rest = store->ListChildIds(first->back(), 2);
  REQUIRE(rest->size() == 1);
  CHECK(rest->front() > first->back());
}

TEST_CASE_METHOD(StoreFixture, "A batch with one child that breaks a limit is written not at all") {
  std::vector<ChildWrite> writes = {MakeChild("A"), MakeChild(std::string(65, 'x'))};
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  CHECK(*store->CountChildren() == 0);
  writes[1] = MakeChild("");
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B", std::string(5000, 'x'));
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B");
  writes[1].details.set_date_of_birth("2015-02-30");
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B");
  writes[1].details.clear_names();
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B");
  writes[1].date_of_death = "yesterday";
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B");
  writes[1].carers.emplace(9);
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  writes[1] = MakeChild("B");
  writes[1].shield = Shield{std::string(65, 'x'), "", ""};
  CHECK(absl::IsInvalidArgument(store->UpsertChildren(writes, kNow, {}).status()));
  CHECK(*store->CountChildren() == 0);
}

TEST_CASE_METHOD(StoreFixture, "A change of a record and its audit row are written together") {
  const ChildWrite write = MakeChild("A");
  REQUIRE(store->UpsertChildren({&write, 1}, kNow, {MakeAudit("A")}).ok());
  CHECK(store->ListAudit(0, 10)->size() == 1);
  const std::vector<ChildWrite> bad = {MakeChild("B"), MakeChild("")};
  CHECK_FALSE(store->UpsertChildren(bad, kNow, {MakeAudit("B")}).ok());
  CHECK(store->ListAudit(0, 10)->size() == 1);
}

TEST_CASE_METHOD(StoreFixture, "Everything stored is there after closing and opening again") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  AddInvolvement(*store, MakeInvolvement("A", "I-1"));
  REQUIRE(store->PutMeta("last_start", "17").ok());
  Reopen();
  CHECK(store->GetChildByCase("A")->id == id);
  CHECK(store->ListInvolvements(id)->size() == 1);
  CHECK(**store->GetMeta("last_start") == "17");
}

}  // namespace
}  // namespace signpost::node::testing
