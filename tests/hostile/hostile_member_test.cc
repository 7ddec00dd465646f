// Members that lie, with real certificates and keys: their own row says so, and
// nobody else's row, nor the time the question takes, is touched.
#include <catch2/catch.hpp>
#include <thread>

#include "proto/crypto/dsse.h"
#include "proto/crypto/reply.h"
#include "proto/limits.h"
#include "proto/question/packet.h"
#include "proto/question/reveal.h"
#include "tests/hostile/fake_member.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr int kLiar = 2;
constexpr int64_t kCutoffMs = 1000;
const std::string kHolderCode = TestFederation::Code(1);
const std::string kLiarCode = TestFederation::Code(kLiar);
const std::string kOtherCode = TestFederation::Code(3);

// 0 asks, 1 holds the child, 2 is the liar's and has no node, 3 holds nothing.
class World {
 public:
  World() {
    federation.StartHub();
    federation.StartCustodian("a");
    federation.StartCustodian("b");
    for (const int authority : {0, 1, 3}) federation.StartNode(authority);
    federation.Hold(0, "a");
    federation.Hold(1, "h");
    REQUIRE(federation.WaitReady());
    tags = federation.Tags(Zebedee());
  }

  // One question while the liar is connected; everybody but the liar must read as always.
  v1::LedgerRow AskBeside(FakeMember::Script script) {
    FakeMember liar(federation, kLiar, std::move(script));
    liar.Learn(&tags);
    v1::Ledger ledger;
    const grpc::Status status = federation.Ask(0, federation.ByCase("a"), &ledger);
    REQUIRE(status.ok());
    CHECK(RowOf(ledger, kHolderCode).outcome() == v1::INVOLVED_NOW);
    CHECK(RowOf(ledger, kOtherCode).outcome() == v1::NOTHING_TO_REPORT);
    CHECK(ledger.rows_size() == 4);
    CHECK(ledger.summary().elapsed_ms() < 2 * kCutoffMs + 1500);
    told_details = liar.told_details;
    const v1::LedgerRow& row = RowOf(ledger, kLiarCode);
    CHECK(ledger.summary().completeness() == (row.has_answer() ? v1::COMPLETE : v1::INCOMPLETE));
    if (!row.has_answer()) CHECK_FALSE(row.desk().telephone().empty());
    return row;
  }
  void ExpectSilent(const std::string& what, v1::NoAnswerCause cause, FakeMember::Script script) {
    INFO(what);
    const v1::LedgerRow row = AskBeside(std::move(script));
    CHECK(row.outcome() == v1::NO_ANSWER);
    CHECK(row.cause() == cause);
    CHECK_FALSE(row.has_answer());
  }

  TestFederation federation{{.authorities = 4, .start = false, .edit_directory = [](auto& d) {
                               d.mutable_timers()->set_claim_delay_ms(100);
                               d.mutable_timers()->set_claim_cutoff_ms(kCutoffMs);
                               d.mutable_timers()->set_answer_delay_ms(100);
                               d.mutable_timers()->set_answer_cutoff_ms(kCutoffMs);
                             }}};
  std::vector<node::QuestionTag> tags;
  bool told_details = false;
};

FakeMember::Script Claims(std::function<void(FakeMember&, const OpenedQuestion&)> on_question) {
  return {.on_question = std::move(on_question), .on_reveal = {}};
}

FakeMember::Script ClaimsBytes(std::string bytes) {
  return Claims([bytes = std::move(bytes)](FakeMember& me, const OpenedQuestion& question) {
    me.SendClaim(question.header.qid, bytes);
  });
}

// Claims with evidence that verifies, then answers as `answer` makes it from the reveal.
FakeMember::Script Proves(
    std::function<std::string(FakeMember&, const OpenedQuestion&, const std::string&)> answer) {
  FakeMember::Script script;
  script.on_question = [](FakeMember& me, const OpenedQuestion& question) {
    me.SendClaim(question.header.qid, me.Claim(question, me.TrueEvidence(question, me.code())));
  };
  script.on_reveal = [answer = std::move(answer)](FakeMember& me, const OpenedQuestion& question,
                                                  const std::string& reveal) {
    const std::string bytes = answer(me, question, reveal);
    if (!bytes.empty()) me.SendAnswer(question.header.qid, bytes);
  };
  return script;
}

std::string Reports(FakeMember& me, const OpenedQuestion& question, const std::string& reveal) {
  return me.Answer(question, reveal, FakeMember::InvolvedNow(), me.signing_key());
}

TEST_CASE("Claims that are garbage or too large or too late leave only the liar without answer") {
  World world;
  world.ExpectSilent("garbage of the right size", v1::INVALID,
                     ClaimsBytes(std::string(kClaimSize, 'g')));
  world.ExpectSilent("too short", v1::LATE, ClaimsBytes("short"));
  world.ExpectSilent("too long", v1::LATE, ClaimsBytes(std::string(6000, 'g')));
  world.ExpectSilent("longer than any frame", v1::UNREACHABLE,
                     ClaimsBytes(std::string(20'000, 'g')));
  world.ExpectSilent("longer than any message", v1::UNREACHABLE,
                     ClaimsBytes(std::string(kMaxMessageBytes + 1, 'g')));
  world.ExpectSilent("an empty frame", v1::UNREACHABLE,
                     Claims([](FakeMember& me, const OpenedQuestion&) { me.Send({}); }));
  world.ExpectSilent("nothing at all", v1::LATE, Claims([](FakeMember&, const OpenedQuestion&) {}));
  world.ExpectSilent("past the cut-off", v1::LATE,
                     Claims([](FakeMember& me, const OpenedQuestion& question) {
                       std::this_thread::sleep_for(std::chrono::milliseconds(kCutoffMs + 300));
                       me.SendClaim(question.header.qid, me.Claim(question, std::nullopt));
                     }));
  world.ExpectSilent(
      "not ready", v1::MEMBER_NOT_READY, Claims([](FakeMember& me, const OpenedQuestion& question) {
        me.SendClaim(question.header.qid, me.Claim(question, std::nullopt, v1::INDEX_BEHIND));
      }));
  world.ExpectSilent("never reads", v1::LATE, {.on_question = {}, .on_reveal = {}, .reads = false});
}

TEST_CASE("Repeated claims and claims for unknown questions and floods change nothing") {
  World world;
  const v1::LedgerRow twice =
      world.AskBeside(Claims([](FakeMember& me, const OpenedQuestion& question) {
        const std::string claim = me.Claim(question, std::nullopt);
        me.SendClaim(question.header.qid, claim);
        me.SendClaim(question.header.qid, claim);
      }));
  CHECK(twice.outcome() == v1::NOTHING_TO_REPORT);

  // The second of two different claims does not count: no evidence can be added afterwards.
  world.ExpectSilent(
      "evidence in a second claim", v1::INVALID,
      {.on_question =
           [](FakeMember& me, const OpenedQuestion& question) {
             me.SendClaim(question.header.qid, me.Claim(question, std::nullopt));
             me.SendClaim(question.header.qid,
                          me.Claim(question, me.TrueEvidence(question, me.code())));
           },
       .on_reveal =
           [](FakeMember& me, const OpenedQuestion& question, const std::string& reveal) {
             me.SendAnswer(question.header.qid, Reports(me, question, reveal));
           }});
  CHECK_FALSE(world.told_details);

  const v1::LedgerRow flood =
      world.AskBeside(Claims([](FakeMember& me, const OpenedQuestion& question) {
        me.SendClaim(question.header.qid, me.Claim(question, std::nullopt));
        for (int i = 0; i < 5000; ++i) {
          me.SendClaim(me.random().Bytes(kQidSize), std::string(kClaimSize, 'f'));
        }
      }));
  CHECK(flood.outcome() == v1::NOTHING_TO_REPORT);
}

TEST_CASE("Evidence that was not earned gets no details and a report on it reads invalid") {
  World world;
  const auto with_evidence = [](auto evidence) {
    FakeMember::Script script = Proves(Reports);
    script.on_question = [evidence](FakeMember& me, const OpenedQuestion& question) {
      me.SendClaim(question.header.qid, me.Claim(question, evidence(me, question)));
    };
    return script;
  };
  // That the liar's tools work at all: earned evidence is told the details and believed.
  CHECK(world.AskBeside(Proves(Reports)).outcome() == v1::INVOLVED_NOW);
  CHECK(world.told_details);

  using Evidence = std::optional<ClaimEvidence>;
  world.ExpectSilent("none", v1::INVALID,
                     with_evidence([](FakeMember&, const OpenedQuestion&) { return Evidence(); }));
  CHECK_FALSE(world.told_details);
  world.ExpectSilent(
      "random bytes over the right slots", v1::INVALID,
      with_evidence([](FakeMember& me, const OpenedQuestion& question) {
        return Evidence(ClaimEvidence{me.MatchingSlots(question), me.random().Bytes(kHashSize)});
      }));
  CHECK_FALSE(world.told_details);
  world.ExpectSilent("every slot", v1::INVALID,
                     with_evidence([](FakeMember& me, const OpenedQuestion&) {
                       return Evidence(ClaimEvidence{~0u, me.random().Bytes(kHashSize)});
                     }));
  CHECK_FALSE(world.told_details);
  world.ExpectSilent("that of another member", v1::INVALID,
                     with_evidence([](FakeMember& me, const OpenedQuestion& question) {
                       return Evidence(me.TrueEvidence(question, kHolderCode));
                     }));
  CHECK_FALSE(world.told_details);
  FakeMember::Script stolen = Proves(Reports);
  stolen.on_question = [](FakeMember& me, const OpenedQuestion& question) {
    me.SendClaim(question.header.qid, me.Claim(question, me.TrueEvidence(question, me.code()),
                                               v1::READY, SigningKey::Generate(me.random())));
  };
  world.ExpectSilent("its own under another signature", v1::INVALID, stolen);
  CHECK_FALSE(world.told_details);
}

// An answer that the sender's own library would refuse to make.
std::string AnswerByHand(FakeMember& me, const OpenedQuestion& question, const std::string& reveal,
                         v1::Outcome outcome) {
  v1::AnswerBody body;
  body.set_outcome(outcome);
  body.set_as_of_ms(1);
  const std::string bytes = body.SerializeAsString();
  const std::string payload = question.hh + MemberBytes(me.code()) + RevealHash(reveal) + bytes;
  const auto packed =
      Pack(bytes, SignDsse(me.signing_key(), kDsseAnswer, payload), kAnswerSize - kReplyOverhead);
  return SealReply(question.keys.answer, question.enc, me.random(), question.hh, packed->Expose())
      .value();
}

TEST_CASE("Answers that are forged or out of turn or missing read no answer and never nothing") {
  World world;
  world.ExpectSilent("another signature", v1::INVALID,
                     Proves([](FakeMember& me, const OpenedQuestion& q, const std::string& r) {
                       return me.Answer(q, r, FakeMember::InvolvedNow(),
                                        SigningKey::Generate(me.random()));
                     }));
  world.ExpectSilent("nothing to report under another signature", v1::INVALID,
                     Proves([](FakeMember& me, const OpenedQuestion& q, const std::string& r) {
                       return me.Answer(q, r, FakeMember::Nothing(),
                                        SigningKey::Generate(me.random()));
                     }));
  world.ExpectSilent("to another reveal", v1::INVALID,
                     Proves([](FakeMember& me, const OpenedQuestion& q, const std::string&) {
                       return Reports(me, q, std::string(kRevealSize, 'r'));
                     }));
  for (const v1::Outcome outcome : {v1::REFUSED, v1::NO_ANSWER, v1::NOT_JOINED,
                                    v1::MORE_DETAILS_NEEDED, v1::OUTCOME_UNSPECIFIED}) {
    world.ExpectSilent(
        "an outcome that no member may send", v1::INVALID,
        Proves([outcome](FakeMember& me, const OpenedQuestion& q, const std::string& r) {
          return AnswerByHand(me, q, r, outcome);
        }));
  }
  // By the same hand an honest outcome is believed.
  CHECK(world
            .AskBeside(Proves([](FakeMember& me, const OpenedQuestion& q, const std::string& r) {
              return AnswerByHand(me, q, r, v1::NOTHING_TO_REPORT);
            }))
            .outcome() == v1::NOTHING_TO_REPORT);
  world.ExpectSilent("garbage", v1::INVALID,
                     Proves([](FakeMember&, const OpenedQuestion&, const std::string&) {
                       return std::string(kAnswerSize, 'g');
                     }));
  world.ExpectSilent("too short", v1::LATE,
                     Proves([](FakeMember&, const OpenedQuestion&, const std::string&) {
                       return std::string("short");
                     }));
  world.ExpectSilent(
      "none", v1::LATE,
      Proves([](FakeMember&, const OpenedQuestion&, const std::string&) { return std::string(); }));
  FakeMember::Script early;
  early.on_question = [](FakeMember& me, const OpenedQuestion& question) {
    me.SendClaim(question.header.qid, me.Claim(question, std::nullopt));
    me.SendAnswer(question.header.qid, me.Answer(question, std::string(kRevealSize, 'r'),
                                                 FakeMember::Nothing(), me.signing_key()));
  };
  early.on_reveal = [](FakeMember&, const OpenedQuestion&, const std::string&) {};
  world.ExpectSilent("before the reveal", v1::LATE, early);
}

}  // namespace
}  // namespace signpost::testing
