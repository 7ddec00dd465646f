// Shields over real gRPC: what a second record, a merge, and two persons do to what
// another authority is told.
#include <catch2/catch.hpp>

#include "tests/integration/care_calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

v1::Outcome AskAbout(TestFederation& federation, const v1::ChildDetails& details) {
  REQUIRE(federation.WaitReady());
  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, federation.ByDetails(details), &ledger);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return RowOf(ledger, kHolder).outcome();
}

As Manager(TestFederation& federation) { return {federation, 1, "manager"}; }

}  // namespace

// ContactPoint, 2009: shielded children were shown when a second record of theirs arrived from
// another source without the shield.
TEST_CASE("A second record of a shielded child is answered for by nobody whichever way it comes") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  REQUIRE(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
  v1::ProtectionReply shielded;
  REQUIRE(Shield({federation, 1, "practitioner"}, "h", &shielded).ok());
  REQUIRE(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);

  // By import, with an involvement that could be told.
  const v1::ImportChunkReply imported =
      federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("second"));
  CHECK(imported.quarantined() == 1);
  REQUIRE(federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("second")).accepted() == 1);
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);

  // By hand.
  v1::PutChildReply put;
  REQUIRE(PutChild({federation, 1, "practitioner"}, "third", Zebedee(), false, &put).ok());
  CHECK(!put.waits_for_decision());
  REQUIRE(federation.Import(1, v1::IMPORT_INVOLVEMENTS, InvolvementCsv("third")).accepted() == 1);
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);

  // The source sends the shielded child again, and forgets the column.
  federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("h", false));
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);

  std::vector<v1::DuplicatePair> pairs;
  REQUIRE(ListDuplicates(Manager(federation), &pairs).ok());
  CHECK(pairs.size() >= 2);
  v1::ChildRecord record;
  // Who added it may read it on, and does not learn from it that a shielded child has these
  // details.
  CHECK(GetChild({federation, 1, "practitioner"}, "third", &record).ok());

  // Merged, whichever stays: the shield wins.
  REQUIRE(DecideDuplicate(Manager(federation), "second", "h", v1::MERGE).ok());
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
  REQUIRE(DecideDuplicate(Manager(federation), "second", "third", v1::MERGE).ok());
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
}

TEST_CASE("A shield set on a child with a second record silences both at once") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  federation.Hold(1, "second");
  REQUIRE(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
  v1::ProtectionReply shielded;
  REQUIRE(Shield({federation, 1, "desk"}, "h", &shielded).ok());
  CHECK(shielded.quarantined() == 1);
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
}

TEST_CASE("Two persons lift a shield and the next question is answered") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  v1::ProtectionReply shielded;
  REQUIRE(Shield({federation, 1, "desk"}, "h", &shielded).ok());
  REQUIRE(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
  v1::DeskItem item;
  CHECK(WhyNot(RequestUnshield({federation, 1, "practitioner"}, "h", &item)) == "NOT_PERMITTED");
  REQUIRE(RequestUnshield(Manager(federation), "h", &item).ok());
  CHECK(WhyNot(Decide(Manager(federation), item.number(), true)) == "NOT_PERMITTED");
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
  REQUIRE(Decide({federation, 1, "officer"}, item.number(), true).ok());
  CHECK(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
}

TEST_CASE("Every call about protection is refused to those whose it is not and recorded") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  federation.Hold(1, "second");
  v1::ProtectionReply shielded;
  std::vector<v1::DuplicatePair> pairs;
  for (const char* person : {"officer", "admin"}) {
    CHECK(WhyNot(Shield({federation, 1, person}, "h", &shielded)) == "NOT_PERMITTED");
  }
  for (const char* person : {"practitioner", "desk", "officer", "admin"}) {
    const As as{federation, 1, person};
    CHECK(WhyNot(Separate(as, "h", "second")) == "NOT_PERMITTED");
    CHECK(WhyNot(ListDuplicates(as, &pairs)) == "NOT_PERMITTED");
    CHECK(WhyNot(DecideDuplicate(as, "h", "second", v1::MERGE)) == "NOT_PERMITTED");
  }
  const As system{federation, 1, "cases"};
  CHECK(WhyNot(DecideDuplicate(system, "h", "second", v1::MERGE)) == "NOT_PERMITTED");
  CHECK(pairs.empty());
  CHECK(federation.CountAudit(1, v1::AuditRow::CALL_REFUSED) > 0);
  v1::ChildRecord record;
  REQUIRE(GetChild({federation, 1, "practitioner"}, "second", &record).ok());
  CHECK(record.case_reference() == "second");
}

TEST_CASE("Separated identities are not merged over the API") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  federation.Hold(1, "second");
  REQUIRE(Separate(Manager(federation), "h", "second").ok());
  const grpc::Status merged = DecideDuplicate(Manager(federation), "h", "second", v1::MERGE);
  CHECK(merged.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(WhyNot(merged) == "SEPARATED");
  std::vector<v1::DuplicatePair> pairs;
  REQUIRE(ListDuplicates(Manager(federation), &pairs).ok());
  CHECK(pairs.empty());
}

TEST_CASE("A correction is found by its new details and its history is the data manager's") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  v1::ChildDetails moved = Zebedee();
  moved.mutable_names(0)->set_family("Ostrowe");
  moved.mutable_addresses(0)->set_postcode("BD1 3QR");
  moved.clear_nhs_number();
  v1::PutChildReply put;
  REQUIRE(PutChild({federation, 1, "practitioner"}, "h", moved, true, &put).ok());
  CHECK(AskAbout(federation, moved) == v1::INVOLVED_NOW);

  const auto history = [&](const char* person, std::vector<v1::ChildVersion>* versions) {
    grpc::ClientContext context;
    Within(context);
    v1::GetChildRequest request;
    request.set_case_reference("h");
    const As as{federation, 1, person};
    const auto reader = as.Stub<v1::RecordService>()->ListHistory(&context, request);
    return ReadAll(*reader, versions);
  };
  std::vector<v1::ChildVersion> versions;
  CHECK(WhyNot(history("practitioner", &versions)) == "NOT_PERMITTED");
  REQUIRE(history("manager", &versions).ok());
  REQUIRE(versions.size() == 1);
  CHECK(versions[0].details().names(0).family() == "Quillfeather");

  v1::ExplainMatchRequest explain;
  explain.set_case_reference("h");
  *explain.mutable_details() = moved;
  v1::Explanation explanation;
  CHECK(WhyNot(CallAs<v1::RecordService>({federation, 1, "practitioner"},
                                         &v1::RecordService::Stub::ExplainMatch, explain,
                                         &explanation)) == "NOT_PERMITTED");
  REQUIRE(CallAs<v1::RecordService>(Manager(federation), &v1::RecordService::Stub::ExplainMatch,
                                    explain, &explanation)
              .ok());
  CHECK(explanation.grade() == v1::CERTAIN);
}

}  // namespace signpost::testing
