// Packs the match keys of many records into batches of exactly 1,024 blinded
// points and maps the outputs back to tags (proto/PROTOCOL.md section 5).
//
// 1. Add() takes a record; its keys (a holder's, and an asker's as ask-only) are
//    queued. A record is never split over two batches, so that a batch that
//    fails leaves nobody half enrolled.
// 2. NextBatch() hands out a batch: blinded points, filled up with random ones.
// 3. Both custodians evaluate the points.
// 4. FinishBatch() checks both proofs and gives one TagSet a record, complete
//    and ready for Store::ReplaceTags.
//
// Thread safety: one thread at a time; FinishBatch is pure.
// Security: match keys are wiped when the batch is; a batch shows a custodian
// neither how many records it holds nor how full it is.
#ifndef SIGNPOST_NODE_LOOKUP_ENROLMENT_PLAN_H_
#define SIGNPOST_NODE_LOOKUP_ENROLMENT_PLAN_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "node/lookup/question_plan.h"
#include "node/record/records.h"
#include "node/store/tags.h"
#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/crypto/voprf.h"
#include "proto/limits.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::node {

// A key to enrol. Ask-only ones are stored and never indexed.
struct EnrolledKey {
  MatchKey key;
  bool ask_only = false;
};
// Holder keys in key-number order and then, ask-only, the asking keys that are not among them.
std::vector<EnrolledKey> KeysToEnrol(const v1::ChildDetails& details);

struct EnrolmentBatch {
  uint32_t epoch = 0;
  BlindedBatch batch;          // batch.points: 1,024 x 32 bytes, for both custodians
  std::vector<Secret> inputs;  // as many as there are keys
  // One a record, poss and hint still empty; their tags are in the order of `inputs`.
  std::vector<TagSet> sets;

  const std::string& points() const { return batch.points; }
  size_t keys() const { return inputs.size(); }
};

class EnrolmentPlanner {
 public:
  EnrolmentPlanner(const v1::Epoch& epoch, KeyDigestFunction digest, Random& random,
                   size_t batch_size = kEnrolmentBatch);

  // Queues a record. A record without any key gets an empty TagSet in some batch: it is enrolled,
  // and nobody can find it. Of a record with more keys than a batch or the store takes (256) the
  // first are enrolled: it can be found by those. INVALID_ARGUMENT: a key the protocol does not
  // take.
  absl::Status Add(const ChildRow& child);
  // True when a full batch can be made.
  bool Ready() const;
  // Nothing when no record is queued. Makes a batch that is not full too: ask Ready() first while
  // more records are to come.
  absl::StatusOr<std::optional<EnrolmentBatch>> NextBatch();

 private:
  struct Pending {
    TagSet set;
    std::vector<Secret> inputs;
  };

  const uint32_t epoch_;
  const uint16_t canonicalisation_version_;
  const KeyDigestFunction digest_;
  Random& random_;
  const size_t batch_size_;
  std::deque<Pending> pending_;
  size_t pending_keys_ = 0;
};

// INVALID_ARGUMENT, UNAUTHENTICATED (naming the custodian's role): nothing of the batch may be
// used.
absl::StatusOr<std::vector<TagSet>> FinishBatch(EnrolmentBatch batch, const v1::Epoch& epoch,
                                                const Evaluation& a, const Evaluation& b);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_ENROLMENT_PLAN_H_
