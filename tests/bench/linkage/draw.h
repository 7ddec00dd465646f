// Random numbers that are the same everywhere and for ever: the generators of
// the standard library are, its distributions are not.
//
// Thread safety: belongs to one thread.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_DRAW_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_DRAW_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace signpost::bench {

// SplitMix64 (Steele, Lea and Flood 2014). Not for secrets.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}
  // One of many independent sequences: by seed, purpose, and number of the thing drawn for.
  Draw(uint64_t seed, uint64_t purpose, uint64_t number)
      : state_(Mixed(Mixed(seed + 0x9e3779b97f4a7c15 * (purpose + 1)) + number)) {}

  uint64_t Next() { return Mixed(state_ += 0x9e3779b97f4a7c15); }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  bool Chance(double probability) { return Unit() < probability; }
  // In [0, n), n > 0; the bias of at most n / 2^64 is of no consequence.
  uint64_t Below(uint64_t n) { return Next() % n; }
  double Exponential(double mean) { return -mean * std::log(1.0 - Unit()); }

 private:
  static uint64_t Mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  uint64_t state_;
};

// Draws an index by weight.
class Weights {
 public:
  void Add(double weight) { sums_.push_back((sums_.empty() ? 0 : sums_.back()) + weight); }
  size_t size() const { return sums_.size(); }
  double total() const { return sums_.empty() ? 0 : sums_.back(); }
  // The weights up to and with that index.
  double SumTo(size_t index) const { return sums_[index]; }
  // size() > 0 and total() > 0.
  size_t Pick(Draw& draw) const {
    const double at = draw.Unit() * total();
    size_t low = 0, high = sums_.size() - 1;
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (sums_[middle] > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

 private:
  std::vector<double> sums_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_DRAW_H_
