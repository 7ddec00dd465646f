// Shielded and quarantined children: whatever the asker, its software, the hub or
// an onlooker can see is that of an unknown child; the holder's desk alone is told.
#include "proto/question/answer.h"
#include "proto/question/claim.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

// Everything that leaves a member for one question, opened with the member's own keys, and
// everything that it writes down or counts outside its desk.
struct Observed {
  size_t claim_size = 0;
  int64_t claim_release_ms = 0;
  v1::ClaimStatus status = v1::CLAIM_STATUS_UNSPECIFIED;
  int64_t watermark_ms = 0;
  std::string audit_head;
  size_t reveal_size = 0;
  size_t answer_size = 0;
  int64_t answer_release_ms = 0;
  std::string answer;
  std::string row;
  std::string audit;
  size_t commits_before_flush = 0;
  bool audit_writable = false;
  std::vector<uint64_t> counters;

  bool operator==(const Observed&) const = default;
};

Observed Observe(Federation& f, TestMember& member, v1::Intro intro = Federation::GoodIntro(),
                 const v1::ChildDetails& details = Alice()) {
  Observed seen;
  auto question = f.Ask(details, std::move(intro));
  const auto frame = Federation::FrameFor(question->Message(), member.code);
  const auto opened = OpenQuestion(frame.header(), frame.body(), frame.enc(), frame.wrapped_key(),
                                   member.sealing.at(3));
  REQUIRE(opened.ok());
  const size_t commits = member.store.commits;
  const auto claim = f.Put(*question, member);
  REQUIRE(claim.ok());
  seen.claim_size = claim->bytes.size();
  seen.claim_release_ms = claim->release_monotonic_ms - f.clock.MonotonicMs();
  const auto core = OpenClaim(opened->keys.claim, opened->enc, opened->hh, claim->bytes);
  REQUIRE(core.ok());
  seen.status = core->core.status;
  seen.watermark_ms = core->core.watermark_ms;
  seen.audit_head = core->core.audit_head;
  question->OnClaim(member.code, claim->bytes);
  const v1::AskReveals reveals = f.Reveals(*question);
  for (const v1::MemberReveal& reveal : reveals.reveals()) {
    if (reveal.member() == member.code) seen.reveal_size = reveal.reveal().size();
  }
  const auto answer = f.Reveal(*question, reveals, member);
  if (answer.ok()) {
    seen.answer_size = answer->bytes.size();
    seen.answer_release_ms = answer->release_monotonic_ms - f.clock.MonotonicMs();
    seen.answer = OpenAnswer(opened->keys.answer, opened->enc, opened->hh, answer->bytes)
                      ->body.SerializeAsString();
    question->OnAnswer(member.code, answer->bytes, f.clock.MonotonicMs());
  }
  question->Finish(f.clock.MonotonicMs());
  v1::LedgerRow row = Federation::Rows(*question).at(member.code);
  row.clear_member();
  row.clear_name();
  row.clear_desk();
  seen.row = row.DebugString();
  seen.commits_before_flush = member.store.commits - commits;
  static_cast<void>(member.alerts.Flush());
  for (const v1::AuditRow& audited : member.store.audit) seen.audit += audited.DebugString();
  seen.audit_writable = member.answerer->audit_writable();
  const AnswererCounters& c = member.answerer->counters();
  for (const auto* counter :
       {&c.questions, &c.refused, &c.claims_with_evidence, &c.claims_without_reveal, &c.disclosures,
        &c.alarms, &c.audit_failures}) {
    seen.counters.push_back(counter->load());
  }
  return seen;
}

// Members 1 and 2: the first holds Alice shielded or quarantined, the second has never heard of
// her.
struct World {
  explicit World(bool quarantined = false) {
    f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
    ChildFlags& flags = f.at(1).store.children[1].flags;
    (quarantined ? flags.quarantined : flags.shielded) = true;
    f.EnrolAll();
  }
  FakeStore& store() { return f.at(1).store; }
  Federation f{3};
};

TEST_CASE("A shielded or quarantined child is an unknown one in every byte and moment and row") {
  for (const bool quarantined : {false, true}) {
    World world(quarantined);
    const Observed held = Observe(world.f, world.f.at(1));
    const Observed unknown = Observe(world.f, world.f.at(2));
    CHECK(held == unknown);
    CHECK(held.status == v1::READY);
    CHECK(held.commits_before_flush == 0);
    CHECK(held.audit.empty());
    CHECK(world.store().desk.size() == 1);
  }
}

TEST_CASE("A shielded child's desk is told who asked and how to ring back and which keys matched") {
  World world;
  v1::Intro intro = Federation::GoodIntro();
  intro.set_on_behalf_of("");
  Observe(world.f, world.f.at(1), intro);
  REQUIRE(world.store().desk.size() == 1);
  const v1::DeskItem& alert = world.store().desk[0];
  CHECK(alert.kind() == v1::ALERT_SHIELDED);
  CHECK(alert.case_reference() == "case-1");
  CHECK(alert.asker().member() == world.f.asker().code);
  CHECK(alert.asker().person() == "B. Asker");
  CHECK(alert.asker().role() == v1::SOCIAL_WORKER);
  CHECK(alert.asker().purpose() == v1::S47_ENQUIRY);
  CHECK(alert.asker().contact_telephone() == "01632 960444");
  CHECK(alert.policy_version() == 4);
  CHECK(alert.at_ms() == kStart);
  CHECK(alert.times() == 1);
  KeyTypeSet types = 0;
  for (const uint32_t type : alert.key_types()) types |= KeyTypeBit(static_cast<uint8_t>(type));
  CHECK(RevealPolicyMet(types));
  CHECK((types & KeyTypeBit(KeyType::kNhsNumber)) != 0);
  CHECK(alert.DebugString().find("Quillfeather") == std::string::npos);
}

TEST_CASE("Weak touches of a shielded child are counted and raise no alert") {
  World world;
  v1::ChildDetails sister;
  v1::PersonName& name = *sister.add_names();
  name.set_given("Bartholomea");
  name.set_family("Quillfeather");
  sister.set_date_of_birth("2016-05-17");
  v1::Address& address = *sister.add_addresses();
  address.set_postcode("B15 2TT");
  const Observed held = Observe(world.f, world.f.at(1), Federation::GoodIntro(), sister);
  const Observed unknown = Observe(world.f, world.f.at(2), Federation::GoodIntro(), sister);
  CHECK(held == unknown);
  CHECK(world.store().desk.empty());
  CHECK(world.store().touches[1] == 1);
}

TEST_CASE("A disk that fails tells a shielded child from an unknown one no more than a good one") {
  World world;
  for (const size_t i : {1, 2}) world.f.at(i).store.audit_broken = true;
  CHECK(Observe(world.f, world.f.at(1)) == Observe(world.f, world.f.at(2)));
  CHECK(world.f.at(1).answerer->audit_writable());
  CHECK(world.f.at(1).alerts.pending() == 1);  // tried once, and kept
  world.store().audit_broken = false;
  CHECK(world.f.at(1).alerts.Flush().ok());
  CHECK(world.f.at(1).alerts.pending() == 0);
  CHECK(world.store().Desk(v1::ALERT_SHIELDED).size() == 1);
}

TEST_CASE("A shielded record that cannot be read reads as unknown and the desk is told") {
  World world;
  for (const size_t i : {1, 2}) world.f.at(i).store.records_broken = true;
  CHECK(Observe(world.f, world.f.at(1)) == Observe(world.f, world.f.at(2)));
  REQUIRE(world.store().desk.size() == 1);
  CHECK(world.store().desk[0].reason() == "RECORD_UNREADABLE");
}

TEST_CASE("A store whose flags cannot be read is not ready to any question match or none") {
  World world;
  for (const size_t i : {1, 2}) world.f.at(i).store.flags_broken = true;
  const Observed held = Observe(world.f, world.f.at(1));
  CHECK(held == Observe(world.f, world.f.at(2)));
  CHECK(held.status == v1::EPOCH_NOT_READY);
}

TEST_CASE("A forged intro about a shielded child is an unknown child's and told to the desk") {
  World world;
  world.f.asker().signing = SigningKey::Generate(world.f.random);
  CHECK(Observe(world.f, world.f.at(1)) == Observe(world.f, world.f.at(2)));
  REQUIRE(world.store().desk.size() == 1);
  CHECK(world.store().desk[0].reason() == "BAD_INTRO");
  CHECK(world.store().desk[0].asker().person().empty());
}

TEST_CASE("A shielded record and its quarantined second both raise an alert and nobody speaks") {
  World world;
  world.f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  world.f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  world.store().children[2].flags.quarantined = true;
  world.f.EnrolAll();
  CHECK(Observe(world.f, world.f.at(1)) == Observe(world.f, world.f.at(2)));
  CHECK(world.store().Desk(v1::ALERT_SHIELDED).size() == 2);
}

TEST_CASE("The same question put again after a restart raises no second alert") {
  World world;
  TestMember& member = world.f.at(1);
  auto question = world.f.Ask(Alice());
  REQUIRE(world.f.Put(*question, member).ok());
  CHECK(member.alerts.Flush().ok());
  ReplayGuard fresh(kStart - 60'000);
  Answerer restarted({member.code, &member.signing, &member.sealing, 64}, *member.book,
                     member.index, member.store, member.alerts, fresh, world.f.clock,
                     world.f.random);
  REQUIRE(restarted.OnQuestion(Federation::FrameFor(question->Message(), member.code), 1).ok());
  CHECK(member.alerts.Flush().ok());
  CHECK(member.alerts.pending() == 0);
  REQUIRE(world.store().desk.size() == 1);
  CHECK(world.store().desk[0].times() == 1);
}

TEST_CASE("The same person asking again before the desk was told is one alert with a count") {
  World world;
  for (int i = 0; i < 3; ++i) {
    auto question = world.f.Ask(Alice());
    REQUIRE(world.f.Put(*question, world.f.at(1)).ok());
  }
  CHECK(world.f.at(1).alerts.pending() == 1);
  CHECK(world.f.at(1).alerts.Flush().ok());
  REQUIRE(world.store().desk.size() == 1);
  CHECK(world.store().desk[0].times() == 3);
  CHECK(world.store().seen_ids.size() == 3);
}

// A child whom everybody knows the members to hold.
v1::ChildDetails Control() {
  v1::ChildDetails details;
  v1::PersonName& name = *details.add_names();
  name.set_given("Cosima");
  name.set_family("Thistlewood");
  details.set_date_of_birth("2012-02-29");
  v1::Address& address = *details.add_addresses();
  address.set_street("Quarry Lane");
  address.set_town("Norwich");
  address.set_postcode("NR1 3QG");
  details.set_nhs_number("9990000026");
  return details;
}

// Half of the slots for each of two children; `swap`: the second one's locks do not open.
v1::LedgerRow AskMixed(Federation& f, TestMember& member, bool swap) {
  AskerQuestion asked;
  asked.intro = Federation::GoodIntro();
  asked.details = Control();
  asked.epoch = kEpoch;
  asked.tags = f.Tags(Control());
  asked.tags.resize(std::min<size_t>(asked.tags.size(), 16));
  std::vector<QuestionTag> suspect = f.Tags(Alice());
  for (size_t i = 0; i < suspect.size() && asked.tags.size() < 32; ++i) {
    if (swap) suspect[i].poss = f.random.SecretBytes(32);
    asked.tags.push_back(std::move(suspect[i]));
  }
  auto question =
      Asker::Start({f.asker().code, &f.asker().signing, 20'000}, f.asker().book->Snapshot(kStart),
                   std::move(asked), kStart, f.random);
  REQUIRE(question.ok());
  (*question)->Sent(f.clock.MonotonicMs());
  const auto claim = f.Put(**question, member);
  REQUIRE(claim.ok());
  (*question)->OnClaim(member.code, claim->bytes);
  const v1::AskReveals reveals = f.Reveals(**question);
  const auto answer = f.Reveal(**question, reveals, member);
  if (answer.ok()) (*question)->OnAnswer(member.code, answer->bytes, f.clock.MonotonicMs());
  (*question)->Finish(f.clock.MonotonicMs());
  return Federation::Rows(**question).at(member.code);
}

TEST_CASE(
    "Half of the slots for a child known to be held do not tell whether another is shielded") {
  // The protected record silenced every other: the control child's holder fell silent exactly when
  // the suspect was shielded there, so that one question told which authority hides her.
  for (const bool quarantined : {false, true}) {
    for (const bool locked : {false, true}) {
      World world(quarantined);
      for (const size_t i : {1, 2}) {
        world.f.at(i).Hold(Control(), {SocialWork("2026-03-02", "")});
      }
      world.f.EnrolAll();
      CHECK(AskMixed(world.f, world.f.at(1), locked).outcome() == v1::INVOLVED_NOW);
      CHECK(AskMixed(world.f, world.f.at(2), locked).outcome() == v1::INVOLVED_NOW);
      CHECK(world.f.at(1).alerts.Flush().ok());
      const auto alerts = world.store().Desk(v1::ALERT_SHIELDED);
      REQUIRE(alerts.size() == 1);
      CHECK(alerts[0].case_reference() == "case-1");
      // Under locks that do not open the desk read BAD_INTRO and nobody's name.
      CHECK(alerts[0].asker().person() == "B. Asker");
      CHECK(alerts[0].reason().empty());
    }
  }
}

TEST_CASE(
    "Details that are certainly a shielded child's get nothing from a record with more slots") {
  World world;
  v1::ChildDetails moved = Alice();
  v1::Address& address = *moved.add_addresses();
  address.set_kind(v1::Address::CURRENT);
  address.set_street("Quarry Lane");
  address.set_town("Norwich");
  address.set_postcode("NR1 3QG");
  world.f.at(1).Hold(moved, {SocialWork("2026-03-02", "")});
  world.f.EnrolAll();
  CHECK(world.f.AskOne(world.f.at(1), Federation::GoodIntro(), moved).outcome() ==
        v1::NOTHING_TO_REPORT);
  CHECK(world.store().CountAudit(v1::AuditRow::CLAIM_MADE) == 1);
  CHECK(world.store().CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  CHECK(world.f.at(1).alerts.Flush().ok());
  CHECK(world.store().Desk(v1::ALERT_SHIELDED).size() == 1);
}

}  // namespace
}  // namespace signpost::node
