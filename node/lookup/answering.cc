// The answering half of Answerer: steps 9 to 12.
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

#include "node/lookup/answerer.h"
#include "node/lookup/grading.h"
#include "node/lookup/open_question.h"
#include "node/matching/normalise.h"
#include "node/rules/protection.h"
#include "proto/crypto/kdf.h"
#include "proto/question/answer.h"
#include "proto/question/reveal.h"

namespace signpost::node {
namespace {

KeyTypeSet TypesOf(const std::vector<Candidate>& candidates, int64_t child) {
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [child](const Candidate& c) { return c.child == child; });
  return found == candidates.end() ? 0 : found->types;
}

}  // namespace

absl::StatusOr<TimedReply> Answerer::OnReveal(const v1::RevealFrame& frame,
                                              int64_t receipt_monotonic_ms) {
  const int64_t now_ms = clock_.NowMs();
  std::unique_ptr<Open> open;
  {
    MutexLock lock(mutex_);
    const auto found = open_.find(frame.qid());
    // Taken out at once: the answer key seals one answer.
    if (found != open_.end() && found->second != nullptr) {
      open = std::move(found->second);
      open_.erase(found);
    }
  }
  if (open == nullptr || open->expires_monotonic_ms < clock_.MonotonicMs()) {
    ++counters_.refused;
    return absl::NotFoundError("UNKNOWN_QUESTION: never put here, answered, or past its deadline");
  }
  // One snapshot for the whole answer: a directory that comes meanwhile is the next one's.
  const DirectorySnapshot snapshot = book_.Snapshot(now_ms);
  if (snapshot.directory == nullptr || !snapshot.Admit(options_.member).active()) {
    ++counters_.refused;
    return absl::FailedPreconditionError("NO_DIRECTORY");
  }
  // For cover and reveal alike.
  if (held_.load() || !TableOf(snapshot)->known()) {
    ++counters_.refused;
    return absl::FailedPreconditionError(held_.load() ? "HELD" : "POLICY_UNKNOWN");
  }
  // 9 to 12.
  absl::StatusOr<v1::AnswerBody> body = Weigh(*open, frame.reveal(), snapshot, now_ms);
  if (!body.ok()) {
    ++counters_.refused;
    return body.status();
  }
  const OpenedQuestion& question = open->question;
  SIGNPOST_ASSIGN_OR_RETURN(
      std::string answer,
      MakeAnswer(question.keys.answer, question.enc, question.hh, options_.member,
                 RevealHash(frame.reveal()), *body, *options_.signing_key, random_));
  return TimedReply{question.header.qid, std::move(answer),
                    receipt_monotonic_ms + snapshot.directory->timers().answer_delay_ms};
}

absl::StatusOr<v1::AnswerBody> Answerer::Weigh(Open& open, std::string_view bytes,
                                               const DirectorySnapshot& snapshot, int64_t now_ms) {
  // 9.
  const std::vector<const Secret*> poss = open.PossPointers();
  SIGNPOST_ASSIGN_OR_RETURN(const OpenedReveal reveal,
                            OpenReveal(open.question.keys.reveal, open.question.hh, poss, bytes));
  if (reveal.cover) {
    if (open.evidence) ++counters_.claims_without_reveal;
    return NothingToReport(open.watermark_ms);
  }
  // 10.
  const Rules rules = RulesOf(snapshot, now_ms);
  if (!VerifyRevealSignature(reveal, open.question.hh, options_.member, open.claim_hash,
                             open.asker_public)
           .ok()) {
    ++counters_.alarms;
    DeskAlert alarm;
    alarm.rows.push_back(AlarmRow(open, "BAD_REVEAL", rules));
    alerts_.Raise(std::move(alarm));
    return NothingToReport(open.watermark_ms);
  }
  std::string_view note;
  const AskRefusal refusal = JudgeAsk(*rules.table, open.Context());
  if (!snapshot.Admit(open.SignedIntro().member()).active()) {
    note = "ASKER_NOT_ADMITTED";
  } else if (refusal != AskRefusal::kNone) {
    note = AskRefusalName(refusal);
  } else if (!DetailsExplainMatch(open, reveal.details)) {
    note = "DETAILS_DO_NOT_MATCH";
  }
  if (note.empty()) return Disclose(open, reveal.details, snapshot, rules);
  v1::AuditRow row = RowFor(open, v1::AuditRow::ANSWERED_NOTHING, rules.table->version());
  row.set_outcome(v1::NOTHING_TO_REPORT);
  row.set_note(std::string(note));
  row.set_evidence_hash(Sha256(reveal.details_bytes));
  SIGNPOST_RETURN_IF_ERROR(Commit({std::move(row)}, {}, {}, now_ms));
  return NothingToReport(open.watermark_ms);
}

bool Answerer::DetailsExplainMatch(const Open& open, const v1::ChildDetails& details) const {
  absl::flat_hash_set<std::string> derived;
  for (const MatchKey& key : AskerKeys(Normalise(details))) {
    derived.insert(store_.KeyDigest(key.type, key.fields));
  }
  return std::all_of(open.digests.begin(), open.digests.end(),
                     [&](const std::string& digest) { return derived.contains(digest); });
}

absl::StatusOr<v1::AnswerBody> Answerer::Disclose(Open& open, const v1::ChildDetails& details,
                                                  const DirectorySnapshot& snapshot,
                                                  const Rules& rules) {
  // 11. Read again: a shield, a withdrawn consent or an archiving since the claim takes effect.
  const absl::StatusOr<Records> records = Speakers(open, rules);
  alerts_.Raise(std::exchange(open.alert, {}));
  if (!records.ok()) return absl::UnavailableError("RECORD_UNREADABLE");
  const uint64_t children = snapshot.directory->message().children();
  std::vector<GradedRecord> graded =
      GradeRecords(records->speaking, details, children, 0, open.claimed);
  KeepSilence(graded, records->silent, details, children, 0);
  const v1::Member* self = snapshot.directory->FindMember(options_.member);
  v1::AnswerBody body =
      BuildAnswer(graded, open.Context(), *rules.table, rules.day,
                  self == nullptr ? v1::Desk() : self->desk(), open.reference, open.watermark_ms);
  // 12.
  SIGNPOST_RETURN_IF_ERROR(CommitAnswer(open, graded, body, rules));
  if (body.outcome() != v1::NOTHING_TO_REPORT) ++counters_.disclosures;
  return body;
}

absl::StatusOr<Answerer::Records> Answerer::Speakers(Open& open, const Rules& rules) {
  SIGNPOST_ASSIGN_OR_RETURN(ReadRecords read,
                            ReadCandidates(store_, rules.day, open.candidates, OwnIdentity(open)));
  const AskContext context = open.Context();
  Records records;
  const auto judge = [&](const Candidate& candidate, HeldRecord record) -> absl::Status {
    const ChildRow& child = record.child;
    const Judgement judgement = JudgeRecord(record, context, *rules.table, rules.day);
    const bool silent = SilencesNode(child.flags) && !judgement.claims;
    if ((silent || judgement.desk_must_know) && RevealPolicyMet(candidate.types) &&
        open.alerted.insert(child.id).second) {
      open.alert.items.push_back(AlertFor(open, silent ? v1::ALERT_SHIELDED : v1::ALERT_SENSITIVE,
                                          child.case_reference, candidate.types, rules));
    }
    if (silent) records.silent.push_back(std::move(record));
    if (!judgement.claims) return absl::OkStatus();
    if (child.flags.separated) {
      SIGNPOST_ASSIGN_OR_RETURN(const HeldMatch match, Match(open, child, HeldKeys::kOwnIdentity));
      if (!RevealPolicyMet(match.types)) return absl::OkStatus();
    }
    records.speaking.push_back(std::move(record));
    return absl::OkStatus();
  };
  read.silencing.resize(std::min(read.silencing.size(), kMaxCertainReads));
  for (const Candidate& candidate : read.silencing) {
    absl::StatusOr<HeldRecord> record = ReadHeld(store_, candidate.child);
    if (absl::IsNotFound(record.status())) continue;
    SIGNPOST_RETURN_IF_ERROR(record.status());
    SIGNPOST_RETURN_IF_ERROR(judge(candidate, *std::move(record)));
  }
  for (SpeakingRecord& speaking : read.speaking) {
    SIGNPOST_RETURN_IF_ERROR(judge(speaking.candidate, std::move(speaking.record)));
  }
  return records;
}

absl::Status Answerer::CommitAnswer(const Open& open, const std::vector<GradedRecord>& graded,
                                    const v1::AnswerBody& body, const Rules& rules) {
  const uint32_t policy = rules.table->version();
  std::vector<v1::AuditRow> rows;
  std::vector<v1::DeskItem> desk;
  // One row and one notice for each record that speaks.
  if (body.outcome() != v1::NOTHING_TO_REPORT) {
    for (const GradedRecord* speaker : SpeakersOf(graded)) {
      const ChildRow& child = speaker->record->child;
      const std::string& case_reference = child.case_reference;
      if (child.flags.shielded && !(open.glass_broken && child.id == open.claimed)) {
        // Shielded since the claim: the glass broke only now.
        rows.push_back(RowFor(open, v1::AuditRow::BREAK_GLASS, policy));
        rows.back().set_case_reference(case_reference);
        desk.push_back(BreakGlassReviewOf(open.SignedIntro(), case_reference, open.reference,
                                          policy, rules.day.now_ms));
        desk.push_back(GlassAlert(open, case_reference, TypesOf(open.candidates, child.id), rules));
      }
      rows.push_back(RowFor(open, v1::AuditRow::DISCLOSURE, policy));
      rows.back().set_case_reference(case_reference);
      desk.push_back(NoticeOf(open.SignedIntro(), case_reference, body.outcome(), open.reference,
                              policy, rules.day.now_ms));
    }
  }
  if (rows.empty()) rows.push_back(RowFor(open, v1::AuditRow::ANSWERED_NOTHING, policy));
  for (v1::AuditRow& row : rows) {
    row.set_outcome(body.outcome());
    row.set_evidence_hash(Sha256(body.SerializeAsString()));
  }
  return Commit(std::move(rows), std::move(desk), {}, rules.day.now_ms);
}

}  // namespace signpost::node
