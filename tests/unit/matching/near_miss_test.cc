#include "node/matching/near_miss.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "node/matching/identifiers.h"

namespace signpost::node {
namespace {

using enum NearMiss;

struct Case {
  const char* text;
  NearMiss near_miss;
};

// 401 023 2137 is a valid number.
constexpr Case kNhsNumbers[] = {
    {"4010232137", kNone},
    {"9990000018", kNone},
    {"", kNone},
    {"4O1 O23 2137", kLetterForDigit},
    {"40l0232i37", kLetterForDigit},
    {"401023213", kCharacterMissing},
    {"40102321377", kCharacterTooMany},
    {"4010231237", kNeighboursSwapped},
    {"4310232137", kOneCharacterWrong},
    {"401023213?", kOneCharacterWrong},
    {"4010232137.", kCharacterTooMany},
    {"4.01023E+09", kSpreadsheetNumber},
    {"4010232137.0", kSpreadsheetNumber},
    {"4444444444", kNone},  // its own reason says what it is
    {"1234567881", kNone},
    {"hello", kNone},
    {"\xFF\xFE", kNone},
};

// P207000016049 is a valid number.
constexpr Case kUpns[] = {
    {"P207000016049", kNone},
    {"", kNone},
    {"207000016049P", kCheckLetterLast},
    {"P2O70OOO16O49", kLetterForDigit},
    {"P20700001604", kCharacterMissing},
    {"P2070000160499", kCharacterTooMany},
    {"P207000061049", kNeighboursSwapped},
    {"P207000016048", kOneCharacterWrong},
    {"Q207000016049", kOneCharacterWrong},
    {"unknown", kNone},
};

constexpr Case kPostcodes[] = {
    {"M14 5QF", kNone},
    {"ZZ99 3VZ", kNone},
    {"", kNone},
    {"M1 IAA", kLetterForDigit},
    {"LSI 4DY", kLetterForDigit},
    {"M14 SQF", kLetterForDigit},
    {"5W1A 0AX", kDigitForLetter},
    {"M14 5Q0", kDigitForLetter},
    {"M14", kOutwardOnly},
    {"LS1", kOutwardOnly},
    {"M14 5QF; LS1 4DY", kSeveral},
    {"M14 5QF LS1 4DY", kSeveral},
    {"M14 Q5F", kNeighboursSwapped},
    {"M14 5Q1F", kCharacterTooMany},
    {"M1 QQF", kOneCharacterWrong},
    {"M1 1A", kCharacterMissing},
    {"DN55 1PTT", kCharacterTooMany},
    {"Manchester", kNone},
    {"-", kNone},
};

constexpr Case kDates[] = {
    {"2015-03-09", kNone},
    {"", kNone},
    {"  ", kNone},
    {"2O15-03-09", kLetterForDigit},
    {"09/03/2015", kDayFirst},
    {"9.3.2015", kDayFirst},
    {"9-3-2015", kDayFirst},
    {"09032015", kDayFirst},
    {"9th March 2015", kDayFirst},
    {"09 Mar 2015 00:00", kDayFirst},
    {"03/27/2015", kDayFirst},
    {"09/03/15", kTwoDigitYear},
    {"0015-03-09", kTwoDigitYear},
    {"2015/03/09", kOtherSeparators},
    {"20150309", kOtherSeparators},
    {"2015 March 9", kOtherSeparators},
    {"2015-3-9", kZerosLeftOut},
    {"2015-03-09T00:00:00", kTimeAppended},
    {"2015-03-09 12:00", kTimeAppended},
    {"2015-27-03", kDayAndMonthExchanged},
    {"2015-02-29", kDayPastMonthEnd},
    {"2015-04-31", kDayPastMonthEnd},
    {"2015-03", kMonthOnly},
    {"2015-03-00", kMonthOnly},
    {"2015", kYearOnly},
    {"2015-00-00", kYearOnly},
    {"1900-01-01", kDefaultForMissing},
    {"01/01/1900", kDefaultForMissing},
    {"0000-00-00", kDefaultForMissing},
    {"42072", kSpreadsheetDay},
    {"42072.0", kSpreadsheetDay},
    {"2015-03-90", kNeighboursSwapped},
    {"2015-03-99", kOneCharacterWrong},
    {"2015-03-091", kCharacterTooMany},
    {"201-03-09", kCharacterMissing},
    {"yesterday", kNone},
    {"1890-05-05", kNone},
    {"\xFF\xFE", kNone},
};

TEST_CASE("An NHS number that is nearly right is named as such") {
  for (const Case& row : kNhsNumbers) {
    INFO(row.text);
    CHECK(NhsNumberNearMiss(row.text) == row.near_miss);
  }
}

TEST_CASE("A UPN that is nearly right is named as such") {
  for (const Case& row : kUpns) {
    INFO(row.text);
    CHECK(UpnNearMiss(row.text) == row.near_miss);
  }
}

TEST_CASE("A check letter written as the digit it looks like is named as such") {
  // Exactly one check letter fits any twelve digits; find twelve whose letter looks like a digit.
  int found = 0;
  for (int last = 0; last < 100; ++last) {
    const std::string digits = "2070000160" + std::to_string(10 + last % 90);
    for (const auto& [letter, digit] :
         {std::pair{'B', '8'}, std::pair{'Z', '2'}, std::pair{'G', '6'}}) {
      if (!CheckUpn(letter + digits).ok()) continue;
      CHECK(UpnNearMiss(digit + digits) == kDigitForLetter);
      ++found;
    }
  }
  CHECK(found > 0);
}

TEST_CASE("A postcode that is nearly right is named as such") {
  for (const Case& row : kPostcodes) {
    INFO(row.text);
    CHECK(PostcodeNearMiss(row.text) == row.near_miss);
  }
}

TEST_CASE("A date that is nearly right is named as such and never repaired") {
  for (const Case& row : kDates) {
    INFO(row.text);
    CHECK(DateNearMiss(row.text) == row.near_miss);
    if (row.near_miss != kNone) CHECK_FALSE(CheckDate(row.text).date.has_value());
  }
}

TEST_CASE("Every swap of two neighbouring digits of a number is named so") {
  const std::string valid = "4010232137";
  for (size_t i = 0; i + 1 < valid.size(); ++i) {
    std::string swapped = valid;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped != valid) CHECK(NhsNumberNearMiss(swapped) == kNeighboursSwapped);
  }
}

TEST_CASE("A text too long to be near anything is near nothing") {
  const std::string text(100'000, '4');
  for (auto near : {NhsNumberNearMiss, UpnNearMiss, PostcodeNearMiss, DateNearMiss}) {
    CHECK(near(text) == kNone);
  }
}

TEST_CASE("Every near miss is explained in its own sentence") {
  CHECK(Explain(kNone).empty());
  std::set<std::string_view> sentences;
  for (int i = 1; i <= static_cast<int>(kDefaultForMissing); ++i) {
    const std::string_view sentence = Explain(static_cast<NearMiss>(i));
    CHECK(sentence.ends_with("."));
    sentences.insert(sentence);
  }
  CHECK(sentences.size() == static_cast<size_t>(kDefaultForMissing));
}

}  // namespace
}  // namespace signpost::node
