#include "node/importer/csv.h"

#include <catch2/catch.hpp>

namespace signpost::node {
namespace {

using Fields = std::vector<std::string>;

std::vector<CsvRow> ReadAll(std::string_view text) {
  CsvReader reader(text, 1);
  std::vector<CsvRow> rows;
  CsvRow row;
  while (reader.Next(row)) rows.push_back(row);
  return rows;
}

TEST_CASE("Lines end in CR LF or LF or CR and the last may end in nothing") {
  for (const char* text : {"a,b\r\nc,d\r\n", "a,b\nc,d\n", "a,b\rc,d\r", "a,b\nc,d"}) {
    const auto rows = ReadAll(text);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].fields == Fields{"a", "b"});
    CHECK(rows[1].fields == Fields{"c", "d"});
    CHECK(rows[1].line == 2);
  }
}

TEST_CASE("Quoted fields hold commas quotes and line ends") {
  const auto rows = ReadAll("\"a,1\",\"say \"\"x\"\"\",\"two\r\nlines\"\nnext,row,\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields == Fields{"a,1", "say \"x\"", "two\r\nlines"});
  CHECK(rows[1].fields == Fields{"next", "row", ""});
  CHECK(rows[1].line == 3);
}

TEST_CASE("A byte-order mark and empty lines are passed over") {
  const auto rows = ReadAll("\xEF\xBB\xBFh\n\n\r\nx\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields == Fields{"h"});
  CHECK(rows[1].line == 4);
}

TEST_CASE("Empty fields are fields") {
  CHECK(ReadAll(",,\n")[0].fields == Fields{"", "", ""});
  CHECK(ReadAll("\"\"")[0].fields == Fields{""});
  CHECK(ReadAll("").empty());
}

TEST_CASE("A quote inside a plain field is a fault of that row only") {
  const auto rows = ReadAll("a,b\"c\nd,e\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fault == CsvFault::kStrayQuote);
  CHECK(rows[0].fault_field == 1);
  CHECK(rows[1].fault == CsvFault::kNone);
  CHECK(rows[1].fields == Fields{"d", "e"});
}

TEST_CASE("Text after a closing quote is a fault of that row only") {
  const auto rows = ReadAll("\"a\"b,c\nd,e\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fault == CsvFault::kStrayQuote);
  CHECK(rows[1].fields == Fields{"d", "e"});
}

TEST_CASE("Quotes that are never closed are a fault") {
  const auto rows = ReadAll("a,\"b\nc,d\n");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].fault == CsvFault::kUnclosedQuote);
}

TEST_CASE("An enormous field is a fault and the next row is read") {
  for (const std::string quote : {"", "\""}) {
    const auto rows = ReadAll(quote + std::string(1'000'000, 'x') + quote + "\nd\n");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].fault == CsvFault::kFieldTooLong);
    CHECK(rows[0].fields[0].size() <= kMaxFieldBytes);
    CHECK(rows[1].fields == Fields{"d"});
  }
}

TEST_CASE("Too many fields are a fault and the next row is read") {
  const auto rows = ReadAll(std::string(100'000, ',') + "\"x\ny\",\nd\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fault == CsvFault::kTooManyFields);
  CHECK(rows[0].fields.size() == kMaxFields);
  CHECK(rows[1].fields == Fields{"d"});
}

TEST_CASE("Valid UTF-8 is accepted and every malformed form is not") {
  for (const char* good : {"", "plain", "Zo\xC3\xAB", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "a\tb"}) {
    CHECK(IsPlainUtf8(good));
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                          "\xFF", "Zo\xEB", "a\nb", "a\x01", "\x7F", "\xC2\x85"}) {
    CHECK_FALSE(IsPlainUtf8(bad));
  }
  CHECK_FALSE(IsPlainUtf8(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace signpost::node
