#include "proto/crypto/aead.h"

#include <type_traits>

#include "tests/unit/crypto/crypto_test.h"
#include "tests/vectors/small.h"

namespace signpost {
namespace {

// The rule of SealOnce is held by the type: a key cannot be lent to it.
static_assert(
    !std::is_invocable_v<decltype(&SealOnce), const Secret&, std::string_view, std::string_view>);
static_assert(
    std::is_invocable_v<decltype(&SealOnce), Secret&&, std::string_view, std::string_view>);

TEST_CASE("GCM specification test cases 13 and 14 pass through the one-time seal") {
  CHECK(Hex(*SealOnce(Secret(32), "", "")) == vectors::kGcmCase13);
  CHECK(Hex(*SealOnce(Secret(32), "", std::string(16, '\0'))) == vectors::kGcmCase14);
}

TEST_CASE("The key is gone after sealing once") {
  SystemRandom random;
  Secret key = random.SecretBytes(32);
  REQUIRE(SealOnce(std::move(key), "aad", "message").ok());
  CHECK(key.empty());  // NOLINT(bugprone-use-after-move): that is the point
  CHECK(IsInvalid(SealOnce(std::move(key), "aad", "message").status()));
}

TEST_CASE("What was sealed opens again for every length") {
  SystemRandom random;
  for (const size_t size : {0u, 1u, 15u, 16u, 17u, 32u, 4096u}) {
    const Secret key = random.SecretBytes(32);
    const std::string text = random.Bytes(size);
    const std::string aad = random.Bytes(size % 40);
    const auto sealed = SealOnce(key.Clone(), aad, text);
    REQUIRE(sealed.ok());
    CHECK(sealed->size() == size + 16);
    const auto opened = OpenOnce(key, aad, *sealed);
    REQUIRE(opened.ok());
    CHECK(opened->Expose() == text);
  }
}

TEST_CASE("A changed byte or another key or other associated data does not open") {
  SystemRandom random;
  const Secret key = random.SecretBytes(32);
  const std::string sealed = *SealOnce(key.Clone(), "aad", "a short message");
  for (size_t at = 0; at < sealed.size(); ++at) {
    CHECK(absl::IsUnauthenticated(OpenOnce(key, "aad", Flipped(sealed, at)).status()));
  }
  CHECK(absl::IsUnauthenticated(OpenOnce(key, "aae", sealed).status()));
  CHECK(absl::IsUnauthenticated(OpenOnce(key, "", sealed).status()));
  CHECK(absl::IsUnauthenticated(OpenOnce(key, "aad", sealed.substr(1)).status()));
  const Secret other = Secret::CopyOf(Flipped(std::string(key.Expose()), 31, 7));
  CHECK(absl::IsUnauthenticated(OpenOnce(other, "aad", sealed).status()));
}

TEST_CASE("Wrong sizes of key and nonce and ciphertext are refused") {
  const Secret key(32);
  const std::string nonce(12, '\0');
  CHECK(IsInvalid(SealOnce(Secret(16), "", "x").status()));
  CHECK(IsInvalid(SealOnce(Secret(), "", "x").status()));
  CHECK(IsInvalid(OpenOnce(Secret(33), "", std::string(16, 'x')).status()));
  CHECK(IsInvalid(OpenOnce(key, "", std::string(15, 'x')).status()));
  CHECK(IsInvalid(OpenOnce(key, "", "").status()));
  CHECK(IsInvalid(SealWithNonce(key, nonce + "x", "", "x").status()));
  CHECK(IsInvalid(SealWithNonce(key, "", "", "x").status()));
  CHECK(IsInvalid(OpenWithNonce(key, nonce.substr(1), "", std::string(16, 'x')).status()));
}

TEST_CASE("A message sealed under a nonce opens only under that nonce") {
  SystemRandom random;
  const Secret key = random.SecretBytes(32);
  const std::string nonce = random.Bytes(12);
  const std::string sealed = *SealWithNonce(key, nonce, "children/7/name", "Ava");
  const auto opened = OpenWithNonce(key, nonce, "children/7/name", sealed);
  REQUIRE(opened.ok());
  CHECK(opened->Expose() == "Ava");
  CHECK(absl::IsUnauthenticated(
      OpenWithNonce(key, Flipped(nonce, 3), "children/7/name", sealed).status()));
  CHECK(absl::IsUnauthenticated(OpenWithNonce(key, nonce, "children/8/name", sealed).status()));
}

}  // namespace
}  // namespace signpost
