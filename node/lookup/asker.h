// The asker's side of one question (proto/PROTOCOL.md section 6), with no
// network and no clock of its own.
//
// 1. Start() builds the question for every active member and opens the ledger.
// 2. The caller commits AskedRow(); only then Message() leaves, and Sent() notes when.
// 3. OnClaim() opens each claim and checks its evidence; OnSilent() takes the
//    hub's report. ClaimsDue() says when to go on: all in, or the cut-off.
// 4. MakeReveals(), once, also when nobody claimed and when the practitioner has
//    gone: the details to members whose evidence verified, whose signature holds
//    and whose matched key types meet the reveal policy; cover to all others.
// 5. OnAnswer() opens each answer, and verifies the signature of one that
//    reports something or that answers a reveal. AnswersDue() as above.
// 6. Finish() closes the ledger. EndedRow() is what the audit keeps.
//
// Invariants: (1) a row becomes an answer only through a verified one; (2) a
// member whose claim did not come in time, or was not READY, has no answer, even
// if "nothing to report" comes later: its claim was never weighed; (3) nor has one
// whose claim proved too little to be told the details; (4) one reveal a member.
//
// Thread safety: one thread at a time (the caller serialises).
// Security: content key, exported keys and poss die with the object. Bytes from
// members are never trusted before their seal opens.
#ifndef SIGNPOST_NODE_LOOKUP_ASKER_H_
#define SIGNPOST_NODE_LOOKUP_ASKER_H_

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/lookup/ledger.h"
#include "node/lookup/question_plan.h"
#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/crypto/signature.h"
#include "proto/directory/directory_book.h"
#include "proto/question/claim.h"
#include "proto/question/question.h"
#include "signpost/v1/node.pb.h"
#include "signpost/v1/relay.pb.h"

namespace signpost::node {

struct AskerQuestion {
  v1::Intro intro;                // its member is set by Start()
  v1::ChildDetails details;       // reduced to what a reveal carries by Start()
  std::vector<QuestionTag> tags;  // of FinishPlan, at least one
  uint32_t epoch = 0;             // that they were made for: QuestionPlan::epoch
  std::string case_reference;     // for the audit; empty for a typed child
  std::string actor;              // SPIFFE id of the caller, for the audit
};

class Asker {
 public:
  struct Options {
    std::string own;                  // own member code
    const SigningKey* key = nullptr;  // outlives the asker
    uint32_t deadline_ms = 20'000;    // of the whole question, in its header
  };

  // FAILED_PRECONDITION DIRECTORY_EXPIRED, NOT_ADMITTED, UNKNOWN_EPOCH; PERMISSION_DENIED with
  // the word of AskRefusalName; INVALID_ARGUMENT when intro or details break a limit.
  static absl::StatusOr<std::unique_ptr<Asker>> Start(const Options& options,
                                                      const DirectorySnapshot& snapshot,
                                                      AskerQuestion question, int64_t now_ms,
                                                      Random& random);

  // To be committed before the question leaves. Evidence is H[125] ‖ binding[64] ‖ signature[64] ‖
  // intro; no child's details.
  v1::AuditRow AskedRow() const;
  // The question, for the hub.
  v1::AskQuestion Message() const;
  void Sent(int64_t monotonic_ms);

  // It is not an error if a claim is unknown, second, late or garbage: the row says so.
  void OnClaim(std::string_view member, std::string_view claim);
  void OnSilent(std::string_view member, v1::MemberSilent::Cause cause);
  // Every asked member has claimed or is silent, or the claim cut-off has passed since Sent().
  bool ClaimsDue(int64_t monotonic_ms) const;
  // Milliseconds until ClaimsDue() or AnswersDue() by time alone; 0 when passed.
  int64_t ClaimsWaitMs(int64_t monotonic_ms) const;

  // One message a member asked, once; empty at a second call.
  // `current` judges rights at this moment: a member suspended meanwhile gets cover and reads
  // NOT_JOINED.
  v1::AskReveals MakeReveals(int64_t monotonic_ms, const DirectorySnapshot& current);
  bool revealed() const { return revealed_; }

  // After Finish(), an authentic answer gives the LATE_ANSWER row to commit; the ledger stays.
  std::optional<v1::AuditRow> OnAnswer(std::string_view member, std::string_view answer,
                                       int64_t monotonic_ms);
  bool AnswersDue(int64_t monotonic_ms) const;
  int64_t AnswersWaitMs(int64_t monotonic_ms) const;

  // The hub went away: every open row reads NO_ANSWER HUB_UNREACHABLE.
  void OnHubLost();
  // Closes the ledger: rows still open read NO_ANSWER LATE. The own row is the caller's to set.
  void Finish(int64_t monotonic_ms);

  Ledger& ledger() { return ledger_; }
  const std::string& reference() const { return reference_; }  // for the practitioner to quote
  const std::string& qid() const { return header_.qid; }
  const DirectorySnapshot& snapshot() const { return snapshot_; }
  uint32_t elapsed_ms() const { return elapsed_ms_; }
  // Members that claimed with valid evidence and got cover, since their key types are too weak;
  // their rows read NO_ANSWER INVALID. An honest member never claims so.
  uint32_t claims_without_reveal() const { return claims_without_reveal_; }
  // Members that DIRECTORY_BEHIND or DIRECTORY_AHEAD kept from answering: after updating, ask again
  // under a new id.
  uint32_t directory_mismatches() const { return directory_mismatches_; }

  // To be committed after Finish(): outcome, and as evidence H, the signed claims and answers and
  // the hashes of the reveals (evidence.h).
  v1::AuditRow EndedRow() const;

 private:
  struct Peer {
    std::string public_key;  // Ed25519, from the directory the question was put under
    const ExportedKeys* keys = nullptr;
    std::optional<OpenedClaim> claim;  // authentic
    bool heard = false;                // claim or silence
    bool evidence = false;             // its evidence verified
    bool revealed = false;             // got the details
    bool answered = false;
    std::string claim_bytes_hash;  // of the first claim, authentic or not
    std::string reveal_hash;
    std::string answer_body;  // exact bytes under answer_signature
    std::string answer_signature;
  };

  Asker(Options options, DirectorySnapshot snapshot, AskerQuestion question);
  absl::Status Build(int64_t now_ms, Random& random);
  Peer* FindPeer(std::string_view member);
  KeyTypeSet MatchedTypes(uint32_t bitmap) const;
  absl::StatusOr<std::string> RevealFor(const std::string& member, Peer& peer,
                                        const DirectorySnapshot& current);
  absl::StatusOr<v1::AnswerBody> ReadAnswer(std::string_view member, Peer& peer,
                                            std::string_view answer);
  v1::AuditRow BaseRow(v1::AuditRow::Kind kind) const;

  const Options options_;
  const DirectorySnapshot snapshot_;
  AskerQuestion question_;
  QuestionHeader header_;
  BuiltQuestion built_;
  std::vector<AskingTag> asking_tags_;
  std::array<const Secret*, kQuestionSlots> poss_of_slot_{};
  Ledger ledger_;
  std::string reference_;
  absl::flat_hash_map<std::string, Peer> peers_;
  size_t unheard_ = 0;
  int64_t sent_ms_ = 0;
  int64_t revealed_ms_ = 0;
  bool revealed_ = false;
  bool finished_ = false;
  uint32_t elapsed_ms_ = 0;
  uint32_t claims_without_reveal_ = 0;
  uint32_t directory_mismatches_ = 0;
};

// "7F3K-91QD": short enough to be read out over the telephone, without 0, 1, I, L, O or U.
std::string MakeReference(Random& random);

// The rows when no question could be put at all: the hub cannot be reached (HUB_UNREACHABLE) or a
// typed child's keys could not be had (KEYS_UNAVAILABLE). `own` is the caller's to set.
Ledger LedgerWithoutQuestion(const DirectorySnapshot& snapshot, std::string_view own,
                             v1::NoAnswerCause cause);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_ASKER_H_
