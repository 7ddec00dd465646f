#include "node/lookup/local_answer.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

#include "node/matching/match_keys.h"
#include "node/matching/normalise.h"
#include "node/matching/score.h"

namespace signpost::node {
namespace {

constexpr size_t kMaxHits = 512;

}  // namespace

absl::StatusOr<std::vector<int64_t>> LocalAnswerer::Candidates(const Request& request,
                                                               int64_t now_ms) {
  std::vector<int64_t> children;
  if (request.tags != nullptr) {
    const int64_t slot = SlotOf(now_ms);
    const std::shared_ptr<const SlotTable> table = index_.Table(request.epoch, slot);
    if (table == nullptr) {
      if (!request.case_reference.empty()) return children;
      return absl::FailedPreconditionError(
          "NOT_ENROLLED: this node's own records are not yet enrolled in the asking epoch");
    }
    std::vector<TagRef> hits;
    for (const QuestionTag& tag : *request.tags) {
      const auto slot_tag =
          SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()}, slot);
      if (slot_tag.ok()) table->Find(*slot_tag, kMaxHits, hits);
    }
    for (const TagRef& hit : hits) children.push_back(hit.child);
  } else {
    absl::flat_hash_set<std::string> digests;
    for (const MatchKey& key : AskingKeys(request.details)) {
      digests.insert(store_.KeyDigest(key.type, key.fields));
    }
    SIGNPOST_RETURN_IF_ERROR(store_.ForEachHint(
        request.epoch,
        [&](int64_t child_id, int64_t /*revision*/, const std::vector<HintView>& hints) {
          for (const HintView& hint : hints) {
            if (hint.ask_only || children.size() >= kMaxHits) continue;
            if (digests.contains(std::string(hint.key_digest))) children.push_back(child_id);
          }
        }));
  }
  std::sort(children.begin(), children.end());
  children.erase(std::unique(children.begin(), children.end()), children.end());
  return children;
}

absl::StatusOr<AuthenticAnswer> LocalAnswerer::Answer(const Request& request,
                                                      const VerifiedDirectory& directory,
                                                      std::string_view own, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<int64_t> children, Candidates(request, now_ms));
  int64_t named = 0;
  if (!request.case_reference.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, store_.GetChildByCase(request.case_reference));
    named = child.id;
    if (std::find(children.begin(), children.end(), named) == children.end()) {
      children.push_back(named);
    }
  }
  const NormalisedChild asked = Normalise(request.details);
  std::vector<HeldRecord> records;
  for (const int64_t id : children) {
    absl::StatusOr<ChildRow> child = store_.GetChild(id);
    if (absl::IsNotFound(child.status())) continue;  // deleted meanwhile
    SIGNPOST_RETURN_IF_ERROR(child.status());
    SIGNPOST_ASSIGN_OR_RETURN(auto involvements, store_.ListInvolvements(id));
    records.push_back({*std::move(child), std::move(involvements)});
  }
  std::vector<GradedRecord> graded;
  for (const HeldRecord& record : records) {
    const MatchResult match = Score(asked, Normalise(record.child.details));
    Decision decision = Decide(match, directory.message().children());
    if (record.child.id == named) decision = {v1::CERTAIN, {}};
    if (decision.grade == v1::MATCH_GRADE_UNSPECIFIED) continue;
    graded.push_back({&record, decision.grade, std::move(decision.reasons), match.total});
  }
  const v1::Member* member = directory.FindMember(own);
  return AuthenticAnswer(
      BuildAnswer(graded, request.context, RuleDayOf(now_ms, directory.message().policy()),
                  member == nullptr ? v1::Desk() : member->desk(), request.reference, now_ms));
}

}  // namespace signpost::node
