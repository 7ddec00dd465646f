// `signpost child`, `involvement` and `user`, from the command line to a node and back.
#include <catch2/catch.hpp>

#include "cli/records.h"
#include "cli/users.h"
#include "tests/unit/cli/fake_node.h"

namespace signpost::cli {
namespace {

const char kChildFile[] = R"({"child": {"names": [{"given": "Amy", "family": "Example"}],
    "date_of_birth": "2019-02-03"}, "carers": [{"name": "B. Example", "contact": "01632 960001"}],
    "keep_until_25": true})";

v1::DuplicatePair Pair() {
  v1::DuplicatePair pair;
  pair.set_case_reference("8841");
  pair.set_other_case_reference("9002");
  pair.set_grade(v1::CERTAIN);
  pair.set_bits(41.5);
  pair.set_one_is_shielded(true);
  pair.set_found_ms(kTestNowMs);
  return pair;
}

v1::Explanation Explained() {
  v1::Explanation explanation;
  const auto add = [&](const char* field, const char* level, double bits) {
    v1::ExplainedField& added = *explanation.add_fields();
    added.set_field(field);
    added.set_level(level);
    added.set_bits(bits);
  };
  add("given name", "equal", 9.25);
  add("family name", "close", 6.5);
  add("date of birth", "day and month swapped", -1.75);
  explanation.set_total_bits(14.0);
  explanation.set_certain_bits(28.5);
  explanation.set_possible_bits(12.0);
  explanation.set_grade(v1::POSSIBLE);
  explanation.add_reasons(v1::DATE_OF_BIRTH_DIFFERS);
  explanation.add_shared_key_types(12);
  return explanation;
}

std::vector<v1::UserRecord> Users() {
  std::vector<v1::UserRecord> records(3);
  v1::User& person = *records[0].mutable_user();
  person.set_id("practitioner/ab12");
  person.set_name("A. Example");
  person.set_organisation("Leeds City Council");
  person.set_telephone("01632 960001");
  person.add_roles("SOCIAL_WORKER");
  person.add_roles("DESK_WORKER");
  person.set_expires_on("2026-11-22");
  v1::User& system = *records[1].mutable_user();
  system.set_id("system/hospital");
  system.set_name("Hospital system");
  system.add_roles("HEALTH_WORKER");
  system.add_may_assert("HEALTH_WORKER");
  records[1].set_changed_ms(kTestNowMs);
  records[1].set_changed_by("spiffe://signpost.example/practitioner/admin");
  records[2].mutable_user()->set_id("practitioner/cd34");
  records[2].set_removed(true);
  return records;
}

}  // namespace

TEST_CASE("a child is added from a file with carers and what waits for a decision is said") {
  FakeNode node;
  node.Write("child.json", kChildFile);
  node.records.canned_PutChild.reply.set_possible_duplicates(1);
  node.records.canned_PutChild.reply.set_waits_for_decision(true);
  const Ran ran = node.Run({"child", "add", "--case", "8841", "--file", "@child.json"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("QUARANTINED"));
  CHECK(ran.Says("signpost child duplicates"));
  REQUIRE(node.records.canned_PutChild.asked.size() == 1);
  const v1::PutChildRequest& put = node.records.canned_PutChild.asked[0];
  CHECK_FALSE(put.correct());
  CHECK(put.details().names(0).family() == "Example");
  CHECK(put.carers(0).name() == "B. Example");
  CHECK(put.keep_until_25());
  const Ran json =
      node.Run({"child", "add", "--case", "8841", "--file", "@child.json", "--output", "json"});
  CHECK(json.Says("signpost.child.add/v1"));
}

TEST_CASE("a child file names every problem by key and repeats nothing of it") {
  FakeNode node;
  node.Write("child.json", R"({"child": {"names": [{"family": "Example"}],
      "date_of_birth": "2019-02-30"}, "carer": [], "date_of_death": "soon"})");
  const Ran ran = node.Run({"child", "add", "--case", "8841", "--file", "@child.json"});
  CHECK(ran.exit == ExitCode::kUsage);
  CHECK(ran.Complains("child.date_of_birth"));
  CHECK(ran.Complains("date_of_death"));
  CHECK(ran.Complains("unknown key \"carer\""));
  CHECK_FALSE(ran.Complains("Example"));
  CHECK_FALSE(ran.Complains("2019"));
  CHECK(node.records.canned_PutChild.asked.empty());
}

TEST_CASE("a correction at the keyboard keeps what is there and takes away what is said") {
  FakeNode node;
  v1::ChildRecord& record = node.records.canned_GetChild.reply;
  v1::PersonName& name = *record.mutable_details()->add_names();
  name.set_kind(v1::PersonName::CURRENT);
  name.set_given("Amy");
  name.set_family("Example");
  v1::PersonName& alias = *record.mutable_details()->add_names();
  alias.set_kind(v1::PersonName::ALIAS);
  alias.set_family("Sample");
  record.mutable_details()->set_nhs_number("9434765919");
  v1::Address& none = *record.mutable_details()->add_addresses();
  none.set_kind(v1::Address::NO_FIXED_ADDRESS);
  record.add_carers()->set_name("B. Example");
  const Ran ran =
      node.Run({"child", "correct", "--case", "8841"},
               {"Amelia", "", "", "", "2019-02-03", "female", "", "", "", "", "-", "", "", ""});
  CHECK(ran.exit == ExitCode::kOk);
  REQUIRE(node.records.canned_PutChild.asked.size() == 1);
  const v1::PutChildRequest& put = node.records.canned_PutChild.asked[0];
  CHECK(put.correct());
  REQUIRE(put.details().names_size() == 2);
  CHECK(put.details().names(0).given() == "Amelia");
  CHECK(put.details().names(0).family() == "Example");
  CHECK(put.details().names(1).kind() == v1::PersonName::ALIAS);
  CHECK(put.details().date_quality() == v1::EXACT);
  CHECK(put.details().nhs_number().empty());
  REQUIRE(put.details().addresses_size() == 1);
  CHECK(put.details().addresses(0).kind() == v1::Address::NO_FIXED_ADDRESS);
  CHECK(put.carers(0).name() == "B. Example");
}

TEST_CASE("a case reference that looks like a child is refused by every verb on records") {
  FakeNode node;
  const std::vector<std::vector<std::string>> verbs = {
      {"child", "show"},       {"child", "add"},         {"child", "correct"},
      {"child", "history"},    {"child", "shield"},      {"child", "unshield"},
      {"involvement", "open"}, {"involvement", "renew"}, {"involvement", "consent"},
      {"desk", "withhold"}};
  for (std::vector<std::string> words : verbs) {
    words.insert(words.end(), {"--case", "Amelia Example"});
    if (words[0] == "involvement") words.insert(words.end(), {"--reference", "1"});
    const Ran ran = node.Run(words);
    CHECK(ran.exit == ExitCode::kUsage);
    CHECK_FALSE(ran.Complains("Amelia"));
  }
}

TEST_CASE("a shield takes its reason from the keyboard or a file and never from argv") {
  FakeNode node;
  node.protection.canned_Shield.reply.set_quarantined(1);
  const Ran ran = node.Run({"child", "shield", "--case", "8841"}, {"refuge", "2027-02-01"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("QUARANTINED"));
  REQUIRE(node.protection.canned_Shield.asked.size() == 1);
  CHECK(node.protection.canned_Shield.asked[0].reason() == "REFUGE");
  CHECK(node.protection.canned_Shield.asked[0].review_by() == "2027-02-01");
  node.Write("why.json", R"({"reason": "honour-based-abuse"})");
  CHECK(node.Run({"child", "shield", "--case", "8841", "--file", "@why.json"}).exit ==
        ExitCode::kOk);
  CHECK(node.protection.canned_Shield.asked[1].reason() == "HONOUR_BASED_ABUSE");
  CHECK(node.protection.canned_Shield.asked[1].review_by().empty());
  CHECK(node.Run({"child", "shield", "--case", "8841", "--reason", "refuge"}).exit ==
        ExitCode::kUsage);
  CHECK(node.Run({"child", "shield", "--case", "8841"}, {"whim", ""}).exit == ExitCode::kUsage);
  CHECK(node.protection.canned_Shield.asked.size() == 2);
}

TEST_CASE("ending a shield is asked for and says who decides") {
  FakeNode node;
  node.protection.canned_RequestUnshield.reply.set_number(21);
  node.protection.canned_RequestUnshield.reply.set_due_ms(kTestNowMs);
  const Ran ran = node.Run({"child", "unshield", "--case", "8841"}, {"moved-to-safety"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK(ran.Says("stays shielded until a second person decides"));
  CHECK(ran.Says("signpost desk decide 21"));
  CHECK(node.protection.canned_RequestUnshield.asked[0].reason() == "MOVED_TO_SAFETY");
}

TEST_CASE("what is for ever is agreed to by a typed word") {
  FakeNode node;
  CHECK(node.Run({"child", "separate", "--case", "1", "--other-case", "2"}, {"yes"}).exit ==
        ExitCode::kInterrupted);
  CHECK(node.Run({"child", "merge", "--case", "1", "--other-case", "2"}, {""}).exit ==
        ExitCode::kInterrupted);
  CHECK(node.Run({"child", "confirm-shields"}, {"y"}).exit == ExitCode::kInterrupted);
  CHECK(node.Run({"user", "remove", "practitioner/ab12"}, {"y"}).exit == ExitCode::kInterrupted);
  CHECK(node.protection.canned_Separate.asked.empty());
  CHECK(node.protection.canned_DecideDuplicate.asked.empty());
  CHECK(node.protection.canned_ConfirmShields.asked.empty());
  CHECK(node.users.canned_RemoveUser.asked.empty());
  CHECK(node.Run({"child", "separate", "--case", "1", "--other-case", "2"}, {"separate"}).exit ==
        ExitCode::kOk);
  CHECK(node.protection.canned_Separate.asked[0].other_case_reference() == "2");
  CHECK(node.Run({"child", "confirm-shields", "--yes"}).Complains("own list"));
  CHECK(node.protection.canned_ConfirmShields.asked.size() == 1);
}

TEST_CASE("duplicates are listed and decided and separated ones are refused with exit 5") {
  FakeNode node;
  node.protection.canned_ListDuplicates.items = {Pair()};
  const Ran listed = node.Run({"child", "duplicates"});
  CHECK(listed.Says("ONE IS SHIELDED"));
  CHECK(node.Run({"child", "merge", "--case", "8841", "--other-case", "9002", "--yes"})
            .Says("9002 is superseded"));
  CHECK(node.protection.canned_DecideDuplicate.asked[0].decision() == v1::MERGE);
  CHECK(node.Run({"child", "different", "--case", "8841", "--other-case", "9002"}).exit ==
        ExitCode::kOk);
  CHECK(node.protection.canned_DecideDuplicate.asked[1].decision() == v1::DIFFERENT);
  node.protection.canned_DecideDuplicate.status =
      Failure(absl::StatusCode::kFailedPrecondition, "SEPARATED");
  const Ran ran = node.Run({"child", "merge", "--case", "1", "--other-case", "2", "--yes"});
  CHECK(ran.exit == ExitCode::kNotPermitted);
  CHECK(ran.Complains("never be linked"));
}

TEST_CASE("duplicates and an explanation and a history read as in the golden files") {
  CheckGolden("duplicates.txt", DuplicatesText({Pair()}, false));
  CheckGolden("duplicates_plain.txt", DuplicatesText({Pair()}, true));
  JsonWriter pairs;
  WriteDuplicates(pairs, {Pair()});
  CheckGolden("duplicates.json", pairs.Take());
  CheckGolden("explanation.txt", ExplanationText(Explained(), false));
  CheckGolden("explanation_plain.txt", ExplanationText(Explained(), true));
  JsonWriter explanation;
  WriteExplanation(explanation, Explained());
  CheckGolden("explanation.json", explanation.Take());
  v1::ChildVersion version;
  version.set_revision(2);
  version.set_until_ms(kTestNowMs);
  version.set_case_reference("9002");
  version.mutable_details()->add_names()->set_family("Example");
  CheckGolden("history.txt", HistoryText({version}));
  JsonWriter history;
  WriteHistory(history, {version});
  CheckGolden("history.json", history.Take());
}

TEST_CASE("an explanation needs the details of a child and shows none of them") {
  FakeNode node;
  node.records.canned_ExplainMatch.reply = Explained();
  node.Write("q.json", R"({"child": {"names": [{"given": "Amy", "family": "Example"}]}})");
  const Ran ran = node.Run({"child", "explain", "--case", "8841", "--question-file", "@q.json"});
  CHECK(ran.exit == ExitCode::kOk);
  CHECK_FALSE(ran.Says("Amy"));
  CHECK(node.records.canned_ExplainMatch.asked[0].details().names(0).given() == "Amy");
  node.Write("q.json", R"({"case": "8841"})");
  CHECK(node.Run({"child", "explain", "--case", "8841", "--question-file", "@q.json"}).exit ==
        ExitCode::kUsage);
  CHECK(node.records.canned_ExplainMatch.asked.size() == 1);
}

TEST_CASE("consent is given by somebody on a day and withdrawn on a day") {
  FakeNode node;
  node.records.canned_SetConsent.reply.set_changed(true);
  const std::vector<std::string> words = {"involvement", "consent",     "--case",
                                          "8841",        "--reference", "i1"};
  const auto with = [&](std::vector<std::string> more, std::deque<std::string> typed = {}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more.begin(), more.end());
    return node.Run(all, std::move(typed));
  };
  CHECK(with({"--given-on", "2026-11-20"}, {"B. Example, mother"}).exit == ExitCode::kOk);
  CHECK(node.records.canned_SetConsent.asked[0].given_by() == "B. Example, mother");
  CHECK(with({"--withdrawn-on", "2026-11-21"}).Says("without consent"));
  CHECK(node.records.canned_SetConsent.asked[1].withdrawn_on() == "2026-11-21");
  CHECK(with({"--given-on", "2026-11-20"}, {""}).exit == ExitCode::kUsage);
  CHECK(with({}).exit == ExitCode::kUsage);
  CHECK(with({"--given-on", "2026-11-20", "--withdrawn-on", "2026-11-21"}).exit ==
        ExitCode::kUsage);
  CHECK(with({"--withdrawn-on", "2026-11-31"}).exit == ExitCode::kUsage);
  CHECK(node.records.canned_SetConsent.asked.size() == 2);
}

TEST_CASE("an involvement is renewed and an unknown one is refused by both references") {
  FakeNode node;
  CHECK(node.Run({"involvement", "renew", "--case", "8841", "--reference", "i1", "--review-by",
                  "2027-05-01"})
            .exit == ExitCode::kOk);
  CHECK(node.records.canned_RenewInvolvement.asked[0].review_by() == "2027-05-01");
  node.records.canned_RenewInvolvement.status =
      Failure(absl::StatusCode::kNotFound, "NO_SUCH_CASE");
  CHECK(node.Run({"involvement", "renew", "--case", "8841", "--reference", "i1"})
            .Complains("check both references"));
}

TEST_CASE("prompts for a sensitive involvement ask for consent and others do not") {
  ScriptedPrompter prompter({"mental-health", "", "", "", "", "", "", "", "", "2026-01-05", "", "",
                             "B. Example", "2026-01-06"});
  v1::Involvement involvement;
  REQUIRE(PromptForInvolvement(prompter, involvement).ok());
  CHECK(involvement.consent().given_by() == "B. Example");
  CHECK(involvement.consent().given_on() == "2026-01-06");
  ScriptedPrompter ordinary({"early-help", "", "", "", "", "", "", "", "", "2026-01-05", "", ""});
  v1::Involvement early_help;
  REQUIRE(PromptForInvolvement(ordinary, early_help).ok());
  CHECK_FALSE(early_help.has_consent());
}

TEST_CASE("users read as in the golden files and an expired one says so") {
  CheckGolden("users.txt", UsersText(Users(), "2026-11-23", false));
  CheckGolden("users_plain.txt", UsersText(Users(), "2026-11-23", true));
  JsonWriter json;
  WriteUsers(json, Users());
  CheckGolden("users.json", json.Take());
  CHECK(UsersText(Users(), "2026-11-22", false).find("EXPIRED") == std::string::npos);
}

TEST_CASE("a user is added when new and changed when there and named never in argv") {
  FakeNode node;
  node.users.canned_ListUsers.items = Users();
  node.Write("user.json", R"({"name": "E. Example", "roles": ["early-help-worker"],
                              "expires_on": "2027-01-31"})");
  CHECK(node.Run({"user", "add", "practitioner/ef56", "--file", "@user.json"}).exit ==
        ExitCode::kOk);
  REQUIRE(node.users.canned_PutUser.asked.size() == 1);
  const v1::User& added = node.users.canned_PutUser.asked[0].user();
  CHECK(added.id() == "practitioner/ef56");
  CHECK(added.roles(0) == "EARLY_HELP_WORKER");
  CHECK(added.expires_on() == "2027-01-31");
  CHECK(node.Run({"user", "add", "practitioner/ab12", "--file", "@user.json"}).exit ==
        ExitCode::kUsage);
  CHECK(node.Run({"user", "change", "practitioner/zz99", "--file", "@user.json"}).exit ==
        ExitCode::kUsage);
  // A removed one may be added again.
  CHECK(node.Run({"user", "add", "practitioner/cd34", "--file", "@user.json"}).exit ==
        ExitCode::kOk);
  CHECK(node.Run({"user", "change", "practitioner/ab12"}, {"", "", "-", "social-worker", "", ""})
            .exit == ExitCode::kOk);
  const v1::User& changed = node.users.canned_PutUser.asked.back().user();
  CHECK(changed.name() == "A. Example");
  CHECK(changed.telephone().empty());
  REQUIRE(changed.roles_size() == 1);
  CHECK(changed.expires_on() == "2026-11-22");
  CHECK(node.Run({"user", "add", "E. Example"}).exit == ExitCode::kUsage);
}

TEST_CASE("what the node refuses of a user is said with what to do") {
  FakeNode node;
  node.Write("user.json", R"({"name": "E. Example", "roles": ["node-admin", "privacy-officer"]})");
  node.users.canned_PutUser.status = Failure(absl::StatusCode::kInvalidArgument, "DETAILS");
  const Ran both = node.Run({"user", "add", "practitioner/ef56", "--file", "@user.json"});
  CHECK(both.exit == ExitCode::kUsage);
  CHECK(both.Complains("nobody is both node-admin and privacy-officer"));
  node.Write("wrong.json", R"({"name": "E. Example", "roles": ["wizard"]})");
  CHECK(node.Run({"user", "add", "practitioner/ef56", "--file", "@wrong.json"})
            .Complains("roles holds a word"));
  node.users.canned_RemoveUser.status =
      Failure(absl::StatusCode::kFailedPrecondition, "LAST_ADMIN");
  const Ran last = node.Run({"user", "remove", "practitioner/admin", "--yes"});
  CHECK(last.exit == ExitCode::kNotPermitted);
  CHECK(last.Complains("add another administrator first"));
}

}  // namespace signpost::cli
