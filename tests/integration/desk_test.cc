// The desk over real gRPC: alerts that reach it at once and nobody else, withholding
// that takes effect with the next question, notices to those who know the child.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "tests/integration/care_calls.h"
#include "tests/integration/federation.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kHolder = TestFederation::Code(1);

v1::Outcome AskAbout(TestFederation& federation, const v1::ChildDetails& details) {
  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, federation.ByDetails(details), &ledger);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return RowOf(ledger, kHolder).outcome();
}

bool Knows(const std::vector<v1::AuditRow>& rows, v1::AuditRow::Kind kind) {
  for (const v1::AuditRow& row : rows) {
    if (row.kind() == kind) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("An alert about a shielded child reaches its watching desk at once and nobody else") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  const As desk{federation, 1, "desk"};
  v1::ProtectionReply reply;
  REQUIRE(Shield({federation, 1, "practitioner"}, "h", &reply).ok());
  REQUIRE(federation.WaitReady());
  const size_t rows = federation.Audit(1).size();

  grpc::ClientContext context;
  Within(context, 50);
  v1::WatchDeskRequest request;
  request.set_view(v1::ALERTS);
  const auto watch = desk.Stub<v1::DeskService>()->WatchDesk(&context, request);
  v1::DeskItem alert;
  bool alerted = false;
  std::thread watching([&] { alerted = watch->Read(&alert); });
  CHECK(AskAbout(federation, Zebedee()) == v1::NOTHING_TO_REPORT);
  const auto asked = std::chrono::steady_clock::now();
  watching.join();
  const auto waited = std::chrono::steady_clock::now() - asked;
  context.TryCancel();
  REQUIRE(alerted);
  CHECK(waited < std::chrono::seconds(5));
  CHECK(alert.kind() == v1::ALERT_SHIELDED);
  CHECK(alert.case_reference() == "h");
  CHECK(alert.asker().member() == TestFederation::Code(0));
  CHECK(alert.asker().contact_telephone() == "01632 960123");
  CHECK(alert.asker().purpose() == v1::S47_ENQUIRY);

  v1::DeskItem rung;
  REQUIRE(RecordCallBack(desk, alert.number(), &rung).ok());
  CHECK(rung.state() == v1::CALLED_BACK);
  // Nobody outside the desk has seen anything: not in a list, not in the audit.
  CHECK(federation.Audit(1).size() == rows);
  for (const char* person : {"practitioner", "manager", "officer", "admin"}) {
    std::vector<v1::DeskItem> items;
    CHECK(WhyNot(ListDesk({federation, 1, person}, v1::ALERTS, &items)) == "NOT_PERMITTED");
    CHECK(items.empty());
  }
  std::vector<v1::DeskItem> items;
  CHECK(WhyNot(NoticesOf({federation, 1, "practitioner"}, "h", &items)) == "NO_SUCH_CASE");
}

TEST_CASE("Withholding takes effect with the next question until a second person overturns it") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  REQUIRE(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
  v1::DeskItem review;
  CHECK(WhyNot(Withhold({federation, 1, "practitioner"}, "h", false, &review)) == "NOT_PERMITTED");
  REQUIRE(Withhold({federation, 1, "desk"}, "h", false, &review).ok());
  CHECK(AskAbout(federation, Zebedee()) == v1::WITHHELD);
  CHECK(WhyNot(Decide({federation, 1, "desk"}, review.number(), false)) == "SECOND_PERSON");
  CHECK(AskAbout(federation, Zebedee()) == v1::WITHHELD);
  REQUIRE(Decide({federation, 1, "desk2"}, review.number(), false).ok());
  CHECK(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
  CHECK(Knows(federation.Audit(1), v1::AuditRow::DECISION));
}

TEST_CASE("Who works with the child reads that somebody asked and how to reach them") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  federation.Hold(1, "h");
  REQUIRE(federation.WaitReady());
  REQUIRE(AskAbout(federation, Zebedee()) == v1::INVOLVED_NOW);
  const As practitioner{federation, 1, "practitioner"};
  std::vector<v1::DeskItem> items;
  REQUIRE(NoticesOf(practitioner, "h", &items).ok());
  REQUIRE(items.size() == 1);
  CHECK(items[0].asker().person() == "A. practitioner");
  CHECK(items[0].asker().contact_telephone() == "01632 960123");
  CHECK(items[0].told() == v1::OUTCOME_UNSPECIFIED);
  items.clear();
  CHECK(WhyNot(ListDesk(practitioner, v1::NOTICES, &items)) == "NOT_PERMITTED");
  REQUIRE(ListDesk({federation, 1, "desk"}, v1::NOTICES, &items).ok());
  REQUIRE(items.size() == 1);
  CHECK(items[0].told() == v1::INVOLVED_NOW);
}

TEST_CASE("Consent withdrawn counts with the next question") {
  TestFederation federation({.authorities = 2, .edit_directory = WideTimers});
  REQUIRE(federation.Import(1, v1::IMPORT_CHILDREN, ZebedeeCsv("h")).accepted() == 1);
  const std::string row = InvolvementCsv("h", {.sensitive = true});
  REQUIRE(federation.Import(1, v1::IMPORT_INVOLVEMENTS, row).accepted() == 1);
  REQUIRE(federation.WaitReady());
  const As desk{federation, 1, "desk"};
  v1::SetConsentRequest consent;
  consent.set_case_reference("h");
  consent.set_involvement_reference("i1");
  consent.set_given_by("The carer");
  consent.set_given_on(DaysAgo(3));
  v1::InvolvementReply reply;
  const auto set = [&] {
    return CallAs<v1::RecordService>(desk, &v1::RecordService::Stub::SetConsent, consent, &reply);
  };
  // Who is not shown a sensitive involvement does not decide about its consent.
  CHECK(WhyNot(CallAs<v1::RecordService>(As{federation, 1, "practitioner"},
                                         &v1::RecordService::Stub::SetConsent, consent, &reply)) ==
        "NO_SUCH_CASE");
  REQUIRE(set().ok());
  const v1::Outcome with = AskAbout(federation, Zebedee());
  CHECK(with == v1::INVOLVED_NOW);
  consent.clear_given_by();
  consent.clear_given_on();
  consent.set_withdrawn_on(DaysAgo(0));
  REQUIRE(set().ok());
  CHECK(AskAbout(federation, Zebedee()) != v1::INVOLVED_NOW);
}

TEST_CASE("A watch ends well at its deadline and a node stops while somebody watches") {
  TestFederation federation({.authorities = 1, .edit_directory = WideTimers});
  const As desk{federation, 0, "desk"};
  const auto stub = desk.Stub<v1::DeskService>();
  v1::WatchDeskRequest request;
  request.set_view(v1::APPROVALS);
  v1::DeskItem item;
  {
    grpc::ClientContext context;
    Within(context, 2);
    const auto watch = stub->WatchDesk(&context, request);
    CHECK(!watch->Read(&item));
    CHECK(watch->Finish().ok());
  }
  grpc::ClientContext context;
  Within(context, 50);
  const auto watch = stub->WatchDesk(&context, request);
  std::thread stopping([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    federation.StopNode(0);
  });
  const auto began = std::chrono::steady_clock::now();
  CHECK(!watch->Read(&item));
  CHECK(!watch->Finish().ok());
  stopping.join();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("Watches of callers who went away make room for others") {
  TestFederation federation({.authorities = 1, .edit_directory = WideTimers});
  const As desk{federation, 0, "desk"};
  const auto stub = desk.Stub<v1::DeskService>();
  v1::WatchDeskRequest request;
  request.set_view(v1::ALERTS);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    std::vector<std::unique_ptr<grpc::ClientReader<v1::DeskItem>>> watches;
    for (int i = 0; i < 60; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      Within(*contexts.back(), 50);
      watches.push_back(stub->WatchDesk(contexts.back().get(), request));
    }
    for (int i = 0; i < 60; ++i) {
      contexts[static_cast<size_t>(i)]->TryCancel();
      CHECK(watches[static_cast<size_t>(i)]->Finish().error_code() == grpc::StatusCode::CANCELLED);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  }
  grpc::ClientContext context;
  Within(context, 2);
  const auto watch = stub->WatchDesk(&context, request);
  v1::DeskItem item;
  CHECK(!watch->Read(&item));
  CHECK(watch->Finish().ok());
}

}  // namespace signpost::testing
