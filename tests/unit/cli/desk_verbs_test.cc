// `signpost desk`, from the command line to a node and back.
#include <catch2/catch.hpp>

#include "cli/desk_items.h"
#include "cli/desk_words.h"
#include "tests/unit/cli/fake_node.h"

namespace signpost::cli {
namespace {

v1::DeskItem Alert() {
  v1::DeskItem item;
  item.set_number(12);
  item.set_kind(v1::ALERT_SHIELDED);
  item.set_state(v1::OPEN);
  item.set_at_ms(kTestNowMs - 60'000);
  item.set_case_reference("8841");
  v1::DeskAsker& asker = *item.mutable_asker();
  asker.set_member("E10000016");
  asker.set_person("A. Example");
  asker.set_role(v1::SOCIAL_WORKER);
  asker.set_organisation("Kent Children's Services");
  asker.set_purpose(v1::S47_ENQUIRY);
  asker.set_contact_telephone("01632 960001");
  item.add_key_types(1);
  item.add_key_types(3);
  item.set_question_reference("7F3-91KD");
  item.set_times(3);
  item.set_policy_version(4);
  return item;
}

v1::DeskItem Review() {
  v1::DeskItem item = Alert();
  item.set_number(13);
  item.set_kind(v1::REVIEW_BREAK_GLASS);
  item.set_due_ms(kTestNowMs - 1);
  item.mutable_asker()->set_break_glass_reason("missing since noon");
  item.mutable_asker()->set_on_behalf_of("C. Example, ward sister");
  item.mutable_asker()->set_person_asserted(true);
  item.set_times(1);
  return item;
}

v1::DeskItem Approval() {
  v1::DeskItem item;
  item.set_number(14);
  item.set_kind(v1::APPROVAL_ASK_PROTECTED);
  item.set_state(v1::OPEN);
  item.set_at_ms(kTestNowMs);
  item.set_due_ms(kTestNowMs + 86'400'000);
  item.set_case_reference("8841");
  item.set_requested_by("spiffe://signpost.example/practitioner/desk1");
  return item;
}

v1::DeskItem Settled() {
  v1::DeskItem item = Alert();
  item.set_number(11);
  item.set_kind(v1::NOTICE_ANSWERED);
  item.set_state(v1::CALLED_BACK);
  item.set_told(v1::INVOLVED_NOW);
  v1::DeskEvent& event = *item.add_events();
  event.set_at_ms(kTestNowMs);
  event.set_actor("spiffe://signpost.example/practitioner/desk1");
  event.set_state(v1::CALLED_BACK);
  event.set_note("spoke with her");
  return item;
}

}  // namespace

TEST_CASE("what lies on the desk reads as in the golden files") {
  const std::vector<v1::DeskItem> items = {Approval(), Review(), Alert(), Settled()};
  CheckGolden("desk.txt", DeskText(items, "item", kTestNowMs));
  JsonWriter json;
  WriteDesk(json, "signpost.desk.alerts/v1", items);
  CheckGolden("desk.json", json.Take());
}

TEST_CASE("the first line of an alert says whom to ring and on which telephone") {
  const std::string text = DeskItemText(Alert(), kTestNowMs);
  const std::string first = text.substr(0, text.find('\n'));
  CHECK(first.find("RING BACK") < first.find("01632 960001"));
  CHECK(first.find("01632 960001") < first.find("A. Example"));
  v1::DeskItem silent = Alert();
  silent.mutable_asker()->clear_contact_telephone();
  CHECK(DeskItemText(silent, kTestNowMs).find("no telephone given") != std::string::npos);
}

TEST_CASE("a hostile asker cannot fake an item of the desk") {
  v1::DeskItem item = Alert();
  item.mutable_asker()->set_person("Nobody\nNo. 99  READ  \x1b[2J");
  item.mutable_asker()->set_break_glass_reason("x\r\nNo. 98");
  const std::string text = DeskItemText(item, kTestNowMs);
  CHECK(text.find("\nNo. 9") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("each view of the desk asks the node for its own items") {
  FakeNode node;
  node.desk.canned_ListDesk.items = {Alert()};
  const std::vector<std::pair<std::string, v1::DeskView>> views = {{"alerts", v1::ALERTS},
                                                                   {"notices", v1::NOTICES},
                                                                   {"reviews", v1::REVIEWS},
                                                                   {"approvals", v1::APPROVALS}};
  for (const auto& [verb, view] : views) {
    const Ran ran = node.Run({"desk", verb, "--open", "--case", "8841", "--output", "json"});
    CHECK(ran.exit == ExitCode::kOk);
    CHECK(ran.Says("\"schema\": \"signpost.desk." + verb + "/v1\""));
    const v1::ListDeskRequest& asked = node.desk.canned_ListDesk.asked.back();
    CHECK(asked.view() == view);
    CHECK(asked.open_only());
    CHECK(asked.case_reference() == "8841");
  }
}

TEST_CASE("followed alerts are shown as they come and a refusal ends it") {
  FakeNode node;
  node.desk.canned_WatchDesk.items = {Alert(), Review()};
  node.desk.canned_WatchDesk.status = Failure(absl::StatusCode::kPermissionDenied, "NOT_PERMITTED");
  const Ran ran = node.Run({"desk", "alerts", "--follow"});
  CHECK(ran.exit == ExitCode::kNotPermitted);
  CHECK(ran.Says("No. 12"));
  CHECK(ran.Says("No. 13"));
  CHECK(node.Run({"desk", "alerts", "--follow", "--case", "8841"}).exit == ExitCode::kUsage);
}

TEST_CASE("a call back is recorded with a note from the keyboard and never from argv") {
  FakeNode node;
  node.desk.canned_RecordCallBack.reply = Alert();
  CHECK(node.Run({"desk", "called-back", "12"}, {"spoke with her"}).exit == ExitCode::kOk);
  REQUIRE(node.desk.canned_RecordCallBack.asked.size() == 1);
  CHECK(node.desk.canned_RecordCallBack.asked[0].number() == 12);
  CHECK(node.desk.canned_RecordCallBack.asked[0].note() == "spoke with her");
  node.Write("note.json", R"({"note": "rang twice"})");
  CHECK(node.Run({"desk", "called-back", "12", "--file", "@note.json"}).exit == ExitCode::kOk);
  CHECK(node.desk.canned_RecordCallBack.asked[1].note() == "rang twice");
  CHECK(node.Run({"desk", "called-back", "12", "--note", "x"}).exit == ExitCode::kUsage);
}

TEST_CASE("telling is withheld by a code and lifted without one") {
  FakeNode node;
  node.desk.canned_Withhold.reply = Approval();
  CHECK(node.Run({"desk", "withhold", "--case", "8841", "--reason", "risk-of-harm"}).exit ==
        ExitCode::kOk);
  CHECK(node.desk.canned_Withhold.asked[0].reason() == "RISK_OF_HARM");
  CHECK_FALSE(node.desk.canned_Withhold.asked[0].lift());
  CHECK(node.Run({"desk", "withhold", "--case", "8841", "--lift"}).exit == ExitCode::kOk);
  CHECK(node.desk.canned_Withhold.asked[1].lift());
  CHECK(node.Run({"desk", "withhold", "--case", "8841"}).exit == ExitCode::kUsage);
  const Ran said =
      node.Run({"desk", "withhold", "--case", "8841", "--reason", "her father is violent"});
  CHECK(said.exit == ExitCode::kUsage);
  CHECK_FALSE(said.Complains("violent"));
  CHECK(node.desk.canned_Withhold.asked.size() == 2);
}

TEST_CASE("a request for approval prints the reference to ask with") {
  FakeNode node;
  node.desk.canned_RequestApproval.reply = Approval();
  const Ran ran =
      node.Run({"desk", "request-approval", "--case", "8841", "--purpose", "s47-enquiry"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("signpost ask --case 8841 --purpose s47-enquiry --approval 14"));
  CHECK(ran.Says("signpost desk decide 14"));
  CHECK(node.desk.canned_RequestApproval.asked[0].purpose() == v1::S47_ENQUIRY);
}

TEST_CASE("a decision is a second person's and exits 7 for the one who asked") {
  FakeNode node;
  node.desk.canned_Decide.reply = Approval();
  node.desk.canned_Decide.reply.set_state(v1::CONFIRMED);
  const Ran ran = node.Run({"desk", "decide", "14", "--confirm"}, {"agreed"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("confirmed"));
  CHECK(node.desk.canned_Decide.asked[0].confirm());
  CHECK(node.desk.canned_Decide.asked[0].note() == "agreed");
  CHECK(node.Run({"desk", "decide", "14", "--overturn"}, {""}).exit == ExitCode::kOk);
  CHECK_FALSE(node.desk.canned_Decide.asked[1].confirm());
  CHECK(node.Run({"desk", "decide", "14"}).exit == ExitCode::kUsage);
  CHECK(node.Run({"desk", "decide", "14", "--confirm", "--overturn"}).exit == ExitCode::kUsage);
  CHECK(node.desk.canned_Decide.asked.size() == 2);
  node.desk.canned_Decide.status = Failure(absl::StatusCode::kPermissionDenied, "SECOND_PERSON");
  CHECK(node.Run({"desk", "decide", "14", "--confirm"}, {""}).exit == ExitCode::kHeld);
  node.desk.canned_Decide.status =
      Failure(absl::StatusCode::kFailedPrecondition, "ALREADY_DECIDED");
  CHECK(node.Run({"desk", "decide", "14", "--confirm"}, {""}).exit == ExitCode::kUsage);
}

TEST_CASE("every kind and state of the desk and every key type has its words") {
  for (int kind = 1; kind <= 8; ++kind) {
    CHECK(DeskKindWords(static_cast<v1::DeskKind>(kind)).find("unknown") == std::string::npos);
  }
  for (int state = 1; state <= 5; ++state) {
    CHECK(DeskStateWords(static_cast<v1::DeskState>(state)).find("unknown") == std::string::npos);
  }
  for (uint32_t type = 1; type <= 18; ++type) {
    CHECK(KeyTypeWords(type).find("key type") == std::string::npos);
  }
  CHECK(KeyTypeWords(19) == "key type 19");
}

}  // namespace signpost::cli
