#include "node/store/shields_replay.h"

#include <absl/container/flat_hash_set.h>

#include <optional>
#include <utility>
#include <vector>

#include "node/store/audit_log.h"
#include "node/store/children_table.h"
#include "node/store/protection_table.h"
#include "node/store/small_tables.h"
#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

constexpr std::string_view kPositionName = "shields.position";
constexpr std::string_view kUnconfirmedName = "shields.unconfirmed";
constexpr size_t kPositionBytes = 8 + kAuditHashSize;

absl::StatusOr<std::optional<ShieldsPosition>> ReadPosition(Connection& db, const Sealer& sealer) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                            ReadMeta(db, sealer, kPositionName));
  if (!bytes.has_value()) return std::nullopt;
  ByteReader reader(*bytes);
  const auto count = reader.Int(8);
  if (bytes->size() != kPositionBytes || !count.has_value()) {
    return absl::DataLossError("the database's place in the shields journal is not in its format");
  }
  return ShieldsPosition{*count, std::string(reader.rest())};
}

absl::Status WritePosition(Connection& db, const Sealer& sealer, const ShieldsPosition& position) {
  return WriteMeta(db, sealer, kPositionName,
                   absl::StrCat(IntBytes(8, position.count), position.hash));
}

absl::Status MarkUnconfirmed(Connection& db, const Sealer& sealer) {
  return WriteMeta(db, sealer, kUnconfirmedName, "1");
}

bool Has(const ChildFlags& flags, Protection kind) {
  switch (kind) {
    case Protection::kShield:
      return flags.shielded;
    case Protection::kQuarantine:
      return flags.quarantined;
    case Protection::kWithheld:
      return flags.withheld;
    case Protection::kSeparated:
      return flags.separated;
  }
  return false;
}

absl::StatusOr<v1::AuditRow> RestoredRow(Connection& db, const Sealer& sealer, int64_t child_id,
                                         int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const ChildRow child, ReadChild(db, sealer, child_id));
  v1::AuditRow row;
  row.set_at_ms(now_ms);
  row.set_kind(v1::AuditRow::PROTECTION_CHANGED);
  row.set_case_reference(child.case_reference);
  row.set_note(kRestoredReason);
  return row;
}

// Puts one protection back if the database lacks it. A child that is not there is remembered by the
// journal until it comes.
absl::Status PutBack(Writing& writing, const ProtectionMark& mark, int64_t now_ms,
                     std::vector<v1::AuditRow>& audit) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<CaseOwner> owner,
                            FindOwnerByIndex(writing.db, mark.child));
  if (!owner.has_value()) return absl::OkStatus();
  const int64_t child = owner->child_id;
  // The merge was the decision that the quarantine of the merged record waited for.
  if (mark.kind == Protection::kQuarantine && child != owner->former_id) return absl::OkStatus();
  if (mark.kind == Protection::kSeparated) {
    SIGNPOST_ASSIGN_OR_RETURN(const std::optional<int64_t> other,
                              FindByIndex(writing.db, mark.other));
    if (!other.has_value() || *other == child) return absl::OkStatus();
    SIGNPOST_ASSIGN_OR_RETURN(const bool separated, ReadSeparation(writing.db, child, *other));
    if (separated) return absl::OkStatus();
    SIGNPOST_RETURN_IF_ERROR(WriteSeparation(writing, child, *other));
  } else {
    SIGNPOST_ASSIGN_OR_RETURN(const ChildFlags flags, ReadFlags(writing.db, child));
    if (Has(flags, mark.kind)) return absl::OkStatus();
    SIGNPOST_RETURN_IF_ERROR(WriteRestored(writing, child, mark.kind, now_ms));
  }
  SIGNPOST_ASSIGN_OR_RETURN(v1::AuditRow row,
                            RestoredRow(writing.db, writing.sealer, child, now_ms));
  audit.push_back(std::move(row));
  return absl::OkStatus();
}

// Marks for every protection that stands in the database, for a journal that may not have them.
absl::Status MarkPresent(Writing& writing) {
  Statement children = writing.db.Prepare(
      "SELECT case_index, shielded, quarantined, withheld FROM children"
      " WHERE shielded = 1 OR quarantined = 1 OR withheld = 1");
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, children.Step());
    if (!found) break;
    const std::string child(children.BlobAt(0));
    const Protection kinds[] = {Protection::kShield, Protection::kQuarantine,
                                Protection::kWithheld};
    for (int i = 0; i < 3; ++i) {
      if (children.IntAt(i + 1) != 0) writing.marks.push_back({kinds[i], true, child, ""});
    }
  }
  Statement pairs = writing.db.Prepare(
      "SELECT min(a.case_index, b.case_index), max(a.case_index, b.case_index) FROM separations"
      " JOIN children AS a ON a.id = child_a JOIN children AS b ON b.id = child_b");
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, pairs.Step());
    if (!found) return absl::OkStatus();
    writing.marks.push_back(
        {Protection::kSeparated, true, std::string(pairs.BlobAt(0)), std::string(pairs.BlobAt(1))});
  }
}

struct Changes {
  std::vector<ProtectionMark> begun;
  std::vector<ProtectionMark> ended;
};

// Of several marks of one thing the last counts; what the journal holds already is left out.
Changes Reduce(const std::vector<ProtectionMark>& marks, const ShieldsJournal& journal) {
  Changes changes;
  absl::flat_hash_set<std::string> seen;
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    const std::string key =
        absl::StrCat(IntBytes(1, static_cast<uint64_t>(mark->kind)), mark->child, mark->other);
    if (!seen.insert(key).second || mark->on == journal.HoldsMark(*mark)) continue;
    (mark->on ? changes.begun : changes.ended).push_back(*mark);
  }
  return changes;
}

absl::StatusOr<std::unique_ptr<ShieldsJournal>> OpenOrCreate(const Sealer& sealer, Random& random,
                                                             const std::string& database_path,
                                                             bool& created) {
  const std::string path = ShieldsPath(database_path);
  auto journal = ShieldsJournal::Open(path, sealer);
  created = absl::IsNotFound(journal.status());
  if (!created) return journal;
  return ShieldsJournal::Create(path, sealer, random);
}

// What the database must take over from the journal, and whether the two are of one history.
struct Meeting {
  std::vector<ProtectionMark> missing;
  bool seed = false;         // the journal may lack protections of the database
  bool unconfirmed = false;  // there may be some that neither knows
};

Meeting Compare(const std::optional<ShieldsPosition>& position, const ShieldsJournal& journal,
                bool created) {
  if (!position.has_value()) return {journal.OnAfter(0), true, false};
  if (!created && journal.Continues(*position)) {
    return {journal.OnAfter(position->count), false, false};
  }
  return {journal.OnAfter(0), true, true};
}

}  // namespace

absl::Status CommitProtections(Transaction& transaction, const Writing& writing,
                               ShieldsJournal& journal) {
  const Changes changes = Reduce(writing.marks, journal);
  if (!changes.begun.empty()) {
    SIGNPOST_RETURN_IF_ERROR(journal.Append(changes.begun));
    SIGNPOST_RETURN_IF_ERROR(WritePosition(writing.db, writing.sealer, journal.position()));
  }
  SIGNPOST_RETURN_IF_ERROR(transaction.Commit());
  // If this fails, a restore protects more than it must.
  static_cast<void>(journal.Append(changes.ended));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ShieldsJournal>> StartShields(Connection& db, const Sealer& sealer,
                                                             Random& random,
                                                             const std::string& database_path,
                                                             int64_t now_ms) {
  // With the write lock held no other process is between its journal and its commit.
  SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<ShieldsPosition> position,
                            ReadPosition(db, sealer));
  bool created = false;
  SIGNPOST_ASSIGN_OR_RETURN(std::unique_ptr<ShieldsJournal> journal,
                            OpenOrCreate(sealer, random, database_path, created));
  const Meeting meeting = Compare(position, *journal, created);
  Writing writing{db, sealer, *journal};
  std::vector<v1::AuditRow> audit;
  for (const ProtectionMark& mark : meeting.missing) {
    SIGNPOST_RETURN_IF_ERROR(PutBack(writing, mark, now_ms, audit));
  }
  if (!audit.empty()) {
    SIGNPOST_RETURN_IF_ERROR(AppendAuditRows(db, sealer, std::move(audit)).status());
  }
  if (meeting.seed) SIGNPOST_RETURN_IF_ERROR(MarkPresent(writing));
  if (meeting.unconfirmed) SIGNPOST_RETURN_IF_ERROR(MarkUnconfirmed(db, sealer));
  if (!position.has_value() || position->hash != journal->position().hash) {
    SIGNPOST_RETURN_IF_ERROR(WritePosition(db, sealer, journal->position()));
  }
  SIGNPOST_RETURN_IF_ERROR(CommitProtections(transaction, writing, *journal));
  return journal;
}

absl::StatusOr<bool> ReadUnconfirmed(Connection& db, const Sealer& sealer) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto value, ReadMeta(db, sealer, kUnconfirmedName));
  return value.has_value();
}

absl::Status EraseUnconfirmed(Connection& db) {
  return db.Prepare("DELETE FROM meta WHERE name = ?").Text(1, kUnconfirmedName).Run();
}

absl::Status JudgeRestored(Connection& backup, const Sealer& sealer,
                           const std::string& database_path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::optional<ShieldsPosition> position,
                            ReadPosition(backup, sealer));
  const auto journal = ShieldsJournal::Open(ShieldsPath(database_path), sealer);
  if (absl::IsNotFound(journal.status())) return MarkUnconfirmed(backup, sealer);
  if (!journal.ok()) return journal.status();
  if (!position.has_value() || (*journal)->Continues(*position)) return absl::OkStatus();
  return MarkUnconfirmed(backup, sealer);
}

}  // namespace signpost::node
