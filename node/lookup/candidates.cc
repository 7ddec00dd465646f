#include "node/lookup/candidates.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "node/rules/protection.h"

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

// The candidates whose flags protect them, of those that meet the reveal policy or of the others.
std::vector<Candidate> ProtectedOf(const FlagsById& flags, const std::vector<Candidate>& candidates,
                                   bool meet) {
  std::vector<Candidate> found;
  for (const Candidate& candidate : candidates) {
    const auto row = flags.find(candidate.child);
    if (row == flags.end() || !SilencesNode(row->second.flags)) continue;
    if (RevealPolicyMet(candidate.types) == meet) found.push_back(candidate);
  }
  return found;
}

}  // namespace

std::vector<Candidate> CandidatesOf(const std::vector<TagRef>& hits) {
  absl::flat_hash_map<int64_t, KeyTypeSet> types;
  for (const TagRef& hit : hits) types[hit.child] |= KeyTypeBit(hit.key_type);
  std::vector<Candidate> candidates;
  candidates.reserve(types.size());
  for (const auto& [child, set] : types) candidates.push_back({child, set});
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return Rank(a) < Rank(b); });
  const auto weak = std::find_if(candidates.begin(), candidates.end(),
                                 [](const Candidate& c) { return !RevealPolicyMet(c.types); });
  const size_t certain = static_cast<size_t>(weak - candidates.begin());
  candidates.resize(std::min(candidates.size(), certain + kMaxWeakCandidates));
  return candidates;
}

std::vector<Candidate> FindCandidates(const SlotTable& table, absl::Span<const Tag> tags) {
  std::vector<TagRef> hits;
  for (const Tag& tag : tags) table.Find(tag, hits.size() + kMaxHitsPerTag, hits);
  return CandidatesOf(hits);
}

absl::StatusOr<HeldRecord> ReadHeld(LookupStore& store, int64_t child) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow row, store.GetChild(child));
  SIGNPOST_ASSIGN_OR_RETURN(auto involvements, store.ListInvolvements(child));
  return HeldRecord{std::move(row), std::move(involvements)};
}

absl::StatusOr<ReadRecords> ReadCandidates(LookupStore& store, const RuleDay& day,
                                           const std::vector<Candidate>& candidates) {
  ReadRecords read;
  // Flags first: a protected record is not even unsealed.
  SIGNPOST_ASSIGN_OR_RETURN(const FlagsById flags, ReadFlags(store, day, candidates));
  for (const Candidate& weak : ProtectedOf(flags, candidates, false)) {
    read.touched.push_back(weak.child);
  }
  read.silencing = ProtectedOf(flags, candidates, true);
  if (!read.silencing.empty()) return read;
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
    // Read after the flags: it may have been shielded in between.
    if (meets && SilencesNode(record->child.flags)) read.silencing.push_back(candidate);
    read.speaking.push_back({candidate, *std::move(record)});
  }
  if (!read.silencing.empty()) read.speaking.clear();
  return read;
}

absl::StatusOr<std::vector<Candidate>> FindSilencing(LookupStore& store, const RuleDay& day,
                                                     const std::vector<Candidate>& candidates) {
  SIGNPOST_ASSIGN_OR_RETURN(const FlagsById flags, ReadFlags(store, day, candidates));
  return ProtectedOf(flags, candidates, true);
}

}  // namespace signpost::node
