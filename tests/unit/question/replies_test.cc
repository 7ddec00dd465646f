#include <catch2/catch.hpp>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/reply.h"
#include "proto/question/answer.h"
#include "proto/question/claim.h"
#include "proto/question/reveal.h"
#include "tests/unit/question/fixture.h"

namespace signpost {
namespace {

constexpr uint32_t kBitmap = 0x80000005;

// Slots 0, 2 and 31 proven, in that order.
struct Exchange : Fixture {
  BuiltQuestion question = Build();
  const ExportedKeys& keys = question.wraps[0].keys;
  std::vector<const Secret*> proven = {&poss[0], &poss[1], &poss[2]};
  std::array<const Secret*, kQuestionSlots> slots{};
  ClaimCore core;

  Exchange() {
    slots[0] = proven[0];
    slots[2] = proven[1];
    slots[31] = proven[2];
    core.watermark_ms = 1'800'000'000'000;
    core.audit_head = std::string(32, '\xb1');
  }

  std::string Claim(bool with_evidence = true) {
    std::optional<ClaimEvidence> evidence;
    if (with_evidence) evidence = *MakeEvidence(question.hh, holder, kBitmap, proven);
    return *MakeClaim(keys.claim, question.enc, question.hh, holder, core, evidence, holder_key,
                      random);
  }
  absl::StatusOr<OpenedClaim> Opened(const std::string& claim) const {
    return OpenClaim(keys.claim, question.enc, question.hh, claim);
  }

  static v1::ChildDetails Details() {
    v1::ChildDetails details;
    v1::PersonName* name = details.add_names();
    name->set_kind(v1::PersonName::CURRENT);
    name->set_given("Testgiven");
    name->set_family("Testfamily");
    details.set_date_of_birth("2015-03-09");
    details.set_date_quality(v1::EXACT);
    return details;
  }
  std::string Reveal(const std::string& claim_hash) const {
    return *MakeReveal(keys.reveal, question.hh, holder, proven, claim_hash, Details(), asker_key);
  }

  static v1::AnswerBody Body() {
    v1::AnswerBody body;
    body.set_outcome(v1::INVOLVED_NOW);
    body.add_signposts()->set_telephone("01632 960001");
    body.set_grade(v1::CERTAIN);
    return body;
  }
  std::string Answer(const std::string& reveal_hash) {
    return *MakeAnswer(keys.answer, question.enc, question.hh, holder, reveal_hash, Body(),
                       holder_key, random);
  }
};

std::string Flipped(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
  return bytes;
}

TEST_CASE("A claim has its golden bytes piece by piece") {
  Exchange x;
  const std::string claim = x.Claim();
  REQUIRE(claim.size() == 512);
  const Secret opened = *OpenReply(x.keys.claim, x.question.enc, x.question.hh, claim);
  const std::string plain(opened.Expose());
  REQUIRE(plain.size() == 464);
  CHECK(Hex(claim.substr(0, 32)) ==
        "550869fd189948e9c783c9d553a71b780e27c8a81e01f348bd08d9bc61f9d3ca");  // response nonce
  CHECK(Hex(Sha256(claim.substr(32))) ==
        "85b73f3fecbd81f1485fa84418b90496b61cca58a55f08a0b70841ebc455a068");  // ciphertext and tag
  CHECK(Hex(plain.substr(0, 1)) == "01");                                     // status READY
  CHECK(Hex(plain.substr(1, 4)) == "80000005");                               // bitmap
  CHECK(Hex(plain.substr(5, 32)) ==
        "88ff789f8a94ce171f2138fd207222ea75faf344a2a3efc91581a41473e8a441");  // evidence
  CHECK(Hex(plain.substr(37, 8)) == "000001a3185c5000");                      // watermark_ms
  CHECK(plain.substr(45, 32) == std::string(32, '\xb1'));                     // audit head
  CHECK(Hex(plain.substr(77, 64)) ==
        "e0c853f0d39173edff82ee2905d716fac267062f4c576d60ae0e15f0e87170b6c1f3f69a5f64c13f86026a76b1"
        "7cf9fff2e95a9fd629adba8eb62e161b4c3d05");           // signature
  CHECK(plain.substr(141) == std::string(464 - 141, '\0'));  // zeroes
}

TEST_CASE("Evidence is the keyed hash that PROTOCOL.md writes down") {
  Exchange x;
  const ClaimEvidence evidence = *MakeEvidence(x.question.hh, x.holder, kBitmap, x.proven);
  const std::string key = Sha256(std::string(x.poss[0].Expose()) + std::string(x.poss[1].Expose()) +
                                 std::string(x.poss[2].Expose()));
  const std::string message =
      "signpost/v1/claim" + x.question.hh + "\x09" + x.holder + std::string("\x80\x00\x00\x05", 4);
  CHECK(evidence.mac == HmacSha256(Secret::CopyOf(key), message));
}

TEST_CASE("The asker verifies the evidence and signature of a holder") {
  Exchange x;
  const auto opened = x.Opened(x.Claim());
  REQUIRE(opened.ok());
  CHECK(opened->core.status == v1::READY);
  CHECK(opened->core.watermark_ms == x.core.watermark_ms);
  CHECK(opened->core.audit_head == x.core.audit_head);
  CHECK(VerifyEvidence(opened->evidence, x.question.hh, x.holder, x.slots));
  CHECK(VerifyClaimSignature(*opened, x.question.hh, x.holder, x.holder_key.public_key()).ok());
}

TEST_CASE("A claim without evidence looks the same and proves nothing") {
  Exchange x;
  const std::string claim = x.Claim(false);
  CHECK(claim.size() == 512);
  const auto opened = x.Opened(claim);
  REQUIRE(opened.ok());
  CHECK_FALSE(VerifyEvidence(opened->evidence, x.question.hh, x.holder, x.slots));
  CHECK(VerifyClaimSignature(*opened, x.question.hh, x.holder, x.holder_key.public_key()).ok());
  CHECK(x.Opened(x.Claim(false))->evidence.mac != opened->evidence.mac);
}

TEST_CASE("Evidence for other slots or another member or another question is no evidence") {
  Exchange x;
  const ClaimEvidence evidence = *MakeEvidence(x.question.hh, x.holder, kBitmap, x.proven);
  REQUIRE(VerifyEvidence(evidence, x.question.hh, x.holder, x.slots));
  CHECK_FALSE(VerifyEvidence(evidence, x.question.hh, x.other, x.slots));
  CHECK_FALSE(VerifyEvidence(evidence, std::string(32, 'x'), x.holder, x.slots));
  ClaimEvidence changed = evidence;
  changed.bitmap = 0x00000005;
  CHECK_FALSE(VerifyEvidence(changed, x.question.hh, x.holder, x.slots));
  changed = evidence;
  changed.bitmap = 0x80000007;  // names an unused slot
  CHECK_FALSE(VerifyEvidence(changed, x.question.hh, x.holder, x.slots));
  for (size_t i = 0; i < 32; ++i) {
    changed = {evidence.bitmap, Flipped(evidence.mac, i)};
    CHECK_FALSE(VerifyEvidence(changed, x.question.hh, x.holder, x.slots));
  }
  // Over no slots anybody could compute it.
  changed = {0,
             HmacSha256(Secret::CopyOf(Sha256("")), "signpost/v1/claim" + x.question.hh + "\x09" +
                                                        x.holder + std::string(4, '\0'))};
  CHECK_FALSE(VerifyEvidence(changed, x.question.hh, x.holder, x.slots));
}

TEST_CASE("Evidence needs one poss a slot") {
  Exchange x;
  CHECK(HasReason(MakeEvidence(x.question.hh, x.holder, 0, {}).status(), "BAD_BITMAP"));
  CHECK(HasReason(MakeEvidence(x.question.hh, x.holder, 1, x.proven).status(), "BAD_BITMAP"));
  const Secret small = Secret::CopyOf("short");
  const std::vector<const Secret*> bad = {&small};
  CHECK(HasReason(MakeEvidence(x.question.hh, x.holder, 1, bad).status(), "WRONG_SIZE"));
}

TEST_CASE("A flipped bit anywhere in a claim keeps it shut") {
  Exchange x;
  const std::string claim = x.Claim();
  for (size_t i = 0; i < claim.size(); ++i) {
    CHECK(HasReason(x.Opened(Flipped(claim, i)).status(), "NOT_AUTHENTIC"));
  }
  CHECK(HasReason(x.Opened(claim + "x").status(), "WRONG_SIZE"));
  CHECK(HasReason(x.Opened("").status(), "WRONG_SIZE"));
}

TEST_CASE("A claim of another member or question does not open") {
  Exchange x;
  const std::string claim = x.Claim();
  const std::string& hh = x.question.hh;
  CHECK_FALSE(OpenClaim(x.question.wraps[1].keys.claim, x.question.enc, hh, claim).ok());
  CHECK_FALSE(OpenClaim(x.keys.answer, x.question.enc, hh, claim).ok());
  CHECK_FALSE(OpenClaim(x.keys.claim, x.question.enc, std::string(32, 'x'), claim).ok());
  CHECK_FALSE(OpenClaim(x.keys.claim, std::string(32, 'x'), hh, claim).ok());
}

TEST_CASE("A claim whose sealed pieces are malformed is refused by reason") {
  Exchange x;
  const std::string good(
      OpenReply(x.keys.claim, x.question.enc, x.question.hh, x.Claim())->Expose());
  const auto open = [&](const std::string& plain) {
    const std::string claim =
        *SealReply(x.keys.claim, x.question.enc, x.random, x.question.hh, plain);
    return x.Opened(claim).status();
  };
  std::string plain = good;
  REQUIRE(open(plain).ok());
  plain[0] = '\0';
  CHECK(HasReason(open(plain), "MALFORMED: claim.status"));
  plain[0] = '\x63';
  CHECK(HasReason(open(plain), "MALFORMED: claim.status"));
  plain = good;
  plain[37] = '\xff';
  CHECK(HasReason(open(plain), "MALFORMED: claim.watermark_ms"));
  for (const size_t at : {size_t{141}, size_t{300}, size_t{463}}) {
    plain = good;
    plain[at] = '\x01';
    CHECK(HasReason(open(plain), "BAD_PADDING"));
  }
}

TEST_CASE("A claim's signature covers every piece") {
  Exchange x;
  const OpenedClaim good = *x.Opened(x.Claim());
  const std::string key = x.holder_key.public_key();
  const auto bad = [&](const OpenedClaim& claim, const std::string& hh, const std::string& member) {
    return HasReason(VerifyClaimSignature(claim, hh, member, key), "BAD_SIGNATURE");
  };
  REQUIRE_FALSE(bad(good, x.question.hh, x.holder));
  CHECK(bad(good, std::string(32, 'x'), x.holder));
  CHECK(bad(good, x.question.hh, x.other));
  OpenedClaim claim = good;
  claim.core.status = v1::INDEX_BEHIND;
  CHECK(bad(claim, x.question.hh, x.holder));
  claim = good;
  claim.core.watermark_ms += 1;
  CHECK(bad(claim, x.question.hh, x.holder));
  claim = good;
  claim.core.audit_head[0] = 'x';
  CHECK(bad(claim, x.question.hh, x.holder));
  claim = good;
  claim.evidence.bitmap ^= 1;
  CHECK(bad(claim, x.question.hh, x.holder));
  claim = good;
  claim.evidence.mac[0] = static_cast<char>(claim.evidence.mac[0] ^ 1);
  CHECK(bad(claim, x.question.hh, x.holder));
  claim = good;
  claim.signature[0] = static_cast<char>(claim.signature[0] ^ 1);
  CHECK(bad(claim, x.question.hh, x.holder));
}

TEST_CASE("A claim with wrong pieces is not made") {
  Exchange x;
  const auto make = [&](const ClaimCore& core) {
    return MakeClaim(x.keys.claim, x.question.enc, x.question.hh, x.holder, core, std::nullopt,
                     x.holder_key, x.random)
        .status();
  };
  ClaimCore core = x.core;
  core.audit_head.clear();
  CHECK(HasReason(make(core), "WRONG_SIZE: claim.audit_head"));
  core = x.core;
  core.status = v1::CLAIM_STATUS_UNSPECIFIED;
  CHECK(HasReason(make(core), "MALFORMED"));
  core = x.core;
  core.watermark_ms = -1;
  CHECK(HasReason(make(core), "MALFORMED"));
}

TEST_CASE("A reveal has its golden bytes piece by piece") {
  Exchange x;
  const std::string hash(32, '\xc1');
  const std::string reveal = x.Reveal(hash);
  REQUIRE(reveal.size() == 2048);
  CHECK(Hex(Sha256(reveal)) == "4038f01197683868bbd9e2ee3492e46cd174c3590068d05254964f26df48dca3");
  const Secret key =
      HkdfExpand(HkdfExtract(x.question.hh,
                             std::string(x.keys.reveal.Expose()) + std::string(x.poss[0].Expose()) +
                                 std::string(x.poss[1].Expose()) + std::string(x.poss[2].Expose())),
                 "signpost/v1/reveal", 32);
  const std::string plain(OpenOnce(key, x.question.hh, reveal)->Expose());
  const std::string details = Exchange::Details().SerializeAsString();
  REQUIRE(plain.size() == 2032);
  CHECK(plain.substr(0, 2) == IntBytes(2, details.size()));  // length
  CHECK(
      Hex(plain.substr(2, details.size())) ==
      "0a190801120954657374676976656e220a5465737466616d696c79120a323031352d30332d30391801");  // ChildDetails
  CHECK(Hex(plain.substr(2 + details.size(), 64)) ==
        "8d56dd4fa943692d72ef6c6ff61b97a2f29fa806a178bce5781d1f5f260f6accfc961fffb8512cff8fb5f93f97"
        "81223c35fe4137a7b7caed449ca97cdc83dc05");  // signature
  CHECK(plain.substr(66 + details.size()) == std::string(2032 - 66 - details.size(), '\0'));
}

TEST_CASE("A holder opens the reveal and verifies who revealed") {
  Exchange x;
  const std::string hash(32, '\xc1');
  const std::string reveal = x.Reveal(hash);
  const auto opened = OpenReveal(x.keys.reveal, x.question.hh, x.proven, reveal);
  REQUIRE(opened.ok());
  CHECK_FALSE(opened->cover);
  CHECK(opened->details_bytes == Exchange::Details().SerializeAsString());
  const std::string key = x.asker_key.public_key();
  const std::string& hh = x.question.hh;
  CHECK(VerifyRevealSignature(*opened, hh, x.holder, hash, key).ok());
  CHECK(HasReason(VerifyRevealSignature(*opened, hh, x.other, hash, key), "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyRevealSignature(*opened, hh, x.holder, std::string(32, 'x'), key),
                  "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyRevealSignature(*opened, std::string(32, 'x'), x.holder, hash, key),
                  "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyRevealSignature(*opened, hh, x.holder, hash, x.holder_key.public_key()),
                  "BAD_SIGNATURE"));
  OpenedReveal changed = *opened;
  changed.details_bytes += "x";
  CHECK(HasReason(VerifyRevealSignature(changed, hh, x.holder, hash, key), "BAD_SIGNATURE"));
}

TEST_CASE("Cover opens as cover for claimants and for everybody else and has no signature") {
  Exchange x;
  const std::string cover = *MakeCover(x.keys.reveal, x.question.hh);
  CHECK(cover.size() == 2048);
  for (const std::vector<const Secret*>& held : {std::vector<const Secret*>{}, x.proven}) {
    const auto opened = OpenReveal(x.keys.reveal, x.question.hh, held, cover);
    REQUIRE(opened.ok());
    CHECK(opened->cover);
    CHECK_FALSE(VerifyRevealSignature(*opened, x.question.hh, x.holder, std::string(32, 'x'),
                                      x.asker_key.public_key())
                    .ok());
  }
}

TEST_CASE("A reveal does not open without the poss of exactly its slots in order") {
  Exchange x;
  const std::string reveal = x.Reveal(std::string(32, '\xc1'));
  const auto open = [&](const std::vector<const Secret*>& held) {
    return OpenReveal(x.keys.reveal, x.question.hh, held, reveal).status();
  };
  REQUIRE(open(x.proven).ok());
  CHECK(HasReason(open({}), "NOT_AUTHENTIC"));
  CHECK(HasReason(open({&x.poss[0]}), "NOT_AUTHENTIC"));
  CHECK(HasReason(open({&x.poss[1], &x.poss[0], &x.poss[2]}), "NOT_AUTHENTIC"));
  CHECK(HasReason(
      OpenReveal(x.question.wraps[1].keys.reveal, x.question.hh, x.proven, reveal).status(),
      "NOT_AUTHENTIC"));
  CHECK(HasReason(OpenReveal(x.keys.reveal, std::string(32, 'x'), x.proven, reveal).status(),
                  "NOT_AUTHENTIC"));
}

TEST_CASE("A reveal or cover that is damaged or malformed is refused by reason") {
  Exchange x;
  const std::string reveal = x.Reveal(std::string(32, '\xc1'));
  const auto open = [&](const std::string& bytes) {
    return OpenReveal(x.keys.reveal, x.question.hh, x.proven, bytes).status();
  };
  for (size_t i = 0; i < reveal.size(); i += 3) {
    CHECK(HasReason(open(Flipped(reveal, i)), "NOT_AUTHENTIC"));
  }
  CHECK(HasReason(open(reveal.substr(1)), "WRONG_SIZE"));

  const auto sealed = [&](const std::vector<const Secret*>& held, const std::string& plain) {
    std::string material(x.keys.reveal.Expose());
    for (const Secret* one : held) material.append(one->Expose());
    return *SealOnce(HkdfExpand(HkdfExtract(x.question.hh, material), "signpost/v1/reveal", 32),
                     x.question.hh, plain);
  };
  const std::string zeros(2032, '\0');
  CHECK(HasReason(open(sealed({}, Flipped(zeros, 9))), "MALFORMED: cover"));
  CHECK(HasReason(open(sealed(x.proven, zeros)), "MALFORMED: length"));
  std::string plain = zeros;
  plain.replace(0, 2, IntBytes(2, 1967));
  CHECK(HasReason(open(sealed(x.proven, plain)), "MALFORMED: length"));
  plain.replace(0, 2, IntBytes(2, 4));
  plain.replace(2, 4, "\xff\xff\xff\xff");
  CHECK(HasReason(open(sealed(x.proven, plain)), "MALFORMED: details"));
  plain = zeros;
  const std::string details = Exchange::Details().SerializeAsString();
  plain.replace(0, 2, IntBytes(2, details.size()));
  plain.replace(2, details.size(), details);
  plain[2031] = '\x01';
  CHECK(HasReason(open(sealed(x.proven, plain)), "BAD_PADDING"));
}

TEST_CASE("A reveal is not made without evidence nor of details that do not fit") {
  Exchange x;
  const std::string hash(32, '\xc1');
  const auto make = [&](const std::vector<const Secret*>& held, const std::string& claim_hash,
                        const v1::ChildDetails& details) {
    return MakeReveal(x.keys.reveal, x.question.hh, x.holder, held, claim_hash, details,
                      x.asker_key)
        .status();
  };
  CHECK(HasReason(make({}, hash, Exchange::Details()), "NO_EVIDENCE"));
  CHECK(HasReason(make(x.proven, "x", Exchange::Details()), "WRONG_SIZE"));
  v1::ChildDetails details = Exchange::Details();
  details.mutable_names(0)->set_given(std::string(61, 'x'));
  CHECK(HasReason(make(x.proven, hash, details), "details.names.given"));
}

TEST_CASE("An answer has its golden bytes piece by piece") {
  Exchange x;
  const std::string answer = x.Answer(std::string(32, '\xd1'));
  REQUIRE(answer.size() == 4096);
  CHECK(Hex(answer.substr(0, 32)) ==
        "6055f4ee7b175b7505cfefda184d0aee56f3f12718a540b1d959a0924f5b630e");  // response nonce
  CHECK(Hex(Sha256(answer.substr(32))) ==
        "39915df7056a1d3708939adafe289e8afc34b8e94b6ec49c9f74c5bb9e76878d");  // ciphertext
  const std::string plain(
      OpenReply(x.keys.answer, x.question.enc, x.question.hh, answer)->Expose());
  const std::string body = Exchange::Body().SerializeAsString();
  REQUIRE(plain.size() == 4048);
  CHECK(plain.substr(0, 2) == IntBytes(2, body.size()));  // length
  CHECK(Hex(plain.substr(2, body.size())) ==
        "0801120e320c3031363332203936303030312802");  // AnswerBody
  CHECK(Hex(plain.substr(2 + body.size(), 64)) ==
        "90ee2ba3c7c937db244658be3a988594cfe048260fac332a7afe84ca1e662c4f56322acc300e92838741e9b819"
        "62baff26339c2a1c6eb2b87d1d78c6ec815b0a");  // signature
  CHECK(plain.substr(66 + body.size()) == std::string(4048 - 66 - body.size(), '\0'));
}

TEST_CASE("The asker opens an answer and can prove who gave it to which reveal") {
  Exchange x;
  const std::string hash(32, '\xd1');
  const auto opened = OpenAnswer(x.keys.answer, x.question.enc, x.question.hh, x.Answer(hash));
  REQUIRE(opened.ok());
  CHECK(opened->body.signposts(0).telephone() == "01632 960001");
  const std::string key = x.holder_key.public_key();
  const std::string& hh = x.question.hh;
  CHECK(VerifyAnswerSignature(*opened, hh, x.holder, hash, key).ok());
  CHECK(HasReason(VerifyAnswerSignature(*opened, hh, x.other, hash, key), "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyAnswerSignature(*opened, hh, x.holder, std::string(32, 'x'), key),
                  "BAD_SIGNATURE"));
  CHECK(HasReason(VerifyAnswerSignature(*opened, std::string(32, 'x'), x.holder, hash, key),
                  "BAD_SIGNATURE"));
  OpenedAnswer changed = *opened;
  changed.body_bytes += "x";
  CHECK(HasReason(VerifyAnswerSignature(changed, hh, x.holder, hash, key), "BAD_SIGNATURE"));
}

TEST_CASE("An answer that is damaged or not the member's own does not open") {
  Exchange x;
  const std::string answer = x.Answer(std::string(32, '\xd1'));
  const std::string& hh = x.question.hh;
  for (size_t i = 0; i < answer.size(); i += 5) {
    CHECK_FALSE(OpenAnswer(x.keys.answer, x.question.enc, hh, Flipped(answer, i)).ok());
  }
  CHECK(HasReason(OpenAnswer(x.keys.answer, x.question.enc, hh, answer + "x").status(),
                  "WRONG_SIZE"));
  CHECK(HasReason(OpenAnswer(x.question.wraps[1].keys.answer, x.question.enc, hh, answer).status(),
                  "NOT_AUTHENTIC"));
  CHECK_FALSE(OpenAnswer(x.keys.answer, x.question.enc, std::string(32, 'x'), answer).ok());
}

TEST_CASE("An answer whose sealed pieces are malformed is refused by reason") {
  Exchange x;
  const auto open = [&](const v1::AnswerBody& body, size_t length, char last) {
    std::string plain = IntBytes(2, length) + body.SerializeAsString();
    plain.resize(4048, '\0');
    plain.back() = last;
    const std::string answer =
        *SealReply(x.keys.answer, x.question.enc, x.random, x.question.hh, plain);
    return OpenAnswer(x.keys.answer, x.question.enc, x.question.hh, answer).status();
  };
  v1::AnswerBody body = Exchange::Body();
  const size_t size = body.ByteSizeLong();
  REQUIRE(open(body, size, '\0').ok());
  CHECK(HasReason(open(body, size, '\x01'), "BAD_PADDING"));
  CHECK(HasReason(open(body, 0, '\0'), "MALFORMED"));
  CHECK(HasReason(open(body, 3983, '\0'), "MALFORMED"));
  for (const v1::Outcome outcome : {v1::OUTCOME_UNSPECIFIED, v1::MORE_DETAILS_NEEDED, v1::REFUSED,
                                    v1::NO_ANSWER, v1::NOT_JOINED}) {
    body.set_outcome(outcome);
    CHECK(HasReason(open(body, body.ByteSizeLong(), '\0'), "answer.outcome"));
  }
}

TEST_CASE("An answer naming a service that is new to the asker is not lost") {
  Exchange x;
  v1::AnswerBody body = Exchange::Body();
  body.mutable_signposts(0)->set_service(static_cast<v1::ServiceType>(99));
  std::string plain = IntBytes(2, body.ByteSizeLong()) + body.SerializeAsString();
  plain.resize(4048, '\0');
  const std::string answer =
      *SealReply(x.keys.answer, x.question.enc, x.random, x.question.hh, plain);
  CHECK(OpenAnswer(x.keys.answer, x.question.enc, x.question.hh, answer).ok());
}

}  // namespace
}  // namespace signpost
