#include "tests/bench/protocol_work.h"

#include "proto/base/clock.h"
#include "proto/question/answer.h"
#include "proto/question/claim.h"
#include "proto/question/question.h"
#include "proto/question/reveal.h"
#include "tests/bench/bench_process.h"

namespace signpost::bench {
namespace {

constexpr char kMember[] = "E08000002";
constexpr int kSignatures = 2000;

struct Asked {
  BuiltQuestion question;
  std::string cover;
};

Asked Ask(const X25519PrivateKey& receiver, const SigningKey& asker, Random& random) {
  QuestionHeader header;
  header.qid = random.Bytes(kQidSize);
  header.epoch = 1;
  header.pk_hash = random.Bytes(kHashSize);
  header.directory_version = 1;
  header.directory_hash = random.Bytes(kHashSize);
  header.policy_version = 1;
  header.issued_ms = SystemClock().NowMs();
  header.slot = SlotOf(header.issued_ms);
  header.deadline_ms = 20'000;
  v1::Intro intro;
  intro.set_member("E08000001");
  intro.set_person("A. Asker");
  intro.set_role(v1::SOCIAL_WORKER);
  intro.set_organisation("Council");
  intro.set_purpose(v1::S47_ENQUIRY);
  intro.set_lawful_basis("Children Act 2004 s.16LA");
  intro.set_contact_telephone("01632 960123");
  const Recipient recipient{kMember, 1, std::string(receiver.public_key())};
  auto built = BuildQuestion(header, {}, {&recipient, 1}, intro, asker, random);
  Must(built.status(), "question");
  auto cover = MakeCover(built->wraps[0].keys.reveal, built->hh);
  Must(cover.status(), "cover");
  return {*std::move(built), *std::move(cover)};
}

void Reply(const Asked& asked, const X25519PrivateKey& key, const SigningKey& signing,
           Random& random) {
  const BuiltQuestion& question = asked.question;
  const auto opened = OpenQuestion(question.header, question.body, question.enc,
                                   question.wraps[0].wrapped_key, key);
  Must(opened.status(), "opening");
  ClaimCore core;
  core.audit_head = std::string(kHashSize, '\0');
  const auto claim =
      MakeClaim(opened->keys.claim, opened->enc, opened->hh, kMember, core, {}, signing, random);
  Must(claim.status(), "claim");
  const auto reveal = OpenReveal(opened->keys.reveal, opened->hh, {}, asked.cover);
  Must(reveal.status(), "cover");
  v1::AnswerBody body;
  body.set_outcome(v1::NOTHING_TO_REPORT);
  const auto answer = MakeAnswer(opened->keys.answer, opened->enc, opened->hh, kMember,
                                 RevealHash(asked.cover), body, signing, random);
  Must(answer.status(), "answer");
}

}  // namespace

double ProtocolWorkMs(int questions) {
  SystemRandom random;
  const auto key = X25519PrivateKey::Generate(random);
  const SigningKey signing = SigningKey::Generate(random);
  std::vector<Asked> asked;
  for (int i = 0; i < questions; ++i) asked.push_back(Ask(key, signing, random));
  const double began = ThreadCpuSeconds();
  for (const Asked& question : asked) Reply(question, key, signing, random);
  return (ThreadCpuSeconds() - began) * 1000 / questions;
}

double SignatureUs() {
  SystemRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const std::string message = random.Bytes(200);
  const double began = ThreadCpuSeconds();
  for (int i = 0; i < kSignatures; ++i) Must(!key.Sign(message).empty(), "signature");
  return (ThreadCpuSeconds() - began) * 1e6 / kSignatures;
}

}  // namespace signpost::bench
