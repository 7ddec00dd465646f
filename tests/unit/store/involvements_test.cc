#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

ClaimRow Facts(Store& store, int64_t child_id, int64_t now_ms = kNow) {
  const auto rows = store.ClaimRows({&child_id, 1}, now_ms, now_ms - kYearMs);
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 1);
  return rows->front();
}

TEST_CASE_METHOD(StoreFixture, "An involvement is opened and changed and found unchanged") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  InvolvementWrite write = MakeInvolvement("A", "I-1");
  CHECK(AddInvolvement(*store, write) == WriteOutcome::kCreated);
  CHECK(AddInvolvement(*store, write) == WriteOutcome::kUnchanged);
  write.involvement.set_lead_professional(true);
  CHECK(AddInvolvement(*store, write) == WriteOutcome::kChanged);
  const auto rows = store->ListInvolvements(id);
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().reference == "I-1");
  CHECK(rows->front().child_id == id);
  CHECK(rows->front().involvement.practitioner() == "Quillonby Draithe");
  CHECK(rows->front().involvement.lead_professional());
  CHECK(rows->front().expires_ms == kNow + kYearMs);
}

TEST_CASE_METHOD(StoreFixture,
                 "The same involvement reference on two children is two involvements") {
  const int64_t a = AddChild(*store, MakeChild("A"));
  const int64_t b = AddChild(*store, MakeChild("B"));
  CHECK(AddInvolvement(*store, MakeInvolvement("A", "1")) == WriteOutcome::kCreated);
  CHECK(AddInvolvement(*store, MakeInvolvement("B", "1")) == WriteOutcome::kCreated);
  CHECK(store->ListInvolvements(a)->size() == 1);
  CHECK(store->ListInvolvements(b)->size() == 1);
}

TEST_CASE_METHOD(StoreFixture,
                 "An involvement of an unknown case is reported and the others go in") {
  AddChild(*store, MakeChild("A"));
  const std::vector<InvolvementWrite> writes = {MakeInvolvement("X", "1"),
                                                MakeInvolvement("A", "1")};
  const auto outcomes = store->UpsertInvolvements(writes, kNow, {});
  REQUIRE(outcomes.ok());
  CHECK(outcomes->at(0) == WriteOutcome::kNoSuchCase);
  CHECK(outcomes->at(1) == WriteOutcome::kCreated);
}

TEST_CASE_METHOD(StoreFixture,
                 "An involvement that breaks a rule is refused and nothing is written") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  const auto refused = [&](const InvolvementWrite& write) {
    return absl::IsInvalidArgument(store->UpsertInvolvements({&write, 1}, kNow, {}).status());
  };
  InvolvementWrite write = MakeInvolvement("A", "");
  CHECK(refused(write));
  write = MakeInvolvement("A", "1", v1::SERVICE_TYPE_UNSPECIFIED);
  CHECK(refused(write));
  write = MakeInvolvement("A", "1");
  write.involvement.set_start_on("2026-13-01");
  CHECK(refused(write));
  write = MakeInvolvement("A", "1");
  write.involvement.set_end_on("2025-01-01");
  CHECK(refused(write));
  write = MakeInvolvement("A", "1");
  write.involvement.set_review_by("soon");
  CHECK(refused(write));
  write = MakeInvolvement("A", "1");
  write.involvement.set_organisation(std::string(3000, 'x'));
  CHECK(refused(write));
  write = MakeInvolvement("A", "1");
  write.involvement.mutable_consent()->set_given_on("never");
  CHECK(refused(write));
  CHECK(store->ListInvolvements(id)->empty());
}

TEST_CASE_METHOD(StoreFixture, "Closing an involvement sets its end once") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  AddInvolvement(*store, MakeInvolvement("A", "1"));
  const auto close = [&](std::string_view reference, std::string_view end_on) {
    return store->CloseInvolvement("A", reference, end_on, kNow, {MakeAudit("A")});
  };
  CHECK(*close("1", "2026-09-01") == WriteOutcome::kChanged);
  CHECK(*close("1", "2026-09-01") == WriteOutcome::kUnchanged);
  CHECK(*close("2", "2026-09-01") == WriteOutcome::kNoSuchInvolvement);
  CHECK(*store->CloseInvolvement("X", "1", "2026-09-01", kNow, {}) == WriteOutcome::kNoSuchCase);
  CHECK(absl::IsInvalidArgument(close("1", "2026-02-30").status()));
  CHECK(absl::IsInvalidArgument(close("1", "2020-01-01").status()));
  CHECK(store->ListInvolvements(id)->front().involvement.end_on() == "2026-09-01");
  CHECK(store->ListAudit(0, 10)->size() == 1);
}

TEST_CASE_METHOD(StoreFixture, "A child with an ordinary involvement has one now") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  CHECK_FALSE(Facts(*store, id).HasInvolvement());
  AddInvolvement(*store, MakeInvolvement("A", "1"));
  const ClaimRow row = Facts(*store, id);
  CHECK(row.ordinary_now);
  CHECK_FALSE(row.ordinary_before);
  CHECK(row.HasInvolvement());
}

TEST_CASE_METHOD(StoreFixture,
                 "An involvement that ended counts as before until the look-back is over") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  AddInvolvement(*store, MakeInvolvement("A", "1"));
  REQUIRE(store->CloseInvolvement("A", "1", "2026-09-01", kNow, {}).ok());
  ClaimRow row = Facts(*store, id);
  CHECK_FALSE(row.ordinary_now);
  CHECK(row.ordinary_before);
  CHECK(row.HasInvolvement());
  row = Facts(*store, id, *DayStartMs("2026-09-01") + kYearMs + 1);
  CHECK_FALSE(row.ordinary_before);
  CHECK_FALSE(row.HasInvolvement());
}

TEST_CASE_METHOD(StoreFixture, "An involvement past its review date counts as before") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  InvolvementWrite write = MakeInvolvement("A", "1");
  write.involvement.set_review_by("2026-09-30");
  AddInvolvement(*store, write);
  CHECK(Facts(*store, id, *DayStartMs("2026-09-30") + 1).ordinary_now);
  const ClaimRow row = Facts(*store, id, *DayStartMs("2026-10-01"));
  CHECK_FALSE(row.ordinary_now);
  CHECK(row.ordinary_before);
}

TEST_CASE_METHOD(StoreFixture, "A review date years ahead is cut to two years after recording") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  InvolvementWrite write = MakeInvolvement("A", "1");
  write.involvement.set_review_by("2099-01-01");
  AddInvolvement(*store, write);
  CHECK(store->ListInvolvements(id)->front().expires_ms == kNow + 731 * kDayMs);
  CHECK_FALSE(Facts(*store, id, kNow + 732 * kDayMs).ordinary_now);
}

TEST_CASE_METHOD(StoreFixture, "An involvement that has not started does not count") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  InvolvementWrite write = MakeInvolvement("A", "1");
  write.involvement.set_start_on("2026-12-01");
  AddInvolvement(*store, write);
  CHECK_FALSE(Facts(*store, id).HasInvolvement());
}

TEST_CASE_METHOD(StoreFixture,
                 "The services of the statute are sensitive whatever the source says") {
  for (const v1::ServiceType service :
       {v1::SEXUAL_HEALTH, v1::MENTAL_HEALTH, v1::SUBSTANCE_MISUSE}) {
    const std::string reference = std::to_string(service);
    const int64_t id = AddChild(*store, MakeChild(reference));
    InvolvementWrite write = MakeInvolvement(reference, "1", service);
    write.involvement.set_sensitive(false);
    AddInvolvement(*store, write);
    CHECK(store->ListInvolvements(id)->front().involvement.sensitive());
    const ClaimRow row = Facts(*store, id);
    CHECK(row.sensitive_now);
    CHECK_FALSE(row.ordinary_now);
    CHECK(AddInvolvement(*store, write) == WriteOutcome::kUnchanged);
  }
}

TEST_CASE_METHOD(StoreFixture, "An ordinary service marked sensitive counts as sensitive") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  InvolvementWrite write = MakeInvolvement("A", "1", v1::SCHOOL);
  write.involvement.set_sensitive(true);
  write.involvement.set_end_on("2026-09-01");
  AddInvolvement(*store, write);
  const ClaimRow row = Facts(*store, id);
  CHECK(row.sensitive_before);
  CHECK_FALSE((row.ordinary_now || row.ordinary_before));
}

TEST_CASE_METHOD(StoreFixture, "Facts carry every flag that takes a record out of answers") {
  const auto add = [&](const std::string& reference) {
    const int64_t id = AddChild(*store, MakeChild(reference));
    AddInvolvement(*store, MakeInvolvement(reference, "1"));
    const ClaimRow row = Facts(*store, id);
    CHECK(row.HasInvolvement());
    CHECK_FALSE((row.flags.shielded || row.flags.separated || row.flags.quarantined ||
                 row.flags.archived || row.flags.withheld));
    return id;
  };
  const int64_t shielded = add("A");
  REQUIRE(store->ShieldChild(shielded, {}, {}, kNow, {}).ok());
  CHECK(Facts(*store, shielded).flags.shielded);
  const int64_t quarantined = add("B");
  REQUIRE(store->SetQuarantined(quarantined, true, {}).ok());
  CHECK(Facts(*store, quarantined).flags.quarantined);
  const int64_t archived = add("C");
  REQUIRE(store->SetArchived(archived, true, kNow, {}).ok());
  CHECK(Facts(*store, archived).flags.archived);
  const int64_t first = add("D");
  const int64_t second = add("E");
  REQUIRE(store->Separate(first, second, {}).ok());
  CHECK(Facts(*store, first).flags.separated);
  CHECK(Facts(*store, second).flags.separated);
  const int64_t withheld = add("F");
  REQUIRE(store->SetWithheld(withheld, Withholding{"HARM", "person", kNow, ""}, {}, kNow, {}).ok());
  CHECK(Facts(*store, withheld).flags.withheld);
}

TEST_CASE_METHOD(StoreFixture, "Facts come once for each known child in ascending order") {
  const int64_t a = AddChild(*store, MakeChild("A"));
  const int64_t b = AddChild(*store, MakeChild("B"));
  const std::vector<int64_t> ids = {b, 99, a, b};
  const auto rows = store->ClaimRows(ids, kNow, kNow - kYearMs);
  REQUIRE(rows->size() == 2);
  CHECK(rows->at(0).child_id == a);
  CHECK(rows->at(1).child_id == b);
}

TEST_CASE("Days that do not exist are no dates") {
  CHECK(DayStartMs("1970-01-02") == kDayMs);
  CHECK(DayStartMs("2024-02-29").has_value());
  for (const char* bad : {"", "2023-02-29", "2026-00-10", "2026-01-00", "2026-13-01", "26-01-01",
                          "2026/01/01", "2026-1-001", "1899-12-31", "2026-01-0x", "+026-01-01"}) {
    CHECK_FALSE(DayStartMs(bad).has_value());
  }
}

}  // namespace
}  // namespace signpost::node::testing
