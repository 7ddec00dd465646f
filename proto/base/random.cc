#include "proto/base/random.h"

#include <sodium.h>

#include <cstring>

#include "proto/base/bytes.h"

namespace signpost {

std::string Random::Bytes(size_t size) {
  std::string out(size, '\0');
  Fill(AsUnsigned(out), size);
  return out;
}

Secret Random::SecretBytes(size_t size) {
  Secret out(size);
  Fill(out.data(), size);
  return out;
}

uint64_t Random::Below(uint64_t bound) {
  if (bound == 0) return 0;
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t value = 0;
  do {
    Fill(reinterpret_cast<unsigned char*>(&value), sizeof value);
  } while (value >= limit);
  return value % bound;
}

void SystemRandom::Fill(unsigned char* out, size_t size) { randombytes_buf(out, size); }

SeededRandom::SeededRandom(std::string_view seed) : seed_(seed) { seed_.resize(32, '\0'); }

void SeededRandom::Fill(unsigned char* out, size_t size) {
  std::memset(out, 0, size);
  const std::string nonce = IntBytes(8, block_++);
  crypto_stream_chacha20_xor(out, out, size, AsUnsigned(nonce), AsUnsigned(seed_));
}

}  // namespace signpost
