#include "proto/crypto/signature.h"

#include "proto/crypto/dsse.h"
#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

TEST_CASE("RFC 8032 section 7.1 signatures are reproduced and verify") {
  for (const auto& vector : vectors::kEd25519) {
    INFO(vector.title);
    const auto key = SigningKey::FromSeed(SecretHex(vector.seed));
    REQUIRE(key.ok());
    CHECK(Hex(key->public_key()) == vector.public_key);
    const std::string message = FromHex(vector.message);
    CHECK(Hex(key->Sign(message)) == vector.signature);
    CHECK(VerifySignature(key->public_key(), message, FromHex(vector.signature)).ok());
    CHECK(Hex(key->Seed()) == vector.seed);
  }
}

TEST_CASE("A signature with a flipped bit or over another message is refused") {
  SystemRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const std::string signature = key.Sign("message");
  for (size_t at = 0; at < signature.size(); ++at) {
    CHECK(absl::IsUnauthenticated(
        VerifySignature(key.public_key(), "message", Flipped(signature, at, at % 8))));
  }
  CHECK(absl::IsUnauthenticated(VerifySignature(key.public_key(), "messagf", signature)));
  CHECK(absl::IsUnauthenticated(VerifySignature(key.public_key(), "", signature)));
  const SigningKey other = SigningKey::Generate(random);
  CHECK(absl::IsUnauthenticated(VerifySignature(other.public_key(), "message", signature)));
}

TEST_CASE("Keys and signatures of a wrong size or of small order are refused") {
  SystemRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const std::string signature = key.Sign("message");
  CHECK(IsInvalid(SigningKey::FromSeed(Secret(31)).status()));
  CHECK(IsInvalid(SigningKey::FromSeed(Secret()).status()));
  CHECK(IsInvalid(VerifySignature("", "message", signature)));
  CHECK(IsInvalid(VerifySignature(key.public_key() + "x", "message", signature)));
  CHECK(IsInvalid(VerifySignature(key.public_key(), "message", "")));
  CHECK(IsInvalid(VerifySignature(key.public_key(), "message", signature + "x")));
  // Under the identity as key, R = S = 0 would hold for every message.
  const std::string identity = "\x01" + std::string(31, '\0');
  CHECK(absl::IsUnauthenticated(
      VerifySignature(identity, "message", identity + std::string(32, '\0'))));
}

TEST_CASE("DSSE protocol example is encoded as its specification shows") {
  CHECK(DssePae("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(DssePae("", "") == "DSSEv1 0  0 ");
}

TEST_CASE("A signature made for one payload type verifies for no other") {
  SystemRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const std::string_view types[] = {kDsseIntro,     kDsseClaim,      kDsseReveal,     kDsseAnswer,
                                    kDsseDirectory, kDsseSuspension, kDsseMemberEntry};
  for (const std::string_view signed_type : types) {
    const std::string signature = SignDsse(key, signed_type, "payload");
    for (const std::string_view type : types) {
      CHECK(VerifyDsse(key.public_key(), type, "payload", signature).ok() == (type == signed_type));
    }
    CHECK(absl::IsUnauthenticated(VerifyDsse(key.public_key(), signed_type, "payloae", signature)));
    CHECK(absl::IsUnauthenticated(VerifySignature(key.public_key(), "payload", signature)));
    CHECK(IsInvalid(VerifyDsse("", signed_type, "payload", signature)));
  }
}

TEST_CASE("Bytes moved between type and payload change the encoding") {
  CHECK(DssePae("ab", "c") != DssePae("a", "bc"));
  CHECK(DssePae("a 1 b", "c") != DssePae("a", "b 1 c"));
}

}  // namespace
}  // namespace signpost
