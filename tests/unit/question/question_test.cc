#include "proto/question/question.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
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
  CHECK(Hex(question.enc) == "572e6e27b5b4f20a804f98360f151885aeeb9fdc5092d1400899a4f6223aad30");
  CHECK(Hex(question.wraps[0].wrapped_key) ==
        "58fff20ac7809de1d91793d950b7cfb1e1c368dd05ebe180b3ed077c4e195cd865653225a6999e5d9c7ab75258"
        "e55371");
  CHECK(Hex(question.wraps[1].wrapped_key) ==
        "cdf5d45983a86037969660006e367c6d84deab3fc6ec54a3d13acfa5911f15972677a2ffbee9ba0aee31565fd3"
        "d5905e");
  CHECK(Hex(Sha256(question.body)) ==
        "41f8c418e8279a2abbcd27f51b00742a5b45cb8c2c1cec9c112262ebcf71fe69");
  CHECK(Hex(question.wraps[0].keys.claim.Expose()) ==
        "4c1d1b43ae7ba50bee6e8e98fbae46a527d112ca1954806a2aedf736f2ae7b77");
  CHECK(Hex(question.wraps[0].keys.reveal.Expose()) ==
        "63f9d112f17f11f8ad42d3e8e80793e615b626669445ed55fafe55eaa7be9269");
  CHECK(Hex(question.wraps[0].keys.answer.Expose()) ==
        "58b4b445a844fe8e140033caffe82b099b83e05863f66cd85badf9f52d5eb29b");
  const OpenedQuestion opened = *fixture.Open(question);
  const size_t slot = Fixture::SlotOfTag(question, 0);
  CHECK(slot == 9);
  const std::string_view plain = opened.plaintext.Expose();
  REQUIRE(plain.size() == 4080);
  CHECK(Hex(plain.substr(slot * 64, 16)) == "7e5ea6d4df839c64c8605b020417a308");  // tag
  CHECK(Hex(plain.substr(slot * 64 + 16, 48)) ==
        "94392aab0a7253ff8a701e1cec35d7ce98dcf95e792bca815ec8afe55162ab998f4c5194e63e8cfae86fa15489"
        "ed7a8a");  // intro key under the tag's poss
  CHECK(Hex(Sha256(plain.substr(2048, 2032))) ==
        "1c7eafded1a726b70c864748f496930ab01881f14e66ed3d771d3fb9a6c7a4d5");  // intro under the
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
