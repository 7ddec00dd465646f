#include "node/lookup/candidates.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "node/rules/protection.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

auto Rank(const Candidate& candidate) {
  return std::make_tuple(!RevealPolicyMet(candidate.types), -std::popcount(candidate.types),
                         candidate.child);
}

// No record has it: the store counts from 1.
constexpr int64_t kNobody = 0;

using FlagsById = absl::flat_hash_map<int64_t, ClaimRow>;

absl::StatusOr<FlagsById> ReadFlags(LookupStore& store, const RuleDay& day,
                                    const std::vector<Candidate>& candidates) {
  std::vector<int64_t> children = {kNobody};
  children.reserve(candidates.size() + 1);
  for (const Candidate& candidate : candidates) children.push_back(candidate.child);
  std::sort(children.begin(), children.end());
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<ClaimRow> rows,
                            store.ClaimRows(children, day.now_ms, LookBackFromMs(day)));
  FlagsById flags;
  for (const ClaimRow& row : rows) flags.emplace(row.child_id, row);
  return flags;
}

// A separated protected record counts with the keys of its own identity. One that cannot be read
// counts with all: rather too silent.
Candidate Narrowed(LookupStore& store, const Candidate& candidate, const ChildFlags& flags,
                   OwnIdentityOf own) {
  if (!flags.separated) return candidate;
  const absl::StatusOr<ChildRow> child = store.GetChild(candidate.child);
  if (!child.ok()) return candidate;
  const absl::StatusOr<Candidate> narrowed = own(*child);
  return narrowed.ok() ? *narrowed : candidate;
}

// The candidates whose flags protect them, with those of their types and slots that count.
std::vector<Candidate> ProtectedOf(LookupStore& store, const FlagsById& flags,
                                   const std::vector<Candidate>& candidates, OwnIdentityOf own) {
  std::vector<Candidate> found;
  for (const Candidate& candidate : candidates) {
    const auto row = flags.find(candidate.child);
    if (row == flags.end() || !SilencesNode(row->second.flags)) continue;
    const Candidate narrowed = Narrowed(store, candidate, row->second.flags, own);
    if (narrowed.types != 0) found.push_back(narrowed);
  }
  return found;
}

bool SilencedBy(const std::vector<Candidate>& silencing, uint32_t slots) {
  return std::any_of(silencing.begin(), silencing.end(),
                     [slots](const Candidate& p) { return (slots & ~p.slots) == 0; });
}

absl::Status LeaveSilenced(ReadRecords& read, OwnIdentityOf own) {
  if (read.silencing.empty()) return absl::OkStatus();
  std::vector<SpeakingRecord> left;
  for (SpeakingRecord& speaking : read.speaking) {
    uint32_t slots = speaking.candidate.slots;
    if (speaking.record.child.flags.separated) {
      SIGNPOST_ASSIGN_OR_RETURN(const Candidate narrowed, own(speaking.record.child));
      slots = narrowed.slots;
    }
    if (!SilencedBy(read.silencing, slots)) left.push_back(std::move(speaking));
  }
  read.speaking = std::move(left);
  return absl::OkStatus();
}

}  // namespace

std::vector<Candidate> CandidatesOf(const std::vector<SlotHit>& hits) {
  absl::flat_hash_map<int64_t, Candidate> by_child;
  for (const SlotHit& hit : hits) {
    Candidate& candidate = by_child[hit.ref.child];
    candidate.child = hit.ref.child;
    candidate.types |= KeyTypeBit(hit.ref.key_type);
    if (hit.slot < kQuestionSlots) candidate.slots |= uint32_t{1} << hit.slot;
  }
  std::vector<Candidate> candidates;
  candidates.reserve(by_child.size());
  for (const auto& [child, candidate] : by_child) candidates.push_back(candidate);
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return Rank(a) < Rank(b); });
  const auto weak = std::find_if(candidates.begin(), candidates.end(),
                                 [](const Candidate& c) { return !RevealPolicyMet(c.types); });
  const size_t certain = static_cast<size_t>(weak - candidates.begin());
  candidates.resize(std::min(candidates.size(), certain + kMaxWeakCandidates));
  return candidates;
}

std::vector<Candidate> FindCandidates(const SlotTable& table, absl::Span<const Tag> tags) {
  std::vector<SlotHit> hits;
  std::vector<TagRef> of_slot;
  for (size_t slot = 0; slot < tags.size() && slot < kQuestionSlots; ++slot) {
    of_slot.clear();
    table.Find(tags[slot], kMaxHitsPerTag, of_slot);
    for (const TagRef& ref : of_slot) hits.push_back({ref, slot});
  }
  return CandidatesOf(hits);
}

absl::StatusOr<HeldRecord> ReadHeld(LookupStore& store, int64_t child) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow row, store.GetChild(child));
  SIGNPOST_ASSIGN_OR_RETURN(auto involvements, store.ListInvolvements(child));
  return HeldRecord{std::move(row), std::move(involvements)};
}

absl::StatusOr<ReadRecords> ReadCandidates(LookupStore& store, const RuleDay& day,
                                           const std::vector<Candidate>& candidates,
                                           OwnIdentityOf own) {
  ReadRecords read;
  // Flags first: a protected record is not even unsealed, unless it is separated.
  SIGNPOST_ASSIGN_OR_RETURN(const FlagsById flags, ReadFlags(store, day, candidates));
  for (const Candidate& found : ProtectedOf(store, flags, candidates, own)) {
    if (RevealPolicyMet(found.types)) {
      read.silencing.push_back(found);
    } else {
      read.touched.push_back(found.child);
    }
  }
  size_t certain = 0;
  size_t weak = 0;
  for (const Candidate& candidate : candidates) {
    const auto row = flags.find(candidate.child);
    if (row == flags.end() || SilencesNode(row->second.flags) || row->second.flags.archived ||
        !row->second.HasInvolvement()) {
      continue;
    }
    const bool meets = RevealPolicyMet(candidate.types);
    if (meets ? certain++ >= kMaxCertainReads : weak++ >= kMaxWeakReads) continue;
    absl::StatusOr<HeldRecord> record = ReadHeld(store, candidate.child);
    if (absl::IsNotFound(record.status())) continue;  // deleted meanwhile
    SIGNPOST_RETURN_IF_ERROR(record.status());
    if (SilencesNode(record->child.flags)) {  // since the flags were read
      const Candidate now = Narrowed(store, candidate, record->child.flags, own);
      if (RevealPolicyMet(now.types)) read.silencing.push_back(now);
      continue;
    }
    read.speaking.push_back({candidate, *std::move(record)});
  }
  SIGNPOST_RETURN_IF_ERROR(LeaveSilenced(read, own));
  return read;
}

absl::StatusOr<std::vector<Candidate>> FindSilencing(LookupStore& store, const RuleDay& day,
                                                     const std::vector<Candidate>& candidates,
                                                     OwnIdentityOf own) {
  SIGNPOST_ASSIGN_OR_RETURN(const FlagsById flags, ReadFlags(store, day, candidates));
  std::vector<Candidate> found = ProtectedOf(store, flags, candidates, own);
  std::erase_if(found, [](const Candidate& c) { return !RevealPolicyMet(c.types); });
  return found;
}

}  // namespace signpost::node
