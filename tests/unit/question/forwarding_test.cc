// Surreptitious forwarding: a member that was asked passes the asker's signed intro on, as if the
// asker had asked somebody else, or about another child.
#include <catch2/catch.hpp>

#include "proto/crypto/aead.h"
#include "proto/question/question.h"
#include "tests/unit/question/fixture.h"

namespace signpost {
namespace {

// What a member that has lawfully opened an intro can do with it: it knows header, content key,
// intro key and the signed packet, and the poss of any child it spends an evaluation on.
struct Forwarder {
  std::string header;
  std::string hh;
  Secret packet;  // the asker's intro and signature, as they came
  Secret intro_key;
  std::string slots;  // 2,048 bytes, as they came

  explicit Forwarder(const Fixture& fixture, const BuiltQuestion& question)
      : header(question.header), hh(question.hh) {
    const OpenedQuestion opened = *fixture.Open(question);
    const std::string_view plain = opened.plaintext.Expose();
    const size_t slot = Fixture::SlotOfTag(question, 0);
    const Secret lock_key = *LockKey(fixture.poss[0], hh);
    intro_key = *OpenOnce(lock_key, hh, plain.substr(slot * 64 + 16, 48));
    packet = *OpenOnce(intro_key, hh, plain.substr(2048, 2032));
    slots = plain.substr(0, 2048);
  }

  // Slot 0 carries the tag and lock of another child; the other slots are the asker's.
  std::string SlotsFor(const AskingTag& other) const {
    std::string mine(other.tag.begin(), other.tag.end());
    mine += *SealOnce(*LockKey(*other.poss, hh), hh, intro_key.Expose());
    return mine + slots.substr(64);
  }
  // The victim opens it under the forwarder's own ephemeral key.
  absl::StatusOr<OpenedQuestion> Put(const std::string& chosen_slots,
                                     const X25519PrivateKey& victim, Random& random) const {
    Secret cek = random.SecretBytes(32);
    const HpkeEphemeral ephemeral(random);
    const std::string info = "signpost/v1/question" + hh;
    const std::string wrapped =
        *ephemeral.SetupTo(victim.public_key(), info)->Seal(hh, cek.Expose());
    const std::string plain =
        chosen_slots +
        *SealOnce(Secret::CopyOf(std::string(intro_key.Expose())), hh, packet.Expose());
    return OpenQuestion(header, *SealOnce(std::move(cek), hh, plain), ephemeral.enc(), wrapped,
                        victim);
  }
};

TEST_CASE("A member cannot pass a signed intro on as a question about another child") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const Forwarder forwarder(fixture, question);
  const Secret other_poss = Repeated('\x66');
  const AskingTag other{*SlotTag(std::string(32, '\x67'), Fixture::Header().slot), &other_poss};
  const std::string key = fixture.asker_key.public_key();

  const auto opened =
      forwarder.Put(forwarder.SlotsFor(other), fixture.other_sealing, fixture.random);
  REQUIRE(opened.ok());
  REQUIRE(opened->tag(0) == other.tag);
  const auto intro = OpenIntro(*opened, 0, other_poss);
  REQUIRE(intro.ok());
  REQUIRE(intro->intro.member() == fixture.asker);
  CHECK(HasReason(VerifyIntroSignature(*intro, opened->hh, key), "BAD_SIGNATURE"));
}

TEST_CASE("A member cannot put the question it was asked to another member again") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const Forwarder forwarder(fixture, question);
  const auto opened = forwarder.Put(forwarder.slots, fixture.other_sealing, fixture.random);
  REQUIRE(opened.ok());
  const auto intro = OpenIntro(*opened, Fixture::SlotOfTag(question, 0), fixture.poss[0]);
  REQUIRE(intro.ok());
  CHECK(HasReason(VerifyIntroSignature(*intro, opened->hh, fixture.asker_key.public_key()),
                  "BAD_SIGNATURE"));
}

TEST_CASE("Other slots under the asker's own content key do not carry its intro") {
  // A member and the hub together: the wrap and enc that the asker made for the other member, and
  // a body that the member resealed under the content key they share.
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const Forwarder forwarder(fixture, question);
  const Secret other_poss = Repeated('\x66');
  const AskingTag other{*SlotTag(std::string(32, '\x67'), Fixture::Header().slot), &other_poss};
  HpkeReceiver receiver = *HpkeReceiver::SetupFrom(fixture.holder_sealing, question.enc,
                                                   "signpost/v1/question" + question.hh);
  Secret cek = *receiver.Open(question.hh, question.wraps[0].wrapped_key);
  const std::string plain = forwarder.SlotsFor(other) +
                            *SealOnce(Secret::CopyOf(std::string(forwarder.intro_key.Expose())),
                                      question.hh, forwarder.packet.Expose());
  const auto opened =
      OpenQuestion(question.header, *SealOnce(std::move(cek), question.hh, plain), question.enc,
                   question.wraps[1].wrapped_key, fixture.other_sealing);
  REQUIRE(opened.ok());
  const auto intro = OpenIntro(*opened, 0, other_poss);
  REQUIRE(intro.ok());
  CHECK(HasReason(VerifyIntroSignature(*intro, opened->hh, fixture.asker_key.public_key()),
                  "BAD_SIGNATURE"));
}

}  // namespace
}  // namespace signpost
