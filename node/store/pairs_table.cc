#include "node/store/pairs_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "node/store/children_table.h"
#include "node/store/protection_table.h"

namespace signpost::node {
namespace {

struct PairKey {
  PairKey(int64_t one, int64_t two) : a(std::min(one, two)), b(std::max(one, two)) {}
  int64_t a;
  int64_t b;
};

struct StoredPair {
  bool different = false;
  v1::DuplicatePair evidence;
};

std::string PairRowName(const PairKey& key) { return absl::StrCat(RowName(key.a), RowName(key.b)); }

absl::StatusOr<v1::DuplicatePair> OpenPair(const Sealer& sealer, const PairKey& key,
                                           std::string_view sealed) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes,
                            sealer.Open(Column::kDuplicatePair, PairRowName(key), sealed));
  v1::DuplicatePair pair;
  if (!pair.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a stored pair is not in its format");
  }
  return pair;
}

absl::StatusOr<std::optional<StoredPair>> ReadPair(Connection& db, const Sealer& sealer,
                                                   const PairKey& key) {
  Statement select =
      db.Prepare("SELECT different, pair FROM duplicate_pairs WHERE child_a = ? AND child_b = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, key.a).Int(2, key.b).Step());
  if (!found) return std::nullopt;
  StoredPair pair;
  pair.different = select.IntAt(0) != 0;
  SIGNPOST_ASSIGN_OR_RETURN(pair.evidence, OpenPair(sealer, key, select.BlobAt(1)));
  return pair;
}

absl::Status WritePair(Connection& db, const Sealer& sealer, const PairKey& key,
                       const StoredPair& pair) {
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      sealer.Seal(Column::kDuplicatePair, PairRowName(key), pair.evidence.SerializeAsString()));
  return db
      .Prepare(
          "INSERT INTO duplicate_pairs (child_a, child_b, different, bits, pair)"
          " VALUES (?, ?, ?, ?, ?) ON CONFLICT (child_a, child_b) DO UPDATE SET"
          " different = excluded.different, bits = excluded.bits, pair = excluded.pair")
      .Int(1, key.a)
      .Int(2, key.b)
      .Int(3, pair.different ? 1 : 0)
      .Real(4, pair.evidence.bits())
      .Blob(5, sealed)
      .Run();
}

absl::Status DeletePair(Connection& db, const PairKey& key) {
  return db.Prepare("DELETE FROM duplicate_pairs WHERE child_a = ? AND child_b = ?")
      .Int(1, key.a)
      .Int(2, key.b)
      .Run();
}

// The other records of the child's pairs; only those that wait if `open_only`.
absl::StatusOr<std::vector<int64_t>> OthersOf(Connection& db, int64_t child_id, bool open_only) {
  std::vector<int64_t> others;
  Statement select = db.Prepare(
      "SELECT child_b FROM duplicate_pairs WHERE child_a = ?1 AND different <= ?2"
      " UNION ALL SELECT child_a FROM duplicate_pairs WHERE child_b = ?1 AND different <= ?2");
  select.Int(1, child_id).Int(2, open_only ? 0 : 1);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return others;
    others.push_back(select.IntAt(0));
  }
}

absl::Status Quarantine(Writing& writing, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags flags, ReadFlags(writing.db, child_id));
  if (flags.quarantined) return absl::OkStatus();
  return WriteQuarantined(writing, child_id, true);
}

// Of a pair that waits: exactly one of the two is shielded, so the other leaves every answer.
absl::Status QuarantineUnshielded(Writing& writing, int64_t child_a, int64_t child_b) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags a, ReadFlags(writing.db, child_a));
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags b, ReadFlags(writing.db, child_b));
  if (a.shielded == b.shielded) return absl::OkStatus();
  return Quarantine(writing, a.shielded ? child_b : child_a);
}

absl::Status StoreFinding(Writing& writing, int64_t child_id, const DuplicateFinding& finding,
                          int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<int64_t> other,
                            FindChild(writing.db, writing.sealer, finding.other_case));
  if (!other.has_value() || *other == child_id) return absl::OkStatus();
  if (finding.quarantine_other) SIGNPOST_RETURN_IF_ERROR(Quarantine(writing, *other));
  const PairKey key(child_id, *other);
  SIGNPOST_ASSIGN_OR_RETURN(const bool separated, ReadSeparation(writing.db, key.a, key.b));
  if (separated) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(std::optional<StoredPair> stored,
                            ReadPair(writing.db, writing.sealer, key));
  if (stored.has_value() && stored->different) return absl::OkStatus();
  StoredPair pair;
  pair.evidence.set_found_ms(stored.has_value() ? stored->evidence.found_ms() : now_ms);
  pair.evidence.set_grade(finding.grade);
  pair.evidence.set_bits(finding.bits);
  for (const v1::MatchReason reason : finding.reasons) pair.evidence.add_reasons(reason);
  SIGNPOST_RETURN_IF_ERROR(WritePair(writing.db, writing.sealer, key, pair));
  return QuarantineUnshielded(writing, key.a, key.b);
}

absl::StatusOr<std::string> CaseReferenceOf(Connection& db, const Sealer& sealer, int64_t id) {
  Statement select = db.Prepare("SELECT case_reference FROM children WHERE id = ?");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Int(1, id).Step());
  if (!found) return absl::DataLossError("a pair names a child that is gone");
  SIGNPOST_ASSIGN_OR_RETURN(const Secret reference, sealer.Open(Column::kChildCaseReference,
                                                                RowName(id), select.BlobAt(0)));
  return std::string(reference.Expose());
}

absl::Status Describe(Connection& db, const Sealer& sealer, const PairKey& key,
                      v1::DuplicatePair& pair) {
  SIGNPOST_ASSIGN_OR_RETURN(*pair.mutable_case_reference(), CaseReferenceOf(db, sealer, key.a));
  SIGNPOST_ASSIGN_OR_RETURN(*pair.mutable_other_case_reference(),
                            CaseReferenceOf(db, sealer, key.b));
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags a, ReadFlags(db, key.a));
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags b, ReadFlags(db, key.b));
  pair.set_one_is_shielded(a.shielded != b.shielded);
  return absl::OkStatus();
}

// One pair of the absorbed record. If the survivor has one with the same record, the one that waits
// stays: what one person decided of one record does not silence a doubt about the other.
absl::Status MovePair(Writing& writing, int64_t from, int64_t to, int64_t other) {
  SIGNPOST_ASSIGN_OR_RETURN(std::optional<StoredPair> pair,
                            ReadPair(writing.db, writing.sealer, PairKey(from, other)));
  SIGNPOST_RETURN_IF_ERROR(DeletePair(writing.db, PairKey(from, other)));
  if (other == to || !pair.has_value()) return absl::OkStatus();
  const PairKey key(to, other);
  SIGNPOST_ASSIGN_OR_RETURN(const bool separated, ReadSeparation(writing.db, key.a, key.b));
  if (separated) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<StoredPair> present,
                            ReadPair(writing.db, writing.sealer, key));
  if (present.has_value() && (pair->different || !present->different)) return absl::OkStatus();
  SIGNPOST_RETURN_IF_ERROR(WritePair(writing.db, writing.sealer, key, *pair));
  return pair->different ? absl::OkStatus() : QuarantineUnshielded(writing, key.a, key.b);
}

}  // namespace

absl::Status StoreFindings(Writing& writing, int64_t child_id,
                           absl::Span<const DuplicateFinding> findings, int64_t now_ms) {
  for (const DuplicateFinding& finding : findings) {
    SIGNPOST_RETURN_IF_ERROR(StoreFinding(writing, child_id, finding, now_ms));
  }
  return absl::OkStatus();
}

absl::Status QuarantineOpenPairs(Writing& writing, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> others,
                            OthersOf(writing.db, child_id, true));
  for (const int64_t other : others) {
    SIGNPOST_RETURN_IF_ERROR(QuarantineUnshielded(writing, child_id, other));
  }
  return absl::OkStatus();
}

absl::Status ReleaseIfFree(Writing& writing, int64_t child_id) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags flags, ReadFlags(writing.db, child_id));
  if (!flags.quarantined) return absl::OkStatus();
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> others,
                            OthersOf(writing.db, child_id, true));
  for (const int64_t other : others) {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags theirs, ReadFlags(writing.db, other));
    if (theirs.shielded) return absl::OkStatus();
  }
  return WriteQuarantined(writing, child_id, false);
}

absl::StatusOr<std::vector<v1::DuplicatePair>> ReadOpenPairs(Connection& db, const Sealer& sealer,
                                                             size_t limit) {
  std::vector<v1::DuplicatePair> pairs;
  Statement select = db.Prepare(
      "SELECT child_a, child_b, pair FROM duplicate_pairs WHERE different = 0"
      " ORDER BY bits DESC, child_a, child_b LIMIT ?");
  select.Int(1, static_cast<int64_t>(limit));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return pairs;
    const PairKey key(select.IntAt(0), select.IntAt(1));
    SIGNPOST_ASSIGN_OR_RETURN(v1::DuplicatePair pair, OpenPair(sealer, key, select.BlobAt(2)));
    SIGNPOST_RETURN_IF_ERROR(Describe(db, sealer, key, pair));
    pairs.push_back(std::move(pair));
  }
}

absl::Status MarkDifferent(Writing& writing, int64_t child_a, int64_t child_b) {
  const PairKey key(child_a, child_b);
  SIGNPOST_RETURN_IF_ERROR(writing.db
                               .Prepare("UPDATE duplicate_pairs SET different = 1"
                                        " WHERE child_a = ? AND child_b = ? AND different = 0")
                               .Int(1, key.a)
                               .Int(2, key.b)
                               .Run());
  if (writing.db.Changes() == 0) return absl::NotFoundError("no such pair waits for a decision");
  SIGNPOST_RETURN_IF_ERROR(ReleaseIfFree(writing, key.a));
  return ReleaseIfFree(writing, key.b);
}

absl::StatusOr<bool> IsDecidedDifferent(Connection& db, int64_t child_a, int64_t child_b) {
  const PairKey key(child_a, child_b);
  Statement select = db.Prepare(
      "SELECT 1 FROM duplicate_pairs WHERE child_a = ? AND child_b = ? AND different = 1");
  return select.Int(1, key.a).Int(2, key.b).Step();
}

absl::Status RemoveSeparatedPair(Writing& writing, int64_t child_a, int64_t child_b) {
  const PairKey key(child_a, child_b);
  SIGNPOST_ASSIGN_OR_RETURN(const bool decided, IsDecidedDifferent(writing.db, key.a, key.b));
  SIGNPOST_RETURN_IF_ERROR(DeletePair(writing.db, key));
  if (decided || writing.db.Changes() == 0) return absl::OkStatus();
  SIGNPOST_RETURN_IF_ERROR(ReleaseIfFree(writing, child_a));
  return ReleaseIfFree(writing, child_b);
}

absl::Status MovePairs(Writing& writing, int64_t from, int64_t to) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> others, OthersOf(writing.db, from, false));
  for (const int64_t other : others) {
    SIGNPOST_RETURN_IF_ERROR(MovePair(writing, from, to, other));
  }
  return absl::OkStatus();
}

}  // namespace signpost::node
