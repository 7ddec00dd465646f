// From a child's details to the tags of a question: which match keys are asked,
// whether what enrolment stored can be used again, and which 32 blinded points
// go to both custodians (proto/PROTOCOL.md section 5).
//
// 1. PlanQuestion() derives the asking set, cut to 32 in key-number order, from
//    the details as they will be revealed.
// 2. If every key of it is stored for the asking epoch, hint and poss come from
//    the store and the 32 points are random; otherwise every key is blinded.
// 3. The points go to both custodians either way: every question is metered and
//    nobody in the middle can tell a recorded child from a typed one.
// 4. FinishPlan() checks both proofs and derives hint and poss, or hands out
//    what was stored.
//
// Thread safety: pure functions; a plan belongs to one thread.
// Security: match keys and poss are wiped with the plan. Both proofs are checked
// before anything evaluated is used.
#ifndef SIGNPOST_NODE_LOOKUP_QUESTION_PLAN_H_
#define SIGNPOST_NODE_LOOKUP_QUESTION_PLAN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "node/lookup/tag_index.h"
#include "node/matching/match_keys.h"
#include "node/store/tags.h"
#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/voprf.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::node {

// Store::KeyDigest.
using KeyDigestFunction = std::function<std::string(uint8_t key_type, std::string_view fields)>;

// The VOPRF input of a match key (crypto's MatchKeyInput). INVALID_ARGUMENT as there.
absl::StatusOr<Secret> VoprfInput(uint16_t canonicalisation_version, const MatchKey& key);

// What of a child a question is about.
enum class AskedIdentity {
  kWhole,
  // An own separated record, as the one identity that it is: pass OwnIdentityOnly() of its details,
  // here and to the asker; only keys with its own current family name are asked.
  kOwnOnly,
};

// The keys that a question about these details asks: of the details as a reveal can carry them
// (ReduceDetails), so that the holder derives the same ones; at most 32.
std::vector<MatchKey> AskingKeys(const v1::ChildDetails& details,
                                 AskedIdentity identity = AskedIdentity::kWhole);

// One tag of a question, with what claims and reveals are checked and sealed by.
struct QuestionTag {
  uint8_t key_type = 0;
  Hint hint{};
  Secret poss;  // 32 bytes
};

struct QuestionPlan {
  uint32_t epoch = 0;
  bool reused = false;            // tags come from the store
  std::vector<QuestionTag> tags;  // when reused
  std::vector<MatchKey> keys;     // the asking set
  std::vector<Secret> inputs;     // to be evaluated, unless reused
  BlindedBatch batch;             // batch.points: 32 x 32 bytes, for both custodians

  const std::string& points() const { return batch.points; }
};

// `stored`: the record's tags in `epoch`, null for a typed child or one not enrolled in it.
// INVALID_ARGUMENT MORE_DETAILS when the keys cannot meet the reveal policy (see HelpfulFields).
absl::StatusOr<QuestionPlan> PlanQuestion(const v1::ChildDetails& details, const v1::Epoch& epoch,
                                          const TagSet* stored, const KeyDigestFunction& digest,
                                          Random& random,
                                          AskedIdentity identity = AskedIdentity::kWhole);

// Checks both custodians' proofs over `points` against the directory's shares. INVALID_ARGUMENT,
// UNAUTHENTICATED BAD_PROOF naming the custodian's role.
absl::Status VerifyBothEvaluations(const v1::Epoch& epoch, std::string_view points,
                                   const Evaluation& a, const Evaluation& b);

// The question's tags, in the order of plan.keys. The evaluations of a reused plan are not read.
// INVALID_ARGUMENT, UNAUTHENTICATED (naming the custodian's role): an evaluation is malformed or
// its proof fails; nothing of the batch may be used then.
absl::StatusOr<std::vector<QuestionTag>> FinishPlan(QuestionPlan plan, const v1::Epoch& epoch,
                                                    const Evaluation& a, const Evaluation& b);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_QUESTION_PLAN_H_
