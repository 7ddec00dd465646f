// What a holder keeps of a claim: header[125] ‖ enc[32] ‖ SHA-256 of the slots[32] ‖ signature[64]
// ‖ intro.
#include "proto/crypto/dsse.h"
#include "proto/question/header.h"
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

TEST_CASE("From a holder's record of its claim a third person can check who asked for which tags") {
  Federation f(2);
  f.at(1).Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  auto question = f.Ask(Alice());
  REQUIRE(f.Put(*question, f.at(1)).ok());
  REQUIRE(f.at(1).store.audit.size() == 1);
  const v1::AuditRow& row = f.at(1).store.audit.front();
  REQUIRE(row.kind() == v1::AuditRow::CLAIM_MADE);
  const std::string record = row.evidence();
  REQUIRE(record.size() > 285);
  const std::string header = record.substr(0, 125);
  const std::string binding = record.substr(125, 64);
  const std::string signature = record.substr(189, 64);
  const std::string intro = record.substr(253);
  CHECK(header == question->Message().header());
  CHECK(binding.substr(0, 32) == question->Message().enc());
  CHECK(row.evidence_hash() == Sha256(intro));
  const std::string& key = f.asker().signing.public_key();
  CHECK(VerifyDsse(key, kDsseIntro, HeaderHash(header) + binding + intro, signature).ok());
  std::string other_slots = binding;
  other_slots[63] = static_cast<char>(other_slots[63] ^ 1);
  CHECK_FALSE(
      VerifyDsse(key, kDsseIntro, HeaderHash(header) + other_slots + intro, signature).ok());
  v1::Intro parsed;
  REQUIRE(parsed.ParseFromString(intro));
  CHECK(parsed.member() == f.asker().code);
}

TEST_CASE("The asker's own record keeps its signed reasons and not the child") {
  Federation f(2);
  f.EnrolAll();
  auto question = f.Ask(Alice());
  const v1::AuditRow row = question->AskedRow();
  const std::string record = row.evidence();
  REQUIRE(record.size() > 253);
  const std::string intro = record.substr(253);
  CHECK(row.evidence_hash() == Sha256(intro));
  CHECK(VerifyDsse(f.asker().signing.public_key(), kDsseIntro,
                   HeaderHash(record.substr(0, 125)) + record.substr(125, 64) + intro,
                   record.substr(189, 64))
            .ok());
  v1::Intro parsed;
  REQUIRE(parsed.ParseFromString(intro));
  CHECK(parsed.purpose() != v1::PURPOSE_UNSPECIFIED);
  CHECK(record.find(Alice().names(0).family()) == std::string::npos);
}

}  // namespace
}  // namespace signpost::node
