#include "node/importer/duplicates.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "node/matching/score.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

constexpr uint64_t kChildrenOfEngland = 12'000'000;

// A record as it is compared: one that is about to be written, or one that is stored.
struct Party {
  int64_t id = 0;  // 0: not stored yet
  std::string case_reference;
  ChildFlags flags;
  NormalisedChild child;
};

std::vector<MatchKey> KeysOf(const Party& party) {
  std::vector<MatchKey> keys = HolderKeys(party.child);
  if (party.flags.separated)
    std::erase_if(keys, [](const MatchKey& key) {
      return (KeyTypeBit(key.type) & kFamilyNameKeyTypes) == 0;
    });
  return keys;
}

Party MakeParty(int64_t id, std::string case_reference, const ChildFlags& flags,
                const v1::ChildDetails& details) {
  return {id, std::move(case_reference), flags,
          Normalise(flags.separated ? OwnIdentityOnly(details) : details)};
}

std::vector<std::string> DigestsOf(Store& store, const std::vector<MatchKey>& keys) {
  std::vector<std::string> digests;
  for (const MatchKey& key : keys) {
    if ((KeyTypeBit(key.type) & kBlockingTypes) == 0) continue;
    digests.push_back(store.duplicates().BlockingDigest(key.type, key.fields));
  }
  return digests;
}

// Both are sorted and without repetition.
KeyTypeSet SharedTypes(const std::vector<MatchKey>& a, const std::vector<MatchKey>& b) {
  KeyTypeSet shared = 0;
  auto at = a.begin();
  auto other = b.begin();
  while (at != a.end() && other != b.end()) {
    const auto order = *at <=> *other;
    if (order == 0) shared |= KeyTypeBit(at->type);
    if (order <= 0) ++at;
    if (order >= 0) ++other;
  }
  return shared;
}

// What was found of one record.
struct Found {
  bool quarantine = false;
  std::vector<DuplicateFinding> findings;
};

// The surest first; what takes a record out of the answers is never left out.
void KeepSurest(std::vector<DuplicateFinding>& findings) {
  if (findings.size() <= kMostFindings) return;
  std::stable_sort(
      findings.begin(), findings.end(), [](const DuplicateFinding& a, const DuplicateFinding& b) {
        return std::pair(a.quarantine_other, a.bits) > std::pair(b.quarantine_other, b.bits);
      });
  const auto first_surplus =
      std::find_if(findings.begin() + kMostFindings, findings.end(),
                   [](const DuplicateFinding& finding) { return !finding.quarantine_other; });
  findings.erase(first_surplus, findings.end());
}

class Comparison {
 public:
  Comparison(Store& store, uint64_t children) : store_(store), children_(children) {}

  // Compares `party` with a stored record, unless it is the same one.
  absl::Status WithStored(const Party& party, int64_t id, Found& found) {
    if (id == party.id) return absl::OkStatus();
    SIGNPOST_ASSIGN_OR_RETURN(const Party* other, Load(id));
    return other == nullptr ? absl::OkStatus() : With(party, *other, found);
  }

  absl::Status With(const Party& party, const Party& other, Found& found) {
    const MatchResult score = Score(party.child, other.child);
    const Decision decision = Decide(score, children_);
    const bool one_shielded = party.flags.shielded != other.flags.shielded;
    const KeyTypeSet shared = one_shielded ? SharedTypes(KeysOf(party), KeysOf(other)) : 0;
    DuplicateVerdict verdict =
        JudgeDuplicate(party.flags, other.flags, decision, shared, /*separated_pair=*/false);
    if (verdict == DuplicateVerdict::kUnrelated) return absl::OkStatus();
    SIGNPOST_ASSIGN_OR_RETURN(const bool apart, HeldApart(party, other));
    if (apart) return absl::OkStatus();
    found.quarantine |= verdict == DuplicateVerdict::kQuarantineFirst;
    found.findings.push_back(
        FindingOf(other, decision, score.total, verdict == DuplicateVerdict::kQuarantineSecond));
    return absl::OkStatus();
  }

 private:
  static DuplicateFinding FindingOf(const Party& other, const Decision& decision, double bits,
                                    bool quarantine_other) {
    DuplicateFinding finding;
    finding.other_case = other.case_reference;
    finding.grade = decision.grade;
    finding.reasons = decision.reasons;
    // Found by shared keys alone, which is enough beside a shielded record.
    if (finding.grade == v1::MATCH_GRADE_UNSPECIFIED) {
      finding.grade = v1::POSSIBLE;
      finding.reasons = {v1::EVIDENCE_BELOW_CERTAIN};
    }
    finding.bits = bits;
    finding.quarantine_other = quarantine_other;
    return finding;
  }

  // A separated pair, or one of which somebody has decided that they are two children.
  absl::StatusOr<bool> HeldApart(const Party& a, const Party& b) {
    if (a.id == 0 || b.id == 0) return false;
    if (a.flags.separated && b.flags.separated) {
      SIGNPOST_ASSIGN_OR_RETURN(const bool separated, store_.AreSeparated(a.id, b.id));
      if (separated) return true;
    }
    return store_.duplicates().DecidedDifferent(a.id, b.id);
  }

  // Null when the record is gone since it was found.
  absl::StatusOr<const Party*> Load(int64_t id) {
    const auto known = loaded_.find(id);
    if (known != loaded_.end()) return known->second.get();
    std::unique_ptr<Party> party;
    auto row = store_.GetChild(id);
    if (row.ok()) {
      party = std::make_unique<Party>(
          MakeParty(id, std::move(row->case_reference), row->flags, row->details));
    } else if (!absl::IsNotFound(row.status())) {
      return row.status();
    }
    return loaded_.emplace(id, std::move(party)).first->second.get();
  }

  Store& store_;
  const uint64_t children_;
  absl::flat_hash_map<int64_t, std::unique_ptr<Party>> loaded_;
};

// The writes of one batch: which of them are judged, and what they find.
class Batch {
 public:
  // `all`: judge writes that change nothing too.
  Batch(Store& store, uint64_t children, std::vector<ChildWrite>& writes, bool all)
      : store_(store), comparison_(store, children), writes_(writes), all_(all) {}

  absl::Status Run() {
    for (ChildWrite& write : writes_) SIGNPOST_RETURN_IF_ERROR(Prepare(write));
    SIGNPOST_RETURN_IF_ERROR(FindStored());
    for (Judged& judged : judged_) SIGNPOST_RETURN_IF_ERROR(Judge(judged));
    return absl::OkStatus();
  }

 private:
  struct Judged {
    ChildWrite* write = nullptr;
    Party party;
  };
  // Earlier writes of the batch under one digest.
  struct Block {
    std::vector<const Party*> shielded;
    std::deque<const Party*> others;  // the last kMostOfBlock
  };

  absl::Status Prepare(ChildWrite& write) {
    auto stored = store_.GetChildByCase(write.case_reference);
    if (!stored.ok() && !absl::IsNotFound(stored.status())) return stored.status();
    ChildFlags flags;
    int64_t id = 0;
    if (stored.ok()) {
      if (stored->case_reference != write.case_reference) return absl::OkStatus();
      id = stored->id;
      flags = stored->flags;
    }
    const auto earlier = flags_.find(write.case_reference);
    if (earlier != flags_.end()) flags = earlier->second;
    const bool newly_shielded = write.shield.has_value() && !flags.shielded;
    flags.shielded |= newly_shielded;
    const bool changes = !stored.ok() || earlier != flags_.end() || newly_shielded ||
                         stored->details.SerializeAsString() != write.details.SerializeAsString();
    if (!changes && !all_) return absl::OkStatus();
    flags_[write.case_reference] = flags;
    if (id != 0) rewritten_.insert(id);
    Judged& judged = judged_.emplace_back();
    judged.write = &write;
    judged.party = MakeParty(id, write.case_reference, flags, write.details);
    write.blocking = DigestsOf(store_, KeysOf(judged.party));
    return absl::OkStatus();
  }

  absl::Status FindStored() {
    std::vector<std::string> digests;
    for (const Judged& judged : judged_) {
      digests.insert(digests.end(), judged.write->blocking.begin(), judged.write->blocking.end());
    }
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    SIGNPOST_ASSIGN_OR_RETURN(const std::vector<BlockingHit> hits,
                              store_.duplicates().FindBlocking(digests, kMostOfBlock));
    // Records that this batch writes anew are compared as they will be, not as they were.
    for (const BlockingHit& hit : hits) {
      if (!rewritten_.contains(hit.child_id)) stored_[hit.digest].push_back(hit.child_id);
    }
    return absl::OkStatus();
  }

  absl::Status Judge(Judged& judged) {
    Found found;
    absl::flat_hash_set<int64_t> ids;
    absl::flat_hash_set<const Party*> earlier;
    for (const std::string& digest : judged.write->blocking) {
      if (const auto hits = stored_.find(digest); hits != stored_.end()) {
        ids.insert(hits->second.begin(), hits->second.end());
      }
      if (const auto block = blocks_.find(digest); block != blocks_.end()) {
        earlier.insert(block->second.shielded.begin(), block->second.shielded.end());
        earlier.insert(block->second.others.begin(), block->second.others.end());
      }
    }
    for (const int64_t id : ids) {
      SIGNPOST_RETURN_IF_ERROR(comparison_.WithStored(judged.party, id, found));
    }
    for (const Party* other : earlier) {
      if (other->case_reference == judged.party.case_reference) continue;
      SIGNPOST_RETURN_IF_ERROR(comparison_.With(judged.party, *other, found));
    }
    Enter(judged);
    KeepSurest(found.findings);
    judged.write->quarantine |= found.quarantine;
    judged.write->duplicates = std::move(found.findings);
    return absl::OkStatus();
  }

  void Enter(const Judged& judged) {
    for (const std::string& digest : judged.write->blocking) {
      Block& block = blocks_[digest];
      if (judged.party.flags.shielded) {
        block.shielded.push_back(&judged.party);
        continue;
      }
      block.others.push_back(&judged.party);
      if (block.others.size() > kMostOfBlock) block.others.pop_front();
    }
  }

  Store& store_;
  Comparison comparison_;
  std::vector<ChildWrite>& writes_;
  const bool all_;
  std::deque<Judged> judged_;                           // their addresses stay
  absl::flat_hash_map<std::string, ChildFlags> flags_;  // by case reference, after earlier writes
  absl::flat_hash_set<int64_t> rewritten_;
  absl::flat_hash_map<std::string, std::vector<int64_t>> stored_;  // by digest
  absl::flat_hash_map<std::string, Block> blocks_;                 // by digest
};

}  // namespace

DuplicateFinder::DuplicateFinder(Store& store, uint64_t children)
    : store_(store), children_(children == 0 ? kChildrenOfEngland : children) {}

absl::Status DuplicateFinder::Judge(std::vector<ChildWrite>& writes) {
  return Batch(store_, children_, writes, /*all=*/false).Run();
}

absl::StatusOr<std::vector<DuplicateFinding>> DuplicateFinder::FindForShield(int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(ChildRow row, store_.GetChild(child_id));
  row.flags.shielded = true;
  const Party party = MakeParty(child_id, row.case_reference, row.flags, row.details);
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::vector<BlockingHit> hits,
      store_.duplicates().FindBlocking(DigestsOf(store_, KeysOf(party)), kMostOfBlock));
  absl::flat_hash_set<int64_t> ids;
  for (const BlockingHit& hit : hits) ids.insert(hit.child_id);
  Comparison comparison(store_, children_);
  Found found;
  for (const int64_t id : ids) {
    SIGNPOST_RETURN_IF_ERROR(comparison.WithStored(party, id, found));
  }
  KeepSurest(found.findings);
  return std::move(found.findings);
}

std::vector<std::string> DuplicateFinder::Blocking(const v1::ChildDetails& details) const {
  return DigestsOf(store_, HolderKeys(Normalise(details)));
}

absl::StatusOr<size_t> DuplicateFinder::CatchUp(size_t limit, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> ids,
                            store_.duplicates().WithoutBlocking(limit));
  std::vector<ChildWrite> writes;
  std::vector<int64_t> written;
  for (const int64_t id : ids) {
    auto row = store_.GetChild(id);
    if (absl::IsNotFound(row.status())) continue;
    if (!row.ok()) return row.status();
    ChildWrite& write = writes.emplace_back();
    write.case_reference = std::move(row->case_reference);
    write.details = std::move(row->details);
    written.push_back(id);
  }
  SIGNPOST_RETURN_IF_ERROR(Batch(store_, children_, writes, /*all=*/true).Run());
  SIGNPOST_RETURN_IF_ERROR(store_.UpsertChildren(writes, now_ms, {}).status());
  for (size_t i = 0; i < writes.size(); ++i) {
    // A record without any such key has been looked at all the same.
    if (!writes[i].blocking.empty()) continue;
    SIGNPOST_RETURN_IF_ERROR(store_.duplicates().PutBlocking(written[i], {}));
  }
  return ids.size();
}

}  // namespace signpost::node
