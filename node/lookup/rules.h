// What may be told to whom: the rules of signposting as this release has them.
// One table decides who may ask for what; one function decides whether a record
// may claim; one function turns records into an answer. Whatever they do not
// know, they refuse.
//
// Until the rules for protected records exist they are stored and never speak:
// shielded, separated, quarantined and archived records, and every sensitive
// involvement, with consent or without, break-glass or not.
//
// Thread safety: pure functions; today's date is passed in.
// Security: MayClaim() is false exactly when the answer could only be "nothing
// to report", so a claim never betrays a record that may not speak.
#ifndef SIGNPOST_NODE_LOOKUP_RULES_H_
#define SIGNPOST_NODE_LOOKUP_RULES_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/records.h"
#include "signpost/v1/child.pb.h"
#include "signpost/v1/directory.pb.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

inline constexpr uint32_t kDefaultLookBackMonths = 12;

enum class AskRefusal {
  kNone,
  kUnknownPurpose,
  kUnknownRole,
  kPurposeNeedsText,  // OTHER_PURPOSE without text
  kRoleMayNotAsk,     // PRIVACY_OFFICER, NODE_ADMIN
  kPurposeNotForRole,
  kServiceTest,  // matches reserved canary children only; there are none yet
  kDeskOnly,     // an own protected child: asking can betray it
};
// "UNKNOWN_PURPOSE", ...: the ledger's refusal_reason. Empty for kNone.
std::string_view AskRefusalName(AskRefusal refusal);

// Role × purpose. `has_text`: the purpose text is not blank. The asker's node refuses by it before
// anything is sent; the holder's node treats what it refuses like no match.
AskRefusal JudgeAsk(v1::Role role, v1::Purpose purpose, bool has_text);

// Whether a practitioner may ask other authorities about a record of their own by case reference.
AskRefusal JudgeAskAboutOwn(const ChildFlags& flags);

// Who asks and why, as far as the rules look at it.
struct AskContext {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  bool has_purpose_text = false;
  bool break_glass = false;
};
AskContext ContextOf(const v1::Intro& intro);

// The day and the look-back that involvements are judged by.
struct RuleDay {
  int64_t now_ms = 0;
  std::chrono::sys_days today;
  uint32_t look_back_months = kDefaultLookBackMonths;
};
RuleDay RuleDayOf(int64_t now_ms, const v1::Policy& policy);
// The moment before which an ended involvement no longer counts.
int64_t LookBackFromMs(const RuleDay& day);

enum class Standing {
  kNow,       // may be shown as current
  kBefore,    // ended, or past its review-by date, within the look-back
  kNotShown,  // sensitive, of an unknown service, not begun, ended too long ago, or undated
};
Standing StandingOf(const InvolvementRow& row, const RuleDay& day);

// One child as held, with everything the rules look at.
struct HeldRecord {
  ChildRow child;
  std::vector<InvolvementRow> involvements;
};

// Whether some outcome other than "nothing to report" is possible, whoever asks.
bool MaySpeak(const HeldRecord& record, const RuleDay& day);
// Whether the record may claim for this asker.
bool MayClaim(const HeldRecord& record, const AskContext& context, const RuleDay& day);

// A record and how surely it is the child asked about.
struct GradedRecord {
  const HeldRecord* record = nullptr;
  v1::MatchGrade grade = v1::MATCH_GRADE_UNSPECIFIED;
  std::vector<v1::MatchReason> reasons;
  double bits = 0;  // the best possible one is the one with the most
};

// What several records together answer. Records that may not speak to `context` count as absent.
//   certain: INVOLVED_NOW with every current involvement that may be shown and then the ended
//            ones, or INVOLVED_BEFORE; leads first, newest first; six, then `more`; the desk.
//   possible only: ASK_DESK with the grade, the reasons, the desk and `reference`; no practitioner,
//            since the child may be another.
//   none: NOTHING_TO_REPORT.
// Texts are cut to the field limits of proto/limits.h, so that the answer always fits.
v1::AnswerBody BuildAnswer(const std::vector<GradedRecord>& records, const AskContext& context,
                           const RuleDay& day, const v1::Desk& desk, std::string_view reference,
                           int64_t as_of_ms);

// "Nothing to report", the one form of it.
v1::AnswerBody NothingToReport(int64_t as_of_ms);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_RULES_H_
