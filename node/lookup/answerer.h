// A member's side of every question it is put (proto/PROTOCOL.md section 6): the
// pure heart of the node's answering, with the network, the clock and the
// storage passed in.
//
// OnQuestion:
//   1. Header, replay, time and slot are checked; the body is opened.
//   2. The status every member gives, match or no match, is found: directory,
//      policy, epoch, index. Only a READY member looks anything up.
//   3. The 32 tags are looked up in the index of the question's own slot.
//   4. Records that may not speak leave, before candidates are formed. A shielded
//      or quarantined one that meets the reveal policy takes with it those whose
//      matched slots are all among its own (candidates.h). What else this question
//      meets claims as if the protected record were not there.
//   5. Of the rest, the record whose tags meet the reveal policy with the most
//      key types (tie: lowest id) and that may speak to this asker is the
//      candidate. Slots of two records are never joined.
//   6. For that, the intro is opened at a slot that matched; signature,
//      directory, role and purpose are checked. A bad one is like no match.
//   7. The audit row and the header hash are committed.
//   8. The claim is sealed: with evidence, or with random bytes of its shape.
// OnReveal:
//   9. The reveal is opened. What does not open at all gets no answer, from
//      anyone, since only a wire can have garbled it.
//  10. Signature; the asker's rights once more; the match keys of the details
//      must include those that matched. Otherwise: nothing to report.
//  11. Every record of this question is read and judged anew; those that may
//      speak are scored; certain ones answer together, else the best possible one.
//      If the details are certainly a protected record's, nobody speaks.
//  12. The disclosure and the desk's notice are committed; then the answer is
//      sealed.
//
// A shielded record's match, a sensitive one's and a forbidden asker's leave only
// a note in the desk's queue (desk_alerts.h), which is written once the claim is
// sealed. With the glass broken, as far as the table lets this role and purpose, a
// shielded record claims, alone, and leaves a review and the desk's alert, both
// committed with the claim.
//
// Replies are released by the caller at their moment, never early, so that no
// time on the wire depends on a match.
//
// Thread safety: any thread; the work is done outside the lock. Never on a gRPC
// callback thread.
// Security: a question and its keys are forgotten when answered, past its
// deadline, or after ten seconds. When the audit log cannot be written, no question is answered
// with READY until SetAuditWritable(true), so that "could not record" neither reads as "nothing"
// nor marks the holder. The first claim that cannot be recorded still reads not ready where other
// members are ready, and so marks its holder: call SetAuditWritable() with what Store::Writable()
// says every second or so, so that a failing disk is known before.
#ifndef SIGNPOST_NODE_LOOKUP_ANSWERER_H_
#define SIGNPOST_NODE_LOOKUP_ANSWERER_H_

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/lookup/candidates.h"
#include "node/lookup/desk_alerts.h"
#include "node/lookup/held_match.h"
#include "node/lookup/lookup_store.h"
#include "node/lookup/replay_guard.h"
#include "node/lookup/tag_index.h"
#include "node/matching/match_keys.h"
#include "node/rules/desk.h"
#include "node/rules/telling.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/signature.h"
#include "proto/directory/directory_book.h"
#include "proto/question/question.h"
#include "signpost/v1/question.pb.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::node {

// A claim or an answer, and when it may leave.
struct TimedReply {
  std::string qid;    // 16 bytes
  std::string bytes;  // 512 or 4,096
  int64_t release_monotonic_ms = 0;
};

// For metrics; none of them names a question, and a protected record's match moves none.
struct AnswererCounters {
  std::atomic<uint64_t> questions{0};
  std::atomic<uint64_t> refused{0};  // dropped in step 1 or 9
  std::atomic<uint64_t> claims_with_evidence{0};
  std::atomic<uint64_t> claims_without_reveal{0};  // evidence, then cover
  std::atomic<uint64_t> disclosures{0};
  std::atomic<uint64_t> alarms{0};
  std::atomic<uint64_t> audit_failures{0};
};

class Answerer {
 public:
  struct Options {
    std::string member;  // own code
    const SigningKey* signing_key = nullptr;
    const std::map<uint32_t, X25519PrivateKey>* sealing_keys = nullptr;  // by id
    size_t max_open_questions = 4096;
  };
  // Everything referred to must outlive it.
  Answerer(Options options, const DirectoryBook& book, const TagIndex& index, LookupStore& store,
           DeskAlerts& alerts, ReplayGuard& replay, const Clock& clock, Random& random);
  ~Answerer();

  // The directory version a question names, so that the caller can fetch a newer one within the
  // claim delay before OnQuestion(). INVALID_ARGUMENT as DecodeHeader.
  static absl::StatusOr<uint64_t> DirectoryVersionOf(const v1::QuestionFrame& frame);

  // Steps 1 to 8. An error means that no claim leaves: INVALID_ARGUMENT, UNIMPLEMENTED,
  // UNAUTHENTICATED (malformed, or not for this member), FAILED_PRECONDITION with the replay
  // verdict or NO_DIRECTORY or DIRECTORY_CONFLICT, PERMISSION_DENIED NOT_ADMITTED (this member
  // itself), RESOURCE_EXHAUSTED TOO_MANY_QUESTIONS.
  absl::StatusOr<TimedReply> OnQuestion(const v1::QuestionFrame& frame,
                                        int64_t receipt_monotonic_ms);

  // Steps 9 to 12. An error means that no answer leaves: NOT_FOUND (unknown, answered or expired
  // question), INVALID_ARGUMENT, UNAUTHENTICATED (does not open), FAILED_PRECONDITION NO_DIRECTORY,
  // POLICY_UNKNOWN or HELD, UNAVAILABLE (the disclosure could not be read or recorded).
  absl::StatusOr<TimedReply> OnReveal(const v1::RevealFrame& frame, int64_t receipt_monotonic_ms);

  // Forgets questions past their deadline. Call it every second or so.
  void Expire();
  size_t open_questions() const;

  bool audit_writable() const { return audit_writable_.load(); }
  // True after the store reported itself writable again.
  void SetAuditWritable(bool writable) { audit_writable_.store(writable); }
  // While true, every question reads not ready: Store::ShieldsUnconfirmed() after a restore.
  void SetHeld(bool held) { held_.store(held); }
  bool held() const { return held_.load(); }

  const AnswererCounters& counters() const { return counters_; }

 private:
  struct Open;  // one question between claim and answer
  // What one question is judged by.
  struct Rules {
    std::shared_ptr<const DisclosureTable> table;
    RuleDay day;
  };

  absl::StatusOr<OpenedQuestion> OpenForMe(const v1::QuestionFrame& frame) const;
  absl::StatusOr<v1::ClaimStatus> StatusFor(const QuestionHeader& header,
                                            const DirectorySnapshot& snapshot,
                                            const EpochView& view, int64_t now_ms) const;
  // The directory's table, made once a directory. The snapshot has one.
  std::shared_ptr<const DisclosureTable> TableOf(const DirectorySnapshot& snapshot) const;
  Rules RulesOf(const DirectorySnapshot& snapshot, int64_t now_ms) const;
  // False when there is no room, or the qid is open already.
  bool TakePlace(const std::string& qid);
  void LeavePlace(const std::string& qid);
  // Fills `open` with proof from the best candidate; leaves it without when there is none. What it
  // leaves for the desk goes into `open.alert`.
  absl::Status Prove(Open& open, const DirectorySnapshot& snapshot, int64_t now_ms);
  absl::Status ProveSpeaking(Open& open, const std::vector<SpeakingRecord>& speaking,
                             const DirectorySnapshot& snapshot, const Rules& rules);
  // Claims when the glass is broken; else leaves an alert for each in `open.alert`.
  void ProveProtected(Open& open, const std::vector<Candidate>& silencing,
                      const DirectorySnapshot& snapshot, const Rules& rules);
  absl::Status ProveOneProtected(Open& open, const Candidate& candidate,
                                 const DirectorySnapshot& snapshot, const Rules& rules);
  // Of `open`, which outlives the result.
  using OwnMatch = std::function<absl::StatusOr<Candidate>(const ChildRow&)>;
  OwnMatch OwnIdentity(const Open& open);
  absl::StatusOr<HeldMatch> Match(const Open& open, const ChildRow& child, HeldKeys keys);
  absl::Status TakeMatch(Open& open, const ChildRow& child, HeldMatch match);
  // Opens and checks the intro, at the slots of `match` until one opens to a good one; not again
  // when it is good.
  void ReadIntro(Open& open, const HeldMatch& match, const DirectorySnapshot& snapshot) const;
  absl::Status CheckSigner(const Open& open, const OpenedIntro& intro,
                           const DirectorySnapshot& snapshot) const;
  absl::Status CommitClaim(const Open& open, const Rules& rules, int64_t now_ms);
  absl::StatusOr<std::string> SealClaim(Open& open, v1::ClaimStatus status);
  absl::StatusOr<v1::AnswerBody> Weigh(Open& open, std::string_view reveal,
                                       const DirectorySnapshot& snapshot, int64_t now_ms);
  absl::StatusOr<v1::AnswerBody> Disclose(Open& open, const v1::ChildDetails& details,
                                          const DirectorySnapshot& snapshot, const Rules& rules);
  // The records of this question as they stand towards this asker now.
  struct Records {
    std::vector<HeldRecord> speaking;
    std::vector<HeldRecord> silent;  // protected, and met by the tags
  };
  absl::StatusOr<Records> Speakers(Open& open, const Rules& rules);
  absl::Status CommitAnswer(const Open& open, const std::vector<GradedRecord>& graded,
                            const v1::AnswerBody& body, const Rules& rules);
  bool DetailsExplainMatch(const Open& open, const v1::ChildDetails& details) const;
  v1::DeskItem AlertFor(const Open& open, v1::DeskKind kind, std::string_view case_reference,
                        KeyTypeSet types, const Rules& rules) const;
  v1::DeskItem GlassAlert(const Open& open, std::string_view case_reference, KeyTypeSet types,
                          const Rules& rules) const;
  v1::AuditRow RowFor(const Open& open, v1::AuditRow::Kind kind, uint32_t policy_version) const;
  v1::AuditRow AlarmRow(const Open& open, std::string_view note, const Rules& rules) const;
  absl::Status Commit(std::vector<v1::AuditRow> rows, std::vector<v1::DeskItem> desk,
                      const std::vector<SeenEntry>& seen, int64_t now_ms);

  const Options options_;
  const DirectoryBook& book_;
  const TagIndex& index_;
  LookupStore& store_;
  DeskAlerts& alerts_;
  ReplayGuard& replay_;
  const Clock& clock_;
  Random& random_;
  std::atomic<bool> audit_writable_{true};
  std::atomic<bool> held_{false};
  AnswererCounters counters_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<Open>> open_ ABSL_GUARDED_BY(mutex_);
  mutable Mutex table_mutex_;
  mutable std::string table_of_ ABSL_GUARDED_BY(table_mutex_);  // hash of the directory
  mutable std::shared_ptr<const DisclosureTable> table_ ABSL_GUARDED_BY(table_mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_ANSWERER_H_
