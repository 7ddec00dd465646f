// Which records a question's tags reach, and which of them are read: the same for
// another authority's question and for the own row.
//
// 1. FindCandidates() looks every tag up, and gives each record that was hit with
//    the key types that hit it. The limit is one tag's, so that a key that half a
//    town shares never hides the NHS number in the next slot.
// 2. ReadCandidates() reads the flags of those that meet the reveal policy and of
//    the best of the others, and then unseals a bounded number of records.
//
// A protected record (shielded or quarantined) whose tags meet the reveal policy
// silences each record whose matched slots are all among its own: authorities
// hold two records of one child, and the second one, which nobody shielded, would
// tell what the shield hides; so ContactPoint leaked in 2009. A record with a slot
// of its own is not silenced: who fills some slots for a child that this node is
// known to hold and others for a suspect must not read from the first one's
// silence that the second one is protected. Once the details are revealed,
// KeepSilence() (grading.h) judges whether they are the protected child's.
//
// Thread safety: as the LookupStore passed in.
// Security: of protected records only the flags are read here, and of separated ones the names, to
// tell which slots are their own identity's.
#ifndef SIGNPOST_NODE_LOOKUP_CANDIDATES_H_
#define SIGNPOST_NODE_LOOKUP_CANDIDATES_H_

#include <absl/functional/function_ref.h>
#include <absl/types/span.h>

#include <cstdint>
#include <vector>

#include "node/lookup/lookup_store.h"
#include "node/lookup/tag_index.h"
#include "node/matching/match_keys.h"
#include "node/rules/telling.h"
#include "proto/base/status.h"

namespace signpost::node {

inline constexpr size_t kMaxHitsPerTag = 1024;
inline constexpr size_t kMaxWeakCandidates = 128;  // that do not meet the reveal policy
inline constexpr size_t kMaxCertainReads = 64;     // records unsealed that meet the reveal policy
inline constexpr size_t kMaxWeakReads = 16;        // and that do not

// One tag of a record that was hit, and the question's slot that hit it.
struct SlotHit {
  TagRef ref;
  size_t slot = 0;  // below kQuestionSlots
};

// One record whose tags hit.
struct Candidate {
  int64_t child = 0;
  KeyTypeSet types = 0;
  uint32_t slots = 0;  // bit i: slot i hit it
};

// One a record: those that meet the reveal policy first; within them and within the others by
// number of key types, then by lowest id. All of the first, kMaxWeakCandidates of the others.
std::vector<Candidate> CandidatesOf(const std::vector<SlotHit>& hits);
std::vector<Candidate> FindCandidates(const SlotTable& table, absl::Span<const Tag> tags);

// A candidate that may speak, as it stands in the store now.
struct SpeakingRecord {
  Candidate candidate;
  HeldRecord record;
};

struct ReadRecords {
  // In the candidates' order, each with an involvement; whether one may speak to this asker is
  // JudgeRecord's to say. None that `silencing` silences.
  std::vector<SpeakingRecord> speaking;
  // Protected records that meet the reveal policy with these tags, in the candidates' order.
  std::vector<Candidate> silencing;
  std::vector<int64_t> touched;  // protected ones that do not
};

// A separated record's types and slots of this question, of its own-identity keys alone.
using OwnIdentityOf = absl::FunctionRef<absl::StatusOr<Candidate>(const ChildRow& child)>;

// `candidates` in the order of CandidatesOf(). Separated ones silence, are touched and are silenced
// as `own` says; one that cannot be read, by all of their keys. Records deleted meanwhile are left
// out. The flags are read also when there are no candidates, so that a store that cannot be read
// fails for every question alike. Errors of the store.
absl::StatusOr<ReadRecords> ReadCandidates(LookupStore& store, const RuleDay& day,
                                           const std::vector<Candidate>& candidates,
                                           OwnIdentityOf own);

// Those that would silence others in ReadCandidates(); reads separated ones alone.
absl::StatusOr<std::vector<Candidate>> FindSilencing(LookupStore& store, const RuleDay& day,
                                                     const std::vector<Candidate>& candidates,
                                                     OwnIdentityOf own);

// One record with its involvements. NOT_FOUND; errors of the store.
absl::StatusOr<HeldRecord> ReadHeld(LookupStore& store, int64_t child);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_CANDIDATES_H_
