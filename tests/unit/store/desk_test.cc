#include "node/store/desk_table.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

v1::DeskItem Item(v1::DeskKind kind, const std::string& case_reference,
                  const std::string& person = "spiffe://x/practitioner/a") {
  v1::DeskItem item;
  item.set_kind(kind);
  item.set_case_reference(case_reference);
  item.mutable_asker()->set_member("leeds");
  item.mutable_asker()->set_person(person);
  item.mutable_asker()->set_contact_telephone("01632 960001");
  item.add_key_types(3);
  return item;
}

struct DeskFixture : StoreFixture {
  v1::DeskItem Append(const v1::DeskItem& item, int64_t now_ms = kNow) {
    const auto appended = store->desk().Append({item}, now_ms);
    REQUIRE(appended.status().ToString() == "OK");
    return appended->front();
  }
  v1::DeskEvent Event(v1::DeskState state) {
    v1::DeskEvent event;
    event.set_at_ms(kNow + 1);
    event.set_actor("spiffe://x/practitioner/b");
    event.set_state(state);
    event.set_note("rung back");
    return event;
  }
  std::vector<uint64_t> Numbers(const DeskQuery& query) {
    const auto items = store->desk().List(query);
    REQUIRE(items.ok());
    std::vector<uint64_t> numbers;
    for (const v1::DeskItem& item : *items) numbers.push_back(item.number());
    return numbers;
  }
  // Three items and an event, the file changed by hand, then the verdict.
  AuditVerification VerdictAfter(const std::string& sql) {
    REQUIRE(store->AppendAudit({MakeAudit("A")}, {}, kNow).ok());
    for (const char* reference : {"A", "B", "C"}) Append(Item(v1::ALERT_SHIELDED, reference));
    REQUIRE(store->desk().AddEvent(2, v1::OPEN, Event(v1::CALLED_BACK), {}).ok());
    REQUIRE(store->VerifyAudit()->intact);
    store.reset();
    Tamper(path,
           "DROP TRIGGER desk_journal_is_never_changed;"
           "DROP TRIGGER desk_journal_is_never_shortened;" +
               sql);
    store = OpenAt(path, random);
    const auto verdict = store->VerifyAudit();
    REQUIRE(verdict.ok());
    return *verdict;
  }
};

TEST_CASE_METHOD(DeskFixture, "Items of the desk are numbered and listed newest first") {
  CHECK(Append(Item(v1::ALERT_SHIELDED, "A")).number() == 1);
  CHECK(Append(Item(v1::NOTICE_ANSWERED, "B")).number() == 2);
  CHECK(Append(Item(v1::REVIEW_WITHHOLD, "A")).number() == 3);
  CHECK(Append(Item(v1::NOTICE_ANSWERED, "")).number() == 4);
  CHECK(Numbers({}) == std::vector<uint64_t>{4, 3, 2, 1});
  DeskQuery query;
  query.kinds = {v1::ALERT_SHIELDED, v1::NOTICE_ANSWERED};
  CHECK(Numbers(query) == std::vector<uint64_t>{4, 2, 1});
  query.limit = 2;
  CHECK(Numbers(query) == std::vector<uint64_t>{4, 2});
  query.before_number = 4;
  CHECK(Numbers(query) == std::vector<uint64_t>{2, 1});
  query.after_number = 1;
  CHECK(Numbers(query) == std::vector<uint64_t>{2});
  query = {};
  query.case_reference = "A";
  CHECK(Numbers(query) == std::vector<uint64_t>{3, 1});
  query.kinds = {v1::REVIEW_WITHHOLD};
  CHECK(Numbers(query) == std::vector<uint64_t>{3});
  const auto item = store->desk().Get(1);
  REQUIRE(item.ok());
  CHECK(item->state() == v1::OPEN);
  CHECK(item->at_ms() == kNow);
  CHECK(item->times() == 1);
  CHECK(item->asker().contact_telephone() == "01632 960001");
  CHECK(absl::IsNotFound(store->desk().Get(9).status()));
  CHECK(absl::IsInvalidArgument(store->desk().Append({v1::DeskItem()}, kNow).status()));
}

TEST_CASE_METHOD(DeskFixture, "An alert by the same person about the same child is counted") {
  Append(Item(v1::ALERT_SHIELDED, "A"));
  v1::DeskItem again = Item(v1::ALERT_SHIELDED, "A");
  again.clear_key_types();
  again.add_key_types(7);
  const v1::DeskItem counted = Append(again, kNow + 1000);
  CHECK(counted.number() == 1);
  CHECK(counted.times() == 2);
  CHECK(counted.key_types_size() == 2);
  CHECK(Append(Item(v1::ALERT_SHIELDED, "A", "another"), kNow).number() == 2);
  CHECK(Append(Item(v1::ALERT_SHIELDED, "B"), kNow).number() == 3);
  CHECK(Append(Item(v1::ALERT_SENSITIVE, "A"), kNow).number() == 4);
  v1::DeskItem elsewhere = Item(v1::ALERT_SHIELDED, "A");
  elsewhere.mutable_asker()->set_member("york");
  CHECK(Append(elsewhere, kNow).number() == 5);
  CHECK(Append(Item(v1::NOTICE_ANSWERED, "A")).number() == 6);
  CHECK(Append(Item(v1::NOTICE_ANSWERED, "A")).number() == 7);
  CHECK(store->desk().Get(1)->times() == 2);
}

TEST_CASE_METHOD(DeskFixture, "A later question does not change whom the desk rings back") {
  // What went wrong: alerts were counted as one by member and claimed person alone, and the newest
  // asker replaced the one shown. Whoever asked once more as the same person with another
  // telephone, or on another's behalf, took the first asker's telephone off the desk.
  v1::DeskItem first = Item(v1::ALERT_SHIELDED, "A");
  first.mutable_asker()->set_purpose_text("first words");
  Append(first);
  v1::DeskItem repeat = first;
  repeat.mutable_asker()->set_purpose_text("other words");
  CHECK(Append(repeat).number() == 1);
  CHECK(store->desk().Get(1)->times() == 2);
  CHECK(store->desk().Get(1)->asker().purpose_text() == "first words");

  v1::DeskItem telephone = first;
  telephone.mutable_asker()->set_contact_telephone("01632 960002");
  v1::DeskItem behalf = first;
  behalf.mutable_asker()->set_on_behalf_of("spiffe://x/practitioner/c");
  v1::DeskItem asserted = first;
  asserted.mutable_asker()->set_person_asserted(true);
  v1::DeskItem reason = first;
  reason.set_reason("GLASS_BROKEN");
  uint64_t number = 1;
  for (const v1::DeskItem& other : {telephone, behalf, asserted, reason}) {
    CHECK(Append(other).number() == ++number);
    CHECK(Append(other).times() == 2);
  }
  CHECK(store->desk().Get(1)->asker().contact_telephone() == "01632 960001");
  CHECK(store->desk().Get(1)->times() == 2);
  CHECK(store->VerifyAudit()->intact);
}

TEST_CASE_METHOD(DeskFixture, "An alert is new again after a day or once somebody rang back") {
  Append(Item(v1::ALERT_SHIELDED, "A"));
  CHECK(Append(Item(v1::ALERT_SHIELDED, "A"), kNow + kDayMs - 1).number() == 1);
  CHECK(Append(Item(v1::ALERT_SHIELDED, "A"), kNow + kDayMs).number() == 2);
  REQUIRE(store->desk().AddEvent(2, v1::OPEN, Event(v1::CALLED_BACK), {}).ok());
  CHECK(Append(Item(v1::ALERT_SHIELDED, "A"), kNow + kDayMs + 1).number() == 3);
}

TEST_CASE_METHOD(DeskFixture, "An event changes the state once and is audited with it") {
  Append(Item(v1::REVIEW_WITHHOLD, "A"));
  const auto item = store->desk().AddEvent(1, v1::OPEN, Event(v1::CONFIRMED), {MakeAudit("A")});
  REQUIRE(item.ok());
  CHECK(item->state() == v1::CONFIRMED);
  REQUIRE(item->events_size() == 1);
  CHECK(item->events(0).note() == "rung back");
  const auto late = store->desk().AddEvent(1, v1::OPEN, Event(v1::OVERTURNED), {MakeAudit("A")});
  CHECK(absl::IsFailedPrecondition(late.status()));
  CHECK(absl::IsNotFound(store->desk().AddEvent(9, v1::OPEN, Event(v1::CONFIRMED), {}).status()));
  v1::DeskEvent stateless = Event(v1::DESK_STATE_UNSPECIFIED);
  CHECK(absl::IsInvalidArgument(store->desk().AddEvent(1, v1::CONFIRMED, stateless, {}).status()));
  CHECK(store->ListAudit(0, 10)->size() == 1);
  DeskQuery open;
  open.open_only = true;
  CHECK(Numbers(open).empty());
  Reopen();
  CHECK(store->desk().Get(1)->state() == v1::CONFIRMED);
}

TEST_CASE_METHOD(DeskFixture, "The audit shows no row of the desk and no gap where one was") {
  const SeenEntry seen = {SeenKind::kQuestion, std::string(32, 'h'), kNow + 1000};
  const auto append = [&](std::vector<v1::DeskItem> desk) {
    return store->AppendAuditAndDesk({MakeAudit("A")}, {&seen, 1}, std::move(desk), kNow);
  };
  CHECK(*append({Item(v1::ALERT_SHIELDED, "A")}) == 1);
  CHECK(absl::IsAlreadyExists(append({Item(v1::ALERT_SHIELDED, "B")}).status()));
  CHECK(*store->AppendAuditAndDesk({}, {}, {Item(v1::ALERT_SHIELDED, "C")}, kNow) == 1);
  CHECK(*store->AppendAudit({MakeAudit("B")}, {}, kNow) == 2);
  const auto rows = store->ListAudit(0, 10);
  REQUIRE(rows->size() == 2);
  CHECK(rows->at(0).number() == 2);
  CHECK(rows->at(1).number() == 1);
  CHECK(store->VerifyAudit()->rows == 2);
  CHECK(store->VerifyAudit()->intact);
  CHECK(Numbers({}) == std::vector<uint64_t>{2, 1});
}

TEST_CASE_METHOD(DeskFixture, "A changed row of the desk's journal is found") {
  const auto verdict = VerdictAfter("UPDATE desk_journal SET row = zeroblob(90) WHERE number = 2");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.fault == AuditFault::kDeskJournal);
  CHECK(verdict.first_bad_number == 0);
  CHECK(verdict.rows == 1);
}

TEST_CASE_METHOD(DeskFixture, "A row removed from the desk's journal is found") {
  CHECK(VerdictAfter("DELETE FROM desk_journal WHERE number = 3").fault ==
        AuditFault::kDeskJournal);
}

TEST_CASE_METHOD(DeskFixture, "A tail cut off the desk's journal is found") {
  CHECK(VerdictAfter("DELETE FROM desk_journal WHERE number = 4").fault ==
        AuditFault::kDeskJournal);
}

TEST_CASE_METHOD(DeskFixture, "An item taken off the desk is found") {
  CHECK(VerdictAfter("DELETE FROM desk_items WHERE number = 1").fault == AuditFault::kDeskJournal);
}

TEST_CASE_METHOD(DeskFixture, "An item whose state was changed in the file is found") {
  CHECK(VerdictAfter("UPDATE desk_items SET state = 2 WHERE number = 1").fault ==
        AuditFault::kDeskJournal);
}

TEST_CASE_METHOD(DeskFixture, "The database refuses to change or shorten the desk's journal") {
  Append(Item(v1::ALERT_SHIELDED, "A"));
  auto db = Connection::Open(path, OpenMode::kWriter);
  CHECK_FALSE((*db)->Execute("DELETE FROM desk_journal").ok());
  CHECK_FALSE((*db)->Execute("UPDATE desk_journal SET row = x'00'").ok());
}

TEST_CASE_METHOD(DeskFixture, "Touches are counted for known children only") {
  const int64_t id = AddChild(*store, MakeChild("A"));
  const std::vector<Touches> touches = {{id, 2}, {99, 5}, {id, 1}};
  REQUIRE(store->desk().CountTouches(touches, kNow).ok());
  CHECK(*store->desk().TouchesOf(id) == 3);
  CHECK(*store->desk().TouchesOf(99) == 0);
}

TEST_CASE_METHOD(StoreFixture, "Users are put and replaced and stay when removed") {
  v1::UserRecord record;
  record.mutable_user()->set_id("practitioner/b");
  record.mutable_user()->set_name("Brindle Osgathorpe");
  record.set_changed_ms(kNow);
  REQUIRE(store->people().Put(record, {MakeAudit("")}).ok());
  record.mutable_user()->set_id("practitioner/a");
  REQUIRE(store->people().Put(record, {}).ok());
  record.set_removed(true);
  REQUIRE(store->people().Put(record, {}).ok());
  Reopen();
  const auto users = store->people().List();
  REQUIRE(users->size() == 2);
  CHECK(users->at(0).user().id() == "practitioner/a");
  CHECK(users->at(0).removed());
  CHECK_FALSE(users->at(1).removed());
  CHECK(Slurp(path).find("Osgathorpe") == std::string::npos);
  CHECK(store->ListAudit(0, 10)->size() == 1);
  record.mutable_user()->set_id("");
  CHECK(absl::IsInvalidArgument(store->people().Put(record, {MakeAudit("")})));
  CHECK(store->ListAudit(0, 10)->size() == 1);
}

struct SignpostFixture : StoreFixture {
  void Add(const std::string& question, const std::string& member, int64_t answered_ms = kNow,
           const std::string& actor = "a", const std::string& case_reference = "") {
    v1::SignpostRecord record;
    record.set_question_reference(question);
    record.set_member(member);
    record.set_case_reference(case_reference);
    record.set_outcome(v1::INVOLVED_NOW);
    record.set_answered_ms(answered_ms);
    record.set_actor(actor);
    REQUIRE(store->signposts().Add({&record, 1}, {}).ok());
  }
  absl::StatusOr<v1::SignpostRecord> Contact(const std::string& question, const std::string& member,
                                             v1::Contact contact, const std::string& on) {
    v1::RecordContactRequest request;
    request.set_question_reference(question);
    request.set_member(member);
    request.set_contact(contact);
    request.set_contact_on(on);
    return store->signposts().RecordContact(request, kNow, {MakeAudit("")});
  }
};

TEST_CASE_METHOD(SignpostFixture, "The last word on a contact counts and earlier ones stay") {
  Add("Q-1", "leeds");
  REQUIRE(Contact("Q-1", "leeds", v1::NOT_MADE, "2026-09-20").ok());
  const auto made = Contact("Q-1", "leeds", v1::MADE, "2026-09-21");
  REQUIRE(made.ok());
  CHECK(made->contact() == v1::MADE);
  CHECK(made->recorded_ms() == kNow);
  CHECK(made->outcome() == v1::INVOLVED_NOW);
  const auto db = Connection::Open(path, OpenMode::kReader);
  CHECK(*(*db)->QueryInt("SELECT count(*) FROM signpost_words") == 1);
  CHECK(store->ListAudit(0, 10)->size() == 2);
}

TEST_CASE_METHOD(SignpostFixture, "A contact that cannot be is refused and leaves no row") {
  Add("Q-1", "leeds");
  CHECK(absl::IsNotFound(Contact("Q-1", "york", v1::MADE, "2026-09-20").status()));
  CHECK(absl::IsNotFound(Contact("Q-2", "leeds", v1::MADE, "2026-09-20").status()));
  CHECK(absl::IsInvalidArgument(Contact("Q-1", "leeds", v1::MADE, "2026-09-22").status()));
  CHECK(absl::IsInvalidArgument(Contact("Q-1", "leeds", v1::MADE, "soon").status()));
  CHECK(absl::IsInvalidArgument(
      Contact("Q-1", "leeds", v1::CONTACT_UNSPECIFIED, "2026-09-20").status()));
  CHECK(store->ListAudit(0, 10)->empty());
}

TEST_CASE_METHOD(SignpostFixture, "Signposts are listed by person and by whether they wait") {
  Add("Q-1", "leeds", kNow - 5, "a");
  Add("Q-2", "leeds", kNow - 4, "b");
  Add("Q-3", "york", kNow - 3, "a");
  Add("Q-3", "york", kNow - 3, "b");  // a repeated row changes nothing
  REQUIRE(Contact("Q-3", "york", v1::MADE, "2026-09-21").ok());
  CHECK(store->signposts().List("", false, 10)->size() == 3);
  CHECK(store->signposts().List("", false, 1)->front().question_reference() == "Q-3");
  CHECK(store->signposts().List("a", false, 10)->size() == 2);
  const auto open = store->signposts().List("a", true, 10);
  REQUIRE(open->size() == 1);
  CHECK(open->front().question_reference() == "Q-1");
  v1::SignpostRecord nobody;
  nobody.set_question_reference("Q-9");
  CHECK(absl::IsInvalidArgument(store->signposts().Add({&nobody, 1}, {})));
}

TEST_CASE_METHOD(SignpostFixture, "The ageing report counts by age and gives the median") {
  const int64_t today = *DayStartMs("2026-09-21");
  Add("new", "m", kNow - 2 * kDayMs);
  Add("week", "m", kNow - 2 * kDayMs - 1);
  Add("month", "m", kNow - 28 * kDayMs);
  Add("old", "m", kNow - 29 * kDayMs);
  Add("ancient", "m", kNow - 366 * kDayMs);
  Add("failed", "m", kNow - kDayMs);
  REQUIRE(Contact("failed", "m", v1::NOT_MADE, "2026-09-21").ok());
  const std::pair<const char*, const char*> made[] = {
      {"one", "2026-09-11"}, {"four", "2026-09-14"}, {"nine", "2026-09-19"}};
  for (const auto& [question, day] : made) {
    Add(question, "m", today - 11 * kDayMs + 5000);
    REQUIRE(Contact(question, "m", v1::MADE, day).ok());
  }
  auto report = store->signposts().Ageing(kNow);
  REQUIRE(report.ok());
  CHECK(report->signposts() == 8);
  CHECK(report->made() == 3);
  CHECK(report->not_made() == 1);
  CHECK(report->open_2_days() == 1);
  CHECK(report->open_7_days() == 1);
  CHECK(report->open_28_days() == 1);
  CHECK(report->open_longer() == 1);
  CHECK(report->median_days_to_contact() == 4);
  Add("before", "m", today - 11 * kDayMs + 5000);
  REQUIRE(Contact("before", "m", v1::MADE, "2026-09-01").ok());
  // 0, 1, 4, 9: between 1 and 4, rounded up.
  CHECK(store->signposts().Ageing(kNow)->median_days_to_contact() == 3);
  CHECK(store->signposts().Ageing(kNow - 500 * kDayMs)->signposts() == 0);
}

}  // namespace
}  // namespace signpost::node::testing
