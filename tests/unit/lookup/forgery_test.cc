#include "proto/question/answer.h"
#include "proto/question/claim.h"
#include "proto/question/reveal.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

TEST_CASE("A reveal under another signature is answered with nothing and raises an alarm") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto claim = f.Put(*question, f.at(1));
  REQUIRE(claim.ok());
  question->OnClaim(f.at(1).code, claim->bytes);
  f.asker().signing = SigningKey::Generate(f.random);  // the asker's key is stolen and replaced
  const auto reveals = f.Reveals(*question);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, answer->bytes, 0);
  CHECK(f.at(1).alerts.Flush().ok());
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::BAD_SIGNATURE) == 1);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
  CHECK_FALSE(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::INVOLVED_NOW);
}

TEST_CASE("A claim with evidence under another signature reads invalid and gets no details") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  f.at(1).signing = SigningKey::Generate(f.random);
  auto question = f.Ask(Alice());
  CHECK(f.Converse(*question).at(f.at(1).code).cause() == v1::INVALID);
  CHECK(f.at(1).store.CountAudit(v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE("A reporting answer under another signature reads invalid") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  f.at(1).signing = SigningKey::Generate(f.random);
  const auto reveals = f.Reveals(*question);
  const auto answer = f.Reveal(*question, reveals, f.at(1));
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, answer->bytes, 0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::INVALID);
}

TEST_CASE("A member that reports about a child it was told nothing of reads invalid") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  question->OnClaim(f.at(1).code, f.Put(*question, f.at(1))->bytes);
  const auto reveals = f.Reveals(*question);
  const auto frame = Federation::FrameFor(question->Message(), f.at(1).code);
  const auto opened = OpenQuestion(frame.header(), frame.body(), frame.enc(), frame.wrapped_key(),
                                   f.at(1).sealing.at(3));
  REQUIRE(opened.ok());
  v1::AnswerBody body;
  body.set_outcome(v1::INVOLVED_NOW);
  const auto answer =
      MakeAnswer(opened->keys.answer, opened->enc, opened->hh, f.at(1).code,
                 RevealHash(reveals.reveals(0).reveal()), body, f.at(1).signing, f.random);
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, *answer, 0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::INVALID);
}

TEST_CASE("A member that proves one weak key only reads invalid and not nothing") {
  // It got cover, answered that with "nothing", and the ledger was complete: a member that shares
  // a child could be read as one that does not.
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const auto frame = Federation::FrameFor(question->Message(), f.at(1).code);
  const auto opened = OpenQuestion(frame.header(), frame.body(), frame.enc(), frame.wrapped_key(),
                                   f.at(1).sealing.at(3));
  REQUIRE(opened.ok());
  const TagSet held = *f.at(1).store.LoadTags(kEpoch, 1);
  std::optional<ClaimEvidence> evidence;
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
    for (const StoredTag& tag : held.tags) {
      if (tag.ask_only || RevealPolicyMet(KeyTypeBit(tag.key_type)) ||
          *SlotTag(tag.hint, opened->header.slot) != opened->tag(slot)) {
        continue;
      }
      const Secret* poss = &tag.poss;
      evidence = *MakeEvidence(opened->hh, f.at(1).code, uint32_t{1} << slot, {&poss, 1});
    }
  }
  REQUIRE(evidence.has_value());
  const ClaimCore core{v1::READY, 0, std::string(32, 'h')};
  const auto claim = MakeClaim(opened->keys.claim, opened->enc, opened->hh, f.at(1).code, core,
                               evidence, f.at(1).signing, f.random);
  REQUIRE(claim.ok());
  question->OnClaim(f.at(1).code, *claim);
  const auto reveals = f.Reveals(*question);
  REQUIRE(reveals.reveals_size() == 1);
  const auto reveal = OpenReveal(opened->keys.reveal, opened->hh, {}, reveals.reveals(0).reveal());
  REQUIRE(reveal.ok());
  CHECK(reveal->cover);
  CHECK(question->claims_without_reveal() == 1);
  const auto answer = MakeAnswer(opened->keys.answer, opened->enc, opened->hh, f.at(1).code,
                                 RevealHash(reveals.reveals(0).reveal()), NothingToReport(kStart),
                                 f.at(1).signing, f.random);
  REQUIRE(answer.ok());
  question->OnAnswer(f.at(1).code, *answer, 0);
  question->Finish(0);
  CHECK(Federation::Rows(*question).at(f.at(1).code).outcome() == v1::NO_ANSWER);
  CHECK(Federation::Rows(*question).at(f.at(1).code).cause() == v1::INVALID);
}

TEST_CASE("A header that names another epoch key or a directory of other contents gets no claim") {
  Federation f(2);
  f.EnrolAll();
  const auto put = [&](const QuestionHeader& header) {
    const std::vector<Recipient> to = {{f.at(1).code, 3, f.at(1).sealing.at(3).public_key()}};
    v1::Intro intro = Federation::GoodIntro();
    intro.set_member(f.asker().code);
    const auto built = BuildQuestion(header, {}, to, intro, f.asker().signing, f.random);
    REQUIRE(built.ok());
    v1::QuestionFrame frame;
    frame.set_header(built->header);
    frame.set_body(built->body);
    frame.set_enc(built->enc);
    frame.set_sealing_key_id(3);
    frame.set_wrapped_key(built->wraps[0].wrapped_key);
    return f.at(1).answerer->OnQuestion(frame, f.clock.MonotonicMs()).status();
  };
  QuestionHeader header;
  header.qid = std::string(16, 'q');
  header.epoch = kEpoch;
  header.pk_hash = PkHash(f.epoch());
  header.directory_version = 1;
  header.directory_hash = f.at(1).book->Newest()->hash();
  header.issued_ms = kStart;
  header.slot = SlotOf(kStart);
  header.deadline_ms = 1000;
  CHECK(put(header).ok());
  QuestionHeader other_key = header;
  other_key.qid = std::string(16, 'r');
  other_key.pk_hash = std::string(32, 'x');
  CHECK(put(other_key).message() == "WRONG_EPOCH_KEY");
  QuestionHeader other_directory = header;
  other_directory.qid = std::string(16, 's');
  other_directory.directory_hash = std::string(32, 'x');
  CHECK(put(other_directory).message() == "DIRECTORY_CONFLICT");
}

}  // namespace
}  // namespace signpost::node
