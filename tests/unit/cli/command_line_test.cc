#include <catch2/catch.hpp>

#include "cli/ask.h"
#include "cli/completion.h"
#include "tests/unit/cli/support.h"

namespace signpost::cli {
namespace {

// Runs a command line that must be refused as wrong use; returns what was said.
std::string Refused(const std::vector<std::string>& arguments) {
  TestContext test;
  CHECK(test.Run(arguments) == ExitCode::kUsage);
  CHECK(test.out.str().empty());
  return test.err.str();
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("help texts are as in the golden files") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> pages = {
      {"help.txt", {"--help"}},
      {"help_ask.txt", {"ask", "--help"}},
      {"help_ask_outcome.txt", {"ask", "outcome", "--help"}},
      {"help_ask_outcomes.txt", {"ask", "outcomes", "--help"}},
      {"help_ask_ageing.txt", {"ask", "ageing", "--help"}},
      {"help_child.txt", {"child", "--help"}},
      {"help_child_show.txt", {"child", "show", "--help"}},
      {"help_child_add.txt", {"child", "add", "--help"}},
      {"help_child_correct.txt", {"child", "correct", "--help"}},
      {"help_child_history.txt", {"child", "history", "--help"}},
      {"help_child_shield.txt", {"child", "shield", "--help"}},
      {"help_child_unshield.txt", {"child", "unshield", "--help"}},
      {"help_child_separate.txt", {"child", "separate", "--help"}},
      {"help_child_confirm_shields.txt", {"child", "confirm-shields", "--help"}},
      {"help_child_duplicates.txt", {"child", "duplicates", "--help"}},
      {"help_child_merge.txt", {"child", "merge", "--help"}},
      {"help_child_different.txt", {"child", "different", "--help"}},
      {"help_child_explain.txt", {"child", "explain", "--help"}},
      {"help_involvement_open.txt", {"involvement", "open", "--help"}},
      {"help_involvement_close.txt", {"involvement", "close", "--help"}},
      {"help_involvement_renew.txt", {"involvement", "renew", "--help"}},
      {"help_involvement_consent.txt", {"involvement", "consent", "--help"}},
      {"help_desk.txt", {"desk", "--help"}},
      {"help_desk_alerts.txt", {"desk", "alerts", "--help"}},
      {"help_desk_called_back.txt", {"desk", "called-back", "--help"}},
      {"help_desk_withhold.txt", {"desk", "withhold", "--help"}},
      {"help_desk_request_approval.txt", {"desk", "request-approval", "--help"}},
      {"help_desk_decide.txt", {"desk", "decide", "--help"}},
      {"help_user.txt", {"user", "--help"}},
      {"help_user_add.txt", {"user", "add", "--help"}},
      {"help_user_change.txt", {"user", "change", "--help"}},
      {"help_user_remove.txt", {"user", "remove", "--help"}},
      {"help_import.txt", {"import", "--help"}},
      {"help_import_children.txt", {"import", "children", "--help"}},
      {"help_import_involvements.txt", {"import", "involvements", "--help"}},
      {"help_audit_show.txt", {"audit", "show", "--help"}},
      {"help_audit_verify.txt", {"audit", "verify", "--help"}},
      {"help_doctor.txt", {"doctor", "--help"}},
      {"help_completion.txt", {"completion", "--help"}}};
  for (const auto& [file, arguments] : pages) {
    TestContext test;
    CHECK(test.Run(arguments) == ExitCode::kOk);
    CheckGolden(file, test.out.str());
  }
}

TEST_CASE("an argument that looks personal is refused and never echoed") {
  for (const std::string word : {"2019-02-03", "9434765919", "Amelia", "Amelia Example",
                                 "--name=Amelia", "--dob=2019-02-03"}) {
    for (const bool json : {false, true}) {
      std::vector<std::string> arguments = {"ask", "--case", "8841", word};
      if (json) arguments.insert(arguments.end(), {"--output", "json"});
      const std::string said = Refused(arguments);
      CHECK_FALSE(Holds(said, "Amelia"));
      CHECK_FALSE(Holds(said, "2019"));
      CHECK_FALSE(Holds(said, "94347"));
      CHECK(Holds(said, "looks like"));
      CHECK(Holds(said, "shell's history"));
    }
  }
}

TEST_CASE("any other unknown argument is refused by its place and never echoed") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"ask", "--xyzzy"},
                                             {"ask", "xyzzy"},
                                             {"xyzzy"},
                                             {"audit", "xyzzy"},
                                             {"audit", "show", "--limit", "xyzzy"},
                                             {"ask", "--purpose", "xyzzy"},
                                             {"ask", "--output", "xyzzy"},
                                             {"ask", "--exit-status=xyzzy"}}) {
    const std::string said = Refused(arguments);
    CHECK_FALSE(Holds(said, "xyzzy"));
    CHECK(Holds(said, "Next:"));
    CHECK(Holds(said, "Reference: USAGE 20"));
  }
}

TEST_CASE("a value that is not accepted names its option") {
  CHECK(Holds(Refused({"ask", "--purpose", "zzz"}), "--purpose"));
  CHECK(Holds(Refused({"child", "show"}), "--case is needed"));
  CHECK(Holds(Refused({"import", "children", "f.csv"}), "--rejects is needed"));
}

TEST_CASE("an option value that is a date or a name is refused and never echoed") {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"ask", "--case", "2019-02-03", "--purpose", "missing-child"},
           {"ask", "--case", "Amelia Example", "--purpose", "missing-child"},
           {"ask", "--case", "1", "--purpose", "other", "--purpose-text", "child 9434765919"},
           {"child", "show", "--case", "2019-02-03"}}) {
    const std::string said = Refused(arguments);
    CHECK(Holds(said, "neither used nor repeated"));
    CHECK_FALSE(Holds(said, "2019"));
    CHECK_FALSE(Holds(said, "Amelia"));
    CHECK_FALSE(Holds(said, "94347"));
  }
}

TEST_CASE("without a profile a command ends as local configuration") {
  TestContext test;
  CHECK(test.Run({"ask", "--case", "8841", "--purpose", "missing-child", "--profile",
                  "/nonexistent/p.txtpb"}) == ExitCode::kConfiguration);
  CHECK(Holds(test.err.str(), "/nonexistent/p.txtpb"));
  TestContext doctor;
  CHECK(doctor.Run({"doctor", "--profile", "/nonexistent/p.txtpb"}) == ExitCode::kConfiguration);
  CHECK(Holds(doctor.out.str(), "FAIL"));
}

TEST_CASE("a question by case takes the purpose from its option and asks nothing") {
  TestContext test;
  AskOptions options;
  options.case_reference = "8841";
  options.purpose = "s47-enquiry";
  v1::AskRequest request;
  REQUIRE_FALSE(CollectQuestion(test.context, options, request));
  CHECK(request.case_reference() == "8841");
  CHECK(request.purpose() == v1::S47_ENQUIRY);
  CHECK(test.prompter.asked.empty());
}

TEST_CASE("a name and a second reason come from prompts") {
  TestContext test({"C. Example, ward sister", "missing since noon", "break the glass"});
  AskOptions options;
  options.case_reference = "8841";
  options.purpose = "missing-child";
  options.on_behalf_of = true;
  options.break_glass = true;
  v1::AskRequest request;
  REQUIRE_FALSE(CollectQuestion(test.context, options, request));
  CHECK(request.on_behalf_of() == "C. Example, ward sister");
  CHECK(request.break_glass_reason() == "missing since noon");
  CHECK(Holds(test.err.str(), "alerts the privacy officer"));
}

TEST_CASE("glass that is not confirmed stays whole") {
  TestContext test({"missing since noon", "no"});
  AskOptions options;
  options.case_reference = "8841";
  options.purpose = "missing-child";
  options.break_glass = true;
  v1::AskRequest request;
  CHECK(CollectQuestion(test.context, options, request));
  CHECK(request.break_glass_reason().empty());
}

TEST_CASE("a case and a file together or a missing purpose are refused") {
  TestContext test;
  v1::AskRequest request;
  AskOptions both;
  both.case_reference = "1";
  both.question_file = "q.json";
  CHECK(CollectQuestion(test.context, both, request)->exit == ExitCode::kUsage);
  AskOptions no_purpose;
  no_purpose.case_reference = "1";
  CHECK(CollectQuestion(test.context, no_purpose, request)->exit == ExitCode::kUsage);
  AskOptions text;
  text.case_reference = "1";
  text.purpose = "missing-child";
  text.purpose_text = "words";
  CHECK(CollectQuestion(test.context, text, request)->exit == ExitCode::kUsage);
}

TEST_CASE("nothing is redrawn without a terminal or with plain") {
  std::ostringstream out;
  std::ostringstream err;
  Printer pipe(out, err, {false, false, false});
  pipe.Progress("asked 5");
  Printer plain(out, err, {true, true, false});
  plain.Configure(OutputFormat::kText, true);
  plain.Progress("asked 5");
  CHECK(err.str().empty());
  CHECK_FALSE(Printer(out, err, {true, true, true}).colour());
  CHECK(Printer(out, err, {true, true, false}).colour());
}

TEST_CASE("bash completion knows every noun and the purposes") {
  TestContext test;
  CHECK(test.Run({"completion", "bash"}) == ExitCode::kOk);
  const std::string script = test.out.str();
  for (const char* word :
       {"'import children'", "'audit verify'", "'involvement close'", "s47-enquiry",
        "--question-file", "'federation", "'ask outcome'", "'desk alerts'", "'child merge'",
        "'user add'", "'federation policy check'", "social-worker"}) {
    CHECK(Holds(script, word));
  }
}

}  // namespace signpost::cli
