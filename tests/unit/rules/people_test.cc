#include "node/rules/people.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "node/rules/desk.h"
#include "proto/base/reason.h"
#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

constexpr char kAnna[] = "spiffe://signpost.example/authority/E08000035/practitioner/anna";
constexpr char kBen[] = "spiffe://signpost.example/authority/E08000035/practitioner/ben";

v1::User Person() {
  v1::User user;
  user.set_id("practitioner/anna");
  user.set_name("Anna Example");
  user.set_organisation("Leeds");
  user.add_roles("SOCIAL_WORKER");
  user.set_telephone("01632 960001");
  user.set_expires_on("2026-12-31");
  return user;
}

v1::User CaseSystem() {
  v1::User user;
  user.set_id("system/cases");
  user.set_name("Case system");
  user.add_roles("DATA_MANAGER");
  user.add_may_assert("SOCIAL_WORKER");
  return user;
}

std::string Problems(v1::User user, const std::function<void(v1::User&)>& change) {
  change(user);
  const absl::Status status = CheckUser(user);
  if (!status.ok()) {
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(DetailsOf(status).reason == reason::kDetails);
  }
  return std::string(status.message());
}

std::string ReasonOf(const absl::Status& status) {
  return status.ok() ? "OK" : DetailsOf(status).reason;
}

TEST_CASE("A user's entry is valid with id and name and known roles") {
  CHECK(CheckUser(Person()).ok());
  CHECK(CheckUser(CaseSystem()).ok());
}

TEST_CASE("Nobody is both administrator and privacy officer") {
  const std::string problems = Problems(Person(), [](auto& u) {
    u.add_roles("NODE_ADMIN");
    u.add_roles("PRIVACY_OFFICER");
  });
  CHECK(problems == "nobody may be both NODE_ADMIN and PRIVACY_OFFICER");
}

TEST_CASE("An administrator is neither of the desk nor a data manager") {
  // Went wrong: who gives out the roles could also be the second person that a shield waits for.
  for (const char* role : {"DESK_WORKER", "DATA_MANAGER"}) {
    const std::string problems = Problems(Person(), [&](auto& u) {
      u.add_roles("NODE_ADMIN");
      u.add_roles(role);
    });
    CHECK(problems == std::string("nobody may be both NODE_ADMIN and ") + role);
  }
}

TEST_CASE("An entry that is wrong is refused by what is wrong") {
  const auto names = [](const std::function<void(v1::User&)>& change, const std::string& problem) {
    return Problems(Person(), change).find(problem) != std::string::npos;
  };
  for (const char* id : {"", "anna", "practitioner/", "practitioner/a b", "practitioner/a/b",
                         "officer/anna", "Practitioner/anna", "system/"}) {
    CHECK(names([&](auto& u) { u.set_id(id); }, "id must be"));
  }
  CHECK(names([](auto& u) { u.set_name(" "); }, "name is missing"));
  CHECK(names([](auto& u) { u.set_name(std::string(121, 'x')); }, "name is longer"));
  CHECK(names([](auto& u) { u.set_organisation(std::string(81, 'x')); }, "organisation"));
  CHECK(names([](auto& u) { u.set_telephone(std::string(31, '1')); }, "telephone"));
  CHECK(names([](auto& u) { u.add_roles("KING"); }, "roles is not known"));
  CHECK(names([](auto& u) { u.add_roles("ROLE_UNSPECIFIED"); }, "roles is not known"));
  CHECK(names([](auto& u) { u.add_may_assert("SOCIAL_WORKER"); }, "for systems only"));
  CHECK(names([](auto& u) { u.set_expires_on("31.12.2026"); }, "expires_on"));
  CHECK(Problems(CaseSystem(), [](auto& u) {
          u.add_may_assert("PRIVACY_OFFICER");
        }).find("never asks") != std::string::npos);
  CHECK(Problems(CaseSystem(), [](auto& u) { u.add_may_assert("KING"); }).find("not known") !=
        std::string::npos);
}

TEST_CASE("A user may act until the last day of the entry and no longer") {
  v1::User user = Person();
  user.set_expires_on(InDays(0));
  CHECK_FALSE(Expired(user, kToday));
  user.set_expires_on(InDays(-1));
  CHECK(Expired(user, kToday));
  user.clear_expires_on();
  CHECK_FALSE(Expired(user, kToday));
  user.set_expires_on("someday");
  CHECK(Expired(user, kToday));
}

TEST_CASE("Roles that are not known give no rights") {
  v1::User user = Person();
  user.add_roles("KING");
  user.add_roles("SOCIAL_WORKER");
  CHECK(RolesOf(user) == std::vector<v1::Role>{v1::SOCIAL_WORKER});
}

TEST_CASE("A system names only persons of the roles it may assert") {
  v1::AssertedPerson asserted;
  asserted.set_name("A. Example");
  asserted.set_role(v1::SOCIAL_WORKER);
  const auto judge = [&](const v1::User& system, const v1::User* listed = nullptr) {
    return ReasonOf(JudgeAssertion(system, asserted, listed, kToday));
  };
  CHECK(judge(CaseSystem()) == "OK");
  CHECK(judge(Person()) == reason::kAssertion);
  v1::User expired = CaseSystem();
  expired.set_expires_on(InDays(-1));
  CHECK(judge(expired) == reason::kAssertion);
  for (const int role : {0, 2, 8, 10, 99}) {
    asserted.set_role(static_cast<v1::Role>(role));
    CHECK(judge(CaseSystem()) == reason::kAssertion);
  }
  asserted.set_role(v1::PRIVACY_OFFICER);
  v1::User greedy = CaseSystem();
  greedy.add_may_assert("PRIVACY_OFFICER");
  CHECK(judge(greedy) == reason::kAssertion);
  asserted.set_role(v1::SOCIAL_WORKER);
  asserted.set_name("  ");
  CHECK(judge(CaseSystem()) == reason::kAssertion);
}

TEST_CASE("A person whom a system names by id must be listed and in date and in the role") {
  v1::AssertedPerson asserted;
  asserted.set_id("practitioner/anna");
  asserted.set_role(v1::SOCIAL_WORKER);
  const auto judge = [&](const v1::User* listed) {
    return ReasonOf(JudgeAssertion(CaseSystem(), asserted, listed, kToday));
  };
  v1::User anna = Person();
  CHECK(judge(&anna) == "OK");
  CHECK(judge(nullptr) == reason::kAssertion);
  anna.set_expires_on(InDays(-1));
  CHECK(judge(&anna) == reason::kAssertion);
  anna = Person();
  anna.set_roles(0, "EARLY_HELP_WORKER");
  CHECK(judge(&anna) == reason::kAssertion);
  anna = Person();
  anna.set_id("practitioner/ben");
  CHECK(judge(&anna) == reason::kAssertion);
  v1::User system = CaseSystem();
  asserted.set_id(system.id());
  system.add_roles("SOCIAL_WORKER");
  CHECK(judge(&system) == reason::kAssertion);
}

TEST_CASE("The desk reads alerts and notices and approvals and others do not") {
  const std::vector<v1::Role> desk = {v1::DESK_WORKER};
  const std::vector<v1::Role> officer = {v1::PRIVACY_OFFICER};
  const std::vector<v1::Role> others = {v1::SOCIAL_WORKER, v1::DATA_MANAGER, v1::NODE_ADMIN};
  for (const v1::DeskView view : {v1::ALERTS, v1::NOTICES, v1::APPROVALS}) {
    CHECK(MayView(view, desk));
    CHECK(MayView(view, officer) == (view == v1::APPROVALS));
    CHECK_FALSE(MayView(view, others));
  }
  CHECK(MayView(v1::REVIEWS, desk));
  CHECK(MayView(v1::REVIEWS, officer));
  CHECK_FALSE(MayView(v1::REVIEWS, others));
  CHECK_FALSE(MayView(v1::DESK_VIEW_UNSPECIFIED, desk));
  CHECK_FALSE(MayView(static_cast<v1::DeskView>(9), desk));
  CHECK(MayRead(v1::REVIEW_WITHHOLD, desk));
  CHECK_FALSE(MayRead(v1::REVIEW_BREAK_GLASS, desk));
  CHECK(MayRead(v1::REVIEW_BREAK_GLASS, officer));
  CHECK_FALSE(MayRead(v1::ALERT_SHIELDED, officer));
  CHECK_FALSE(MayRead(static_cast<v1::DeskKind>(99), desk));
}

TEST_CASE("Reviews and approvals are decided by a second person in the right role") {
  const std::vector<v1::Role> desk = {v1::DESK_WORKER};
  const std::vector<v1::Role> officer = {v1::PRIVACY_OFFICER};
  const auto judge = [&](const v1::DeskItem& item, const std::string& actor,
                         const std::vector<v1::Role>& roles) {
    return ReasonOf(JudgeDecision(item, actor, "Ben Example", roles, kNowMs));
  };
  for (const v1::DeskKind kind :
       {v1::REVIEW_WITHHOLD, v1::APPROVAL_ASK_PROTECTED, v1::APPROVAL_UNSHIELD}) {
    v1::DeskItem item = RequestOf(kind, kAnna, "L-1", "REASON", kNowMs);
    CHECK(judge(item, kBen, desk) == "OK");
    CHECK(judge(item, kBen, officer) == "OK");
    CHECK(judge(item, kAnna, desk) == reason::kSecondPerson);
    CHECK(judge(item, kBen, {v1::DATA_MANAGER, v1::NODE_ADMIN}) == reason::kNotPermitted);
    CHECK(judge(item, "", desk) == reason::kNotPermitted);
    item.clear_requested_by();
    CHECK(judge(item, kBen, desk) == reason::kSecondPerson);
  }
  v1::DeskItem glass = BreakGlassReviewOf({}, "L-1", "Q", 1, kNowMs);
  CHECK(judge(glass, kBen, officer) == "OK");
  CHECK(judge(glass, kBen, desk) == reason::kNotPermitted);
  glass.set_requested_by(kBen);
  CHECK(judge(glass, kBen, officer) == reason::kSecondPerson);
  CHECK(judge(AlertOf(v1::ALERT_SHIELDED, {}, "L-1", 1, 1, kNowMs), kBen, desk) ==
        reason::kNotPermitted);
}

TEST_CASE("Nobody reviews a broken glass that a system asked for in their name") {
  // Went wrong: the case system was the requester of what it asked for a person, so that the
  // person, a privacy officer, reviewed the glass they had broken themselves.
  constexpr char kCases[] = "spiffe://signpost.example/authority/E08000035/system/cases";
  const std::vector<v1::Role> officer = {v1::PRIVACY_OFFICER};
  v1::Intro intro;
  intro.set_person("Anna Example");
  v1::DeskItem glass = BreakGlassReviewOf(intro, "L-1", "Q", 1, kNowMs);
  glass.set_requested_by(kCases);
  const auto judge = [&](std::string_view name) {
    return ReasonOf(JudgeDecision(glass, kAnna, name, officer, kNowMs));
  };
  CHECK(judge("Anna Example") == reason::kSecondPerson);
  CHECK(judge(" anna  EXAMPLE") == reason::kSecondPerson);
  CHECK(judge("Ben Example") == "OK");
  // Broken at another authority: somebody of the same name is somebody else.
  glass.clear_requested_by();
  CHECK(judge("Anna Example") == "OK");
}

TEST_CASE("What has been decided is not decided again and an approval lives for a day") {
  const std::vector<v1::Role> desk = {v1::DESK_WORKER};
  v1::DeskItem item = RequestOf(v1::APPROVAL_ASK_PROTECTED, kAnna, "L-1", "", kNowMs);
  const auto judge = [&](int64_t now_ms) {
    const absl::Status status = JudgeDecision(item, kBen, "Ben Example", desk, now_ms);
    CHECK((status.ok() || status.code() == absl::StatusCode::kFailedPrecondition));
    return ReasonOf(status);
  };
  CHECK(judge(kNowMs + kApprovalLifeMs) == "OK");
  CHECK(judge(kNowMs + kApprovalLifeMs + 1) == reason::kApprovalNeeded);
  for (const v1::DeskState state : {v1::CONFIRMED, v1::OVERTURNED, v1::USED, v1::CALLED_BACK,
                                    v1::DESK_STATE_UNSPECIFIED, static_cast<v1::DeskState>(50)}) {
    item.set_state(state);
    CHECK(judge(kNowMs) == reason::kAlreadyDecided);
  }
  item = RequestOf(v1::REVIEW_WITHHOLD, kAnna, "L-1", "", kNowMs);
  CHECK(judge(kNowMs + 10 * kReviewDueMs) == "OK");
}

TEST_CASE("An alert says who asked and why and by which keys and holds nothing of the child") {
  v1::Intro intro;
  intro.set_member("E10000016");
  intro.set_person("A. Example");
  intro.set_person_asserted(true);
  intro.set_on_behalf_of("PC Example");
  intro.set_role(v1::DESK_WORKER);
  intro.set_organisation("Kent");
  intro.set_purpose(v1::OTHER_PURPOSE);
  intro.set_purpose_text("text");
  intro.set_contact_telephone("01632 960100");
  intro.set_break_glass_reason("danger");
  const v1::DeskItem item =
      AlertOf(v1::ALERT_SHIELDED, intro, "L-1",
              KeyTypeBit(KeyType::kUpn) | KeyTypeBit(KeyType::kNamesMonthDay), 7, kNowMs);
  CHECK(item.kind() == v1::ALERT_SHIELDED);
  CHECK(item.at_ms() == kNowMs);
  CHECK(item.case_reference() == "L-1");
  CHECK(item.state() == v1::OPEN);
  CHECK(item.times() == 1);
  CHECK(item.policy_version() == 7);
  REQUIRE(item.key_types_size() == 2);
  CHECK(item.key_types(0) == 2);
  CHECK(item.key_types(1) == 18);
  const v1::DeskAsker& asker = item.asker();
  CHECK(asker.member() == "E10000016");
  CHECK(asker.person() == "A. Example");
  CHECK(asker.person_asserted());
  CHECK(asker.on_behalf_of() == "PC Example");
  CHECK(asker.role() == v1::DESK_WORKER);
  CHECK(asker.organisation() == "Kent");
  CHECK(asker.purpose() == v1::OTHER_PURPOSE);
  CHECK(asker.purpose_text() == "text");
  CHECK(asker.contact_telephone() == "01632 960100");
  CHECK(asker.break_glass_reason() == "danger");
}

TEST_CASE("A notice says what was told and a review when it is due") {
  const v1::DeskItem notice = NoticeOf({}, "L-1", v1::INVOLVED_NOW, "Q-1", 3, kNowMs);
  CHECK(notice.kind() == v1::NOTICE_ANSWERED);
  CHECK(notice.told() == v1::INVOLVED_NOW);
  CHECK(notice.question_reference() == "Q-1");
  CHECK(notice.policy_version() == 3);
  CHECK(notice.due_ms() == 0);
  CHECK(BreakGlassReviewOf({}, "L-1", "Q-1", 3, kNowMs).due_ms() == kNowMs + kReviewDueMs);
  CHECK(RequestOf(v1::REVIEW_WITHHOLD, kAnna, "L-1", "RISK", kNowMs).due_ms() ==
        kNowMs + kReviewDueMs);
  CHECK(RequestOf(v1::APPROVAL_UNSHIELD, kAnna, "L-1", "RISK", kNowMs).due_ms() ==
        kNowMs + kApprovalLifeMs);
}

TEST_CASE("The same person about the same child is one alert and anything else another") {
  v1::Intro intro;
  intro.set_member("E10000016");
  intro.set_person("A. Example");
  const auto alert = [](const v1::Intro& asker, const char* child,
                        v1::DeskKind kind = v1::ALERT_SHIELDED) {
    return AlertOf(kind, asker, child, 1, 1, kNowMs);
  };
  v1::Intro other = intro;
  other.set_person("B. Example");
  v1::Intro behalf = intro;
  behalf.set_on_behalf_of("PC Example");
  v1::Intro asserted = intro;
  asserted.set_person_asserted(true);
  CHECK(SameAlert(alert(intro, "L-1"), alert(intro, "L-1")));
  CHECK_FALSE(SameAlert(alert(intro, "L-1"), alert(intro, "L-2")));
  CHECK_FALSE(SameAlert(alert(intro, "L-1"), alert(intro, "L-1", v1::ALERT_SENSITIVE)));
  for (const v1::Intro& another : {other, behalf, asserted}) {
    CHECK_FALSE(SameAlert(alert(intro, "L-1"), alert(another, "L-1")));
  }
  const v1::DeskItem notice = NoticeOf(intro, "L-1", v1::ASK_DESK, "Q", 1, kNowMs);
  CHECK_FALSE(SameAlert(notice, notice));
}

}  // namespace
}  // namespace signpost::node
