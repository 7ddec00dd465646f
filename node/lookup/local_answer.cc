#include "node/lookup/local_answer.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "node/matching/match_keys.h"
#include "node/matching/normalise.h"
#include "node/matching/score.h"

namespace signpost::node {
namespace {

absl::Status NotEnrolled() {
  return absl::FailedPreconditionError(
      "NOT_ENROLLED: this node's own records are not yet all enrolled in the asking epoch");
}

}  // namespace

std::vector<Candidate> LocalAnswerer::FindByTags(const std::vector<QuestionTag>& tags,
                                                 const SlotTable& table) {
  std::vector<Tag> slot_tags;
  for (const QuestionTag& tag : tags) {
    const auto slot_tag =
        SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()}, table.slot());
    if (slot_tag.ok()) slot_tags.push_back(*slot_tag);
  }
  return FindCandidates(table, slot_tags);
}

absl::StatusOr<std::vector<Candidate>> LocalAnswerer::FindByDigests(const Request& request) {
  absl::flat_hash_map<std::string, size_t> hits_of;
  for (const MatchKey& key : AskingKeys(request.details)) {
    hits_of.emplace(store_.KeyDigest(key.type, key.fields), 0);
  }
  std::vector<TagRef> hits;
  SIGNPOST_RETURN_IF_ERROR(store_.ForEachHint(
      request.epoch, [&](int64_t child_id, int64_t revision, const std::vector<HintView>& hints) {
        for (const HintView& hint : hints) {
          if (hint.ask_only) continue;
          const auto found = hits_of.find(std::string(hint.key_digest));
          if (found == hits_of.end() || found->second++ >= kMaxHitsPerTag) continue;
          hits.push_back({child_id, revision, hint.ordinal, hint.key_type});
        }
      }));
  return CandidatesOf(hits);
}

absl::StatusOr<std::vector<Candidate>> LocalAnswerer::Find(const Request& request,
                                                           const EpochView& view) {
  if (view.table == nullptr) return std::vector<Candidate>();
  if (request.tags == nullptr) return FindByDigests(request);
  return FindByTags(*request.tags, *view.table);
}

absl::StatusOr<AuthenticAnswer> LocalAnswerer::Answer(const Request& request,
                                                      const VerifiedDirectory& directory,
                                                      std::string_view own, int64_t now_ms) {
  const EpochView view = index_.View(request.epoch, SlotOf(now_ms), now_ms);
  const bool enrolled = view.table != nullptr && view.ready && !view.Behind(now_ms);
  if (!enrolled && request.case_reference.empty()) return NotEnrolled();
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<Candidate> candidates, Find(request, view));
  int64_t named = 0;
  if (!request.case_reference.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, store_.GetChildByCase(request.case_reference));
    named = child.id;
    std::erase_if(candidates, [&](const Candidate& c) { return c.child == named; });
    // Who names a record needs no key to be sure of it.
    candidates.insert(candidates.begin(), {named, kStrongKeyTypes});
  }
  const RuleDay day = RuleDayOf(now_ms, directory.message().policy());
  SIGNPOST_ASSIGN_OR_RETURN(const ReadRecords read, ReadCandidates(store_, day, candidates));
  const NormalisedChild asked = Normalise(request.details);
  std::vector<GradedRecord> graded;
  for (const SpeakingRecord& speaking : read.speaking) {
    const HeldRecord& record = speaking.record;
    const MatchResult match = Score(asked, Normalise(record.child.details));
    Decision decision = Decide(match, directory.message().children());
    if (record.child.id == named) decision = {v1::CERTAIN, {}};
    if (decision.grade == v1::MATCH_GRADE_UNSPECIFIED) continue;
    graded.push_back({&record, decision.grade, std::move(decision.reasons), match.total});
  }
  const v1::Member* member = directory.FindMember(own);
  // Without the index only the named record is told of, and that was read just now.
  v1::AnswerBody body =
      BuildAnswer(graded, request.context, day, member == nullptr ? v1::Desk() : member->desk(),
                  request.reference, enrolled ? view.watermark_ms : now_ms);
  if (!enrolled && body.outcome() == v1::NOTHING_TO_REPORT) return NotEnrolled();
  return AuthenticAnswer(std::move(body));
}

absl::StatusOr<bool> LocalAnswerer::TouchesProtected(const std::vector<QuestionTag>& tags,
                                                     uint32_t epoch, int64_t now_ms) {
  const EpochView view = index_.View(epoch, SlotOf(now_ms), now_ms);
  if (view.table == nullptr) return NotEnrolled();
  SIGNPOST_ASSIGN_OR_RETURN(
      const bool touches,
      MeetsProtected(store_, RuleDayOf(now_ms, v1::Policy()), FindByTags(tags, *view.table)));
  if (!touches && !view.ready) return NotEnrolled();
  return touches;
}

}  // namespace signpost::node
