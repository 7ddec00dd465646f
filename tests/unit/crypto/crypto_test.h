// What the crypto tests share: hex, planted bit flips, and a Random that plays a
// script, so that RFC vectors can dictate blinds and proof randomness.
#ifndef SIGNPOST_TESTS_UNIT_CRYPTO_CRYPTO_TEST_H_
#define SIGNPOST_TESTS_UNIT_CRYPTO_CRYPTO_TEST_H_

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

inline std::string FromHex(std::string_view hex) {
  const auto bytes = Unhex(hex);
  REQUIRE(bytes.has_value());
  return *bytes;
}

inline Secret SecretHex(std::string_view hex) { return Secret::CopyOf(FromHex(hex)); }
inline std::string Hex(const Secret& secret) { return Hex(secret.Expose()); }

// `bytes` with one bit of byte `at` turned over.
inline std::string Flipped(std::string bytes, size_t at, unsigned bit = 0) {
  bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1u << bit));
  return bytes;
}

inline std::vector<std::string> SplitCommas(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

// Plays the given bytes once and in order.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::string script) : script_(std::move(script)) {}
  // A scalar is drawn as 64 bytes reduced; padded with zeroes it stays itself.
  static ScriptedRandom OfScalars(const std::vector<std::string>& hex_scalars) {
    std::string script;
    for (const std::string& hex : hex_scalars) script += FromHex(hex) + std::string(32, '\0');
    return ScriptedRandom(script);
  }
  void Fill(unsigned char* out, size_t size) override {
    REQUIRE(size <= script_.size() - at_);
    std::memcpy(out, script_.data() + at_, size);
    at_ += size;
  }

 private:
  std::string script_;
  size_t at_ = 0;
};

inline bool IsInvalid(const absl::Status& status) { return absl::IsInvalidArgument(status); }

}  // namespace signpost

#endif  // SIGNPOST_TESTS_UNIT_CRYPTO_CRYPTO_TEST_H_
