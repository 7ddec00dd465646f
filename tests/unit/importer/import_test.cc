#include "node/importer/import.h"

#include <algorithm>
#include <chrono>

#include "node/record/civil_date.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

constexpr char kChildHeader[] =
    "case_reference,given_name,middle_names,family_name,former_family_names,alias_family_names,"
    "date_of_birth,sex,house,street,town,postcode,former_postcodes,nhs_number,upn,shielded,"
    "shield_reason,no_fixed_address,date_of_death\n";
constexpr char kInvolvementHeader[] =
    "case_reference,involvement_reference,service,organisation,team,practitioner,"
    "practitioner_role,telephone,email,lead_professional,assessment_exists,start_on,end_on,"
    "review_by,sensitive,consent_given_by,consent_given_on\n";

struct ImportFixture : StoreFixture {
  absl::StatusOr<v1::ImportChunkReply> Try(v1::ImportKind kind, const std::string& csv,
                                           bool training = false, bool check_only = false) {
    v1::ImportChunkRequest request;
    request.set_kind(kind);
    request.set_csv(csv);
    request.set_first_line(2);
    request.set_check_only(check_only);
    return Send(request, training);
  }
  absl::StatusOr<v1::ImportChunkReply> Send(const v1::ImportChunkRequest& request,
                                            bool training = false,
                                            std::vector<v1::AuditRow> audit = {}) {
    DuplicateFinder finder(*store, 12'000'000);
    return ImportChunk(*store, finder, request, training, kNow, std::move(audit));
  }
  v1::ImportChunkReply Children(const std::string& csv, bool training = false) {
    auto reply = Try(v1::IMPORT_CHILDREN, csv, training);
    REQUIRE(reply.status().ToString() == "OK");
    return *std::move(reply);
  }
  v1::ImportChunkReply Involvements(const std::string& rows) {
    auto reply = Try(v1::IMPORT_INVOLVEMENTS, kInvolvementHeader + rows);
    REQUIRE(reply.status().ToString() == "OK");
    return *std::move(reply);
  }
  // The reject of a file with one sound row and then a row of these columns.
  v1::RejectedRow RejectOf(const std::string& columns, const std::string& row,
                           bool training = false) {
    const auto reply = Children("case_reference,family_name," + columns + "\nOK,Vale" +
                                    std::string(Commas(columns), ',') + "\nBAD,Vale," + row + "\n",
                                training);
    CHECK(reply.accepted() + reply.unchanged() == 1);
    REQUIRE(reply.rejected() == 1);
    CHECK(reply.rejects(0).line() == 3);
    CHECK(absl::IsNotFound(store->GetChildByCase("BAD").status()));
    return reply.rejects(0);
  }
  static size_t Commas(const std::string& columns) {
    return static_cast<size_t>(std::count(columns.begin(), columns.end(), ',')) + 1;
  }
  void CheckReject(const std::string& column, const std::string& value, const std::string& reason,
                   bool training = false) {
    const v1::RejectedRow reject = RejectOf(column, value, training);
    CHECK(reject.column() == column);
    CHECK(reject.reason() == reason);
  }
  // The reject of one involvement row, of child A.
  void CheckInvolvementReject(const std::string& row, const std::string& column,
                              const std::string& reason) {
    const auto reply = Involvements(row);
    REQUIRE(reply.rejected() == 1);
    CHECK(reply.rejects(0).line() == 2);
    CHECK(reply.rejects(0).column() == column);
    CHECK(reply.rejects(0).reason() == reason);
  }
};

TEST_CASE_METHOD(ImportFixture, "A full row of a child is stored as written") {
  const auto reply = Children(
      std::string(kChildHeader) +
      "LDS-1,Zo\xC3\xAB,Ann Mary,O'Neil-Vale,Former; Second,Alias,2015-04-09,f,12,Mill Lane,Leeds,"
      "ls1 4ab,LS2 1AA;LS3 1AA,400 000 0004,p207000016049,no,,no,\n");
  CHECK(reply.accepted() == 1);
  const auto child = store->GetChildByCase("LDS-1");
  REQUIRE(child.ok());
  const v1::ChildDetails& details = child->details;
  REQUIRE(details.names_size() == 4);
  CHECK(details.names(0).kind() == v1::PersonName::CURRENT);
  CHECK(details.names(0).given() == "Zo\xC3\xAB");
  CHECK(details.names(0).middle() == "Ann Mary");
  CHECK(details.names(0).family() == "O'Neil-Vale");
  CHECK(details.names(1).kind() == v1::PersonName::FORMER);
  CHECK(details.names(2).family() == "Second");
  CHECK(details.names(3).kind() == v1::PersonName::ALIAS);
  CHECK(details.date_of_birth() == "2015-04-09");
  CHECK(details.date_quality() == v1::EXACT);
  CHECK(details.sex() == v1::FEMALE);
  REQUIRE(details.addresses_size() == 3);
  CHECK(details.addresses(0).postcode() == "LS14AB");
  CHECK(details.addresses(1).kind() == v1::Address::FORMER);
  CHECK(details.addresses(2).postcode() == "LS31AA");
  CHECK(details.nhs_number() == "4000000004");
  CHECK(details.upn() == "P207000016049");
  CHECK_FALSE(child->flags.shielded);
}

TEST_CASE_METHOD(ImportFixture, "Columns may come in any order and optional ones may be left out") {
  CHECK(Children("FAMILY_NAME, case_reference\nVale,A\n").accepted() == 1);
  CHECK(store->GetChildByCase("A")->details.names(0).family() == "Vale");
}

TEST_CASE_METHOD(ImportFixture, "Importing the same file again changes nothing") {
  const std::string csv = std::string(kChildHeader) +
                          "A,Ann,,Vale,,,2015-04-09,F,,,,,,,,yes,REFUGE,,\n"
                          "B,Ben,,Vale,,,2016-04-09,M,,,,,,,,,,yes,\n";
  CHECK(Children(csv).accepted() == 2);
  const auto again = Children(csv);
  CHECK(again.accepted() == 0);
  CHECK(again.unchanged() == 2);
  CHECK(store->GetChildByCase("A")->revision == 1);
  const std::string row = "A,I-1,Early help,,,,,,,,,2026-01-05,,,,,\n";
  CHECK(Involvements(row).accepted() == 1);
  CHECK(Involvements(row).unchanged() == 1);
}

TEST_CASE_METHOD(ImportFixture, "A re-import never un-shields a child") {
  const std::string header = "case_reference,family_name,shielded,shield_reason\n";
  CHECK(Children(header + "A,Vale,yes,REFUGE\n").accepted() == 1);
  CHECK(Children(header + "A,Vale,no,\n").unchanged() == 1);
  CHECK(Children(header + "A,Newname,,\n").accepted() == 1);
  CHECK(Children("case_reference,family_name\nA,Newname\n").unchanged() == 1);
  const auto child = store->GetChildByCase("A");
  CHECK(child->flags.shielded);
  CHECK(child->shield->reason == "REFUGE");
  CHECK(child->details.names(0).family() == "Newname");
}

TEST_CASE_METHOD(ImportFixture, "A child known openly becomes shielded by an import") {
  CHECK(Children("case_reference,family_name\nA,Vale\n").accepted() == 1);
  CHECK(Children("case_reference,family_name,shielded\nA,Vale,yes\n").accepted() == 1);
  CHECK(store->GetChildByCase("A")->flags.shielded);
}

TEST_CASE_METHOD(ImportFixture, "No fixed address turns the address into a former one") {
  Children("case_reference,family_name,postcode,no_fixed_address\nA,Vale,LS1 4AB,yes\n");
  const auto child = store->GetChildByCase("A");
  REQUIRE(child->details.addresses_size() == 2);
  CHECK(child->details.addresses(0).kind() == v1::Address::NO_FIXED_ADDRESS);
  CHECK(child->details.addresses(1).kind() == v1::Address::FORMER);
}

TEST_CASE_METHOD(ImportFixture, "A birth date of 1900-01-01 means missing") {
  Children("case_reference,family_name,date_of_birth\nA,Vale,1900-01-01\n");
  CHECK(store->GetChildByCase("A")->details.date_of_birth().empty());
}

TEST_CASE_METHOD(ImportFixture, "A date of death is kept when a later file has no such column") {
  Children("case_reference,family_name,date_of_death\nA,Vale,2026-02-03\n");
  Children("case_reference,family_name\nA,Newname\n");
  CHECK(store->GetChildByCase("A")->date_of_death == "2026-02-03");
}

TEST_CASE_METHOD(ImportFixture, "A header with an unknown column is refused with the known ones") {
  const auto reply = Try(v1::IMPORT_CHILDREN, "case_reference,family_name,surname\nA,B,C\n");
  REQUIRE(absl::IsInvalidArgument(reply.status()));
  const std::string message(reply.status().message());
  CHECK(message.find("surname") != std::string::npos);
  CHECK(message.find("former_family_names") != std::string::npos);
  CHECK(*store->CountChildren() == 0);
}

TEST_CASE_METHOD(ImportFixture, "A file without a header is refused and shows none of its data") {
  const auto reply = Try(v1::IMPORT_CHILDREN, "8841,Marisol,Zzyzxvale,2015-04-09\n");
  REQUIRE(absl::IsInvalidArgument(reply.status()));
  const std::string message(reply.status().message());
  for (const char* planted : {"8841", "Marisol", "marisol", "zzyzxvale", "2015"}) {
    CHECK(message.find(planted) == std::string::npos);
  }
}

TEST_CASE_METHOD(ImportFixture, "A header that repeats or lacks a column is refused") {
  CHECK(absl::IsInvalidArgument(
      Try(v1::IMPORT_CHILDREN, "case_reference,family_name,family_name\n").status()));
  CHECK(absl::IsInvalidArgument(Try(v1::IMPORT_CHILDREN, "case_reference\nA\n").status()));
  CHECK(absl::IsInvalidArgument(
      Try(v1::IMPORT_INVOLVEMENTS, "case_reference,involvement_reference,service\n").status()));
  CHECK(absl::IsInvalidArgument(Try(v1::IMPORT_CHILDREN, "").status()));
  CHECK(absl::IsInvalidArgument(Try(v1::IMPORT_CHILDREN, "\"case_reference\n").status()));
}

TEST_CASE_METHOD(ImportFixture, "A chunk of no kind or of too many bytes is refused") {
  CHECK(absl::IsInvalidArgument(Try(v1::IMPORT_KIND_UNSPECIFIED, kChildHeader).status()));
  CHECK(absl::IsInvalidArgument(
      Try(v1::IMPORT_CHILDREN, kChildHeader + std::string(kMaxChunkBytes, '\n')).status()));
}

TEST_CASE_METHOD(ImportFixture, "A header alone imports nothing") {
  const auto reply = Children(kChildHeader);
  CHECK(reply.accepted() + reply.unchanged() + reply.rejected() == 0);
}

TEST_CASE_METHOD(ImportFixture, "A row without a case reference or family name is rejected") {
  const auto reply = Children("case_reference,family_name\n,Vale\nA,\n  ,Vale\nB,Vale\n");
  CHECK(reply.accepted() == 1);
  REQUIRE(reply.rejected() == 3);
  CHECK(reply.rejects(0).column() == "case_reference");
  CHECK(reply.rejects(1).column() == "family_name");
  CHECK(reply.rejects(1).line() == 3);
  CHECK(reply.rejects(2).reason() == "MISSING");
}

TEST_CASE_METHOD(ImportFixture, "A birth date that does not exist is rejected") {
  CheckReject("date_of_birth", "2015-02-30", "NO_SUCH_DATE");
}
TEST_CASE_METHOD(ImportFixture, "A birth date in another order is rejected") {
  CheckReject("date_of_birth", "09/04/2015", "DATE_NOT_YYYY_MM_DD");
}
TEST_CASE_METHOD(ImportFixture, "A birth date in the future is rejected") {
  CheckReject("date_of_birth", "2030-01-01", "DATE_IN_FUTURE");
}
TEST_CASE_METHOD(ImportFixture, "A birth date before 1900 is rejected") {
  CheckReject("date_of_birth", "1815-04-09", "DATE_TOO_EARLY");
}
TEST_CASE_METHOD(ImportFixture, "A death before the birth is rejected") {
  const auto reject = RejectOf("date_of_birth,date_of_death", "2015-04-09,2014-01-01");
  CHECK(reject.column() == "date_of_death");
  CHECK(reject.reason() == "DEATH_BEFORE_BIRTH");
}
TEST_CASE_METHOD(ImportFixture, "An NHS number that fails modulus 11 is rejected") {
  CheckReject("nhs_number", "4000000005", "NHS_NUMBER_INVALID");
}
TEST_CASE_METHOD(ImportFixture, "A test NHS number is rejected in production") {
  CheckReject("nhs_number", "9990000018", "NHS_NUMBER_IS_A_TEST_NUMBER");
}
TEST_CASE_METHOD(ImportFixture, "A real NHS number is rejected in training and a test one taken") {
  CheckReject("nhs_number", "4000000004", "NHS_NUMBER_NOT_FOR_TRAINING", true);
  CHECK(Children("case_reference,family_name,nhs_number\nT,Vale,9990000018\n", true).accepted() ==
        1);
}
TEST_CASE_METHOD(ImportFixture, "A UPN with the wrong check letter is rejected") {
  CheckReject("upn", "A207000016049", "UPN_INVALID");
}
TEST_CASE_METHOD(ImportFixture, "A postcode of the wrong shape is rejected") {
  CheckReject("postcode", "12345", "POSTCODE_INVALID");
  CheckReject("former_postcodes", "LS1 4AB;nowhere", "POSTCODE_INVALID");
}
TEST_CASE_METHOD(ImportFixture, "A sex that is not in the list is rejected") {
  CheckReject("sex", "girl", "NOT_IN_LIST");
}
TEST_CASE_METHOD(ImportFixture, "A boolean that is neither yes nor no is rejected") {
  CheckReject("shielded", "maybe", "NOT_YES_OR_NO");
  CheckReject("no_fixed_address", "2", "NOT_YES_OR_NO");
}
TEST_CASE_METHOD(ImportFixture, "A reason to shield without a shield is rejected") {
  const auto reject = RejectOf("shielded,shield_reason", "no,REFUGE");
  CHECK(reject.column() == "shield_reason");
  CHECK(reject.reason() == "REASON_WITHOUT_SHIELD");
}
TEST_CASE_METHOD(ImportFixture, "A name in invalid UTF-8 or with control characters is rejected") {
  CheckReject("given_name", "Zo\xEB", "NOT_UTF8");
  CheckReject("given_name", "\"Zo\ne\"", "NOT_UTF8");
  CheckReject("former_family_names", "\x01", "NOT_UTF8");
}
TEST_CASE_METHOD(ImportFixture, "A field longer than its limit is rejected") {
  CheckReject("given_name", std::string(61, 'x'), "TOO_LONG");
  CheckReject("town", std::string(5000, 'x'), "FIELD_TOO_LONG");
  CheckReject("nhs_number", std::string(41, '4'), "TOO_LONG");
}
TEST_CASE_METHOD(ImportFixture, "More former names or postcodes than fit are rejected") {
  CheckReject("former_family_names", "a;b;c;d;e;f;g;h", "TOO_MANY");
  CheckReject("former_postcodes", "LS1 1AA;LS1 1AB;LS1 1AD;LS1 1AE;LS1 1AF;LS1 1AG;LS1 1AH",
              "TOO_MANY");
}
TEST_CASE_METHOD(ImportFixture, "A row with too few or too many fields is rejected") {
  const auto reply = Children("case_reference,family_name\nA\nB,Vale,x\nC,Vale\n");
  CHECK(reply.accepted() == 1);
  REQUIRE(reply.rejected() == 2);
  CHECK(reply.rejects(0).reason() == "TOO_FEW_FIELDS");
  CHECK(reply.rejects(1).reason() == "TOO_MANY_FIELDS");
  CHECK(reply.rejects(1).line() == 3);
}
TEST_CASE_METHOD(ImportFixture, "Broken quotes are rejected with their line and column") {
  const auto reply = Children("case_reference,family_name\nA,V\"ale\nB,\"V\"x\nC,Vale\nD,\"Vale\n");
  CHECK(reply.accepted() == 1);
  REQUIRE(reply.rejected() == 3);
  CHECK(reply.rejects(0).reason() == "STRAY_QUOTE");
  CHECK(reply.rejects(0).column() == "family_name");
  CHECK(reply.rejects(1).line() == 3);
  CHECK(reply.rejects(2).reason() == "UNCLOSED_QUOTE");
}

TEST_CASE_METHOD(ImportFixture, "A reject never repeats the value") {
  const auto reject = RejectOf("nhs_number", "PLANTED");
  CHECK(reject.DebugString().find("PLANTED") == std::string::npos);
}

TEST_CASE_METHOD(ImportFixture, "Line numbers are those of the file the chunk was cut from") {
  v1::ImportChunkRequest request;
  request.set_kind(v1::IMPORT_CHILDREN);
  request.set_csv("case_reference,family_name\nA,Vale\n\nB,\n");
  request.set_first_line(1001);
  const auto reply = Send(request);
  REQUIRE(reply->rejected() == 1);
  CHECK(reply->rejects(0).line() == 1003);
}

TEST_CASE_METHOD(ImportFixture, "An involvement is stored with its practitioner") {
  AddChild(*store, MakeChild("A"));
  const auto reply = Involvements(
      "A,I-1,childrens_social_care,Leeds,Team 4,Q. Draithe,social worker,01632 960001,q@x.example,"
      "yes,1,2026-01-05,,2027-01-05,no,Parent,2026-01-04\n");
  CHECK(reply.accepted() == 1);
  const auto rows = store->ListInvolvements(store->GetChildByCase("A")->id);
  REQUIRE(rows->size() == 1);
  const v1::Involvement& involvement = rows->front().involvement;
  CHECK(involvement.service() == v1::CHILDRENS_SOCIAL_CARE);
  CHECK(involvement.practitioner() == "Q. Draithe");
  CHECK(involvement.lead_professional());
  CHECK(involvement.assessment_exists());
  CHECK_FALSE(involvement.sensitive());
  CHECK(involvement.review_by() == "2027-01-05");
  CHECK(involvement.consent().given_on() == "2026-01-04");
}

TEST_CASE_METHOD(ImportFixture, "A sensitive service is sensitive without being marked") {
  AddChild(*store, MakeChild("A"));
  CHECK(Involvements("A,I-1,mental health,,,,,,,,,2026-01-05,,,no,,\n").accepted() == 1);
  const auto rows = store->ListInvolvements(store->GetChildByCase("A")->id);
  CHECK(rows->front().involvement.sensitive());
}

TEST_CASE_METHOD(ImportFixture, "An involvement of an unknown case is rejected") {
  AddChild(*store, MakeChild("A"));
  const auto reply =
      Involvements("X,I-1,SCHOOL,,,,,,,,,2026-01-05,,,,,\nA,I-1,SCHOOL,,,,,,,,,2026-01-05,,,,,\n");
  CHECK(reply.accepted() == 1);
  REQUIRE(reply.rejected() == 1);
  CHECK(reply.rejects(0).line() == 2);
  CHECK(reply.rejects(0).column() == "case_reference");
  CHECK(reply.rejects(0).reason() == "NO_SUCH_CASE_REFERENCE");
}

TEST_CASE_METHOD(ImportFixture, "Bad rows of involvements are rejected each with its reason") {
  AddChild(*store, MakeChild("A"));
  CheckInvolvementReject("A,1,PLUMBING,,,,,,,,,2026-01-05,,,,,\n", "service", "NOT_IN_LIST");
  CheckInvolvementReject("A,1,SERVICE_TYPE_UNSPECIFIED,,,,,,,,,2026-01-05,,,,,\n", "service",
                         "NOT_IN_LIST");
  CheckInvolvementReject("A,1,,,,,,,,,,2026-01-05,,,,,\n", "service", "MISSING");
  CheckInvolvementReject("A,,SCHOOL,,,,,,,,,2026-01-05,,,,,\n", "involvement_reference", "MISSING");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,,,,,,\n", "start_on", "MISSING");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-02-30,,,,,\n", "start_on", "NO_SUCH_DATE");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,9026-01-01,,,,,\n", "start_on", "DATE_IN_FUTURE");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-01-05,2025-01-01,,,,\n", "end_on",
                         "END_BEFORE_START");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-01-05,,2029-01-01,,,\n", "review_by",
                         "REVIEW_MORE_THAN_2_YEARS_AHEAD");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,x,,2026-01-05,,,,,\n", "lead_professional",
                         "NOT_YES_OR_NO");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-01-05,,,,Parent,\n", "consent_given_on",
                         "CONSENT_INCOMPLETE");
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-01-05,,,,,2026-01-05\n", "consent_given_by",
                         "CONSENT_INCOMPLETE");
  CheckInvolvementReject("A,1,SCHOOL,,,,," + std::string(31, '0') + ",,,,2026-01-05,,,,,\n",
                         "telephone", "TOO_LONG");
  CHECK(store->ListInvolvements(store->GetChildByCase("A")->id)->empty());
}

TEST_CASE_METHOD(ImportFixture, "An involvement that has not begun is taken as planned") {
  AddChild(*store, MakeChild("A"));
  CHECK(Involvements("A,1,SCHOOL,,,,,,,,,2027-01-05,,,,,\n").accepted() == 1);
}

TEST_CASE_METHOD(ImportFixture,
                 "A review twenty-four months ahead is taken and a day more is not") {
  // Today is 21 September 2026.
  AddChild(*store, MakeChild("A"));
  CHECK(Involvements("A,1,SCHOOL,,,,,,,,,2026-01-05,,2028-09-21,,,\n").accepted() == 1);
  CheckInvolvementReject("A,1,SCHOOL,,,,,,,,,2026-01-05,,2028-09-22,,,\n", "review_by",
                         "REVIEW_MORE_THAN_2_YEARS_AHEAD");
}

TEST_CASE_METHOD(ImportFixture, "No record says that its service is a sensitive one") {
  AddChild(*store, MakeChild("A"));
  CheckInvolvementReject("A,1,SENSITIVE_SERVICE,,,,,,,,,2026-01-05,,,,,\n", "service",
                         "NOT_IN_LIST");
}

TEST_CASE_METHOD(ImportFixture, "A withdrawal of consent is imported with its date") {
  AddChild(*store, MakeChild("A"));
  const std::string header =
      "case_reference,involvement_reference,service,start_on,consent_given_by,consent_given_on,"
      "consent_withdrawn_on\n";
  const auto import = [&](const std::string& row) {
    return *Try(v1::IMPORT_INVOLVEMENTS, header + row);
  };
  CHECK(import("A,1,MENTAL_HEALTH,2026-01-05,Parent,2026-01-05,2026-03-01\n").accepted() == 1);
  const auto rows = store->ListInvolvements(store->GetChildByCase("A")->id);
  CHECK(rows->front().involvement.consent().withdrawn_on() == "2026-03-01");
  const auto early = import("A,2,MENTAL_HEALTH,2026-01-05,Parent,2026-01-05,2026-01-04\n");
  REQUIRE(early.rejected() == 1);
  CHECK(early.rejects(0).reason() == "WITHDRAWN_BEFORE_GIVEN");
  const auto orphan = import("A,2,MENTAL_HEALTH,2026-01-05,,,2026-01-04\n");
  REQUIRE(orphan.rejected() == 1);
  CHECK(orphan.rejects(0).reason() == "CONSENT_INCOMPLETE");
}

TEST_CASE_METHOD(ImportFixture, "No import makes withdrawn consent stand again") {
  // A source system that does not know of the withdrawal sends its row every night.
  AddChild(*store, MakeChild("A"));
  const std::string row = "A,1,MENTAL_HEALTH,,,,,,,,,2026-01-05,,,,Parent,2026-01-05\n";
  CHECK(Involvements(row).accepted() == 1);
  const int64_t id = store->GetChildByCase("A")->id;
  InvolvementWrite withdrawn{"A", "1", store->ListInvolvements(id)->front().involvement};
  withdrawn.involvement.mutable_consent()->set_withdrawn_on("2026-05-01");
  AddInvolvement(*store, withdrawn);
  const auto standing = [&] {
    return store->ListInvolvements(id)->front().involvement.consent().withdrawn_on();
  };
  CHECK(Involvements(row).unchanged() == 1);
  CHECK(standing() == "2026-05-01");
  Involvements("A,1,MENTAL_HEALTH,,,,,,,,,2026-01-05,,,,,\n");
  CHECK(standing() == "2026-05-01");
  Involvements(row);
  CHECK(standing() == "2026-05-01");
  Involvements("A,1,MENTAL_HEALTH,,,,,,,,,2026-01-05,,,,Parent,2026-06-01\n");
  CHECK(standing().empty());
}

TEST_CASE_METHOD(ImportFixture,
                 "A child may be kept until twenty-five and a column left out says nothing") {
  const auto kept = [&] { return store->GetChildByCase("A")->keep_until_25; };
  Children("case_reference,family_name,keep_until_25\nA,Vale,yes\n");
  CHECK(kept());
  CHECK(Children("case_reference,family_name\nA,Vale\n").unchanged() == 1);
  CHECK(kept());
  Children("case_reference,family_name,keep_until_25\nA,Vale,no\n");
  CHECK_FALSE(kept());
  CheckReject("keep_until_25", "perhaps", "NOT_YES_OR_NO");
}

TEST_CASE_METHOD(ImportFixture, "A shield without a known reason shields all the same") {
  for (const char* reason : {"REFUGE", "refuge", "he knows the school", ""}) {
    Children(std::string("case_reference,family_name,shielded,shield_reason\n") + reason +
             "X,Vale,yes," + reason + "\n");
    const auto child = store->GetChildByCase(std::string(reason) + "X");
    REQUIRE(child->shield.has_value());
    CHECK(child->shield->reason == (std::string(reason) == "REFUGE" ? "REFUGE" : "OTHER"));
    CHECK(child->shield->review_by == "2027-03-21");
  }
}

TEST_CASE_METHOD(ImportFixture,
                 "An import that the store cannot record leaves nothing of the chunk") {
  store.reset();
  store = OpenAt(path, random, 40);
  std::string csv = "case_reference,family_name\n";
  for (int i = 0; i < 3000; ++i) csv += std::to_string(i) + ",Vale\n";
  CHECK(absl::IsUnavailable(Try(v1::IMPORT_CHILDREN, csv).status()));
  CHECK(*store->CountChildren() == 0);
}

TEST_CASE_METHOD(ImportFixture, "The audit row of an import is committed with its rows") {
  v1::ImportChunkRequest request;
  request.set_kind(v1::IMPORT_CHILDREN);
  request.set_csv("case_reference,family_name\nA,Vale\n");
  REQUIRE(Send(request, false, {MakeAudit("import")}).ok());
  CHECK(store->ListAudit(0, 10)->size() == 1);
}

TEST_CASE_METHOD(ImportFixture,
                 "Random bytes are rejected or refused and never crash the importer") {
  const std::string alphabet = "A1,\"\r\n;\xC3\xA9\x00 -";
  SeededRandom seeded("import");
  for (int round = 0; round < 2000; ++round) {
    std::string csv = round % 2 == 0 ? kChildHeader : "";
    const uint64_t size = seeded.Below(200);
    for (uint64_t i = 0; i < size; ++i) csv.push_back(alphabet[seeded.Below(alphabet.size())]);
    const auto reply = Try(v1::IMPORT_CHILDREN, csv);
    CHECK((reply.ok() || absl::IsInvalidArgument(reply.status())));
  }
}

// Names whose beginnings differ as much as names' do.
std::string Name(int number) {
  std::string name;
  uint64_t mixed = static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15;
  for (int i = 0; i < 6; ++i, mixed /= 20) name.push_back("aeiouybcdfghklmnprst"[mixed % 20]);
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

// Days of seventeen years.
std::string BirthDay(int number) {
  return FormatDay(std::chrono::sys_days(std::chrono::days(13'900 + number * 7'919 % 6'200)));
}

// Prints the rate; the target is a matter of the machine, so only gross slowness fails.
TEST_CASE_METHOD(ImportFixture, "Rows are imported at a rate fit for a large authority") {
  constexpr int kRows = 20'000;
  const auto begin = std::chrono::steady_clock::now();
  std::string csv;
  int sent = 0;
  const auto send = [&] {
    const auto reply = Children(kChildHeader + csv);
    sent += static_cast<int>(reply.accepted());
    csv.clear();
  };
  for (int i = 0; i < kRows; ++i) {
    csv += "REF-" + std::to_string(i) + "," + Name(i % 977) + ",Ann," + Name(i % 4999) + ",,," +
           BirthDay(i) + ",F,12,Mill Lane,Leeds,LS" + std::to_string(i % 28 + 1) + " " +
           std::to_string(i / 28 % 9 + 1) + "AB,,,,,,,\n";
    if (csv.size() > 190'000) send();
  }
  send();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(sent == kRows);
  WARN("children imported a second: " << static_cast<int>(kRows / took.count()));
  CHECK(took.count() < 20);
}

}  // namespace
}  // namespace signpost::node::testing
