// What the rules say of a record, as an asker sees it: sensitive services, consent,
// withholding, roles and purposes, unknown policies, and what changes between a
// claim and its answer.
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

v1::Intro IntroFor(v1::Purpose purpose) {
  v1::Intro intro = Federation::GoodIntro();
  intro.set_purpose(purpose);
  return intro;
}

v1::Involvement MentalHealth(bool consented) {
  v1::Involvement involvement = SocialWork("2026-03-02", "");
  involvement.set_service(v1::MENTAL_HEALTH);
  involvement.set_sensitive(true);
  if (consented) {
    involvement.mutable_consent()->set_given_by("the child");
    involvement.mutable_consent()->set_given_on("2026-03-02");
  }
  return involvement;
}

struct World {
  explicit World(std::vector<v1::Involvement> involvements) {
    f.at(1).Hold(Alice(), std::move(involvements));
    f.EnrolAll();
  }
  TestMember& holder() { return f.at(1); }
  FakeStore& store() { return f.at(1).store; }
  std::vector<v1::DeskItem> Desk(v1::DeskKind kind) {
    CHECK(holder().alerts.Flush().ok());
    return store().Desk(kind);
  }
  Federation f{3};
};

TEST_CASE("A sensitive service without consent stays unsaid and its desk is told somebody asked") {
  World world({MentalHealth(false)});
  auto question = world.f.Ask(Alice(), IntroFor(v1::S17_ASSESSMENT));
  REQUIRE(world.f.Put(*question, world.holder()).ok());
  CHECK(world.store().commits == 0);
  CHECK(world.f.AskOne(world.holder(), IntroFor(v1::S17_ASSESSMENT)).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.holder().answerer->counters().claims_with_evidence == 0);
  const auto alerts = world.Desk(v1::ALERT_SENSITIVE);
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].times() == 2);
  CHECK(alerts[0].asker().contact_telephone() == "01632 960444");
  CHECK(alerts[0].key_types_size() > 0);
  CHECK(world.store().audit.empty());
}

TEST_CASE(
    "With section 47 as the reason a sensitive service without consent answers ask the desk") {
  World world({MentalHealth(false)});
  const v1::LedgerRow row = world.f.AskOne(world.holder(), IntroFor(v1::S47_ENQUIRY));
  CHECK(row.outcome() == v1::ASK_DESK);
  CHECK(row.answer().signposts_size() == 0);
  CHECK(world.Desk(v1::ALERT_SENSITIVE).empty());
  CHECK(world.Desk(v1::NOTICE_ANSWERED).size() == 1);
}

TEST_CASE("A sensitive service with consent is told as such and nothing more of it") {
  World world({MentalHealth(true)});
  const v1::LedgerRow row = world.f.AskOne(world.holder(), IntroFor(v1::S17_ASSESSMENT));
  REQUIRE(row.answer().signposts_size() == 1);
  const v1::Signpost& signpost = row.answer().signposts(0);
  CHECK(signpost.service() == v1::SENSITIVE_SERVICE);
  CHECK(signpost.organisation().empty());
  CHECK(signpost.practitioner().empty());
  CHECK(signpost.telephone().empty());
  CHECK(world.Desk(v1::ALERT_SENSITIVE).empty());
}

TEST_CASE("An ordinary service is told and the desk hears of the sensitive one beside it") {
  World world({SocialWork("2026-03-02", ""), MentalHealth(false)});
  const v1::LedgerRow row = world.f.AskOne(world.holder(), IntroFor(v1::S17_ASSESSMENT));
  CHECK(row.outcome() == v1::INVOLVED_NOW);
  CHECK(row.answer().signposts_size() == 1);
  CHECK(world.Desk(v1::ALERT_SENSITIVE).size() == 1);
}

TEST_CASE("Consent withdrawn between claim and answer takes effect in the answer") {
  World world({MentalHealth(true)});
  auto question = world.f.Ask(Alice(), IntroFor(v1::S17_ASSESSMENT));
  question->OnClaim(world.holder().code, world.f.Put(*question, world.holder())->bytes);
  CHECK(world.holder().answerer->counters().claims_with_evidence == 1);
  v1::Involvement& involvement = world.store().involvements[1][0].involvement;
  involvement.mutable_consent()->set_withdrawn_on("2026-09-21");
  const auto reveals = world.f.Reveals(*question);
  const auto answer = world.f.Reveal(*question, reveals, world.holder());
  REQUIRE(answer.ok());
  question->OnAnswer(world.holder().code, answer->bytes, 0);
  CHECK(Federation::Rows(*question).at(world.holder().code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  CHECK(world.store().CountAudit(v1::AuditRow::ANSWERED_NOTHING) == 1);
  CHECK(world.Desk(v1::ALERT_SENSITIVE).size() == 1);
  CHECK(world.f.AskOne(world.holder(), IntroFor(v1::S17_ASSESSMENT)).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.holder().answerer->counters().claims_with_evidence == 1);
}

TEST_CASE("A record archived or shielded or quarantined between claim and answer is not told of") {
  for (int flag = 0; flag < 3; ++flag) {
    World world({SocialWork("2026-03-02", "")});
    auto question = world.f.Ask(Alice());
    question->OnClaim(world.holder().code, world.f.Put(*question, world.holder())->bytes);
    ChildFlags& flags = world.store().children[1].flags;
    (flag == 0 ? flags.archived : flag == 1 ? flags.shielded : flags.quarantined) = true;
    const auto reveals = world.f.Reveals(*question);
    question->OnAnswer(world.holder().code,
                       world.f.Reveal(*question, reveals, world.holder())->bytes, 0);
    CHECK(Federation::Rows(*question).at(world.holder().code).outcome() == v1::NOTHING_TO_REPORT);
    CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
    CHECK(world.Desk(v1::ALERT_SHIELDED).size() == (flag == 0 ? 0 : 1));
  }
}

TEST_CASE("A withheld child reads withheld with the desk and a reference and is on record") {
  World world({SocialWork("2026-03-02", "")});
  world.store().children[1].flags.withheld = true;
  const v1::LedgerRow row = world.f.AskOne(world.holder());
  CHECK(row.outcome() == v1::WITHHELD);
  CHECK(row.answer().signposts_size() == 0);
  CHECK(row.answer().desk().telephone() == "01632 960100");
  CHECK_FALSE(row.answer().reference().empty());
  REQUIRE(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 1);
  CHECK(world.store().audit.back().outcome() == v1::WITHHELD);
  REQUIRE(world.Desk(v1::NOTICE_ANSWERED).size() == 1);
  CHECK(world.store().desk[0].told() == v1::WITHHELD);
}

TEST_CASE("An answer leaves its notice with its audit row or does not leave at all") {
  World world({SocialWork("2026-03-02", "")});
  auto question = world.f.Ask(Alice());
  question->OnClaim(world.holder().code, world.f.Put(*question, world.holder())->bytes);
  const size_t commits = world.store().commits;
  const auto reveals = world.f.Reveals(*question);
  world.store().audit_broken = true;
  CHECK(absl::IsUnavailable(world.f.Reveal(*question, reveals, world.holder()).status()));
  CHECK(world.store().desk.empty());
  CHECK(world.store().commits == commits + 1);

  world.store().audit_broken = false;
  world.holder().answerer->SetAuditWritable(true);
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::INVOLVED_NOW);
  REQUIRE(world.store().desk.size() == 1);
  const v1::DeskItem& notice = world.store().desk[0];
  CHECK(notice.kind() == v1::NOTICE_ANSWERED);
  CHECK(notice.told() == v1::INVOLVED_NOW);
  CHECK(notice.asker().person() == "B. Asker");
  CHECK(notice.question_reference() == world.store().audit.back().question_reference());
  CHECK(world.store().commits == commits + 3);  // the claim and the answer, one each
}

TEST_CASE("Every decision that is recorded names the policy it was made under") {
  World world({SocialWork("2026-03-02", "")});
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::INVOLVED_NOW);
  world.f.NextVersion();
  world.f.directory.mutable_policy()->set_version(5);
  world.f.Publish();
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::INVOLVED_NOW);
  std::vector<uint32_t> versions;
  for (const v1::AuditRow& row : world.store().audit) versions.push_back(row.policy_version());
  CHECK(versions == std::vector<uint32_t>{4, 4, 5, 5});
}

TEST_CASE("A purpose that the holder's newer table takes away is no match and is noted") {
  // The asker's directory still allows it; the holder's does not any more.
  World world({SocialWork("2026-03-02", "")});
  auto question = world.f.Ask(Alice(), IntroFor(v1::TRANSFER_IN));
  world.f.NextVersion();
  v1::Policy policy = DefaultPolicy();
  policy.set_version(5);
  for (int i = policy.rules_size() - 1; i >= 0; --i) {
    if (policy.rules(i).purpose() == v1::TRANSFER_IN) policy.mutable_rules()->DeleteSubrange(i, 1);
  }
  *world.f.directory.mutable_policy() = policy;
  world.f.Publish();
  REQUIRE(world.f.Put(*question, world.holder()).ok());
  CHECK(world.holder().answerer->counters().claims_with_evidence == 0);
  CHECK(world.store().commits == 0);
  CHECK(world.holder().alerts.Flush().ok());
  REQUIRE(world.store().audit.size() == 1);
  CHECK(world.store().audit[0].note() == "PURPOSE_NOT_FOR_ROLE");
  CHECK(world.store().audit[0].peer() == world.f.asker().code);
  CHECK(world.store().audit[0].policy_version() == 5);
}

TEST_CASE("A purpose taken away between claim and answer is answered with nothing") {
  World world({SocialWork("2026-03-02", "")});
  auto question = world.f.Ask(Alice(), IntroFor(v1::TRANSFER_IN));
  question->OnClaim(world.holder().code, world.f.Put(*question, world.holder())->bytes);
  const auto reveals = world.f.Reveals(*question);
  world.f.NextVersion();
  v1::Policy policy;
  policy.set_version(5);
  *policy.add_rules() = DefaultPolicy().rules(0);
  *world.f.directory.mutable_policy() = policy;
  world.f.Publish();
  const auto answer = world.f.Reveal(*question, reveals, world.holder());
  REQUIRE(answer.ok());
  question->OnAnswer(world.holder().code, answer->bytes, 0);
  CHECK(Federation::Rows(*question).at(world.holder().code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  CHECK(world.store().audit.back().note() == "PURPOSE_NOT_FOR_ROLE");
}

TEST_CASE("Under a policy of an unknown format a node answers nobody and asks nobody") {
  World world({SocialWork("2026-03-02", "")});
  auto before = world.f.Ask(Alice());
  before->OnClaim(world.holder().code, world.f.Put(*before, world.holder())->bytes);
  before->OnClaim(world.f.at(2).code, world.f.Put(*before, world.f.at(2))->bytes);
  const auto reveals = world.f.Reveals(*before);
  auto open = world.f.Ask(Alice());
  world.f.NextVersion();
  world.f.directory.mutable_policy()->set_format(2);
  world.f.Publish();

  // Claimed or not, nobody answers what was asked before: "nothing" would be untrue.
  CHECK(absl::IsFailedPrecondition(world.f.Reveal(*before, reveals, world.holder()).status()));
  CHECK(absl::IsFailedPrecondition(world.f.Reveal(*before, reveals, world.f.at(2)).status()));
  const size_t rows = world.store().audit.size();
  const auto ledger = world.f.Converse(*open);
  CHECK(ledger.at(world.holder().code).cause() == v1::MEMBER_NOT_READY);
  CHECK(ledger.at(world.f.at(2).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(world.store().audit.size() == rows);

  AskerQuestion question;
  question.intro = Federation::GoodIntro();
  question.details = Alice();
  question.tags = world.f.Tags(Alice());
  question.epoch = kEpoch;
  const auto refused = Asker::Start({world.f.asker().code, &world.f.asker().signing, 20'000},
                                    world.f.asker().book->Snapshot(kStart), std::move(question),
                                    kStart, world.f.random);
  CHECK(absl::IsPermissionDenied(refused.status()));
  CHECK(refused.status().message() == "POLICY_UNKNOWN");
  LocalAnswerer local(world.store(), world.holder().index);
  LocalAnswerer::Request request;
  request.details = Alice();
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  CHECK(absl::IsFailedPrecondition(
      local.Answer(request, *world.holder().book->Newest(), world.holder().code, kStart).status()));
}

TEST_CASE("A node whose shields are not confirmed after a restore is not ready to anybody") {
  World world({SocialWork("2026-03-02", "")});
  for (const size_t i : {1, 2}) world.f.at(i).answerer->SetHeld(true);
  auto question = world.f.Ask(Alice());
  const auto ledger = world.f.Converse(*question);
  CHECK(ledger.at(world.holder().code).cause() == v1::MEMBER_NOT_READY);
  CHECK(ledger.at(world.f.at(2).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(world.store().audit.empty());
  world.holder().answerer->SetHeld(false);
  CHECK(world.f.AskOne(world.holder()).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("Two records of which one may speak to this asker claim with that one") {
  World world({MentalHealth(false)});
  world.f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  world.f.EnrolAll();
  const v1::LedgerRow row = world.f.AskOne(world.holder(), IntroFor(v1::S17_ASSESSMENT));
  CHECK(row.outcome() == v1::INVOLVED_NOW);
  REQUIRE(world.store().CountAudit(v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(world.store().audit[0].case_reference() == "case-2");
  CHECK(world.Desk(v1::ALERT_SENSITIVE).size() == 1);
}

TEST_CASE("The own row keeps the same rules and tells the desk of an unsaid sensitive service") {
  World world({});
  FakeStore& own = world.f.asker().store;
  world.f.asker().Hold(Alice(), {MentalHealth(false)});
  world.f.EnrolAll();
  const auto tags = world.f.Tags(Alice());
  const v1::Intro intro = IntroFor(v1::S17_ASSESSMENT);
  LocalAnswerer local(own, world.f.asker().index);
  LocalAnswerer::Request request;
  request.details = Alice();
  request.tags = &tags;
  request.epoch = kEpoch;
  request.context = ContextOf(intro);
  request.alerts = &world.f.asker().alerts;
  request.intro = &intro;
  const auto outcome = [&] {
    auto answer =
        local.Answer(request, *world.f.asker().book->Newest(), world.f.asker().code, kStart);
    REQUIRE(answer.ok());
    return answer->body().outcome();
  };
  CHECK(outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.f.asker().alerts.Flush().ok());
  CHECK(own.Desk(v1::ALERT_SENSITIVE).size() == 1);
  request.context = ContextOf(Federation::GoodIntro());
  CHECK(outcome() == v1::ASK_DESK);
  own.children[1].flags.withheld = true;
  CHECK(outcome() == v1::WITHHELD);
}

TEST_CASE(
    "The own desk with an approval is told that its protected record is held and others not") {
  World world({});
  world.f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  world.f.asker().store.children[1].flags.shielded = true;
  world.f.EnrolAll();
  LocalAnswerer local(world.f.asker().store, world.f.asker().index);
  LocalAnswerer::Request request;
  request.details = Alice();
  request.case_reference = "case-1";
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  const auto outcome = [&] {
    return local.Answer(request, *world.f.asker().book->Newest(), world.f.asker().code, kStart)
        ->body()
        .outcome();
  };
  CHECK(outcome() == v1::NOTHING_TO_REPORT);
  request.context.approved_own = true;  // a social worker's: not a desk's
  CHECK(outcome() == v1::NOTHING_TO_REPORT);
  request.context.role = v1::DESK_WORKER;
  CHECK(outcome() == v1::ASK_DESK);
  request.context.approved_own = false;
  CHECK(outcome() == v1::NOTHING_TO_REPORT);
  request.context = ContextOf(Federation::BreakGlassIntro());
  CHECK(outcome() == v1::ASK_DESK);
}

}  // namespace
}  // namespace signpost::node
