#include "proto/crypto/reply.h"

#include "proto/crypto/hpke.h"
#include "tests/unit/crypto/crypto_test.h"

namespace signpost {
namespace {

TEST_CASE("RFC 9458 section 4.4 construction gives the bytes of an independent computation") {
  // Computed with Python's hmac and the cryptography package: exported = 02 x 32,
  // enc = 01 x 32, nonce = 00..1f, aad "hh".
  std::string nonce;
  for (char c = 0; c < 32; ++c) nonce.push_back(c);
  ScriptedRandom random(nonce);
  const auto reply = SealReply(Secret::CopyOf(std::string(32, '\x02')), std::string(32, '\x01'),
                               random, "hh", "nothing to report");
  REQUIRE(reply.ok());
  CHECK(Hex(*reply) ==
        Hex(nonce) + "7b43be9ff145a6d43a75e3f50ff4bf0989f20d7e736d695bf1bf7ac28de4355ee7");
}

struct Exchange {
  SystemRandom random;
  X25519PrivateKey member = X25519PrivateKey::Generate(random);
  HpkeEphemeral ephemeral{random};
  Secret at_asker =
      *ephemeral.SetupTo(member.public_key(), "info")->Export("signpost/v1/claim", 32);
  Secret at_member =
      *HpkeReceiver::SetupFrom(member, ephemeral.enc(), "info")->Export("signpost/v1/claim", 32);
};

TEST_CASE("The asker opens the reply of the member it asked") {
  Exchange e;
  for (const size_t size : {0u, 1u, 464u, 4048u}) {
    const std::string text = e.random.Bytes(size);
    const auto reply = SealReply(e.at_member, e.ephemeral.enc(), e.random, "hh", text);
    REQUIRE(reply.ok());
    CHECK(reply->size() == size + kReplyOverhead);
    const auto opened = OpenReply(e.at_asker, e.ephemeral.enc(), "hh", *reply);
    REQUIRE(opened.ok());
    CHECK(opened->Expose() == text);
  }
}

TEST_CASE("Two replies of the same text differ from the first byte") {
  Exchange e;
  const std::string one = *SealReply(e.at_member, e.ephemeral.enc(), e.random, "hh", "none");
  const std::string two = *SealReply(e.at_member, e.ephemeral.enc(), e.random, "hh", "none");
  CHECK(one.substr(0, kResponseNonceSize) != two.substr(0, kResponseNonceSize));
  CHECK(one.substr(kResponseNonceSize) != two.substr(kResponseNonceSize));
}

TEST_CASE("A reply that was changed or moved to another question or member is refused") {
  Exchange e;
  const Exchange other;
  const std::string reply = *SealReply(e.at_member, e.ephemeral.enc(), e.random, "hh", "none");
  for (size_t at = 0; at < reply.size(); ++at) {
    CHECK(absl::IsUnauthenticated(
        OpenReply(e.at_asker, e.ephemeral.enc(), "hh", Flipped(reply, at)).status()));
  }
  const auto refused = [&](const Secret& exported, const std::string& enc, const char* aad) {
    return absl::IsUnauthenticated(OpenReply(exported, enc, aad, reply).status());
  };
  CHECK(refused(e.at_asker, e.ephemeral.enc(), "hi"));
  CHECK(refused(e.at_asker, other.ephemeral.enc(), "hh"));
  CHECK(refused(other.at_asker, e.ephemeral.enc(), "hh"));
}

TEST_CASE("Secrets and replies of a wrong size are refused") {
  Exchange e;
  const std::string enc = e.ephemeral.enc();
  const std::string reply = *SealReply(e.at_member, enc, e.random, "hh", "");
  CHECK(reply.size() == kReplyOverhead);
  CHECK(IsInvalid(OpenReply(e.at_asker, enc, "hh", reply.substr(1)).status()));
  CHECK(IsInvalid(OpenReply(e.at_asker, enc, "hh", "").status()));
  CHECK(IsInvalid(OpenReply(e.at_asker, enc.substr(1), "hh", reply).status()));
  CHECK(IsInvalid(OpenReply(Secret(31), enc, "hh", reply).status()));
  CHECK(IsInvalid(SealReply(Secret(), enc, e.random, "hh", "").status()));
  CHECK(IsInvalid(SealReply(e.at_member, "", e.random, "hh", "").status()));
}

}  // namespace
}  // namespace signpost
