#include <catch2/catch.hpp>

#include "cli/doctor.h"
#include "cli/json_reader.h"
#include "cli/personal.h"
#include "cli/question_file.h"
#include "cli/records.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "tests/unit/cli/support.h"

namespace signpost::cli {
namespace {

std::string Refusal(const std::string& json) {
  v1::AskRequest request;
  const absl::Status status = ReadQuestionFile(json, request);
  return status.ok() ? "accepted" : std::string(status.message());
}

}  // namespace

TEST_CASE("the exit code of every kind of failed call is as documented") {
  using C = absl::StatusCode;
  CHECK(ExitCodeForCall(C::kOk, "") == ExitCode::kOk);
  CHECK(ExitCodeForCall(C::kInvalidArgument, "DETAILS") == ExitCode::kUsage);
  CHECK(ExitCodeForCall(C::kNotFound, "NO_SUCH_CASE") == ExitCode::kUsage);
  CHECK(ExitCodeForCall(C::kUnauthenticated, "") == ExitCode::kSignIn);
  CHECK(ExitCodeForCall(C::kPermissionDenied, "UNKNOWN_PERSON") == ExitCode::kSignIn);
  CHECK(ExitCodeForCall(C::kPermissionDenied, "BAD_CERTIFICATE") == ExitCode::kSignIn);
  CHECK(ExitCodeForCall(C::kPermissionDenied, "CERTIFICATE_EXPIRED") == ExitCode::kSignIn);
  CHECK(ExitCodeForCall(C::kPermissionDenied, "SUSPENDED") == ExitCode::kNotPermitted);
  CHECK(ExitCodeForCall(C::kPermissionDenied, "") == ExitCode::kNotPermitted);
  CHECK(ExitCodeForCall(C::kUnavailable, "") == ExitCode::kNodeUnreachable);
  CHECK(ExitCodeForCall(C::kDeadlineExceeded, "") == ExitCode::kNodeUnreachable);
  CHECK(ExitCodeForCall(C::kResourceExhausted, "ALLOWANCE") == ExitCode::kHeld);
  CHECK(ExitCodeForCall(C::kFailedPrecondition, "DIRECTORY_EXPIRED") == ExitCode::kConfiguration);
  CHECK(ExitCodeForCall(C::kInternal, "STORE_FAILED") == ExitCode::kInternal);
  CHECK(ExitCodeForCall(C::kUnknown, "") == ExitCode::kInternal);
  CHECK(ExitCodeForCall(C::kCancelled, "") == ExitCode::kInterrupted);
  for (const char* held : {"SECOND_PERSON", "APPROVAL_NEEDED", "BREAK_GLASS_WARNING"}) {
    CHECK(ExitCodeForCall(C::kFailedPrecondition, held) == ExitCode::kHeld);
    CHECK(ExitCodeForCall(C::kPermissionDenied, held) == ExitCode::kHeld);
  }
  for (const char* forbidden : {"USER_EXPIRED", "MAY_NOT_ASSERT", "SEPARATED", "LAST_ADMIN"}) {
    CHECK(ExitCodeForCall(C::kFailedPrecondition, forbidden) == ExitCode::kNotPermitted);
  }
  CHECK(ExitCodeForCall(C::kFailedPrecondition, "ALREADY_DECIDED") == ExitCode::kUsage);
}

TEST_CASE("the numbers of the exit codes never change") {
  const std::vector<std::pair<ExitCode, int>> table = {{ExitCode::kOk, 0},
                                                       {ExitCode::kNothingReported, 1},
                                                       {ExitCode::kUsage, 2},
                                                       {ExitCode::kIncomplete, 3},
                                                       {ExitCode::kSignIn, 4},
                                                       {ExitCode::kNotPermitted, 5},
                                                       {ExitCode::kNodeUnreachable, 6},
                                                       {ExitCode::kHeld, 7},
                                                       {ExitCode::kConfiguration, 8},
                                                       {ExitCode::kInternal, 70},
                                                       {ExitCode::kInterrupted, 130}};
  for (const auto& [code, number] : table) CHECK(static_cast<int>(code) == number);
}

TEST_CASE("a problem says what and why and what next and a reference") {
  const Problem problem = CallProblem("The question was not put", "your node at 127.0.0.1:7001",
                                      absl::StatusCode::kUnavailable, "");
  CHECK(problem.why.find("your node at 127.0.0.1:7001") != std::string::npos);
  CHECK_FALSE(problem.next.empty());
  CHECK(ProblemReference(problem, 0) == "UNREACHABLE 1970-01-01T00:00:00Z");
}

TEST_CASE("text of other parties loses escapes and bidirectional controls and line breaks") {
  CHECK(CleanText("a\x1b[31mb\x1b[0m") == "ab");
  CHECK(CleanText("a\x1b]8;;http://x\x1b\\b") == "ab");
  CHECK(CleanText("a\nb\tc\r\n") == "a b c");
  CHECK(CleanText("a\xE2\x80\xAE"
                  "b\xE2\x81\xA6"
                  "c\xE2\x80\x8B"
                  "d") == "abcd");
  CHECK(CleanText("\xC2\x9B"
                  "31mred") == "red");
  CHECK(CleanText("Zo\xC3\xAB \xE2\x80\x93 O'Brien") == "Zo\xC3\xAB \xE2\x80\x93 O'Brien");
  CHECK(CleanText("\xFF\xC0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(CleanText("\xED\xA0\x80").find("\xED\xA0\x80") == std::string::npos);
  CHECK(CleanText(std::string("a\0b", 3)) == "ab");
  CHECK(CleanText("a\x1b") == "a");
}

TEST_CASE("dates and NHS numbers are told apart from what only looks like them") {
  CHECK(IsRealDate("2024-02-29"));
  CHECK_FALSE(IsRealDate("2023-02-29"));
  CHECK_FALSE(IsRealDate("2024-13-01"));
  CHECK_FALSE(IsRealDate("24-1-1"));
  CHECK(PassesNhsCheck("9434765919"));
  CHECK(PassesNhsCheck("943 476 5919"));
  CHECK_FALSE(PassesNhsCheck("9434765918"));
  CHECK_FALSE(PassesNhsCheck("0000000000"));
  CHECK_FALSE(PassesNhsCheck("943476591"));
}

TEST_CASE("an argument that looks personal is suspected") {
  CHECK(SuspicionOf("2019-02-03") == Suspicion::kDate);
  CHECK(SuspicionOf("3/2/2019") == Suspicion::kDate);
  CHECK(SuspicionOf("20190203") == Suspicion::kDate);
  CHECK(SuspicionOf("--dob=03.02.2019") == Suspicion::kDate);
  CHECK(SuspicionOf("9434765919") == Suspicion::kNhsNumber);
  CHECK(SuspicionOf("Amy") == Suspicion::kName);
  CHECK(SuspicionOf("amy o'brien") == Suspicion::kName);
  CHECK(SuspicionOf("--name=Amy") == Suspicion::kName);
  CHECK(SuspicionOf("shwo") == Suspicion::kNone);
  CHECK(SuspicionOf("--verbose") == Suspicion::kNone);
  CHECK(SuspicionOf("8841") == Suspicion::kNone);
}

TEST_CASE("a question file with a whole child is read field by field") {
  v1::AskRequest request;
  const absl::Status status = ReadQuestionFile(
      R"({"child": {"names": [{"given": "Amy", "family": "Example"},
                              {"kind": "former", "family": "Sample"}],
          "date_of_birth": "2019-02-03", "sex": "female", "nhs_number": "943 476 5919",
          "addresses": [{"house": "1", "street": "Test Road", "postcode": "LS1 1AA"}]},
          "purpose": "missing-child", "contact": "01632 960001", "on_behalf_of": "B. Example",
          "break_glass_reason": "missing since noon"})",
      request);
  REQUIRE(status.ok());
  CHECK(request.details().names(0).kind() == v1::PersonName::CURRENT);
  CHECK(request.details().names(1).kind() == v1::PersonName::FORMER);
  CHECK(request.details().date_quality() == v1::EXACT);
  CHECK(request.details().nhs_number() == "9434765919");
  CHECK(request.details().addresses(0).postcode() == "LS1 1AA");
  CHECK(request.purpose() == v1::MISSING_CHILD);
  CHECK(request.on_behalf_of() == "B. Example");
  CHECK(request.break_glass_reason() == "missing since noon");
}

TEST_CASE("a question file refuses unknown keys by name and wrong values without them") {
  CHECK(Refusal(R"({"case": "8841", "pupose": "x"})") == "unknown key \"pupose\"");
  CHECK(Refusal(R"({"child": {"names": [{"family": "X", "nick": ""}]}})") ==
        "unknown key \"child.names[0].nick\"");
  CHECK(Refusal(R"({"case": "1", "Amy Example": 1})") == "a key that is no plain word");
  CHECK(Refusal(R"({"case": "1", "child": {}})").find("one of case and child") !=
        std::string::npos);
  CHECK(Refusal("{}") == "give one of case and child");
  CHECK(Refusal(R"({"case": ""})") == "case is empty");
  CHECK(Refusal(R"({"case": 8841})").find("case must be text") == 0);
  CHECK(Refusal(R"({"child": {"names": []}})") == "child needs a name or an identifier");
  CHECK(Refusal(R"({"child": {"upn": "P207000016049", "date_of_birth": "2019-02-30"}})") ==
        "child.date_of_birth is not a date YYYY-MM-DD that exists");
  CHECK(Refusal(R"({"child": {"nhs_number": "9434765918"}})") ==
        "child.nhs_number fails its check digit");
  CHECK(Refusal(R"({"case": "1", "purpose": "curiosity"})") ==
        "purpose is not one of the documented words");
  CHECK(Refusal(R"({"case": ")" + std::string(65, 'x') + "\"}") == "case is longer than 64 bytes");
  CHECK(Refusal(R"({"case": "a\u0007"})") == "case holds control or invisible characters");
}

TEST_CASE("a question file that is no JSON object is refused without quoting it") {
  const std::string refusal = "the file is not one JSON object";
  for (const char* text : {"", "Amy", "[]", "\"Amy\"", "{\"case\": Amy}", "{\"case\": \"Amy\""}) {
    CHECK(Refusal(text) == refusal);
  }
  CHECK(Refusal(std::string(20000, '[')) == refusal);
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "{\"a\":";
  CHECK(Refusal(deep) == refusal);
  CHECK(Refusal("{\"case\": \"\xFF\"}") == "the file is not UTF-8");
  CHECK(Refusal(std::string(kMaxJsonFileBytes + 1, ' ')).find("larger than") != std::string::npos);
}

TEST_CASE("prompts ask again after a date that does not exist") {
  ScriptedPrompter prompter({"Amy", "", "Example", "Sample", "2019-02-30", "2019-02-03", "female",
                             "", "", "", "", "", ""});
  v1::ChildDetails details;
  REQUIRE(PromptForChild(prompter, details).ok());
  CHECK(details.date_of_birth() == "2019-02-03");
  REQUIRE(details.names_size() == 2);
  CHECK(details.names(1).kind() == v1::PersonName::FORMER);
  CHECK(details.addresses_size() == 0);
}

TEST_CASE("prompts left in the middle put no question") {
  ScriptedPrompter prompter({"Amy"});
  v1::ChildDetails details;
  CHECK(absl::IsCancelled(PromptForChild(prompter, details)));
}

TEST_CASE("an involvement file needs a service and a start") {
  v1::Involvement involvement;
  CHECK(std::string(ReadInvolvementFile("{}", involvement).message()) ==
        "service must be one of the documented words; start_on is needed");
  CHECK(ReadInvolvementFile(R"({"service": "early-help", "start_on": "2026-01-05",
                                "lead_professional": true})",
                            involvement)
            .ok());
  CHECK(involvement.lead_professional());
  CHECK_FALSE(ReadInvolvementFile(R"({"service": "early-help", "start_on": "2026-01-05",
                                      "sensitive": "no"})",
                                  involvement)
                  .ok());
}

TEST_CASE("every kind of audit row and every role has its words") {
  for (int kind = v1::AuditRow::Kind_MIN + 1; kind <= v1::AuditRow::Kind_MAX; ++kind) {
    CHECK(AuditKindWords(static_cast<v1::AuditRow::Kind>(kind)).find("unknown") ==
          std::string::npos);
  }
  for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
    CHECK(RoleFromName(RoleName(static_cast<v1::Role>(role))) == static_cast<v1::Role>(role));
  }
}

TEST_CASE("no record can be given the service that only answers may name") {
  CHECK(ServiceName(v1::SENSITIVE_SERVICE) == "sensitive-service");
  CHECK_FALSE(ServiceFromName("sensitive-service"));
}

TEST_CASE("a code is no sentence about a child") {
  CHECK(*CodeFromWord("honour-based-abuse") == "HONOUR_BASED_ABUSE");
  for (const char* word : {"", "her father", "2019-02-03", "9434765919", "Zo\xC3\xAB"}) {
    CHECK_FALSE(CodeFromWord(word).ok());
  }
  CHECK_FALSE(CodeFromWord(std::string(65, 'x')).ok());
}

TEST_CASE("doctor fails on an ended certificate and warns two weeks before") {
  constexpr int64_t kDay = 86'400'000;
  const auto look = [](int64_t left) {
    return CertificateFinding("own-certificate", "your certificate", 0, kTestNowMs + left,
                              kTestNowMs);
  };
  CHECK(look(-1).health == Health::kFail);
  CHECK(look(13 * kDay).health == Health::kWarn);
  CHECK(look(15 * kDay).health == Health::kOk);
  CHECK(CertificateFinding("x", "x", kTestNowMs + 1, kTestNowMs + kDay, kTestNowMs).health ==
        Health::kFail);
}

TEST_CASE("doctor says what is wrong with a node and what to do") {
  v1::NodeStatus status;
  status.set_authority_code("E08000035");
  status.set_authority_name("Leeds");
  status.set_software_version("0.1.0");
  status.set_directory_version(7);
  status.set_directory_not_after_ms(kTestNowMs + 20LL * 86'400'000);
  status.set_certificate_not_after_ms(kTestNowMs + 200LL * 86'400'000);
  status.set_hub_connected(true);
  status.set_clock_ms(kTestNowMs);
  status.set_audit_checkpoint_ms(kTestNowMs - 60'000);
  status.set_backup_last_success_ms(kTestNowMs - 3'600'000);
  status.set_upkeep_last_ms(kTestNowMs - 7'200'000);
  status.set_children(72000);
  auto& custodian = *status.add_custodians();
  custodian.set_name("custodian-a");
  custodian.set_reachable(true);
  CHECK(FindingsExitCode(NodeFindings(status, kTestNowMs, kTestNowMs)) == ExitCode::kOk);
  CheckGolden("doctor_well.txt", FindingsText(NodeFindings(status, kTestNowMs, kTestNowMs)));

  status.set_hub_connected(false);
  status.set_hub_refusal("PIN_MISMATCH");
  status.set_directory_not_after_ms(kTestNowMs - 1);
  custodian.set_reachable(false);
  status.set_shields_unconfirmed(true);
  status.set_upkeep_last_ms(kTestNowMs - 3LL * 86'400'000);
  status.set_waiting_for_enrolment(12);
  status.set_clock_ms(kTestNowMs + 130'000);
  const auto findings = NodeFindings(status, kTestNowMs, kTestNowMs);
  CHECK(FindingsExitCode(findings) == ExitCode::kConfiguration);
  CheckGolden("doctor_ill.txt", FindingsText(findings));
}

}  // namespace signpost::cli
