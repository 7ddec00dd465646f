// A modified asker in search of a shielded child, over the wire: hand-made
// questions, partial tags, thousands of near-miss details, forged reasons and
// reveals for claims that nobody made. Authority 1 holds the child shielded,
// authority 2 has never heard of him; they hold the same other children. Whatever
// the asker and the hub can see of the two, and of the child and one whom nobody
// holds, is compared.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "proto/limits.h"
#include "proto/question/answer.h"
#include "proto/question/reveal.h"
#include "tests/hostile/hand_asker.h"
#include "tests/integration/calls.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr int64_t kClaimDelayMs = 150;
const std::string kHolder = TestFederation::Code(1);
const std::string kOther = TestFederation::Code(2);
constexpr size_t kSlotSpanMs = 600'000;

// A child whom nobody holds, as thoroughly described as Zebedee.
v1::ChildDetails Nobody() {
  v1::ChildDetails details = Zebedee();
  details.mutable_names(0)->set_given("Peregrine");
  details.mutable_names(0)->set_family("Ashgrove");
  details.set_date_of_birth("2014-11-21");
  details.mutable_addresses(0)->set_postcode("NR1 3QG");
  details.set_nhs_number("9990000026");
  return details;
}

// Zebedee with one thing wrong or missing at a time: what somebody who guesses would try.
std::vector<v1::ChildDetails> NearMisses() {
  std::vector<v1::ChildDetails> all = {Zebedee()};
  const auto with = [&all](auto change) {
    v1::ChildDetails details = Zebedee();
    change(details);
    all.push_back(details);
  };
  for (const char* given : {"Zeb", "Zebediah", "Zebbedee"}) {
    with([&](auto& d) { d.mutable_names(0)->set_given(given); });
  }
  for (const char* family : {"Quilfeather", "Quill", "Feather"}) {
    with([&](auto& d) { d.mutable_names(0)->set_family(family); });
  }
  for (const char* born : {"2015-03-10", "2015-09-03", "2014-03-09"}) {
    with([&](auto& d) { d.set_date_of_birth(born); });
  }
  for (const char* postcode : {"LS1 4AQ", "LS2 4AP", "M14 5QF"}) {
    with([&](auto& d) { d.mutable_addresses(0)->set_postcode(postcode); });
  }
  with([](auto& d) { d.clear_nhs_number(); });
  with([](auto& d) { d.clear_addresses(); });
  with([](auto& d) {
    d.clear_nhs_number();
    d.clear_addresses();
  });
  return all;
}

std::string OtherChildrenCsv(const std::string& prefix) {
  std::string csv = "case_reference,given_name,family_name,date_of_birth,sex,postcode\n";
  const char* rows[] = {"Cosima,Thistlewood,2012-02-29,F,B15 2TT",
                        "Barnaby,Larkspur,2016-07-01,M,LS1 4AP",
                        "Ottilie,Quillfeather,2011-12-12,F,LS6 2AA"};
  for (size_t i = 0; i < std::size(rows); ++i) {
    csv += prefix + std::to_string(i) + "," + rows[i] + "\n";
  }
  return csv;
}

class World {
 public:
  World() {
    // Every question within one slot, so that the audit head that claims carry stands still.
    const int64_t now = federation.clock().NowMs();
    federation.clock().Shift(static_cast<int64_t>(kSlotSpanMs) -
                             now % static_cast<int64_t>(kSlotSpanMs) + 2'000);
    federation.StartHub();
    federation.StartCustodian("a");
    federation.StartCustodian("b");
    for (const int authority : {1, 2}) {
      federation.StartNode(authority);
      REQUIRE(federation.Import(authority, v1::IMPORT_CHILDREN, OtherChildrenCsv("o")).accepted() ==
              3);
    }
    REQUIRE(federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("z", true)).accepted() == 1);
    REQUIRE(federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("z")).accepted() == 1);
    REQUIRE(federation.WaitReady());
    asker = std::make_unique<HandAsker>(federation, 0, std::vector<int>{1, 2});
    for (const int authority : {1, 2}) audit_rows[authority] = federation.Audit(authority).size();
  }
  std::vector<v1::DeskItem> Alerts() {
    std::vector<v1::DeskItem> items;
    REQUIRE(ListDesk(As{federation, 1, "desk"}, v1::ALERTS, &items).ok());
    return items;
  }
  // Alerts counted with their repetitions.
  uint32_t Alarmed() {
    uint32_t times = 0;
    for (const v1::DeskItem& item : Alerts()) times += item.times();
    return times;
  }
  // Neither node's audit has grown, or both alike.
  void ExpectAuditsAlike() {
    std::map<int, std::vector<std::pair<int, std::string>>> grown;
    for (const int authority : {1, 2}) {
      std::vector<v1::AuditRow> rows = federation.Audit(authority);
      rows.resize(rows.size() - audit_rows[authority]);  // newest first
      for (const v1::AuditRow& row : rows) grown[authority].emplace_back(row.kind(), row.note());
    }
    CHECK(grown[1] == grown[2]);
  }

  TestFederation federation{{.authorities = 4, .start = false, .edit_directory = [](auto& d) {
                               d.mutable_timers()->set_claim_delay_ms(kClaimDelayMs);
                               d.mutable_timers()->set_claim_cutoff_ms(2500);
                               d.mutable_timers()->set_answer_delay_ms(150);
                               d.mutable_timers()->set_answer_cutoff_ms(2500);
                             }}};
  std::unique_ptr<HandAsker> asker;
  std::map<int, size_t> audit_rows;
};

// Everything one member's replies to one question show to whoever asked it.
struct Seen {
  size_t claim_size = 0;
  int status = -1;
  std::string audit_head;
  bool proves = false;
  size_t answer_size = 0;  // 0: none came
  std::string answer;      // opened, without its as-of
  auto operator<=>(const Seen&) const = default;
};
// Those of both members, and what the hub sees besides: who was first, and when.
struct Both {
  Seen holder;
  Seen other;
  int64_t holder_ms = 0;
  int64_t other_ms = 0;
};

using MakeReveals = std::function<std::map<std::string, std::string>(
    const BuiltQuestion& built, std::map<std::string, std::string>& claims)>;

std::map<std::string, std::string> Covers(const BuiltQuestion& built,
                                          std::map<std::string, std::string>&) {
  std::map<std::string, std::string> covers;
  for (const std::string& member : {kHolder, kOther}) {
    covers[member] = MakeCover(HandAsker::KeysOf(built, member).reveal, built.hh).value();
  }
  return covers;
}

Seen See(const BuiltQuestion& built, absl::Span<const AskingTag> tags, HandStream& stream,
         const std::string& member) {
  Seen seen;
  const std::string& claim = stream.claims[member];
  seen.claim_size = claim.size();
  const auto opened = HandAsker::Open(built, member, claim);
  if (opened.ok()) {
    seen.status = opened->core.status;
    seen.audit_head = opened->core.audit_head;
    seen.proves = VerifyEvidence(opened->evidence, built.hh, member, PossOfSlots(built, tags));
  }
  const auto found = stream.answers.find(member);
  if (found == stream.answers.end()) return seen;
  seen.answer_size = found->second.size();
  const auto answer =
      OpenAnswer(HandAsker::KeysOf(built, member).answer, built.enc, built.hh, found->second);
  if (answer.ok()) {
    v1::AnswerBody body = answer->body;
    body.clear_as_of_ms();
    seen.answer = body.SerializeAsString();
  }
  return seen;
}

// Catch's assertions are one thread's: nothing here asserts.
Both Put(World& world, const v1::Intro& intro, const SigningKey& key,
         absl::Span<const AskingTag> tags, const MakeReveals& reveals = Covers) {
  const BuiltQuestion built = world.asker->BuildWith(world.asker->Header(), intro, key, tags);
  auto stream = world.asker->Put(HandAsker::Message(built));
  stream->ReadClaims(2);
  Both both;
  both.holder_ms = stream->claimed_ms[kHolder];
  both.other_ms = stream->claimed_ms[kOther];
  stream->Reveal(reveals(built, stream->claims));
  stream->ReadAnswers(2);
  both.holder = See(built, tags, *stream, kHolder);
  both.other = See(built, tags, *stream, kOther);
  return both;
}

// The two members look the same, but for each one's own audit head.
void ExpectAlike(Both both) {
  CHECK(both.holder.claim_size == kClaimSize);
  CHECK_FALSE(both.holder.proves);
  both.holder.audit_head.clear();
  both.other.audit_head.clear();
  CHECK(both.holder == both.other);
}

std::vector<AskingTag> TagsFor(const std::vector<node::QuestionTag>& tags, int64_t slot) {
  std::vector<AskingTag> at;
  for (const node::QuestionTag& tag : tags) {
    const std::string_view hint(reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size());
    at.push_back({SlotTag(hint, slot).value(), &tag.poss});
  }
  return at;
}

TEST_CASE("Hand-made questions and partial tags show nothing of a shielded child") {
  World world;
  HandAsker& asker = *world.asker;
  const std::vector<node::QuestionTag> own = world.federation.Tags(Zebedee());
  const std::vector<AskingTag> all = TagsFor(own, asker.Header().slot);

  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, all));
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() == 1; }));
  const v1::DeskItem alert = world.Alerts().front();
  CHECK(alert.kind() == v1::ALERT_SHIELDED);
  CHECK(alert.case_reference() == "z");
  CHECK(alert.asker().member() == asker.code);
  CHECK(alert.key_types_size() > 0);

  // Each tag by itself, each one left out, one tag in every slot.
  for (size_t i = 0; i < all.size(); ++i) {
    ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, {&all[i], 1}));
    std::vector<AskingTag> rest = all;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
    ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, rest));
  }
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing,
                  std::vector<AskingTag>(kQuestionSlots, all.front())));

  // Right tags under locks that do not open: whether they were tried must not show.
  const Secret wrong = world.federation.random().SecretBytes(32);
  std::vector<AskingTag> locked = all;
  for (AskingTag& tag : locked) tag.poss = &wrong;
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, locked));

  // Reasons that do not hold.
  const auto stranger = SigningKey::Generate(world.federation.random());
  ExpectAlike(Put(world, asker.Intro(), stranger, all));
  v1::Intro intro = asker.Intro();
  intro.set_break_glass_reason("for no reason at all");
  ExpectAlike(Put(world, intro, stranger, all));
  intro.set_purpose(v1::S17_ASSESSMENT);  // nobody may break the glass for it
  ExpectAlike(Put(world, intro, asker.keys.signing, all));
  intro.set_role(v1::NODE_ADMIN);
  ExpectAlike(Put(world, intro, asker.keys.signing, all));
  intro = asker.Intro();
  intro.set_member(kOther);
  ExpectAlike(Put(world, intro, asker.keys.signing, all));
  intro = asker.Intro();
  intro.set_purpose(v1::DATA_QUALITY);  // not for this role
  ExpectAlike(Put(world, intro, asker.keys.signing, all));

  world.ExpectAuditsAlike();
  CHECK(world.federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() > 20; }));
}

TEST_CASE("Reveals for claims that nobody made get the same from holder and stranger") {
  World world;
  HandAsker& asker = *world.asker;
  const std::vector<node::QuestionTag> own = world.federation.Tags(Zebedee());
  const std::vector<AskingTag> all = TagsFor(own, asker.Header().slot);
  const auto reveal_with = [&](std::vector<const Secret*> poss, const std::string& claim_hash) {
    return [=, &asker](const BuiltQuestion& built, std::map<std::string, std::string>& claims) {
      std::map<std::string, std::string> reveals;
      for (const std::string& member : {kHolder, kOther}) {
        const auto opened = HandAsker::Open(built, member, claims[member]);
        reveals[member] = MakeReveal(HandAsker::KeysOf(built, member).reveal, built.hh, member,
                                     poss, claim_hash.empty() ? opened->hash : claim_hash,
                                     Zebedee(), asker.keys.signing)
                              .value();
      }
      return reveals;
    };
  };
  std::vector<const Secret*> every;
  for (const AskingTag& tag : all) every.push_back(tag.poss);
  const Both sealed = Put(world, asker.Intro(), asker.keys.signing, all, reveal_with(every, ""));
  ExpectAlike(sealed);
  CHECK(sealed.holder.answer_size == 0);  // opens for nobody
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, all, reveal_with({every.front()}, "")));
  // Under keys that the asker made up, and for a claim that it made up.
  const Secret made_up = world.federation.random().SecretBytes(32);
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, all, reveal_with({&made_up}, "")));
  ExpectAlike(
      Put(world, asker.Intro(), asker.keys.signing, all, reveal_with(every, std::string(32, 'c'))));
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, all,
                  [](const BuiltQuestion&, std::map<std::string, std::string>&) {
                    return std::map<std::string, std::string>{
                        {kHolder, std::string(kRevealSize, 'g')},
                        {kOther, std::string(kRevealSize, 'g')}};
                  }));
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() == 5; }));
  world.ExpectAuditsAlike();
}

TEST_CASE("A broken glass put again is told nothing the second time by anybody") {
  World world;
  HandAsker& asker = *world.asker;
  const std::vector<node::QuestionTag> own = world.federation.Tags(Zebedee());
  const std::vector<AskingTag> all = TagsFor(own, asker.Header().slot);
  v1::Intro intro = asker.Intro();
  intro.set_break_glass_reason("missing since this morning");
  const BuiltQuestion built = asker.BuildWith(asker.Header(), intro, asker.keys.signing, all);
  auto first = asker.Put(HandAsker::Message(built));
  first->ReadClaims(2);
  CHECK(See(built, all, *first, kHolder).proves);
  CHECK_FALSE(See(built, all, *first, kOther).proves);
  first.reset();
  auto again = asker.Put(HandAsker::Message(built));
  again->ReadToEnd();
  CHECK(again->claims.empty());
  CHECK(world.federation.CountAudit(1, v1::AuditRow::BREAK_GLASS) == 1);
  // The next question without the reason is an unknown child's again.
  ExpectAlike(Put(world, asker.Intro(), asker.keys.signing, all));
}

TEST_CASE("Half of a question for a child known to be held shows nothing of who is shielded") {
  // A protected record silenced its whole node: holder and stranger hold the same control child,
  // and the holder alone fell silent about her when the other half of the slots was the shielded
  // boy's.
  World world;
  HandAsker& asker = *world.asker;
  for (const int authority : {1, 2}) {
    REQUIRE(world.federation.Import(authority, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("o0"))
                .accepted() == 1);
  }
  REQUIRE(world.federation.WaitReady());
  v1::ChildDetails control = Zebedee();
  control.mutable_names(0)->set_given("Cosima");
  control.mutable_names(0)->set_family("Thistlewood");
  control.set_date_of_birth("2012-02-29");
  control.clear_addresses();
  control.add_addresses()->set_postcode("B15 2TT");
  control.clear_nhs_number();
  const int64_t slot = asker.Header().slot;
  const std::vector<node::QuestionTag> control_tags = world.federation.Tags(control);
  const std::vector<node::QuestionTag> suspect_tags = world.federation.Tags(Zebedee());
  std::vector<AskingTag> mixed = TagsFor(control_tags, slot);
  mixed.resize(std::min<size_t>(mixed.size(), kQuestionSlots / 2));
  const size_t suspect_from = mixed.size();
  for (const AskingTag& tag : TagsFor(suspect_tags, slot)) {
    if (mixed.size() < kQuestionSlots) mixed.push_back(tag);
  }
  const auto expect_both_claim = [&] {
    const Both both = Put(world, asker.Intro(), asker.keys.signing, mixed);
    CHECK(both.other.proves);
    CHECK(both.holder.proves);
    CHECK(both.holder.status == both.other.status);
    CHECK(both.holder.answer == both.other.answer);
  };
  expect_both_claim();
  const Secret wrong = world.federation.random().SecretBytes(32);
  for (size_t i = suspect_from; i < mixed.size(); ++i) mixed[i].poss = &wrong;
  expect_both_claim();
  // The desk is told each time, and who it was, though the boy's own locks did not open.
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() == 2; }));
  for (const v1::DeskItem& alert : world.Alerts()) CHECK(alert.asker().member() == asker.code);
}

struct Series {
  std::mutex mutex;
  std::set<Seen> holder;
  std::set<Seen> other;
  std::vector<int64_t> holder_ms;
  size_t holder_first = 0;
  size_t count = 0;

  void Add(const Both& both) {
    const std::lock_guard lock(mutex);
    holder.insert(both.holder);
    other.insert(both.other);
    holder_ms.push_back(both.holder_ms);
    holder_first += both.holder_ms < both.other_ms;
    ++count;
  }
  int64_t Percentile(size_t percent) {
    std::sort(holder_ms.begin(), holder_ms.end());
    return holder_ms[std::min(holder_ms.size() - 1, holder_ms.size() * percent / 100)];
  }
  std::string Line() {
    std::string line;
    for (const size_t percent : {0, 5, 25, 50, 75, 95, 99}) {
      line += " p" + std::to_string(percent) + " " + std::to_string(Percentile(percent)) + " ms";
    }
    return line + ", first in " + std::to_string(holder_first * 100 / count) + " of 100";
  }
};

TEST_CASE("Thousands of near-miss details find out no more of a shielded child than of none") {
  constexpr size_t kQuestions = 2'000;  // half about the shielded child, half about nobody
  constexpr size_t kThreads = 24;
  World world;
  HandAsker& asker = *world.asker;
  const int64_t slot = asker.Header().slot;
  std::vector<std::vector<node::QuestionTag>> tags;  // one guess each; addresses stay
  for (const v1::ChildDetails& guess : NearMisses()) tags.push_back(world.federation.Tags(guess));
  std::vector<AskingTag> near;
  for (const auto& guess : tags) {
    for (const AskingTag& tag : TagsFor(guess, slot)) near.push_back(tag);
  }
  const std::vector<node::QuestionTag> nobody_tags = world.federation.Tags(Nobody());
  const std::vector<AskingTag> nobody = TagsFor(nobody_tags, slot);

  Series shielded;
  Series absent;
  std::atomic<size_t> next{0};
  const auto ask = [&] {
    for (size_t i = next++; i < kQuestions; i = next++) {
      // Any 1 to 32 of all the tags that guessing gives, so also whole sets and single ones.
      const bool guess = i % 2 == 0;
      std::vector<AskingTag> some;
      const std::vector<AskingTag>& from = guess ? near : nobody;
      const size_t count = 1 + world.federation.random().Below(kQuestionSlots);
      for (size_t n = 0; n < std::min(count, from.size()); ++n) {
        some.push_back(from[world.federation.random().Below(from.size())]);
      }
      const Both both = Put(world, asker.Intro(), asker.keys.signing, some);
      (guess ? shielded : absent).Add(both);
    }
  };
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) threads.emplace_back(ask);
  for (std::thread& thread : threads) thread.join();

  REQUIRE(shielded.count + absent.count == kQuestions);
  // One look of everything that was ever seen, about whomever was asked.
  CHECK(shielded.holder.size() == 1);
  CHECK(shielded.other.size() == 1);
  CHECK(shielded.holder == absent.holder);
  CHECK(shielded.other == absent.other);
  CHECK(shielded.holder.begin()->status == v1::READY);
  CHECK_FALSE(shielded.holder.begin()->proves);
  CHECK(shielded.holder.begin()->answer_size == kAnswerSize);
  std::cout << "claims of the shielded child's holder:" << shielded.Line() << '\n'
            << "claims about nobody:                  " << absent.Line() << '\n';
  CHECK(shielded.Percentile(0) >= kClaimDelayMs);
  CHECK(absent.Percentile(0) >= kClaimDelayMs);
  CHECK(std::abs(shielded.Percentile(50) - absent.Percentile(50)) <= 10);
  const double first =
      static_cast<double>(shielded.holder_first) / static_cast<double>(shielded.count);
  const double first_of_none =
      static_cast<double>(absent.holder_first) / static_cast<double>(absent.count);
  CHECK(std::abs(first - first_of_none) < 0.15);

  // The attack was seen, by the desk and by nobody else.
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() > kQuestions / 8; }));
  CHECK(world.Alerts().size() == 1);
  world.ExpectAuditsAlike();
}

TEST_CASE("An honest asker's ledger reads the same of a shielded child's holder and a stranger") {
  World world;
  world.federation.StartNode(3);
  REQUIRE(world.federation.WaitReady());
  v1::Ledger ledger;
  REQUIRE(world.federation.AskAs(3, "practitioner", world.federation.ByDetails(Zebedee()), &ledger)
              .ok());
  std::map<std::string, std::string> rows;
  for (v1::LedgerRow row : ledger.rows()) {
    const std::string member = row.member();
    row.clear_member();
    row.clear_name();
    row.clear_desk();
    row.clear_answered_ms();
    rows[member] = row.SerializeAsString();
  }
  CHECK(rows.at(kHolder) == rows.at(kOther));
  CHECK_FALSE(rows.at(kHolder).empty());
  world.ExpectAuditsAlike();
  CHECK(world.federation.WaitUntil([&] { return world.Alarmed() == 1; }));
}

}  // namespace
}  // namespace signpost::testing
