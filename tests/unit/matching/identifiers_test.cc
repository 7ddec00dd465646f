#include "node/matching/identifiers.h"

#include <catch2/catch.hpp>

namespace signpost::node {
namespace {

NhsNumberReason Nhs(std::string_view text, NumberUse use = NumberUse::kProduction) {
  return CheckNhsNumber(text, use).reason;
}

TEST_CASE("A valid NHS number is accepted with spaces and hyphens") {
  CHECK(CheckNhsNumber("9434765919", NumberUse::kTraining).canonical == "9434765919");
  CHECK(CheckNhsNumber("401 023 2137", NumberUse::kProduction).canonical == "4010232137");
  CHECK(CheckNhsNumber("401-023-2137", NumberUse::kProduction).ok());
}

TEST_CASE("An NHS number is refused for its shape") {
  CHECK(Nhs("") == NhsNumberReason::kEmpty);
  CHECK(Nhs("  ") == NhsNumberReason::kEmpty);
  CHECK(Nhs("401023213") == NhsNumberReason::kWrongLength);
  CHECK(Nhs("40102321370") == NhsNumberReason::kWrongLength);
  CHECK(Nhs("40102321O7") == NhsNumberReason::kBadCharacter);
  CHECK(Nhs("\xFF\xFE 01023213") == NhsNumberReason::kBadCharacter);
  CHECK(Nhs(std::string(1'000'000, '4')) == NhsNumberReason::kWrongLength);
}

TEST_CASE("Any single wrong digit and any swap of neighbours fail modulus 11") {
  const std::string valid = "4010232137";
  for (size_t i = 0; i < valid.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string other = valid;
      other[i] = digit;
      if (other != valid) CHECK(Nhs(other) == NhsNumberReason::kCheckDigit);
    }
    if (i + 1 == valid.size() || valid[i] == valid[i + 1]) continue;
    std::string swapped = valid;
    std::swap(swapped[i], swapped[i + 1]);
    CHECK(Nhs(swapped) == NhsNumberReason::kCheckDigit);
  }
}

TEST_CASE("An NHS number whose check digit would be ten does not exist") {
  for (char digit = '0'; digit <= '9'; ++digit) {
    CHECK(Nhs(std::string("400000008") + digit) != NhsNumberReason::kValid);
  }
}

TEST_CASE("Equal digits that pass modulus 11 are a placeholder") {
  CHECK(Nhs("4444444444") == NhsNumberReason::kAllEqualDigits);
  CHECK(Nhs("0000000000") == NhsNumberReason::kAllEqualDigits);
  CHECK(CheckNhsNumberAnyUse("9999999999").reason == NhsNumberReason::kAllEqualDigits);
}

TEST_CASE("Test numbers are refused in production and required in training") {
  CHECK(Nhs("9990000018") == NhsNumberReason::kTestRange);
  CHECK(Nhs("9990000018", NumberUse::kTraining) == NhsNumberReason::kValid);
  CHECK(Nhs("4010232137", NumberUse::kTraining) == NhsNumberReason::kRealInTraining);
  CHECK(CheckNhsNumber("9990000018", NumberUse::kProduction).canonical.empty());
  CHECK(CheckNhsNumberAnyUse("9990000018").ok());
  CHECK(CheckNhsNumberAnyUse("4010232137").ok());
}

TEST_CASE("Ranges that were never issued are refused") {
  CHECK(Nhs("1234567881") == NhsNumberReason::kNotIssued);
}

TEST_CASE("A permanent UPN is accepted and brought to upper case") {
  CHECK(CheckUpn("P207000016049").ok());
  CHECK(CheckUpn(" p207000016049 ").canonical == "P207000016049");
}

TEST_CASE("A UPN is refused for its shape or check letter") {
  CHECK(CheckUpn("").reason == UpnReason::kEmpty);
  CHECK(CheckUpn("P20700001604").reason == UpnReason::kWrongLength);
  CHECK(CheckUpn("P2070000160491").reason == UpnReason::kWrongLength);
  CHECK(CheckUpn("I207000016049").reason == UpnReason::kBadCharacter);
  CHECK(CheckUpn("P2070000A6049").reason == UpnReason::kBadCharacter);
  CHECK(CheckUpn("Q207000016049").reason == UpnReason::kCheckLetter);
  CHECK(CheckUpn("P207000016048").reason == UpnReason::kCheckLetter);
  CHECK(CheckUpn("P207000061049").reason == UpnReason::kCheckLetter);
}

TEST_CASE("A temporary UPN is well formed but makes no key") {
  // Exactly one check letter fits.
  std::string temporary = "P20700001604A";
  std::string accepted;
  for (const char letter : std::string("ABCDEFGHJKLMNPQRTUVWXYZ")) {
    temporary[0] = letter;
    if (CheckUpn(temporary).reason == UpnReason::kTemporary) accepted.push_back(letter);
  }
  CHECK(accepted.size() == 1);
  CHECK_FALSE(CheckUpn(accepted + "20700001604A").ok());
}

TEST_CASE("Postcodes of every shape are accepted") {
  for (const char* text : {"M1 1AA", "M60 1NW", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "ec1a1bb"}) {
    INFO(text);
    CHECK(CheckPostcode(text).ok());
  }
  CHECK(CheckPostcode(" ec1a 1bb ").canonical == "EC1A1BB");
}

TEST_CASE("What is not shaped like a postcode is refused") {
  for (const char* text :
       {"M1", "1M1 1AA", "ABC1 1AA", "M1 AAA", "M1 11A", "M1 1A", "M1234 1AA", "M1 1AAA", "-",
        "M1\xC2\xA0"
        "1AA"}) {
    INFO(text);
    CHECK(CheckPostcode(text).reason == PostcodeReason::kBadShape);
  }
  CHECK(CheckPostcode("").reason == PostcodeReason::kEmpty);
  CHECK(CheckPostcode(std::string(100'000, 'M')).reason == PostcodeReason::kBadShape);
}

TEST_CASE("A ZZ99 postcode is unknown abode") {
  CHECK(CheckPostcode("ZZ99 3VZ").reason == PostcodeReason::kUnknownAbode);
  CHECK(CheckPostcode("zz993wz").reason == PostcodeReason::kUnknownAbode);
  CHECK_FALSE(CheckPostcode("ZZ99 3VZ").ok());
}

TEST_CASE("Dates of the calendar are accepted") {
  CHECK(CheckDate("2016-02-29").date == Date{2016, 2, 29});
  CHECK(CheckDate("2000-02-29").ok());
  CHECK(CheckDate(" 2010-12-31 ").ok());
}

TEST_CASE("Dates that do not exist are refused") {
  for (const char* text : {"2015-02-29", "1900-02-29", "2015-04-31", "2015-13-01", "2015-00-10",
                           "2015-01-00", "2015-01-32"}) {
    INFO(text);
    CHECK(CheckDate(text).reason == DateReason::kDoesNotExist);
  }
}

TEST_CASE("A date of another shape is never guessed") {
  for (const char* text :
       {"03/04/2015", "20150304", "2015-3-4", "15-03-04", "2015/03/04", "2015-03-04T00:00", "x"}) {
    INFO(text);
    CHECK(CheckDate(text).reason == DateReason::kBadShape);
  }
  CHECK(CheckDate("").reason == DateReason::kEmpty);
}

TEST_CASE("The first of January 1900 means missing and later days than today are refused") {
  CHECK(CheckDate("1900-01-01").reason == DateReason::kTooEarly);
  CHECK(CheckDate("1900-01-02").ok());
  CHECK(CheckDate("2026-11-24", Date{2026, 11, 23}).reason == DateReason::kInFuture);
  CHECK(CheckDate("2026-11-23", Date{2026, 11, 23}).ok());
}

TEST_CASE("The day of a clock reading is the UTC day") {
  CHECK(FormatDate(DateOfMs(0)) == "1970-01-01");
  CHECK(FormatDate(DateOfMs(951'782'400'000)) == "2000-02-29");
  CHECK(FormatDate(DateOfMs(951'868'799'999)) == "2000-02-29");
  CHECK(FormatDate(DateOfMs(951'868'800'000)) == "2000-03-01");
  CHECK(FormatDate(DateOfMs(-1)) == "1969-12-31");
}

TEST_CASE("Every reason but valid is explained") {
  CHECK(Explain(NhsNumberReason::kValid).empty());
  for (int i = 1; i <= static_cast<int>(NhsNumberReason::kRealInTraining); ++i) {
    CHECK_FALSE(Explain(static_cast<NhsNumberReason>(i)).empty());
  }
  for (int i = 1; i <= static_cast<int>(UpnReason::kTemporary); ++i) {
    CHECK_FALSE(Explain(static_cast<UpnReason>(i)).empty());
  }
  for (int i = 1; i <= static_cast<int>(PostcodeReason::kUnknownAbode); ++i) {
    CHECK_FALSE(Explain(static_cast<PostcodeReason>(i)).empty());
  }
  for (int i = 1; i <= static_cast<int>(DateReason::kTooEarly); ++i) {
    CHECK_FALSE(Explain(static_cast<DateReason>(i)).empty());
  }
}

}  // namespace
}  // namespace signpost::node
