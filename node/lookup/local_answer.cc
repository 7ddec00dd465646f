#include "node/lookup/local_answer.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "node/lookup/grading.h"
#include "node/lookup/held_match.h"
#include "node/matching/match_keys.h"
#include "node/matching/normalise.h"
#include "node/rules/desk.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

constexpr uint32_t kEverySlot = ~uint32_t{0};

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

// Of the keys that the record would be enrolled with as it stands now.
KeyTypeSet SharedTypes(const std::vector<MatchKey>& asked, const ChildRow& child) {
  const std::vector<MatchKey> held = child.flags.separated ? OwnIdentityHolderKeys(child.details)
                                                           : HolderKeys(Normalise(child.details));
  KeyTypeSet types = 0;
  for (const MatchKey& key : asked) {
    if (std::find(held.begin(), held.end(), key) != held.end()) types |= KeyTypeBit(key.type);
  }
  return types;
}

// Quarantined but not shielded: who works with the child reads the record as before.
bool IsUndecided(const ChildFlags& flags) { return flags.quarantined && !flags.shielded; }

// As it would speak of itself if nothing waited for a decision: from its silence, whoever reads it
// and names it would learn that a protected child is like it.
absl::StatusOr<HeldRecord> ReadUndecided(LookupStore& store, int64_t child) {
  SIGNPOST_ASSIGN_OR_RETURN(HeldRecord record, ReadHeld(store, child));
  if (IsUndecided(record.child.flags)) record.child.flags.quarantined = false;
  return record;
}

}  // namespace

std::vector<Candidate> LocalAnswerer::FindByTags(const std::vector<QuestionTag>& tags,
                                                 const SlotTable& table) {
  return FindCandidates(table, SlotTagsOf(tags, table.slot()));
}

absl::StatusOr<std::vector<Candidate>> LocalAnswerer::FindByDigests(const Request& request) {
  struct Asked {
    size_t slot = 0;
    size_t hits = 0;
  };
  absl::flat_hash_map<std::string, Asked> asked;
  const std::vector<MatchKey> keys = AskingKeys(request.details);
  for (size_t i = 0; i < keys.size(); ++i) {
    asked.emplace(store_.KeyDigest(keys[i].type, keys[i].fields), Asked{i, 0});
  }
  std::vector<SlotHit> hits;
  SIGNPOST_RETURN_IF_ERROR(store_.ForEachHint(
      request.epoch, [&](int64_t child_id, int64_t revision, const std::vector<HintView>& hints) {
        for (const HintView& hint : hints) {
          if (hint.ask_only) continue;
          const auto found = asked.find(std::string(hint.key_digest));
          if (found == asked.end() || found->second.hits++ >= kMaxHitsPerTag) continue;
          hits.push_back({{child_id, revision, hint.ordinal, hint.key_type}, found->second.slot});
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

absl::StatusOr<Candidate> LocalAnswerer::OwnIdentity(const Request& request, const ChildRow& child,
                                                     int64_t now_ms) {
  if (request.tags != nullptr) {
    const int64_t slot = SlotOf(now_ms);
    SIGNPOST_ASSIGN_OR_RETURN(const HeldMatch match, MatchHeld(store_, request.epoch, slot,
                                                               SlotTagsOf(*request.tags, slot),
                                                               child, HeldKeys::kOwnIdentity));
    return Candidate{child.id, match.types, match.bitmap};
  }
  Candidate found{child.id, 0, 0};
  const auto own = OwnIdentityDigests(store_, child.details);
  const std::vector<MatchKey> keys = AskingKeys(request.details);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!own.contains(store_.KeyDigest(keys[i].type, keys[i].fields))) continue;
    found.types |= KeyTypeBit(keys[i].type);
    found.slots |= uint32_t{1} << i;
  }
  return found;
}

absl::StatusOr<LocalAnswerer::Records> LocalAnswerer::Speakers(
    const Request& request, int64_t named, const std::vector<Candidate>& candidates,
    const DisclosureTable& table, const RuleDay& day) {
  const auto own = [&](const ChildRow& child) -> absl::StatusOr<Candidate> {
    if (child.id == named) return Candidate{named, kStrongKeyTypes, kEverySlot};
    return OwnIdentity(request, child, day.now_ms);
  };
  SIGNPOST_ASSIGN_OR_RETURN(ReadRecords read, ReadCandidates(store_, day, candidates, own));
  Records records;
  read.silencing.resize(std::min(read.silencing.size(), kMaxCertainReads));
  for (const Candidate& candidate : read.silencing) {
    absl::StatusOr<HeldRecord> record = ReadHeld(store_, candidate.child);
    if (absl::IsNotFound(record.status())) continue;
    SIGNPOST_RETURN_IF_ERROR(record.status());
    const bool speaks = JudgeRecord(*record, request.context, table, day).claims;
    (speaks ? records.speaking : records.silent).push_back(*std::move(record));
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
      SIGNPOST_ASSIGN_OR_RETURN(const Candidate match, OwnIdentity(request, child, day.now_ms));
      if (!RevealPolicyMet(match.types)) continue;
    }
    records.speaking.push_back(std::move(speaking.record));
  }
  return records;
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
  bool undecided = false;
  if (!request.case_reference.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, store_.GetChildByCase(request.case_reference));
    if (SilencesNode(child.flags) &&
        JudgeAskAboutOwn(child.flags, request.context) == AskRefusal::kNone) {
      return AuthenticAnswer(AskOwnDesk(request.reference, desk, as_of_ms));
    }
    named = child.id;
    // A glass broken is the desk's, which a protected record that is like it may then give.
    undecided = IsUndecided(child.flags) && !request.context.breaks_glass;
    // Who names a record needs no key to be sure of it; and a protected one silences all others.
    Candidate sure{named, kStrongKeyTypes, kEverySlot};
    std::erase_if(candidates, [&](const Candidate& c) {
      if (c.child == named && !SilencesNode(child.flags)) sure.slots = c.slots;
      return c.child == named;
    });
    candidates.insert(candidates.begin(), sure);
  }
  const RuleDay day = RuleDayOf(now_ms, policy);
  Records records;
  if (undecided) {
    SIGNPOST_ASSIGN_OR_RETURN(HeldRecord record, ReadUndecided(store_, named));
    if (JudgeRecord(record, request.context, table, day).claims) {
      records.speaking.push_back(std::move(record));
    }
  } else {
    SIGNPOST_ASSIGN_OR_RETURN(records, Speakers(request, named, candidates, table, day));
  }
  const uint64_t children = directory.message().children();
  std::vector<GradedRecord> graded =
      GradeRecords(records.speaking, request.details, children, named, named);
  KeepSilence(graded, records.silent, request.details, children, named);
  v1::AnswerBody body =
      BuildAnswer(graded, request.context, table, day, desk, request.reference, as_of_ms);
  if (!enrolled && body.outcome() == v1::NOTHING_TO_REPORT) return NotEnrolled();
  return AuthenticAnswer(std::move(body));
}

absl::StatusOr<std::vector<LocalAnswerer::Protected>> LocalAnswerer::TouchesProtected(
    const v1::ChildDetails& details, const std::vector<QuestionTag>& tags, uint32_t epoch,
    int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(Touched touched, ProtectedByKeys(details, now_ms));
  const EpochView view = index_.View(epoch, SlotOf(now_ms), now_ms);
  if (view.table != nullptr) {
    Request request;
    request.tags = &tags;
    request.epoch = epoch;
    const auto own = [&](const ChildRow& child) { return OwnIdentity(request, child, now_ms); };
    SIGNPOST_ASSIGN_OR_RETURN(
        const std::vector<Candidate> silencing,
        FindSilencing(store_, RuleDayOf(now_ms, v1::Policy()), FindByTags(tags, *view.table), own));
    for (const Candidate& candidate : silencing) touched[candidate.child] |= candidate.types;
  }
  std::vector<Protected> all;
  for (const auto& [id, types] : touched) {
    const absl::StatusOr<ChildRow> child = store_.GetChild(id);
    if (!child.ok() && !absl::IsNotFound(child.status())) return child.status();
    all.push_back({child.ok() ? child->case_reference : "", types});
  }
  if (all.empty() && (view.table == nullptr || !view.ready)) return NotEnrolled();
  return all;
}

absl::StatusOr<LocalAnswerer::Touched> LocalAnswerer::ProtectedByKeys(
    const v1::ChildDetails& details, int64_t now_ms) {
  const std::vector<MatchKey> keys = AskingKeys(details);
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> found,
                            store_.FindByKeys(keys, kMaxHitsPerTag));
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::vector<ClaimRow> rows,
      store_.ClaimRows(found, now_ms, LookBackFromMs(RuleDayOf(now_ms, v1::Policy()))));
  Touched touched;
  for (const ClaimRow& row : rows) {
    if (!SilencesNode(row.flags)) continue;
    const absl::StatusOr<ChildRow> child = store_.GetChild(row.child_id);
    if (absl::IsNotFound(child.status())) continue;
    SIGNPOST_RETURN_IF_ERROR(child.status());
    const KeyTypeSet types = SharedTypes(keys, *child);
    if (RevealPolicyMet(types)) touched[row.child_id] = types;
  }
  return touched;
}

}  // namespace signpost::node
