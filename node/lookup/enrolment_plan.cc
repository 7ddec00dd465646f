#include "node/lookup/enrolment_plan.h"

#include <algorithm>
#include <utility>

#include "node/matching/normalise.h"

namespace signpost::node {

std::vector<EnrolledKey> KeysToEnrol(const v1::ChildDetails& details) {
  const std::vector<MatchKey> holder = HolderKeys(Normalise(details));
  std::vector<EnrolledKey> keys;
  for (const MatchKey& key : holder) keys.push_back({key, false});
  for (MatchKey& key : AskingKeys(details)) {
    if (std::find(holder.begin(), holder.end(), key) == holder.end()) {
      keys.push_back({std::move(key), true});
    }
  }
  return keys;
}

EnrolmentPlanner::EnrolmentPlanner(const v1::Epoch& epoch, KeyDigestFunction digest, Random& random,
                                   size_t batch_size)
    : epoch_(epoch.epoch()),
      canonicalisation_version_(static_cast<uint16_t>(epoch.canonicalisation_version())),
      digest_(std::move(digest)),
      random_(random),
      batch_size_(batch_size) {}

absl::Status EnrolmentPlanner::Add(const ChildRow& child) {
  std::vector<EnrolledKey> keys = KeysToEnrol(child.details);
  // The keys by which others find the record come first, so those are cut last.
  const size_t most = std::min(batch_size_, kMaxTagsPerChild);
  if (keys.size() > most) keys.resize(most);
  Pending pending;
  pending.set.child_id = child.id;
  pending.set.revision = child.revision;
  for (const EnrolledKey& enrolled : keys) {
    SIGNPOST_ASSIGN_OR_RETURN(Secret input, VoprfInput(canonicalisation_version_, enrolled.key));
    StoredTag tag;
    tag.key_type = enrolled.key.type;
    tag.ask_only = enrolled.ask_only;
    tag.key_digest = digest_(enrolled.key.type, enrolled.key.fields);
    pending.set.tags.push_back(std::move(tag));
    pending.inputs.push_back(std::move(input));
  }
  pending_keys_ += pending.inputs.size();
  pending_.push_back(std::move(pending));
  return absl::OkStatus();
}

bool EnrolmentPlanner::Ready() const { return pending_keys_ >= batch_size_; }

absl::StatusOr<std::optional<EnrolmentBatch>> EnrolmentPlanner::NextBatch() {
  if (pending_.empty()) return std::optional<EnrolmentBatch>();
  EnrolmentBatch batch;
  batch.epoch = epoch_;
  while (!pending_.empty() && batch.inputs.size() + pending_.front().inputs.size() <= batch_size_) {
    Pending& next = pending_.front();
    pending_keys_ -= next.inputs.size();
    for (Secret& input : next.inputs) batch.inputs.push_back(std::move(input));
    batch.sets.push_back(std::move(next.set));
    pending_.pop_front();
  }
  SIGNPOST_ASSIGN_OR_RETURN(batch.batch, Blind(batch.inputs, random_, batch_size_));
  return std::optional<EnrolmentBatch>(std::move(batch));
}

absl::StatusOr<std::vector<TagSet>> FinishBatch(EnrolmentBatch batch, const v1::Epoch& epoch,
                                                const Evaluation& a, const Evaluation& b) {
  if (epoch.epoch() != batch.epoch) {
    return absl::InvalidArgumentError("WRONG_EPOCH: the batch was made for another epoch");
  }
  SIGNPOST_RETURN_IF_ERROR(VerifyBothEvaluations(epoch, batch.batch.points, a, b));
  if (batch.inputs.empty()) return std::move(batch.sets);
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<Secret> outputs,
                            FinalizeTwo(batch.inputs, std::move(batch.batch), a.points, b.points));
  size_t next = 0;
  for (TagSet& set : batch.sets) {
    for (StoredTag& tag : set.tags) {
      if (next == outputs.size()) return absl::InternalError("outputs do not match keys");
      SIGNPOST_ASSIGN_OR_RETURN(TagKeys keys,
                                DeriveTagKeys(outputs[next++], batch.epoch, tag.key_type));
      tag.hint = std::string(keys.hint.Expose());
      tag.poss = std::move(keys.poss);
    }
  }
  return std::move(batch.sets);
}

}  // namespace signpost::node
