#include "tests/bench/linkage/tags.h"

#include <cstring>

namespace signpost::bench {
namespace {

// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t HashBytes(std::string_view bytes, uint64_t seed) {
  uint64_t hash = Mix(seed + 0x9e3779b97f4a7c15 + bytes.size());
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t size = bytes.size() < 8 ? bytes.size() : 8;
    std::memcpy(&word, bytes.data(), size);
    hash = Mix(hash ^ Mix(word + 0x9e3779b97f4a7c15));
    bytes.remove_prefix(size);
  }
  return hash;
}

std::vector<Tag> TagsOf(const std::vector<node::MatchKey>& keys) {
  std::vector<Tag> tags;
  tags.reserve(keys.size());
  for (const node::MatchKey& key : keys) {
    tags.push_back({HashBytes(key.fields, key.type), key.type});
  }
  return tags;
}

node::KeyTypeSet SharedTypes(const std::vector<Tag>& asked, const std::vector<Tag>& held) {
  node::KeyTypeSet shared = 0;
  for (const Tag& one : asked) {
    for (const Tag& other : held) {
      if (one.hash == other.hash) shared |= node::KeyTypeBit(one.type);
    }
  }
  return shared;
}

}  // namespace signpost::bench
