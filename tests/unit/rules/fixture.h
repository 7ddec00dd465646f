// Short ways to write what a node holds and who asks, in tests of the rules.
// Today is 15 June 2026 everywhere.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_UNIT_RULES_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_RULES_FIXTURE_H_

#include <string>
#include <vector>

#include "node/record/civil_date.h"
#include "node/rules/telling.h"

namespace signpost::node {

inline constexpr std::chrono::sys_days kToday = std::chrono::year(2026) / std::chrono::June / 15;
inline constexpr int64_t kNowMs =
    std::chrono::duration_cast<std::chrono::milliseconds>(kToday.time_since_epoch()).count() +
    9 * 3'600'000;
inline constexpr int64_t kAsOfMs = kNowMs - 60'000;
inline constexpr char kReference[] = "Q7F3-91KD";

inline RuleDay Today(const v1::Policy& policy = {}) { return RuleDayOf(kNowMs, policy); }
inline std::string InDays(int days) { return FormatDay(kToday + std::chrono::days(days)); }

inline v1::Involvement Involved(v1::ServiceType service, std::string start = "2025-11-03",
                                std::string end = "") {
  v1::Involvement involvement;
  involvement.set_service(service);
  involvement.set_organisation("Org " + v1::ServiceType_Name(service));
  involvement.set_team("Team " + v1::ServiceType_Name(service));
  involvement.set_practitioner("Person " + v1::ServiceType_Name(service));
  involvement.set_practitioner_role("Worker");
  involvement.set_telephone("01632 960001");
  involvement.set_start_on(std::move(start));
  involvement.set_end_on(std::move(end));
  return involvement;
}

inline v1::Involvement Consenting(v1::Involvement involvement, std::string given = "2026-01-05",
                                  std::string withdrawn = "") {
  involvement.mutable_consent()->set_given_by("Carer");
  involvement.mutable_consent()->set_given_on(std::move(given));
  involvement.mutable_consent()->set_withdrawn_on(std::move(withdrawn));
  return involvement;
}

inline InvolvementRow Row(v1::Involvement involvement, int64_t expires_ms = 0) {
  InvolvementRow row;
  row.id = 1;
  row.reference = "I-1";
  row.involvement = std::move(involvement);
  row.expires_ms = expires_ms;
  return row;
}

inline HeldRecord Held(std::vector<v1::Involvement> involvements, ChildFlags flags = {}) {
  HeldRecord record;
  record.child.id = 1;
  record.child.case_reference = "L-1";
  record.child.flags = flags;
  for (v1::Involvement& involvement : involvements) {
    record.involvements.push_back(Row(std::move(involvement)));
  }
  return record;
}

inline ChildFlags With(bool ChildFlags::*flag) {
  ChildFlags flags;
  flags.*flag = true;
  return flags;
}
inline ChildFlags Shielded() { return With(&ChildFlags::shielded); }
inline ChildFlags Quarantined() { return With(&ChildFlags::quarantined); }
inline ChildFlags Separated() { return With(&ChildFlags::separated); }
inline ChildFlags Archived() { return With(&ChildFlags::archived); }
inline ChildFlags WithheldFlag() { return With(&ChildFlags::withheld); }

inline AskContext Asking(v1::Role role, v1::Purpose purpose, bool breaks_glass = false) {
  AskContext context;
  context.role = role;
  context.purpose = purpose;
  context.has_purpose_text = purpose == v1::OTHER_PURPOSE;
  context.breaks_glass = breaks_glass;
  return context;
}
inline AskContext Enquiry() { return Asking(v1::SOCIAL_WORKER, v1::S47_ENQUIRY); }
inline AskContext EnquiryWithBrokenGlass() {
  return Asking(v1::SOCIAL_WORKER, v1::S47_ENQUIRY, true);
}
inline AskContext Triage() { return Asking(v1::SOCIAL_WORKER, v1::MASH_TRIAGE); }

inline v1::Desk OwnDesk() {
  v1::Desk desk;
  desk.set_name("Leeds duty desk");
  desk.set_telephone("01632 960200");
  desk.set_out_of_hours_telephone("01632 960201");
  return desk;
}

inline DisclosureTable DefaultTable() { return DisclosureTable::Of(v1::Policy()); }

inline GradedRecord Certain(const HeldRecord& record) { return {&record, v1::CERTAIN, {}, 40}; }
inline GradedRecord Possible(const HeldRecord& record, double bits = 25) {
  return {&record, v1::POSSIBLE, {v1::TWIN_OR_SIBLING}, bits};
}

inline v1::AnswerBody Answer(const std::vector<GradedRecord>& records, const AskContext& context,
                             const DisclosureTable& table = DefaultTable()) {
  return BuildAnswer(records, context, table, Today(), OwnDesk(), kReference, kAsOfMs);
}

inline bool IsNothing(const v1::AnswerBody& body) {
  return body.SerializeAsString() == NothingToReport(kAsOfMs).SerializeAsString();
}

}  // namespace signpost::node

#endif  // SIGNPOST_TESTS_UNIT_RULES_FIXTURE_H_
