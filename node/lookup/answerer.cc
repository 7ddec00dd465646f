#include "node/lookup/answerer.h"

#include <absl/cleanup/cleanup.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "node/lookup/asker.h"
#include "node/matching/normalise.h"
#include "node/matching/score.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/question/answer.h"
#include "proto/question/claim.h"
#include "proto/question/reveal.h"

namespace signpost::node {
namespace {

// An open question waits for a reveal, which comes when the claims' cut-off has passed: seconds,
// whatever deadline the asker wrote into the header.
constexpr int64_t kMaxOpenMs = 10'000;
// Beyond a shorter deadline: a reveal is at most a claim cut-off late.
constexpr int64_t kOpenGraceMs = 2'000;

absl::Status Refused(std::string_view reason) {
  return absl::FailedPreconditionError(ToAbsl(reason));
}

}  // namespace

struct Answerer::Open {
  OpenedQuestion question;
  int64_t expires_monotonic_ms = 0;
  int64_t watermark_ms = 0;
  std::vector<Candidate> candidates;  // every record that was hit, whether or not it may speak
  std::string claim_hash;
  std::string asker_public;  // at the claim; empty without evidence

  // Of the record that proves the claim; empty without evidence.
  std::optional<ClaimEvidence> evidence;
  std::vector<Secret> poss;          // of the matched slots, in slot order
  std::vector<std::string> digests;  // of the match keys behind them
  std::string case_reference;
  std::string reference;
  OpenedIntro intro;

  std::vector<const Secret*> PossPointers() const {
    std::vector<const Secret*> pointers;
    for (const Secret& secret : poss) pointers.push_back(&secret);
    return pointers;
  }
  void ForgetProof() {
    evidence.reset();
    poss.clear();
    digests.clear();
    case_reference.clear();
    reference.clear();
    intro = {};
    asker_public.clear();
  }
};

Answerer::Answerer(Options options, const DirectoryBook& book, const TagIndex& index,
                   LookupStore& store, ReplayGuard& replay, const Clock& clock, Random& random)
    : options_(std::move(options)),
      book_(book),
      index_(index),
      store_(store),
      replay_(replay),
      clock_(clock),
      random_(random) {}

Answerer::~Answerer() = default;

absl::StatusOr<uint64_t> Answerer::DirectoryVersionOf(const v1::QuestionFrame& frame) {
  SIGNPOST_ASSIGN_OR_RETURN(const QuestionHeader header, DecodeHeader(frame.header()));
  return header.directory_version;
}

absl::StatusOr<TimedReply> Answerer::OnQuestion(const v1::QuestionFrame& frame,
                                                int64_t receipt_monotonic_ms) {
  ++counters_.questions;
  const int64_t now_ms = clock_.NowMs();
  const auto drop = [&](absl::Status status) {
    ++counters_.refused;
    return status;
  };
  // 1.
  absl::StatusOr<OpenedQuestion> question = OpenForMe(frame);
  if (!question.ok()) return drop(question.status());
  const ReplayVerdict verdict = replay_.Admit(question->hh, question->header.issued_ms,
                                              question->header.slot, now_ms, receipt_monotonic_ms);
  if (verdict != ReplayVerdict::kFresh) return drop(Refused(ReplayVerdictName(verdict)));

  // 2.
  const DirectorySnapshot snapshot = book_.Snapshot(now_ms);
  const EpochView view = index_.View(question->header.epoch, question->header.slot, now_ms);
  absl::StatusOr<v1::ClaimStatus> status = StatusFor(question->header, snapshot, view, now_ms);
  if (!status.ok()) return drop(status.status());
  // A place before anything is looked up: a refusal for want of room must not follow a match.
  const std::string qid = question->header.qid;
  if (!TakePlace(qid)) return drop(absl::ResourceExhaustedError("TOO_MANY_QUESTIONS"));
  absl::Cleanup leave = [&] { LeavePlace(qid); };

  auto open = std::make_unique<Open>();
  open->question = *std::move(question);
  const QuestionHeader& header = open->question.header;
  open->watermark_ms = view.watermark_ms;
  open->expires_monotonic_ms =
      receipt_monotonic_ms + std::min<int64_t>(header.deadline_ms + kOpenGraceMs, kMaxOpenMs);

  // 3 to 7.
  if (*status == v1::READY) {
    open->candidates = FindHits(open->question, *view.table);
    const absl::Status proved =
        open->candidates.empty() ? absl::OkStatus() : Prove(*open, snapshot, now_ms);
    if (absl::IsAlreadyExists(proved)) {
      // Answered before this node was restarted. Members that hold nothing kept no note of it and
      // claim again: no claim, or another one than theirs, would name the holder.
      open->ForgetProof();
      open->candidates.clear();
    } else if (!proved.ok()) {
      // What cannot be read or recorded must not read as "nothing": not ready, to every question.
      open->ForgetProof();
      open->candidates.clear();
      audit_writable_.store(false);
      status = v1::EPOCH_NOT_READY;
    }
  }

  // 8.
  SIGNPOST_ASSIGN_OR_RETURN(std::string claim, SealClaim(*open, *status));
  TimedReply reply{qid, std::move(claim),
                   receipt_monotonic_ms + snapshot.directory->timers().claim_delay_ms};
  std::move(leave).Cancel();
  MutexLock lock(mutex_);
  open_[qid] = std::move(open);
  return reply;
}

bool Answerer::TakePlace(const std::string& qid) {
  MutexLock lock(mutex_);
  if (open_.size() >= options_.max_open_questions) return false;
  return open_.emplace(qid, nullptr).second;
}

void Answerer::LeavePlace(const std::string& qid) {
  MutexLock lock(mutex_);
  open_.erase(qid);
}

absl::StatusOr<OpenedQuestion> Answerer::OpenForMe(const v1::QuestionFrame& frame) const {
  const auto key = options_.sealing_keys->find(frame.sealing_key_id());
  if (key == options_.sealing_keys->end()) {
    return absl::UnauthenticatedError("UNKNOWN_KEY: sealed to a key this member does not have");
  }
  return OpenQuestion(frame.header(), frame.body(), frame.enc(), frame.wrapped_key(), key->second);
}

absl::StatusOr<v1::ClaimStatus> Answerer::StatusFor(const QuestionHeader& header,
                                                    const DirectorySnapshot& snapshot,
                                                    const EpochView& view, int64_t now_ms) const {
  if (snapshot.directory == nullptr) return Refused("NO_DIRECTORY");
  if (!snapshot.Admit(options_.member).active()) {
    return absl::PermissionDeniedError("NOT_ADMITTED: this member does not take part at present");
  }
  switch (book_.Accept(header.directory_version, header.directory_hash, now_ms)) {
    case Acceptability::kConflict:
      return Refused("DIRECTORY_CONFLICT");
    case Acceptability::kAhead:
      return v1::DIRECTORY_AHEAD;
    case Acceptability::kBehind:
      return v1::DIRECTORY_BEHIND;
    case Acceptability::kAcceptable:
      break;
  }
  const v1::Epoch* epoch = snapshot.directory->FindEpoch(header.epoch);
  if (epoch == nullptr || now_ms < epoch->not_before_ms() || now_ms >= epoch->retire_at_ms()) {
    return v1::EPOCH_NOT_READY;
  }
  if (PkHash(*epoch) != header.pk_hash) return Refused("WRONG_EPOCH_KEY");
  // An index that is empty or half filled finds nothing, and must not say "nothing".
  if (!audit_writable_.load() || view.table == nullptr || !view.ready) return v1::EPOCH_NOT_READY;
  return view.Behind(now_ms) ? v1::INDEX_BEHIND : v1::READY;
}

std::vector<Candidate> Answerer::FindHits(const OpenedQuestion& question, const SlotTable& table) {
  std::vector<Tag> tags;
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) tags.push_back(question.tag(slot));
  return FindCandidates(table, tags);
}

absl::Status Answerer::Prove(Open& open, const DirectorySnapshot& snapshot, int64_t now_ms) {
  const v1::Policy& policy = snapshot.directory->message().policy();
  SIGNPOST_ASSIGN_OR_RETURN(const ReadRecords read,
                            ReadCandidates(store_, RuleDayOf(now_ms, policy), open.candidates));
  bool proved = false;
  for (const SpeakingRecord& speaking : read.speaking) {
    if (!RevealPolicyMet(speaking.candidate.types)) break;  // the others come after these
    SIGNPOST_ASSIGN_OR_RETURN(proved, ProveWith(open, speaking.record.child));
    if (proved) break;
    open.ForgetProof();
  }
  if (!proved) return absl::OkStatus();

  // 6. At the first slot that matched, with that slot's poss.
  const size_t slot = static_cast<size_t>(std::countr_zero(open.evidence->bitmap));
  absl::StatusOr<OpenedIntro> intro = OpenIntro(open.question, slot, open.poss.front());
  const absl::Status good = intro.ok() ? CheckIntro(open, *intro, snapshot) : intro.status();
  if (!good.ok()) {
    open.ForgetProof();
    open.candidates.clear();
    Alarm(open, intro.ok() ? intro->intro.member() : "", "BAD_INTRO", now_ms);
    return absl::OkStatus();
  }
  open.intro = *std::move(intro);
  open.asker_public = snapshot.directory->FindMember(open.intro.intro.member())->ed25519_public();
  open.reference = MakeReference(random_);
  SIGNPOST_RETURN_IF_ERROR(CommitClaim(open, policy.version(), now_ms));
  ++counters_.claims_with_evidence;
  return absl::OkStatus();
}

absl::StatusOr<bool> Answerer::ProveWith(Open& open, const ChildRow& child) {
  const QuestionHeader& header = open.question.header;
  absl::StatusOr<TagSet> set = store_.LoadTags(header.epoch, child.id);
  if (absl::IsNotFound(set.status())) return false;
  SIGNPOST_RETURN_IF_ERROR(set.status());
  // Matched anew against what is stored now: the record may have been corrected since the index
  // was built.
  KeyTypeSet types = 0;
  uint32_t bitmap = 0;
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
    const Tag asked = open.question.tag(slot);
    for (StoredTag& tag : set->tags) {
      if (tag.ask_only || tag.poss.empty()) continue;
      const absl::StatusOr<Tag> held = SlotTag(tag.hint, header.slot);
      if (!held.ok() || *held != asked) continue;
      types |= KeyTypeBit(tag.key_type);
      bitmap |= uint32_t{1} << slot;
      open.poss.push_back(tag.poss.Clone());
      open.digests.push_back(tag.key_digest);
      break;
    }
  }
  if (!RevealPolicyMet(types)) return false;
  open.case_reference = child.case_reference;
  SIGNPOST_ASSIGN_OR_RETURN(
      open.evidence, MakeEvidence(open.question.hh, options_.member, bitmap, open.PossPointers()));
  return true;
}

absl::Status Answerer::CheckIntro(const Open& open, const OpenedIntro& intro,
                                  const DirectorySnapshot& snapshot) const {
  const std::string& asker = intro.intro.member();
  const v1::Member* member = snapshot.directory->FindMember(asker);
  if (member == nullptr || asker == options_.member || !snapshot.Admit(asker).active()) {
    return absl::PermissionDeniedError("the asker is not admitted");
  }
  SIGNPOST_RETURN_IF_ERROR(VerifyIntroSignature(intro, open.question.hh, member->ed25519_public()));
  const AskContext context = ContextOf(intro.intro);
  if (JudgeAsk(context.role, context.purpose, context.has_purpose_text) != AskRefusal::kNone) {
    return absl::PermissionDeniedError("role and purpose do not allow the question");
  }
  return absl::OkStatus();
}

v1::AuditRow Answerer::RowFor(const Open& open, v1::AuditRow::Kind kind,
                              uint32_t policy_version) const {
  const v1::Intro& intro = open.intro.intro;
  v1::AuditRow row;
  row.set_kind(kind);
  row.set_peer(intro.member());
  row.set_peer_person(intro.person());
  row.set_on_behalf_of(intro.on_behalf_of());
  row.set_role(intro.role());
  row.set_purpose(intro.purpose());
  row.set_case_reference(open.case_reference);
  row.set_question_reference(open.reference);
  row.set_policy_version(policy_version);
  return row;
}

absl::Status Answerer::CommitClaim(const Open& open, uint32_t policy_version, int64_t now_ms) {
  v1::AuditRow row = RowFor(open, v1::AuditRow::CLAIM_MADE, policy_version);
  SIGNPOST_ASSIGN_OR_RETURN(std::string evidence, EncodeHeader(open.question.header));
  // Header, binding, signature, intro: with them a third person can check who asked for which tags.
  evidence += open.intro.binding;
  evidence += open.intro.signature;
  evidence += open.intro.bytes;
  row.set_evidence_hash(Sha256(open.intro.bytes));
  row.set_evidence(std::move(evidence));
  return Commit({std::move(row)},
                {{SeenKind::kQuestion, open.question.hh, now_ms + kReplayWindowMs}}, now_ms);
}

absl::Status Answerer::Commit(std::vector<v1::AuditRow> rows, const std::vector<SeenEntry>& seen,
                              int64_t now_ms) {
  for (v1::AuditRow& row : rows) row.set_at_ms(now_ms);
  const absl::Status status = store_.AppendAudit(std::move(rows), seen, now_ms).status();
  if (status.ok() || absl::IsAlreadyExists(status)) return status;
  ++counters_.audit_failures;
  audit_writable_.store(false);
  return absl::UnavailableError("AUDIT_UNWRITABLE: what cannot be recorded is not told");
}

void Answerer::Alarm(const Open& open, std::string_view peer, std::string_view note,
                     int64_t now_ms) {
  ++counters_.alarms;
  v1::AuditRow row;
  row.set_kind(v1::AuditRow::BAD_SIGNATURE);
  // A code that no directory lists is not copied into the log.
  const DirectorySnapshot snapshot = book_.Snapshot(now_ms);
  if (snapshot.directory != nullptr && snapshot.directory->FindMember(peer) != nullptr) {
    row.set_peer(std::string(peer));
  }
  row.set_note(std::string(note));
  row.set_evidence_hash(open.question.hh);
  // A failure leaves its mark in audit_writable_; the reply is that of no match either way.
  (void)Commit({std::move(row)}, {}, now_ms);
}

absl::StatusOr<std::string> Answerer::SealClaim(Open& open, v1::ClaimStatus status) {
  ClaimCore core;
  core.status = status;
  core.watermark_ms = open.watermark_ms;
  core.audit_head = store_.CurrentCheckpoint().hash;
  if (core.audit_head.empty()) core.audit_head.assign(kHashSize, '\0');
  SIGNPOST_ASSIGN_OR_RETURN(
      std::string claim,
      MakeClaim(open.question.keys.claim, open.question.enc, open.question.hh, options_.member,
                core, open.evidence, *options_.signing_key, random_));
  open.claim_hash = Sha256(claim);
  return claim;
}

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
    return Refused("NO_DIRECTORY");
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
  const std::string& asker = open.intro.intro.member();
  if (!VerifyRevealSignature(reveal, open.question.hh, options_.member, open.claim_hash,
                             open.asker_public)
           .ok()) {
    Alarm(open, asker, "BAD_REVEAL", now_ms);
    return NothingToReport(open.watermark_ms);
  }
  const bool admitted = snapshot.Admit(asker).active();
  std::string_view note;
  if (!admitted) {
    note = "ASKER_NOT_ADMITTED";
  } else if (!DetailsExplainMatch(open, reveal.details)) {
    note = "DETAILS_DO_NOT_MATCH";
  }
  if (note.empty()) return Disclose(open, reveal.details, snapshot, now_ms);
  v1::AuditRow row = RowFor(open, v1::AuditRow::ANSWERED_NOTHING, 0);
  row.set_outcome(v1::NOTHING_TO_REPORT);
  row.set_note(std::string(note));
  row.set_evidence_hash(Sha256(reveal.details_bytes));
  SIGNPOST_RETURN_IF_ERROR(Commit({std::move(row)}, {}, now_ms));
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

absl::StatusOr<v1::AnswerBody> Answerer::Disclose(const Open& open, const v1::ChildDetails& details,
                                                  const DirectorySnapshot& snapshot,
                                                  int64_t now_ms) {
  // 11. Read again: a record may have been shielded since the claim.
  const v1::Directory& directory = snapshot.directory->message();
  const NormalisedChild asked = Normalise(details);
  const AskContext context = ContextOf(open.intro.intro);
  const RuleDay day = RuleDayOf(now_ms, directory.policy());
  const absl::StatusOr<ReadRecords> read = ReadCandidates(store_, day, open.candidates);
  if (!read.ok()) return absl::UnavailableError("RECORD_UNREADABLE");
  std::vector<GradedRecord> graded;
  std::vector<v1::AuditRow> rows;
  const uint32_t policy = directory.policy().version();
  for (const SpeakingRecord& speaking : read->speaking) {
    const HeldRecord& record = speaking.record;
    if (!MayClaim(record, context, day)) continue;
    const MatchResult match = Score(asked, Normalise(record.child.details));
    Decision decision = Decide(match, directory.children());
    if (decision.grade == v1::MATCH_GRADE_UNSPECIFIED) continue;
    graded.push_back({&record, decision.grade, std::move(decision.reasons), match.total});
  }
  const v1::Member* self = snapshot.directory->FindMember(options_.member);
  v1::AnswerBody body =
      BuildAnswer(graded, context, day, self == nullptr ? v1::Desk() : self->desk(), open.reference,
                  open.watermark_ms);

  // 12. One row for each record that speaks.
  const bool nothing = body.outcome() == v1::NOTHING_TO_REPORT;
  for (const GradedRecord& g : graded) {
    if (nothing || g.grade != body.grade()) continue;
    v1::AuditRow row = RowFor(open, v1::AuditRow::DISCLOSURE, policy);
    row.set_case_reference(g.record->child.case_reference);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) rows.push_back(RowFor(open, v1::AuditRow::ANSWERED_NOTHING, policy));
  for (v1::AuditRow& row : rows) {
    row.set_outcome(body.outcome());
    row.set_evidence_hash(Sha256(body.SerializeAsString()));
  }
  SIGNPOST_RETURN_IF_ERROR(Commit(std::move(rows), {}, now_ms));
  if (!nothing) ++counters_.disclosures;
  return body;
}

void Answerer::Expire() {
  const int64_t now = clock_.MonotonicMs();
  MutexLock lock(mutex_);
  absl::erase_if(open_, [&](const auto& entry) {
    // Without contents: a place that is being filled.
    return entry.second != nullptr && entry.second->expires_monotonic_ms < now;
  });
}

size_t Answerer::open_questions() const {
  MutexLock lock(mutex_);
  return open_.size();
}

}  // namespace signpost::node
