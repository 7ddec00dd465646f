// When "nothing" may be said: only by an index that is ready, and by no record of
// a child that is protected.
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

LocalAnswerer::Request TypedRequest() {
  LocalAnswerer::Request request;
  request.details = Alice();
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  return request;
}

absl::StatusOr<v1::AnswerBody> OwnRow(Federation& f, const LocalAnswerer::Request& request) {
  LocalAnswerer local(f.asker().store, f.asker().index);
  auto own = local.Answer(request, *f.asker().book->Newest(), f.asker().code, f.clock.NowMs());
  if (!own.ok()) return own.status();
  return own->body();
}

// A child who shares birth date and family name with Alice, and not enough to be told details.
v1::ChildDetails Sister() {
  v1::ChildDetails other;
  v1::PersonName& name = *other.add_names();
  name.set_given("Bartholomea");
  name.set_family("Quillfeather");
  other.set_date_of_birth("2016-05-17");
  return other;
}

TEST_CASE("A member whose index is empty or half filled reads not ready and never nothing") {
  // READY was said as soon as there was any table: a node that had just begun to enrol gave
  // authentic "nothing to report" for children it held.
  Federation f(3);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  f.at(1).index.SetReady(kEpoch, false);
  f.at(2).index.SetHints(kEpoch, HintSet::Build({}), kStart, SlotOf(kStart), false, 0);
  auto question = f.Ask(Alice());
  const auto rows = f.Converse(*question);
  CHECK(rows.at(f.at(1).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(rows.at(f.at(2).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(f.at(1).store.audit.empty());
  f.at(1).index.SetReady(kEpoch, true);
  auto again = f.Ask(Alice());
  CHECK(f.Converse(*again).at(f.at(1).code).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("A member never says that its nothing is of a later moment than now") {
  Federation f(2);
  f.EnrolAll();
  f.at(1).index.RaiseWatermark(kEpoch, kStart + 86'400'000);
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).answer().as_of_ms() == kStart);
}

TEST_CASE("The own row of a typed child is no answer while the node is not enrolled") {
  // Without tags, or with epoch 0, no hint was found, and that read "nothing to report".
  Federation f(2);
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  LocalAnswerer::Request request = TypedRequest();
  const auto tags = f.Tags(Alice());
  for (const bool with_tags : {false, true}) {
    request.tags = with_tags ? &tags : nullptr;
    request.epoch = 0;
    CHECK(absl::IsFailedPrecondition(OwnRow(f, request).status()));
    request.epoch = kEpoch;
    CHECK(absl::IsFailedPrecondition(OwnRow(f, request).status()));
  }
  f.EnrolAll();
  f.asker().index.SetReady(kEpoch, false);
  CHECK(absl::IsFailedPrecondition(OwnRow(f, request).status()));
  f.asker().index.SetReady(kEpoch, true);
  f.asker().index.SetOldestWaiting(kEpoch, kStart - 24 * 3'600'000);
  CHECK(absl::IsFailedPrecondition(OwnRow(f, request).status()));
  f.asker().index.SetOldestWaiting(kEpoch, 0);
  CHECK(OwnRow(f, request)->outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("The own row says nothing as of the index watermark and not as of now") {
  Federation f(2);
  f.EnrolAll();
  f.clock.Advance(300'000);
  const auto tags = f.Tags(Alice());
  LocalAnswerer::Request request = TypedRequest();
  request.tags = &tags;
  const auto body = OwnRow(f, request);
  REQUIRE(body.ok());
  CHECK(body->outcome() == v1::NOTHING_TO_REPORT);
  CHECK(body->as_of_ms() == kStart);
}

TEST_CASE("A named record that has nothing to tell is no answer while the node is not enrolled") {
  // Another record of the same child might have spoken.
  Federation f(2);
  f.asker().Hold(Alice(), {});
  LocalAnswerer::Request request = TypedRequest();
  request.case_reference = "case-1";
  CHECK(absl::IsFailedPrecondition(OwnRow(f, request).status()));
  f.asker().store.involvements[1].push_back({1, 1, "i", SocialWork("2026-03-02", ""), 0});
  CHECK(OwnRow(f, request)->outcome() == v1::INVOLVED_NOW);
  f.asker().store.involvements.clear();
  f.EnrolAll();
  CHECK(OwnRow(f, request)->outcome() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("ContactPoint 2009: the second and unshielded record of a shielded child is silent") {
  // One record of the child was shielded and stayed silent; the other one answered with the
  // child's practitioner and telephone.
  for (const bool shielded : {true, false}) {
    Federation f(3);
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    ChildFlags& flags = f.at(1).store.children[1].flags;
    (shielded ? flags.shielded : flags.quarantined) = true;
    f.EnrolAll();
    auto question = f.Ask(Alice());
    const auto rows = f.Converse(*question);
    CHECK(rows.at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
    CHECK(rows.at(f.at(1).code).answer().SerializeAsString() ==
          rows.at(f.at(2).code).answer().SerializeAsString());
    CHECK(f.at(1).answerer->counters().claims_with_evidence == 0);
    CHECK(f.at(1).alerts.Flush().ok());
    CHECK(f.at(1).store.audit.empty());
    REQUIRE(f.at(1).store.desk.size() == 1);
    CHECK(f.at(1).store.desk[0].kind() == v1::ALERT_SHIELDED);
    CHECK(f.at(1).store.desk[0].case_reference() == "case-1");
  }
}

TEST_CASE("ContactPoint 2009: a second record shielded after the claim silences the first") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(1).store.children[2].flags.archived = true;  // silent at the claim, and no candidate
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  CHECK(f.at(1).answerer->counters().claims_with_evidence == 1);
  f.at(1).store.children[2].flags.shielded = true;
  const auto reveals = f.Reveals(*question);
  question->OnAnswer(f.at(1).code, f.Reveal(*question, reveals, f.at(1))->bytes, 0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  CHECK(f.at(1).alerts.Flush().ok());
  CHECK(f.at(1).store.Desk(v1::ALERT_SHIELDED).size() == 1);
}

TEST_CASE("ContactPoint 2009: the own row of a shielded child stays silent in both records") {
  Federation f(2);
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.asker().store.children[1].flags.shielded = true;
  f.EnrolAll();
  const auto tags = f.Tags(Alice());
  LocalAnswerer::Request request = TypedRequest();
  CHECK(OwnRow(f, request)->outcome() == v1::NOTHING_TO_REPORT);
  request.tags = &tags;
  CHECK(OwnRow(f, request)->outcome() == v1::NOTHING_TO_REPORT);
  request.case_reference = "case-2";
  CHECK(OwnRow(f, request)->outcome() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("A shielded child that shares one weak key does not silence another child's record") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(1).Hold(Sister(), {SocialWork("2026-03-02", "")});
  f.at(1).store.children[2].flags.shielded = true;
  f.EnrolAll();
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("Typed details of an own protected child are known before a question leaves") {
  // By case reference such a question was refused; with the same details typed it went out to
  // every authority, with the asker's name.
  Federation f(2);
  f.asker().Hold(Sister(), {SocialWork("2026-03-02", "")});
  f.asker().store.children[1].flags.shielded = true;
  const auto tags = f.Tags(Alice());
  LocalAnswerer local(f.asker().store, f.asker().index);
  const auto touches = [&] { return local.TouchesProtected(Alice(), tags, kEpoch, kStart); };
  CHECK(absl::IsFailedPrecondition(touches().status()));
  f.EnrolAll();
  CHECK(touches()->empty());
  f.asker().index.SetReady(kEpoch, false);
  CHECK(absl::IsFailedPrecondition(touches().status()));
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  CHECK(touches()->empty());
  CHECK(f.asker().store.records_read == 4);  // the protected sister, once a question
  for (const bool shielded : {true, false}) {
    ChildFlags flags;
    (shielded ? flags.shielded : flags.quarantined) = true;
    f.asker().store.children[2].flags = flags;
    const auto met = touches();
    REQUIRE(met->size() == 1);
    CHECK(met->front().case_reference == "case-2");
    CHECK((met->front().types & KeyTypeBit(KeyType::kNhsNumber)) != 0);
  }
  f.asker().index.SetReady(kEpoch, false);
  CHECK(touches()->size() == 1);
  // One identity of two is asked about like any other child.
  ChildFlags flags;
  flags.separated = true;
  f.asker().store.children[2].flags = flags;
  f.asker().index.SetReady(kEpoch, true);
  CHECK(touches()->empty());
}

TEST_CASE("Typed details of an own shielded child that waits for its tags are known all the same") {
  // Only the index was asked, which is ready with 95 of 100 records: such a child's question left
  // with its real tags.
  Federation f(2);
  f.asker().Hold(Sister(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  const auto tags = f.Tags(Alice());
  LocalAnswerer local(f.asker().store, f.asker().index);
  CHECK(local.TouchesProtected(Alice(), tags, kEpoch, kStart)->empty());
  f.asker().store.children[2].flags.shielded = true;
  const auto met = local.TouchesProtected(Alice(), tags, kEpoch, kStart);
  REQUIRE(met.ok());
  REQUIRE(met->size() == 1);
  CHECK(met->front().case_reference == "case-2");
  CHECK(RevealPolicyMet(met->front().types));
  f.asker().store.keys_broken = true;
  CHECK(local.TouchesProtected(Alice(), tags, kEpoch, kStart).status().code() ==
        absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace signpost::node
