// A member that asks by hand, with its real certificate and keys: what no honest
// node would send finds nothing, and a holder never gives itself away over it.
#include <catch2/catch.hpp>

#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "proto/question/answer.h"
#include "proto/question/reveal.h"
#include "tests/hostile/hand_asker.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr int64_t kClaimDelayMs = 300;
const std::string kHolder = TestFederation::Code(1);
const std::string kOther = TestFederation::Code(2);

// 0 is the liar's and has no node, 1 holds the child, 2 holds nothing.
class World {
 public:
  World() {
    federation.StartHub();
    federation.StartCustodian("a");
    federation.StartCustodian("b");
    for (const int authority : {1, 2}) federation.StartNode(authority);
    federation.Hold(1, "h");
    REQUIRE(federation.WaitReady());
    asker = std::make_unique<HandAsker>(federation, 0, std::vector<int>{1, 2});
  }
  int Claims() { return federation.CountAudit(1, v1::AuditRow::CLAIM_MADE); }
  int Alarms() { return federation.CountAudit(1, v1::AuditRow::BAD_SIGNATURE); }
  // Alarms are written off the answering path, by a thread of their own.
  bool WaitForAlarms(int count) {
    return federation.WaitUntil([&] { return Alarms() == count; });
  }

  TestFederation federation{{.authorities = 3, .start = false, .edit_directory = [](auto& d) {
                               d.mutable_timers()->set_claim_delay_ms(kClaimDelayMs);
                               d.mutable_timers()->set_claim_cutoff_ms(1200);
                               d.mutable_timers()->set_answer_delay_ms(100);
                               d.mutable_timers()->set_answer_cutoff_ms(1200);
                             }}};
  std::unique_ptr<HandAsker> asker;
};

v1::AnswerBody AnswerOf(const BuiltQuestion& built, const HandStream& stream,
                        const std::string& member) {
  const auto found = stream.answers.find(member);
  REQUIRE(found != stream.answers.end());
  const auto opened =
      OpenAnswer(HandAsker::KeysOf(built, member).answer, built.enc, built.hh, found->second);
  REQUIRE(opened.ok());
  return opened->body;
}

std::string Cover(const BuiltQuestion& built, const std::string& member) {
  return MakeCover(HandAsker::KeysOf(built, member).reveal, built.hh).value();
}

TEST_CASE("Questions that are old or altered or name other keys get no claim from anyone") {
  World world;
  HandAsker& asker = *world.asker;

  // A good one first: the holder proves itself, the other does not.
  const BuiltQuestion good = asker.Build(asker.Header());
  auto honest = asker.Put(HandAsker::Message(good));
  honest->ReadClaims(2);
  REQUIRE(honest->claims.size() == 2);
  CHECK(asker.Proves(good, kHolder, honest->claims[kHolder]));
  CHECK_FALSE(asker.Proves(good, kOther, honest->claims[kOther]));
  honest.reset();
  REQUIRE(world.Claims() == 1);

  std::map<std::string, v1::AskQuestion> bad;
  const auto with_header = [&](const std::string& what, auto change) {
    QuestionHeader header = asker.Header();
    change(header);
    header.slot = SlotOf(header.issued_ms);
    bad[what] = HandAsker::Message(asker.Build(header));
  };
  const auto altered = [&](const std::string& what, auto change) {
    v1::AskQuestion message = HandAsker::Message(asker.Build(asker.Header()));
    change(message);
    bad[what] = message;
  };
  constexpr int64_t kTenMinutes = 600'000;
  bad["put before"] = HandAsker::Message(good);
  with_header("ten minutes old", [](auto& header) { header.issued_ms -= kTenMinutes; });
  with_header("ten minutes ahead", [](auto& header) { header.issued_ms += kTenMinutes; });
  with_header("another directory of this version",
              [](auto& header) { header.directory_hash[5] ^= 1; });
  with_header("another key of this epoch", [](auto& header) { header.pk_hash[5] ^= 1; });
  altered("a slot that is not the time's", [](auto& message) {
    const size_t slot_at = kHeaderSize - 4 - 8 - 1;  // the slot's last byte
    (*message.mutable_header())[slot_at] ^= 1;
  });
  altered("one bit of the header", [](auto& message) { (*message.mutable_header())[70] ^= 1; });
  altered("one bit of the body", [](auto& message) { (*message.mutable_body())[2000] ^= 1; });
  altered("a garbage body", [](auto& message) { message.set_body(std::string(kBodySize, 'g')); });
  altered("another encapsulated key", [](auto& message) { (*message.mutable_enc())[0] ^= 1; });
  altered("an encapsulated key of zeroes",
          [](auto& message) { message.set_enc(std::string(kEncSize, '\0')); });
  altered("the wraps exchanged", [](auto& message) {
    message.mutable_wraps(0)->mutable_wrapped_key()->swap(
        *message.mutable_wraps(1)->mutable_wrapped_key());
  });
  altered("a sealing key nobody has", [](auto& message) {
    for (v1::Wrap& wrap : *message.mutable_wraps()) wrap.set_sealing_key_id(77);
  });

  std::map<std::string, std::unique_ptr<HandStream>> streams;
  for (const auto& [what, message] : bad) streams[what] = asker.Put(message);
  for (const auto& [what, stream] : streams) {
    INFO(what);
    stream->ReadToEnd();
    CHECK(stream->claims.empty());
  }
  CHECK(world.Claims() == 1);

  // And they still answer.
  auto again = asker.Put(HandAsker::Message(asker.Build(asker.Header())));
  again->ReadClaims(2);
  CHECK(again->claims.size() == 2);
  CHECK(world.Claims() == 2);
}

TEST_CASE("Unknown epochs and directories that are older or newer get a claim without evidence") {
  World world;
  HandAsker& asker = *world.asker;
  const auto put = [&](auto change, v1::ClaimStatus status) {
    QuestionHeader header = asker.Header();
    change(header);
    const BuiltQuestion built = asker.Build(header);
    auto stream = asker.Put(HandAsker::Message(built));
    stream->ReadClaims(2);
    REQUIRE(stream->claims.size() == 2);
    for (const auto& [member, claim] : stream->claims) {
      INFO(member);
      const auto opened = HandAsker::Open(built, member, claim);
      REQUIRE(opened.ok());
      CHECK(opened->core.status == status);
      CHECK_FALSE(asker.Proves(built, member, claim));
    }
  };
  put([](auto& header) { header.epoch = 999; }, v1::EPOCH_NOT_READY);
  put([](auto& header) { header.directory_version = 0; }, v1::DIRECTORY_BEHIND);
  put([](auto& header) { header.directory_version += 1; }, v1::DIRECTORY_AHEAD);
  CHECK(world.Claims() == 0);
}

TEST_CASE("A bad intro looks byte for byte like no match and raises an alarm only at the holder") {
  World world;
  HandAsker& asker = *world.asker;
  struct Bad {
    std::string what;
    v1::Intro intro;
    const SigningKey* key;
  };
  std::vector<Bad> all;
  const auto stranger = SigningKey::Generate(world.federation.random());
  const SigningKey* own = &asker.keys.signing;
  all.push_back({"signed by another key", asker.Intro(), &stranger});
  v1::Intro intro = asker.Intro();
  intro.set_member(kOther);
  all.push_back({"naming another member", intro, own});
  intro.set_member(kHolder);
  all.push_back({"naming the holder itself", intro, own});
  intro.set_member("E08999999");
  all.push_back({"naming nobody", intro, own});
  intro = asker.Intro();
  intro.set_role(v1::PRIVACY_OFFICER);
  all.push_back({"a role that may not ask", intro, own});
  intro = asker.Intro();
  intro.set_purpose(v1::OTHER_PURPOSE);
  all.push_back({"a purpose without its text", intro, own});
  intro = asker.Intro();
  intro.set_purpose(v1::SERVICE_TEST);
  all.push_back({"a purpose that is not allowed", intro, own});

  int alarms = 0;
  for (const Bad& bad : all) {
    INFO(bad.what);
    const BuiltQuestion built = asker.Build(asker.Header(), bad.intro, *bad.key);
    auto stream = asker.Put(HandAsker::Message(built));
    stream->ReadClaims(2);
    REQUIRE(stream->claims.size() == 2);
    for (const auto& [member, claim] : stream->claims) {
      const auto opened = HandAsker::Open(built, member, claim);
      REQUIRE(opened.ok());
      CHECK(claim.size() == kClaimSize);
      CHECK(opened->core.status == v1::READY);
      CHECK_FALSE(asker.Proves(built, member, claim));
      CHECK(stream->claimed_ms[member] >= kClaimDelayMs);
    }
    CHECK(std::abs(stream->claimed_ms[kHolder] - stream->claimed_ms[kOther]) < 500);
    stream->Reveal({{kHolder, Cover(built, kHolder)}, {kOther, Cover(built, kOther)}});
    stream->ReadAnswers(2);
    v1::AnswerBody held = AnswerOf(built, *stream, kHolder);
    v1::AnswerBody other = AnswerOf(built, *stream, kOther);
    CHECK(held.outcome() == v1::NOTHING_TO_REPORT);
    held.clear_as_of_ms();
    other.clear_as_of_ms();
    CHECK(held.SerializeAsString() == other.SerializeAsString());
    CHECK(world.WaitForAlarms(++alarms));
  }
  CHECK(world.Claims() == 0);
  CHECK(world.federation.CountAudit(2, v1::AuditRow::BAD_SIGNATURE) == 0);
}

TEST_CASE("Reveals that are garbage or another member's or forged get no word of the child") {
  World world;
  HandAsker& asker = *world.asker;
  const auto claimed = [&](BuiltQuestion& built) {
    built = asker.Build(asker.Header());
    auto stream = asker.Put(HandAsker::Message(built));
    stream->ReadClaims(2);
    REQUIRE(stream->claims.size() == 2);
    return stream;
  };
  const auto details_for = [&](const BuiltQuestion& built, HandStream& stream,
                               const v1::ChildDetails& details, const SigningKey& key) {
    const auto opened = HandAsker::Open(built, kHolder, stream.claims[kHolder]);
    return MakeReveal(HandAsker::KeysOf(built, kHolder).reveal, built.hh, kHolder,
                      asker.Poss(built, opened->evidence.bitmap), opened->hash, details, key)
        .value();
  };
  BuiltQuestion built;

  // The honest one: what the others must not get.
  auto stream = claimed(built);
  const std::string honest = details_for(built, *stream, Zebedee(), asker.keys.signing);
  stream->Reveal({{kHolder, honest}, {kOther, Cover(built, kOther)}});
  stream->ReadAnswers(2);
  CHECK(AnswerOf(built, *stream, kHolder).outcome() == v1::INVOLVED_NOW);
  REQUIRE(world.federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 1);

  // Garbage, another question's, another member's: no answer from anyone.
  stream = claimed(built);
  stream->Reveal({{kHolder, std::string(kRevealSize, 'g')}, {kOther, honest}});
  stream->ReadToEnd();
  CHECK(stream->answers.empty());
  stream = claimed(built);
  stream->Reveal({{kHolder, Cover(built, kOther)}, {kOther, Cover(built, kHolder)}});
  stream->ReadToEnd();
  CHECK(stream->answers.empty());

  // Right seal, wrong signature: nothing, and an alarm.
  stream = claimed(built);
  const auto stranger = SigningKey::Generate(world.federation.random());
  stream->Reveal({{kHolder, details_for(built, *stream, Zebedee(), stranger)},
                  {kOther, Cover(built, kOther)}});
  stream->ReadAnswers(2);
  CHECK(AnswerOf(built, *stream, kHolder).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.WaitForAlarms(1));

  // Details of another child: nothing, on record.
  stream = claimed(built);
  v1::ChildDetails another = Zebedee();
  another.mutable_names(0)->set_given("Cosima");
  another.set_date_of_birth("2011-01-01");
  stream->Reveal({{kHolder, details_for(built, *stream, another, asker.keys.signing)},
                  {kOther, Cover(built, kOther)}});
  stream->ReadAnswers(2);
  CHECK(AnswerOf(built, *stream, kHolder).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(world.federation.CountAudit(1, v1::AuditRow::ANSWERED_NOTHING) == 1);

  CHECK(world.federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 1);
}

}  // namespace
}  // namespace signpost::testing
