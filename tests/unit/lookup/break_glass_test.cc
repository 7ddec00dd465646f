// Break-glass: a shielded child's holder answers with its desk, for one question
// of somebody whom the table lets, and a review stays behind.
#include "proto/question/claim.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

struct World {
  World() {
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    f.at(1).store.children[1].flags.shielded = true;
    f.EnrolAll();
  }
  TestMember& holder() { return f.at(1); }
  FakeStore& store() { return f.at(1).store; }
  size_t Reviews() { return store().Desk(v1::REVIEW_BREAK_GLASS).size(); }
  size_t Alerts() {
    CHECK(holder().alerts.Flush().ok());
    return store().Desk(v1::ALERT_SHIELDED).size();
  }
  Federation f{3};
};

TEST_CASE("With the glass broken a shielded child's holder answers with its desk and no more") {
  World world;
  const v1::LedgerRow row = world.f.AskOne(world.holder(), Federation::BreakGlassIntro());
  CHECK(row.outcome() == v1::ASK_DESK);
  CHECK(row.answer().signposts_size() == 0);
  CHECK(row.answer().desk().telephone() == "01632 960100");
  CHECK_FALSE(row.answer().reference().empty());

  REQUIRE(world.Reviews() == 1);
  const v1::DeskItem review = world.store().Desk(v1::REVIEW_BREAK_GLASS)[0];
  CHECK(review.case_reference() == "case-1");
  CHECK(review.due_ms() == kStart + kReviewDueMs);
  CHECK(review.asker().break_glass_reason() == "Child missing since this morning");
  REQUIRE(world.store().CountAudit(v1::AuditRow::BREAK_GLASS) == 1);
  for (const v1::AuditRow& audited : world.store().audit) {
    CHECK(audited.policy_version() == 4);
    CHECK(audited.case_reference() == "case-1");
  }
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 1);
  const auto notices = world.store().Desk(v1::NOTICE_ANSWERED);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].told() == v1::ASK_DESK);
  CHECK(notices[0].question_reference() == row.answer().reference());
  // Only the review was left, which the desk cannot read: whoever broke the glass was the one asker
  // about a shielded child whom the desk never heard of.
  const auto alerts = world.store().Desk(v1::ALERT_SHIELDED);
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].reason() == "GLASS_BROKEN");
  CHECK(alerts[0].case_reference() == "case-1");
  CHECK(alerts[0].asker().person() == "B. Asker");
  CHECK(alerts[0].key_types_size() > 0);
  CHECK(world.Alerts() == 1);  // and no second one with the answer
}

TEST_CASE("A glass broken and no details revealed still leaves a review") {
  // The claim alone tells that a shielded child is held.
  World world;
  auto question = world.f.Ask(Alice(), Federation::BreakGlassIntro());
  REQUIRE(world.f.Put(*question, world.holder()).ok());
  CHECK(world.Reviews() == 1);
  CHECK(world.store().CountAudit(v1::AuditRow::BREAK_GLASS) == 1);
}

TEST_CASE("A glass is broken for one question and the next one is told nothing") {
  World world;
  CHECK(world.f.AskOne(world.holder(), Federation::BreakGlassIntro()).outcome() == v1::ASK_DESK);
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.Alerts() == 2);  // the broken glass, and the next question
  CHECK(world.Reviews() == 1);
}

TEST_CASE("A broken glass put again is refused and after a restart opens nothing") {
  World world;
  auto question = world.f.Ask(Alice(), Federation::BreakGlassIntro());
  REQUIRE(world.f.Put(*question, world.holder()).ok());
  CHECK(world.f.Put(*question, world.holder()).status().message() == "REPLAYED");
  TestMember& member = world.holder();
  ReplayGuard fresh(kStart - 60'000);
  Answerer restarted({member.code, &member.signing, &member.sealing, 64}, *member.book,
                     member.index, member.store, member.alerts, fresh, world.f.clock,
                     world.f.random);
  REQUIRE(restarted.OnQuestion(Federation::FrameFor(question->Message(), member.code), 1).ok());
  CHECK(restarted.counters().claims_with_evidence == 0);
  CHECK(world.Reviews() == 1);
  CHECK(world.Alerts() == 1);  // of the first time
}

TEST_CASE("A forged broken glass opens nothing and the desk is told of a bad intro") {
  World world;
  world.f.asker().signing = SigningKey::Generate(world.f.random);
  CHECK(world.f.AskOne(world.holder(), Federation::BreakGlassIntro()).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.Reviews() == 0);
  CHECK(world.store().audit.empty());
  CHECK(world.Alerts() == 1);
  CHECK(world.holder().answerer->counters().alarms == 0);
}

// A question that an honest node would not send: signed and built by hand.
// Whether the member claims.
bool ClaimsByHand(Federation& f, TestMember& member, const v1::Intro& intro) {
  QuestionHeader header;
  header.qid = f.random.Bytes(kQidSize);
  header.epoch = kEpoch;
  header.pk_hash = PkHash(f.epoch());
  header.directory_version = f.directory.version();
  header.directory_hash = member.book->Newest()->hash();
  header.policy_version = 4;
  header.issued_ms = f.clock.NowMs();
  header.slot = SlotOf(header.issued_ms);
  header.deadline_ms = 1000;
  const std::vector<QuestionTag> tags = f.Tags(Alice());
  std::vector<AskingTag> asking;
  for (const QuestionTag& tag : tags) {
    asking.push_back(
        {*SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()}, header.slot),
         &tag.poss});
  }
  v1::Intro named = intro;
  named.set_member(f.asker().code);
  const auto built =
      BuildQuestion(header, asking, {{{member.code, 3, member.sealing.at(3).public_key()}}}, named,
                    f.asker().signing, f.random);
  REQUIRE(built.ok());
  v1::QuestionFrame frame;
  frame.set_header(built->header);
  frame.set_body(built->body);
  frame.set_enc(built->enc);
  frame.set_sealing_key_id(3);
  frame.set_wrapped_key(built->wraps[0].wrapped_key);
  const auto claim = member.answerer->OnQuestion(frame, f.clock.MonotonicMs());
  REQUIRE(claim.ok());
  const auto opened = OpenClaim(built->wraps[0].keys.claim, built->enc, built->hh, claim->bytes);
  REQUIRE(opened.ok());
  return VerifyEvidence(opened->evidence, built->hh, member.code, PossOfSlots(*built, asking));
}

TEST_CASE("Whom the table does not let break the glass claims nothing by it") {
  for (const v1::Purpose purpose : {v1::S17_ASSESSMENT, v1::OTHER_PURPOSE, v1::S47_ENQUIRY}) {
    World world;
    v1::Intro intro = Federation::BreakGlassIntro();
    intro.set_purpose(purpose);
    intro.set_purpose_text("because");
    const bool may = purpose == v1::S47_ENQUIRY;
    CHECK(ClaimsByHand(world.f, world.holder(), intro) == may);
    CHECK(world.Reviews() == (may ? 1 : 0));
    CHECK(world.store().audit.empty() != may);
    CHECK(world.Alerts() == 1);
  }
}

TEST_CASE("A blank second reason breaks no glass") {
  World world;
  v1::Intro intro = Federation::GoodIntro();
  intro.set_break_glass_reason("  ");
  CHECK(world.f.AskOne(world.holder(), intro).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.Reviews() == 0);
}

TEST_CASE("With the glass broken the unshielded second record stays silent and is not told of") {
  World world;
  world.f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  world.f.EnrolAll();
  const v1::LedgerRow row = world.f.AskOne(world.holder(), Federation::BreakGlassIntro());
  CHECK(row.outcome() == v1::ASK_DESK);
  CHECK(row.answer().signposts_size() == 0);
  for (const v1::AuditRow& audited : world.store().audit) {
    CHECK(audited.case_reference() == "case-1");
  }
}

TEST_CASE("A broken glass does not open a quarantined record") {
  World world;
  world.store().children[1].flags = {};
  world.store().children[1].flags.quarantined = true;
  CHECK(world.f.AskOne(world.holder(), Federation::BreakGlassIntro()).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.Reviews() == 0);
  CHECK(world.Alerts() == 1);
}

TEST_CASE("Where no child is shielded a broken glass changes nothing and leaves no review") {
  World world;
  world.store().children[1].flags = {};
  CHECK(world.f.AskOne(world.holder(), Federation::BreakGlassIntro()).outcome() ==
        v1::INVOLVED_NOW);
  CHECK(world.Reviews() == 0);
  CHECK(world.store().CountAudit(v1::AuditRow::BREAK_GLASS) == 0);
}

TEST_CASE("Details of another child get nothing from a broken glass") {
  World world;
  v1::ChildDetails other = Alice();
  other.mutable_names(0)->set_given("Somebody");
  other.set_nhs_number("9990000026");
  AskerQuestion swapped;
  swapped.intro = Federation::BreakGlassIntro();
  swapped.details = other;
  swapped.tags = world.f.Tags(Alice());
  swapped.epoch = kEpoch;
  auto question = Asker::Start({world.f.asker().code, &world.f.asker().signing, 20'000},
                               world.f.asker().book->Snapshot(kStart), std::move(swapped), kStart,
                               world.f.random);
  REQUIRE(question.ok());
  CHECK(world.f.Converse(**question).at(world.holder().code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.Reviews() == 1);
  CHECK(world.store().CountAudit(v1::AuditRow::ANSWERED_NOTHING) == 1);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE(
    "A child shielded between claim and reveal leaves a review and an alert when it answers") {
  // Both were written with the claim only, when nothing was shielded yet.
  World world;
  world.store().children[1].flags = {};
  auto question = world.f.Ask(Alice(), Federation::BreakGlassIntro());
  question->OnClaim(world.holder().code, world.f.Put(*question, world.holder())->bytes);
  CHECK(world.Reviews() == 0);
  world.store().children[1].flags.shielded = true;
  const v1::AskReveals reveals = world.f.Reveals(*question);
  const auto answer = world.f.Reveal(*question, reveals, world.holder());
  REQUIRE(answer.ok());
  question->OnAnswer(world.holder().code, answer->bytes, world.f.clock.MonotonicMs());
  question->Finish(world.f.clock.MonotonicMs());
  CHECK(Federation::Rows(*question).at(world.holder().code).outcome() == v1::ASK_DESK);
  CHECK(world.Reviews() == 1);
  CHECK(world.store().CountAudit(v1::AuditRow::BREAK_GLASS) == 1);
  const auto alerts = world.store().Desk(v1::ALERT_SHIELDED);
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].reason() == "GLASS_BROKEN");
}

TEST_CASE("A shielded record that is quarantined as well is opened by a broken glass") {
  // Quarantine was judged first: in an emergency nobody could be reached.
  World world;
  world.store().children[1].flags.quarantined = true;
  CHECK(world.f.AskOne(world.holder(), Federation::BreakGlassIntro()).outcome() == v1::ASK_DESK);
  CHECK(world.Reviews() == 1);
}

}  // namespace
}  // namespace signpost::node
