#include "proto/base/bytes.h"

#include <catch2/catch.hpp>

namespace signpost {
namespace {

TEST_CASE("Integers are written most significant byte first at a fixed width") {
  CHECK(Hex(IntBytes(1, 0x5a)) == "5a");
  CHECK(Hex(IntBytes(2, 0x1234)) == "1234");
  CHECK(Hex(IntBytes(4, 7)) == "00000007");
  CHECK(Hex(IntBytes(8, UINT64_MAX)) == "ffffffffffffffff");
  CHECK(Hex(IntBytes(8, 1)) == "0000000000000001");
  CHECK(Hex(IntBytes(1, 0x1ff)) == "ff");  // bits above the width are dropped
  std::string out = "x";
  AppendInt(out, 2, 0x4142);
  CHECK(out == "xAB");
}

TEST_CASE("Hex goes there and back and refuses what is not hex") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  CHECK(Unhex(Hex(all)) == all);
  CHECK(Unhex("") == "");
  CHECK(Unhex("aBfF") == "\xab\xff");
  CHECK_FALSE(Unhex("abc").has_value());
  CHECK_FALSE(Unhex("0g").has_value());
  CHECK_FALSE(Unhex("g0").has_value());
  CHECK_FALSE(Unhex(" 0").has_value());
  CHECK_FALSE(Unhex("0x").has_value());
}

TEST_CASE("A reader takes pieces in order and never past the end") {
  const std::string bytes("\x01\x02\x03\x04\x05", 5);
  ByteReader reader(bytes);
  CHECK(reader.Int(2) == 0x0102u);
  CHECK_FALSE(reader.Int(4).has_value());
  CHECK_FALSE(reader.Take(4).has_value());
  CHECK(reader.rest().size() == 3);  // a refused read consumed nothing
  CHECK(reader.Take(1) == std::string_view("\x03"));
  CHECK(reader.Int(2) == 0x0405u);
  CHECK(reader.Take(0) == std::string_view());
  CHECK_FALSE(reader.Int(1).has_value());
  CHECK_FALSE(reader.Take(SIZE_MAX).has_value());
}

TEST_CASE("Views cross to Abseil and back unchanged with zero bytes in them") {
  const std::string_view text("a\0b", 3);
  CHECK(FromAbsl(ToAbsl(text)) == text);
}

}  // namespace
}  // namespace signpost
