#include "cli/ledger.h"

#include <catch2/catch.hpp>

#include "tests/unit/cli/support.h"

namespace signpost::cli {
namespace {

v1::LedgerRow Row(const std::string& code, const std::string& name, v1::Outcome outcome) {
  v1::LedgerRow row;
  row.set_member(code);
  row.set_name(name);
  row.set_outcome(outcome);
  row.mutable_desk()->set_telephone("01632 960200");
  row.mutable_desk()->set_hours("24 h");
  return row;
}

v1::LedgerRow Nothing(const std::string& code, const std::string& name) {
  v1::LedgerRow row = Row(code, name, v1::NOTHING_TO_REPORT);
  row.mutable_answer()->set_outcome(v1::NOTHING_TO_REPORT);
  row.mutable_answer()->set_as_of_ms(kTestNowMs - 600000);
  row.set_answered_ms(310);
  return row;
}

v1::LedgerRow Silent(const std::string& code, const std::string& name, v1::NoAnswerCause cause) {
  v1::LedgerRow row = Row(code, name, v1::NO_ANSWER);
  row.set_cause(cause);
  return row;
}

v1::LedgerRow Involved(const std::string& code, const std::string& name, v1::Outcome outcome) {
  v1::LedgerRow row = Row(code, name, outcome);
  v1::AnswerBody& answer = *row.mutable_answer();
  answer.set_outcome(outcome);
  answer.set_grade(v1::CERTAIN);
  v1::Signpost& signpost = *answer.add_signposts();
  signpost.set_service(v1::CHILDRENS_SOCIAL_CARE);
  signpost.set_team("Ashford team");
  signpost.set_practitioner("A. Example");
  signpost.set_practitioner_role("social worker");
  signpost.set_telephone("01632 960001");
  signpost.set_lead_professional(true);
  signpost.set_since("2026-03-14");
  if (outcome == v1::INVOLVED_BEFORE) signpost.set_until("2026-08-01");
  answer.mutable_desk()->set_telephone("01632 960201");
  answer.mutable_desk()->set_hours("Mon-Fri 9-17");
  answer.mutable_desk()->set_out_of_hours_telephone("01632 960299");
  return row;
}

v1::Ledger Started(uint32_t members) {
  v1::Ledger ledger;
  ledger.mutable_started()->set_question_reference("7F3-91KD");
  ledger.mutable_started()->set_authority_code("E08000035");
  ledger.mutable_started()->set_authority_name("Leeds");
  ledger.mutable_started()->set_members(members);
  return ledger;
}

void Finish(v1::Ledger& ledger, v1::Completeness completeness) {
  ledger.mutable_summary()->set_completeness(completeness);
  ledger.mutable_summary()->set_elapsed_ms(430);
  ledger.mutable_summary()->set_question_reference("7F3-91KD");
  if (completeness != v1::COMPLETE) return;
  uint32_t others = 0;
  for (const v1::LedgerRow& row : ledger.rows()) others += row.own() ? 0 : 1;
  ledger.mutable_summary()->set_asked(others);
  ledger.mutable_summary()->set_answered(others);
}

v1::Ledger EveryOutcome() {
  v1::Ledger ledger = Started(8);
  ledger.mutable_started()->add_notices()->set_text("Maintenance on Sunday 02:00-03:00.");
  *ledger.add_rows() = Nothing("E10000003", "Cambridgeshire");
  *ledger.add_rows() = Silent("E10000008", "Devon", v1::UNREACHABLE);
  v1::LedgerRow possible = Involved("E09000004", "Bexley", v1::INVOLVED_NOW);
  possible.mutable_answer()->set_grade(v1::POSSIBLE);
  possible.mutable_answer()->add_reasons(v1::DATE_OF_BIRTH_DIFFERS);
  possible.mutable_answer()->add_reasons(v1::TWIN_OR_SIBLING);
  possible.mutable_answer()->set_more(true);
  *ledger.add_rows() = possible;
  *ledger.add_rows() = Involved("E10000016", "Kent", v1::INVOLVED_NOW);
  *ledger.add_rows() = Involved("E06000023", "Bristol", v1::INVOLVED_BEFORE);
  v1::LedgerRow ask = Row("E08000003", "Manchester", v1::ASK_DESK);
  ask.mutable_answer()->set_reference("MAN-114");
  *ledger.add_rows() = ask;
  v1::LedgerRow withheld = Row("E08000025", "Birmingham", v1::WITHHELD);
  withheld.mutable_answer()->set_reference("BHM-9");
  *ledger.add_rows() = withheld;
  v1::LedgerRow suspended = Row("E06000001", "Hartlepool", v1::NOT_JOINED);
  suspended.set_cause(v1::SUSPENDED);
  *ledger.add_rows() = suspended;
  v1::LedgerRow own = Involved("E08000035", "Leeds", v1::INVOLVED_NOW);
  own.set_own(true);
  *ledger.add_rows() = own;
  Finish(ledger, v1::INCOMPLETE);
  return ledger;
}

v1::Ledger AllNothing() {
  v1::Ledger ledger = Started(2);
  *ledger.add_rows() = Nothing("E10000003", "Cambridgeshire");
  *ledger.add_rows() = Nothing("E10000016", "Kent");
  v1::LedgerRow own = Row("E08000035", "Leeds", v1::NOTHING_TO_REPORT);
  own.set_own(true);
  own.mutable_answer()->set_outcome(v1::NOTHING_TO_REPORT);
  *ledger.add_rows() = own;
  Finish(ledger, v1::COMPLETE);
  return ledger;
}

std::string Text(const v1::Ledger& ledger, const LedgerStyle& style = {}) {
  return LedgerHeading(ledger.started(), style) + LedgerBody(ledger, style);
}

std::string Json(const v1::Ledger& ledger) {
  JsonWriter json;
  WriteLedger(json, ledger, false);
  return json.Take();
}

std::string LastLine(const std::string& text) {
  const size_t at = text.rfind('\n', text.size() - 2);
  return text.substr(at + 1);
}

}  // namespace

TEST_CASE("a ledger with every outcome reads as in the golden text and JSON") {
  const v1::Ledger ledger = EveryOutcome();
  CheckGolden("ledger_every_outcome.txt", Text(ledger));
  CheckGolden("ledger_every_outcome_plain.txt", Text(ledger, {true, true, false}));
  CheckGolden("ledger_every_outcome.json", Json(ledger));
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

TEST_CASE("a complete ledger without any involvement exits 1 only when asked to") {
  const v1::Ledger ledger = AllNothing();
  CheckGolden("ledger_nothing.txt", Text(ledger));
  CheckGolden("ledger_nothing.json", Json(ledger));
  CHECK(LedgerExitCode(ledger, false) == ExitCode::kOk);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kNothingReported);
}

TEST_CASE("one silent authority makes the ledger incomplete even if the summary says complete") {
  v1::Ledger ledger = AllNothing();
  *ledger.mutable_rows(1) = Silent("E10000016", "Kent", v1::LATE);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  const std::string text = Text(ledger);
  CHECK(text.find("None of the 1 that answered has anything to report") != std::string::npos);
  CHECK(text.find("treat as unknown, not as \"no\"") != std::string::npos);
  CHECK(LastLine(text) ==
        "INCOMPLETE: 1 of 2 other authorities answered in 0.4 s, 1 did not. Question 7F3-91KD.\n");
}

TEST_CASE("a ledger without a summary is incomplete") {
  v1::Ledger ledger = AllNothing();
  ledger.clear_summary();
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CHECK(LastLine(Text(ledger)).substr(0, 11) == "INCOMPLETE:");
  CHECK(Json(ledger).find("\"completeness\": \"incomplete\"") != std::string::npos);
}

TEST_CASE("a member asked of whom no row came counts as silent") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_started()->set_members(3);
  CHECK(Judge(ledger).missing_rows == 1);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

// What went wrong: a summary that said "complete" over no rows at all exited 0.
TEST_CASE("a summary that says complete over no other rows is not believed") {
  v1::Ledger ledger = AllNothing();
  ledger.clear_rows();
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  ledger.mutable_started()->set_members(0);
  CHECK(LedgerExitCode(ledger, false) == ExitCode::kIncomplete);
  *ledger.add_rows() = AllNothing().rows(2);
  ledger.mutable_summary()->set_asked(0);
  ledger.mutable_summary()->set_answered(0);
  CHECK(Judge(ledger).alone);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CHECK(LastLine(Text(ledger)) == "INCOMPLETE: nobody else was asked. Question 7F3-91KD.\n");
}

// What went wrong: the own authority's "nothing" needed no answer behind it.
TEST_CASE("nothing to report of the own records without an answer makes a ledger incomplete") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_rows(2)->clear_answer();
  CHECK(KindOf(ledger.rows(2)) == RowKind::kNoAnswer);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CHECK(Text(ledger).find("NO ANSWER: ") != std::string::npos);
}

TEST_CASE("a ledger without a row of the own authority is incomplete") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_rows()->RemoveLast();
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

// What went wrong: the summary's own figures were not held against the rows.
TEST_CASE("a summary whose figures are not those of the rows makes a ledger incomplete") {
  v1::Ledger more_asked = AllNothing();
  more_asked.mutable_summary()->set_asked(3);
  CHECK(Judge(more_asked).missing_rows == 1);
  CHECK(LedgerExitCode(more_asked, true) == ExitCode::kIncomplete);
  v1::Ledger fewer_asked = AllNothing();
  fewer_asked.mutable_summary()->set_asked(1);
  CHECK(LedgerExitCode(fewer_asked, true) == ExitCode::kIncomplete);
  CHECK(Text(fewer_asked).find("own count differs from this list") != std::string::npos);
  v1::Ledger ledger = AllNothing();
  ledger.mutable_summary()->set_answered(1);
  CHECK(Judge(ledger).contradicted);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CHECK(LastLine(Text(ledger)).substr(0, 11) == "INCOMPLETE:");
}

TEST_CASE("an outcome this version does not know is no answer") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_rows(0)->set_outcome(static_cast<v1::Outcome>(77));
  CHECK(KindOf(ledger.rows(0)) == RowKind::kNoAnswer);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CHECK(Json(ledger).find("\"outcome_as_received\": \"UNKNOWN_77\"") != std::string::npos);
}

TEST_CASE("nothing to report without an authenticated answer is no answer") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_rows(0)->clear_answer();
  CHECK(KindOf(ledger.rows(0)) == RowKind::kNoAnswer);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

TEST_CASE("involved without anybody to ring is no answer") {
  v1::LedgerRow row = Involved("E10000016", "Kent", v1::INVOLVED_NOW);
  row.mutable_answer()->clear_signposts();
  CHECK(KindOf(row) == RowKind::kNoAnswer);
}

TEST_CASE("partly put details make a ledger incomplete") {
  v1::Ledger ledger = AllNothing();
  ledger.mutable_summary()->set_keys_partial(true);
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

TEST_CASE("a member that has not joined makes a ledger incomplete") {
  v1::Ledger ledger = AllNothing();
  v1::LedgerRow row = Row("E06000001", "Hartlepool", v1::NOT_JOINED);
  row.set_cause(v1::SUSPENDED);
  *ledger.add_rows() = row;
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
}

TEST_CASE("a question that the own node refuses exits 5 and one that needs details exits 3") {
  v1::Ledger ledger = Started(0);
  Finish(ledger, v1::INCOMPLETE);
  ledger.mutable_summary()->set_own_node_refusal(v1::REFUSED);
  ledger.mutable_summary()->set_refusal_reason("ROLE_AND_PURPOSE");
  CHECK(LedgerExitCode(ledger, false) == ExitCode::kNotPermitted);
  ledger.mutable_summary()->set_own_node_refusal(v1::MORE_DETAILS_NEEDED);
  ledger.mutable_summary()->add_helpful_fields("date_of_birth");
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  CheckGolden("ledger_more_details.txt", Text(ledger));
}

TEST_CASE("a refused question says why and who can lift it in text and JSON") {
  v1::Ledger ledger = Started(0);
  Finish(ledger, v1::INCOMPLETE);
  ledger.mutable_summary()->set_own_node_refusal(v1::REFUSED);
  ledger.mutable_summary()->set_refusal_reason("MAY_NOT_MEDIATE");
  CheckGolden("ledger_refused.txt", Text(ledger));
  CheckGolden("ledger_refused.json", Json(ledger));
}

namespace {

// An answer that masks a sensitive service and, against the rules, says more of it.
v1::Ledger Masked() {
  v1::Ledger ledger = AllNothing();
  v1::LedgerRow row = Involved("E10000016", "Kent", v1::INVOLVED_NOW);
  row.mutable_answer()->mutable_signposts(0)->set_service(v1::SENSITIVE_SERVICE);
  *ledger.mutable_rows(1) = row;
  return ledger;
}

}  // namespace

TEST_CASE("of a sensitive service nothing is shown but that it is one and the desk") {
  const v1::Ledger ledger = Masked();
  CheckGolden("ledger_sensitive.txt", Text(ledger));
  CheckGolden("ledger_sensitive.json", Json(ledger));
  for (const std::string& shown : {Text(ledger), Text(ledger, {true, true, false}), Json(ledger)}) {
    CHECK(shown.find("A. Example") == std::string::npos);
    CHECK(shown.find("Ashford") == std::string::npos);
    CHECK(shown.find("01632 960001") == std::string::npos);
    CHECK(shown.find("01632 960201") != std::string::npos);
  }
  CHECK(LedgerExitCode(ledger, true) == ExitCode::kOk);
}

TEST_CASE("ask the desk shows the number that is answered at night first") {
  v1::Ledger ledger = AllNothing();
  v1::LedgerRow row = Row("E10000016", "Kent", v1::ASK_DESK);
  row.mutable_answer()->mutable_desk()->set_telephone("01632 960201");
  row.mutable_answer()->mutable_desk()->set_hours("Mon-Fri 9-17");
  row.mutable_answer()->mutable_desk()->set_out_of_hours_telephone("01632 960299");
  row.mutable_answer()->set_grade(v1::POSSIBLE);
  row.mutable_answer()->add_reasons(v1::TWIN_OR_SIBLING);
  *ledger.mutable_rows(1) = row;
  const std::string text = Text(ledger);
  CHECK(text.find("24 h 01632 960299") < text.find("01632 960201"));
  CHECK(text.find("possible: may be a twin or sibling") != std::string::npos);
  CHECK(Json(ledger).find("\"grade\": \"POSSIBLE\"") != std::string::npos);
}

TEST_CASE("a refusal or a call for details in a peer's row is no answer") {
  for (const v1::Outcome outcome : {v1::REFUSED, v1::MORE_DETAILS_NEEDED}) {
    v1::Ledger ledger = AllNothing();
    ledger.mutable_rows(0)->set_outcome(outcome);
    CHECK(KindOf(ledger.rows(0)) == RowKind::kNoAnswer);
    CHECK(LedgerExitCode(ledger, true) == ExitCode::kIncomplete);
  }
}

// Every outcome in every place of a ledger that claims to be complete: exit 1 only when all report
// nothing, exit 0 only when nobody is missing, and text and JSON agree with it.
TEST_CASE("no outcome lets an incomplete ledger pass for nobody") {
  for (int number = 0; number <= v1::Outcome_MAX + 1; ++number) {
    for (int at = 0; at < 3; ++at) {
      v1::Ledger ledger = AllNothing();
      ledger.mutable_rows(at)->set_outcome(static_cast<v1::Outcome>(number));
      const ExitCode exit = LedgerExitCode(ledger, true);
      const bool nothing = number == v1::NOTHING_TO_REPORT;
      const bool desk = number == v1::ASK_DESK || number == v1::WITHHELD;
      INFO("outcome " << number << " in row " << at);
      CHECK(exit == (nothing ? ExitCode::kNothingReported
                     : desk  ? ExitCode::kOk
                             : ExitCode::kIncomplete));
      const bool complete = nothing || desk;
      CHECK((LastLine(Text(ledger)).find("COMPLETE:") == 0) == complete);
      CHECK((Json(ledger).find("\"completeness\": \"complete\"") != std::string::npos) == complete);
    }
  }
}

TEST_CASE("a hostile answer cannot redraw the screen or fake a row") {
  v1::Ledger ledger = Started(1);
  v1::LedgerRow row = Involved("E10000016", "Kent", v1::INVOLVED_NOW);
  v1::Signpost& signpost = *row.mutable_answer()->mutable_signposts(0);
  signpost.set_practitioner("\x1b[2J\x1b[1;1HNobody\nCOMPLETE: 9 of 9\r");
  signpost.set_telephone(
      "\xE2\x80\xAE"
      "1000 699 0161");
  signpost.set_team(
      "\x1b]0;title\x07Team\xC2\x9B"
      "31m");
  *ledger.add_rows() = row;
  Finish(ledger, v1::COMPLETE);
  const std::string text = Text(ledger);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(text.find("\nCOMPLETE: 9 of 9") == std::string::npos);
  CHECK(text.find("title") == std::string::npos);
  CHECK(Json(ledger).find("\\u202e") != std::string::npos);
  CHECK(Json(ledger).find("\\u001b") != std::string::npos);
}

TEST_CASE("the JSON of a ledger holds no boolean") {
  for (const v1::Ledger& ledger : {EveryOutcome(), AllNothing()}) {
    const std::string json = Json(ledger);
    CHECK(json.find(": true") == std::string::npos);
    CHECK(json.find(": false") == std::string::npos);
  }
}

TEST_CASE("a training profile says so in the first line") {
  const std::string text = Text(AllNothing(), {true, false, false});
  CHECK(text.substr(0, 9) == "TRAINING,");
  CHECK(text.substr(0, text.find('\n')).find("Leeds (E08000035)") != std::string::npos);
}

TEST_CASE("progress counts what has come so far") {
  CHECK(LedgerProgress(EveryOutcome()) == "asked 8, answered 6, no answer from 2");
}

}  // namespace signpost::cli
