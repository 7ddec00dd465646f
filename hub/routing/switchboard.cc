#include "hub/routing/switchboard.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>

#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::hub {
namespace {

constexpr std::string_view kHeaderLabel = "signpost/v1";
constexpr int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

// The two fields of a question's header that routing needs (proto/PROTOCOL.md section 6).
std::string QidOf(const v1::AskQuestion& question) {
  return question.header().substr(kHeaderLabel.size(), kQidSize);
}

int64_t DeadlineOf(const v1::AskQuestion& question) {
  ByteReader reader(std::string_view(question.header()).substr(kHeaderSize - 4));
  return static_cast<int64_t>(reader.Int(4).value_or(0));
}

bool WellFormed(const Caller& caller, const v1::AskQuestion& question) {
  if (question.header().size() != kHeaderSize || question.body().size() != kBodySize ||
      question.enc().size() != kEncSize) {
    return false;
  }
  if (question.header().compare(0, kHeaderLabel.size(), kHeaderLabel) != 0) return false;
  const int64_t deadline_ms = DeadlineOf(question);
  if (deadline_ms == 0 || deadline_ms > kMaxCallDeadlineMs) return false;
  if (question.wraps().empty() || question.wraps_size() > static_cast<int>(kMaxMembers)) {
    return false;
  }
  absl::flat_hash_set<std::string> members;
  for (const v1::Wrap& wrap : question.wraps()) {
    if (wrap.wrapped_key().size() != kWrappedKeySize || wrap.member() == caller.code ||
        !members.insert(wrap.member()).second) {
      return false;
    }
  }
  return true;
}

void AddSilent(v1::AskReply& reply, const std::string& member, v1::MemberSilent::Cause cause) {
  v1::MemberSilent* silent = reply.add_silent();
  silent->set_member(member);
  silent->set_cause(cause);
}

}  // namespace

Switchboard::Switchboard(const Clock& clock, Judge judge, Options options)
    : clock_(clock), judge_(std::move(judge)), options_(options), asker_limits_(options.asker) {}

void Switchboard::Pump(const Touched& touched) {
  for (const std::shared_ptr<BasicLine>& line : touched) line->Pump();
}

void Switchboard::Note(const std::string& code, const v1::NodeHealth& health) {
  MemberStats& stats = stats_[code];
  stats.health = health;
  stats.last_seen_ms = clock_.NowMs();
  // The member's word, so of any size: what officers' tools subtract must not overflow.
  const auto sane = [](int64_t ms) { return std::clamp<int64_t>(ms, 0, kLatestMs); };
  stats.health.set_clock_ms(sane(health.clock_ms()));
  stats.health.set_certificate_not_after_ms(sane(health.certificate_not_after_ms()));
  stats.health.set_index_watermark_ms(sane(health.index_watermark_ms()));
  const int64_t theirs_ms = stats.health.clock_ms();
  stats.clock_offset_ms = theirs_ms == 0 ? 0 : theirs_ms - stats.last_seen_ms;
}

SessionId Switchboard::Connect(const Caller& caller, std::shared_ptr<NodeLine> line,
                               const v1::Hello& hello, v1::HubFrame welcome) {
  Touched touched;
  SessionId id = 0;
  {
    MutexLock lock(mutex_);
    const Standing standing = judge_(caller);
    if (draining_ || !MayConnect(standing)) {
      const Ending ending = draining_ ? Ending::kDraining : RefusalOf(standing);
      CloseLine(std::move(line), ending, false, touched);
    } else {
      const auto older = session_of_.find(caller.code);
      if (older != session_of_.end()) {
        RemoveSession(older->second, Ending::kReplaced, v1::MemberSilent::STREAM_LOST, touched);
      }
      id = next_id_++;
      sessions_[id] = {caller, std::move(line)};
      session_of_[caller.code] = id;
      Note(caller.code, hello.health());
      MemberStats& stats = stats_[caller.code];
      stats.connected = true;
      stats.software_version = hello.software_version();
      SendToNode(id, std::move(welcome), touched);
    }
    Settle(touched);
  }
  Pump(touched);
  return id;
}

void Switchboard::OnHealth(SessionId session, const v1::NodeHealth& health) {
  MutexLock lock(mutex_);
  const auto found = sessions_.find(session);
  if (found != sessions_.end()) Note(found->second.caller.code, health);
}

Switchboard::Place Switchboard::FindPlace(SessionId session, const std::string& qid, bool size_fits,
                                          Touched& touched) {
  const auto from = sessions_.find(session);
  if (from == sessions_.end()) {
    ++drops_.not_asked;
    return {};
  }
  const Caller& caller = from->second.caller;
  stats_[caller.code].last_seen_ms = clock_.NowMs();
  if (!size_fits || qid.size() != kQidSize) {
    ++drops_.wrong_size;
    return {};
  }
  const auto ask = ask_of_qid_.find(qid);
  if (ask == ask_of_qid_.end()) {
    ++drops_.unknown_question;
    return {};
  }
  Question& question = *questions_.at(ask->second);
  const auto leg = question.legs.find(caller.code);
  if (leg == question.legs.end() || leg->second.session != session) {
    ++drops_.not_asked;
    return {};
  }
  if (!MayAnswer(judge_(caller))) {
    ++drops_.not_admitted;
    Silence(question, leg->first, leg->second, v1::MemberSilent::NOT_ADMITTED, touched);
    return {};
  }
  return {&question, &leg->second, &leg->first};
}

void Switchboard::OnClaim(SessionId session, const v1::ClaimFrame& frame) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    const Place place =
        FindPlace(session, frame.qid(), frame.claim().size() == kClaimSize, touched);
    if (place.leg != nullptr && (place.leg->claimed || !place.leg->open)) {
      ++drops_.duplicate;
    } else if (place.leg != nullptr) {
      place.leg->claimed = true;
      stats_[*place.member].claim_times.Add(clock_.MonotonicMs() - place.leg->sent_ms);
      v1::AskReply reply;
      v1::MemberClaim* claim = reply.add_claims();
      claim->set_member(*place.member);
      claim->set_claim(frame.claim());
      SendToAsker(*place.question, std::move(reply), touched);
    }
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::OnAnswer(SessionId session, const v1::AnswerFrame& frame) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    const Place place =
        FindPlace(session, frame.qid(), frame.answer().size() == kAnswerSize, touched);
    if (place.leg != nullptr && !place.leg->open) {
      ++drops_.duplicate;
    } else if (place.leg != nullptr && !place.leg->revealed) {
      ++drops_.out_of_turn;
    } else if (place.leg != nullptr) {
      stats_[*place.member].answered.Add(clock_.NowMs());
      v1::AskReply reply;
      v1::MemberAnswer* answer = reply.add_answers();
      answer->set_member(*place.member);
      answer->set_answer(frame.answer());
      SendToAsker(*place.question, std::move(reply), touched);
      CloseLeg(*place.question, *place.leg);
    }
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::EndSession(SessionId session, Ending ending) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    RemoveSession(session, ending, v1::MemberSilent::STREAM_LOST, touched);
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::Disconnect(SessionId session) { EndSession(session, Ending::kGone); }

Ending Switchboard::CheckQuestion(const Caller& caller, const v1::AskQuestion& question) const {
  if (draining_) return Ending::kDraining;
  const Standing standing = judge_(caller);
  if (!MayAsk(standing)) return RefusalOf(standing);
  if (!WellFormed(caller, question)) return Ending::kMalformed;
  if (ask_of_qid_.contains(QidOf(question))) return Ending::kDuplicateQuestion;
  return Ending::kComplete;
}

AskId Switchboard::Ask(const Caller& caller, std::shared_ptr<AskLine> line,
                       const v1::AskQuestion& question, int64_t budget_ms) {
  Touched touched;
  AskId id = 0;
  {
    MutexLock lock(mutex_);
    const int64_t now_ms = clock_.MonotonicMs();
    Ending refusal = CheckQuestion(caller, question);
    if (refusal == Ending::kComplete && !asker_limits_.TryOpen(caller.code, now_ms)) {
      refusal = Ending::kBusy;
    }
    if (refusal != Ending::kComplete) {
      CloseLine(std::move(line), refusal, false, touched);
    } else {
      id = next_id_++;
      auto entry = std::make_unique<Question>();
      entry->id = id;
      entry->asker = caller;
      entry->line = std::move(line);
      entry->qid = QidOf(question);
      entry->held_until_ms = now_ms + DeadlineOf(question);
      entry->deadline_ms = now_ms + std::min(budget_ms, DeadlineOf(question));
      ask_of_qid_[entry->qid] = id;
      stats_[caller.code].questions.Add(clock_.NowMs());
      Question& placed = *(questions_[id] = std::move(entry));
      FanOut(placed, question, touched);
      unsettled_.push_back(id);
    }
    Settle(touched);
  }
  Pump(touched);
  return id;
}

void Switchboard::FanOut(Question& question, const v1::AskQuestion& sent, Touched& touched) {
  v1::AskReply silent;
  for (const v1::Wrap& wrap : sent.wraps()) {
    const auto session = session_of_.find(wrap.member());
    const Caller callee = session == session_of_.end() ? Caller{wrap.member(), ""}
                                                       : sessions_.at(session->second).caller;
    if (!MayAnswer(judge_(callee))) {
      AddSilent(silent, wrap.member(), v1::MemberSilent::NOT_ADMITTED);
      continue;
    }
    stats_[wrap.member()].asked.Add(clock_.NowMs());
    if (session == session_of_.end()) {
      AddSilent(silent, wrap.member(), v1::MemberSilent::NO_STREAM);
      continue;
    }
    Leg& leg = question.legs[wrap.member()];
    leg.session = session->second;
    leg.sent_ms = clock_.MonotonicMs();
    ++question.open_legs;
    v1::HubFrame frame;
    v1::QuestionFrame* out = frame.mutable_question();
    out->set_header(sent.header());
    out->set_body(sent.body());
    out->set_enc(sent.enc());
    out->set_sealing_key_id(wrap.sealing_key_id());
    out->set_wrapped_key(wrap.wrapped_key());
    SendToNode(leg.session, std::move(frame), touched);
  }
  if (silent.silent_size() > 0) SendToAsker(question, std::move(silent), touched);
}

void Switchboard::OnReveals(AskId ask, const v1::AskReveals& reveals) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    const auto found = questions_.find(ask);
    if (found == questions_.end()) {
      drops_.unknown_question += static_cast<uint64_t>(reveals.reveals_size());
    } else if (const Standing standing = judge_(found->second->asker); !MayAsk(standing)) {
      RemoveQuestion(ask, RefusalOf(standing), false, touched);
    } else {
      for (const v1::MemberReveal& reveal : reveals.reveals()) {
        RevealTo(*found->second, reveal, touched);
      }
      unsettled_.push_back(ask);
    }
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::RevealTo(Question& question, const v1::MemberReveal& reveal, Touched& touched) {
  if (reveal.reveal().size() != kRevealSize) {
    ++drops_.wrong_size;
    return;
  }
  const auto found = question.legs.find(reveal.member());
  if (found == question.legs.end() || (!found->second.open && !found->second.revealed)) {
    ++drops_.not_asked;
    return;
  }
  Leg& leg = found->second;
  if (leg.revealed) {
    ++drops_.duplicate;
    return;
  }
  if (!MayAnswer(judge_(sessions_.at(leg.session).caller))) {
    Silence(question, found->first, leg, v1::MemberSilent::NOT_ADMITTED, touched);
    return;
  }
  leg.revealed = true;
  ++question.open_revealed;
  v1::HubFrame frame;
  frame.mutable_reveal()->set_qid(question.qid);
  frame.mutable_reveal()->set_reveal(reveal.reveal());
  SendToNode(leg.session, std::move(frame), touched);
}

void Switchboard::OnAskerHalfClosed(AskId ask) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    const auto found = questions_.find(ask);
    if (found != questions_.end()) {
      found->second->more_reveals = false;
      unsettled_.push_back(ask);
    }
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::EndAsk(AskId ask, Ending ending) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    RemoveQuestion(ask, ending, false, touched);
  }
  Pump(touched);
}

void Switchboard::OnAskerGone(AskId ask) { EndAsk(ask, Ending::kGone); }

void Switchboard::Send(SessionId session, v1::HubFrame frame) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    SendToNode(session, std::move(frame), touched);
    Settle(touched);
  }
  Pump(touched);
}

uint32_t Switchboard::Broadcast(const v1::DirectoryUpdate& update) {
  Touched touched;
  uint32_t told = 0;
  {
    MutexLock lock(mutex_);
    std::vector<SessionId> ids;
    for (const auto& [id, session] : sessions_) ids.push_back(id);
    for (const SessionId id : ids) {
      v1::HubFrame frame;
      *frame.mutable_directory() = update;
      SendToNode(id, std::move(frame), touched);
      if (sessions_.contains(id)) ++told;
    }
    Settle(touched);
  }
  Pump(touched);
  return told;
}

void Switchboard::Recheck() {
  Touched touched;
  {
    MutexLock lock(mutex_);
    std::vector<std::pair<SessionId, Ending>> refused_sessions;
    for (const auto& [id, session] : sessions_) {
      const Standing standing = judge_(session.caller);
      if (!MayConnect(standing)) refused_sessions.emplace_back(id, RefusalOf(standing));
    }
    for (const auto& [id, ending] : refused_sessions) {
      RemoveSession(id, ending, v1::MemberSilent::NOT_ADMITTED, touched);
    }
    std::vector<std::pair<AskId, Ending>> refused_asks;
    for (const auto& [id, question] : questions_) {
      const Standing standing = judge_(question->asker);
      if (!MayAsk(standing)) refused_asks.emplace_back(id, RefusalOf(standing));
    }
    for (const auto& [id, ending] : refused_asks) RemoveQuestion(id, ending, false, touched);
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::Tick() {
  Touched touched;
  Touched stuck;
  {
    MutexLock lock(mutex_);
    const int64_t now_ms = clock_.MonotonicMs();
    std::vector<AskId> over;
    for (const auto& [id, question] : questions_) {
      if (now_ms >= question->deadline_ms) over.push_back(id);
    }
    for (const AskId id : over) RemoveQuestion(id, Ending::kComplete, true, touched);
    for (const Closing& closing : closing_) {
      if (now_ms >= closing.break_at_ms) stuck.push_back(closing.line);
    }
    std::erase_if(closing_, [&](const Closing& closing) {
      return closing.line->detached() || now_ms >= closing.break_at_ms;
    });
  }
  Pump(touched);
  for (const std::shared_ptr<BasicLine>& line : stuck) line->Abort();
}

void Switchboard::Drain(uint32_t reconnect_within_ms) {
  Touched touched;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    std::vector<SessionId> ids;
    for (const auto& [id, session] : sessions_) ids.push_back(id);
    for (const SessionId id : ids) {
      v1::HubFrame frame;
      frame.mutable_draining()->set_reconnect_within_ms(reconnect_within_ms);
      SendToNode(id, std::move(frame), touched);
    }
    Settle(touched);
  }
  Pump(touched);
}

void Switchboard::EndEverything() {
  Touched touched;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    std::vector<AskId> asks;
    for (const auto& [id, question] : questions_) asks.push_back(id);
    for (const AskId id : asks) RemoveQuestion(id, Ending::kDraining, true, touched);
    std::vector<SessionId> ids;
    for (const auto& [id, session] : sessions_) ids.push_back(id);
    for (const SessionId id : ids) {
      RemoveSession(id, Ending::kDraining, v1::MemberSilent::STREAM_LOST, touched);
    }
  }
  Pump(touched);
}

void Switchboard::SendToAsker(Question& question, v1::AskReply reply, Touched& touched) {
  if (question.line->Push(std::move(reply)) == OutboxPush::kFull) {
    question.asker_full = true;
    unsettled_.push_back(question.id);
  }
  touched.push_back(question.line);
}

void Switchboard::CloseLeg(Question& question, Leg& leg) {
  if (!leg.open) return;
  leg.open = false;
  --question.open_legs;
  if (leg.revealed) --question.open_revealed;
  unsettled_.push_back(question.id);
}

void Switchboard::Silence(Question& question, const std::string& member, Leg& leg,
                          v1::MemberSilent::Cause cause, Touched& touched) {
  if (!leg.open) return;
  CloseLeg(question, leg);
  v1::AskReply reply;
  AddSilent(reply, member, cause);
  SendToAsker(question, std::move(reply), touched);
}

void Switchboard::SendToNode(SessionId id, v1::HubFrame frame, Touched& touched) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const std::shared_ptr<NodeLine> line = found->second.line;
  if (line->Push(std::move(frame)) == OutboxPush::kFull) {
    RemoveSession(id, Ending::kNotReading, v1::MemberSilent::NOT_READING, touched);
  } else {
    touched.push_back(line);
  }
}

void Switchboard::RemoveSession(SessionId id, Ending ending, v1::MemberSilent::Cause cause,
                                Touched& touched) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const Session session = std::move(found->second);
  sessions_.erase(found);
  session_of_.erase(session.caller.code);
  MemberStats& stats = stats_[session.caller.code];
  stats.connected = false;
  for (const auto& [ask, question] : questions_) {
    const auto leg = question->legs.find(session.caller.code);
    if (leg != question->legs.end() && leg->second.session == id) {
      Silence(*question, leg->first, leg->second, cause, touched);
    }
  }
  // What waits for a node that is draining is still worth its reading.
  CloseLine(session.line, ending, ending == Ending::kDraining, touched);
}

void Switchboard::RemoveQuestion(AskId id, Ending ending, bool flush, Touched& touched) {
  const auto found = questions_.find(id);
  if (found == questions_.end()) return;
  const std::unique_ptr<Question> question = std::move(found->second);
  questions_.erase(found);
  ask_of_qid_.erase(question->qid);
  asker_limits_.Close(question->asker.code, clock_.MonotonicMs(),
                      question->open_legs > 0 ? question->held_until_ms : 0);
  CloseLine(question->line, ending, flush, touched);
}

void Switchboard::Settle(Touched& touched) {
  while (!unsettled_.empty()) {
    const AskId id = unsettled_.back();
    unsettled_.pop_back();
    const auto found = questions_.find(id);
    if (found == questions_.end()) continue;
    const Question& question = *found->second;
    const size_t awaited = question.more_reveals ? question.open_legs : question.open_revealed;
    if (question.asker_full) {
      RemoveQuestion(id, Ending::kNotReading, false, touched);
    } else if (awaited == 0) {
      RemoveQuestion(id, Ending::kComplete, true, touched);
    }
  }
}

void Switchboard::CloseLine(std::shared_ptr<BasicLine> line, Ending ending, bool flush,
                            Touched& touched) {
  line->Close(ending, flush);
  touched.push_back(line);
  const int64_t grace_ms = flush ? options_.flushing_grace_ms : options_.closing_grace_ms;
  closing_.push_back({std::move(line), clock_.MonotonicMs() + grace_ms});
}

bool Switchboard::Quiet() const {
  MutexLock lock(mutex_);
  return questions_.empty();
}

MemberStats Switchboard::StatsOf(std::string_view code) const {
  MutexLock lock(mutex_);
  const auto found = stats_.find(std::string(code));
  return found == stats_.end() ? MemberStats() : found->second;
}

DropCounts Switchboard::drops() const {
  MutexLock lock(mutex_);
  return drops_;
}

size_t Switchboard::open_sessions() const {
  MutexLock lock(mutex_);
  return sessions_.size();
}

size_t Switchboard::open_questions() const {
  MutexLock lock(mutex_);
  return questions_.size();
}

}  // namespace signpost::hub
