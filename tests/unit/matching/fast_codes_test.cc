// The fast codes and similarities give the plain ones' results, to the last bit.
#include <array>
#include <catch2/catch.hpp>

#include "node/matching/codes.h"
#include "proto/base/random.h"
#include "tests/unit/matching/plain_codes.h"

namespace signpost::node {
namespace {

// From a small alphabet, so that letters repeat and pair in many ways.
std::string RandomName(Random& random, size_t most, std::string_view alphabet) {
  std::string name;
  for (uint64_t size = random.Below(most + 1); size > 0; --size) {
    name.push_back(alphabet[random.Below(alphabet.size())]);
  }
  return name;
}

// A few edits away from `name`.
std::string Edited(Random& random, std::string name, std::string_view alphabet) {
  for (uint64_t edits = random.Below(4); edits > 0; --edits) {
    const size_t at = random.Below(name.size() + 1);
    const char letter = alphabet[random.Below(alphabet.size())];
    switch (random.Below(4)) {
      case 0:
        name.insert(at, 1, letter);
        break;
      case 1:
        if (at < name.size()) name.erase(at, 1);
        break;
      case 2:
        if (at < name.size()) name[at] = letter;
        break;
      default:
        if (at + 1 < name.size()) std::swap(name[at], name[at + 1]);
    }
  }
  return name;
}

// Values are compared with ==: equal to the last bit.
bool SameSimilarities(const std::string& a, const std::string& b) {
  const int distance = plain::Osa(a, b);
  const double similarity = plain::JaroWinkler(a, b);
  for (const double least : {0.5, 0.85, 0.92, 1.0, similarity}) {
    const double from = JaroWinklerFrom(a, b, least);
    if (similarity >= least ? from != similarity : from >= least) return false;
  }
  return JaroWinkler(a, b) == similarity && Osa(a, b) == distance &&
         WithinOneEdit(a, b) == (distance <= 1) &&
         SameFoldedSound(a, b) == (plain::FoldedSoundex(a) == plain::FoldedSoundex(b));
}

bool SameCodes(const std::string& name) {
  return FoldLeading(name) == plain::FoldLeading(name) && Soundex(name) == plain::Soundex(name) &&
         FoldedSoundex(name) == plain::FoldedSoundex(name) &&
         FoldedSoundCode(name).view() == plain::FoldedSoundex(name);
}

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::array<std::string_view, 4> kAlphabets = {"AB", "ABCD", "AEIOUHWKNSMT", kLetters};

TEST_CASE("Fast similarities equal the plain ones on random names and their misspellings") {
  SeededRandom random("fast similarities property tests");
  size_t wrong = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string_view alphabet = kAlphabets[random.Below(kAlphabets.size())];
    const std::string a = RandomName(random, random.Below(4) == 0 ? 70 : 12, alphabet);
    const std::string b =
        random.Below(3) == 0 ? RandomName(random, 14, alphabet) : Edited(random, a, alphabet);
    wrong += !SameSimilarities(a, b) || !SameSimilarities(b, a);
  }
  CHECK(wrong == 0);
}

TEST_CASE("Fast similarities equal the plain ones on any bytes and at every length about the cut") {
  SeededRandom random("fast similarities on any bytes..");
  size_t wrong = 0;
  for (int i = 0; i < 5'000; ++i) {
    wrong += !SameSimilarities(random.Bytes(random.Below(80)), random.Bytes(random.Below(80)));
  }
  for (size_t size = 0; size <= kMaxCodeLetters + 4; ++size) {
    const std::string same(size, 'A');
    std::string turned = same;
    if (size > 1) turned[size - 1] = 'B';
    for (size_t other = 0; other <= kMaxCodeLetters + 4; ++other) {
      wrong += !SameSimilarities(same, std::string(other, 'A'));
      wrong += !SameSimilarities(turned, std::string(other, 'A'));
      wrong += !SameSimilarities(std::string(other, 'B') + same, same);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("Fast similarities equal the plain ones on every pair of short words of two letters") {
  std::vector<std::string> words = {""};
  for (size_t i = 0; words.size() < 127; ++i) {
    words.push_back(words[i] + "A");
    words.push_back(words[i] + "B");
  }
  size_t wrong = 0;
  for (const std::string& a : words) {
    for (const std::string& b : words) wrong += !SameSimilarities(a, b);
  }
  CHECK(wrong == 0);
}

TEST_CASE("Fast codes equal the plain ones on random names and any bytes") {
  SeededRandom random("fast codes property test's seed.");
  size_t wrong = 0;
  for (int i = 0; i < 60'000; ++i) {
    wrong += !SameCodes(RandomName(random, random.Below(4) == 0 ? 70 : 9,
                                   kAlphabets[random.Below(kAlphabets.size())]));
  }
  for (int i = 0; i < 10'000; ++i) wrong += !SameCodes(random.Bytes(random.Below(90)));
  CHECK(wrong == 0);
}

TEST_CASE("Fast codes equal the plain ones after every two leading letters and rest") {
  size_t wrong = 0;
  for (const char a : kLetters) {
    for (const char b : kLetters) {
      for (const char* rest : {"", "E", "H", "C", "CH", "AC", "ACDONALD", "NIGHT"}) {
        wrong += !SameCodes(std::string{a, b} + rest);
      }
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace signpost::node
