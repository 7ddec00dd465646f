#include "node/lookup/asker.h"

#include <algorithm>
#include <utility>

#include "node/lookup/evidence.h"
#include "node/rules/asking.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/match_key.h"
#include "proto/question/answer.h"
#include "proto/question/fit.h"
#include "proto/question/reveal.h"

namespace signpost::node {
namespace {

v1::NoAnswerCause CauseOf(v1::MemberSilent::Cause cause) {
  return cause == v1::MemberSilent::NOT_ADMITTED ? v1::SUSPENDED : v1::UNREACHABLE;
}

// A body that names no outcome of its own, or a report that names nobody to ring, is no answer.
absl::Status CheckBody(const v1::AnswerBody& body) {
  if (body.outcome() == v1::NOTHING_TO_REPORT || Reports(body.outcome())) return absl::OkStatus();
  return absl::InvalidArgumentError("MALFORMED: an outcome that no member may send");
}

}  // namespace

std::string MakeReference(Random& random) {
  constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string reference;
  for (int i = 0; i < 8; ++i) {
    if (i == 4) reference += '-';
    reference += kAlphabet[random.Below(kAlphabet.size())];
  }
  return reference;
}

Ledger LedgerWithoutQuestion(const DirectorySnapshot& snapshot, std::string_view own,
                             v1::NoAnswerCause cause) {
  Ledger ledger(snapshot, own);
  ledger.CloseOpenRows(cause);
  return ledger;
}

Asker::Asker(Options options, DirectorySnapshot snapshot, AskerQuestion question)
    : options_(std::move(options)),
      snapshot_(std::move(snapshot)),
      question_(std::move(question)),
      ledger_(snapshot_, options_.own) {}

absl::StatusOr<std::unique_ptr<Asker>> Asker::Start(const Options& options,
                                                    const DirectorySnapshot& snapshot,
                                                    AskerQuestion question, int64_t now_ms,
                                                    Random& random) {
  if (snapshot.directory == nullptr || snapshot.directory->ExpiredAt(now_ms)) {
    return absl::FailedPreconditionError(
        "DIRECTORY_EXPIRED: no valid directory; ask the federation's officers for a new one");
  }
  if (!snapshot.Admit(options.own).active()) {
    return absl::FailedPreconditionError("NOT_ADMITTED: this authority may not ask at present");
  }
  question.intro.set_member(options.own);
  const AskContext context = ContextOf(question.intro);
  const AskRefusal refusal =
      JudgeAsk(DisclosureTable::Of(snapshot.directory->message().policy()), context);
  if (refusal != AskRefusal::kNone) {
    return absl::PermissionDeniedError(ToAbsl(AskRefusalName(refusal)));
  }
  if (question.tags.empty() || question.tags.size() > kQuestionSlots) {
    return absl::InvalidArgumentError("TAGS: a question carries 1 to 32 tags");
  }
  question.details = ReduceDetails(question.details);
  SIGNPOST_RETURN_IF_ERROR(FitDetails(question.details));
  std::unique_ptr<Asker> asker(new Asker(options, snapshot, std::move(question)));
  SIGNPOST_RETURN_IF_ERROR(asker->Build(now_ms, random));
  return asker;
}

absl::Status Asker::Build(int64_t now_ms, Random& random) {
  const VerifiedDirectory& directory = *snapshot_.directory;
  const v1::Epoch* epoch = directory.FindEpoch(question_.epoch);
  if (epoch == nullptr) {
    return absl::FailedPreconditionError("UNKNOWN_EPOCH: the directory does not list the epoch");
  }
  header_.qid = random.Bytes(kQidSize);
  header_.epoch = question_.epoch;
  header_.pk_hash = PkHash(*epoch);
  header_.directory_version = directory.version();
  header_.directory_hash = directory.hash();
  header_.policy_version = static_cast<uint16_t>(directory.message().policy().version());
  header_.slot = SlotOf(now_ms);
  header_.issued_ms = now_ms;
  header_.deadline_ms = options_.deadline_ms;

  for (const QuestionTag& tag : question_.tags) {
    SIGNPOST_ASSIGN_OR_RETURN(
        const Tag slot_tag,
        SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()}, header_.slot));
    asking_tags_.push_back({slot_tag, &tag.poss});
  }
  std::vector<Recipient> recipients;
  for (const std::string& code : ledger_.MembersToAsk()) {
    const v1::Member* member = directory.FindMember(code);
    if (member->sealing_keys().empty()) {
      ledger_.SetNotJoined(code, v1::NOT_YET_ACTIVE);
      continue;
    }
    const v1::SealingKey& key = *member->sealing_keys().rbegin();
    recipients.push_back({code, key.id(), key.x25519_public()});
  }
  SIGNPOST_ASSIGN_OR_RETURN(built_, BuildQuestion(header_, asking_tags_, recipients,
                                                  question_.intro, *options_.key, random));
  poss_of_slot_ = PossOfSlots(built_, asking_tags_);
  for (const MemberWrap& wrap : built_.wraps) {
    Peer& peer = peers_[wrap.member];
    peer.public_key = directory.FindMember(wrap.member)->ed25519_public();
    peer.keys = &wrap.keys;
  }
  unheard_ = peers_.size();
  reference_ = MakeReference(random);
  return absl::OkStatus();
}

v1::AuditRow Asker::BaseRow(v1::AuditRow::Kind kind) const {
  v1::AuditRow row;
  row.set_kind(kind);
  row.set_actor(question_.actor);
  row.set_case_reference(question_.case_reference);
  row.set_purpose(question_.intro.purpose());
  row.set_role(question_.intro.role());
  row.set_on_behalf_of(question_.intro.on_behalf_of());
  row.set_question_reference(reference_);
  row.set_policy_version(header_.policy_version);
  return row;
}

v1::AuditRow Asker::AskedRow() const {
  v1::AuditRow row = BaseRow(v1::AuditRow::QUESTION_ASKED);
  // What a holder keeps of a claim too: a third person can verify who asked, why, and for whom the
  // signature was made.
  row.set_evidence(absl::StrCat(built_.header, built_.intro_binding, built_.intro_signature,
                                built_.intro_bytes));
  row.set_evidence_hash(Sha256(built_.intro_bytes));
  return row;
}

v1::AskQuestion Asker::Message() const {
  v1::AskQuestion message;
  message.set_header(built_.header);
  message.set_body(built_.body);
  message.set_enc(built_.enc);
  for (const MemberWrap& wrap : built_.wraps) {
    v1::Wrap& out = *message.add_wraps();
    out.set_member(wrap.member);
    out.set_sealing_key_id(wrap.sealing_key_id);
    out.set_wrapped_key(wrap.wrapped_key);
  }
  return message;
}

void Asker::Sent(int64_t monotonic_ms) { sent_ms_ = monotonic_ms; }

Asker::Peer* Asker::FindPeer(std::string_view member) {
  const auto found = peers_.find(std::string(member));
  return found == peers_.end() ? nullptr : &found->second;
}

void Asker::OnClaim(std::string_view member, std::string_view claim) {
  Peer* peer = FindPeer(member);
  if (peer == nullptr || revealed_ || finished_) return;
  const std::string hash = Sha256(claim);
  if (peer->heard) {
    // A repeated delivery is harmless; two different claims are not one member's word.
    if (peer->claim_bytes_hash == hash) return;
    peer->evidence = false;
    ledger_.SetNoAnswer(member, v1::INVALID);
    return;
  }
  peer->heard = true;
  peer->claim_bytes_hash = hash;
  --unheard_;
  absl::StatusOr<OpenedClaim> opened = OpenClaim(peer->keys->claim, built_.enc, built_.hh, claim);
  if (!opened.ok()) {
    ledger_.SetNoAnswer(member, v1::INVALID);
    return;
  }
  peer->claim = *std::move(opened);
  const v1::ClaimStatus status = peer->claim->core.status;
  if (status != v1::READY) {
    if (status == v1::DIRECTORY_AHEAD || status == v1::DIRECTORY_BEHIND) ++directory_mismatches_;
    ledger_.SetNoAnswer(member, v1::MEMBER_NOT_READY);
    return;
  }
  if (!VerifyEvidence(peer->claim->evidence, built_.hh, member, poss_of_slot_)) return;
  if (!VerifyClaimSignature(*peer->claim, built_.hh, member, peer->public_key).ok()) {
    ledger_.SetNoAnswer(member, v1::INVALID);
    return;
  }
  peer->evidence = true;
}

void Asker::OnSilent(std::string_view member, v1::MemberSilent::Cause cause) {
  Peer* peer = FindPeer(member);
  if (peer == nullptr || finished_) return;
  if (!peer->heard) {
    peer->heard = true;
    --unheard_;
  }
  if (cause == v1::MemberSilent::NOT_ADMITTED) {
    ledger_.SetNotJoined(member, CauseOf(cause));
  } else {
    ledger_.SetNoAnswer(member, CauseOf(cause));
  }
}

int64_t Asker::ClaimsWaitMs(int64_t monotonic_ms) const {
  const int64_t due = sent_ms_ + snapshot_.directory->timers().claim_cutoff_ms;
  return std::max<int64_t>(due - monotonic_ms, 0);
}

bool Asker::ClaimsDue(int64_t monotonic_ms) const {
  return unheard_ == 0 || ClaimsWaitMs(monotonic_ms) == 0;
}

KeyTypeSet Asker::MatchedTypes(uint32_t bitmap) const {
  KeyTypeSet types = 0;
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
    const int tag = built_.tag_of_slot[slot];
    if ((bitmap >> slot & 1) == 0 || tag == kUnusedSlot) continue;
    types |= KeyTypeBit(question_.tags[static_cast<size_t>(tag)].key_type);
  }
  return types;
}

absl::StatusOr<std::string> Asker::RevealFor(const std::string& member, Peer& peer,
                                             const DirectorySnapshot& current) {
  const bool admitted = current.Admit(member).active();
  if (!admitted) ledger_.SetNotJoined(member, v1::SUSPENDED);
  if (!peer.evidence || !admitted) return MakeCover(peer.keys->reveal, built_.hh);
  if (!RevealPolicyMet(MatchedTypes(peer.claim->evidence.bitmap))) {
    // What it claimed stays unanswered: the "nothing" that cover is answered with would be untrue.
    ++claims_without_reveal_;
    ledger_.SetNoAnswer(member, v1::INVALID);
    return MakeCover(peer.keys->reveal, built_.hh);
  }
  const std::vector<const Secret*> poss = PossOfBitmap(poss_of_slot_, peer.claim->evidence.bitmap);
  SIGNPOST_ASSIGN_OR_RETURN(std::string reveal,
                            MakeReveal(peer.keys->reveal, built_.hh, member, poss, peer.claim->hash,
                                       question_.details, *options_.key));
  peer.revealed = true;
  return reveal;
}

v1::AskReveals Asker::MakeReveals(int64_t monotonic_ms, const DirectorySnapshot& current) {
  v1::AskReveals reveals;
  if (revealed_) return reveals;
  revealed_ = true;
  revealed_ms_ = monotonic_ms;
  for (const MemberWrap& wrap : built_.wraps) {
    Peer& peer = *FindPeer(wrap.member);
    // Its claim was never weighed: whatever it answers to cover is no answer.
    if (!peer.heard) ledger_.SetNoAnswer(wrap.member, v1::LATE);
    absl::StatusOr<std::string> reveal = RevealFor(wrap.member, peer, current);
    if (!reveal.ok()) {
      ledger_.SetNoAnswer(wrap.member, v1::INTERRUPTED);
      continue;
    }
    peer.reveal_hash = RevealHash(*reveal);
    v1::MemberReveal& out = *reveals.add_reveals();
    out.set_member(wrap.member);
    out.set_reveal(*std::move(reveal));
  }
  return reveals;
}

absl::StatusOr<v1::AnswerBody> Asker::ReadAnswer(std::string_view member, Peer& peer,
                                                 std::string_view answer) {
  SIGNPOST_ASSIGN_OR_RETURN(OpenedAnswer opened,
                            OpenAnswer(peer.keys->answer, built_.enc, built_.hh, answer));
  SIGNPOST_RETURN_IF_ERROR(CheckBody(opened.body));
  const bool reports = Reports(opened.body.outcome());
  if (reports && !peer.revealed) {
    return absl::InvalidArgumentError("UNPROVEN: a report from a member that was told nothing");
  }
  // "Nothing" in answer to cover needs no signature check here: only the member could seal it.
  if (reports || peer.revealed) {
    SIGNPOST_RETURN_IF_ERROR(
        VerifyAnswerSignature(opened, built_.hh, member, peer.reveal_hash, peer.public_key));
  }
  peer.answer_body = std::move(opened.body_bytes);
  peer.answer_signature = std::move(opened.signature);
  return std::move(opened.body);
}

std::optional<v1::AuditRow> Asker::OnAnswer(std::string_view member, std::string_view answer,
                                            int64_t monotonic_ms) {
  Peer* peer = FindPeer(member);
  if (peer == nullptr || peer->answered) return std::nullopt;
  if (!revealed_) {
    peer->answered = true;
    ledger_.SetNoAnswer(member, v1::INVALID);
    return std::nullopt;
  }
  peer->answered = true;
  absl::StatusOr<v1::AnswerBody> body = ReadAnswer(member, *peer, answer);
  if (finished_) {
    if (!body.ok()) return std::nullopt;
    v1::AuditRow row = BaseRow(v1::AuditRow::LATE_ANSWER);
    row.set_peer(std::string(member));
    row.set_outcome(body->outcome());
    row.set_evidence(peer->answer_body);
    row.set_evidence_hash(Sha256(peer->answer_body));
    return row;
  }
  if (!body.ok()) {
    ledger_.SetNoAnswer(member, v1::INVALID);
    return std::nullopt;
  }
  const int64_t elapsed = std::clamp<int64_t>(monotonic_ms - sent_ms_, 0, UINT32_MAX);
  ledger_.SetAnswer(member, AuthenticAnswer(*std::move(body)), static_cast<uint32_t>(elapsed));
  return std::nullopt;
}

int64_t Asker::AnswersWaitMs(int64_t monotonic_ms) const {
  const int64_t due = revealed_ms_ + snapshot_.directory->timers().answer_cutoff_ms;
  return std::max<int64_t>(due - monotonic_ms, 0);
}

bool Asker::AnswersDue(int64_t monotonic_ms) const {
  if (!revealed_) return false;
  if (AnswersWaitMs(monotonic_ms) == 0) return true;
  return std::all_of(built_.wraps.begin(), built_.wraps.end(),
                     [&](const MemberWrap& wrap) { return ledger_.Settled(wrap.member); });
}

void Asker::OnHubLost() { ledger_.CloseOpenRows(v1::HUB_UNREACHABLE); }

void Asker::Finish(int64_t monotonic_ms) {
  if (finished_) return;
  finished_ = true;
  ledger_.CloseOpenRows(v1::LATE);
  const int64_t elapsed = std::clamp<int64_t>(monotonic_ms - sent_ms_, 0, UINT32_MAX);
  elapsed_ms_ = static_cast<uint32_t>(elapsed);
}

v1::AuditRow Asker::EndedRow() const {
  v1::AuditRow row = BaseRow(v1::AuditRow::QUESTION_ENDED);
  const bool complete = ledger_.completeness() == v1::COMPLETE;
  row.set_note(complete ? "COMPLETE" : "INCOMPLETE");
  // Rows() has the reporting ones first.
  const v1::Outcome first = ledger_.Rows().front().outcome();
  row.set_outcome(Reports(first) ? first : complete ? v1::NOTHING_TO_REPORT : v1::NO_ANSWER);
  QuestionEvidence evidence;
  evidence.header = built_.header;
  for (const MemberWrap& wrap : built_.wraps) {
    const Peer& peer = peers_.at(wrap.member);
    evidence.members.push_back(
        {wrap.member, peer.claim, peer.reveal_hash, peer.answer_body, peer.answer_signature});
  }
  row.set_evidence(EncodeEvidence(evidence));
  row.set_evidence_hash(Sha256(row.evidence()));
  return row;
}

}  // namespace signpost::node
