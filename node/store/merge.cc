#include "node/store/merge.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "node/store/blocking_table.h"
#include "node/store/children_table.h"
#include "node/store/history_table.h"
#include "node/store/pairs_table.h"
#include "node/store/protection_table.h"
#include "node/store/record_codec.h"
#include "node/store/sqlite_desk.h"
#include "node/store/sqlite_signposts.h"

namespace signpost::node {
namespace {

absl::Status CheckMerge(Writing& writing, int64_t survivor, int64_t absorbed) {
  if (survivor == absorbed) {
    return absl::InvalidArgumentError("a record cannot be merged with itself");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const bool separated, ReadSeparation(writing.db, survivor, absorbed));
  if (!separated) return absl::OkStatus();
  return absl::FailedPreconditionError("the two are separated identities and are never linked");
}

absl::Status KeepDetails(Writing& writing, const ChildRow& of, int64_t child_id,
                         std::string_view case_reference, int64_t now_ms) {
  v1::ChildVersion version;
  version.set_revision(static_cast<uint64_t>(of.revision));
  *version.mutable_details() = of.details;
  version.set_until_ms(now_ms);
  version.set_case_reference(std::string(case_reference));
  return AppendVersion(writing.db, writing.sealer, child_id, version);
}

absl::Status MergeDetails(Writing& writing, const ChildRow& survivor, const ChildRow& absorbed,
                          const v1::ChildDetails& merged, int64_t now_ms) {
  ChildWrite check;
  check.case_reference = survivor.case_reference;
  check.details = merged;
  SIGNPOST_RETURN_IF_ERROR(CheckChild(check));
  SIGNPOST_RETURN_IF_ERROR(
      MoveHistory(writing.db, writing.sealer, absorbed.id, survivor.id, absorbed.case_reference));
  SIGNPOST_RETURN_IF_ERROR(
      KeepDetails(writing, absorbed, survivor.id, absorbed.case_reference, now_ms));
  const std::string details = merged.SerializeAsString();
  if (details == survivor.details.SerializeAsString()) return absl::OkStatus();
  SIGNPOST_RETURN_IF_ERROR(KeepDetails(writing, survivor, survivor.id, "", now_ms));
  return WriteDetails(writing.db, writing.sealer, survivor.id, details, now_ms);
}

bool HasCarer(const std::vector<v1::Carer>& carers, const v1::Carer& carer) {
  return std::any_of(carers.begin(), carers.end(), [&](const v1::Carer& present) {
    return present.SerializeAsString() == carer.SerializeAsString();
  });
}

// What the survivor lacks of the carers, the death and the leaving comes from the other record.
absl::Status MergeExtras(Writing& writing, const ChildRow& survivor, const ChildRow& absorbed) {
  ChildExtras extras{survivor.left_england, survivor.date_of_death, survivor.carers};
  if (extras.left_england == LeftEngland::kNo) extras.left_england = absorbed.left_england;
  if (extras.date_of_death.empty()) extras.date_of_death = absorbed.date_of_death;
  for (const v1::Carer& carer : absorbed.carers) {
    if (extras.carers.size() < kMaxCarers && !HasCarer(extras.carers, carer)) {
      extras.carers.push_back(carer);
    }
  }
  SIGNPOST_RETURN_IF_ERROR(
      WriteExtras(writing.db, writing.sealer, survivor.id, EncodeExtras(extras)));
  const bool archived = survivor.flags.archived && absorbed.flags.archived;
  return writing.db
      .Prepare("UPDATE children SET keep_until_25 = ?, archived = ?, archived_ms = ? WHERE id = ?")
      .Int(1, survivor.keep_until_25 || absorbed.keep_until_25 ? 1 : 0)
      .Int(2, archived ? 1 : 0)
      .Int(3, archived ? std::max(survivor.archived_ms, absorbed.archived_ms) : 0)
      .Int(4, survivor.id)
      .Run();
}

absl::StatusOr<std::vector<int64_t>> SeparatedFrom(Connection& db, int64_t child_id) {
  std::vector<int64_t> others;
  Statement select = db.Prepare(
      "SELECT child_b FROM separations WHERE child_a = ?1"
      " UNION ALL SELECT child_a FROM separations WHERE child_b = ?1");
  select.Int(1, child_id);
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return others;
    others.push_back(select.IntAt(0));
  }
}

// Every protection of either record is one of the merged record; the stored decision stays. The
// absorbed reference keeps its marks: a backup older than the merge has that record again.
absl::Status MergeProtections(Writing& writing, const ChildRow& survivor,
                              const ChildRow& absorbed) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> separated,
                            SeparatedFrom(writing.db, absorbed.id));
  for (const int64_t other : separated) {
    SIGNPOST_RETURN_IF_ERROR(WriteSeparation(writing, survivor.id, other));
  }
  if (absorbed.flags.shielded && !survivor.flags.shielded) {
    SIGNPOST_RETURN_IF_ERROR(WriteShield(writing, survivor.id, *absorbed.shield));
  }
  if (survivor.flags.shielded && !absorbed.flags.shielded) {
    SIGNPOST_RETURN_IF_ERROR(WriteShield(writing, absorbed.id, *survivor.shield));
  }
  if (absorbed.flags.withheld && !survivor.flags.withheld) {
    SIGNPOST_RETURN_IF_ERROR(WriteWithheld(writing, survivor.id, absorbed.withheld));
  }
  if (absorbed.flags.quarantined && !survivor.flags.quarantined) {
    return WriteQuarantined(writing, survivor.id, true);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PairWaits(Connection& db, int64_t one, int64_t two) {
  Statement select = db.Prepare(
      "SELECT 1 FROM duplicate_pairs WHERE child_a = ? AND child_b = ? AND different = 0");
  return select.Int(1, std::min(one, two)).Int(2, std::max(one, two)).Step();
}

// The merge is the decision on the pair: a quarantine that it alone held ends.
absl::Status MergePairs(Writing& writing, int64_t survivor, int64_t absorbed) {
  SIGNPOST_ASSIGN_OR_RETURN(const bool decides, PairWaits(writing.db, survivor, absorbed));
  SIGNPOST_RETURN_IF_ERROR(MovePairs(writing, absorbed, survivor));
  return decides ? ReleaseIfFree(writing, survivor) : absl::OkStatus();
}

// A shielded child is found by all that either record ever said: the digests of `merged` alone
// would let a record with the earlier details pass.
absl::Status MergeBlocking(Connection& db, const ChildRow& survivor, const ChildRow& absorbed,
                           absl::Span<const std::string> merged) {
  std::vector<std::string> digests(merged.begin(), merged.end());
  if (survivor.flags.shielded || absorbed.flags.shielded) {
    for (const int64_t id : {survivor.id, absorbed.id}) {
      SIGNPOST_ASSIGN_OR_RETURN(const std::vector<std::string> former, ReadBlockingOf(db, id));
      digests.insert(digests.end(), former.begin(), former.end());
    }
  }
  return WriteBlocking(db, survivor.id, digests);
}

absl::Status MoveInvolvements(Connection& db, int64_t from, int64_t to) {
  return db.Prepare("UPDATE involvements SET child_id = ? WHERE child_id = ?")
      .Int(1, to)
      .Int(2, from)
      .Run();
}

absl::Status Supersede(Connection& db, int64_t survivor, int64_t absorbed) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("UPDATE superseded SET child_id = ? WHERE child_id = ?")
                               .Int(1, survivor)
                               .Int(2, absorbed)
                               .Run());
  SIGNPOST_ASSIGN_OR_RETURN(const std::string case_index, CaseIndexOf(db, absorbed));
  return db
      .Prepare(
          "INSERT INTO superseded (case_index, child_id, former_id) VALUES (?, ?, ?)"
          " ON CONFLICT (case_index) DO UPDATE SET child_id = excluded.child_id,"
          " former_id = excluded.former_id")
      .Blob(1, case_index)
      .Int(2, survivor)
      .Int(3, absorbed)
      .Run();
}

absl::Status DeleteChildRow(Connection& db, int64_t child_id) {
  SIGNPOST_RETURN_IF_ERROR(EraseBlocking(db, child_id));
  return db.Prepare("DELETE FROM children WHERE id = ?").Int(1, child_id).Run();
}

}  // namespace

absl::Status MergeRecords(Writing& writing, int64_t survivor_id, int64_t absorbed_id,
                          const v1::ChildDetails& merged, absl::Span<const std::string> blocking,
                          int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckMerge(writing, survivor_id, absorbed_id));
  Connection& db = writing.db;
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow survivor, ReadChild(db, writing.sealer, survivor_id));
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow absorbed, ReadChild(db, writing.sealer, absorbed_id));
  SIGNPOST_RETURN_IF_ERROR(MergeDetails(writing, survivor, absorbed, merged, now_ms));
  SIGNPOST_RETURN_IF_ERROR(MergeExtras(writing, survivor, absorbed));
  SIGNPOST_RETURN_IF_ERROR(MergeProtections(writing, survivor, absorbed));
  SIGNPOST_RETURN_IF_ERROR(MergePairs(writing, survivor_id, absorbed_id));
  SIGNPOST_RETURN_IF_ERROR(MoveInvolvements(db, absorbed_id, survivor_id));
  SIGNPOST_RETURN_IF_ERROR(MoveTouches(db, absorbed_id, survivor_id));
  SIGNPOST_RETURN_IF_ERROR(
      RenameDeskCase(db, writing.sealer, absorbed.case_reference, survivor.case_reference));
  SIGNPOST_RETURN_IF_ERROR(
      RenameSignpostCase(db, writing.sealer, absorbed.case_reference, survivor.case_reference));
  SIGNPOST_RETURN_IF_ERROR(MergeBlocking(db, survivor, absorbed, blocking));
  SIGNPOST_RETURN_IF_ERROR(Supersede(db, survivor_id, absorbed_id));
  return DeleteChildRow(db, absorbed_id);
}

absl::Status DestroyRecord(Writing& writing, int64_t child_id) {
  Connection& db = writing.db;
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, ReadChild(db, writing.sealer, child_id));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string case_index, CaseIndexOf(db, child_id));
  for (const Protection kind :
       {Protection::kShield, Protection::kQuarantine, Protection::kWithheld}) {
    writing.marks.push_back({kind, false, case_index, ""});
  }
  SIGNPOST_RETURN_IF_ERROR(RenameDeskCase(db, writing.sealer, child.case_reference, ""));
  SIGNPOST_RETURN_IF_ERROR(EraseSignposts(db, writing.sealer, child.case_reference));
  return DeleteChildRow(db, child_id);
}

absl::Status DestroyInvolvementRow(Writing& writing, int64_t involvement_id) {
  SIGNPOST_RETURN_IF_ERROR(
      writing.db.Prepare("DELETE FROM involvements WHERE id = ?").Int(1, involvement_id).Run());
  if (writing.db.Changes() == 1) return absl::OkStatus();
  return absl::NotFoundError("there is no such involvement");
}

}  // namespace signpost::node
