#include "proto/directory/disclosure.h"

#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <string>

#include "tests/unit/directory/fixture.h"

namespace signpost {
namespace {

v1::Policy OneRow(v1::Disclosure ordinary, v1::Disclosure with, v1::Disclosure without,
                  v1::Disclosure glass) {
  v1::Policy policy;
  policy.set_version(7);
  v1::DisclosureRule* rule = policy.add_rules();
  rule->set_role(v1::SOCIAL_WORKER);
  rule->set_purpose(v1::S47_ENQUIRY);
  rule->set_ordinary(ordinary);
  rule->set_sensitive_with_consent(with);
  rule->set_sensitive_without_consent(without);
  rule->set_broken_glass(glass);
  return policy;
}

v1::Policy PlainRow() {
  return OneRow(v1::TELL_SERVICE, v1::TELL_MASKED, v1::TELL_DESK, v1::TELL_DESK);
}

std::string Problems(const std::function<void(v1::Policy&)>& change) {
  v1::Policy policy = PlainRow();
  change(policy);
  const absl::Status status = CheckPolicy(policy);
  CHECK((status.ok() || status.code() == absl::StatusCode::kInvalidArgument));
  return std::string(status.message());
}

bool Names(const std::string& problems, const std::string& problem) {
  return problems.rfind("BAD_POLICY", 0) == 0 && problems.find(problem) != std::string::npos;
}

std::set<v1::Role> RolesFor(v1::Purpose purpose) {
  const DisclosureTable table = DisclosureTable::Of({});
  std::set<v1::Role> roles;
  for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
    const auto named = static_cast<v1::Role>(role);
    if (table.Find(named, purpose) != nullptr) roles.insert(named);
  }
  return roles;
}

const std::set<v1::Role> kPractitioners = {
    v1::SOCIAL_WORKER,    v1::EARLY_HELP_WORKER,     v1::HEALTH_WORKER, v1::POLICE_OFFICER,
    v1::EDUCATION_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};

TEST_CASE("The default table passes its own check and every law") {
  CHECK(CheckPolicy(DefaultPolicy()).ok());
  CHECK(DisclosureTable::Of(DefaultPolicy()).known());
}

TEST_CASE("The default table lets each role ask for what its work needs") {
  CHECK(RolesFor(v1::S47_ENQUIRY) ==
        std::set<v1::Role>{v1::SOCIAL_WORKER, v1::POLICE_OFFICER, v1::HEALTH_WORKER,
                           v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER});
  CHECK(RolesFor(v1::S17_ASSESSMENT) ==
        std::set<v1::Role>{v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER, v1::HEALTH_WORKER,
                           v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER});
  CHECK(RolesFor(v1::MASH_TRIAGE) == kPractitioners);
  CHECK(RolesFor(v1::EMERGENCY_CARE) == RolesFor(v1::S47_ENQUIRY));
  CHECK(RolesFor(v1::EMERGENCY_DUTY_PURPOSE) ==
        std::set<v1::Role>{v1::SOCIAL_WORKER, v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER});
  CHECK(RolesFor(v1::MISSING_CHILD) == kPractitioners);
  CHECK(RolesFor(v1::COURT_PROCEEDINGS) == std::set<v1::Role>{v1::SOCIAL_WORKER, v1::DESK_WORKER});
  CHECK(RolesFor(v1::TRANSFER_IN) == std::set<v1::Role>{v1::SOCIAL_WORKER, v1::EARLY_HELP_WORKER,
                                                        v1::HEALTH_WORKER, v1::EDUCATION_WORKER,
                                                        v1::DESK_WORKER});
  CHECK(RolesFor(v1::CHILD_DEATH_REVIEW) == std::set<v1::Role>{v1::SOCIAL_WORKER, v1::HEALTH_WORKER,
                                                               v1::POLICE_OFFICER,
                                                               v1::DESK_WORKER});
  CHECK(RolesFor(v1::DATA_QUALITY) == std::set<v1::Role>{v1::DATA_MANAGER, v1::DESK_WORKER});
  CHECK(RolesFor(v1::OTHER_PURPOSE) == kPractitioners);
  CHECK(RolesFor(v1::SERVICE_TEST).empty());
}

TEST_CASE("The default table names services except for the quality of data") {
  const DisclosureTable table = DisclosureTable::Of({});
  const std::set<v1::Purpose> unmasked = {v1::DATA_QUALITY, v1::OTHER_PURPOSE,
                                          v1::CHILD_DEATH_REVIEW};
  const v1::Policy policy = DefaultPolicy();
  for (const v1::DisclosureRule& rule : policy.rules()) {
    const DisclosureCells* cells = table.Find(rule.role(), rule.purpose());
    REQUIRE(cells != nullptr);
    CHECK(cells->ordinary ==
          (rule.purpose() == v1::DATA_QUALITY ? v1::TELL_DESK : v1::TELL_SERVICE));
    CHECK(cells->sensitive_with_consent ==
          (unmasked.count(rule.purpose()) > 0 ? v1::TELL_NOTHING : v1::TELL_MASKED));
    CHECK(cells->sensitive_without_consent ==
          (rule.purpose() == v1::S47_ENQUIRY ? v1::TELL_DESK : v1::TELL_NOTHING));
  }
}

TEST_CASE("The default table lets five roles break the glass for four purposes") {
  const std::set<v1::Purpose> purposes = {v1::S47_ENQUIRY, v1::EMERGENCY_CARE,
                                          v1::EMERGENCY_DUTY_PURPOSE, v1::MISSING_CHILD};
  const std::set<v1::Role> roles = {v1::SOCIAL_WORKER, v1::POLICE_OFFICER, v1::HEALTH_WORKER,
                                    v1::EMERGENCY_DUTY_WORKER, v1::DESK_WORKER};
  const DisclosureTable table = DisclosureTable::Of({});
  const v1::Policy policy = DefaultPolicy();
  for (const v1::DisclosureRule& rule : policy.rules()) {
    CHECK(table.Find(rule.role(), rule.purpose())->MayBreakGlass() ==
          (purposes.count(rule.purpose()) > 0 && roles.count(rule.role()) > 0));
  }
}

TEST_CASE("A policy without rules means the default table under its own version") {
  v1::Policy policy;
  policy.set_version(12);
  const DisclosureTable table = DisclosureTable::Of(policy);
  CHECK(table.known());
  CHECK(table.version() == 12);
  CHECK(table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY) != nullptr);
}

TEST_CASE("A policy with rules has those and no others") {
  const DisclosureTable table = DisclosureTable::Of(PlainRow());
  CHECK(table.version() == 7);
  CHECK(table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY)->ordinary == v1::TELL_SERVICE);
  CHECK(table.Find(v1::SOCIAL_WORKER, v1::MASH_TRIAGE) == nullptr);
  CHECK(table.Find(v1::HEALTH_WORKER, v1::S47_ENQUIRY) == nullptr);
}

TEST_CASE("A policy of a format this program does not know is no table at all") {
  v1::Policy policy = PlainRow();
  policy.set_format(kPolicyFormat + 1);
  const DisclosureTable table = DisclosureTable::Of(policy);
  CHECK_FALSE(table.known());
  CHECK(table.version() == 7);
  CHECK(table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY) == nullptr);
  CHECK(Names(CheckPolicy(policy).ToString().substr(18), "format 2 is not known"));
}

TEST_CASE("No table makes a cell say more than the laws allow") {
  const DisclosureTable table = DisclosureTable::Of(
      OneRow(v1::TELL_SERVICE, v1::TELL_SERVICE, v1::TELL_SERVICE, v1::TELL_SERVICE));
  const DisclosureCells* cells = table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY);
  REQUIRE(cells != nullptr);
  CHECK(cells->ordinary == v1::TELL_SERVICE);
  CHECK(cells->sensitive_with_consent == v1::TELL_MASKED);
  CHECK(cells->sensitive_without_consent == v1::TELL_DESK);
  CHECK(cells->broken_glass == v1::TELL_DESK);
}

TEST_CASE("A disclosure that is not known tells nothing") {
  for (const int value : {0, 5, 99, -1}) {
    const auto strange = static_cast<v1::Disclosure>(value);
    const DisclosureTable table = DisclosureTable::Of(OneRow(strange, strange, strange, strange));
    const DisclosureCells* cells = table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY);
    REQUIRE(cells != nullptr);
    CHECK(cells->ordinary == v1::TELL_NOTHING);
    CHECK(cells->sensitive_with_consent == v1::TELL_NOTHING);
    CHECK(cells->sensitive_without_consent == v1::TELL_NOTHING);
    CHECK(cells->broken_glass == v1::TELL_NOTHING);
  }
}

TEST_CASE("Rows for those who never ask and for canaries and for unknown values do not count") {
  const auto found = [](int role, int purpose) {
    v1::Policy policy = PlainRow();
    policy.mutable_rules(0)->set_role(static_cast<v1::Role>(role));
    policy.mutable_rules(0)->set_purpose(static_cast<v1::Purpose>(purpose));
    return DisclosureTable::Of(policy).Find(static_cast<v1::Role>(role),
                                            static_cast<v1::Purpose>(purpose)) != nullptr;
  };
  CHECK(found(v1::DESK_WORKER, v1::S47_ENQUIRY));
  CHECK_FALSE(found(v1::PRIVACY_OFFICER, v1::S47_ENQUIRY));
  CHECK_FALSE(found(v1::NODE_ADMIN, v1::S47_ENQUIRY));
  CHECK_FALSE(found(v1::SOCIAL_WORKER, v1::SERVICE_TEST));
  CHECK_FALSE(found(v1::ROLE_UNSPECIFIED, v1::S47_ENQUIRY));
  CHECK_FALSE(found(v1::SOCIAL_WORKER, v1::PURPOSE_UNSPECIFIED));
  CHECK_FALSE(found(77, v1::S47_ENQUIRY));
  CHECK_FALSE(found(v1::SOCIAL_WORKER, 77));
}

TEST_CASE("Of a repeated row only what both allow is told") {
  v1::Policy policy = PlainRow();
  *policy.add_rules() =
      OneRow(v1::TELL_DESK, v1::TELL_MASKED, v1::TELL_NOTHING, v1::TELL_DESK).rules(0);
  const DisclosureTable table = DisclosureTable::Of(policy);
  const DisclosureCells* cells = table.Find(v1::SOCIAL_WORKER, v1::S47_ENQUIRY);
  CHECK(cells->ordinary == v1::TELL_DESK);
  CHECK(cells->sensitive_with_consent == v1::TELL_MASKED);
  CHECK(cells->sensitive_without_consent == v1::TELL_NOTHING);
  CHECK(cells->broken_glass == v1::TELL_DESK);
}

TEST_CASE("A policy that loosens a law or holds what is not known is refused by row and cell") {
  CHECK(Problems([](auto&) {}).empty());
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->set_role(v1::NODE_ADMIN); }),
              "NODE_ADMIN for S47_ENQUIRY: this role never asks"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->set_role(v1::PRIVACY_OFFICER); }),
              "never asks"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->set_role(static_cast<v1::Role>(50)); }),
              "50 for S47_ENQUIRY: the role is not known"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->clear_role(); }), "role is not known"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->clear_purpose(); }),
              "purpose is not known"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->set_purpose(v1::SERVICE_TEST); }),
              "canaries"));
  CHECK(Names(Problems([](auto& p) { *p.add_rules() = p.rules(0); }), "stands twice"));
  CHECK(Names(
      Problems([](auto& p) { p.mutable_rules(0)->set_sensitive_with_consent(v1::TELL_SERVICE); }),
      "sensitive_with_consent may be at most TELL_MASKED"));
  CHECK(Names(
      Problems([](auto& p) { p.mutable_rules(0)->set_sensitive_without_consent(v1::TELL_MASKED); }),
      "sensitive_without_consent may be at most TELL_DESK"));
  CHECK(Names(Problems([](auto& p) { p.mutable_rules(0)->set_broken_glass(v1::TELL_MASKED); }),
              "broken_glass may be at most TELL_DESK"));
  CHECK(Names(
      Problems([](auto& p) { p.mutable_rules(0)->set_ordinary(static_cast<v1::Disclosure>(9)); }),
      "ordinary holds a disclosure that is not known"));
  CHECK(Names(Problems([](auto& p) { p.set_look_back_months(121); }), "look_back_months"));
  CHECK(Names(Problems([](auto& p) { p.set_version(65536); }), "version"));
  CHECK(Names(Problems([](auto& p) {
                while (p.rules_size() < 257) *p.add_rules() = p.rules(0);
              }),
              "more than 256 rules"));
}

TEST_CASE("Every problem of a policy is named at once") {
  const std::string problems = Problems([](auto& p) {
    p.set_look_back_months(500);
    p.mutable_rules(0)->set_broken_glass(v1::TELL_SERVICE);
    p.mutable_rules(0)->set_role(v1::NODE_ADMIN);
  });
  CHECK(Names(problems, "look_back_months"));
  CHECK(Names(problems, "broken_glass"));
  CHECK(Names(problems, "never asks"));
}

TEST_CASE("A directory whose policy loosens a law is refused") {
  Federation federation;
  *federation.directory.mutable_policy() = PlainRow();
  const auto verify = [&] {
    return VerifyDirectory(federation.Signed(), federation.anchor, kNowMs).status();
  };
  CHECK(verify().ok());
  federation.directory.mutable_policy()->mutable_rules(0)->set_broken_glass(v1::TELL_SERVICE);
  CHECK(HasReason(verify(), "BAD_POLICY"));
}

TEST_CASE("A directory with a policy of a later format is followed by older programs") {
  Federation federation;
  *federation.directory.mutable_policy() = PlainRow();
  v1::Policy& policy = *federation.directory.mutable_policy();
  policy.set_format(kPolicyFormat + 1);
  policy.set_look_back_months(4000);
  policy.mutable_rules(0)->set_role(static_cast<v1::Role>(88));
  const auto verify = [&] {
    return VerifyDirectory(federation.Signed(), federation.anchor, kNowMs);
  };
  const auto directory = verify();
  REQUIRE(directory.ok());
  CHECK_FALSE(DisclosureTable::Of((*directory)->message().policy()).known());
  policy.set_version(65536);
  CHECK(HasReason(verify().status(), "BAD_POLICY"));
}

}  // namespace
}  // namespace signpost
