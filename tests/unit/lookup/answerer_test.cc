#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

TEST_CASE("A question put twice is refused as replayed") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  REQUIRE(f.Put(*question, f.at(1)).ok());
  CHECK(f.Put(*question, f.at(1)).status().message() == "REPLAYED");
}

TEST_CASE("A question put again after a restart gets a claim from holder and stranger alike") {
  // The holder had written the question down and gave no claim; all others claimed. Whoever
  // recorded a question could learn so who holds the child.
  Federation f(3);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  REQUIRE(f.Put(*question, f.at(1)).ok());
  REQUIRE(f.Put(*question, f.at(2)).ok());
  for (const size_t i : {1, 2}) {
    TestMember& member = f.at(i);
    ReplayGuard fresh(kStart - 60'000);
    Answerer restarted({member.code, &member.signing, &member.sealing, 64}, *member.book,
                       member.index, member.store, member.alerts, fresh, f.clock, f.random);
    const auto claim =
        restarted.OnQuestion(Federation::FrameFor(question->Message(), member.code), 1);
    REQUIRE(claim.ok());
    CHECK(claim->release_monotonic_ms == 151);
    CHECK(restarted.counters().claims_with_evidence == 0);
    CHECK(restarted.audit_writable());
    question->OnClaim(member.code, claim->bytes);
    v1::RevealFrame frame;
    frame.set_qid(question->qid());
    frame.set_reveal("short");
    CHECK_FALSE(restarted.OnReveal(frame, 1).ok());
  }
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE("A question issued before the node started or too long ago gets no claim") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto frame = Federation::FrameFor(question->Message(), f.at(1).code);
  ReplayGuard later(kStart + 1);
  Answerer restarted({f.at(1).code, &f.at(1).signing, &f.at(1).sealing, 64}, *f.at(1).book,
                     f.at(1).index, f.at(1).store, f.at(1).alerts, later, f.clock, f.random);
  CHECK(restarted.OnQuestion(frame, 1).status().message() == "BEFORE_START");
  f.clock.Advance(120'001);
  CHECK(f.Put(*question, f.at(1)).status().message() == "CLOCK_SKEW");
}

TEST_CASE("A garbage body or header or another member's wrap gets no claim") {
  Federation f(3);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto good = Federation::FrameFor(question->Message(), f.at(1).code);
  auto frame = good;
  (*frame.mutable_body())[9] ^= 1;
  CHECK_FALSE(f.at(1).answerer->OnQuestion(frame, 1).ok());
  frame = good;
  frame.set_body("short");
  CHECK_FALSE(f.at(1).answerer->OnQuestion(frame, 1).ok());
  frame = good;
  (*frame.mutable_header())[20] ^= 1;
  CHECK_FALSE(f.at(1).answerer->OnQuestion(frame, 1).ok());
  frame = good;
  frame.set_sealing_key_id(99);
  CHECK_FALSE(f.at(1).answerer->OnQuestion(frame, 1).ok());
  CHECK_FALSE(f.at(2).answerer->OnQuestion(good, 1).ok());
  CHECK_FALSE(f.at(1).answerer->OnQuestion({}, 1).ok());
}

TEST_CASE("Claims and answers are released at their delays and not before") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto claim = f.Put(*question, f.at(1));
  REQUIRE(claim.ok());
  CHECK(claim->release_monotonic_ms == f.clock.MonotonicMs() + 150);
  question->OnClaim(f.at(1).code, claim->bytes);
  const auto reveals = f.Reveals(*question);
  CHECK(f.Reveal(*question, reveals, f.at(1))->release_monotonic_ms == f.clock.MonotonicMs() + 150);
  CHECK(absl::IsNotFound(f.Reveal(*question, reveals, f.at(1)).status()));
}

TEST_CASE("A member that is not enrolled or whose index waits reads not ready") {
  Federation f(3);
  f.at(2).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.Enrol(f.at(2));
  f.at(2).index.SetOldestWaiting(kEpoch, kStart - 24 * 3'600'000);
  auto question = f.Ask(Alice());
  const auto rows = f.Converse(*question);
  CHECK(rows.at(f.at(1).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(rows.at(f.at(2).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(f.at(2).store.audit.empty());
}

TEST_CASE("A member whose directory is older or newer than the asker's reads not ready") {
  Federation f(2);
  f.EnrolAll();
  f.NextVersion();
  f.Publish(1);
  auto ahead = f.Ask(Alice());
  CHECK(f.Converse(*ahead).at(f.at(1).code).cause() == v1::MEMBER_NOT_READY);
  CHECK(ahead->directory_mismatches() == 1);
  auto stale = f.Ask(Alice());
  f.Publish();
  f.NextVersion();
  f.Publish();
  auto current = f.Ask(Alice());
  CHECK(f.Converse(*current).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(f.Converse(*stale).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("A suspended asker's question looks like no match at the holder and raises an alarm") {
  Federation f(3);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  f.Suspend(f.asker().code);
  const auto claim = f.Put(*question, f.at(1));
  REQUIRE(claim.ok());
  question->OnClaim(f.at(1).code, claim->bytes);
  CHECK(f.at(1).answerer->counters().claims_with_evidence == 0);
  CHECK(f.at(1).store.audit.empty());  // written off the answering path
  CHECK(f.at(1).alerts.Flush().ok());
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::BAD_SIGNATURE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("An intro signed by another key looks like no match and raises an alarm") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  const SigningKey stranger = SigningKey::Generate(f.random);
  AskerQuestion forged;
  forged.intro = Federation::GoodIntro();
  forged.details = Alice();
  forged.tags = f.Tags(Alice());
  forged.epoch = kEpoch;
  auto question =
      Asker::Start({f.asker().code, &stranger, 20'000}, f.asker().book->Snapshot(kStart),
                   std::move(forged), kStart, f.random);
  REQUIRE(question.ok());
  CHECK(f.Converse(**question).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(f.at(1).alerts.Flush().ok());
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::BAD_SIGNATURE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE("Details that do not explain the match are answered with nothing") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  v1::ChildDetails other = Alice();
  other.mutable_names(0)->set_given("Somebody");
  other.set_nhs_number("9990000026");
  AskerQuestion swapped;
  swapped.intro = Federation::GoodIntro();
  swapped.details = other;
  swapped.tags = f.Tags(Alice());
  swapped.epoch = kEpoch;
  auto question =
      Asker::Start({f.asker().code, &f.asker().signing, 20'000}, f.asker().book->Snapshot(kStart),
                   std::move(swapped), kStart, f.random);
  REQUIRE(question.ok());
  CHECK(f.Converse(**question).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::ANSWERED_NOTHING) == 1);
}

TEST_CASE("A garbled reveal gets no answer from holder and stranger alike") {
  Federation f(3);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  for (size_t i : {1, 2}) question->OnClaim(f.at(i).code, f.Put(*question, f.at(i))->bytes);
  v1::AskReveals reveals = f.Reveals(*question);
  for (auto& reveal : *reveals.mutable_reveals()) (*reveal.mutable_reveal())[77] ^= 1;
  CHECK_FALSE(f.Reveal(*question, reveals, f.at(1)).ok());
  CHECK_FALSE(f.Reveal(*question, reveals, f.at(2)).ok());
}

TEST_CASE("A holder that cannot write its audit log never says nothing to report") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  f.at(1).store.audit_broken = true;
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).cause() == v1::MEMBER_NOT_READY);
  CHECK_FALSE(f.at(1).answerer->audit_writable());

  f.at(1).store.audit_broken = false;
  f.at(1).answerer->SetAuditWritable(true);
  auto second = f.Ask(Alice());
  second->OnClaim(f.at(1).code, f.Put(*second, f.at(1))->bytes);
  f.at(1).store.audit_broken = true;
  const auto reveals = f.Reveals(*second);
  CHECK(absl::IsUnavailable(f.Reveal(*second, reveals, f.at(1)).status()));
}

TEST_CASE("A record shielded between claim and reveal is not told of") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  f.at(1).store.children[1].flags.shielded = true;
  const auto reveals = f.Reveals(*question);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, answer->bytes, 0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("Two certain records of one child answer together") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.at(1).Hold(Alice(), {SocialWork("2025-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).answer().signposts_size() == 2);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 2);
}

TEST_CASE("A question past its deadline is forgotten") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  REQUIRE(f.Put(*question, f.at(1)).ok());
  CHECK(f.at(1).answerer->open_questions() == 1);
  f.clock.Advance(23'000);
  f.at(1).answerer->Expire();
  CHECK(f.at(1).answerer->open_questions() == 0);
}

TEST_CASE("A question is forgotten after ten seconds whatever deadline its header gives") {
  // It was kept for up to a minute, with its keys: 4,096 of them filled the table.
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice(), Federation::GoodIntro(), 60'000);
  REQUIRE(f.Put(*question, f.at(1)).ok());
  f.clock.Advance(9'999);
  f.at(1).answerer->Expire();
  CHECK(f.at(1).answerer->open_questions() == 1);
  f.clock.Advance(2);
  f.at(1).answerer->Expire();
  CHECK(f.at(1).answerer->open_questions() == 0);
}

TEST_CASE("A node without room for another question refuses it before it looks anything up") {
  // The room was looked at after the claim was written down: the log told of a claim that never
  // left.
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  TestMember& member = f.at(1);
  Answerer narrow({member.code, &member.signing, &member.sealing, 1}, *member.book, member.index,
                  member.store, member.alerts, member.replay, f.clock, f.random);
  v1::ChildDetails other = Alice();
  other.mutable_names(0)->set_given("Somebody");
  other.set_nhs_number("9990000026");
  auto first = f.Ask(other);
  auto second = f.Ask(Alice());
  REQUIRE(narrow.OnQuestion(Federation::FrameFor(first->Message(), member.code), 1).ok());
  member.store.audit.clear();
  member.store.records_read = 0;
  const auto refused = narrow.OnQuestion(Federation::FrameFor(second->Message(), member.code), 1);
  CHECK(absl::IsResourceExhausted(refused.status()));
  CHECK(member.store.audit.empty());
  CHECK(member.store.records_read == 0);
  CHECK(narrow.open_questions() == 1);
}

TEST_CASE("A key that thousands share does not hide the record that shares the NHS number") {
  // The limit of hits was one for all 32 tags: one common key used it up.
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  const TagSet held = *f.at(1).store.LoadTags(kEpoch, 1);
  std::vector<HintEntry> crowd;
  for (const StoredTag& tag : held.tags) {
    if (tag.ask_only || (KeyTypeBit(tag.key_type) & kStrongKeyTypes) != 0) continue;
    for (int64_t i = 0; i < 1500; ++i) {
      HintEntry entry;
      std::copy(tag.hint.begin(), tag.hint.end(), entry.hint.begin());
      entry.ref = {tag.key_type * 10'000 + i, 1, 0, tag.key_type};
      crowd.push_back(entry);
    }
  }
  f.at(1).index.SetHints(kEpoch, HintSet::Merge(*f.at(1).index.Hints(kEpoch), {}, std::move(crowd)),
                         kStart, SlotOf(kStart), true, 0);
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("However many records share keys only so many are read and the likeliest come first") {
  // Every record that shared any key was unsealed on the answering path.
  FakeStore store;
  std::vector<SlotHit> hits;
  for (int64_t id = 1; id <= 600; ++id) {
    store.children[id].id = id;
    store.involvements[id].push_back({1, id, "i", SocialWork("2026-03-02", ""), 0});
    hits.push_back(
        {{id, 1, 0,
          static_cast<uint8_t>(id <= 300 ? KeyType::kBirthPostcode : KeyType::kNhsNumber)},
         0});
    if (id > 590) hits.push_back({{id, 1, 0, static_cast<uint8_t>(KeyType::kBirthPostcode)}, 1});
  }
  const auto candidates = CandidatesOf(hits);
  REQUIRE(candidates.size() == 300 + kMaxWeakCandidates);
  CHECK(candidates.front().child == 591);
  const auto read = ReadCandidates(store, RuleDayOf(kStart, v1::Policy()), candidates,
                                   [](const ChildRow& child) -> absl::StatusOr<Candidate> {
                                     return Candidate{child.id, 0, 0};
                                   });
  REQUIRE(read.ok());
  CHECK(read->speaking.size() == kMaxCertainReads + kMaxWeakReads);
  CHECK(store.records_read == kMaxCertainReads + kMaxWeakReads);
  CHECK(read->speaking.front().record.child.id == 591);
  CHECK(read->speaking[kMaxCertainReads].record.child.id == 1);
}

TEST_CASE("A member or an asker that a new directory no longer lists ends nothing but the answer") {
  // The desk was taken from a second look at the directory without asking whether it still listed
  // this member: the node would have crashed.
  for (const int gone : {0, 1}) {
    Federation f(3);
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    f.EnrolAll();
    auto question = f.Ask(Alice());
    question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
    const auto reveals = f.Reveals(*question);
    f.NextVersion();
    f.directory.mutable_members()->DeleteSubrange(gone, 1);
    f.Publish();
    const auto answer = f.Reveal(*question, reveals, f.at(1));
    CHECK(answer.ok() == (gone == 0));
    CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
    CHECK(f.at(1).store.CountAudit(v1::AuditRow::ANSWERED_NOTHING) == (gone == 0 ? 1 : 0));
  }
}

TEST_CASE("A custodian that evaluates with another key is refused") {
  Federation f(2);
  auto plan = PlanQuestion(Alice(), f.epoch(), nullptr, Federation::DigestOf(f.asker()), f.random);
  REQUIRE(plan.ok());
  const Evaluation a = f.EvaluateA(plan->points());
  const auto tags = FinishPlan(*std::move(plan), f.epoch(), a, a);
  CHECK(absl::IsUnauthenticated(tags.status()));
}

TEST_CASE("Details that cannot meet the reveal policy put no question") {
  Federation f(2);
  v1::ChildDetails thin;
  thin.add_names()->set_given("Alizeh");
  const auto plan =
      PlanQuestion(thin, f.epoch(), nullptr, Federation::DigestOf(f.asker()), f.random);
  CHECK(absl::IsInvalidArgument(plan.status()));
}

}  // namespace
}  // namespace signpost::node
