#include "node/rules/standing.h"

#include <catch2/catch.hpp>

#include "tests/unit/rules/fixture.h"

namespace signpost::node {
namespace {

Standing StandingOfDates(const std::string& start, const std::string& end,
                         const std::string& review_by = "", int64_t expires_ms = 0) {
  v1::Involvement involvement = Involved(v1::EARLY_HELP, start, end);
  involvement.set_review_by(review_by);
  return StandingOf(Row(involvement, expires_ms), Today());
}

TEST_CASE("An involvement that has begun and not ended is current") {
  CHECK(StandingOfDates("2026-06-15", "") == Standing::kNow);
  CHECK(StandingOfDates("2020-01-01", InDays(0)) == Standing::kNow);
  CHECK(StandingOfDates("2020-01-01", InDays(30)) == Standing::kNow);
}

TEST_CASE("An involvement that has not begun is not shown") {
  CHECK(StandingOfDates(InDays(1), "") == Standing::kNotShown);
}

TEST_CASE("An ended involvement counts as before within the look-back and not beyond") {
  CHECK(StandingOfDates("2020-01-01", InDays(-1)) == Standing::kBefore);
  CHECK(StandingOfDates("2020-01-01", "2025-06-15") == Standing::kBefore);
  CHECK(StandingOfDates("2020-01-01", "2025-06-14") == Standing::kNotShown);
  v1::Policy policy;
  policy.set_look_back_months(1);
  CHECK(StandingOf(Row(Involved(v1::EARLY_HELP, "2020-01-01", "2026-05-14")), Today(policy)) ==
        Standing::kNotShown);
}

TEST_CASE("An involvement past its review-by date is involved before") {
  CHECK(StandingOfDates("2020-01-01", "", InDays(0)) == Standing::kNow);
  CHECK(StandingOfDates("2020-01-01", "", InDays(-1)) == Standing::kBefore);
  CHECK(StandingOfDates("2020-01-01", InDays(90), InDays(-1)) == Standing::kBefore);
}

TEST_CASE("Without a review-by date the expiry of the store counts") {
  CHECK(StandingOfDates("2020-01-01", "", "", kNowMs + 1) == Standing::kNow);
  CHECK(StandingOfDates("2020-01-01", "", "", kNowMs - 86'400'000) == Standing::kBefore);
  CHECK(StandingOfDates("2020-01-01", "", InDays(10), kNowMs - 86'400'000) == Standing::kNow);
}

TEST_CASE("Dates that cannot be read are not shown") {
  CHECK(StandingOfDates("", "") == Standing::kNotShown);
  CHECK(StandingOfDates("2026-02-30", "") == Standing::kNotShown);
  CHECK(StandingOfDates("2020-01-01", "soon") == Standing::kNotShown);
  CHECK(StandingOfDates("2020-01-01", "", "2026-99-01") == Standing::kNotShown);
}

TEST_CASE("A service that is not known is not shown") {
  for (const int service : {0, 22, 999, -1, static_cast<int>(v1::SENSITIVE_SERVICE)}) {
    v1::Involvement involvement = Involved(v1::EARLY_HELP);
    involvement.set_service(static_cast<v1::ServiceType>(service));
    CHECK(StandingOf(Row(involvement), Today()) == Standing::kNotShown);
  }
}

TEST_CASE("The look-back is twelve months unless the policy says otherwise") {
  CHECK(Today().look_back_months == 12);
  v1::Policy policy;
  policy.set_look_back_months(24);
  CHECK(Today(policy).look_back_months == 24);
  CHECK(DayOf(LookBackFromMs(Today(policy))) == MonthsBefore(kToday, 24));
}

TEST_CASE("An involvement is sensitive by its record or by the statute") {
  CHECK(KindOf(Involved(v1::EARLY_HELP), Today()) == InvolvementKind::kOrdinary);
  for (const v1::ServiceType service :
       {v1::SEXUAL_HEALTH, v1::MENTAL_HEALTH, v1::SUBSTANCE_MISUSE}) {
    CHECK(KindOf(Involved(service), Today()) == InvolvementKind::kSensitiveWithoutConsent);
  }
  v1::Involvement marked = Involved(v1::SCHOOL);
  marked.set_sensitive(true);
  CHECK(KindOf(marked, Today()) == InvolvementKind::kSensitiveWithoutConsent);
  CHECK(KindOf(Consenting(marked), Today()) == InvolvementKind::kSensitiveWithConsent);
}

TEST_CASE("Consent counts from the day it was given until the day before it was withdrawn") {
  const auto kind = [](const std::string& given, const std::string& withdrawn) {
    return KindOf(Consenting(Involved(v1::MENTAL_HEALTH), given, withdrawn), Today());
  };
  const auto with = InvolvementKind::kSensitiveWithConsent;
  const auto without = InvolvementKind::kSensitiveWithoutConsent;
  CHECK(kind(InDays(0), "") == with);
  CHECK(kind(InDays(1), "") == without);
  CHECK(kind(InDays(-30), InDays(1)) == with);
  CHECK(kind(InDays(-30), InDays(0)) == without);
  CHECK(kind(InDays(-30), InDays(-1)) == without);
}

TEST_CASE("Consent that cannot be read is no consent") {
  const auto kind = [](const std::string& given, const std::string& withdrawn) {
    return KindOf(Consenting(Involved(v1::MENTAL_HEALTH), given, withdrawn), Today());
  };
  CHECK(kind("", "") == InvolvementKind::kSensitiveWithoutConsent);
  CHECK(kind("yes", "") == InvolvementKind::kSensitiveWithoutConsent);
  CHECK(kind("2026-02-30", "") == InvolvementKind::kSensitiveWithoutConsent);
  CHECK(kind("2026-01-05", "later") == InvolvementKind::kSensitiveWithoutConsent);
}

TEST_CASE("The last current day is the earliest of end and review and expiry") {
  v1::Involvement involvement = Involved(v1::EARLY_HELP, "2020-01-01", InDays(-10));
  CHECK(LastCurrentDay(Row(involvement)) == kToday - std::chrono::days(10));
  involvement.set_review_by(InDays(-20));
  CHECK(LastCurrentDay(Row(involvement)) == kToday - std::chrono::days(20));
  CHECK_FALSE(LastCurrentDay(Row(Involved(v1::EARLY_HELP))).has_value());
  CHECK(LastCurrentDay(Row(Involved(v1::EARLY_HELP), kNowMs)) == kToday);
}

}  // namespace
}  // namespace signpost::node
