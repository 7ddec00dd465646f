#include "node/rules/asking.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

TEST_CASE("Who has a row in the table may ask and who has none may not") {
  const DisclosureTable table = DefaultTable();
  CHECK(JudgeAsk(table, Enquiry()) == AskRefusal::kNone);
  CHECK(JudgeAsk(table, Asking(v1::EDUCATION_WORKER, v1::S47_ENQUIRY)) ==
        AskRefusal::kPurposeNotForRole);
  CHECK(JudgeAsk(table, Asking(v1::DATA_MANAGER, v1::MASH_TRIAGE)) ==
        AskRefusal::kPurposeNotForRole);
  CHECK(JudgeAsk(table, Asking(v1::DATA_MANAGER, v1::DATA_QUALITY)) == AskRefusal::kNone);
}

TEST_CASE("A privacy officer and an administrator never ask whatever a table says") {
  v1::Policy policy;
  for (const v1::Role role : {v1::PRIVACY_OFFICER, v1::NODE_ADMIN}) {
    v1::DisclosureRule* rule = policy.add_rules();
    rule->set_role(role);
    rule->set_purpose(v1::S47_ENQUIRY);
    rule->set_ordinary(v1::TELL_SERVICE);
  }
  const DisclosureTable table = DisclosureTable::Of(policy);
  CHECK(JudgeAsk(table, Asking(v1::PRIVACY_OFFICER, v1::S47_ENQUIRY)) ==
        AskRefusal::kRoleMayNotAsk);
  CHECK(JudgeAsk(table, Asking(v1::NODE_ADMIN, v1::S47_ENQUIRY)) == AskRefusal::kRoleMayNotAsk);
}

TEST_CASE("A purpose or role that is not known is refused") {
  const DisclosureTable table = DefaultTable();
  const auto judge = [&](int role, int purpose) {
    return JudgeAsk(table, Asking(static_cast<v1::Role>(role), static_cast<v1::Purpose>(purpose)));
  };
  CHECK(judge(v1::SOCIAL_WORKER, 0) == AskRefusal::kUnknownPurpose);
  CHECK(judge(v1::SOCIAL_WORKER, 13) == AskRefusal::kUnknownPurpose);
  CHECK(judge(v1::SOCIAL_WORKER, -1) == AskRefusal::kUnknownPurpose);
  CHECK(judge(0, v1::S47_ENQUIRY) == AskRefusal::kUnknownRole);
  CHECK(judge(11, v1::S47_ENQUIRY) == AskRefusal::kUnknownRole);
  CHECK(judge(1'000'000, v1::S47_ENQUIRY) == AskRefusal::kUnknownRole);
}

TEST_CASE("Another purpose needs its text and the service test has no canaries yet") {
  AskContext context = Asking(v1::SOCIAL_WORKER, v1::OTHER_PURPOSE);
  CHECK(JudgeAsk(DefaultTable(), context) == AskRefusal::kNone);
  context.has_purpose_text = false;
  CHECK(JudgeAsk(DefaultTable(), context) == AskRefusal::kPurposeNeedsText);
  CHECK(JudgeAsk(DefaultTable(), Asking(v1::SOCIAL_WORKER, v1::SERVICE_TEST)) ==
        AskRefusal::kServiceTest);
}

TEST_CASE("A node that does not know the policy's format answers nobody") {
  v1::Policy policy;
  policy.set_format(kPolicyFormat + 1);
  const DisclosureTable table = DisclosureTable::Of(policy);
  for (int role = 0; role <= v1::Role_MAX; ++role) {
    for (int purpose = 0; purpose <= v1::Purpose_MAX; ++purpose) {
      const AskContext context =
          Asking(static_cast<v1::Role>(role), static_cast<v1::Purpose>(purpose));
      REQUIRE(JudgeAsk(table, context) == AskRefusal::kPolicyUnknown);
      REQUIRE_FALSE(JudgeRecord(Held({Involved(v1::EARLY_HELP)}), context, table, Today()).claims);
    }
  }
}

TEST_CASE("The glass is broken only by a role that may for a purpose that may") {
  const DisclosureTable table = DefaultTable();
  CHECK(JudgeAsk(table, EnquiryWithBrokenGlass()) == AskRefusal::kNone);
  CHECK(JudgeAsk(table, Asking(v1::SOCIAL_WORKER, v1::MASH_TRIAGE, true)) ==
        AskRefusal::kMayNotBreakGlass);
  CHECK(JudgeAsk(table, Asking(v1::EDUCATION_WORKER, v1::MISSING_CHILD, true)) ==
        AskRefusal::kMayNotBreakGlass);
}

TEST_CASE("Only a desk asks on behalf of somebody else") {
  AskContext context = Asking(v1::DESK_WORKER, v1::S47_ENQUIRY);
  context.mediated = true;
  CHECK(JudgeAsk(DefaultTable(), context) == AskRefusal::kNone);
  context.role = v1::SOCIAL_WORKER;
  CHECK(JudgeAsk(DefaultTable(), context) == AskRefusal::kMayNotMediate);
}

TEST_CASE("An own shielded or quarantined child is asked about by the approved desk alone") {
  AskContext desk = Asking(v1::DESK_WORKER, v1::S47_ENQUIRY);
  AskContext worker = Enquiry();
  for (const ChildFlags& flags : {Shielded(), Quarantined()}) {
    CHECK(JudgeAskAboutOwn(flags, desk) == AskRefusal::kDeskOnly);
    CHECK(JudgeAskAboutOwn(flags, worker) == AskRefusal::kDeskOnly);
    desk.approved_own = worker.approved_own = true;
    CHECK(JudgeAskAboutOwn(flags, desk) == AskRefusal::kNone);
    CHECK(JudgeAskAboutOwn(flags, worker) == AskRefusal::kDeskOnly);
    desk.approved_own = worker.approved_own = false;
  }
}

TEST_CASE("An own record that is separated or ordinary may be asked about") {
  CHECK(JudgeAskAboutOwn(Separated(), Enquiry()) == AskRefusal::kNone);
  CHECK(JudgeAskAboutOwn(ChildFlags(), Enquiry()) == AskRefusal::kNone);
}

TEST_CASE("What an intro says of who asks and why is read as it stands") {
  v1::Intro intro;
  intro.set_role(v1::DESK_WORKER);
  intro.set_purpose(v1::OTHER_PURPOSE);
  intro.set_purpose_text(" \t\r\n ");
  intro.set_break_glass_reason("  ");
  AskContext context = ContextOf(intro);
  CHECK(context.role == v1::DESK_WORKER);
  CHECK(context.purpose == v1::OTHER_PURPOSE);
  CHECK_FALSE(context.has_purpose_text);
  CHECK_FALSE(context.breaks_glass);
  CHECK_FALSE(context.mediated);
  intro.set_purpose_text("court");
  intro.set_break_glass_reason("child in danger now");
  intro.set_on_behalf_of("PC Example");
  context = ContextOf(intro);
  CHECK(context.has_purpose_text);
  CHECK(context.breaks_glass);
  CHECK(context.mediated);
}

TEST_CASE("No wire carries an approval to ask about an own protected child") {
  v1::Intro intro;
  intro.set_role(v1::DESK_WORKER);
  intro.set_person("approved_own");
  intro.set_lawful_basis("approval_reference 7");
  CHECK_FALSE(ContextOf(intro).approved_own);
}

TEST_CASE("Every refusal has a name of its own and none has no name") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(AskRefusal::kMayNotMediate); ++i) {
    names.insert(AskRefusalName(static_cast<AskRefusal>(i)));
  }
  CHECK(names.size() == static_cast<size_t>(AskRefusal::kMayNotMediate) + 1);
  CHECK(AskRefusalName(AskRefusal::kNone).empty());
  CHECK(names.count("UNKNOWN") == 0);
}

}  // namespace
}  // namespace signpost::node
