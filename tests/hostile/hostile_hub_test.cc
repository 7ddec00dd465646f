// A hub that lies to nodes and askers: it may silence whom it likes, and never
// puts a word into anybody's mouth.
#include <catch2/catch.hpp>
#include <set>

#include "proto/crypto/kdf.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"
#include "tests/hostile/tamper_hub.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr int64_t kCutoffMs = 1000;
const std::string kHolder = TestFederation::Code(1);
const std::string kOther = TestFederation::Code(2);
const std::string kThird = TestFederation::Code(3);

// 0 asks, 1 holds the child, 2 and 3 hold nothing; the hub is the test's.
class World {
 public:
  World() : hub(federation) {
    federation.StartCustodian("a");
    federation.StartCustodian("b");
    for (const int authority : {0, 1, 2, 3}) federation.StartNode(authority);
    federation.Hold(0, "a");
    federation.Hold(1, "h");
    REQUIRE(federation.WaitReady());
  }

  // Whatever the hub does, a row is the truth or no answer.
  v1::Ledger Ask(TamperHub::Hooks hooks) {
    hub.Set(std::move(hooks));
    v1::Ledger ledger;
    const grpc::Status status = federation.Ask(0, federation.ByCase("a"), &ledger);
    hub.Set({});
    INFO(status.error_message());
    REQUIRE(status.ok());
    CHECK(ledger.rows_size() == 4);
    std::set<std::string> members;
    bool complete = true;
    for (const v1::LedgerRow& row : ledger.rows()) {
      INFO(row.DebugString());
      members.insert(row.member());
      complete = complete && row.has_answer();
      const bool holds = row.own() || row.member() == kHolder;
      const v1::Outcome truth = holds ? v1::INVOLVED_NOW : v1::NOTHING_TO_REPORT;
      if (row.outcome() == v1::NO_ANSWER) {
        CHECK_FALSE(row.has_answer());
        CHECK_FALSE(row.desk().telephone().empty());
      } else {
        CHECK(row.outcome() == truth);
        CHECK(row.has_answer());
      }
    }
    CHECK(members.size() == 4);
    CHECK(ledger.summary().completeness() == (complete ? v1::COMPLETE : v1::INCOMPLETE));
    CHECK(ledger.summary().elapsed_ms() < 2 * kCutoffMs + 1500);
    return ledger;
  }
  void ExpectHonest() { CHECK(Ask({}).summary().completeness() == v1::COMPLETE); }

  TestFederation federation{{.authorities = 4, .start = false, .edit_directory = [](auto& d) {
                               d.mutable_timers()->set_claim_delay_ms(100);
                               d.mutable_timers()->set_claim_cutoff_ms(kCutoffMs);
                               d.mutable_timers()->set_answer_delay_ms(100);
                               d.mutable_timers()->set_answer_cutoff_ms(kCutoffMs);
                             }}};
  TamperHub hub;
};

v1::NoAnswerCause CauseOf(const v1::Ledger& ledger, const std::string& member) {
  const v1::LedgerRow& row = RowOf(ledger, member);
  return row.outcome() == v1::NO_ANSWER ? row.cause() : v1::CAUSE_UNSPECIFIED;
}

// Exchanges the names under which two members' claims or answers are passed on.
void Exchange(std::string* member) {
  if (*member == kHolder) {
    *member = kOther;
  } else if (*member == kOther) {
    *member = kHolder;
  }
}

TEST_CASE("Claims and answers that the hub exchanges or alters or repeats read invalid") {
  World world;
  world.ExpectHonest();

  v1::Ledger ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    for (auto& claim : *reply.mutable_claims()) Exchange(claim.mutable_member());
    return true;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::INVALID);
  CHECK(CauseOf(ledger, kOther) == v1::INVALID);
  CHECK(RowOf(ledger, kThird).has_answer());

  ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    for (auto& answer : *reply.mutable_answers()) Exchange(answer.mutable_member());
    return true;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::INVALID);
  CHECK(CauseOf(ledger, kOther) == v1::INVALID);
  CHECK(RowOf(ledger, kThird).has_answer());

  ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    for (auto& claim : *reply.mutable_claims()) {
      if (claim.member() == kHolder) (*claim.mutable_claim())[300] ^= 1;
    }
    for (auto& answer : *reply.mutable_answers()) {
      if (answer.member() == kOther) (*answer.mutable_answer())[2000] ^= 1;
    }
    return true;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::INVALID);
  CHECK(CauseOf(ledger, kOther) == v1::INVALID);

  // Nothing is taken from an earlier question.
  std::map<std::string, std::string> old_claims;
  std::map<std::string, std::string> old_answers;
  world.Ask({.to_asker = [&](v1::AskReply& reply) {
    for (const auto& claim : reply.claims()) old_claims[claim.member()] = claim.claim();
    for (const auto& answer : reply.answers()) old_answers[answer.member()] = answer.answer();
    return true;
  }});
  ledger = world.Ask({.to_asker = [&](v1::AskReply& reply) {
    for (auto& claim : *reply.mutable_claims()) {
      if (claim.member() == kHolder) claim.set_claim(old_claims[kHolder]);
    }
    for (auto& answer : *reply.mutable_answers()) {
      if (answer.member() == kOther) answer.set_answer(old_answers[kOther]);
    }
    return true;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::INVALID);
  CHECK(CauseOf(ledger, kOther) == v1::INVALID);

  // A second delivery of the same is none.
  ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    const v1::AskReply once = reply;
    reply.MergeFrom(once);
    return true;
  }});
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

TEST_CASE("What the hub drops or silences or invents never reads as nothing to report") {
  World world;
  v1::Ledger ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    return reply.claims_size() == 0 || reply.claims(0).member() != kHolder;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::LATE);
  ledger = world.Ask({.to_asker = [](v1::AskReply& reply) {
    return reply.answers_size() == 0 || reply.answers(0).member() != kOther;
  }});
  CHECK(CauseOf(ledger, kOther) == v1::LATE);
  ledger = world.Ask({.to_member = [](const std::string& member, v1::HubFrame& frame) {
    return !frame.has_reveal() || member != kHolder;
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::LATE);

  // It says that a member is away, and makes up members, claims and answers.
  ledger = world.Ask({.at_question = [](v1::AskReply& reply) {
    v1::MemberSilent* away = reply.add_silent();
    away->set_member(kHolder);
    away->set_cause(v1::MemberSilent::NO_STREAM);
    for (const char* invented : {"E08999999", "", "nobody"}) {
      v1::MemberSilent* silent = reply.add_silent();
      silent->set_member(invented);
      silent->set_cause(v1::MemberSilent::NO_STREAM);
      v1::MemberClaim* claim = reply.add_claims();
      claim->set_member(invented);
      claim->set_claim(std::string(kClaimSize, 'x'));
      v1::MemberAnswer* answer = reply.add_answers();
      answer->set_member(invented);
      answer->set_answer(std::string(kAnswerSize, 'x'));
    }
    v1::MemberAnswer* early = reply.add_answers();
    early->set_member(kOther);
    early->set_answer(std::string(kAnswerSize, 'x'));
  }});
  CHECK(CauseOf(ledger, kHolder) == v1::UNREACHABLE);
  CHECK(CauseOf(ledger, kOther) == v1::INVALID);
  CHECK(RowOf(ledger, kThird).has_answer());

  // Nothing comes back at all.
  ledger = world.Ask({.to_asker = [](v1::AskReply&) { return false; }});
  for (const std::string& member : {kHolder, kOther, kThird}) {
    CHECK(CauseOf(ledger, member) == v1::LATE);
  }
  world.ExpectHonest();
}

TEST_CASE("A hub that floods the asker holds up neither the answer nor the next question") {
  World world;
  world.Ask({.flood = [](v1::AskReply& reply) {
    v1::MemberClaim* claim = reply.add_claims();
    claim->set_member("E08999999");
    claim->set_claim(std::string(100'000, 'x'));
  }});
  world.ExpectHonest();
  // The late answers' second is a second, whatever keeps coming.
  CHECK(world.federation.WaitUntil([&] { return world.hub.open_questions() == 0; }, 4000));
}

TEST_CASE("A question that the hub alters or gives to another member gets no claim") {
  World world;
  const auto ask_with = [&](auto change) {
    return world.Ask({.to_member = [change](const std::string& member, v1::HubFrame& frame) {
      if (frame.has_question() && member == kHolder) change(*frame.mutable_question());
      return true;
    }});
  };
  const std::vector<std::function<void(v1::QuestionFrame&)>> changes = {
      [](v1::QuestionFrame& question) { (*question.mutable_header())[90] ^= 1; },
      [](v1::QuestionFrame& question) { (*question.mutable_body())[17] ^= 4; },
      [](v1::QuestionFrame& question) { (*question.mutable_wrapped_key())[3] ^= 1; },
      [](v1::QuestionFrame& question) { (*question.mutable_enc())[3] ^= 1; },
      [&](v1::QuestionFrame& question) { question.set_body(std::string(kBodySize, 'x')); }};
  for (const auto& change : changes) {
    const v1::Ledger ledger = ask_with(change);
    CHECK(CauseOf(ledger, kHolder) == v1::LATE);
    CHECK(RowOf(ledger, kOther).has_answer());
  }
  CHECK(world.federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 0);
  CHECK(world.federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 0);

  // Another member's wrap, and yesterday's question put again by the hub itself.
  world.ExpectHonest();
  world.hub.SendTo(kOther, world.hub.LastQuestion(kHolder));
  world.hub.SendTo(kHolder, world.hub.LastQuestion(kHolder));
  world.ExpectHonest();
  CHECK(world.federation.CountAudit(1, v1::AuditRow::CLAIM_MADE) == 2);
  CHECK(world.federation.CountAudit(2, v1::AuditRow::CLAIM_MADE) == 0);
}

TEST_CASE("Directories that are rolled back or signed by too few or of two truths are refused") {
  World world;
  v1::Directory next = world.federation.directory();
  next.set_previous_hash(
      Sha256(world.federation.SignedBy(world.federation.directory(), 2).payload()));
  next.set_version(next.version() + 1);
  const auto send = [&](const v1::SignedDocument& document) {
    v1::HubFrame frame;
    *frame.mutable_directory()->mutable_directory() = document;
    for (const std::string& member : {TestFederation::Code(0), kHolder}) {
      world.hub.SendTo(member, frame);
    }
  };
  const auto versions_are = [&](uint64_t version) {
    for (const int authority : {0, 1}) {
      CHECK(world.federation.node(authority).Status().directory_version() == version);
    }
  };
  // Version 1 is everybody's; the holder is retired in each of the hub's own.
  v1::Directory false_one = next;
  false_one.mutable_members(1)->set_state(v1::RETIRED);
  send(world.federation.SignedBy(false_one, 1));
  v1::SignedDocument twice = world.federation.SignedBy(false_one, 1);
  *twice.add_signatures() = twice.signatures(0);
  send(twice);
  v1::SignedDocument altered = world.federation.SignedBy(next, 2);
  altered.set_payload(false_one.SerializeAsString());
  send(altered);
  send({});
  v1::SignedDocument garbage;
  garbage.set_payload_type("x");
  garbage.set_payload(std::string(100'000, 'x'));
  send(garbage);
  world.ExpectHonest();
  versions_are(1);

  // The real next one is taken, and then the first comes again.
  send(world.federation.SignedBy(next, 2));
  REQUIRE(world.federation.WaitUntil([&] {
    return world.federation.node(0).Status().directory_version() == 2 &&
           world.federation.node(1).Status().directory_version() == 2;
  }));
  send(world.federation.SignedBy(world.federation.directory(), 2));
  // Two truths under one version, as officers' stolen keys could sign.
  v1::Directory other_truth = false_one;
  send(world.federation.SignedBy(other_truth, 2));
  v1::HubFrame order;
  v1::SuspensionOrder forged;
  forged.set_member(kHolder);
  forged.set_reason("KEY_COMPROMISED");
  forged.set_directory_version(2);
  forged.set_issued_ms(world.federation.clock().NowMs());
  forged.set_expires_ms(world.federation.clock().NowMs() + 3'600'000);
  v1::SignedDocument unsigned_order = MakeSuspensionDocument(forged);
  Countersign(unsigned_order, "officer0", SigningKey::Generate(world.federation.random()));
  *order.mutable_directory()->add_orders() = unsigned_order;
  world.hub.SendTo(TestFederation::Code(0), order);
  CHECK(RowOf(world.Ask({}), kHolder).has_answer());
  versions_are(2);
}

TEST_CASE("Frames that make no sense neither stop a node nor cost it its answers") {
  World world;
  const int connected = world.hub.connections(kHolder);
  std::vector<v1::HubFrame> frames(10);
  frames[1].mutable_question();
  frames[2].mutable_question()->set_header(std::string(kHeaderSize, 'x'));
  frames[3].mutable_question()->set_header("signpost/v1" + std::string(114, '\xff'));
  frames[3].mutable_question()->set_body(std::string(kBodySize, 'x'));
  frames[3].mutable_question()->set_enc(std::string(kEncSize, 'x'));
  frames[3].mutable_question()->set_sealing_key_id(1);
  frames[3].mutable_question()->set_wrapped_key(std::string(kWrappedKeySize, 'x'));
  frames[4].mutable_reveal();
  frames[5].mutable_reveal()->set_qid(std::string(kQidSize, 'q'));
  frames[5].mutable_reveal()->set_reveal(std::string(kRevealSize, 'r'));
  frames[6].mutable_directory();
  frames[7].mutable_draining()->set_reconnect_within_ms(4'000'000'000u);
  frames[9].mutable_draining()->set_reconnect_within_ms(1);
  frames[8].mutable_welcome()->set_clock_ms(INT64_MIN);
  for (int round = 0; round < 100; ++round) {
    for (const v1::HubFrame& frame : frames) world.hub.SendTo(kHolder, frame);
  }
  world.ExpectHonest();
  CHECK(world.hub.connections(kHolder) == connected);

  // A frame above the limit ends the stream; the node comes back by itself.
  v1::HubFrame huge;
  huge.mutable_question()->set_body(std::string(kMaxDirectoryBytes + kMaxMessageBytes + 1, 'x'));
  world.hub.SendTo(kHolder, huge);
  REQUIRE(
      world.federation.WaitUntil([&] { return world.hub.connections(kHolder) > connected; }, 8000));
  REQUIRE(world.federation.WaitReady());
  world.ExpectHonest();
}

}  // namespace
}  // namespace signpost::testing
