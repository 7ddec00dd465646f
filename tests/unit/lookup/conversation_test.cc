#include "node/lookup/evidence.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

std::string Flip(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

TEST_CASE("Involved now and before and nothing and silence each read as what they are") {
  Federation f;
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(2).Hold(Alice(), {SocialWork("2025-03-02", "2026-06-01")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto rows = f.Converse(*question, {4});
  CHECK(rows.at(f.at(1).code).outcome() == v1::INVOLVED_NOW);
  CHECK(rows.at(f.at(1).code).answer().grade() == v1::CERTAIN);
  CHECK(rows.at(f.at(1).code).answer().signposts(0).telephone() == "01632 960001");
  CHECK(rows.at(f.at(1).code).answer().desk().telephone() == "01632 960100");
  CHECK(rows.at(f.at(2).code).outcome() == v1::INVOLVED_BEFORE);
  CHECK(rows.at(f.at(2).code).answer().signposts(0).until() == "2026-06-01");
  CHECK(rows.at(f.at(3).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(rows.at(f.at(4).code).outcome() == v1::NO_ANSWER);
  CHECK(rows.at(f.at(4).code).cause() == v1::UNREACHABLE);
  CHECK(rows.at(f.at(4).code).desk().telephone() == "01632 960100");
  CHECK(question->ledger().completeness() == v1::INCOMPLETE);
  CHECK(question->ledger().asked() == 4);
  CHECK(question->ledger().answered() == 3);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 1);
  CHECK(f.at(3).store.audit.empty());
  const auto evidence = DecodeEvidence(question->EndedRow().evidence());
  REQUIRE(evidence.ok());
  CHECK(evidence->members.size() == 4);
  CHECK(evidence->members[0].answer_signature.size() == 64);
}

TEST_CASE("A ledger is complete only when the own row and every member answered") {
  Federation f(3);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  f.Converse(*question);
  CHECK(question->ledger().completeness() == v1::INCOMPLETE);
  LocalAnswerer local(f.asker().store, f.asker().index);
  const auto tags = f.Tags(Alice());
  LocalAnswerer::Request request;
  request.details = Alice();
  request.tags = &tags;
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  auto own = local.Answer(request, *f.asker().book->Newest(), f.asker().code, kStart);
  REQUIRE(own.ok());
  CHECK(own->body().outcome() == v1::NOTHING_TO_REPORT);
  question->ledger().SetOwn(*std::move(own));
  CHECK(question->ledger().completeness() == v1::COMPLETE);
}

TEST_CASE("The own row tells of the own record under a case reference and under typed details") {
  Federation f(2);
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  LocalAnswerer local(f.asker().store, f.asker().index);
  LocalAnswerer::Request request;
  request.details = Alice();
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  const auto answer = [&] {
    auto own = local.Answer(request, *f.asker().book->Newest(), f.asker().code, kStart);
    REQUIRE(own.ok());
    return own->body().outcome();
  };
  CHECK(answer() == v1::INVOLVED_NOW);  // by key digests: no custodian needed
  const auto tags = f.Tags(Alice());
  request.tags = &tags;
  CHECK(answer() == v1::INVOLVED_NOW);
  request.case_reference = "case-1";
  CHECK(answer() == v1::INVOLVED_NOW);
  f.asker().store.children[1].flags.shielded = true;
  CHECK(answer() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("A shielded or quarantined or archived record looks like none at all") {
  for (int flag = 0; flag < 3; ++flag) {
    Federation f(3);
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    ChildFlags& flags = f.at(1).store.children[1].flags;
    (flag == 0 ? flags.shielded : flag == 1 ? flags.quarantined : flags.archived) = true;
    f.EnrolAll();
    auto question =
        f.Ask(Alice(), flag == 0 ? Federation::GoodIntro() : Federation::BreakGlassIntro());
    const auto held = f.Put(*question, f.at(1));
    const auto unknown = f.Put(*question, f.at(2));
    REQUIRE((held.ok() && unknown.ok()));
    CHECK(held->bytes.size() == unknown->bytes.size());
    CHECK(held->release_monotonic_ms == unknown->release_monotonic_ms);
    CHECK(f.at(1).store.audit.empty());
    question->OnClaim(f.at(1).code, held->bytes);
    question->OnClaim(f.at(2).code, unknown->bytes);
    const auto reveals = f.Reveals(*question);
    const auto a = f.Reveal(*question, reveals, f.at(1));
    const auto b = f.Reveal(*question, reveals, f.at(2));
    REQUIRE((a.ok() && b.ok()));
    CHECK(a->bytes.size() == b->bytes.size());
    question->OnAnswer(f.at(1).code, a->bytes, 0);
    question->OnAnswer(f.at(2).code, b->bytes, 0);
    auto rows = Federation::Rows(*question);
    CHECK(rows.at(f.at(1).code).answer().SerializeAsString() ==
          rows.at(f.at(2).code).answer().SerializeAsString());
    CHECK(f.at(1).store.audit.empty());
  }
}

TEST_CASE("A child that shares one weak key gets cover and no details") {
  Federation f(2);
  v1::ChildDetails other;
  v1::PersonName& name = *other.add_names();
  name.set_given("Bartholomea");
  name.set_family("Quillfeather");
  other.set_date_of_birth("2016-05-17");
  f.at(1).Hold(other, {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(f.at(1).answerer->counters().claims_with_evidence == 0);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE("More than six signposts are cut to six and the answer says that there are more") {
  Federation f(2);
  std::vector<v1::Involvement> many(8, SocialWork("2026-03-02", ""));
  many[7].set_lead_professional(true);
  f.at(1).Hold(Alice(), many);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const v1::LedgerRow row = f.Converse(*question).at(f.at(1).code);
  REQUIRE(row.answer().signposts_size() == 6);
  CHECK(row.answer().more());
  CHECK(row.answer().signposts(0).lead_professional());
}

TEST_CASE("A question about a recorded child reuses its stored tags and finds the same holder") {
  Federation f(2);
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  const auto stored = f.asker().store.LoadTags(kEpoch, 1);
  auto plan = PlanQuestion(Alice(), f.epoch(), &*stored, Federation::DigestOf(f.asker()), f.random);
  REQUIRE(plan.ok());
  CHECK(plan->reused);
  CHECK(plan->points().size() == 32 * 32);
  auto reused = FinishPlan(*std::move(plan), f.epoch(), {}, {});
  REQUIRE(reused.ok());
  const auto fresh = f.Tags(Alice());
  REQUIRE(reused->size() == fresh.size());
  for (size_t i = 0; i < fresh.size(); ++i) {
    CHECK((*reused)[i].hint == fresh[i].hint);
    CHECK((*reused)[i].poss == fresh[i].poss);
  }
}

TEST_CASE("A forged claim reads invalid and nobody else is affected") {
  Federation f(3);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(2).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto claim = f.Put(*question, f.at(1));
  const auto good = f.Put(*question, f.at(2));
  REQUIRE((claim.ok() && good.ok()));
  question->OnClaim(f.at(1).code, Flip(claim->bytes, 100));
  question->OnClaim(f.at(2).code, good->bytes);
  const auto reveals = f.Reveals(*question);
  question->OnAnswer(f.at(2).code, f.Reveal(*question, reveals, f.at(2))->bytes, 0);
  question->Finish(0);
  const auto rows = Federation::Rows(*question);
  CHECK(rows.at(f.at(1).code).cause() == v1::INVALID);
  CHECK(rows.at(f.at(2).code).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("A claim under another member's code does not open") {
  Federation f(3);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto claim = f.Put(*question, f.at(1));
  question->OnClaim(f.at(2).code, claim->bytes);
  CHECK(Federation::Rows(*question).at(f.at(2).code).cause() == v1::INVALID);
}

TEST_CASE("Two different claims of one member read invalid and a repeated one does not") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto claim = f.Put(*question, f.at(1));
  question->OnClaim(f.at(1).code, claim->bytes);
  question->OnClaim(f.at(1).code, claim->bytes);
  CHECK_FALSE(question->ledger().Settled(f.at(1).code));
  question->OnClaim(f.at(1).code, Flip(claim->bytes, 5));
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::INVALID);
}

TEST_CASE("A forged answer reads invalid and never nothing") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  const auto reveals = f.Reveals(*question);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, Flip(answer->bytes, 2000), 0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::NO_ANSWER);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::INVALID);
}

TEST_CASE("A claim after the cut-off is late and its nothing to report does not count") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  CHECK_FALSE(question->ClaimsDue(f.clock.MonotonicMs()));
  CHECK(question->ClaimsDue(f.clock.MonotonicMs() + 400));
  const auto claim = f.Put(*question, f.at(1));
  const auto reveals = f.Reveals(*question);
  question->OnClaim(f.at(1).code, claim->bytes);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, answer->bytes, 0);
  question->Finish(0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::LATE);
}

TEST_CASE("A late answer is audited and the row stays late") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  const auto reveals = f.Reveals(*question);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  question->Finish(0);
  const auto row = question->OnAnswer(f.at(1).code, answer->bytes, 0);
  REQUIRE(row.has_value());
  CHECK(row->kind() == v1::AuditRow::LATE_ANSWER);
  CHECK(row->outcome() == v1::INVOLVED_NOW);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::LATE);
}

TEST_CASE("A lost hub closes the open rows with that cause") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnHubLost();
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::HUB_UNREACHABLE);
}

TEST_CASE("A member suspended in the middle gets cover and reads not joined") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  f.Suspend(f.at(1).code);
  f.Reveals(*question);
  CHECK(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::NOT_JOINED);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::SUSPENDED);
}

}  // namespace
}  // namespace signpost::node
