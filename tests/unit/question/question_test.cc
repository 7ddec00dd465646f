#include "proto/question/question.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "tests/unit/question/fixture.h"

namespace signpost {
namespace {

TEST_CASE("A question has its golden bytes") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  CHECK(question.header.size() == 125);
  CHECK(question.body.size() == 4096);
  CHECK(question.enc.size() == 32);
  CHECK(question.wraps[0].wrapped_key.size() == 48);
  CHECK(Hex(question.hh) == "45171935317bc1952bb678827d07819dbead17eadd68716c58ebf14a76120a4d");
  CHECK(Hex(question.enc) == "e2f7ef50c811d6e64b901eed154ec2436e5a2a1eb9a2f82a40ccd1ea11ea1144");
  CHECK(Hex(question.wraps[0].wrapped_key) ==
        "46e1529d2bcefba7dba623bf7632afe2030cfafad839853bc80995d3fc16fe36fbaab48034a448b38f3765c571"
        "f0a4f0");
  CHECK(Hex(question.wraps[1].wrapped_key) ==
        "f182a7f563df9554b7826a4a553fd8600b251125c41b0d6d60720d037b042001e398449d5fbc704902206538c7"
        "454aa4");
  CHECK(Hex(Sha256(question.body)) ==
        "b7d5551a0f0333516a918251dbb9e0975b33d4b43bb235a4592c77b4d779614c");
  CHECK(Hex(question.wraps[0].keys.claim.Expose()) ==
        "0ea65fdde5a84d9fc209bdeafd558f98b888e5ce9d5de4a8e288e07c56ff228a");
  CHECK(Hex(question.wraps[0].keys.reveal.Expose()) ==
        "b4bf996340c8946e4fdd126111c8c81eef6c0184e9a73ffc2b14980ab80de8f0");
  CHECK(Hex(question.wraps[0].keys.answer.Expose()) ==
        "dae25c09d1c4b1257568753401d344b3a435eddbcd4a5151d9c42765ee90d8bf");
  CHECK(Hex(question.intro_binding) ==
        "e2f7ef50c811d6e64b901eed154ec2436e5a2a1eb9a2f82a40ccd1ea11ea1144"
        "aa0556f1270d5a0d90b45644f8808e28dbb9ad5693784222040ae8704931412a");
  CHECK(Hex(question.intro_signature) ==
        "098c335288df889c4e7f7333700ae30cf80c8bf12f3b6ebe0820215def265590"
        "4e991ed12384888dc70317716ae1c9fb0bed090ec9d9cba13cfca0909ff57105");
  const OpenedQuestion opened = *fixture.Open(question);
  const size_t slot = Fixture::SlotOfTag(question, 0);
  CHECK(slot == 4);
  const std::string_view plain = opened.plaintext.Expose();
  REQUIRE(plain.size() == 4080);
  CHECK(Hex(plain.substr(slot * 64, 16)) == "7e5ea6d4df839c64c8605b020417a308");  // tag
  CHECK(Hex(plain.substr(slot * 64 + 16, 48)) ==
        "f72d64126aee42db600cc4df1a78d2b2454805f6690a4e4e0acc5b101dcd7e497b8a766c7aab6f752d45800248"
        "6203f3");  // intro key under the tag's poss
  CHECK(Hex(Sha256(plain.substr(2048, 2032))) ==
        "42a2c1867a9de0c778ca7cbf0944f4ec5e2797758326430c8a4e59b63a803e07");  // intro under the
                                                                              // intro key
}

TEST_CASE("The intro lies in its packet as length message signature and zeroes") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  const std::string_view plain = opened.plaintext.Expose();
  const size_t slot = Fixture::SlotOfTag(question, 1);
  const Secret lock_key = *LockKey(fixture.poss[1], question.hh);
  const Secret intro_key = *OpenOnce(lock_key, question.hh, plain.substr(slot * 64 + 16, 48));
  const Secret packed = *OpenOnce(intro_key, question.hh, plain.substr(2048, 2032));
  const std::string bytes(packed.Expose());
  const size_t length = question.intro_bytes.size();
  REQUIRE(bytes.size() == 2016);
  CHECK(bytes.substr(0, 2) == IntBytes(2, length));
  CHECK(bytes.substr(2, length) == question.intro_bytes);
  CHECK(bytes.substr(2 + length, 64) == question.intro_signature);
  CHECK(bytes.substr(66 + length) == std::string(2016 - 66 - length, '\0'));
}

TEST_CASE("A member opens the question and finds every tag that was put") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const auto opened = fixture.Open(question);
  REQUIRE(opened.ok());
  CHECK(opened->header == Fixture::Header());
  CHECK(opened->keys.claim == question.wraps[0].keys.claim);
  CHECK(opened->keys.reveal == question.wraps[0].keys.reveal);
  CHECK(opened->keys.answer == question.wraps[0].keys.answer);
  for (int i = 0; i < 3; ++i) {
    CHECK(opened->tag(Fixture::SlotOfTag(question, i)) == fixture.tags[static_cast<size_t>(i)].tag);
  }
  CHECK(opened->tag(32) == Tag{});
}

TEST_CASE("The matching slot opens who asks and why") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  for (int i = 0; i < 3; ++i) {
    const auto intro =
        OpenIntro(opened, Fixture::SlotOfTag(question, i), fixture.poss[static_cast<size_t>(i)]);
    REQUIRE(intro.ok());
    CHECK(intro->intro.SerializeAsString() == Fixture::Intro().SerializeAsString());
    CHECK(VerifyIntroSignature(*intro, opened.hh, fixture.asker_key.public_key()).ok());
  }
}

TEST_CASE("A lock opens only with the poss of its own slot") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  const size_t right = Fixture::SlotOfTag(question, 0);
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
    const auto intro = OpenIntro(opened, slot, fixture.poss[0]);
    CHECK(intro.ok() == (slot == right));
    if (slot != right) CHECK(HasReason(intro.status(), "NOT_AUTHENTIC"));
  }
  CHECK(HasReason(OpenIntro(opened, 32, fixture.poss[0]).status(), "BAD_SLOT"));
  CHECK_FALSE(OpenIntro(opened, right, Secret()).ok());
}

TEST_CASE("An intro signed by another member or for another question is refused") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  OpenedIntro intro = *OpenIntro(opened, Fixture::SlotOfTag(question, 0), fixture.poss[0]);
  const std::string key = fixture.asker_key.public_key();
  CHECK(HasReason(VerifyIntroSignature(intro, opened.hh, fixture.holder_key.public_key()),
                  "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyIntroSignature(intro, std::string(32, 'x'), key), "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyIntroSignature(intro, opened.hh, "short"), "BAD_SIGNATURE"));
  intro.bytes[0] = static_cast<char>(intro.bytes[0] ^ 1);
  CHECK(HasReason(VerifyIntroSignature(intro, opened.hh, key), "BAD_SIGNATURE"));
}

TEST_CASE("The asker signs hh and enc and the hash of the slots before the intro") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  const std::string slots(opened.plaintext.Expose().substr(0, 2048));
  const std::string payload =
      question.hh + question.enc + Sha256(slots) + Fixture::Intro().SerializeAsString();
  const OpenedIntro intro = *OpenIntro(opened, Fixture::SlotOfTag(question, 0), fixture.poss[0]);
  CHECK(IntroSignedBytes(intro, opened.hh) == payload);
  CHECK(question.intro_binding == intro.binding);
  CHECK(VerifyDsse(fixture.asker_key.public_key(), kDsseIntro, payload, intro.signature).ok());
}

TEST_CASE("An intro signed before it was bound to its question is refused") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const OpenedQuestion opened = *fixture.Open(question);
  OpenedIntro intro = *OpenIntro(opened, Fixture::SlotOfTag(question, 0), fixture.poss[0]);
  intro.signature = SignDsse(fixture.asker_key, kDsseIntro, opened.hh + intro.bytes);
  CHECK(HasReason(VerifyIntroSignature(intro, opened.hh, fixture.asker_key.public_key()),
                  "BAD_SIGNATURE"));
}

TEST_CASE("A flipped bit anywhere in a question keeps it shut") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const auto opens = [&](const std::string& header, const std::string& body, const std::string& enc,
                         const std::string& wrap) {
    return OpenQuestion(header, body, enc, wrap, fixture.holder_sealing).ok();
  };
  const std::string& wrap = question.wraps[0].wrapped_key;
  REQUIRE(opens(question.header, question.body, question.enc, wrap));
  const auto flipped = [](std::string bytes, size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    return bytes;
  };
  for (size_t i = 0; i < question.header.size(); ++i) {
    CHECK_FALSE(opens(flipped(question.header, i), question.body, question.enc, wrap));
  }
  for (size_t i = 0; i < question.body.size(); i += 5) {
    CHECK_FALSE(opens(question.header, flipped(question.body, i), question.enc, wrap));
  }
  for (size_t i = 0; i < wrap.size(); ++i) {
    CHECK_FALSE(opens(question.header, question.body, question.enc, flipped(wrap, i)));
  }
  for (size_t i = 0; i < 32; ++i) {
    CHECK_FALSE(opens(question.header, question.body, flipped(question.enc, i), wrap));
  }
}

TEST_CASE("A question of wrong sizes or for another member is refused") {
  Fixture fixture;
  const BuiltQuestion question = fixture.Build();
  const std::string& wrap = question.wraps[0].wrapped_key;
  const X25519PrivateKey& key = fixture.holder_sealing;
  const std::string& h = question.header;
  CHECK(HasReason(OpenQuestion(h, question.body + "x", question.enc, wrap, key).status(),
                  "WRONG_SIZE: body"));
  CHECK(HasReason(OpenQuestion(h, question.body, "", wrap, key).status(), "WRONG_SIZE: enc"));
  CHECK(HasReason(OpenQuestion(h, question.body, question.enc, wrap + "x", key).status(),
                  "WRONG_SIZE: wrapped_key"));
  CHECK(HasReason(OpenQuestion("", question.body, question.enc, wrap, key).status(),
                  "WRONG_SIZE: header"));
  CHECK(
      HasReason(OpenQuestion(h, question.body, question.enc, wrap, fixture.other_sealing).status(),
                "NOT_AUTHENTIC: wrapped_key"));
  CHECK(HasReason(OpenQuestion(h, question.body, std::string(32, '\0'), wrap, key).status(),
                  "NOT_AUTHENTIC: enc"));
}

TEST_CASE("The order of the slots says nothing of the order of the keys") {
  Fixture fixture;
  std::set<size_t> places;
  for (int i = 0; i < 40; ++i) places.insert(Fixture::SlotOfTag(fixture.Build(), 0));
  CHECK(places.size() > 12);
}

TEST_CASE("A question without any tag has the size of every other") {
  Fixture fixture;
  const auto question = BuildQuestion(Fixture::Header(), {}, fixture.Recipients(), Fixture::Intro(),
                                      fixture.asker_key, fixture.random);
  REQUIRE(question.ok());
  CHECK(question->body.size() == 4096);
  CHECK(std::all_of(question->tag_of_slot.begin(), question->tag_of_slot.end(),
                    [](int i) { return i == kUnusedSlot; }));
}

TEST_CASE("A question takes 32 tags and no more") {
  Fixture fixture;
  const std::vector<AskingTag> full(32, fixture.tags[0]);
  const std::vector<AskingTag> many(33, fixture.tags[0]);
  const auto build = [&](const std::vector<AskingTag>& tags) {
    return BuildQuestion(Fixture::Header(), tags, fixture.Recipients(), Fixture::Intro(),
                         fixture.asker_key, fixture.random)
        .status();
  };
  CHECK(build(full).ok());
  CHECK(HasReason(build(many), "TOO_MANY_TAGS"));
}

TEST_CASE("A question to unusable recipients is refused") {
  Fixture fixture;
  const auto build = [&](const std::vector<Recipient>& recipients) {
    return BuildQuestion(Fixture::Header(), fixture.tags, recipients, Fixture::Intro(),
                         fixture.asker_key, fixture.random)
        .status();
  };
  std::vector<Recipient> recipients = fixture.Recipients();
  recipients[1].x25519_public = recipients[0].x25519_public;
  CHECK(HasReason(build(recipients), "DUPLICATE_RECIPIENT"));
  recipients = fixture.Recipients();
  recipients[1].member = recipients[0].member;
  CHECK(HasReason(build(recipients), "DUPLICATE_RECIPIENT"));
  recipients = fixture.Recipients();
  recipients[1].x25519_public = std::string(32, '\0');
  CHECK(HasReason(build(recipients), "BAD_SEALING_KEY: E10000016"));
}

TEST_CASE("A question whose intro or header is not well formed is refused") {
  Fixture fixture;
  v1::Intro intro = Fixture::Intro();
  intro.set_organisation(std::string(81, 'x'));
  CHECK(HasReason(BuildQuestion(Fixture::Header(), fixture.tags, fixture.Recipients(), intro,
                                fixture.asker_key, fixture.random)
                      .status(),
                  "intro.organisation"));
  QuestionHeader header = Fixture::Header();
  header.qid.clear();
  CHECK(HasReason(BuildQuestion(header, fixture.tags, fixture.Recipients(), Fixture::Intro(),
                                fixture.asker_key, fixture.random)
                      .status(),
                  "WRONG_SIZE"));
  Secret small = Secret::CopyOf("short");
  const std::vector<AskingTag> bad = {{fixture.tags[0].tag, &small}};
  CHECK(HasReason(BuildQuestion(Fixture::Header(), bad, fixture.Recipients(), Fixture::Intro(),
                                fixture.asker_key, fixture.random)
                      .status(),
                  "WRONG_SIZE"));
}

}  // namespace
}  // namespace signpost
