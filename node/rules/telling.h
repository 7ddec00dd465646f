// What records tell an asker: whether a record may claim, what its answer says, and
// whether its desk must hear of it (RULES.md sections 2 to 5).
//
// The order in which a record is judged, first that applies:
//   archived, quarantined                      nothing
//   the table has no row for role and purpose  nothing
//   shielded                                   nothing; with break-glass, by the table: ASK_DESK
//   withheld, and something would be told      WITHHELD
//   involvements, each by its kind             TELL_SERVICE, TELL_MASKED, TELL_DESK, TELL_NOTHING
//   separated                                  as above, for a certain match only
//
// Thread safety: pure functions; today's date is passed in.
// Security: a record claims exactly when some outcome other than NOTHING_TO_REPORT is possible for
// this asker, so a claim never betrays a record that may not speak.
#ifndef SIGNPOST_NODE_RULES_TELLING_H_
#define SIGNPOST_NODE_RULES_TELLING_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/rules/asking.h"
#include "node/rules/standing.h"

namespace signpost::node {

// One child as held, with everything the rules look at.
struct HeldRecord {
  ChildRow child;
  std::vector<InvolvementRow> involvements;
};

// Whether the record could tell some asker something without break-glass. Before the asker is known
// (no intro opened yet), records that cannot leave.
bool MaySpeak(const HeldRecord& record, const RuleDay& day);

struct Judgement {
  bool claims = false;          // something may be told to this asker
  bool desk_must_know = false;  // a sensitive service without consent stays unsaid
};
Judgement JudgeRecord(const HeldRecord& record, const AskContext& context,
                      const DisclosureTable& table, const RuleDay& day);

// A record and how surely it is the child asked about.
struct GradedRecord {
  const HeldRecord* record = nullptr;
  v1::MatchGrade grade = v1::MATCH_GRADE_UNSPECIFIED;
  std::vector<v1::MatchReason> reasons;
  double bits = 0;  // the best possible one is the one with the most
};

// What several records together answer. Records that may not speak to `context` count as absent, so
// do separated ones that are no more than possible.
//   certain: WITHHELD if any of them is withheld (desk, reference); else INVOLVED_NOW with every
//            current involvement that may be told and then the ended ones, or INVOLVED_BEFORE;
//            leads first, newest first, masked ones as SENSITIVE_SERVICE without anything else;
//            six, then `more`; the desk. `more` also when something is left for the desk to say.
//            When nothing may be named but the desk may speak: ASK_DESK.
//   shielded, by break-glass: ASK_DESK and nothing else, whatever other records would say.
//   possible only: ASK_DESK with the grade, the reasons, the desk and `reference`; no practitioner,
//            since the child may be another.
//   none: NOTHING_TO_REPORT.
// Texts are cut to the field limits of proto/limits.h, so that the answer always fits.
v1::AnswerBody BuildAnswer(const std::vector<GradedRecord>& records, const AskContext& context,
                           const DisclosureTable& table, const RuleDay& day, const v1::Desk& desk,
                           std::string_view reference, int64_t as_of_ms);

// "Nothing to report", the one form of it.
v1::AnswerBody NothingToReport(int64_t as_of_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_RULES_TELLING_H_
