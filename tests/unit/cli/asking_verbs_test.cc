// `signpost ask` and what follows it, from the command line to a node and back.
#include <catch2/catch.hpp>

#include "cli/ask.h"
#include "cli/ask_outcome.h"
#include "cli/ledger.h"
#include "cli/refusal.h"
#include "tests/unit/cli/fake_node.h"

namespace signpost::cli {
namespace {

const std::vector<std::string> kAsk = {"ask", "--case", "8841", "--purpose", "missing-child"};

std::vector<std::string> With(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void Refuse(FakeNode& node, const std::string& reason) {
  v1::AskEvent event;
  event.mutable_started()->set_question_reference("7F3-91KD");
  event.mutable_started()->set_authority_name("Leeds");
  event.mutable_started()->set_authority_code("E08000035");
  node.lookup.canned_Ask.items.push_back(event);
  v1::AskEvent last;
  last.mutable_summary()->set_completeness(v1::INCOMPLETE);
  last.mutable_summary()->set_own_node_refusal(v1::REFUSED);
  last.mutable_summary()->set_refusal_reason(reason);
  node.lookup.canned_Ask.items.push_back(last);
}

v1::SignpostRecord Signpost(v1::Contact contact) {
  v1::SignpostRecord record;
  record.set_question_reference("7F3-91KD");
  record.set_member("E10000016");
  record.set_case_reference("8841");
  record.set_outcome(v1::INVOLVED_NOW);
  record.set_answered_ms(kTestNowMs - 3 * 86'400'000LL);
  record.set_actor("spiffe://signpost.example/practitioner/ab12");
  record.set_contact(contact);
  if (contact != v1::CONTACT_UNSPECIFIED) record.set_contact_on("2026-11-21");
  return record;
}

}  // namespace

TEST_CASE("breaking the glass shows the warning and asks for a reason and then a typed word") {
  FakeNode node;
  Refuse(node, "MAY_NOT_BREAK_GLASS");
  const Ran ran =
      node.Run(With(kAsk, {"--break-glass"}), {"missing since noon", "break the glass"});
  CHECK(ran.Complains(std::string(kBreakGlassWarning)));
  REQUIRE(ran.prompts.size() == 2);
  CHECK(ran.prompts[0].find("Reason") == 0);
  REQUIRE(node.lookup.canned_Ask.asked.size() == 1);
  CHECK(node.lookup.canned_Ask.asked[0].break_glass_reason() == "missing since noon");
  CHECK(node.lookup.canned_Ask.asked[0].break_glass_understood());
  CHECK(ran.exit == ExitCode::kNotPermitted);
  CHECK(ran.Says("Who can lift it: your desk"));
}

TEST_CASE("without the typed word or without a reason nothing is asked") {
  FakeNode node;
  CHECK(node.Run(With(kAsk, {"--break-glass"}), {"missing since noon", "yes"}).exit ==
        ExitCode::kInterrupted);
  CHECK(node.Run(With(kAsk, {"--break-glass"}), {""}).exit == ExitCode::kInterrupted);
  CHECK(node.lookup.canned_Ask.asked.empty());
}

TEST_CASE("a reason in a question file alone never breaks the glass and exits 7") {
  FakeNode node;
  node.Write("q.json",
             R"({"case": "8841", "purpose": "missing-child", "break_glass_reason": "noon"})");
  const Ran held = node.Run({"ask", "--question-file", "@q.json"});
  CHECK(held.exit == ExitCode::kHeld);
  CHECK(held.Complains("will be reviewed"));
  CHECK(held.Complains("--break-glass-understood"));
  CHECK(node.lookup.canned_Ask.asked.empty());

  Refuse(node, "DESK_ONLY");
  const Ran ran = node.Run({"ask", "--question-file", "@q.json", "--break-glass-understood"});
  CHECK(ran.prompts.empty());
  CHECK(ran.Complains(std::string(kBreakGlassWarning)));
  REQUIRE(node.lookup.canned_Ask.asked.size() == 1);
  CHECK(node.lookup.canned_Ask.asked[0].break_glass_understood());
}

TEST_CASE("glass is not broken without prompts when the file has no reason") {
  FakeNode node;
  const Ran ran = node.Run(With(kAsk, {"--break-glass-understood"}));
  CHECK(ran.exit == ExitCode::kUsage);
  CHECK(node.lookup.canned_Ask.asked.empty());
}

TEST_CASE("an unbroken question carries no trace of glass") {
  FakeNode node;
  Refuse(node, "DESK_ONLY");
  node.Run(kAsk);
  REQUIRE(node.lookup.canned_Ask.asked.size() == 1);
  CHECK(node.lookup.canned_Ask.asked[0].break_glass_reason().empty());
  CHECK_FALSE(node.lookup.canned_Ask.asked[0].break_glass_understood());
}

TEST_CASE("an approval and an asserted person reach the node") {
  FakeNode node;
  Refuse(node, "DESK_ONLY");
  node.Run(With(kAsk, {"--approval", "12"}));
  REQUIRE(node.lookup.canned_Ask.asked.size() == 1);
  CHECK(node.lookup.canned_Ask.asked[0].approval_reference() == "12");
  node.Write("q.json", R"({"case": "8841", "purpose": "missing-child", "approval": "13",
      "asserted_person": {"name": "D. Example", "role": "health-worker",
                          "organisation": "Leeds Hospital", "telephone": "01632 960005"}})");
  node.Run({"ask", "--question-file", "@q.json"});
  REQUIRE(node.lookup.canned_Ask.asked.size() == 2);
  const v1::AskRequest& asked = node.lookup.canned_Ask.asked[1];
  CHECK(asked.approval_reference() == "13");
  CHECK(asked.asserted_person().name() == "D. Example");
  CHECK(asked.asserted_person().role() == v1::HEALTH_WORKER);
}

TEST_CASE("an asserted person without a role or a name is refused before anything is sent") {
  FakeNode node;
  for (const char* person : {R"({"name": "D. Example"})", R"({"role": "health-worker"})",
                             R"({"name": "D. Example", "role": "wizard"})"}) {
    node.Write("q.json", std::string(R"({"case": "8841", "purpose": "missing-child",
        "asserted_person": )") +
                             person + "}");
    CHECK(node.Run({"ask", "--question-file", "@q.json"}).exit == ExitCode::kUsage);
  }
  CHECK(node.lookup.canned_Ask.asked.empty());
}

TEST_CASE("what holds a question exits 7 and what forbids it exits 5 and each says what next") {
  for (const auto& [reason, exit, next] :
       std::vector<std::tuple<std::string, ExitCode, std::string>>{
           {"APPROVAL_NEEDED", ExitCode::kHeld, "request-approval"},
           {"BREAK_GLASS_WARNING", ExitCode::kHeld, "--break-glass"},
           {"SECOND_PERSON", ExitCode::kHeld, "colleague"},
           {"ALLOWANCE", ExitCode::kHeld, "officers"},
           {"USER_EXPIRED", ExitCode::kNotPermitted, "administrator"},
           {"MAY_NOT_ASSERT", ExitCode::kNotPermitted, "asserted_person"}}) {
    FakeNode node;
    node.lookup.canned_Ask.status = Failure(absl::StatusCode::kFailedPrecondition, reason);
    const Ran ran = node.Run(kAsk);
    CHECK(ran.exit == exit);
    CHECK(ran.Complains(next));
    CHECK(ran.out.empty());
  }
}

TEST_CASE("every refusal of the own node says why and who can lift it") {
  for (const char* reason :
       {"POLICY_UNKNOWN", "UNKNOWN_PURPOSE", "UNKNOWN_ROLE", "PURPOSE_NEEDS_TEXT",
        "ROLE_MAY_NOT_ASK", "PURPOSE_NOT_FOR_ROLE", "SERVICE_TEST_NOT_AVAILABLE", "DESK_ONLY",
        "MAY_NOT_BREAK_GLASS", "MAY_NOT_MEDIATE"}) {
    CHECK(RefusalOf(reason).reason == reason);
    CHECK_FALSE(RefusalOf(reason).who_can_lift.empty());
  }
  CHECK(RefusalOf("SOMETHING_NEWER").why.find("does not know") != std::string_view::npos);
}

TEST_CASE("a contact that was made is recorded for the day it was made") {
  FakeNode node;
  node.outcomes.canned_RecordContact.reply = Signpost(v1::MADE);
  const Ran ran = node.Run({"ask", "outcome", "--question", "7F3-91KD", "--member", "E10000016",
                            "--made", "--on", "2026-11-21"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("contact made"));
  REQUIRE(node.outcomes.canned_RecordContact.asked.size() == 1);
  CHECK(node.outcomes.canned_RecordContact.asked[0].contact() == v1::MADE);
  CHECK(node.outcomes.canned_RecordContact.asked[0].contact_on() == "2026-11-21");
  CHECK(node.lookup.canned_Ask.asked.empty());
}

TEST_CASE("a contact needs to be made or not made and a day that exists") {
  FakeNode node;
  const std::vector<std::string> words = {"ask",      "outcome",  "--question",
                                          "7F3-91KD", "--member", "E10000016"};
  CHECK(node.Run(words).exit == ExitCode::kUsage);
  CHECK(node.Run(With(words, {"--made", "--not-made"})).exit == ExitCode::kUsage);
  CHECK(node.Run(With(words, {"--made", "--on", "2026-02-30"})).exit == ExitCode::kUsage);
  CHECK(node.outcomes.canned_RecordContact.asked.empty());
  node.outcomes.canned_RecordContact.status =
      Failure(absl::StatusCode::kNotFound, "NO_SUCH_SIGNPOST");
  const Ran ran = node.Run(With(words, {"--not-made"}));
  CHECK(ran.exit == ExitCode::kUsage);
  CHECK(ran.Complains("signpost ask outcomes"));
}

TEST_CASE("an option of a question before one of its sub-commands is refused") {
  FakeNode node;
  CHECK(node.Run({"ask", "--case", "8841", "outcomes"}).exit == ExitCode::kUsage);
  CHECK(node.Run({"ask", "outcomes", "--break-glass"}).exit == ExitCode::kUsage);
  CHECK(node.outcomes.canned_ListSignposts.asked.empty());
  CHECK(node.lookup.canned_Ask.asked.empty());
}

TEST_CASE("signposts and their ageing read as in the golden files") {
  const std::vector<v1::SignpostRecord> records = {Signpost(v1::CONTACT_UNSPECIFIED),
                                                   Signpost(v1::MADE), Signpost(v1::NOT_MADE)};
  CheckGolden("outcomes.txt", SignpostsText(records, kTestNowMs, false));
  CheckGolden("outcomes_plain.txt", SignpostsText(records, kTestNowMs, true));
  JsonWriter json;
  WriteSignposts(json, records);
  CheckGolden("outcomes.json", json.Take());
  v1::AgeingReport report;
  report.set_signposts(90);
  report.set_made(60);
  report.set_not_made(5);
  report.set_open_2_days(10);
  report.set_open_7_days(8);
  report.set_open_28_days(5);
  report.set_open_longer(2);
  report.set_median_days_to_contact(3);
  CheckGolden("ageing.txt", AgeingText(report));
  JsonWriter ageing;
  WriteAgeing(ageing, report);
  CheckGolden("ageing.json", ageing.Take());
}

TEST_CASE("open signposts are asked for as such and a broken list is no list") {
  FakeNode node;
  node.outcomes.canned_ListSignposts.items = {Signpost(v1::CONTACT_UNSPECIFIED)};
  CHECK(node.Run({"ask", "outcomes", "--open"}).exit == ExitCode::kOk);
  CHECK(node.outcomes.canned_ListSignposts.asked[0].open_only());
  node.outcomes.canned_ListSignposts.status = Failure(absl::StatusCode::kInternal, "STORE_FAILED");
  const Ran ran = node.Run({"ask", "outcomes"});
  CHECK(ran.exit == ExitCode::kInternal);
  CHECK(ran.out.empty());
  CHECK(node.Run({"ask", "ageing", "--output", "json"}).Says("signpost.ask.ageing/v1"));
}

}  // namespace signpost::cli
