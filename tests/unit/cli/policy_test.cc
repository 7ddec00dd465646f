// The disclosure policy as officers and practitioners read it.
#include <catch2/catch.hpp>

#include "cli/officer_changes.h"
#include "cli/policy_words.h"
#include "proto/directory/disclosure.h"
#include "tests/unit/cli/support.h"

namespace signpost::cli {
namespace {

using Lines = std::vector<std::string>;

v1::Policy Written() {
  v1::Policy policy = DefaultPolicy();
  policy.set_version(3);
  return policy;
}

v1::DisclosureRule& RuleOf(v1::Policy& policy, v1::Role role, v1::Purpose purpose) {
  for (v1::DisclosureRule& rule : *policy.mutable_rules()) {
    if (rule.role() == role && rule.purpose() == purpose) return rule;
  }
  FAIL("no such rule");
  return *policy.add_rules();
}

std::string JsonOf(const v1::Policy& policy) {
  JsonWriter json;
  WritePolicy(json, policy, "the default");
  return json.Take();
}

}  // namespace

TEST_CASE("the default policy reads as in the golden text and JSON") {
  CheckGolden("policy.txt", PolicyText(DefaultPolicy(), "the default"));
  CheckGolden("policy.json", JsonOf(DefaultPolicy()));
}

TEST_CASE("a policy without rules reads like the default table") {
  v1::Policy empty;
  empty.set_version(7);
  const std::string text = PolicyText(empty, "of directory 9");
  CHECK(text.find("Policy 7, of directory 9 (the default table).") == 0);
  const std::string whole = PolicyText(DefaultPolicy(), "the default");
  CHECK(text.substr(text.find("\n\n")) == whole.substr(whole.find("\n\n")));
}

TEST_CASE("what one role may be told for one purpose is said in sentences") {
  CheckGolden("policy_check.txt",
              PolicyCheckText(DefaultPolicy(), v1::SOCIAL_WORKER, v1::S47_ENQUIRY));
  CheckGolden("policy_check_refused.txt",
              PolicyCheckText(DefaultPolicy(), v1::EDUCATION_WORKER, v1::S47_ENQUIRY));
  CHECK(PolicyCheckText(DefaultPolicy(), v1::NODE_ADMIN, v1::S47_ENQUIRY)
            .find("nobody; ask a colleague") != std::string::npos);
  JsonWriter json;
  WritePolicyCheck(json, DefaultPolicy(), v1::SOCIAL_WORKER, v1::S47_ENQUIRY);
  CheckGolden("policy_check.json", json.Take());
}

TEST_CASE("a policy of a form this program does not know is said to answer nothing") {
  v1::Policy policy = Written();
  policy.set_format(kPolicyFormat + 1);
  for (const std::string& text :
       {PolicyText(policy, "x"), PolicyCheckText(policy, v1::SOCIAL_WORKER, v1::S47_ENQUIRY)}) {
    CHECK(text.find("no question is asked and none is answered") != std::string::npos);
    CHECK(text.find("telephone") == std::string::npos);
  }
  CHECK(JsonOf(policy).find("\"form\": \"unknown\"") != std::string::npos);
}

TEST_CASE("a cell that loosens a law is shown as nodes obey it") {
  v1::Policy policy = Written();
  RuleOf(policy, v1::SOCIAL_WORKER, v1::S47_ENQUIRY).set_broken_glass(v1::TELL_SERVICE);
  CHECK(PolicyText(policy, "x") == PolicyText(Written(), "x"));
}

TEST_CASE("every changed rule is a sentence") {
  v1::Policy before = Written();
  v1::Policy after = before;
  after.set_version(4);
  after.set_look_back_months(24);
  RuleOf(after, v1::SOCIAL_WORKER, v1::S47_ENQUIRY).set_sensitive_without_consent(v1::TELL_NOTHING);
  RuleOf(after, v1::SOCIAL_WORKER, v1::MISSING_CHILD).set_ordinary(v1::TELL_DESK);
  v1::DisclosureRule& added = *after.add_rules();
  added.set_role(v1::EDUCATION_WORKER);
  added.set_purpose(v1::S47_ENQUIRY);
  added.set_ordinary(v1::TELL_DESK);
  const auto lines = DescribePolicyChanges(before, after);
  REQUIRE(lines);
  CHECK(*lines ==
        Lines{"Policy: version 3 becomes 4",
              "Policy: ended involvements are told of for 24 months instead of 12",
              "Policy: social worker for s47-enquiry: sensitive without consent: the desk only "
              "becomes nothing",
              "Policy: education worker for s47-enquiry may now ask; ordinary: the desk only; "
              "sensitive with consent: nothing; sensitive without consent: nothing; shielded, "
              "glass broken: nothing",
              "Policy: social worker for missing-child: ordinary: service, person, telephone "
              "becomes the desk only"});
}

TEST_CASE("a rule that is taken away is a sentence") {
  const v1::Policy before = Written();
  v1::Policy after = before;
  REQUIRE(after.rules(0).purpose() == v1::S47_ENQUIRY);
  after.mutable_rules()->DeleteSubrange(0, 1);
  const auto lines = DescribePolicyChanges(before, after);
  REQUIRE(lines);
  CHECK(*lines == Lines{"Policy: social worker for s47-enquiry may no longer ask"});
}

TEST_CASE("a first policy is told against the default that was in force") {
  v1::Policy after = DefaultPolicy();
  after.set_version(1);
  after.set_format(0);
  CHECK(*DescribePolicyChanges(v1::Policy(), after) ==
        Lines{"Policy: version 0 becomes 1",
              "Policy: its rows are written differently; what they tell is the same"});
  CHECK(DescribePolicyChanges(after, after)->empty());
}

TEST_CASE("what cannot be vouched for is shown field by field before signing") {
  v1::Directory before;
  *before.mutable_policy() = Written();
  v1::Directory after = before;
  v1::DisclosureRule& rule = *after.mutable_policy()->add_rules();
  rule = after.policy().rules(0);
  rule.set_ordinary(v1::TELL_NOTHING);
  CHECK_FALSE(DescribePolicyChanges(before.policy(), after.policy()));
  const Lines lines = DescribeChanges(&before, after);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("added: policy.rules") != std::string::npos);
}

}  // namespace signpost::cli
