#include "proto/crypto/kdf.h"

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

TEST_CASE("RFC 5869 appendix A vectors of HKDF pass bit for bit") {
  for (const auto& vector : vectors::kHkdf) {
    INFO(vector.title);
    const Secret prk = HkdfExtract(FromHex(vector.salt), FromHex(vector.ikm));
    CHECK(Hex(prk) == vector.prk);
    CHECK(Hex(HkdfExpand(prk, FromHex(vector.info), vector.size)) == vector.okm);
  }
}

TEST_CASE("RFC 4231 sections 4.3 and 4.7 codes are reproduced") {
  CHECK(Hex(HmacSha256(Secret::CopyOf("Jefe"), "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(Hex(HmacSha256(Secret::CopyOf(std::string(131, '\xaa')),
                       "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("FIPS 180-4 hashes of abc and of nothing are reproduced") {
  CHECK(Hex(Sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Hex(Sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("The hash of pieces is the hash of the whole") {
  CHECK(Sha256Of({"a", "", "bc"}) == Sha256("abc"));
  CHECK(Sha256Secret({"ab", std::string_view(), "c"}).Expose() == Sha256("abc"));
  CHECK(Sha256Of({}) == Sha256(""));
}

TEST_CASE("Expansion gives a prefix for a shorter length and nothing beyond the limit") {
  const Secret prk = HkdfExtract("salt", "key material");
  const Secret all = HkdfExpand(prk, "info", kMaxHkdfBytes);
  CHECK(all.size() == kMaxHkdfBytes);
  for (const size_t size : {1u, 31u, 32u, 33u, 64u, 8000u}) {
    CHECK(HkdfExpand(prk, "info", size).Expose() == all.Expose().substr(0, size));
  }
  CHECK(HkdfExpand(prk, "info", kMaxHkdfBytes + 1).empty());
}

TEST_CASE("An empty or moved-from key derives without a crash") {
  CHECK(HkdfExpand(Secret(), std::string_view(), 32).size() == 32);
  CHECK(HkdfExtract(std::string_view(), std::string_view()).size() == 32);
  CHECK(HmacSha256(Secret(), std::string_view()).size() == 32);
}

}  // namespace
}  // namespace signpost
