#include "node/lookup/question_plan.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "node/matching/normalise.h"
#include "node/rules/protection.h"
#include "proto/limits.h"
#include "proto/question/fit.h"

namespace signpost::node {
namespace {

constexpr char kFieldSeparator = '\x1f';

Hint HintOf(std::string_view bytes) {
  Hint hint{};
  std::memcpy(hint.data(), bytes.data(), std::min(bytes.size(), hint.size()));
  return hint;
}

// The stored tags of `keys`, or nothing unless every key is among them.
std::vector<QuestionTag> StoredTagsOf(const std::vector<MatchKey>& keys, const TagSet& stored,
                                      const KeyDigestFunction& digest) {
  absl::flat_hash_map<std::string_view, const StoredTag*> by_digest;
  for (const StoredTag& tag : stored.tags) by_digest.emplace(tag.key_digest, &tag);
  std::vector<QuestionTag> tags;
  for (const MatchKey& key : keys) {
    const auto found = by_digest.find(digest(key.type, key.fields));
    if (found == by_digest.end() || found->second->key_type != key.type ||
        found->second->hint.size() != kHintSize || found->second->poss.size() != kPossSize) {
      return {};
    }
    tags.push_back({key.type, HintOf(found->second->hint), found->second->poss.Clone()});
  }
  return tags;
}

}  // namespace

absl::Status VerifyBothEvaluations(const v1::Epoch& epoch, std::string_view points,
                                   const Evaluation& a, const Evaluation& b) {
  for (const auto& [role, share, evaluation] :
       {std::make_tuple("a", &epoch.public_share_a(), &a),
        std::make_tuple("b", &epoch.public_share_b(), &b)}) {
    const absl::Status verified =
        VerifyEvaluation(*share, points, evaluation->points, evaluation->proof);
    if (!verified.ok()) {
      return absl::Status(verified.code(),
                          absl::StrCat("BAD_PROOF: the evaluation of custodian ", role,
                                       " does not verify; nothing of it is used"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Secret> VoprfInput(uint16_t canonicalisation_version, const MatchKey& key) {
  std::vector<std::string_view> fields;
  std::string_view rest = key.fields;
  for (size_t at = rest.find(kFieldSeparator); at != std::string_view::npos;
       at = rest.find(kFieldSeparator)) {
    fields.push_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  fields.push_back(rest);
  return MatchKeyInput(canonicalisation_version, key.type, fields);
}

std::vector<MatchKey> AskingKeys(const v1::ChildDetails& details, AskedIdentity identity) {
  const v1::ChildDetails reduced = ReduceDetails(details);
  if (identity == AskedIdentity::kWhole) return QuestionKeys(Normalise(reduced));
  std::vector<MatchKey> keys = OwnIdentityAskerKeys(reduced);
  if (keys.size() > kQuestionSlots) keys.resize(kQuestionSlots);
  return keys;
}

absl::StatusOr<QuestionPlan> PlanQuestion(const v1::ChildDetails& details, const v1::Epoch& epoch,
                                          const TagSet* stored, const KeyDigestFunction& digest,
                                          Random& random, AskedIdentity identity) {
  QuestionPlan plan;
  plan.epoch = epoch.epoch();
  plan.keys = AskingKeys(details, identity);
  if (plan.keys.empty() || !CanMeetRevealPolicy(plan.keys)) {
    return absl::InvalidArgumentError(
        "MORE_DETAILS: these details cannot meet the reveal policy; add one of the helpful fields");
  }
  if (stored != nullptr) plan.tags = StoredTagsOf(plan.keys, *stored, digest);
  plan.reused = !plan.tags.empty();
  if (!plan.reused) {
    const auto version = static_cast<uint16_t>(epoch.canonicalisation_version());
    for (const MatchKey& key : plan.keys) {
      SIGNPOST_ASSIGN_OR_RETURN(Secret input, VoprfInput(version, key));
      plan.inputs.push_back(std::move(input));
    }
  }
  SIGNPOST_ASSIGN_OR_RETURN(plan.batch, Blind(plan.inputs, random, kQuestionBatch));
  return plan;
}

absl::StatusOr<std::vector<QuestionTag>> FinishPlan(QuestionPlan plan, const v1::Epoch& epoch,
                                                    const Evaluation& a, const Evaluation& b) {
  if (plan.reused) return std::move(plan.tags);
  if (epoch.epoch() != plan.epoch) {
    return absl::InvalidArgumentError("WRONG_EPOCH: the plan was made for another epoch");
  }
  SIGNPOST_RETURN_IF_ERROR(VerifyBothEvaluations(epoch, plan.batch.points, a, b));
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<Secret> outputs,
                            FinalizeTwo(plan.inputs, std::move(plan.batch), a.points, b.points));
  if (outputs.size() != plan.keys.size()) return absl::InternalError("outputs do not match keys");
  std::vector<QuestionTag> tags;
  for (size_t i = 0; i < outputs.size(); ++i) {
    SIGNPOST_ASSIGN_OR_RETURN(TagKeys keys,
                              DeriveTagKeys(outputs[i], plan.epoch, plan.keys[i].type));
    tags.push_back({plan.keys[i].type, HintOf(keys.hint.Expose()), std::move(keys.poss)});
  }
  return tags;
}

}  // namespace signpost::node
