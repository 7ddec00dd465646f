#include "node/lookup/local_answer.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "node/lookup/grading.h"
#include "node/lookup/held_match.h"
#include "node/matching/match_keys.h"
#include "node/rules/desk.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

absl::Status NotEnrolled() {
  return absl::FailedPreconditionError(
      "NOT_ENROLLED: this node's own records are not yet all enrolled in the asking epoch");
}

std::vector<Tag> SlotTagsOf(const std::vector<QuestionTag>& tags, int64_t slot) {
  std::vector<Tag> slot_tags;
  for (const QuestionTag& tag : tags) {
    const auto slot_tag =
        SlotTag({reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size()}, slot);
    if (slot_tag.ok()) slot_tags.push_back(*slot_tag);
  }
  return slot_tags;
}

// The desk asks, approved, about a protected record of its own: it knows what is held.
v1::AnswerBody AskOwnDesk(std::string_view reference, const v1::Desk& desk, int64_t as_of_ms) {
  v1::AnswerBody body;
  body.set_outcome(v1::ASK_DESK);
  body.set_grade(v1::CERTAIN);
  body.set_reference(std::string(reference));
  *body.mutable_desk() = desk;
  body.set_as_of_ms(as_of_ms);
  return body;
}

}  // namespace

std::vector<Candidate> LocalAnswerer::FindByTags(const std::vector<QuestionTag>& tags,
                                                 const SlotTable& table) {
  return FindCandidates(table, SlotTagsOf(tags, table.slot()));
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

absl::StatusOr<bool> LocalAnswerer::MatchesOwnIdentity(const Request& request,
                                                       const ChildRow& child, int64_t now_ms) {
  if (request.tags != nullptr) {
    const int64_t slot = SlotOf(now_ms);
    SIGNPOST_ASSIGN_OR_RETURN(const HeldMatch match, MatchHeld(store_, request.epoch, slot,
                                                               SlotTagsOf(*request.tags, slot),
                                                               child, HeldKeys::kOwnIdentity));
    return RevealPolicyMet(match.types);
  }
  const auto own = OwnIdentityDigests(store_, child.details);
  KeyTypeSet types = 0;
  for (const MatchKey& key : AskingKeys(request.details)) {
    if (own.contains(store_.KeyDigest(key.type, key.fields))) types |= KeyTypeBit(key.type);
  }
  return RevealPolicyMet(types);
}

absl::StatusOr<std::vector<HeldRecord>> LocalAnswerer::Speakers(
    const Request& request, int64_t named, const std::vector<Candidate>& candidates,
    const DisclosureTable& table, const RuleDay& day) {
  SIGNPOST_ASSIGN_OR_RETURN(ReadRecords read, ReadCandidates(store_, day, candidates));
  std::vector<HeldRecord> speakers;
  read.silencing.resize(std::min(read.silencing.size(), kMaxCertainReads));
  for (const Candidate& candidate : read.silencing) {
    absl::StatusOr<HeldRecord> record = ReadHeld(store_, candidate.child);
    if (absl::IsNotFound(record.status())) continue;
    SIGNPOST_RETURN_IF_ERROR(record.status());
    if (JudgeRecord(*record, request.context, table, day).claims) {
      speakers.push_back(*std::move(record));
    }
  }
  for (SpeakingRecord& speaking : read.speaking) {
    const ChildRow& child = speaking.record.child;
    const Judgement judgement = JudgeRecord(speaking.record, request.context, table, day);
    if (judgement.desk_must_know && request.alerts != nullptr && request.intro != nullptr &&
        RevealPolicyMet(speaking.candidate.types)) {
      request.alerts->Raise(
          AlertOf(v1::ALERT_SENSITIVE, *request.intro, child.case_reference,
                  child.id == named ? 0 : speaking.candidate.types, table.version(), day.now_ms),
          std::nullopt);
    }
    if (!judgement.claims) continue;
    if (child.flags.separated && child.id != named) {
      SIGNPOST_ASSIGN_OR_RETURN(const bool own, MatchesOwnIdentity(request, child, day.now_ms));
      if (!own) continue;
    }
    speakers.push_back(std::move(speaking.record));
  }
  return speakers;
}

absl::StatusOr<AuthenticAnswer> LocalAnswerer::Answer(const Request& request,
                                                      const VerifiedDirectory& directory,
                                                      std::string_view own, int64_t now_ms) {
  const v1::Policy& policy = directory.message().policy();
  const DisclosureTable table = DisclosureTable::Of(policy);
  if (!table.known()) {
    return absl::FailedPreconditionError(
        "POLICY_UNKNOWN: the directory's policy is of a format this program does not know; it must "
        "be brought up to date");
  }
  const EpochView view = index_.View(request.epoch, SlotOf(now_ms), now_ms);
  const bool enrolled = view.table != nullptr && view.ready && !view.Behind(now_ms);
  if (!enrolled && request.case_reference.empty()) return NotEnrolled();
  // Without the index only the named record is told of, and that is read just now.
  const int64_t as_of_ms = enrolled ? view.watermark_ms : now_ms;
  const v1::Member* member = directory.FindMember(own);
  const v1::Desk desk = member == nullptr ? v1::Desk() : member->desk();
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<Candidate> candidates, Find(request, view));
  int64_t named = 0;
  if (!request.case_reference.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, store_.GetChildByCase(request.case_reference));
    if (SilencesNode(child.flags) &&
        JudgeAskAboutOwn(child.flags, request.context) == AskRefusal::kNone) {
      return AuthenticAnswer(AskOwnDesk(request.reference, desk, as_of_ms));
    }
    named = child.id;
    std::erase_if(candidates, [&](const Candidate& c) { return c.child == named; });
    // Who names a record needs no key to be sure of it.
    candidates.insert(candidates.begin(), {named, kStrongKeyTypes});
  }
  const RuleDay day = RuleDayOf(now_ms, policy);
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<HeldRecord> speakers,
                            Speakers(request, named, candidates, table, day));
  const std::vector<GradedRecord> graded =
      GradeRecords(speakers, request.details, directory.message().children(), named, named);
  v1::AnswerBody body =
      BuildAnswer(graded, request.context, table, day, desk, request.reference, as_of_ms);
  if (!enrolled && body.outcome() == v1::NOTHING_TO_REPORT) return NotEnrolled();
  return AuthenticAnswer(std::move(body));
}

absl::StatusOr<std::vector<LocalAnswerer::Protected>> LocalAnswerer::TouchesProtected(
    const std::vector<QuestionTag>& tags, uint32_t epoch, int64_t now_ms) {
  const EpochView view = index_.View(epoch, SlotOf(now_ms), now_ms);
  if (view.table == nullptr) return NotEnrolled();
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::vector<Candidate> silencing,
      FindSilencing(store_, RuleDayOf(now_ms, v1::Policy()), FindByTags(tags, *view.table)));
  std::vector<Protected> touched;
  for (const Candidate& candidate : silencing) {
    const absl::StatusOr<ChildRow> child = store_.GetChild(candidate.child);
    if (!child.ok() && !absl::IsNotFound(child.status())) return child.status();
    touched.push_back({child.ok() ? child->case_reference : "", candidate.types});
  }
  if (touched.empty() && !view.ready) return NotEnrolled();
  return touched;
}

}  // namespace signpost::node
