#include "node/service/question_runner.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "node/rules/rules.h"
#include "node/matching/normalise.h"
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

absl::Status NoSuchCase() {
  return MakeError(absl::StatusCode::kNotFound, reason::kNoSuchCase,
                   "no record that you may ask about has this case reference; check it, or type "
                   "the child's details");
}

absl::Status StoreFailed(const absl::Status& status) {
  Log(Severity::kError, "store.failed", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "this node's database cannot be read; its administrator must look at it");
}

bool Blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

v1::Intro IntroOf(const v1::AskRequest& request, const Caller& caller, v1::Role role) {
  v1::Intro intro;
  intro.set_person(caller.name);
  intro.set_person_asserted(caller.system);
  intro.set_on_behalf_of(request.on_behalf_of());
  intro.set_role(role);
  intro.set_organisation(caller.organisation);
  intro.set_purpose(request.purpose());
  if (request.purpose() == v1::OTHER_PURPOSE) intro.set_purpose_text(request.purpose_text());
  intro.set_lawful_basis(request.lawful_basis());
  intro.set_contact_telephone(request.contact_telephone().empty() ? caller.telephone
                                                                  : request.contact_telephone());
  intro.set_break_glass_reason(request.break_glass_reason());
  return intro;
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
  const v1::Epoch* epoch = nullptr;
  v1::Intro intro;
  v1::ChildDetails details;
  std::string case_reference;
  std::optional<TagSet> stored;
  std::optional<std::vector<QuestionTag>> tags;  // none: could not be had
  std::unique_ptr<Asker> asker;
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
  const bool has_text = !Blank(request.purpose_text());
  const v1::Role role = question.caller.AskingRole(request.purpose(), has_text);
  const AskRefusal refusal = JudgeAsk(role, request.purpose(), has_text);
  if (refusal != AskRefusal::kNone) {
    return DoNotSend(question, v1::REFUSED, AskRefusalName(refusal));
  }
  question.intro = IntroOf(request, question.caller, role);
  question.intro.set_member(parts_.authority);
  const absl::Status fits = FitIntro(question.intro);
  if (!fits.ok()) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails,
                     FromAbsl(fits.message()));
  }
  question.epoch = question.snapshot.directory->AskingEpoch(now_ms);
  return absl::OkStatus();
}

absl::Status QuestionRunner::FindChild(Question& question) {
  const v1::AskRequest& request = question.request;
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
  // A question about an own protected child would tell others that it is looked for. Until the
  // desk's approval exists, it cannot be put, and reads like an unknown case, in the audit too.
  if (!child.ok() || JudgeAskAboutOwn(child->flags) != AskRefusal::kNone) {
    SIGNPOST_RETURN_IF_ERROR(Commit({NotSentRow(question, v1::REFUSED, reason::kNoSuchCase)}, {}));
    return NoSuchCase();
  }
  question.details = ReduceDetails(child->details);
  question.case_reference = child->case_reference;
  if (question.epoch != nullptr) {
    auto stored = parts_.lookup_store->LoadTags(question.epoch->epoch(), child->id);
    if (stored.ok()) question.stored = *std::move(stored);
  }
  return absl::OkStatus();
}

absl::Status QuestionRunner::GetTags(Question& question) {
  if (question.epoch == nullptr) return absl::OkStatus();
  auto plan = PlanQuestion(
      question.details, *question.epoch, question.stored ? &*question.stored : nullptr,
      [this](uint8_t type, std::string_view key) {
        return parts_.lookup_store->KeyDigest(type, key);
      },
      *parts_.random);
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
  return KeepFromProtected(question);
}

absl::Status QuestionRunner::KeepFromProtected(Question& question) {
  LocalAnswerer local(*parts_.lookup_store, *parts_.index);
  const auto touches =
      local.TouchesProtected(*question.tags, question.epoch->epoch(), parts_.clock->NowMs());
  if (!touches.ok()) {
    // FindChild has judged a record that was named; a protected second one cannot be ruled out yet.
    if (!question.case_reference.empty()) return absl::OkStatus();
    const auto held = parts_.store->CountChildren();
    if (held.ok() && *held == 0) return absl::OkStatus();
    question.tags.reset();  // not known: the question does not leave, and every row says so
    return absl::OkStatus();
  }
  if (!*touches) return absl::OkStatus();
  // The question goes out like any other and can be found by nobody; the own desk is told.
  for (QuestionTag& tag : *question.tags) {
    parts_.random->Fill(tag.hint.data(), tag.hint.size());
    tag.poss = parts_.random->SecretBytes(tag.poss.size());
  }
  v1::AuditRow row;
  row.set_kind(v1::AuditRow::PROTECTED_TYPED);
  row.set_actor(question.caller.id);
  row.set_purpose(question.intro.purpose());
  row.set_role(question.intro.role());
  return Commit({std::move(row)}, {});
}

void QuestionRunner::AnswerOwn(Question& question, Ledger& ledger) {
  // Without tags every stored key is compared: one such scan at a time.
  std::optional<MutexLock> scan;
  if (!question.tags) scan.emplace(scan_mutex_);
  LocalAnswerer local(*parts_.lookup_store, *parts_.index);
  LocalAnswerer::Request request;
  request.details = question.details;
  request.case_reference = question.case_reference;
  request.tags = question.tags ? &*question.tags : nullptr;
  request.epoch = question.epoch == nullptr ? 0 : question.epoch->epoch();
  request.context = ContextOf(question.intro);
  request.reference = MakeReference(*parts_.random);
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
  asked.intro = question.intro;
  asked.details = question.details;
  for (const QuestionTag& tag : *question.tags) {
    asked.tags.push_back({tag.key_type, tag.hint, tag.poss.Clone()});
  }
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
  const SeenEntry once{SeenKind::kRequest, question.request.request_id(),
                       now_ms + kRequestIdLifeMs};
  SIGNPOST_RETURN_IF_ERROR(Commit({question.asker->AskedRow()}, {&once, 1}));
  Ledger& ledger = question.asker->ledger();
  EmitStarted(question, ledger, question.asker->reference());
  AnswerOwn(question, ledger);
  EmitRows(question, ledger);
  Converse(question, kStreamDeadlineMs);
  if (!question.refused.ok()) {
    SIGNPOST_RETURN_IF_ERROR(Commit({question.asker->EndedRow()}, {}));
    return question.refused;
  }
  return End(question);
}

void QuestionRunner::Converse(Question& question, int64_t deadline_ms) {
  Asker& asker = *question.asker;
  const Clock& clock = *parts_.clock;
  const auto stub = parts_.hub();
  asker.Sent(clock.MonotonicMs());
  if (stub == nullptr) {
    asker.OnHubLost();
  } else {
    question.hub = std::make_unique<HubQuestion>(stub, asker.Message(), clock, deadline_ms);
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
  const std::string reference = MakeReference(*parts_.random);
  v1::AuditRow row;
  row.set_at_ms(parts_.clock->NowMs());
  row.set_kind(v1::AuditRow::QUESTION_ASKED);
  row.set_actor(question.caller.id);
  row.set_case_reference(question.case_reference);
  row.set_purpose(question.intro.purpose());
  row.set_role(question.intro.role());
  row.set_on_behalf_of(question.intro.on_behalf_of());
  row.set_question_reference(reference);
  row.set_note("KEYS_UNAVAILABLE");
  const SeenEntry once{SeenKind::kRequest, question.request.request_id(),
                       parts_.clock->NowMs() + kRequestIdLifeMs};
  SIGNPOST_RETURN_IF_ERROR(Commit({row}, {&once, 1}));
  EmitStarted(question, ledger, reference);
  AnswerOwn(question, ledger);
  EmitRows(question, ledger);
  v1::AskEvent event;
  *event.mutable_summary() = ledger.Summary();
  event.mutable_summary()->set_question_reference(reference);
  event.mutable_summary()->set_keys_partial(true);
  event.mutable_summary()->set_elapsed_ms(
      static_cast<uint32_t>(parts_.clock->MonotonicMs() - question.started_ms));
  question.emit(std::move(event));
  return absl::OkStatus();
}

absl::Status QuestionRunner::End(Question& question) {
  Asker& asker = *question.asker;
  SIGNPOST_RETURN_IF_ERROR(Commit({asker.EndedRow()}, {}));
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
      if (row) static_cast<void>(Commit({*std::move(row)}, {}));
    }
  }
}

absl::Status QuestionRunner::Commit(std::vector<v1::AuditRow> rows,
                                    absl::Span<const SeenEntry> seen) {
  const int64_t now_ms = parts_.clock->NowMs();
  for (v1::AuditRow& row : rows) {
    if (row.at_ms() == 0) row.set_at_ms(now_ms);
  }
  const auto appended = parts_.lookup_store->AppendAudit(std::move(rows), seen, now_ms);
  if (appended.ok()) return absl::OkStatus();
  if (absl::IsAlreadyExists(appended.status())) {
    return MakeError(absl::StatusCode::kAlreadyExists, reason::kAlreadyAsked,
                     "this request was put before and is not put again; ask with a new request id "
                     "for a fresh answer");
  }
  Log(Severity::kError, "audit.unwritable", {{"code", appended.status().code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kAuditUnwritable,
                   "this node cannot write its audit log, so nothing is asked or told; its "
                   "administrator must make room or repair the disk");
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

v1::AuditRow QuestionRunner::NotSentRow(const Question& question, v1::Outcome outcome,
                                        std::string_view reason) const {
  v1::AuditRow row;
  row.set_kind(v1::AuditRow::QUESTION_ENDED);
  row.set_actor(question.caller.id);
  row.set_purpose(question.request.purpose());
  row.set_role(question.intro.role());
  row.set_on_behalf_of(question.request.on_behalf_of());
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
  SIGNPOST_RETURN_IF_ERROR(Commit({NotSentRow(question, outcome, reason)}, {}));
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
