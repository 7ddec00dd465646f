#include "node/lookup/ledger.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

HintEntry Entry(int n, int64_t child, uint8_t type) {
  HintEntry entry;
  const std::string hash = Sha256(std::to_string(n));
  std::copy(hash.begin(), hash.end(), entry.hint.begin());
  entry.ref = {child, 1, 0, type};
  return entry;
}

Tag TagOf(int n, int64_t slot) { return *SlotTag(Sha256(std::to_string(n)), slot); }

TEST_CASE("Every hint is found at its own slot only and records that share one are all found") {
  std::vector<HintEntry> entries;
  for (int i = 0; i < 5000; ++i) entries.push_back(Entry(i, i + 1, 3));
  entries.push_back(Entry(7, 9001, 3));
  TagIndex index;
  index.SetHints(1, HintSet::Build(std::move(entries)), kStart + 5, 100);
  for (int i = 0; i < 5000; ++i) {
    std::vector<TagRef> hits;
    index.Table(1, 100)->Find(TagOf(i, 100), 10, hits);
    CHECK(hits.size() == (i == 7 ? 2u : 1u));
    CHECK(hits.front().child == i + 1);
    hits.clear();
    index.Table(1, 100)->Find(TagOf(i, 99), 10, hits);
    CHECK(hits.empty());
  }
  CHECK(index.Table(1, 98) == nullptr);
  CHECK(index.Table(2, 100) == nullptr);
  CHECK(index.WatermarkMs(1) % kSlotMs == 0);
  index.Advance(101);
  CHECK(index.Table(1, 99) == nullptr);
  CHECK(index.Table(1, 102) != nullptr);
  index.DropEpoch(1);
  CHECK(index.Table(1, 101) == nullptr);
}

TEST_CASE("An epoch is ready only when the caller says so and hints and standing change together") {
  TagIndex index;
  CHECK_FALSE(index.Ready(1));
  index.SetReady(1, true);  // unknown: nothing to judge
  CHECK_FALSE(index.Ready(1));
  index.SetHints(1, HintSet::Build({}), kStart, SlotOf(kStart), false, kStart - 5);
  EpochView view = index.View(1, SlotOf(kStart), kStart);
  CHECK(view.table != nullptr);
  CHECK_FALSE(view.ready);
  CHECK(view.oldest_waiting_ms == kStart - 5);
  index.SetHints(1, HintSet::Build({Entry(1, 1, 3)}), kStart, SlotOf(kStart), true, 0);
  view = index.View(1, SlotOf(kStart), kStart);
  CHECK(view.ready);
  CHECK(view.oldest_waiting_ms == 0);
  index.SetReady(1, false);
  CHECK_FALSE(index.View(1, SlotOf(kStart), kStart).ready);
  CHECK(index.View(1, SlotOf(kStart) + 2, kStart).table == nullptr);
  CHECK(index.View(2, SlotOf(kStart), kStart).table == nullptr);
}

TEST_CASE("An index is behind when a record has waited for a day and not before") {
  EpochView view;
  CHECK_FALSE(view.Behind(kStart));
  view.oldest_waiting_ms = kStart;
  CHECK_FALSE(view.Behind(kStart + 24 * 3'600'000 - 1));
  CHECK(view.Behind(kStart + 24 * 3'600'000));
}

TEST_CASE("A watermark that a fast clock set is never given out above the time it is now") {
  // A clock that had been a day ahead left a watermark in the future for a day.
  TagIndex index;
  index.SetHints(1, HintSet::Build({}), kStart + 86'400'000, SlotOf(kStart), true, 0);
  CHECK(index.WatermarkMs(1, kStart + 5) == kStart);
  CHECK(index.View(1, SlotOf(kStart), kStart + 5).watermark_ms == kStart);
  CHECK(index.View(1, SlotOf(kStart), kStart + 2 * 86'400'000).watermark_ms == kStart + 86'400'000);
}

TEST_CASE("Merging takes the tags of changed records out and puts the new ones in") {
  const auto base = HintSet::Build({Entry(1, 1, 3), Entry(2, 2, 3)});
  const auto merged = HintSet::Merge(*base, {1}, {Entry(3, 1, 4)});
  const auto table = BuildSlotTable(merged, 5);
  std::vector<TagRef> hits;
  table->Find(TagOf(1, 5), 10, hits);
  CHECK(hits.empty());
  table->Find(TagOf(3, 5), 10, hits);
  table->Find(TagOf(2, 5), 10, hits);
  CHECK(hits.size() == 2);
}

TEST_CASE("The tags of 72000 children in two epochs stay under 200 MB") {
  // Measured at a tenth of the size: bytes a tag do not depend on it.
  constexpr size_t kTags = 115'200;
  std::vector<HintEntry> entries;
  for (size_t i = 0; i < kTags; ++i) {
    entries.push_back(Entry(static_cast<int>(i), static_cast<int64_t>(i / 16), 3));
  }
  TagIndex index;
  index.SetHints(1, HintSet::Build(std::move(entries)), 0, 100);
  CHECK(index.MemoryBytes() / kTags < 86);  // 1,152,000 tags x 2 epochs x 86 bytes = 198 MB
}

TEST_CASE(
    "The replay guard remembers for fifteen minutes of monotonic time and refuses when full") {
  ReplayGuard guard(kStart, 2);
  const std::string a(32, 'a');
  const int64_t slot = kStart / kSlotMs;
  CHECK(guard.Admit(a, kStart, slot, kStart, 0) == ReplayVerdict::kFresh);
  CHECK(guard.Admit(a, kStart, slot, kStart, kReplayWindowMs - 1) == ReplayVerdict::kReplayed);
  CHECK(guard.Admit(a, kStart, slot, kStart, kReplayWindowMs) == ReplayVerdict::kFresh);
  CHECK(guard.Admit(std::string(32, 'b'), kStart, slot + 1, kStart, 0) ==
        ReplayVerdict::kWrongSlot);
  CHECK(guard.Admit(std::string(32, 'b'), kStart - 1, (kStart - 1) / kSlotMs, kStart, 0) ==
        ReplayVerdict::kBeforeStart);
  CHECK(guard.Admit(std::string(32, 'b'), kStart, slot, kStart + 120'001, 0) ==
        ReplayVerdict::kSkewed);
  CHECK(guard.Admit(std::string(32, 'b'), INT64_MIN, slot, kStart, 0) == ReplayVerdict::kSkewed);
  CHECK(guard.Admit(std::string(32, 'c'), kStart, slot, kStart, kReplayWindowMs) ==
        ReplayVerdict::kFresh);
  CHECK(guard.Admit(std::string(32, 'd'), kStart, slot, kStart, kReplayWindowMs) ==
        ReplayVerdict::kFull);
}

TEST_CASE("Members that are not active have a row that reads not joined or maintenance") {
  Federation f(5);
  f.NextVersion();
  f.directory.mutable_members(1)->set_state(v1::IN_MAINTENANCE);
  f.directory.mutable_members(2)->set_state(v1::APPROVED);
  f.directory.mutable_members(3)->set_state(v1::RETIRED);
  f.Publish();
  Ledger ledger =
      LedgerWithoutQuestion(f.asker().book->Snapshot(kStart), f.asker().code, v1::HUB_UNREACHABLE);
  std::map<std::string, v1::LedgerRow> rows;
  for (const auto& row : ledger.Rows()) rows[row.member()] = row;
  CHECK(rows.size() == 5);
  CHECK(rows.at(f.at(1).code).cause() == v1::MAINTENANCE);
  CHECK(rows.at(f.at(2).code).outcome() == v1::NOT_JOINED);
  CHECK(rows.at(f.at(3).code).cause() == v1::LEAVING);
  CHECK(rows.at(f.at(4).code).cause() == v1::HUB_UNREACHABLE);
  CHECK(ledger.completeness() == v1::INCOMPLETE);
}

TEST_CASE("A record with more keys than the store takes is enrolled with the first 256 of them") {
  // It was refused, and nobody could find the child at all.
  Federation f(2);
  ChildRow child;
  child.id = 1;
  child.details = Alice();
  child.details.mutable_names(0)->set_family("Quillfeather-Ashcombe");
  v1::PersonName& other = *child.details.add_names();
  other.set_kind(v1::PersonName::FORMER);
  other.set_given("Gwendola");
  other.set_family("Thistlewood");
  for (const char* code : {"M14 5QF", "B15 2TT", "L18 1AA", "NE1 4ST", "SW1A 1AA"}) {
    v1::Address& address = *child.details.add_addresses();
    address.set_kind(v1::Address::FORMER);
    address.set_house("3");
    address.set_street(std::string(code).substr(0, 1) + "avenham Street");
    address.set_town("Leeds");
    address.set_postcode(code);
  }
  REQUIRE(KeysToEnrol(child.details).size() > kMaxTagsPerChild);
  EnrolmentPlanner planner(f.epoch(), Federation::DigestOf(f.at(1)), f.random);
  REQUIRE(planner.Add(child).ok());
  const auto batch = planner.NextBatch();
  REQUIRE((batch.ok() && batch->has_value()));
  const std::vector<StoredTag>& tags = (*batch)->sets.front().tags;
  REQUIRE(tags.size() == kMaxTagsPerChild);
  CHECK(tags.front().key_type == static_cast<uint8_t>(KeyType::kNhsNumber));
  CHECK(std::is_sorted(tags.begin(), tags.end(), [](const StoredTag& a, const StoredTag& b) {
    return a.key_type < b.key_type;
  }));
}

TEST_CASE("Enrolment batches are exactly full of points and never split a record") {
  Federation f(2);
  EnrolmentPlanner planner(f.epoch(), Federation::DigestOf(f.at(1)), f.random, 32);
  for (int i = 1; i <= 3; ++i) {
    ChildRow child;
    child.id = i;
    child.details = Alice();
    REQUIRE(planner.Add(child).ok());
  }
  size_t records = 0;
  for (auto batch = planner.NextBatch(); batch.ok() && batch->has_value();
       batch = planner.NextBatch()) {
    CHECK((*batch)->points().size() == 32 * 32);
    size_t keys = 0;
    for (const TagSet& set : (*batch)->sets) keys += set.tags.size();
    CHECK(keys == (*batch)->keys());
    records += (*batch)->sets.size();
  }
  CHECK(records == 3);
}

}  // namespace
}  // namespace signpost::node
