// The scheduled pass inside a running node: an archived child is answered for no
// more, leaves the index, and comes back when its date of birth is corrected.
#include <catch2/catch.hpp>

#include "tests/integration/care_calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

constexpr int64_t kDayMs = 86'400'000;
const std::string kHolder = TestFederation::Code(1);

// Of age in two days.
std::string Birthday(int years_ago, int in_days) {
  std::string day = DaysAgo(-in_days);
  const std::string year = std::to_string(std::stoi(day.substr(0, 4)) - years_ago);
  return day.replace(0, 4, year);
}

// Asked again while there is no answer: the index makes the tables of another slot first.
v1::Outcome AskAbout(TestFederation& federation, const v1::ChildDetails& details) {
  REQUIRE(federation.WaitReady());
  v1::Outcome outcome = v1::NO_ANSWER;
  REQUIRE(federation.WaitUntil(
      [&] {
        v1::Ledger ledger;
        const grpc::Status status = federation.Ask(0, federation.ByDetails(details), &ledger);
        INFO(status.error_message());
        REQUIRE(status.ok());
        outcome = RowOf(ledger, kHolder).outcome();
        return outcome != v1::NO_ANSWER;
      },
      70'000));
  return outcome;
}

// Moves every clock and waits for the pass that the holder then runs. The certificates of the tests
// last a day: calls are made when the clock is right. A day forward is two seconds short of one, so
// that it is not a jump of more than a day.
void MoveDays(TestFederation& federation, int days) {
  federation.clock().Shift(days * kDayMs - (days == 1 ? 2000 : 0));
  const int64_t now_ms = federation.clock().NowMs();
  REQUIRE(federation.WaitUntil(
      [&] {
        const int64_t last_ms = federation.node(1).Status().upkeep_last_ms();
        return last_ms >= now_ms && last_ms < now_ms + kDayMs / 2;
      },
      30'000));
}

}  // namespace

TEST_CASE("A child of age is answered for no more until its date of birth is corrected") {
  // No birthday on a 29 February: it would be another day's in most years.
  const std::string born = Birthday(18, DaysAgo(-2).ends_with("-02-29") ? 1 : 2);
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  v1::ChildDetails grown = Zebedee();
  grown.set_date_of_birth(born);
  v1::PutChildReply put;
  REQUIRE(PutChild({federation, 1, "manager"}, "h", grown, false, &put).ok());
  REQUIRE(federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("h")).accepted() == 1);
  v1::ChildDetails other = Zebedee();
  other.mutable_names(0)->set_given("Barnaby");
  other.mutable_names(0)->set_family("Ostrowe");
  other.set_date_of_birth("2016-02-03");
  other.clear_nhs_number();
  REQUIRE(PutChild({federation, 1, "manager"}, "other", other, false, &put).ok());
  CHECK(AskAbout(federation, grown) == v1::INVOLVED_NOW);
  const uint64_t tags = federation.node(1).Status().index_tags();

  MoveDays(federation, 1);
  MoveDays(federation, 1);
  CHECK(federation.WaitUntil([&] { return federation.node(1).Status().index_tags() < tags; }));
  MoveDays(federation, -2);
  v1::ChildRecord record;
  CHECK(WhyNot(GetChild({federation, 1, "practitioner"}, "h", &record)) == "NO_SUCH_CASE");
  REQUIRE(GetChild({federation, 1, "manager"}, "h", &record).ok());
  CHECK(AskAbout(federation, grown) == v1::NOTHING_TO_REPORT);

  v1::ChildDetails young = grown;
  young.set_date_of_birth("2015-03-09");
  REQUIRE(PutChild({federation, 1, "manager"}, "h", young, true, &put).ok());
  MoveDays(federation, 2);
  MoveDays(federation, -2);
  REQUIRE(GetChild({federation, 1, "practitioner"}, "h", &record).ok());
  CHECK(AskAbout(federation, young) == v1::INVOLVED_NOW);
  CHECK(federation.CountAudit(1, v1::AuditRow::UPKEEP_DONE) >= 4);
}

}  // namespace signpost::testing
