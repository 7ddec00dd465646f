// The hub's routing: which member's stream is open, which questions are in
// flight, and who may still say what in them. Pure: lines and time are passed
// in, nothing is sealed, opened, stored or logged.
//
// A question, as the switchboard sees it:
//   1. Ask() takes the header, the body and one wrap a member. Every wrap's member that is
//      admitted and connected gets header, body and its own wrap; of the others the asker hears
//      at once (NO_STREAM, NOT_ADMITTED).
//   2. OnClaim() passes each member's claim on: once, of the right size, from a member that was
//      asked, while it is admitted.
//   3. OnReveals() passes each asked member its reveal, once; the asker needs to be admitted
//      still.
//   4. OnAnswer() passes each member's answer on: once, after its reveal.
//   5. The question ends when every answer that can still come is in, at its deadline, when the
//      asker leaves, or when the asker loses its standing.
// A member whose stream ends in the middle is reported STREAM_LOST, one that does not read is
// evicted (NOT_READING), one that loses its standing NOT_ADMITTED. Whatever else arrives is
// dropped and counted.
//
// Invariants: (1) a member has at most one session, the newest; (2) a qid is in flight at most
// once; (3) each asked member ends in exactly one of: answered, silent with a cause, or cut off
// by the question's end; (4) a line that was closed is given nothing more.
//
// Thread safety: every method, from any thread; lines are pumped with no lock held.
// Security: nothing that a member is sent says who asks. A question leaves memory when it ends;
// only counts by single member stay.
#ifndef SIGNPOST_HUB_ROUTING_SWITCHBOARD_H_
#define SIGNPOST_HUB_ROUTING_SWITCHBOARD_H_

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/routing/asker_limits.h"
#include "hub/routing/line.h"
#include "hub/routing/member_stats.h"
#include "hub/routing/standing.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::hub {

using SessionId = uint64_t;  // 0: none
using AskId = uint64_t;      // 0: none

// Frames that were not passed on, and why.
struct DropCounts {
  uint64_t unknown_question = 0;  // no such qid in flight, or its asker has gone
  uint64_t not_asked = 0;         // from or for a member that this question did not reach
  uint64_t duplicate = 0;
  uint64_t wrong_size = 0;
  uint64_t out_of_turn = 0;   // an answer before the reveal
  uint64_t not_admitted = 0;  // a claim or answer of a member that lost its standing

  bool operator==(const DropCounts&) const = default;
};

class Switchboard {
 public:
  struct Options {
    AskerLimits::Options asker;
    // A closed stream that does not end by then is broken: one refused or evicted, and one that
    // has still something to read.
    int64_t closing_grace_ms = 1000;
    int64_t flushing_grace_ms = 5000;
  };

  // `judge` is called under the switchboard's lock: it must not call back. `clock` and what
  // `judge` uses must outlive the switchboard.
  Switchboard(const Clock& clock, Judge judge, Options options);
  Switchboard(const Clock& clock, Judge judge) : Switchboard(clock, std::move(judge), Options()) {}

  // A node's stream said hello. Sends `welcome` first, ends the member's older stream with
  // kReplaced. Returns 0, with the line closed and the reason in its ending, when the caller may
  // not connect or the hub is draining.
  SessionId Connect(const Caller& caller, std::shared_ptr<NodeLine> line, const v1::Hello& hello,
                    v1::HubFrame welcome);
  void OnClaim(SessionId session, const v1::ClaimFrame& frame);
  void OnAnswer(SessionId session, const v1::AnswerFrame& frame);
  void OnHealth(SessionId session, const v1::NodeHealth& health);
  // The node sent what no node sends: its stream ends with `ending`.
  void EndSession(SessionId session, Ending ending);
  // The node's stream has ended. It is not an error if the session is unknown by now.
  void Disconnect(SessionId session);

  // Puts a question. It ends after `budget_ms` at the latest, or after the header's own deadline.
  // Returns 0, with the line closed, for: a caller who may not ask, kMalformed (a size, the
  // header's label, a deadline of 0 or above 60 s, no wrap, more than 512, a member twice, the
  // asker itself), kDuplicateQuestion, kBusy (asker_limits.h), kDraining.
  AskId Ask(const Caller& caller, std::shared_ptr<AskLine> line, const v1::AskQuestion& question,
            int64_t budget_ms);
  void OnReveals(AskId ask, const v1::AskReveals& reveals);
  // The asker will send nothing more: members without a reveal are not waited for.
  void OnAskerHalfClosed(AskId ask);
  void EndAsk(AskId ask, Ending ending);
  void OnAskerGone(AskId ask);

  // Queues a frame on one node's stream. It is not an error if the session is unknown by now.
  void Send(SessionId session, v1::HubFrame frame);
  // Queues a directory update on every open node stream; returns how many took it.
  uint32_t Broadcast(const v1::DirectoryUpdate& update);
  // Judges every open stream and question again; call after each change of directory or orders.
  void Recheck();
  // Ends questions at their deadline and breaks streams that do not end. Call every 20-50 ms.
  void Tick();

  // Tells every node to reconnect elsewhere or later; nothing new is taken from here on, what is
  // in flight goes on.
  void Drain(uint32_t reconnect_within_ms);
  // Ends every stream and question with kDraining.
  void EndEverything();
  // No question in flight.
  bool Quiet() const;

  // One member's figures, or zeroes for a member never seen.
  MemberStats StatsOf(std::string_view code) const;
  DropCounts drops() const;
  size_t open_sessions() const;
  size_t open_questions() const;

 private:
  struct Session {
    Caller caller;
    std::shared_ptr<NodeLine> line;
  };
  struct Leg {  // one member's part in one question
    SessionId session = 0;
    int64_t sent_ms = 0;
    bool open = true;  // neither answered nor silent
    bool claimed = false;
    bool revealed = false;
  };
  struct Question {
    AskId id = 0;
    Caller asker;
    std::shared_ptr<AskLine> line;
    std::string qid;
    int64_t deadline_ms = 0;    // monotonic
    int64_t held_until_ms = 0;  // monotonic: when the nodes that have it forget it
    bool more_reveals = true;
    size_t open_legs = 0;
    size_t open_revealed = 0;
    absl::flat_hash_map<std::string, Leg> legs;
    bool asker_full = false;  // its outbox is: the question ends at the next Settle()
  };
  struct Closing {
    std::shared_ptr<BasicLine> line;
    int64_t break_at_ms;  // monotonic
  };
  // Lines to pump when the lock is released, collected under it.
  using Touched = std::vector<std::shared_ptr<BasicLine>>;
  using Questions = absl::flat_hash_map<AskId, std::unique_ptr<Question>>;

  Ending CheckQuestion(const Caller& caller, const v1::AskQuestion& question) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FanOut(Question& question, const v1::AskQuestion& sent, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RevealTo(Question& question, const v1::MemberReveal& reveal, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  struct Place {  // where a node's frame belongs
    Question* question = nullptr;
    Leg* leg = nullptr;
    const std::string* member = nullptr;
  };
  // Null, and counted, when the frame belongs nowhere or its member has lost its standing.
  Place FindPlace(SessionId session, const std::string& qid, bool size_fits, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendToAsker(Question& question, v1::AskReply reply, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Silence(Question& question, const std::string& member, Leg& leg,
               v1::MemberSilent::Cause cause, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseLeg(Question& question, Leg& leg) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Evicts the session when its outbox is full.
  void SendToNode(SessionId id, v1::HubFrame frame, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RemoveSession(SessionId id, Ending ending, v1::MemberSilent::Cause cause, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RemoveQuestion(AskId id, Ending ending, bool flush, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Ends the questions in which something was decided that may have been the last.
  void Settle(Touched& touched) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseLine(std::shared_ptr<BasicLine> line, Ending ending, bool flush, Touched& touched)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Note(const std::string& code, const v1::NodeHealth& health)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Pump(const Touched& touched);

  const Clock& clock_;
  const Judge judge_;
  const Options options_;
  mutable Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<SessionId, Session> sessions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, SessionId> session_of_ ABSL_GUARDED_BY(mutex_);
  Questions questions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, AskId> ask_of_qid_ ABSL_GUARDED_BY(mutex_);
  AskerLimits asker_limits_ ABSL_GUARDED_BY(mutex_);
  std::vector<AskId> unsettled_ ABSL_GUARDED_BY(mutex_);
  std::vector<Closing> closing_ ABSL_GUARDED_BY(mutex_);
  absl::btree_map<std::string, MemberStats> stats_ ABSL_GUARDED_BY(mutex_);
  DropCounts drops_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_SWITCHBOARD_H_
