#include "tests/bench/linkage/foreign.h"

#include <catch2/catch.hpp>
#include <set>

#include "node/matching/identifiers.h"

namespace signpost::bench {
namespace {

TEST_CASE("Every numbered NHS number is valid in training and refused in production") {
  for (uint64_t n = 0; n < kNhsNumbers; n += 1 + n / 50) {
    const std::string number = NthNhsNumber(n);
    INFO(n);
    CHECK(node::CheckNhsNumber(number, node::NumberUse::kTraining).ok());
    CHECK(node::CheckNhsNumber(number, node::NumberUse::kProduction).reason ==
          node::NhsNumberReason::kTestRange);
  }
}

TEST_CASE("The first 899991 numbers are of the 999 range and the next is not") {
  CHECK(NthNhsNumber(899'990).substr(0, 3) == "999");
  CHECK(NthNhsNumber(899'991).substr(0, 3) == "900");
  CHECK(node::CheckNhsNumber(NthNhsNumber(kNhsNumbers - 1), node::NumberUse::kTraining).ok());
}

TEST_CASE("Different numbers make different NHS numbers across the end of the range") {
  std::set<std::string> seen;
  for (uint64_t n = 880'000; n < 920'000; ++n) CHECK(seen.insert(NthNhsNumber(n)).second);
}

TEST_CASE("Equal foreign identifiers become equal numbers and different ones different") {
  NumberMap numbers;
  const std::string first = numbers.Map("6988048");
  CHECK(numbers.Map("7364009") != first);
  CHECK(numbers.Map("6988048") == first);
  CHECK(numbers.Map("").empty());
}

TEST_CASE("Foreign postcodes become British ones that are equal only when they were") {
  PostcodeMap postcodes;
  std::set<std::string> seen;
  for (const char* code : {"4011", "4012", "40110", "28091", "286z3", "286z4", "9999|", "0"}) {
    const std::string mapped = postcodes.Map(code);
    INFO(code);
    CHECK(node::CheckPostcode(mapped).ok());
    CHECK(seen.insert(mapped).second);
    CHECK(postcodes.Map(code) == mapped);
  }
}

TEST_CASE("Four digits share area and outward code with their neighbours") {
  PostcodeMap postcodes;
  CHECK(postcodes.Map("4011") == "EA11AA");
  CHECK(postcodes.Map("4012") == "EA12AA");
  CHECK(postcodes.Map("4123") == "EB23AA");
}

TEST_CASE("A British postcode stays as it is") {
  PostcodeMap postcodes;
  CHECK(postcodes.Map("m14 5qf") == "M145QF");
}

TEST_CASE("Many odd postcodes are all different") {
  PostcodeMap postcodes;
  std::set<std::string> seen;
  for (int i = 0; i < 60'000; ++i) {
    CHECK(seen.insert(postcodes.Map("x" + std::to_string(i))).second);
  }
}

TEST_CASE("Dates of every notation are read day first") {
  CHECK(ReadDate("2014-05-01") == "2014-05-01");
  CHECK(ReadDate("20140501") == "2014-05-01");
  CHECK(ReadDate("01/05/2014") == "2014-05-01");
  CHECK(ReadDate("1.5.2014") == "2014-05-01");
  CHECK(ReadDate("08-Mar-83") == "1983-03-08");
  CHECK(ReadDate("08-mar-83") == "1983-03-08");
  CHECK(ReadDate("05 January 1985") == "1985-01-05");
}

TEST_CASE("Two digit years turn at the pivot") {
  CHECK(ReadDate("01-02-26") == "1926-02-01");
  CHECK(ReadDate("01-02-25") == "2025-02-01");
}

TEST_CASE("Days that do not exist are missing and months are never guessed") {
  for (const char* text : {"", "31/02/2014", "05/13/2014", "2014-00-10", "nothing", "-0050-01-0",
                           "1900-01-01", "201405", "1/2/3/4", "99999999999-01-01"}) {
    INFO(text);
    CHECK(ReadDate(text).empty());
  }
}

TEST_CASE("Dates before 1900 move by 400 years and keep their leap days") {
  CHECK(ReadDate("1856-02-29") == "2256-02-29");
  CHECK(ReadDate("1899-12-31") == "2299-12-31");
  CHECK(ReadDate("1900-03-01") == "1900-03-01");
}

}  // namespace
}  // namespace signpost::bench
