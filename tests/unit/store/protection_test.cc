#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

DuplicateFinding Finding(const std::string& other, double bits = 30, bool quarantine = false) {
  DuplicateFinding finding;
  finding.other_case = other;
  finding.grade = v1::POSSIBLE;
  finding.reasons = {v1::GIVEN_NAME_MISSING_OR_WEAK};
  finding.bits = bits;
  finding.quarantine_other = quarantine;
  return finding;
}

struct ProtectionFixture : StoreFixture {
  int64_t Add(const std::string& reference, std::vector<DuplicateFinding> findings = {}) {
    ChildWrite write = MakeChild(reference);
    write.duplicates = std::move(findings);
    return AddChild(*store, write);
  }
  void Guard(int64_t id) {
    REQUIRE(store->ShieldChild(id, {"REFUGE", "B", "2026-12-01"}, {}, kNow, {}).ok());
  }
  ChildFlags Flags(int64_t id) { return store->GetChild(id)->flags; }
  absl::Status Merge(int64_t survivor, int64_t absorbed) {
    return store->MergeChildren(survivor, absorbed, MakeChild("", "Merged").details, {"merged-1"},
                                kNow + 9, {MakeAudit("A")});
  }
};

TEST_CASE_METHOD(ProtectionFixture, "A second record of a shielded child is quarantined at once") {
  const int64_t first = Add("A");
  Guard(first);
  const int64_t second = Add("B", {Finding("A")});
  CHECK(Flags(second).quarantined);
  CHECK_FALSE(Flags(first).quarantined);
  const auto open = store->duplicates().ListOpen(10);
  REQUIRE(open->size() == 1);
  CHECK(open->front().case_reference() == "A");
  CHECK(open->front().other_case_reference() == "B");
  CHECK(open->front().one_is_shielded());
  CHECK(open->front().found_ms() == kNow);
  CHECK(open->front().reasons_size() == 1);
}

TEST_CASE_METHOD(ProtectionFixture, "A shielded record arriving second quarantines the open one") {
  const int64_t first = Add("A");
  ChildWrite write = MakeChild("B");
  write.shield = Shield{"REFUGE", "", ""};
  write.duplicates = {Finding("A", 30, true)};
  const int64_t second = AddChild(*store, write);
  CHECK(Flags(first).quarantined);
  CHECK(Flags(second).shielded);
}

TEST_CASE_METHOD(ProtectionFixture, "A quarantine once stored stays whatever is written later") {
  ChildWrite write = MakeChild("A");
  write.quarantine = true;
  const int64_t id = AddChild(*store, write);
  CHECK(Flags(id).quarantined);
  const ChildWrite again = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&again, 1}, kNow, {}).ok());
  CHECK(Flags(id).quarantined);
  ChildWrite later = MakeChild("B");
  const int64_t other = AddChild(*store, later);
  later.quarantine = true;
  CHECK(store->UpsertChildren({&later, 1}, kNow, {})->front() == WriteOutcome::kChanged);
  CHECK(Flags(other).quarantined);
}

TEST_CASE_METHOD(ProtectionFixture, "Records of one batch are found as each other's duplicates") {
  std::vector<ChildWrite> writes = {MakeChild("A"), MakeChild("B")};
  writes[0].shield = Shield{"REFUGE", "", ""};
  writes[1].quarantine = true;
  writes[1].duplicates = {Finding("A")};
  REQUIRE(store->UpsertChildren(writes, kNow, {}).ok());
  CHECK(store->GetChildByCase("B")->flags.quarantined);
  CHECK(store->duplicates().ListOpen(10)->size() == 1);
}

TEST_CASE_METHOD(ProtectionFixture, "Shielding one of a waiting pair quarantines the other") {
  const int64_t a = Add("A");
  const int64_t b = Add("B", {Finding("A")});
  const int64_t c = Add("C");
  CHECK_FALSE(Flags(b).quarantined);
  const DuplicateFinding found = Finding("C", 25, true);
  REQUIRE(store->ShieldChild(a, {"REFUGE", "", ""}, {&found, 1}, kNow, {}).ok());
  CHECK(Flags(b).quarantined);
  CHECK(Flags(c).quarantined);
  CHECK(store->duplicates().ListOpen(10)->size() == 2);
  CHECK(absl::IsNotFound(store->ShieldChild(99, {"REFUGE", "", ""}, {}, kNow, {})));
  CHECK(absl::IsNotFound(store->UnshieldChild(99, {})));
}

TEST_CASE_METHOD(ProtectionFixture, "Lifting a shield leaves the quarantine to a data manager") {
  const int64_t a = Add("A");
  const int64_t b = Add("B", {Finding("A")});
  Guard(a);
  REQUIRE(store->UnshieldChild(a, {MakeAudit("A")}).ok());
  CHECK_FALSE(Flags(a).shielded);
  CHECK_FALSE(store->GetChild(a)->shield.has_value());
  CHECK(Flags(b).quarantined);
  REQUIRE(store->duplicates().DecideDifferent(a, b, {}).ok());
  CHECK_FALSE(Flags(b).quarantined);
}

TEST_CASE_METHOD(ProtectionFixture,
                 "A decision releases only what no other shielded record holds") {
  const int64_t a = Add("A");
  const int64_t b = Add("B");
  const int64_t c = Add("C", {Finding("A"), Finding("B")});
  Guard(a);
  Guard(b);
  REQUIRE(store->duplicates().DecideDifferent(c, a, {MakeAudit("A")}).ok());
  CHECK(Flags(c).quarantined);
  CHECK(*store->duplicates().DecidedDifferent(a, c));
  CHECK_FALSE(*store->duplicates().DecidedDifferent(b, c));
  CHECK(absl::IsNotFound(store->duplicates().DecideDifferent(a, c, {MakeAudit("A")})));
  CHECK(store->ListAudit(0, 10)->size() == 1);
  REQUIRE(store->duplicates().DecideDifferent(b, c, {}).ok());
  CHECK_FALSE(Flags(c).quarantined);
  CHECK(absl::IsNotFound(store->duplicates().DecideDifferent(a, 99, {})));
}

TEST_CASE_METHOD(ProtectionFixture, "A pair decided different or separated is not queued again") {
  const int64_t a = Add("A");
  const int64_t b = Add("B", {Finding("A")});
  const int64_t c = Add("C", {Finding("A")});
  REQUIRE(store->duplicates().DecideDifferent(a, b, {}).ok());
  REQUIRE(store->Separate(a, c, {}).ok());
  ChildWrite again = MakeChild("A", "Newname");
  again.duplicates = {Finding("B", 60), Finding("C", 60), Finding("A", 60), Finding("gone", 60)};
  REQUIRE(store->UpsertChildren({&again, 1}, kNow, {}).ok());
  CHECK(store->duplicates().ListOpen(10)->empty());
}

TEST_CASE_METHOD(ProtectionFixture, "Open pairs come surest first") {
  Add("A");
  Add("B", {Finding("A", 20)});
  Add("C", {Finding("A", 40), Finding("B", 30)});
  const auto open = store->duplicates().ListOpen(2);
  REQUIRE(open->size() == 2);
  CHECK(open->at(0).bits() == 40);
  CHECK(open->at(1).bits() == 30);
}

TEST_CASE_METHOD(ProtectionFixture, "Separating a pair ends the quarantine that it held") {
  const int64_t a = Add("A");
  const int64_t b = Add("B", {Finding("A")});
  Guard(a);
  CHECK(Flags(b).quarantined);
  REQUIRE(store->Separate(a, b, {}).ok());
  CHECK_FALSE(Flags(b).quarantined);
  CHECK(Flags(a).shielded);
}

TEST_CASE_METHOD(ProtectionFixture, "Blocking digests find records and follow their details") {
  ChildWrite write = MakeChild("A");
  write.blocking = {"digest-1", "digest-2"};
  const int64_t id = AddChild(*store, write);
  const auto holds = [&](const std::string& digest) {
    const auto hits = store->duplicates().FindBlocking({&digest, 1}, 10);
    return hits.ok() && hits->size() == 1 && hits->front().child_id == id;
  };
  CHECK(holds("digest-1"));
  // Twice in one batch: what the last write says counts.
  std::vector<ChildWrite> writes = {MakeChild("A", "Second"), MakeChild("A", "Third")};
  writes[0].blocking = {"digest-3"};
  writes[1].blocking = {"digest-1", "digest-4"};
  REQUIRE(store->UpsertChildren(writes, kNow, {}).ok());
  CHECK(holds("digest-1"));
  CHECK(holds("digest-4"));
  CHECK_FALSE(holds("digest-2"));
  CHECK_FALSE(holds("digest-3"));
  const std::string old = "digest-1";
  CHECK(store->duplicates().FindBlocking({&old, 1}, 0)->empty());
  write.blocking = {"short"};
  CHECK(absl::IsInvalidArgument(store->UpsertChildren({&write, 1}, kNow, {}).status()));
  const std::string digest = store->duplicates().BlockingDigest(3, "key");
  CHECK(digest.size() == 8);
  CHECK(digest != store->duplicates().BlockingDigest(4, "key"));
  CHECK(digest != store->KeyDigest(3, "key").substr(0, 8));
}

TEST_CASE_METHOD(ProtectionFixture, "A full block does not hide the shielded record in it") {
  // What went wrong: a block was cut at its limit without an order, so that a hundred records of
  // default values in front of a shielded one kept it from ever being compared.
  const std::vector<std::string> digests = {"digest-1"};
  int64_t last = 0;
  for (const char* reference : {"A", "B", "C", "D", "E"}) {
    ChildWrite write = MakeChild(reference);
    write.blocking = digests;
    last = AddChild(*store, write);
  }
  Guard(last);
  auto hits = store->duplicates().FindBlocking(digests, 3);
  REQUIRE(hits->size() == 3);
  CHECK(hits->front().child_id == last);
  Guard(last - 1);
  hits = store->duplicates().FindBlocking(digests, 1);
  REQUIRE(hits->size() == 2);
  CHECK(hits->at(0).child_id + hits->at(1).child_id == 2 * last - 1);
  CHECK(store->duplicates().FindBlocking(digests, SIZE_MAX)->size() == 5);
  REQUIRE(store->UnshieldChild(last, {}).ok());
  CHECK(store->duplicates().FindBlocking(digests, 1)->front().child_id == last - 1);
}

TEST_CASE_METHOD(ProtectionFixture, "A merge keeps every digest of a shielded child") {
  // What went wrong: the survivor had the digests of the merged details alone, and a record with
  // what either said before was no longer compared with it.
  ChildWrite one = MakeChild("A");
  one.blocking = {"digest-1", "digest-2"};
  ChildWrite two = MakeChild("B");
  two.blocking = {"digest-3"};
  const int64_t a = AddChild(*store, one);
  const int64_t b = AddChild(*store, two);
  const std::vector<std::string> merged = {"digest-4"};
  const std::vector<std::string> all = {"digest-1", "digest-2", "digest-3", "digest-4"};
  SECTION("whichever of the two was shielded") {
    Guard(b);
    REQUIRE(store->MergeChildren(a, b, one.details, merged, kNow, {}).ok());
    const auto hits = store->duplicates().FindBlocking(all, 10);
    REQUIRE(hits->size() == 4);
    for (const BlockingHit& hit : *hits) CHECK(hit.child_id == a);
    REQUIRE(store->DestroyChild(a, {}).ok());
    CHECK(store->duplicates().FindBlocking(all, 10)->empty());
  }
  SECTION("and only then") {
    REQUIRE(store->MergeChildren(a, b, one.details, merged, kNow, {}).ok());
    CHECK(store->duplicates().FindBlocking(all, 10)->size() == 1);
  }
}

TEST_CASE_METHOD(ProtectionFixture, "Records without digests are listed until they have some") {
  const int64_t a = Add("A");
  const int64_t b = Add("B");
  CHECK(*store->duplicates().WithoutBlocking(10) == std::vector<int64_t>{a, b});
  const std::vector<std::string> digests = {"digest-1"};
  REQUIRE(store->duplicates().PutBlocking(a, digests).ok());
  REQUIRE(store->duplicates().PutBlocking(b, {}).ok());
  CHECK(store->duplicates().WithoutBlocking(10)->empty());
  CHECK(absl::IsNotFound(store->duplicates().PutBlocking(99, digests)));
  const ChildWrite changed = MakeChild("A", "Newname");
  REQUIRE(store->UpsertChildren({&changed, 1}, kNow, {}).ok());
  CHECK(*store->duplicates().WithoutBlocking(10) == std::vector<int64_t>{a});
  CHECK(store->duplicates().FindBlocking(digests, 10)->empty());
}

TEST_CASE_METHOD(ProtectionFixture, "Earlier details stay in the history newest first") {
  const int64_t id = AddChild(*store, MakeChild("A", "One"));
  for (const char* name : {"Two", "Three"}) {
    const ChildWrite write = MakeChild("A", name);
    REQUIRE(store->UpsertChildren({&write, 1}, kNow + 5, {}).ok());
  }
  const auto history = store->ListHistory(id);
  REQUIRE(history->size() == 2);
  CHECK(history->at(0).details().names(0).family() == "Two");
  CHECK(history->at(0).revision() == 2);
  CHECK(history->at(0).until_ms() == kNow + 5);
  CHECK(history->at(1).details().names(0).family() == "One");
  CHECK(store->ListHistory(99)->empty());
}

TEST_CASE_METHOD(ProtectionFixture, "A merge makes one record of two and the shield wins") {
  const int64_t a = Add("A");
  ChildWrite write = MakeChild("B", "Second");
  write.blocking = {"digest-2"};
  write.keep_until_25 = true;
  write.duplicates = {Finding("A")};
  const int64_t b = AddChild(*store, write);
  AddInvolvement(*store, MakeInvolvement("A", "1", v1::SCHOOL));
  AddInvolvement(*store, MakeInvolvement("B", "1", v1::POLICE_SERVICE));
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(b, 1, 3));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  v1::DeskItem item;
  item.set_kind(v1::ALERT_SHIELDED);
  item.set_case_reference("B");
  REQUIRE(store->desk().Append({item}, kNow).ok());
  const Touches touch = {b, 2};
  REQUIRE(store->desk().CountTouches({&touch, 1}, kNow).ok());
  Guard(b);
  CHECK(Flags(a).quarantined);
  REQUIRE(Merge(a, b).ok());

  const auto merged = store->GetChild(a);
  REQUIRE(merged.ok());
  CHECK(merged->case_reference == "A");
  CHECK(merged->details.names(0).family() == "Merged");
  CHECK(merged->revision == 2);
  CHECK(merged->flags.shielded);
  CHECK(merged->shield->reason == "REFUGE");
  CHECK_FALSE(merged->flags.quarantined);
  CHECK(merged->keep_until_25);
  CHECK(absl::IsNotFound(store->GetChild(b).status()));
  CHECK(store->GetChildByCase("B")->id == a);
  CHECK(store->ListInvolvements(a)->size() == 2);
  CHECK(absl::IsNotFound(store->LoadTags(7, b).status()));
  CHECK(store->desk().List({})->front().case_reference() == "A");
  CHECK(*store->desk().TouchesOf(a) == 2);
  CHECK(store->duplicates().ListOpen(10)->empty());
  const std::vector<std::string> digests = {"digest-2", "merged-1"};
  const auto hits = store->duplicates().FindBlocking(digests, 10);
  REQUIRE(hits->size() == 2);  // a shielded child is found by what either record said
  for (const BlockingHit& hit : *hits) CHECK(hit.child_id == a);
  const auto history = store->ListHistory(a);
  REQUIRE(history->size() == 2);
  CHECK(history->at(0).case_reference().empty());
  CHECK(history->at(1).case_reference() == "B");
  CHECK(history->at(1).details().names(0).family() == "Second");
  CHECK(store->VerifyAudit()->intact);
}

TEST_CASE_METHOD(ProtectionFixture, "A superseded reference names the survivor for ever after") {
  const int64_t a = Add("A");
  const int64_t b = Add("B");
  const int64_t c = Add("C");
  AddInvolvement(*store, MakeInvolvement("B", "1", v1::SCHOOL));
  REQUIRE(Merge(a, b).ok());
  REQUIRE(Merge(c, a).ok());
  CHECK(store->GetChildByCase("A")->id == c);
  CHECK(store->GetChildByCase("B")->id == c);
  const ChildWrite again = MakeChild("B", "Stale");
  CHECK(store->UpsertChildren({&again, 1}, kNow, {})->front() == WriteOutcome::kSuperseded);
  CHECK(store->GetChild(c)->details.names(0).family() == "Merged");
  // The source goes on writing the same involvement, and a new one with a reference of "C".
  CHECK(AddInvolvement(*store, MakeInvolvement("B", "1", v1::SCHOOL)) == WriteOutcome::kUnchanged);
  CHECK(AddInvolvement(*store, MakeInvolvement("C", "1", v1::CAMHS)) == WriteOutcome::kCreated);
  CHECK(store->ListInvolvements(c)->size() == 2);
  // Through the survivor's own reference the moved one is found when it is meant.
  InvolvementWrite consent = MakeInvolvement("B", "2", v1::MENTAL_HEALTH);
  AddInvolvement(*store, consent);
  consent.case_reference = "C";
  consent.involvement.mutable_consent()->set_withdrawn_on("2026-09-01");
  CHECK(AddInvolvement(*store, consent) == WriteOutcome::kChanged);
  CHECK(*store->CloseInvolvement("C", "2", "2026-09-02", kNow, {}) == WriteOutcome::kChanged);
  CHECK(store->ListInvolvements(c)->size() == 3);
}

TEST_CASE_METHOD(ProtectionFixture, "A shield under a superseded reference reaches the survivor") {
  const int64_t a = Add("A");
  const int64_t b = Add("B");
  REQUIRE(Merge(a, b).ok());
  ChildWrite late = MakeChild("B");
  late.shield = Shield{"REFUGE", "", ""};
  CHECK(store->UpsertChildren({&late, 1}, kNow, {})->front() == WriteOutcome::kSuperseded);
  CHECK(Flags(a).shielded);
}

TEST_CASE_METHOD(ProtectionFixture, "A merge that may not be leaves both records as they were") {
  const int64_t a = Add("A");
  const int64_t b = Add("B");
  REQUIRE(store->Separate(a, b, {}).ok());
  CHECK(absl::IsFailedPrecondition(Merge(a, b)));
  CHECK(absl::IsFailedPrecondition(Merge(b, a)));
  CHECK(absl::IsInvalidArgument(Merge(a, a)));
  CHECK(absl::IsNotFound(Merge(a, 99)));
  CHECK(absl::IsNotFound(Merge(99, a)));
  const int64_t c = Add("C");
  v1::ChildDetails nameless;
  CHECK(absl::IsInvalidArgument(store->MergeChildren(a, c, nameless, {}, kNow, {})));
  CHECK(store->GetChild(b).ok());
  CHECK(store->GetChild(c).ok());
  CHECK(store->ListHistory(a)->empty());
  CHECK(store->ListAudit(0, 10)->empty());
}

TEST_CASE_METHOD(ProtectionFixture,
                 "A merged record inherits separation quarantine and withholding") {
  const int64_t a = Add("A");
  const int64_t x = Add("X");
  const int64_t shielded = Add("S");
  const int64_t b = Add("B", {Finding("S")});
  Guard(shielded);
  REQUIRE(store->Separate(b, x, {}).ok());
  REQUIRE(store->SetWithheld(b, Withholding{"HARM", "p", kNow, ""}, {}, kNow, {}).ok());
  REQUIRE(Merge(a, b).ok());
  CHECK(*store->AreSeparated(a, x));
  CHECK(Flags(a).separated);
  CHECK(Flags(a).withheld);
  CHECK(store->GetChild(a)->withheld->reason == "HARM");
  CHECK(Flags(a).quarantined);
  REQUIRE(store->duplicates().ListOpen(10)->size() == 1);
  REQUIRE(store->duplicates().DecideDifferent(a, shielded, {}).ok());
  CHECK_FALSE(Flags(a).quarantined);
}

TEST_CASE_METHOD(ProtectionFixture, "Withholding is stored with the review that it owes") {
  const int64_t a = Add("A");
  v1::DeskItem review;
  review.set_kind(v1::REVIEW_WITHHOLD);
  review.set_case_reference("A");
  const Withholding decision = {"HARM", "spiffe://x/practitioner/a", kNow, ""};
  REQUIRE(store->SetWithheld(a, decision, {review}, kNow, {MakeAudit("A")}).ok());
  const auto child = store->GetChild(a);
  REQUIRE(child->withheld.has_value());
  CHECK(child->withheld->decided_by == "spiffe://x/practitioner/a");
  CHECK(child->withheld->decided_ms == kNow);
  CHECK(store->desk().List({})->size() == 1);
  REQUIRE(store->SetWithheld(a, std::nullopt, {}, kNow, {}).ok());
  CHECK_FALSE(store->GetChild(a)->flags.withheld);
  CHECK(absl::IsNotFound(store->SetWithheld(99, decision, {review}, kNow, {})));
  CHECK(store->desk().List({})->size() == 1);
}

TEST_CASE_METHOD(ProtectionFixture, "Archiving drops the tags and remembers when") {
  const int64_t a = Add("A");
  std::vector<TagSet> tags;
  tags.push_back(MakeTags(a, 1, 3));
  REQUIRE(store->ReplaceTags(7, tags).ok());
  REQUIRE(store->SetArchived(a, true, kNow, {}).ok());
  CHECK(store->GetChild(a)->archived_ms == kNow);
  CHECK(absl::IsNotFound(store->LoadTags(7, a).status()));
  CHECK(*store->ReplaceTags(7, tags) == 0);
  REQUIRE(store->SetArchived(a, true, kNow + kYearMs, {}).ok());
  CHECK(store->GetChild(a)->archived_ms == kNow);
  REQUIRE(store->SetArchived(a, false, kNow, {}).ok());
  CHECK(store->GetChild(a)->archived_ms == 0);
  CHECK(store->ChildrenToEnrol(7, 10)->size() == 1);
}

TEST_CASE_METHOD(ProtectionFixture, "Keeping until 25 is written and kept when left out") {
  ChildWrite write = MakeChild("A");
  write.keep_until_25 = true;
  const int64_t a = AddChild(*store, write);
  CHECK(store->GetChild(a)->keep_until_25);
  const ChildWrite silent = MakeChild("A");
  CHECK(store->UpsertChildren({&silent, 1}, kNow, {})->front() == WriteOutcome::kUnchanged);
  CHECK(store->GetChild(a)->keep_until_25);
  write.keep_until_25 = false;
  CHECK(store->UpsertChildren({&write, 1}, kNow, {})->front() == WriteOutcome::kChanged);
  CHECK_FALSE(store->GetChild(a)->keep_until_25);
}

}  // namespace
}  // namespace signpost::node::testing
