// Who opens, renews, closes and consents to which involvements.
#include <catch2/catch.hpp>
#include <functional>

#include "node/rules/standing.h"
#include "tests/unit/service/care.h"

namespace signpost::node {
namespace {

using testing::CareWorld;
using testing::Desk;
using testing::InDays;
using testing::kNow;
using testing::Manager;
using testing::ReasonOf;
using testing::Worker;
using testing::Xanthippe;

v1::GetChildRequest Getting(const std::string& reference) {
  v1::GetChildRequest request;
  request.set_case_reference(reference);
  return request;
}

v1::OpenInvolvementRequest Opening(const std::string& reference, const std::string& own,
                                   v1::ServiceType service = v1::EARLY_HELP) {
  v1::OpenInvolvementRequest request;
  request.set_case_reference(reference);
  request.set_involvement_reference(own);
  request.mutable_involvement()->set_service(service);
  request.mutable_involvement()->set_practitioner("Q. Draithe");
  request.mutable_involvement()->set_start_on("2026-01-05");
  return request;
}

v1::RenewInvolvementRequest Renewing(const std::string& reference, const std::string& own,
                                     const std::string& review_by) {
  v1::RenewInvolvementRequest request;
  request.set_case_reference(reference);
  request.set_involvement_reference(own);
  request.set_review_by(review_by);
  return request;
}

v1::SetConsentRequest Consenting(const std::string& own, const std::string& by,
                                 const std::string& on, const std::string& withdrawn = "") {
  v1::SetConsentRequest request;
  request.set_case_reference("L-1");
  request.set_involvement_reference(own);
  request.set_given_by(by);
  request.set_given_on(on);
  request.set_withdrawn_on(withdrawn);
  return request;
}

InvolvementRow Involved(CareWorld& world, const std::string& own) {
  const auto rows = world.store->ListInvolvements(world.Child("L-1").id);
  REQUIRE(rows.ok());
  for (const InvolvementRow& row : *rows) {
    if (row.reference == own) return row;
  }
  FAIL("no such involvement");
  return {};
}

}  // namespace

TEST_CASE("Sensitive involvements are shown to the desk and the data manager alone") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1")).ok());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-2", v1::SEXUAL_HEALTH)).ok());
  v1::OpenInvolvementRequest marked = Opening("L-1", "i-3", v1::VOLUNTARY_ORGANISATION);
  marked.mutable_involvement()->set_sensitive(true);
  REQUIRE(world.records().Open(Worker(), marked).ok());
  const auto count = [&](const Caller& caller) {
    return world.records().Get(caller, Getting("L-1"))->involvements_size();
  };
  CHECK(count(Worker()) == 1);
  CHECK(count(Desk()) == 3);
  CHECK(count(Manager()) == 3);
}

TEST_CASE("A sensitive involvement does not become an ordinary one by its reference") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1", v1::MENTAL_HEALTH)).ok());
  CHECK(ReasonOf(world.records().Open(Worker(), Opening("L-1", "i-1")).status()) == "DETAILS");
  CHECK(Involved(world, "i-1").involvement.service() == v1::MENTAL_HEALTH);
  CHECK(world.records().Open(Manager(), Opening("L-1", "i-1")).ok());
}

// Whoever could not see a sensitive involvement could overwrite it with another sensitive one, and
// consent that its subject had withdrawn stood again.
TEST_CASE("Withdrawn consent does not come back by opening the involvement again") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  v1::OpenInvolvementRequest opening = Opening("L-1", "i-1", v1::MENTAL_HEALTH);
  opening.mutable_involvement()->mutable_consent()->set_given_by("The young person");
  opening.mutable_involvement()->mutable_consent()->set_given_on("2026-01-05");
  REQUIRE(world.records().Open(Worker(), opening).ok());
  REQUIRE(world.records().SetConsent(Desk(), Consenting("i-1", "", "", "2026-09-20")).ok());
  CHECK(ReasonOf(world.records().Open(Worker(), opening).status()) == "DETAILS");
  REQUIRE(world.records().Open(Desk(), opening).ok());
  CHECK(Involved(world, "i-1").involvement.consent().withdrawn_on() == "2026-09-20");
  // Neither by way of an involvement that is not sensitive.
  REQUIRE(world.records().Open(Desk(), Opening("L-1", "i-1")).ok());
  REQUIRE(world.records().Open(Desk(), opening).ok());
  CHECK(Involved(world, "i-1").involvement.consent().withdrawn_on() == "2026-09-20");
  // Given anew after it was withdrawn, it stands.
  opening.mutable_involvement()->mutable_consent()->set_given_on("2026-09-21");
  REQUIRE(world.records().Open(Desk(), opening).ok());
  CHECK(Involved(world, "i-1").involvement.consent().withdrawn_on().empty());
}

// A practitioner could close, renew and consent to involvements that GetChild did not show, and
// learned by the reply that they exist.
TEST_CASE("An involvement that the caller may not see reads like an unknown one") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1", v1::SEXUAL_HEALTH)).ok());
  const size_t rows = world.Audit().size();
  const std::string before = Involved(world, "i-1").involvement.SerializeAsString();
  const auto both = [&](const auto& call) {
    const absl::Status hidden = call("i-1");
    CHECK(ReasonOf(hidden) == "NO_SUCH_CASE");
    CHECK(hidden == call("i-9"));
  };
  for (const char* end_on : {"2026-09-01", "2020-01-01", "no day"}) {
    both([&](const std::string& own) {
      v1::CloseInvolvementRequest close;
      close.set_case_reference("L-1");
      close.set_involvement_reference(own);
      close.set_end_on(end_on);
      return world.records().Close(Worker(), close).status();
    });
  }
  for (const std::string& review_by : {std::string(), std::string("no day")}) {
    both([&](const std::string& own) {
      return world.records().Renew(Worker(), Renewing("L-1", own, review_by)).status();
    });
  }
  both([&](const std::string& own) {
    return world.records().SetConsent(Worker(), Consenting(own, "Carer", "2026-09-20")).status();
  });
  both([&](const std::string& own) {
    return world.records().SetConsent(Worker(), Consenting(own, "", "", "2026-09-20")).status();
  });
  CHECK(world.Audit().size() == rows);
  CHECK(Involved(world, "i-1").involvement.SerializeAsString() == before);
  CHECK(world.records().Renew(Desk(), Renewing("L-1", "i-1", "")).ok());
}

TEST_CASE("An involvement is checked before it is kept") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  const auto refused = [&](const std::function<void(v1::OpenInvolvementRequest&)>& edit) {
    v1::OpenInvolvementRequest request = Opening("L-1", "i-1");
    edit(request);
    return ReasonOf(world.records().Open(Worker(), request).status()) == "DETAILS";
  };
  CHECK(refused([](auto& r) { r.set_involvement_reference(""); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_service(v1::SENSITIVE_SERVICE); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->clear_service(); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->clear_start_on(); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_end_on("2026-01-04"); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_review_by(InDays(800)); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_review_by(InDays(-3)); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_team(std::string(81, 'x')); }));
  CHECK(refused([](auto& r) { r.mutable_involvement()->set_practitioner("\x1b[1m"); }));
  CHECK(
      refused([](auto& r) { r.mutable_involvement()->mutable_consent()->set_given_by("Carer"); }));
  CHECK(world.store->ListInvolvements(world.Child("L-1").id)->empty());
}

TEST_CASE("A renewed involvement is reviewed at most two years ahead") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1")).ok());
  CHECK(ReasonOf(world.records().Renew(Worker(), Renewing("L-1", "i-1", InDays(735))).status()) ==
        "DETAILS");
  CHECK(ReasonOf(world.records().Renew(Worker(), Renewing("L-1", "i-1", InDays(-1))).status()) ==
        "DETAILS");
  CHECK(ReasonOf(world.records().Renew(Worker(), Renewing("L-1", "i-9", "")).status()) ==
        "NO_SUCH_CASE");
  REQUIRE(world.records().Renew(Worker(), Renewing("L-1", "i-1", InDays(600))).ok());
  CHECK(Involved(world, "i-1").involvement.review_by() == InDays(600));
  REQUIRE(world.records().Renew(Worker(), Renewing("L-1", "i-1", "")).ok());
  CHECK(Involved(world, "i-1").involvement.review_by() == "2027-09-21");
  v1::CloseInvolvementRequest close;
  close.set_case_reference("L-1");
  close.set_involvement_reference("i-1");
  close.set_end_on("2026-09-01");
  REQUIRE(world.records().Close(Worker(), close).ok());
  CHECK(ReasonOf(world.records().Renew(Worker(), Renewing("L-1", "i-1", "")).status()) ==
        "DETAILS");
}

TEST_CASE("Consent is given by somebody on a day and withdrawn with the next question") {
  CareWorld world;
  world.Add("L-1", Xanthippe());
  REQUIRE(world.records().Open(Worker(), Opening("L-1", "i-1", v1::SUBSTANCE_MISUSE)).ok());
  const auto set = [&](const v1::SetConsentRequest& request) {
    return world.records().SetConsent(Desk(), request).status();
  };
  CHECK(ReasonOf(set(Consenting("i-1", "", "", "2026-09-20"))) == "DETAILS");
  CHECK(ReasonOf(set(Consenting("i-1", "Carer", ""))) == "DETAILS");
  CHECK(ReasonOf(set(Consenting("i-1", "", "2026-09-20"))) == "DETAILS");
  CHECK(ReasonOf(set(Consenting("i-1", "Carer", InDays(2)))) == "DETAILS");
  CHECK(ReasonOf(set(Consenting("i-1", "", ""))) == "DETAILS");
  CHECK(ReasonOf(set(Consenting("i-1", "Carer", "2026-09-20", "2026-09-21"))) == "DETAILS");
  REQUIRE(set(Consenting("i-1", "Carer", "2026-09-20")).ok());
  CHECK(Involved(world, "i-1").involvement.consent().given_by() == "Carer");
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "CONSENT_GIVEN") == 1);

  // The day of the people may be tomorrow's in UTC; what is withdrawn is withdrawn today.
  REQUIRE(set(Consenting("i-1", "", "", InDays(1))).ok());
  CHECK(Involved(world, "i-1").involvement.consent().withdrawn_on() == InDays(0));
  const RuleDay day = RuleDayOf(kNow, v1::Policy());
  CHECK(KindOf(Involved(world, "i-1").involvement, day) ==
        InvolvementKind::kSensitiveWithoutConsent);
  CHECK(world.CountAudit(v1::AuditRow::RECORD_CHANGED, "CONSENT_WITHDRAWN") == 1);

  REQUIRE(set(Consenting("i-1", "The young person", "2026-09-21")).ok());
  CHECK(Involved(world, "i-1").involvement.consent().withdrawn_on().empty());
  CHECK(KindOf(Involved(world, "i-1").involvement, day) == InvolvementKind::kSensitiveWithConsent);
}

}  // namespace signpost::node
