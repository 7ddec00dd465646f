#include "node/importer/duplicates.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "node/matching/score.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

constexpr uint64_t kChildrenOfEngland = 12'000'000;
// A shielded record is compared with everybody it might be.
constexpr size_t kWholeBlock = SIZE_MAX;

// A record as it is compared: one that is about to be written, or one that is stored.
struct Party {
  int64_t id = 0;  // 0: not stored yet
  std::string case_reference;
  ChildFlags flags;
  NormalisedChild child;
  std::vector<NormalisedChild> former;  // what a shielded record said before
};

std::vector<MatchKey> KeysOf(const NormalisedChild& child, bool separated) {
  std::vector<MatchKey> keys = HolderKeys(child);
  if (separated)
    std::erase_if(keys, [](const MatchKey& key) {
      return (KeyTypeBit(key.type) & kFamilyNameKeyTypes) == 0;
    });
  return keys;
}

Party MakeParty(int64_t id, std::string case_reference, const ChildFlags& flags,
                const v1::ChildDetails& details) {
  return {id,
          std::move(case_reference),
          flags,
          Normalise(flags.separated ? OwnIdentityOnly(details) : details),
          {}};
}

// The shield stays with the child when its details are rewritten. The earlier details of a
// separated record may be those of the other identity, and no finding leads there.
bool KeepsFormer(const ChildFlags& flags) { return flags.shielded && !flags.separated; }

// Adds what the stored history says of a party that keeps it.
absl::Status AddHistory(Store& store, Party& party) {
  if (party.id == 0 || !KeepsFormer(party.flags)) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<v1::ChildVersion> history,
                            store.ListHistory(party.id));
  for (const v1::ChildVersion& version : history) {
    party.former.push_back(Normalise(version.details()));
  }
  return absl::OkStatus();
}

std::vector<std::string> DigestsOf(Store& store, const std::vector<MatchKey>& keys) {
  std::vector<std::string> digests;
  for (const MatchKey& key : keys) {
    if ((KeyTypeBit(key.type) & kBlockingTypes) == 0) continue;
    digests.push_back(store.duplicates().BlockingDigest(key.type, key.fields));
  }
  return digests;
}

// Of the record as it is, and as it was.
std::vector<std::string> DigestsOf(Store& store, const Party& party) {
  std::vector<std::string> digests = DigestsOf(store, KeysOf(party.child, party.flags.separated));
  for (const NormalisedChild& former : party.former) {
    const std::vector<std::string> more = DigestsOf(store, HolderKeys(former));
    digests.insert(digests.end(), more.begin(), more.end());
  }
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
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
  std::vector<DuplicateFinding> protecting;  // of which one of the two is shielded
  std::vector<DuplicateFinding> likely;
};

// The surest of them; what takes either record out of the answers is never left out, or a decision
// on another pair would let it back in.
std::vector<DuplicateFinding> SurestOf(Found found) {
  std::vector<DuplicateFinding> findings = std::move(found.protecting);
  const size_t room = kMostFindings - std::min(kMostFindings, findings.size());
  if (found.likely.size() > room) {
    std::stable_sort(
        found.likely.begin(), found.likely.end(),
        [](const DuplicateFinding& a, const DuplicateFinding& b) { return a.bits > b.bits; });
    found.likely.erase(found.likely.begin() + static_cast<ptrdiff_t>(room), found.likely.end());
  }
  std::move(found.likely.begin(), found.likely.end(), std::back_inserter(findings));
  return findings;
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
    const Evidence evidence = Strongest(party, other);
    if (evidence.verdict == DuplicateVerdict::kUnrelated) return absl::OkStatus();
    SIGNPOST_ASSIGN_OR_RETURN(const bool apart, HeldApart(party, other));
    if (apart) return absl::OkStatus();
    found.quarantine |= evidence.verdict == DuplicateVerdict::kQuarantineFirst;
    const bool protecting = evidence.verdict != DuplicateVerdict::kDecide;
    (protecting ? found.protecting : found.likely).push_back(FindingOf(other, evidence));
    return absl::OkStatus();
  }

 private:
  struct Evidence {
    DuplicateVerdict verdict = DuplicateVerdict::kUnrelated;
    Decision decision;
    double bits = 0;
  };

  Evidence Compare(const Party& party, const NormalisedChild& child, const Party& other,
                   const NormalisedChild& others) const {
    const MatchResult score = Score(child, others);
    Evidence evidence;
    evidence.bits = score.total;
    evidence.decision = Decide(score, children_);
    const KeyTypeSet shared = party.flags.shielded == other.flags.shielded
                                  ? 0
                                  : SharedTypes(KeysOf(child, party.flags.separated),
                                                KeysOf(others, other.flags.separated));
    evidence.verdict = JudgeDuplicate(party.flags, other.flags, evidence.decision, shared,
                                      /*separated_pair=*/false);
    return evidence;
  }

  // As the two are; if they are nothing to each other so, as the shielded one was.
  Evidence Strongest(const Party& party, const Party& other) const {
    Evidence evidence = Compare(party, party.child, other, other.child);
    if (party.flags.shielded == other.flags.shielded) return evidence;
    const std::vector<NormalisedChild>& former = party.flags.shielded ? party.former : other.former;
    for (const NormalisedChild& then : former) {
      if (evidence.verdict != DuplicateVerdict::kUnrelated) break;
      evidence = party.flags.shielded ? Compare(party, then, other, other.child)
                                      : Compare(party, party.child, other, then);
    }
    return evidence;
  }

  static DuplicateFinding FindingOf(const Party& other, const Evidence& evidence) {
    DuplicateFinding finding;
    finding.other_case = other.case_reference;
    finding.grade = evidence.decision.grade;
    finding.reasons = evidence.decision.reasons;
    // Found by shared keys alone, which is enough beside a shielded record.
    if (finding.grade == v1::MATCH_GRADE_UNSPECIFIED) {
      finding.grade = v1::POSSIBLE;
      finding.reasons = {v1::EVIDENCE_BELOW_CERTAIN};
    }
    finding.bits = evidence.bits;
    finding.quarantine_other = evidence.verdict == DuplicateVerdict::kQuarantineSecond;
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
      SIGNPOST_RETURN_IF_ERROR(AddHistory(store_, *party));
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
    std::vector<const Party*> others;
  };
  // What earlier writes of the batch say of one case reference.
  struct Written {
    ChildFlags flags;
    std::vector<const v1::ChildDetails*> details;
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
    const auto earlier = written_.find(write.case_reference);
    const bool again = earlier != written_.end();
    if (again) flags = earlier->second.flags;
    const bool newly_shielded = write.shield.has_value() && !flags.shielded;
    flags.shielded |= newly_shielded;
    const bool changes = !stored.ok() || again || newly_shielded ||
                         stored->details.SerializeAsString() != write.details.SerializeAsString();
    if (!changes && !all_) return absl::OkStatus();
    if (id != 0) rewritten_.insert(id);
    Written& written = written_[write.case_reference];
    written.flags = flags;
    Judged& judged = judged_.emplace_back();
    judged.write = &write;
    judged.party = MakeParty(id, write.case_reference, flags, write.details);
    SIGNPOST_RETURN_IF_ERROR(
        AddFormer(judged.party, stored.ok() ? &stored->details : nullptr, written));
    written.details.push_back(&write.details);
    write.blocking = DigestsOf(store_, judged.party);
    return absl::OkStatus();
  }

  absl::Status AddFormer(Party& party, const v1::ChildDetails* stored, const Written& written) {
    if (!KeepsFormer(party.flags)) return absl::OkStatus();
    for (const v1::ChildDetails* details : written.details) {
      party.former.push_back(Normalise(*details));
    }
    if (stored != nullptr) party.former.push_back(Normalise(*stored));
    return AddHistory(store_, party);
  }

  absl::Status FindStored() {
    std::vector<std::string> few;
    std::vector<std::string> whole;
    for (const Judged& judged : judged_) {
      std::vector<std::string>& digests = judged.party.flags.shielded ? whole : few;
      digests.insert(digests.end(), judged.write->blocking.begin(), judged.write->blocking.end());
    }
    SIGNPOST_RETURN_IF_ERROR(ReadBlocks(std::move(few), kMostOfBlock));
    return ReadBlocks(std::move(whole), kWholeBlock);
  }

  absl::Status ReadBlocks(std::vector<std::string> digests, size_t limit) {
    std::sort(digests.begin(), digests.end());
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
    for (const std::string& digest : digests) stored_.erase(digest);
    SIGNPOST_ASSIGN_OR_RETURN(const std::vector<BlockingHit> hits,
                              store_.duplicates().FindBlocking(digests, limit));
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
        const auto& others = block->second.others;
        const size_t most = judged.party.flags.shielded ? kWholeBlock : kMostOfBlock;
        earlier.insert(others.end() - static_cast<ptrdiff_t>(std::min(most, others.size())),
                       others.end());
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
    judged.write->quarantine |= found.quarantine;
    judged.write->duplicates = SurestOf(std::move(found));
    return absl::OkStatus();
  }

  void Enter(const Judged& judged) {
    for (const std::string& digest : judged.write->blocking) {
      Block& block = blocks_[digest];
      (judged.party.flags.shielded ? block.shielded : block.others).push_back(&judged.party);
    }
  }

  Store& store_;
  Comparison comparison_;
  std::vector<ChildWrite>& writes_;
  const bool all_;
  std::deque<Judged> judged_;                          // their addresses stay
  absl::flat_hash_map<std::string, Written> written_;  // by case reference
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
  Party party = MakeParty(child_id, row.case_reference, row.flags, row.details);
  SIGNPOST_RETURN_IF_ERROR(AddHistory(store_, party));
  const std::vector<std::string> digests = DigestsOf(store_, party);
  if (!party.former.empty()) {
    SIGNPOST_RETURN_IF_ERROR(store_.duplicates().PutBlocking(child_id, digests));
  }
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<BlockingHit> hits,
                            store_.duplicates().FindBlocking(digests, kWholeBlock));
  absl::flat_hash_set<int64_t> ids;
  for (const BlockingHit& hit : hits) ids.insert(hit.child_id);
  Comparison comparison(store_, children_);
  Found found;
  for (const int64_t id : ids) {
    SIGNPOST_RETURN_IF_ERROR(comparison.WithStored(party, id, found));
  }
  return SurestOf(std::move(found));
}

std::vector<std::string> DuplicateFinder::Blocking(const v1::ChildDetails& details) const {
  return DigestsOf(store_, HolderKeys(Normalise(details)));
}

absl::StatusOr<std::vector<v1::AuditRow>> DuplicateFinder::QuarantineRows(
    absl::Span<const ChildWrite> writes, int64_t now_ms) {
  absl::flat_hash_set<std::string> cases;
  for (const ChildWrite& write : writes) {
    if (write.quarantine) cases.insert(write.case_reference);
    for (const DuplicateFinding& finding : write.duplicates) {
      if (finding.quarantine_other) cases.insert(finding.other_case);
    }
  }
  std::vector<v1::AuditRow> rows;
  for (const std::string& case_reference : cases) {
    const auto child = store_.GetChildByCase(case_reference);
    if (!child.ok() && !absl::IsNotFound(child.status())) return child.status();
    if (child.ok() && child->flags.quarantined) continue;
    v1::AuditRow& row = rows.emplace_back();
    row.set_at_ms(now_ms);
    row.set_kind(v1::AuditRow::PROTECTION_CHANGED);
    row.set_case_reference(case_reference);
    row.set_note("QUARANTINED");
  }
  return rows;
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
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<v1::AuditRow> audit, QuarantineRows(writes, now_ms));
  SIGNPOST_RETURN_IF_ERROR(store_.UpsertChildren(writes, now_ms, std::move(audit)).status());
  for (size_t i = 0; i < writes.size(); ++i) {
    // A record without any such key has been looked at all the same.
    if (!writes[i].blocking.empty()) continue;
    SIGNPOST_RETURN_IF_ERROR(store_.duplicates().PutBlocking(written[i], {}));
  }
  return ids.size();
}

}  // namespace signpost::node
