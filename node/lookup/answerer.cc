#include "node/lookup/answerer.h"

#include <absl/cleanup/cleanup.h>

#include <algorithm>
#include <utility>

#include "node/lookup/asker.h"
#include "node/lookup/open_question.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/question/claim.h"

namespace signpost::node {
namespace {

// An open question waits for a reveal, which comes when the claims' cut-off has passed: seconds,
// whatever deadline the asker wrote into the header.
constexpr int64_t kMaxOpenMs = 10'000;
// Beyond a shorter deadline: a reveal is at most a claim cut-off late.
constexpr int64_t kOpenGraceMs = 2'000;

constexpr char kBadIntro[] = "BAD_INTRO";

absl::Status Refused(std::string_view reason) {
  return absl::FailedPreconditionError(ToAbsl(reason));
}

// Alerts whose own slots did not open: another slot of the same question may have named the asker.
void NameAsker(DeskAlert& alert, const v1::Intro& spoken, const v1::Intro& seen) {
  const v1::Intro& intro = seen.member().empty() ? spoken : seen;
  if (intro.member().empty()) return;
  for (v1::DeskItem& item : alert.items) {
    if (!item.asker().member().empty()) continue;
    *item.mutable_asker() = DeskAskerOf(intro);
    if (item.reason() == kBadIntro) item.clear_reason();
  }
}

}  // namespace

Answerer::Answerer(Options options, const DirectoryBook& book, const TagIndex& index,
                   LookupStore& store, DeskAlerts& alerts, ReplayGuard& replay, const Clock& clock,
                   Random& random)
    : options_(std::move(options)),
      book_(book),
      index_(index),
      store_(store),
      alerts_(alerts),
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
    for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
      open->tags.push_back(open->question.tag(slot));
    }
    open->candidates = FindCandidates(*view.table, open->tags);
    const absl::Status proved = Prove(*open, snapshot, now_ms);
    if (absl::IsAlreadyExists(proved)) {
      // Answered before this node was restarted. Members that hold nothing kept no note of it and
      // claim again: no claim, or another one than theirs, would name the holder.
      open->alert = {};
    } else if (!proved.ok()) {
      // What cannot be read or recorded must not read as "nothing": not ready, to every question.
      audit_writable_.store(false);
      status = v1::EPOCH_NOT_READY;
    }
    if (!proved.ok() || !open->evidence) open->ForgetProof();
  }

  // 8.
  DeskAlert alert = std::exchange(open->alert, {});
  SIGNPOST_ASSIGN_OR_RETURN(std::string claim, SealClaim(*open, *status));
  TimedReply reply{qid, std::move(claim),
                   receipt_monotonic_ms + snapshot.directory->timers().claim_delay_ms};
  std::move(leave).Cancel();
  {
    MutexLock lock(mutex_);
    open_[qid] = std::move(open);
  }
  alerts_.Raise(std::move(alert));
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
  // "Nothing" would be untrue of a policy that cannot be read, and of shields that may be missing.
  if (held_.load() || !TableOf(snapshot)->known()) return v1::EPOCH_NOT_READY;
  // An index that is empty or half filled finds nothing, and must not say "nothing".
  if (!audit_writable_.load() || view.table == nullptr || !view.ready) return v1::EPOCH_NOT_READY;
  return view.Behind(now_ms) ? v1::INDEX_BEHIND : v1::READY;
}

std::shared_ptr<const DisclosureTable> Answerer::TableOf(const DirectorySnapshot& snapshot) const {
  MutexLock lock(table_mutex_);
  if (table_ == nullptr || table_of_ != snapshot.directory->hash()) {
    table_ = std::make_shared<const DisclosureTable>(
        DisclosureTable::Of(snapshot.directory->message().policy()));
    table_of_ = snapshot.directory->hash();
  }
  return table_;
}

Answerer::Rules Answerer::RulesOf(const DirectorySnapshot& snapshot, int64_t now_ms) const {
  return {TableOf(snapshot), RuleDayOf(now_ms, snapshot.directory->message().policy())};
}

absl::Status Answerer::Prove(Open& open, const DirectorySnapshot& snapshot, int64_t now_ms) {
  const Rules rules = RulesOf(snapshot, now_ms);
  SIGNPOST_ASSIGN_OR_RETURN(const ReadRecords read,
                            ReadCandidates(store_, rules.day, open.candidates, OwnIdentity(open)));
  for (const int64_t child : read.touched) alerts_.Touch(child);
  ProveProtected(open, read.silencing, snapshot, rules);
  if (!open.evidence) {
    // The others claim by what their own slots open, whatever the protected ones' opened.
    const v1::Intro seen = open.SignedIntro();
    open.ForgetIntro();
    SIGNPOST_RETURN_IF_ERROR(ProveSpeaking(open, read.speaking, snapshot, rules));
    NameAsker(open.alert, open.SignedIntro(), seen);
  }
  if (!open.evidence) {
    open.alert.seen = {SeenKind::kQuestion, open.question.hh, now_ms + kReplayWindowMs};
    return absl::OkStatus();
  }
  open.reference = MakeReference(random_);
  SIGNPOST_RETURN_IF_ERROR(CommitClaim(open, rules, now_ms));
  ++counters_.claims_with_evidence;
  return absl::OkStatus();
}

absl::Status Answerer::ProveSpeaking(Open& open, const std::vector<SpeakingRecord>& speaking,
                                     const DirectorySnapshot& snapshot, const Rules& rules) {
  for (const SpeakingRecord& candidate : speaking) {
    if (!RevealPolicyMet(candidate.candidate.types)) break;  // the others come after these
    const ChildRow& child = candidate.record.child;
    SIGNPOST_ASSIGN_OR_RETURN(HeldMatch match, Match(open, child, ClaimingKeys(child.flags)));
    if (!RevealPolicyMet(match.types)) continue;
    ReadIntro(open, match, snapshot);
    const AskContext context = open.Context();
    const AskRefusal refusal = JudgeAsk(*rules.table, context);
    if (!open.IntroGood() || refusal != AskRefusal::kNone) {
      ++counters_.alarms;
      open.alert.rows.push_back(
          AlarmRow(open, open.IntroGood() ? AskRefusalName(refusal) : kBadIntro, rules));
      return absl::OkStatus();
    }
    const Judgement judgement = JudgeRecord(candidate.record, context, *rules.table, rules.day);
    if (judgement.desk_must_know) {
      open.alerted.insert(child.id);
      open.alert.items.push_back(
          AlertFor(open, v1::ALERT_SENSITIVE, child.case_reference, match.types, rules));
    }
    if (judgement.claims && !open.evidence) {
      SIGNPOST_RETURN_IF_ERROR(TakeMatch(open, child, std::move(match)));
    }
  }
  return absl::OkStatus();
}

void Answerer::ProveProtected(Open& open, const std::vector<Candidate>& silencing,
                              const DirectorySnapshot& snapshot, const Rules& rules) {
  size_t read = 0;
  for (const Candidate& candidate : silencing) {
    if (++read > kMaxCertainReads) {
      alerts_.Touch(candidate.child);
      continue;
    }
    const absl::Status status = ProveOneProtected(open, candidate, snapshot, rules);
    if (status.ok()) continue;
    // A record that cannot be read reads as unknown to everybody but the desk.
    v1::DeskItem item = AlertFor(open, v1::ALERT_SHIELDED, "", candidate.types, rules);
    item.set_reason("RECORD_UNREADABLE");
    open.alert.items.push_back(std::move(item));
  }
}

absl::Status Answerer::ProveOneProtected(Open& open, const Candidate& candidate,
                                         const DirectorySnapshot& snapshot, const Rules& rules) {
  const absl::StatusOr<HeldRecord> record = ReadHeld(store_, candidate.child);
  if (absl::IsNotFound(record.status())) return absl::OkStatus();  // deleted meanwhile
  SIGNPOST_RETURN_IF_ERROR(record.status());
  const ChildRow& child = record->child;
  SIGNPOST_ASSIGN_OR_RETURN(HeldMatch match, Match(open, child, ClaimingKeys(child.flags)));
  if (!RevealPolicyMet(match.types)) {
    alerts_.Touch(child.id);  // corrected since the index was built
    return absl::OkStatus();
  }
  const KeyTypeSet types = match.types;
  ReadIntro(open, match, snapshot);
  const AskContext context = open.Context();
  if (!open.evidence && open.IntroGood() && context.breaks_glass &&
      JudgeAsk(*rules.table, context) == AskRefusal::kNone &&
      JudgeRecord(*record, context, *rules.table, rules.day).claims) {
    open.glass_broken = true;
    open.alerted.insert(child.id);
    open.glass_types = types;
    return TakeMatch(open, child, std::move(match));
  }
  v1::DeskItem item = AlertFor(open, v1::ALERT_SHIELDED, child.case_reference, types, rules);
  if (!open.IntroGood()) item.set_reason(kBadIntro);
  open.alerted.insert(child.id);
  open.alert.items.push_back(std::move(item));
  return absl::OkStatus();
}

Answerer::OwnMatch Answerer::OwnIdentity(const Open& open) {
  return [this, &open](const ChildRow& child) -> absl::StatusOr<Candidate> {
    SIGNPOST_ASSIGN_OR_RETURN(const HeldMatch own, Match(open, child, HeldKeys::kOwnIdentity));
    return Candidate{child.id, own.types, own.bitmap};
  };
}

absl::StatusOr<HeldMatch> Answerer::Match(const Open& open, const ChildRow& child, HeldKeys keys) {
  const QuestionHeader& header = open.question.header;
  return MatchHeld(store_, header.epoch, header.slot, open.tags, child, keys);
}

absl::Status Answerer::TakeMatch(Open& open, const ChildRow& child, HeldMatch match) {
  open.poss = std::move(match.poss);
  open.digests = std::move(match.digests);
  open.claimed = child.id;
  open.case_reference = child.case_reference;
  SIGNPOST_ASSIGN_OR_RETURN(open.evidence, MakeEvidence(open.question.hh, options_.member,
                                                        match.bitmap, open.PossPointers()));
  return absl::OkStatus();
}

void Answerer::ReadIntro(Open& open, const HeldMatch& match,
                         const DirectorySnapshot& snapshot) const {
  size_t next = 0;
  for (size_t slot = 0; slot < kQuestionSlots && !open.IntroGood(); ++slot) {
    if ((match.bitmap >> slot & 1) == 0) continue;
    absl::StatusOr<OpenedIntro> intro = OpenIntro(open.question, slot, match.poss[next++]);
    if (!intro.ok()) continue;
    open.intro = *std::move(intro);
    if (!CheckSigner(open, *open.intro, snapshot).ok()) continue;
    open.asker_public =
        snapshot.directory->FindMember(open.intro->intro.member())->ed25519_public();
  }
}

absl::Status Answerer::CheckSigner(const Open& open, const OpenedIntro& intro,
                                   const DirectorySnapshot& snapshot) const {
  const std::string& asker = intro.intro.member();
  const v1::Member* member = snapshot.directory->FindMember(asker);
  if (member == nullptr || asker == options_.member || !snapshot.Admit(asker).active()) {
    return absl::PermissionDeniedError("the asker is not admitted");
  }
  return VerifyIntroSignature(intro, open.question.hh, member->ed25519_public());
}

v1::DeskItem Answerer::AlertFor(const Open& open, v1::DeskKind kind,
                                std::string_view case_reference, KeyTypeSet types,
                                const Rules& rules) const {
  return AlertOf(kind, open.SignedIntro(), case_reference, types, rules.table->version(),
                 rules.day.now_ms);
}

v1::DeskItem Answerer::GlassAlert(const Open& open, std::string_view case_reference,
                                  KeyTypeSet types, const Rules& rules) const {
  v1::DeskItem item = AlertFor(open, v1::ALERT_SHIELDED, case_reference, types, rules);
  item.set_reason("GLASS_BROKEN");
  return item;
}

v1::AuditRow Answerer::RowFor(const Open& open, v1::AuditRow::Kind kind,
                              uint32_t policy_version) const {
  const v1::Intro& intro = open.SignedIntro();
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

v1::AuditRow Answerer::AlarmRow(const Open& open, std::string_view note, const Rules& rules) const {
  v1::AuditRow row;
  row.set_kind(v1::AuditRow::BAD_SIGNATURE);
  row.set_at_ms(rules.day.now_ms);
  // A code that no directory lists is not copied into the log.
  const std::string peer = open.intro ? open.intro->intro.member() : "";
  const DirectorySnapshot snapshot = book_.Snapshot(rules.day.now_ms);
  if (snapshot.directory != nullptr && snapshot.directory->FindMember(peer) != nullptr) {
    row.set_peer(peer);
  }
  row.set_note(std::string(note));
  row.set_evidence_hash(open.question.hh);
  row.set_policy_version(rules.table->version());
  return row;
}

absl::Status Answerer::CommitClaim(const Open& open, const Rules& rules, int64_t now_ms) {
  const uint32_t policy = rules.table->version();
  v1::AuditRow row = RowFor(open, v1::AuditRow::CLAIM_MADE, policy);
  SIGNPOST_ASSIGN_OR_RETURN(std::string evidence, EncodeHeader(open.question.header));
  // Header, binding, signature, intro: with them a third person can check who asked for which tags.
  evidence += open.intro->binding;
  evidence += open.intro->signature;
  evidence += open.intro->bytes;
  row.set_evidence_hash(Sha256(open.intro->bytes));
  row.set_evidence(std::move(evidence));
  std::vector<v1::AuditRow> rows = {std::move(row)};
  std::vector<v1::DeskItem> desk;
  if (open.glass_broken) {
    // The claim alone tells that somebody is held: the review does not wait for the reveal.
    rows.push_back(RowFor(open, v1::AuditRow::BREAK_GLASS, policy));
    desk.push_back(BreakGlassReviewOf(open.SignedIntro(), open.case_reference, open.reference,
                                      policy, now_ms));
    desk.push_back(GlassAlert(open, open.case_reference, open.glass_types, rules));
  }
  return Commit(std::move(rows), std::move(desk),
                {{SeenKind::kQuestion, open.question.hh, now_ms + kReplayWindowMs}}, now_ms);
}

absl::Status Answerer::Commit(std::vector<v1::AuditRow> rows, std::vector<v1::DeskItem> desk,
                              const std::vector<SeenEntry>& seen, int64_t now_ms) {
  for (v1::AuditRow& row : rows) row.set_at_ms(now_ms);
  const absl::Status status =
      store_.AppendAuditAndDesk(std::move(rows), seen, std::move(desk), now_ms).status();
  if (status.ok() || absl::IsAlreadyExists(status)) return status;
  ++counters_.audit_failures;
  audit_writable_.store(false);
  return absl::UnavailableError("AUDIT_UNWRITABLE: what cannot be recorded is not told");
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
