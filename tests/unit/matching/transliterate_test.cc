// The short way from a text to its words gives what the whole of ICU gives.
#include "node/matching/transliterate.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "node/matching/normalise.h"
#include "proto/base/random.h"

namespace signpost::node {
namespace {

std::string Utf8(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

bool Same(const std::string& text) { return NormalisedWords(text) == NormalisedWordsByIcu(text); }

// Every character that could be taken the short way, and its neighbours that must not be.
std::vector<std::string> Accented() {
  std::vector<std::string> characters;
  const std::array<std::pair<char32_t, char32_t>, 4> ranges = {
      {{0x80, 0x300}, {0x1DF0, 0x1F10}, {0x2000, 0x2070}, {0xFB00, 0xFB07}}};
  for (const auto& [from, to] : ranges) {
    for (char32_t c = from; c < to; ++c) characters.push_back(Utf8(c));
  }
  return characters;
}

TEST_CASE("Every ASCII character between any two others is what ICU makes of it") {
  size_t wrong = 0;
  for (int a = 0; a < 128; ++a) {
    for (int b = 0; b < 128; ++b) {
      wrong += !Same({'x', static_cast<char>(a), static_cast<char>(b), 'Y'});
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("Every accented letter is what ICU makes of it beside every ASCII character") {
  size_t wrong = 0, plain = 0;
  for (const std::string& character : Accented()) {
    plain += IsPlainText(character);
    wrong += !Same(character);
    for (int c = 0; c < 128; ++c) {
      const std::string other(1, static_cast<char>(c));
      wrong += !Same(other + character + other);
    }
  }
  CHECK(wrong == 0);
  CHECK(plain > 600);  // the short way is really taken
}

TEST_CASE("Accented letters in any company are what ICU makes of them") {
  SeededRandom random("accented letters property, seed.");
  const std::vector<std::string> accented = Accented();
  size_t wrong = 0, plain = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text;
    for (uint64_t size = random.Below(8); size > 0; --size) {
      text += random.Below(2) == 0 ? std::string(1, static_cast<char>(random.Below(128)))
                                   : accented[random.Below(accented.size())];
    }
    plain += IsPlainText(text);
    wrong += !Same(text);
  }
  CHECK(wrong == 0);
  CHECK(plain > 10'000);
}

TEST_CASE("Names mixed of scripts and marks and quotes are what ICU makes of them") {
  SeededRandom random("mixed names property test, seed.");
  const std::array kPieces = {"Zoë",      "zoe\xCC\x88", "O’Brien",
                              "o`brien",  "ʼ",           "Núñez",
                              "ß",        "ẞ",           "ŉ",
                              "ǆ",        "ﬁ",           "Æ",
                              "ø",        "İ",           "ı",
                              "ſ",        "Nguyễn",      "Đặng",
                              "–",        "‐",           " ",
                              "\xC2\xA0", "\xC2\xAD",    "Анна",
                              "محمد",     "小明",        "Ά",
                              "σς",       "한",          "कि",
                              "\xCC\x81", "\xCD\x8F",    "\xE2\x80\x8D",
                              "(",        ")",           "(x)",
                              "\xC3",     "\xE2\x80",    "\xF0\x9F\x98\x80",
                              "\xFF",     "K",           "Å",
                              "½",        "²",           "ª",
                              "ĳ",        "'",           ".",
                              "-"};
  size_t wrong = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string text;
    for (uint64_t size = random.Below(6); size > 0; --size) {
      text += kPieces[random.Below(kPieces.size())];
      if (random.Below(3) == 0) text += static_cast<char>(random.Below(128));
    }
    wrong += !Same(text);
  }
  CHECK(wrong == 0);
}

TEST_CASE("Any bytes and any length are what ICU makes of them") {
  SeededRandom random("any bytes through both ways seed");
  size_t wrong = 0;
  for (int i = 0; i < 8'000; ++i) wrong += !Same(random.Bytes(random.Below(40)));
  for (size_t size = 240; size < 280; ++size) {
    for (const char* character : {"a", "é", "ễ", "’", "😀", "ж", "(", " "}) {
      std::string text;
      while (text.size() < size) text += character;
      wrong += !Same(text);
      wrong += !Same("x" + text);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("Texts that need ICU do not take the short way") {
  for (const char* text : {"Анна", "小明", "zoe\xCC\x88", "Ά", "\xFF", "\xC3", "\xC3(", "\xE1\xB8",
                           "\xE2\x80", "한", "Zoë Анна"}) {
    INFO(text);
    CHECK_FALSE(IsPlainText(text));
  }
  for (const char* text : {"", "Anna", "Zoë", "O’Brien", "Nguyễn", "Łukasz", "Straße", "a–b"}) {
    INFO(text);
    CHECK(IsPlainText(text));
  }
}

}  // namespace
}  // namespace signpost::node
