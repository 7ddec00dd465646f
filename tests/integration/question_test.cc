// A whole question through real hub, custodians and nodes over mTLS.
#include <catch2/catch.hpp>

#include "tests/integration/federation.h"

namespace signpost::testing {
namespace {

constexpr char kChildren[] =
    "case_reference,given_name,family_name,date_of_birth,sex,postcode,nhs_number\n";
constexpr char kInvolvements[] =
    "case_reference,involvement_reference,service,team,practitioner,telephone,lead_professional,"
    "start_on,end_on\n";

std::string Child(const std::string& reference) {
  return std::string(kChildren) + reference +
         ",Zebedee,Quillfeather,2015-03-09,M,LS1 4AP,9990000018\n";
}

std::string DayAgo(int64_t days) {
  const std::chrono::sys_days day =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) -
      std::chrono::days(days);
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string Involvement(const std::string& reference, int64_t start_days, int64_t end_days) {
  return std::string(kInvolvements) + reference +
         ",i1,CHILDRENS_SOCIAL_CARE,Ashford team,A. Example,01632 960001,yes," +
         DayAgo(start_days) + "," + (end_days < 0 ? "" : DayAgo(end_days)) + "\n";
}

}  // namespace

TEST_CASE("A question by case reference finds who works with the child now and who did before") {
  TestFederation federation({.authorities = 5, .start = true, .edit_directory = {}});
  for (const int holder : {0, 1, 2}) {
    federation.Import(holder, v1::IMPORT_CHILDREN, Child("c" + std::to_string(holder)));
  }
  federation.Import(1, v1::IMPORT_INVOLVEMENTS, Involvement("c1", 90, -1));
  federation.Import(2, v1::IMPORT_INVOLVEMENTS, Involvement("c2", 200, 60));
  REQUIRE(federation.WaitReady());
  federation.StopNode(4);

  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, federation.ByCase("c0"), &ledger);
  INFO(status.error_message());
  INFO(ledger.DebugString());
  REQUIRE(status.ok());

  const v1::LedgerRow& now = RowOf(ledger, federation.Code(1));
  CHECK(now.outcome() == v1::INVOLVED_NOW);
  REQUIRE(now.answer().signposts_size() == 1);
  CHECK(now.answer().signposts(0).telephone() == "01632 960001");
  CHECK(now.answer().grade() == v1::CERTAIN);
  CHECK(RowOf(ledger, federation.Code(2)).outcome() == v1::INVOLVED_BEFORE);
  CHECK(RowOf(ledger, federation.Code(3)).outcome() == v1::NOTHING_TO_REPORT);
  CHECK(RowOf(ledger, federation.Code(4)).outcome() == v1::NO_ANSWER);
  CHECK(RowOf(ledger, federation.Code(4)).cause() == v1::UNREACHABLE);
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);
  CHECK(ledger.summary().asked() == 4);
  CHECK(ledger.summary().answered() == 3);
}

}  // namespace signpost::testing
