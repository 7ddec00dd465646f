// What the desk's people may read and decide, and what nobody else may.
#include "node/rules/desk.h"

#include <catch2/catch.hpp>

#include "tests/unit/service/care.h"

namespace signpost::node {
namespace {

using testing::CareWorld;
using testing::Desk;
using testing::Manager;
using testing::Officer;
using testing::OtherDesk;
using testing::ReasonOf;
using testing::Worker;

v1::ListDeskRequest ListOf(v1::DeskView view, const std::string& reference = "") {
  v1::ListDeskRequest request;
  request.set_view(view);
  request.set_case_reference(reference);
  return request;
}

v1::DecideRequest Deciding(uint64_t number, bool confirm) {
  v1::DecideRequest request;
  request.set_number(number);
  request.set_confirm(confirm);
  request.set_note("seen");
  return request;
}

v1::WithholdRequest WithholdingOf(const std::string& reference,
                                  const std::string& why = "RISK_OF_HARM") {
  v1::WithholdRequest request;
  request.set_case_reference(reference);
  request.set_reason(why);
  return request;
}

v1::WithholdRequest Lifting(const std::string& reference) {
  v1::WithholdRequest request;
  request.set_case_reference(reference);
  request.set_lift(true);
  return request;
}

v1::RequestUnshieldRequest Unshielding(const std::string& reference) {
  v1::RequestUnshieldRequest request;
  request.set_case_reference(reference);
  request.set_reason("DANGER_PAST");
  return request;
}

v1::RequestApprovalRequest Approving(const std::string& reference, v1::Purpose purpose) {
  v1::RequestApprovalRequest request;
  request.set_case_reference(reference);
  request.set_purpose(purpose);
  return request;
}

v1::RecordCallBackRequest CallingBack(uint64_t number) {
  v1::RecordCallBackRequest request;
  request.set_number(number);
  request.set_note("rang, told her to come by");
  return request;
}

}  // namespace

TEST_CASE("Alerts are read by the desk alone and approvals by those who decide them") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.PutItem(v1::ALERT_SHIELDED, "L-1");
  for (const v1::DeskView view : {v1::ALERTS, v1::APPROVALS}) {
    for (const Caller& caller : {Worker(), Manager(), Officer(), testing::Admin()}) {
      // Who decides approvals once decided them blind.
      if (view == v1::APPROVALS && caller.id == Officer().id) {
        CHECK(world.desk().List(caller, ListOf(view)).ok());
        CHECK(world.desk().AdmitWatch(caller, view).ok());
        continue;
      }
      CHECK(absl::IsPermissionDenied(world.desk().List(caller, ListOf(view)).status()));
      CHECK(absl::IsPermissionDenied(world.desk().List(caller, ListOf(view, "L-1")).status()));
      CHECK(absl::IsPermissionDenied(world.desk().AdmitWatch(caller, view)));
    }
    CHECK(world.desk().AdmitWatch(Desk(), view).ok());
  }
  const auto alerts = world.desk().List(Desk(), ListOf(v1::ALERTS));
  REQUIRE(alerts.ok());
  REQUIRE(alerts->size() == 1);
  CHECK(alerts->front().asker().contact_telephone() == "01632 960222");
}

TEST_CASE("A view that is not named is refused") {
  CareWorld world;
  const auto list = world.desk().List(Desk(), ListOf(v1::DESK_VIEW_UNSPECIFIED));
  CHECK(ReasonOf(list.status()) == "DETAILS");
  CHECK(ReasonOf(world.desk().List(Desk(), ListOf(static_cast<v1::DeskView>(9))).status()) ==
        "DETAILS");
}

TEST_CASE("A practitioner reads the notices of a case that they may see without what was told") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.Add("L-2", testing::Somebody("Barnaby", "Ostrowe"));
  world.PutItem(v1::NOTICE_ANSWERED, "L-1");
  world.PutItem(v1::NOTICE_ANSWERED, "L-2");
  CHECK(absl::IsPermissionDenied(world.desk().List(Worker(), ListOf(v1::NOTICES)).status()));
  CHECK(absl::IsPermissionDenied(world.desk().AdmitWatch(Worker(), v1::NOTICES)));
  const auto seen = world.desk().List(Worker(), ListOf(v1::NOTICES, "L-1"));
  REQUIRE(seen.ok());
  REQUIRE(seen->size() == 1);
  CHECK(seen->front().asker().person() == "B. Asker");
  CHECK(seen->front().told() == v1::OUTCOME_UNSPECIFIED);
  CHECK(seen->front().policy_version() == 0);
  const auto whole = world.desk().List(Desk(), ListOf(v1::NOTICES, "L-1"));
  REQUIRE(whole.ok());
  REQUIRE(whole->size() == 1);
  CHECK(whole->front().told() == v1::INVOLVED_NOW);
  CHECK(world.desk().List(Desk(), ListOf(v1::NOTICES))->size() == 2);
}

TEST_CASE("Notices of a shielded child read like those of an unknown case") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.PutItem(v1::NOTICE_ANSWERED, "L-1");
  world.Shield("L-1");
  const absl::Status hidden = world.desk().List(Worker(), ListOf(v1::NOTICES, "L-1")).status();
  const absl::Status unknown = world.desk().List(Worker(), ListOf(v1::NOTICES, "L-9")).status();
  CHECK(ReasonOf(hidden) == "NO_SUCH_CASE");
  CHECK(hidden == unknown);
  CHECK(world.desk().List(Desk(), ListOf(v1::NOTICES, "L-1"))->size() == 1);
}

TEST_CASE("The officer reads reviews of broken glass and the desk those of withholding") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.PutItem(v1::REVIEW_BREAK_GLASS, "L-1");
  REQUIRE(world.desk().Withhold(Desk(), WithholdingOf("L-1")).ok());
  const auto officers = world.desk().List(Officer(), ListOf(v1::REVIEWS));
  REQUIRE(officers.ok());
  CHECK(officers->size() == 2);
  const auto desks = world.desk().List(Desk(), ListOf(v1::REVIEWS));
  REQUIRE(desks.ok());
  REQUIRE(desks->size() == 1);
  CHECK(desks->front().kind() == v1::REVIEW_WITHHOLD);
  CHECK(absl::IsPermissionDenied(world.desk().List(Worker(), ListOf(v1::REVIEWS)).status()));
}

TEST_CASE("A watch begins with the open items and goes on with the new ones") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const v1::DeskItem rung = world.PutItem(v1::ALERT_SHIELDED, "L-1");
  REQUIRE(world.desk().RecordCallBack(Desk(), CallingBack(rung.number())).ok());
  const v1::DeskItem open = world.PutItem(v1::ALERT_SENSITIVE, "L-1");
  const auto first = world.desk().Since(Desk(), v1::ALERTS, 0, true);
  REQUIRE(first.ok());
  REQUIRE(first->size() == 1);
  CHECK(first->front().number() == open.number());
  CHECK(world.desk().Since(Desk(), v1::ALERTS, open.number(), false)->empty());
  const v1::DeskItem third = world.PutItem(v1::ALERT_OWN_PROTECTED, "L-1");
  const v1::DeskItem fourth = world.PutItem(v1::ALERT_SENSITIVE, "L-2");
  const auto later = world.desk().Since(Desk(), v1::ALERTS, open.number(), false);
  REQUIRE(later.ok());
  REQUIRE(later->size() == 2);
  CHECK(later->front().number() == third.number());
  CHECK(later->back().number() == fourth.number());
}

TEST_CASE("A call back is on the item and leaves no row in the audit") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const v1::DeskItem alert = world.PutItem(v1::ALERT_SHIELDED, "L-1");
  const size_t rows = world.Audit().size();
  const auto rung = world.desk().RecordCallBack(Desk(), CallingBack(alert.number()));
  REQUIRE(rung.ok());
  CHECK(rung->state() == v1::CALLED_BACK);
  REQUIRE(rung->events_size() == 1);
  CHECK(rung->events(0).actor() == Desk().id);
  CHECK(rung->events(0).note() == "rang, told her to come by");
  CHECK(world.Audit().size() == rows);
  // Rung again: the second one stands beside the first.
  CHECK(world.desk().RecordCallBack(OtherDesk(), CallingBack(alert.number()))->events_size() == 2);
  CHECK(world.store->VerifyAudit()->intact);
}

TEST_CASE("Only an alert is called back") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const v1::DeskItem notice = world.PutItem(v1::NOTICE_ANSWERED, "L-1");
  CHECK(ReasonOf(world.desk().RecordCallBack(Desk(), CallingBack(notice.number())).status()) ==
        "NO_SUCH_ITEM");
  CHECK(ReasonOf(world.desk().RecordCallBack(Desk(), CallingBack(77)).status()) == "NO_SUCH_ITEM");
  v1::RecordCallBackRequest long_note = CallingBack(notice.number());
  long_note.set_note(std::string(201, 'x'));
  CHECK(ReasonOf(world.desk().RecordCallBack(Desk(), long_note).status()) == "DETAILS");
  long_note.set_note("\x1b[2J");
  CHECK(ReasonOf(world.desk().RecordCallBack(Desk(), long_note).status()) == "DETAILS");
}

TEST_CASE("Withholding takes effect at once and leaves a review for a second person") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const uint64_t rings = world.bell.Rings();
  const auto review = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(review.ok());
  CHECK(review->kind() == v1::REVIEW_WITHHOLD);
  CHECK(review->number() > 0);
  CHECK(review->due_ms() == testing::kNow + kReviewDueMs);
  CHECK(world.bell.Rings() > rings);
  const ChildRow child = world.Child("L-1");
  REQUIRE(child.withheld.has_value());
  CHECK(child.flags.withheld);
  CHECK(child.withheld->reason == "RISK_OF_HARM");
  CHECK(child.withheld->decided_by == Desk().id);
  CHECK(child.withheld->reviewed_by.empty());
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "WITHHELD") == 1);
  // The same word again is the same decision.
  CHECK(world.desk().Withhold(OtherDesk(), WithholdingOf("L-1"))->number() == review->number());
  CHECK(world.Child("L-1").withheld->decided_by == Desk().id);
}

TEST_CASE("Who withheld does not review it") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const auto review = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(review.ok());
  for (const bool confirm : {true, false}) {
    const auto own = world.desk().Decide(Desk(), Deciding(review->number(), confirm));
    CHECK(ReasonOf(own.status()) == "SECOND_PERSON");
  }
  CHECK(world.Child("L-1").flags.withheld);
  CHECK(absl::IsPermissionDenied(
      world.desk().Decide(Worker(), Deciding(review->number(), false)).status()));
  CHECK(world.Child("L-1").flags.withheld);
}

TEST_CASE("A confirmed review names the second person and an overturned one ends the withholding") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const auto review = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(review.ok());
  const auto confirmed = world.desk().Decide(Officer(), Deciding(review->number(), true));
  REQUIRE(confirmed.ok());
  CHECK(confirmed->state() == v1::CONFIRMED);
  CHECK(world.Child("L-1").withheld->reviewed_by == Officer().id);
  CHECK(ReasonOf(world.desk().Decide(OtherDesk(), Deciding(review->number(), false)).status()) ==
        "ALREADY_DECIDED");
  CHECK(world.Child("L-1").flags.withheld);

  const auto second = world.desk().Withhold(OtherDesk(), WithholdingOf("L-1", "OTHER"));
  REQUIRE(second.ok());
  CHECK(world.desk().Decide(Desk(), Deciding(second->number(), false))->state() == v1::OVERTURNED);
  CHECK(!world.Child("L-1").flags.withheld);
  CHECK(world.CountAudit(v1::AuditRow::DECISION) == 2);
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "WITHHOLDING_ENDED") == 1);
}

// What two persons had decided, the first of them ended alone.
TEST_CASE("A confirmed withholding is ended by another than who decided it first") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const auto review = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(review.ok());
  REQUIRE(world.desk().Decide(Officer(), Deciding(review->number(), true)).ok());
  CHECK(ReasonOf(world.desk().Withhold(Desk(), Lifting("L-1")).status()) == "SECOND_PERSON");
  // Nor by way of another decision of theirs that nobody has confirmed.
  CHECK(ReasonOf(world.desk().Withhold(Desk(), WithholdingOf("L-1", "OTHER")).status()) ==
        "SECOND_PERSON");
  CHECK(world.Child("L-1").withheld->reviewed_by == Officer().id);
  CHECK(world.desk().Withhold(OtherDesk(), Lifting("L-1")).ok());
  CHECK(!world.Child("L-1").flags.withheld);
  // One that nobody has confirmed yet is theirs to end.
  REQUIRE(world.desk().Withhold(Desk(), WithholdingOf("L-1")).ok());
  CHECK(world.desk().Withhold(Desk(), Lifting("L-1")).ok());
}

TEST_CASE("A review of a withholding that was replaced or lifted decides nothing") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const auto first = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(first.ok());
  const auto second = world.desk().Withhold(Desk(), WithholdingOf("L-1", "OTHER"));
  REQUIRE(second.ok());
  CHECK(second->number() > first->number());
  CHECK(ReasonOf(world.desk().Decide(OtherDesk(), Deciding(first->number(), false)).status()) ==
        "ALREADY_DECIDED");
  CHECK(world.Child("L-1").flags.withheld);

  const auto lifted = world.desk().Withhold(OtherDesk(), Lifting("L-1"));
  REQUIRE(lifted.ok());
  CHECK(lifted->number() == second->number());
  CHECK(lifted->state() == v1::OVERTURNED);
  CHECK(!world.Child("L-1").flags.withheld);
  CHECK(ReasonOf(world.desk().Withhold(Desk(), Lifting("L-1")).status()) == "ALREADY_DECIDED");
  CHECK(world.desk().List(Desk(), ListOf(v1::REVIEWS))->size() == 2);
  v1::ListDeskRequest open = ListOf(v1::REVIEWS);
  open.set_open_only(true);
  CHECK(world.desk().List(Desk(), open)->empty());
}

TEST_CASE("A reason is a code into which no person fits") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  for (const std::string& why : {std::string(), std::string("her father"), std::string(65, 'A'),
                                 std::string("Caf\xc3\xa9")}) {
    CHECK(ReasonOf(world.desk().Withhold(Desk(), WithholdingOf("L-1", why)).status()) == "DETAILS");
  }
  CHECK(!world.Child("L-1").flags.withheld);
  CHECK(ReasonOf(world.desk().Withhold(Desk(), WithholdingOf("L-9")).status()) == "NO_SUCH_CASE");
}

TEST_CASE("A shield is lifted by two persons") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.Shield("L-1");
  const auto wanted = world.protection().RequestUnshield(Desk(), Unshielding("L-1"));
  REQUIRE(wanted.ok());
  CHECK(wanted->kind() == v1::APPROVAL_UNSHIELD);
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(ReasonOf(world.desk().Decide(Desk(), Deciding(wanted->number(), true)).status()) ==
        "SECOND_PERSON");
  CHECK(world.Child("L-1").flags.shielded);
  // Asked for again, by whomever, it is the same request: nobody makes themselves the second.
  CHECK(world.protection().RequestUnshield(OtherDesk(), Unshielding("L-1"))->number() ==
        wanted->number());
  REQUIRE(world.desk().Decide(OtherDesk(), Deciding(wanted->number(), true)).ok());
  CHECK(!world.Child("L-1").flags.shielded);
  CHECK(!world.Child("L-1").shield.has_value());
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "UNSHIELDING_REQUESTED") == 1);
  CHECK(world.CountAudit(v1::AuditRow::PROTECTION_CHANGED, "UNSHIELDED") == 1);
  CHECK(world.CountAudit(v1::AuditRow::DECISION, "APPROVAL_UNSHIELD CONFIRMED") == 1);
  CHECK(ReasonOf(world.protection().RequestUnshield(Desk(), Unshielding("L-1")).status()) ==
        "DETAILS");
}

TEST_CASE("An overturned request leaves the shield and so does one past its time") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.Shield("L-1");
  const auto first = world.protection().RequestUnshield(Desk(), Unshielding("L-1"));
  REQUIRE(first.ok());
  REQUIRE(world.desk().Decide(OtherDesk(), Deciding(first->number(), false)).ok());
  CHECK(world.Child("L-1").flags.shielded);

  const auto second = world.protection().RequestUnshield(Desk(), Unshielding("L-1"));
  REQUIRE(second.ok());
  CHECK(second->number() != first->number());
  world.clock.Advance(kApprovalLifeMs + 1);
  CHECK(absl::IsFailedPrecondition(
      world.desk().Decide(OtherDesk(), Deciding(second->number(), true)).status()));
  CHECK(world.Child("L-1").flags.shielded);
  CHECK(world.protection().RequestUnshield(Desk(), Unshielding("L-1"))->number() >
        second->number());
}

TEST_CASE("Nobody tells an alert from nothing by deciding it") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const v1::DeskItem alert = world.PutItem(v1::ALERT_SHIELDED, "L-1");
  const v1::DeskItem notice = world.PutItem(v1::NOTICE_ANSWERED, "L-1");
  const absl::Status nothing = world.desk().Decide(Officer(), Deciding(999, true)).status();
  CHECK(ReasonOf(nothing) == "NO_SUCH_ITEM");
  CHECK(world.desk().Decide(Officer(), Deciding(alert.number(), true)).status() == nothing);
  CHECK(world.desk().Decide(Officer(), Deciding(notice.number(), true)).status() == nothing);
}

TEST_CASE("No system reads the desk decides or withholds") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.Shield("L-1");
  const Caller& system = testing::DeskSystem();
  const auto wanted = world.protection().RequestUnshield(Desk(), Unshielding("L-1"));
  REQUIRE(wanted.ok());
  const v1::DeskItem alert = world.PutItem(v1::ALERT_SHIELDED, "L-1");
  const auto denied = [](const auto& result) {
    return ReasonOf(result.status()) == "NOT_PERMITTED";
  };
  CHECK(denied(world.desk().List(system, ListOf(v1::ALERTS))));
  CHECK(ReasonOf(world.desk().AdmitWatch(system, v1::ALERTS)) == "NOT_PERMITTED");
  CHECK(denied(world.desk().Decide(system, Deciding(wanted->number(), true))));
  CHECK(denied(world.desk().RecordCallBack(system, CallingBack(alert.number()))));
  CHECK(denied(world.desk().Withhold(system, WithholdingOf("L-1"))));
  CHECK(denied(world.desk().RequestApproval(system, Approving("L-1", v1::S47_ENQUIRY))));
  CHECK(denied(world.protection().RequestUnshield(system, Unshielding("L-1"))));
  CHECK(world.Child("L-1").flags.shielded);
}

TEST_CASE("An approval is for a protected child one purpose and one person") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  world.Add("L-2", testing::Somebody("Barnaby", "Ostrowe"));
  world.Shield("L-1");
  CHECK(
      ReasonOf(world.desk().RequestApproval(Desk(), Approving("L-2", v1::S47_ENQUIRY)).status()) ==
      "DETAILS");
  CHECK(
      ReasonOf(world.desk().RequestApproval(Desk(), Approving("L-9", v1::S47_ENQUIRY)).status()) ==
      "NO_SUCH_CASE");
  CHECK(ReasonOf(world.desk()
                     .RequestApproval(Desk(), Approving("L-1", v1::PURPOSE_UNSPECIFIED))
                     .status()) == "DETAILS");
  const auto wanted = world.desk().RequestApproval(Desk(), Approving("L-1", v1::S47_ENQUIRY));
  REQUIRE(wanted.ok());
  CHECK(wanted->asker().purpose() == v1::S47_ENQUIRY);
  CHECK(wanted->requested_by() == Desk().id);
  CHECK(wanted->due_ms() == testing::kNow + kApprovalLifeMs);
  CHECK(world.desk().RequestApproval(Desk(), Approving("L-1", v1::S47_ENQUIRY))->number() ==
        wanted->number());
  CHECK(world.desk().RequestApproval(Desk(), Approving("L-1", v1::MISSING_CHILD))->number() !=
        wanted->number());
  CHECK(world.desk().RequestApproval(OtherDesk(), Approving("L-1", v1::S47_ENQUIRY))->number() !=
        wanted->number());
  CHECK(ReasonOf(world.desk().Decide(Desk(), Deciding(wanted->number(), true)).status()) ==
        "SECOND_PERSON");
  CHECK(world.desk().Decide(OtherDesk(), Deciding(wanted->number(), true))->state() ==
        v1::CONFIRMED);
}

TEST_CASE("Decisions and withholdings are still there after a restart") {
  CareWorld world;
  world.Add("L-1", testing::Xanthippe());
  const auto review = world.desk().Withhold(Desk(), WithholdingOf("L-1"));
  REQUIRE(review.ok());
  world.Restart();
  CHECK(world.Child("L-1").flags.withheld);
  CHECK(ReasonOf(world.desk().Decide(Desk(), Deciding(review->number(), true)).status()) ==
        "SECOND_PERSON");
  REQUIRE(world.desk().Decide(OtherDesk(), Deciding(review->number(), true)).ok());
  world.Restart();
  CHECK(world.Child("L-1").withheld->reviewed_by == OtherDesk().id);
  CHECK(world.store->VerifyAudit()->intact);
}

}  // namespace signpost::node
