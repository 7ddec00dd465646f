#include "node/service/question_runner.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "node/matching/normalise.h"
#include "node/record/civil_date.h"
#include "node/rules/desk.h"
#include "node/rules/protection.h"
#include "node/service/approval.h"
#include "node/service/asking_errors.h"
#include "node/service/asking_person.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/limits.h"
#include "proto/question/fit.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

constexpr int64_t kEvaluateDeadlineMs = 1'500;
constexpr int64_t kStreamDeadlineMs = 20'000;
constexpr int64_t kLateMs = 1'000;
constexpr int64_t kRequestIdLifeMs = 24 * 3'600'000;
constexpr size_t kRequestIdSize = 16;
constexpr int kMostLingering = 16;

// Counts a thread that waits for late answers, for as long as it lives.
class Lingering {
 public:
  explicit Lingering(std::atomic<int>& counter) : counter_(counter), count_(++counter) {}
  ~Lingering() { --counter_; }
  Lingering(const Lingering&) = delete;
  Lingering& operator=(const Lingering&) = delete;
  int count() const { return count_; }

 private:
  std::atomic<int>& counter_;
  const int count_;
};

std::vector<QuestionTag> CloneTags(const std::vector<QuestionTag>& tags) {
  std::vector<QuestionTag> clones;
  for (const QuestionTag& tag : tags) {
    clones.push_back({tag.key_type, tag.hint, tag.poss.Clone()});
  }
  return clones;
}

v1::SignpostRecord SignpostOf(const v1::LedgerRow& row, int64_t now_ms) {
  v1::SignpostRecord record;
  record.set_member(row.member());
  record.set_outcome(row.outcome());
  record.set_answered_ms(now_ms);
  return record;
}

}  // namespace

struct QuestionRunner::Question {
  Question(const v1::AskRequest& the_request, const Caller& the_caller, const Emit& the_emit)
      : request(the_request), caller(the_caller), emit(the_emit) {}

  const v1::AskRequest& request;
  const Caller& caller;
  const Emit& emit;
  int64_t started_ms = 0;  // monotonic
  DirectorySnapshot snapshot;
  DisclosureTable table;
  const v1::Epoch* epoch = nullptr;
  AskingPerson person;
  v1::ChildDetails details;
  AskedIdentity identity = AskedIdentity::kWhole;
  std::string case_reference;
  std::string reference;             // for the practitioner to quote; once the question is put
  std::optional<uint64_t> approval;  // the desk's item that allows an own protected child
  bool veiled = false;               // the own record named only waits for a decision
  std::optional<TagSet> stored;
  std::optional<std::vector<QuestionTag>> tags;  // none: could not be had
  // What the own records are asked by when `tags` were put out of reach.
  std::optional<std::vector<QuestionTag>> own_tags;
  std::unique_ptr<Asker> asker;
  std::shared_ptr<v1::RelayService::Stub> stub;  // of the hub it goes to; null: it cannot leave
  std::unique_ptr<HubQuestion> hub;
  absl::Status refused;  // the hub refused this node
  bool not_sent = false;
};

void QuestionRunner::Run(const v1::AskRequest& request, const Caller& caller, const Emit& emit,
                         const std::function<void(const absl::Status&)>& ended) {
  Question question(request, caller, emit);
  question.started_ms = parts_.clock->MonotonicMs();
  const absl::Status status = Ask(question);
  ended(status);
  if (status.ok() && question.hub != nullptr) TakeLate(question);
}

absl::Status QuestionRunner::Ask(Question& question) {
  SIGNPOST_RETURN_IF_ERROR(Admitted(question));
  if (question.not_sent) return absl::OkStatus();
  SIGNPOST_RETURN_IF_ERROR(FindChild(question));
  if (question.not_sent) return absl::OkStatus();
  SIGNPOST_RETURN_IF_ERROR(GetTags(question));
  if (question.not_sent) return absl::OkStatus();
  if (!question.tags) return PutWithoutKeys(question);
  return Put(question);
}

absl::Status QuestionRunner::Admitted(Question& question) {
  const int64_t now_ms = parts_.clock->NowMs();
  question.snapshot = parts_.book->Snapshot(now_ms);
  const AdmissionResult own = parts_.book->Admit(parts_.authority, now_ms);
  if (own.admission == Admission::kSuspended) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kSuspended,
                     absl::StrCat("this authority is suspended (", own.reason,
                                  "); nothing was sent; an officer can reinstate it"));
  }
  // A node that was down when the order was given hears of it only by being refused.
  if (parts_.hub_refusal() == reason::kSuspended) {
    return MakeError(absl::StatusCode::kPermissionDenied, reason::kSuspended,
                     "the hub refuses this authority as suspended; nothing was sent; an officer "
                     "can reinstate it");
  }
  if (question.snapshot.directory == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     own.admission == Admission::kDirectoryExpired ? reason::kDirectoryExpired
                                                                   : reason::kDirectoryMissing,
                     "this node has no valid directory, so it cannot know whom to ask; the "
                     "federation's officers must publish one");
  }
  const v1::AskRequest& request = question.request;
  if (request.request_id().size() != kRequestIdSize) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails,
                     "request_id must be 16 random bytes");
  }
  question.epoch = question.snapshot.directory->AskingEpoch(now_ms);
  question.table = DisclosureTable::Of(question.snapshot.directory->message().policy());
  return JudgePerson(question);
}

absl::Status QuestionRunner::JudgePerson(Question& question) {
  const v1::AskRequest& request = question.request;
  auto person = JudgeAskingPerson(request, question.caller, *parts_.users, question.table,
                                  DayOf(parts_.clock->NowMs()));
  if (!person.ok()) {
    if (absl::IsPermissionDenied(person.status())) {
      const std::string& named = request.asserted_person().name();
      parts_.users->refusals().Note(question.caller.id, reason::kAssertion,
                                    named.size() <= kMaxPersonBytes ? named : "");
      parts_.users->refusals().Write();
    }
    return person.status();
  }
  question.person = *std::move(person);
  question.person.intro.set_member(parts_.authority);
  if (question.person.refusal != AskRefusal::kNone) {
    return DoNotSend(question, v1::REFUSED, AskRefusalName(question.person.refusal));
  }
  return question.person.unwarned ? Refuse(question, BreakGlassWarning()) : absl::OkStatus();
}

absl::Status QuestionRunner::FindChild(Question& question) {
  const v1::AskRequest& request = question.request;
  // Typed or named: which child is shielded here is not known, so none can be kept from leaving.
  if (parts_.store->ShieldsUnconfirmed()) {
    return DoNotSend(question, v1::REFUSED, "SHIELDS_UNCONFIRMED");
  }
  if (request.has_details()) {
    question.details = ReduceDetails(request.details());
    return absl::OkStatus();
  }
  if (request.case_reference().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails,
                     "give a case reference or the child's details");
  }
  const auto child = parts_.store->GetChildByCase(request.case_reference());
  if (!child.ok() && !absl::IsNotFound(child.status())) return StoreFailed(child.status());
  if (!child.ok() || child->flags.archived) return Refuse(question, NoCaseToAsk());
  if (JudgeAskAboutOwn(child->flags, question.person.context) != AskRefusal::kNone) {
    SIGNPOST_RETURN_IF_ERROR(NeedApproval(question, *child));
    if (question.not_sent) return absl::OkStatus();
  }
  return TakeRecord(question, *child);
}

absl::Status QuestionRunner::TakeRecord(Question& question, const ChildRow& child) {
  // A separated record is asked about as the one identity that it is.
  question.identity = child.flags.separated ? AskedIdentity::kOwnOnly : AskedIdentity::kWhole;
  question.details =
      ReduceDetails(child.flags.separated ? OwnIdentityOnly(child.details) : child.details);
  question.case_reference = child.case_reference;
  if (question.epoch != nullptr) {
    auto stored = parts_.lookup_store->LoadTags(question.epoch->epoch(), child.id);
    if (stored.ok()) question.stored = *std::move(stored);
  }
  return absl::OkStatus();
}

// A question about an own protected child would tell others that it is looked for. To all but the
// desk it reads like an unknown case, in the audit too.
absl::Status QuestionRunner::NeedApproval(Question& question, const ChildRow& child) {
  auto desk = AsDesk(question.person, question.caller, question.table);
  if (!desk || JudgeAskAboutOwn(child.flags, desk->context) != AskRefusal::kNone) {
    // Whoever asks may read a record that only waits for a decision: a refusal would tell them that
    // a protected child is like it.
    question.veiled = child.flags.quarantined && !child.flags.shielded;
    return question.veiled ? absl::OkStatus() : Refuse(question, NoCaseToAsk());
  }
  const AskRefusal unapproved = JudgeApproved(desk->context);
  if (unapproved != AskRefusal::kNone) {
    return DoNotSend(question, v1::REFUSED, AskRefusalName(unapproved));
  }
  auto approval =
      FindApproval(parts_.store->desk(), question.request.approval_reference(), question.caller.id,
                   child.case_reference, question.request.purpose(), parts_.clock->NowMs());
  if (!approval.ok()) {
    return absl::IsFailedPrecondition(approval.status()) ? Refuse(question, approval.status())
                                                         : StoreFailed(approval.status());
  }
  question.person = *std::move(desk);
  question.approval = *approval;
  return absl::OkStatus();
}

absl::Status QuestionRunner::Refuse(const Question& question, const absl::Status& refusal) {
  SIGNPOST_RETURN_IF_ERROR(Commit({NotSentRow(question, v1::REFUSED, DetailsOf(refusal).reason)}));
  return refusal;
}

absl::Status QuestionRunner::GetTags(Question& question) {
  if (question.epoch == nullptr) return absl::OkStatus();
  auto plan = PlanQuestion(
      question.details, *question.epoch, question.stored ? &*question.stored : nullptr,
      [this](uint8_t type, std::string_view key) {
        return parts_.lookup_store->KeyDigest(type, key);
      },
      *parts_.random, question.identity);
  if (!plan.ok()) {
    return DoNotSend(question, v1::MORE_DETAILS_NEEDED, "DETAILS_TOO_FEW");
  }
  const bool reused = plan->reused;
  auto pair = parts_.custodians->Evaluate(*question.snapshot.directory, question.epoch->epoch(),
                                          v1::QUESTIONS, plan->points(), kEvaluateDeadlineMs);
  if (!pair.ok()) {
    if (!reused) return absl::OkStatus();  // nothing can be had: PutWithoutKeys says so
    pair = EvaluationPair{};
  }
  auto tags = FinishPlan(*std::move(plan), *question.epoch, pair->a, pair->b);
  if (!tags.ok()) {
    Log(Severity::kError, "question.bad_proof", {{"code", tags.status().code()}});
    return absl::OkStatus();
  }
  question.tags = *std::move(tags);
  return question.approval ? absl::OkStatus() : KeepFromProtected(question);
}

absl::Status QuestionRunner::KeepFromProtected(Question& question) {
  LocalAnswerer local(*parts_.lookup_store, *parts_.index);
  const auto touches = local.TouchesProtected(question.details, *question.tags,
                                              question.epoch->epoch(), parts_.clock->NowMs());
  if (!touches.ok() && !question.veiled) {
    // FindChild has judged a record that was named; a protected second one cannot be ruled out yet.
    if (!question.case_reference.empty()) return absl::OkStatus();
    const auto held = parts_.store->CountChildren();
    if (held.ok() && *held == 0) return absl::OkStatus();
    question.tags.reset();  // not known: the question does not leave, and every row says so
    return absl::OkStatus();
  }
  std::vector<LocalAnswerer::Protected> touched;
  if (touches.ok()) touched = *touches;
  const auto is_named = [&](const LocalAnswerer::Protected& record) {
    return record.case_reference == question.case_reference;
  };
  if (question.veiled && std::none_of(touched.begin(), touched.end(), is_named)) {
    touched.push_back({question.case_reference, 0});
  }
  if (touched.empty()) return absl::OkStatus();
  // The question goes out like any other and can be found by nobody; the own desk is told, and
  // nobody else: not even the audit's readers. The own row is found by the real tags, as it is for
  // every other question: else an own record would fall silent exactly when a protected one was
  // touched too.
  question.own_tags = CloneTags(*question.tags);
  for (QuestionTag& tag : *question.tags) {
    parts_.random->Fill(tag.hint.data(), tag.hint.size());
    tag.poss = parts_.random->SecretBytes(tag.poss.size());
  }
  AlertOwnDesk(question, touched);
  return absl::OkStatus();
}

void QuestionRunner::AlertOwnDesk(const Question& question,
                                  const std::vector<LocalAnswerer::Protected>& protected_records) {
  DeskAlert alert;
  for (const LocalAnswerer::Protected& record : protected_records) {
    alert.items.push_back(AlertOf(v1::ALERT_OWN_PROTECTED, question.person.intro,
                                  record.case_reference, record.types, question.table.version(),
                                  parts_.clock->NowMs()));
  }
  parts_.alerts->Raise(std::move(alert));
}

void QuestionRunner::AnswerOwn(Question& question, Ledger& ledger) {
  if (parts_.store->ShieldsUnconfirmed()) {
    ledger.SetOwnNoAnswer(v1::MEMBER_NOT_READY);
    return;
  }
  // Without tags every stored key is compared: one such scan at a time.
  std::optional<MutexLock> scan;
  if (!question.tags) scan.emplace(scan_mutex_);
  LocalAnswerer local(*parts_.lookup_store, *parts_.index);
  LocalAnswerer::Request request;
  request.details = question.details;
  request.case_reference = question.case_reference;
  const auto& tags = question.own_tags ? question.own_tags : question.tags;
  request.tags = tags ? &*tags : nullptr;
  request.epoch = question.epoch == nullptr ? 0 : question.epoch->epoch();
  request.context = question.person.context;
  request.reference = MakeReference(*parts_.random);
  request.alerts = parts_.alerts;
  request.intro = &question.person.intro;
  auto answer =
      local.Answer(request, *question.snapshot.directory, parts_.authority, parts_.clock->NowMs());
  if (answer.ok()) {
    ledger.SetOwn(*std::move(answer));
  } else {
    ledger.SetOwnNoAnswer(v1::MEMBER_NOT_READY);
  }
}

absl::Status QuestionRunner::Put(Question& question) {
  AskerQuestion asked;
  asked.intro = question.person.intro;
  asked.details = question.details;
  asked.tags = CloneTags(*question.tags);
  asked.epoch = question.epoch->epoch();
  asked.case_reference = question.case_reference;
  asked.actor = question.caller.id;
  const int64_t now_ms = parts_.clock->NowMs();
  auto asker = Asker::Start({parts_.authority, parts_.signing_key}, question.snapshot,
                            std::move(asked), now_ms, *parts_.random);
  if (!asker.ok()) {
    return MakeError(asker.status().code(), reason::kDetails, FromAbsl(asker.status().message()));
  }
  question.asker = *std::move(asker);
  question.reference = question.asker->reference();
  question.stub = parts_.hub();
  SIGNPOST_RETURN_IF_ERROR(CommitAsked(question, question.asker->AskedRow()));
  Ledger& ledger = question.asker->ledger();
  EmitStarted(question, ledger, question.asker->reference());
  AnswerOwn(question, ledger);
  EmitRows(question, ledger);
  Converse(question, kStreamDeadlineMs);
  if (!question.refused.ok()) {
    SIGNPOST_RETURN_IF_ERROR(CommitEnded(question));
    return question.refused;
  }
  return End(question);
}

absl::Status QuestionRunner::CommitAsked(Question& question, v1::AuditRow asked) {
  const int64_t now_ms = parts_.clock->NowMs();
  asked.set_at_ms(now_ms);
  asked.set_peer_person(question.person.asserted);
  std::vector<v1::AuditRow> rows = {std::move(asked)};
  std::vector<v1::DeskItem> desk;
  if (question.person.context.breaks_glass) {
    v1::AuditRow broken = RowOf(question, v1::AuditRow::BREAK_GLASS);
    broken.set_note("ASKED");
    rows.push_back(std::move(broken));
    desk.push_back(BreakGlassReviewOf(question.person.intro, question.case_reference,
                                      question.reference, question.table.version(), now_ms));
    // Who broke the glass is not the one who reviews it.
    desk.back().set_requested_by(question.person.requester);
  }
  const SeenEntry once{SeenKind::kRequest, question.request.request_id(),
                       now_ms + kRequestIdLifeMs};
  // An approval is for a question that leaves: one that cannot does not use it up.
  const bool leaves = question.tags && question.stub != nullptr;
  if (!question.approval || !leaves) return Commit(std::move(rows), {&once, 1}, std::move(desk));
  // The request id and the review first: a crash between costs a new request, and never lets the
  // question out twice or unreviewed.
  SIGNPOST_RETURN_IF_ERROR(Commit({}, {&once, 1}, std::move(desk)));
  const absl::Status used = UseApproval(parts_.store->desk(), *question.approval,
                                        question.caller.id, std::move(rows), now_ms);
  if (absl::IsFailedPrecondition(used)) return Refuse(question, used);
  return used.ok() ? used : NotRecorded(used);
}

absl::Status QuestionRunner::CommitEnded(Question& question) {
  Asker& asker = *question.asker;
  const int64_t now_ms = parts_.clock->NowMs();
  v1::AuditRow ended = asker.EndedRow();
  ended.set_at_ms(now_ms);
  ended.set_peer_person(question.person.asserted);
  std::vector<v1::SignpostRecord> signposts;
  for (const v1::LedgerRow& row : asker.ledger().Rows()) {
    if (row.own() || !Reports(row.outcome())) continue;
    v1::SignpostRecord& record = signposts.emplace_back(SignpostOf(row, now_ms));
    record.set_question_reference(question.reference);
    record.set_case_reference(question.case_reference);
    record.set_actor(question.caller.id);
  }
  if (signposts.empty()) return Commit({std::move(ended)});
  const absl::Status added = parts_.store->signposts().Add(signposts, {std::move(ended)});
  return added.ok() ? added : NotRecorded(added);
}

void QuestionRunner::Converse(Question& question, int64_t deadline_ms) {
  Asker& asker = *question.asker;
  const Clock& clock = *parts_.clock;
  asker.Sent(clock.MonotonicMs());
  if (question.stub == nullptr) {
    asker.OnHubLost();
  } else {
    question.hub =
        std::make_unique<HubQuestion>(question.stub, asker.Message(), clock, deadline_ms);
    while (!asker.ClaimsDue(clock.MonotonicMs())) {
      const int64_t now_ms = clock.MonotonicMs();
      auto event = question.hub->Next(now_ms + std::max<int64_t>(1, asker.ClaimsWaitMs(now_ms)));
      if (event) TakeEvent(question, *std::move(event));
    }
    static_cast<void>(question.hub->SendReveals(
        asker.MakeReveals(clock.MonotonicMs(), parts_.book->Snapshot(clock.NowMs()))));
    while (!asker.AnswersDue(clock.MonotonicMs())) {
      const int64_t now_ms = clock.MonotonicMs();
      auto event = question.hub->Next(now_ms + std::max<int64_t>(1, asker.AnswersWaitMs(now_ms)));
      if (event) TakeEvent(question, *std::move(event));
    }
  }
  asker.Finish(clock.MonotonicMs());
}

void QuestionRunner::TakeEvent(Question& question, HubQuestion::Event event) {
  Asker& asker = *question.asker;
  if (const auto* ended = std::get_if<HubQuestion::Ended>(&event)) {
    // The hub ends a question in good order once every answer is in; before that it is lost.
    if (absl::IsPermissionDenied(ended->status)) question.refused = ended->status;
    asker.OnHubLost();
    return;
  }
  const auto& reply = std::get<v1::AskReply>(event);
  const int64_t now_ms = parts_.clock->MonotonicMs();
  for (const auto& silent : reply.silent()) asker.OnSilent(silent.member(), silent.cause());
  for (const auto& claim : reply.claims()) asker.OnClaim(claim.member(), claim.claim());
  for (const auto& answer : reply.answers()) {
    static_cast<void>(asker.OnAnswer(answer.member(), answer.answer(), now_ms));
  }
  EmitRows(question, asker.ledger());
}

absl::Status QuestionRunner::PutWithoutKeys(Question& question) {
  Ledger ledger = LedgerWithoutQuestion(question.snapshot, parts_.authority, v1::KEYS_UNAVAILABLE);
  question.reference = MakeReference(*parts_.random);
  v1::AuditRow row = RowOf(question, v1::AuditRow::QUESTION_ASKED);
  row.set_note("KEYS_UNAVAILABLE");
  SIGNPOST_RETURN_IF_ERROR(CommitAsked(question, std::move(row)));
  EmitStarted(question, ledger, question.reference);
  AnswerOwn(question, ledger);
  EmitRows(question, ledger);
  v1::AskEvent event;
  *event.mutable_summary() = ledger.Summary();
  event.mutable_summary()->set_question_reference(question.reference);
  event.mutable_summary()->set_keys_partial(true);
  event.mutable_summary()->set_elapsed_ms(
      static_cast<uint32_t>(parts_.clock->MonotonicMs() - question.started_ms));
  question.emit(std::move(event));
  return absl::OkStatus();
}

absl::Status QuestionRunner::End(Question& question) {
  Asker& asker = *question.asker;
  SIGNPOST_RETURN_IF_ERROR(CommitEnded(question));
  EmitRows(question, asker.ledger());
  v1::AskEvent event;
  *event.mutable_summary() = asker.ledger().Summary();
  event.mutable_summary()->set_question_reference(asker.reference());
  event.mutable_summary()->set_elapsed_ms(
      static_cast<uint32_t>(parts_.clock->MonotonicMs() - question.started_ms));
  question.emit(std::move(event));
  return absl::OkStatus();
}

void QuestionRunner::TakeLate(Question& question) {
  Asker& asker = *question.asker;
  if (asker.ledger().answered() == asker.ledger().asked()) return;
  // Lingering must not keep new questions from a thread.
  const Lingering lingering(lingering_);
  if (lingering.count() > kMostLingering) return;
  const int64_t until_ms = parts_.clock->MonotonicMs() + kLateMs;
  // The clock decides, not the hub: one that never stops sending would keep this thread.
  while (parts_.clock->MonotonicMs() < until_ms) {
    const auto event = question.hub->Next(until_ms);
    const auto* reply = event ? std::get_if<v1::AskReply>(&*event) : nullptr;
    if (reply == nullptr) return;
    for (const auto& answer : reply->answers()) {
      auto row = asker.OnAnswer(answer.member(), answer.answer(), parts_.clock->MonotonicMs());
      if (row) static_cast<void>(Commit({*std::move(row)}));
    }
  }
}

absl::Status QuestionRunner::Commit(std::vector<v1::AuditRow> rows,
                                    absl::Span<const SeenEntry> seen,
                                    std::vector<v1::DeskItem> desk) {
  const int64_t now_ms = parts_.clock->NowMs();
  for (v1::AuditRow& row : rows) {
    if (row.at_ms() == 0) row.set_at_ms(now_ms);
  }
  const auto appended =
      desk.empty()
          ? parts_.lookup_store->AppendAudit(std::move(rows), seen, now_ms)
          : parts_.lookup_store->AppendAuditAndDesk(std::move(rows), seen, std::move(desk), now_ms);
  return appended.ok() ? absl::OkStatus() : NotRecorded(appended.status());
}

void QuestionRunner::EmitStarted(const Question& question, const Ledger& ledger,
                                 std::string_view reference) {
  v1::AskEvent event;
  v1::Started* started = event.mutable_started();
  started->set_question_reference(std::string(reference));
  started->set_authority_code(parts_.authority);
  const v1::Member* own = question.snapshot.directory->FindMember(parts_.authority);
  if (own != nullptr) started->set_authority_name(own->name());
  started->set_members(ledger.asked());
  const int64_t now_ms = parts_.clock->NowMs();
  for (const v1::Notice& notice : question.snapshot.directory->message().notices()) {
    if (notice.from_ms() <= now_ms && (notice.until_ms() == 0 || now_ms < notice.until_ms())) {
      *started->add_notices() = notice;
    }
  }
  question.emit(std::move(event));
}

void QuestionRunner::EmitRows(const Question& question, Ledger& ledger) {
  for (v1::LedgerRow& row : ledger.TakeNewRows()) {
    v1::AskEvent event;
    *event.mutable_row() = std::move(row);
    question.emit(std::move(event));
  }
}

v1::AuditRow QuestionRunner::RowOf(const Question& question, v1::AuditRow::Kind kind) const {
  v1::AuditRow row;
  row.set_at_ms(parts_.clock->NowMs());
  row.set_kind(kind);
  row.set_actor(question.caller.id);
  row.set_peer_person(question.person.asserted);
  row.set_case_reference(question.case_reference);
  row.set_purpose(question.request.purpose());
  row.set_role(question.person.context.role);
  row.set_on_behalf_of(question.person.intro.on_behalf_of());
  row.set_question_reference(question.reference);
  row.set_policy_version(question.table.version());
  return row;
}

v1::AuditRow QuestionRunner::NotSentRow(const Question& question, v1::Outcome outcome,
                                        std::string_view reason) const {
  v1::AuditRow row = RowOf(question, v1::AuditRow::QUESTION_ENDED);
  if (question.request.has_case_reference()) {
    row.set_case_reference(question.request.case_reference());
  }
  row.set_outcome(outcome);
  row.set_note(std::string(reason));
  return row;
}

absl::Status QuestionRunner::DoNotSend(Question& question, v1::Outcome outcome,
                                       std::string_view reason) {
  question.not_sent = true;
  SIGNPOST_RETURN_IF_ERROR(Commit({NotSentRow(question, outcome, reason)}));
  v1::AskEvent event;
  v1::Summary* summary = event.mutable_summary();
  summary->set_completeness(v1::INCOMPLETE);
  summary->set_own_node_refusal(outcome);
  summary->set_refusal_reason(std::string(reason));
  if (outcome == v1::MORE_DETAILS_NEEDED) {
    for (const HelpfulField field : HelpfulFields(Normalise(question.details))) {
      summary->add_helpful_fields(std::string(FieldName(field)));
    }
  }
  question.emit(std::move(event));
  return absl::OkStatus();
}

}  // namespace signpost::node
