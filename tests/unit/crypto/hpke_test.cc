#include "proto/crypto/hpke.h"

#include <algorithm>

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/rfc9180_base_x25519_aes256.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

X25519PrivateKey Key(std::string_view hex) {
  auto key = X25519PrivateKey::FromBytes(SecretHex(hex));
  REQUIRE(key.ok());
  return *std::move(key);
}

struct VectorContexts {
  std::string info = FromHex(vectors::kHpkeInfo);
  HpkeEphemeral ephemeral{Key(vectors::kHpkeSkE)};
  HpkeSender sender = *ephemeral.SetupTo(FromHex(vectors::kHpkePkR), info);
  HpkeReceiver receiver =
      *HpkeReceiver::SetupFrom(Key(vectors::kHpkeSkR), FromHex(vectors::kHpkeEnc), info);
};

TEST_CASE("RFC 7748 section 5.2 gives its X25519 result") {
  const auto shared = Key(vectors::kX25519Scalar).Agree(FromHex(vectors::kX25519Point));
  REQUIRE(shared.ok());
  CHECK(Hex(*shared) == vectors::kX25519Result);
}

TEST_CASE("RFC 9180 section 7.1.3 derives the vector's key pairs") {
  const auto recipient = X25519PrivateKey::Derive(SecretHex(vectors::kHpkeIkmR));
  const auto ephemeral = X25519PrivateKey::Derive(SecretHex(vectors::kHpkeIkmE));
  REQUIRE(recipient.ok());
  REQUIRE(ephemeral.ok());
  CHECK(Hex(recipient->bytes()) == vectors::kHpkeSkR);
  CHECK(Hex(recipient->public_key()) == vectors::kHpkePkR);
  CHECK(Hex(ephemeral->bytes()) == vectors::kHpkeSkE);
  CHECK(Hex(ephemeral->public_key()) == vectors::kHpkeEnc);
}

TEST_CASE("RFC 9180 base mode vector seals and opens bit for bit at every sequence number") {
  VectorContexts v;
  CHECK(Hex(v.ephemeral.enc()) == vectors::kHpkeEnc);
  size_t sequence = 0;
  for (const auto& message : vectors::kHpkeEncryptions) {
    INFO("sequence " << message.sequence);
    for (; sequence < message.sequence; ++sequence) {
      const auto skipped = v.sender.Seal("", "");
      REQUIRE(skipped.ok());
      REQUIRE(v.receiver.Open("", *skipped).ok());
    }
    const auto sealed = v.sender.Seal(FromHex(message.aad), FromHex(message.plaintext));
    REQUIRE(sealed.ok());
    CHECK(Hex(*sealed) == message.ciphertext);
    const auto opened = v.receiver.Open(FromHex(message.aad), FromHex(message.ciphertext));
    REQUIRE(opened.ok());
    CHECK(Hex(*opened) == message.plaintext);
    ++sequence;
  }
}

TEST_CASE("RFC 9180 base mode vector exports bit for bit on both sides") {
  const VectorContexts v;
  for (const auto& exported : vectors::kHpkeExports) {
    CHECK(Hex(*v.sender.Export(FromHex(exported.context), exported.size)) == exported.value);
    CHECK(Hex(*v.receiver.Export(FromHex(exported.context), exported.size)) == exported.value);
  }
}

TEST_CASE("One ephemeral key serves many recipients with unrelated contexts") {
  SystemRandom random;
  const HpkeEphemeral ephemeral(random);
  std::vector<std::string> exports;
  for (int i = 0; i < 20; ++i) {
    const auto member = X25519PrivateKey::Generate(random);
    auto sender = ephemeral.SetupTo(member.public_key(), "info");
    auto receiver = HpkeReceiver::SetupFrom(member, ephemeral.enc(), "info");
    REQUIRE(sender.ok());
    REQUIRE(receiver.ok());
    const auto wrapped = sender->Seal("hh", "content key");
    REQUIRE(wrapped.ok());
    const auto opened = receiver->Open("hh", *wrapped);
    REQUIRE(opened.ok());
    CHECK(opened->Expose() == "content key");
    CHECK(*sender->Export("claim", 32) == *receiver->Export("claim", 32));
    CHECK_FALSE(*sender->Export("claim", 32) == *sender->Export("reveal", 32));
    exports.push_back(Hex(*sender->Export("claim", 32)));
    CHECK(std::count(exports.begin(), exports.end(), exports.back()) == 1);
  }
}

TEST_CASE("A wrap for one member does not open at another or under another info") {
  SystemRandom random;
  const auto member = X25519PrivateKey::Generate(random);
  const auto other = X25519PrivateKey::Generate(random);
  const HpkeEphemeral ephemeral(random);
  const auto wrapped = ephemeral.SetupTo(member.public_key(), "info")->Seal("hh", "key");
  REQUIRE(wrapped.ok());
  const auto open = [&](const X25519PrivateKey& key, const std::string& enc,
                        const std::string& info) {
    return HpkeReceiver::SetupFrom(key, enc, info)->Open("hh", *wrapped).status();
  };
  CHECK(open(member, ephemeral.enc(), "info").ok());
  CHECK(absl::IsUnauthenticated(open(other, ephemeral.enc(), "info")));
  CHECK(absl::IsUnauthenticated(open(member, ephemeral.enc(), "inf0")));
  CHECK(absl::IsUnauthenticated(open(member, other.public_key(), "info")));
}

TEST_CASE("A bit flipped in a wrap or its associated data or the encapsulated key is refused") {
  SystemRandom random;
  const auto member = X25519PrivateKey::Generate(random);
  const HpkeEphemeral ephemeral(random);
  const std::string wrapped = *ephemeral.SetupTo(member.public_key(), "i")->Seal("hh", "key");
  for (size_t at = 0; at < wrapped.size(); ++at) {
    auto receiver = HpkeReceiver::SetupFrom(member, ephemeral.enc(), "i");
    CHECK(absl::IsUnauthenticated(receiver->Open("hh", Flipped(wrapped, at)).status()));
  }
  for (size_t at = 0; at < kX25519KeySize; ++at) {
    auto receiver = HpkeReceiver::SetupFrom(member, Flipped(ephemeral.enc(), at), "i");
    CHECK((!receiver.ok() || absl::IsUnauthenticated(receiver->Open("hh", wrapped).status())));
  }
  auto receiver = HpkeReceiver::SetupFrom(member, ephemeral.enc(), "i");
  CHECK(absl::IsUnauthenticated(receiver->Open("hi", wrapped).status()));
  CHECK(IsInvalid(receiver->Open("hh", "short").status()));
  // What did not open left the counter alone.
  CHECK(receiver->Open("hh", wrapped).ok());
  CHECK(absl::IsUnauthenticated(receiver->Open("hh", wrapped).status()));
}

TEST_CASE("RFC 7748 section 6.1 points that give all zeroes are refused on both sides") {
  SystemRandom random;
  const auto key = X25519PrivateKey::Generate(random);
  const HpkeEphemeral ephemeral(random);
  const char* small_order[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  };
  for (const char* hex : small_order) {
    INFO(hex);
    CHECK(IsInvalid(key.Agree(FromHex(hex)).status()));
    CHECK(IsInvalid(ephemeral.SetupTo(FromHex(hex), "info").status()));
    CHECK(IsInvalid(HpkeReceiver::SetupFrom(key, FromHex(hex), "info").status()));
  }
}

TEST_CASE("Keys and exports of a wrong size are refused") {
  SystemRandom random;
  const auto key = X25519PrivateKey::Generate(random);
  const HpkeEphemeral ephemeral(random);
  CHECK(IsInvalid(X25519PrivateKey::FromBytes(Secret(31)).status()));
  CHECK(IsInvalid(X25519PrivateKey::Derive(Secret(31)).status()));
  CHECK(IsInvalid(key.Agree("").status()));
  CHECK(IsInvalid(ephemeral.SetupTo(std::string(33, 'x'), "info").status()));
  CHECK(IsInvalid(HpkeReceiver::SetupFrom(key, "short", "info").status()));
  const auto sender = ephemeral.SetupTo(key.public_key(), "info");
  REQUIRE(sender.ok());
  CHECK(IsInvalid(sender->Export("claim", 0).status()));
  CHECK(IsInvalid(sender->Export("claim", 8161).status()));
  CHECK(sender->Export("claim", 8160)->size() == 8160);
}

}  // namespace
}  // namespace signpost
