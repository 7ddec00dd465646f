#include "node/rules/rules.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "node/record/civil_date.h"
#include "proto/limits.h"
#include "proto/question/fit.h"

namespace signpost::node {
namespace {

bool MayRoleAsk(v1::Role role) { return role != v1::PRIVACY_OFFICER && role != v1::NODE_ADMIN; }

// A data manager puts questions about the quality of records and no others.
bool PurposeFitsRole(v1::Role role, v1::Purpose purpose) {
  return role != v1::DATA_MANAGER || purpose == v1::DATA_QUALITY;
}

struct Shown {
  const v1::Involvement* involvement;
  Standing standing;
};

std::vector<Shown> ShownInvolvements(const HeldRecord& record, const RuleDay& day) {
  std::vector<Shown> shown;
  for (const InvolvementRow& row : record.involvements) {
    const Standing standing = StandingOf(row, day);
    if (standing != Standing::kNotShown) shown.push_back({&row.involvement, standing});
  }
  return shown;
}

// Current before ended, leads first, then newest; ISO dates order as text.
bool ComesFirst(const Shown& a, const Shown& b) {
  const auto rank = [](const Shown& s) {
    return std::make_tuple(s.standing != Standing::kNow, !s.involvement->lead_professional());
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a.involvement->start_on() > b.involvement->start_on();
}

v1::Signpost SignpostOf(const v1::Involvement& involvement, Standing standing) {
  v1::Signpost signpost;
  signpost.set_service(involvement.service());
  signpost.set_organisation(involvement.organisation());
  signpost.set_team(involvement.team());
  signpost.set_practitioner(involvement.practitioner());
  signpost.set_practitioner_role(involvement.practitioner_role());
  signpost.set_telephone(involvement.telephone());
  signpost.set_lead_professional(involvement.lead_professional());
  signpost.set_since(involvement.start_on());
  if (standing == Standing::kBefore) {
    signpost.set_until(involvement.end_on().empty() ? involvement.review_by()
                                                    : involvement.end_on());
  }
  return signpost;
}

v1::AnswerBody AnswerFromCertain(std::vector<Shown> shown) {
  std::stable_sort(shown.begin(), shown.end(), ComesFirst);
  v1::AnswerBody body;
  body.set_outcome(shown.front().standing == Standing::kNow ? v1::INVOLVED_NOW
                                                            : v1::INVOLVED_BEFORE);
  body.set_grade(v1::CERTAIN);
  for (const Shown& s : shown) {
    if (body.signposts_size() == static_cast<int>(kMaxSignposts)) {
      body.set_more(true);
      break;
    }
    *body.add_signposts() = SignpostOf(*s.involvement, s.standing);
  }
  return body;
}

v1::AnswerBody AnswerFromPossible(const GradedRecord& graded, std::string_view reference) {
  v1::AnswerBody body;
  body.set_outcome(v1::ASK_DESK);
  body.set_grade(v1::POSSIBLE);
  for (const v1::MatchReason reason : graded.reasons) body.add_reasons(reason);
  body.set_reference(std::string(reference));
  return body;
}

}  // namespace

std::string_view AskRefusalName(AskRefusal refusal) {
  switch (refusal) {
    case AskRefusal::kNone:
      return "";
    case AskRefusal::kUnknownPurpose:
      return "UNKNOWN_PURPOSE";
    case AskRefusal::kUnknownRole:
      return "UNKNOWN_ROLE";
    case AskRefusal::kPurposeNeedsText:
      return "PURPOSE_NEEDS_TEXT";
    case AskRefusal::kRoleMayNotAsk:
      return "ROLE_MAY_NOT_ASK";
    case AskRefusal::kPurposeNotForRole:
      return "PURPOSE_NOT_FOR_ROLE";
    case AskRefusal::kServiceTest:
      return "SERVICE_TEST_NOT_AVAILABLE";
    case AskRefusal::kDeskOnly:
      return "DESK_ONLY";
  }
  return "UNKNOWN";
}

AskRefusal JudgeAsk(v1::Role role, v1::Purpose purpose, bool has_text) {
  if (!v1::Purpose_IsValid(purpose) || purpose == v1::PURPOSE_UNSPECIFIED) {
    return AskRefusal::kUnknownPurpose;
  }
  if (!v1::Role_IsValid(role) || role == v1::ROLE_UNSPECIFIED) return AskRefusal::kUnknownRole;
  if (purpose == v1::SERVICE_TEST) return AskRefusal::kServiceTest;
  if (purpose == v1::OTHER_PURPOSE && !has_text) return AskRefusal::kPurposeNeedsText;
  if (!MayRoleAsk(role)) return AskRefusal::kRoleMayNotAsk;
  if (!PurposeFitsRole(role, purpose)) return AskRefusal::kPurposeNotForRole;
  return AskRefusal::kNone;
}

AskRefusal JudgeAskAboutOwn(const ChildFlags& flags) {
  return flags.shielded || flags.separated || flags.quarantined ? AskRefusal::kDeskOnly
                                                                : AskRefusal::kNone;
}

AskContext ContextOf(const v1::Intro& intro) {
  AskContext context;
  context.role = intro.role();
  context.purpose = intro.purpose();
  context.has_purpose_text = intro.purpose_text().find_first_not_of(" \t\r\n") != std::string::npos;
  context.break_glass = !intro.break_glass_reason().empty();
  return context;
}

RuleDay RuleDayOf(int64_t now_ms, const v1::Policy& policy) {
  RuleDay day;
  day.now_ms = now_ms;
  day.today = DayOf(now_ms);
  if (policy.look_back_months() != 0) day.look_back_months = policy.look_back_months();
  return day;
}

int64_t LookBackFromMs(const RuleDay& day) {
  const auto from = MonthsBefore(day.today, day.look_back_months);
  return std::chrono::duration_cast<std::chrono::milliseconds>(from.time_since_epoch()).count();
}

Standing StandingOf(const InvolvementRow& row, const RuleDay& day) {
  const v1::Involvement& involvement = row.involvement;
  const v1::ServiceType service = involvement.service();
  if (involvement.sensitive() || SensitiveByStatute(service)) return Standing::kNotShown;
  if (!v1::ServiceType_IsValid(service) || service == v1::SERVICE_TYPE_UNSPECIFIED) {
    return Standing::kNotShown;
  }
  const auto start = ParseDay(involvement.start_on());
  if (!start || *start > day.today) return Standing::kNotShown;

  std::optional<std::chrono::sys_days> over;  // the last day it was current
  for (const std::string* text : {&involvement.end_on(), &involvement.review_by()}) {
    if (text->empty()) continue;
    const auto last = ParseDay(*text);
    if (!last) return Standing::kNotShown;
    if (!over || *last < *over) over = last;
  }
  // The store knows when an involvement without a review-by date was last recorded.
  if (involvement.review_by().empty() && row.expires_ms > 0) {
    const auto last = DayOf(row.expires_ms);
    if (!over || last < *over) over = last;
  }
  if (!over || *over >= day.today) return Standing::kNow;
  return *over >= MonthsBefore(day.today, day.look_back_months) ? Standing::kBefore
                                                                : Standing::kNotShown;
}

bool MaySpeak(const HeldRecord& record, const RuleDay& day) {
  const ChildFlags& flags = record.child.flags;
  if (flags.shielded || flags.separated || flags.quarantined || flags.archived) return false;
  return std::any_of(
      record.involvements.begin(), record.involvements.end(),
      [&](const InvolvementRow& row) { return StandingOf(row, day) != Standing::kNotShown; });
}

bool MayClaim(const HeldRecord& record, const AskContext& context, const RuleDay& day) {
  // Break-glass opens nothing yet: shielded records stay silent whatever it says.
  return JudgeAsk(context.role, context.purpose, context.has_purpose_text) == AskRefusal::kNone &&
         MaySpeak(record, day);
}

v1::AnswerBody NothingToReport(int64_t as_of_ms) {
  v1::AnswerBody body;
  body.set_outcome(v1::NOTHING_TO_REPORT);
  body.set_as_of_ms(as_of_ms);
  return body;
}

v1::AnswerBody BuildAnswer(const std::vector<GradedRecord>& records, const AskContext& context,
                           const RuleDay& day, const v1::Desk& desk, std::string_view reference,
                           int64_t as_of_ms) {
  std::vector<Shown> certain;
  const GradedRecord* possible = nullptr;
  for (const GradedRecord& graded : records) {
    if (!MayClaim(*graded.record, context, day)) continue;
    if (graded.grade == v1::CERTAIN) {
      for (const Shown& s : ShownInvolvements(*graded.record, day)) certain.push_back(s);
    } else if (graded.grade == v1::POSSIBLE &&
               (possible == nullptr || graded.bits > possible->bits)) {
      possible = &graded;
    }
  }
  if (certain.empty() && possible == nullptr) return NothingToReport(as_of_ms);
  v1::AnswerBody body = certain.empty() ? AnswerFromPossible(*possible, reference)
                                        : AnswerFromCertain(std::move(certain));
  *body.mutable_desk() = desk;
  body.set_as_of_ms(as_of_ms);
  const bool more = body.more();
  body = ReduceAnswer(body);
  if (more) body.set_more(true);
  return body;
}

}  // namespace signpost::node
