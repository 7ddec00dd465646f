// Randomness, passed in: the system's generator in programs, a seeded stream in
// tests that need golden bytes.
//
// Thread safety: SystemRandom is shared freely; SeededRandom belongs to one thread.
#ifndef SIGNPOST_PROTO_BASE_RANDOM_H_
#define SIGNPOST_PROTO_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/secret.h"

namespace signpost {

class Random {
 public:
  virtual ~Random() = default;
  virtual void Fill(unsigned char* out, size_t size) = 0;

  std::string Bytes(size_t size);
  Secret SecretBytes(size_t size);
  // Uniform in [0, bound); 0 when bound is 0.
  uint64_t Below(uint64_t bound);
};

class SystemRandom final : public Random {
 public:
  void Fill(unsigned char* out, size_t size) override;
};

// Deterministic ChaCha20 stream from a 32-byte seed. Never in a program.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::string_view seed);
  void Fill(unsigned char* out, size_t size) override;

 private:
  std::string seed_;
  uint64_t block_ = 0;
};

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_RANDOM_H_
