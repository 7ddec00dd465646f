#include "node/rules/telling.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "node/record/civil_date.h"
#include "proto/limits.h"
#include "proto/question/fit.h"

namespace signpost::node {
namespace {

// One involvement that stands, and what the table says of it.
struct Told {
  const InvolvementRow* row = nullptr;
  Standing standing = Standing::kNotShown;
  InvolvementKind kind = InvolvementKind::kSensitiveWithoutConsent;
  v1::Disclosure what = v1::TELL_NOTHING;

  bool masked() const { return what == v1::TELL_MASKED; }
  bool named() const { return what == v1::TELL_SERVICE; }
};

v1::Disclosure CellOf(const DisclosureCells& cells, InvolvementKind kind) {
  switch (kind) {
    case InvolvementKind::kOrdinary:
      return cells.ordinary;
    case InvolvementKind::kSensitiveWithConsent:
      return cells.sensitive_with_consent;
    case InvolvementKind::kSensitiveWithoutConsent:
      return cells.sensitive_without_consent;
  }
  return v1::TELL_NOTHING;
}

// The involvements of today and the look-back, told or not.
std::vector<Told> Weigh(const HeldRecord& record, const DisclosureCells& cells,
                        const RuleDay& day) {
  std::vector<Told> weighed;
  for (const InvolvementRow& row : record.involvements) {
    const Standing standing = StandingOf(row, day);
    if (standing == Standing::kNotShown) continue;
    const InvolvementKind kind = KindOf(row.involvement, day);
    weighed.push_back({&row, standing, kind, CellOf(cells, kind)});
  }
  return weighed;
}

bool OutOfEveryAnswer(const ChildFlags& flags) { return flags.archived || flags.quarantined; }

// Current before ended, named before masked, leads first, then newest; ISO dates order as text.
// Masked ones stand last, so that no place betrays a date or a lead.
bool ComesFirst(const Told& a, const Told& b) {
  const auto rank = [](const Told& t) {
    return std::make_tuple(t.standing != Standing::kNow, t.masked(),
                           !t.masked() && !t.row->involvement.lead_professional());
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return !a.masked() && a.row->involvement.start_on() > b.row->involvement.start_on();
}

v1::Signpost SignpostOf(const Told& told) {
  v1::Signpost signpost;
  if (!told.named()) {
    signpost.set_service(v1::SENSITIVE_SERVICE);
    return signpost;
  }
  const v1::Involvement& involvement = told.row->involvement;
  signpost.set_service(involvement.service());
  signpost.set_organisation(involvement.organisation());
  signpost.set_team(involvement.team());
  signpost.set_practitioner(involvement.practitioner());
  signpost.set_practitioner_role(involvement.practitioner_role());
  signpost.set_telephone(involvement.telephone());
  signpost.set_lead_professional(involvement.lead_professional());
  signpost.set_since(involvement.start_on());
  if (told.standing == Standing::kBefore) {
    if (const auto last = LastCurrentDay(*told.row)) signpost.set_until(FormatDay(*last));
  }
  return signpost;
}

v1::AnswerBody AskDesk(const GradedRecord& graded, std::string_view reference) {
  v1::AnswerBody body;
  body.set_outcome(v1::ASK_DESK);
  body.set_grade(graded.grade);
  if (graded.grade == v1::POSSIBLE) {
    for (const v1::MatchReason reason : graded.reasons) body.add_reasons(reason);
  }
  body.set_reference(std::string(reference));
  return body;
}

v1::AnswerBody Withheld(std::string_view reference) {
  v1::AnswerBody body;
  body.set_outcome(v1::WITHHELD);
  body.set_reference(std::string(reference));
  return body;
}

// Several sensitive services are one row: their number is nobody's business but the desk's.
void KeepOneMasked(std::vector<Told>& told) {
  const auto first =
      std::find_if(told.begin(), told.end(), [](const Told& t) { return t.masked(); });
  if (first == told.end()) return;
  told.erase(std::remove_if(first + 1, told.end(), [](const Told& t) { return t.masked(); }),
             told.end());
}

v1::AnswerBody Involved(std::vector<Told> shown, bool desk_has_more) {
  std::stable_sort(shown.begin(), shown.end(), ComesFirst);
  KeepOneMasked(shown);
  v1::AnswerBody body;
  body.set_outcome(shown.front().standing == Standing::kNow ? v1::INVOLVED_NOW
                                                            : v1::INVOLVED_BEFORE);
  body.set_grade(v1::CERTAIN);
  body.set_more(desk_has_more || shown.size() > kMaxSignposts);
  shown.resize(std::min(shown.size(), kMaxSignposts));
  for (const Told& told : shown) *body.add_signposts() = SignpostOf(told);
  return body;
}

// The records that may speak to this asker, by what they are and how sure the match is.
struct Speakers {
  const GradedRecord* shielded = nullptr;  // with the glass broken
  bool withheld = false;
  std::vector<const GradedRecord*> certain;
  const GradedRecord* possible = nullptr;  // the best
};

bool Surer(const GradedRecord& a, const GradedRecord* b) {
  return b == nullptr || std::tuple(a.grade, a.bits) > std::tuple(b->grade, b->bits);
}

void Sort(const GradedRecord& graded, Speakers& speakers) {
  const ChildFlags& flags = graded.record->child.flags;
  const bool certain = graded.grade == v1::CERTAIN;
  if (!certain && graded.grade != v1::POSSIBLE) return;
  // Of two separated identities, one must not answer for the other.
  if (flags.separated && !certain) return;
  if (flags.shielded) {
    if (Surer(graded, speakers.shielded)) speakers.shielded = &graded;
  } else if (certain) {
    speakers.withheld |= flags.withheld;
    speakers.certain.push_back(&graded);
  } else if (Surer(graded, speakers.possible)) {
    speakers.possible = &graded;
  }
}

v1::AnswerBody AnswerOfCertain(const std::vector<const GradedRecord*>& records,
                               const DisclosureCells& cells, const RuleDay& day,
                               std::string_view reference) {
  std::vector<Told> shown;
  bool desk_has_more = false;
  for (const GradedRecord* graded : records) {
    for (const Told& told : Weigh(*graded->record, cells, day)) {
      if (told.named() || told.masked()) shown.push_back(told);
      desk_has_more |= told.what == v1::TELL_DESK;
    }
  }
  return shown.empty() ? AskDesk(*records.front(), reference)
                       : Involved(std::move(shown), desk_has_more);
}

}  // namespace

bool MaySpeak(const HeldRecord& record, const RuleDay& day) {
  const ChildFlags& flags = record.child.flags;
  if (flags.shielded || OutOfEveryAnswer(flags)) return false;
  return std::any_of(
      record.involvements.begin(), record.involvements.end(),
      [&](const InvolvementRow& row) { return StandingOf(row, day) != Standing::kNotShown; });
}

Judgement JudgeRecord(const HeldRecord& record, const AskContext& context,
                      const DisclosureTable& table, const RuleDay& day) {
  const ChildFlags& flags = record.child.flags;
  if (flags.archived) return {};
  if (JudgeAsk(table, context) != AskRefusal::kNone) return {};
  const DisclosureCells* cells = table.Find(context.role, context.purpose);
  if (cells == nullptr) return {};
  // Before quarantine: a broken glass opens at most the desk, and a shielded child must not become
  // unreachable in an emergency because its record waits for a decision too.
  if (flags.shielded) return {context.breaks_glass && cells->MayBreakGlass(), false};
  if (flags.quarantined) return {};
  Judgement judgement;
  for (const Told& told : Weigh(record, *cells, day)) {
    if (told.what != v1::TELL_NOTHING) {
      judgement.claims = true;
    } else if (told.kind == InvolvementKind::kSensitiveWithoutConsent) {
      judgement.desk_must_know = true;
    }
  }
  return judgement;
}

v1::AnswerBody BuildAnswer(const std::vector<GradedRecord>& records, const AskContext& context,
                           const DisclosureTable& table, const RuleDay& day, const v1::Desk& desk,
                           std::string_view reference, int64_t as_of_ms) {
  Speakers speakers;
  for (const GradedRecord& graded : records) {
    if (graded.record != nullptr && JudgeRecord(*graded.record, context, table, day).claims) {
      Sort(graded, speakers);
    }
  }
  v1::AnswerBody body;
  if (speakers.shielded != nullptr) {
    body = AskDesk(*speakers.shielded, reference);
  } else if (speakers.withheld) {
    body = Withheld(reference);
  } else if (!speakers.certain.empty()) {
    body = AnswerOfCertain(speakers.certain, *table.Find(context.role, context.purpose), day,
                           reference);
  } else if (speakers.possible != nullptr) {
    body = AskDesk(*speakers.possible, reference);
  } else {
    return NothingToReport(as_of_ms);
  }
  *body.mutable_desk() = desk;
  body.set_as_of_ms(as_of_ms);
  return ReduceAnswer(body);
}

v1::AnswerBody NothingToReport(int64_t as_of_ms) {
  v1::AnswerBody body;
  body.set_outcome(v1::NOTHING_TO_REPORT);
  body.set_as_of_ms(as_of_ms);
  return body;
}

}  // namespace signpost::node
