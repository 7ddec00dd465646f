#include "node/store/chain.h"

#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

AuditFault CheckRow(const Sealer& sealer, const ChainTables& tables, int64_t number,
                    std::string_view sealed, ChainVisitor& visitor, AuditVerification& found) {
  const uint64_t expected = found.rows + 1;
  if (static_cast<uint64_t>(number) != expected) return AuditFault::kRowMissing;
  const auto stored = OpenChainRow(sealer, tables, number, sealed);
  if (!stored.ok() || !visitor.Accept(expected, stored->bytes)) return AuditFault::kRowUnreadable;
  std::string hash = NextChainHash(tables.label, found.head, expected, stored->bytes);
  if (hash != stored->hash) return AuditFault::kRowChanged;
  found.rows = expected;
  found.head = std::move(hash);
  return AuditFault::kNone;
}

void Fail(AuditFault fault, uint64_t number, AuditVerification& found) {
  if (fault == AuditFault::kNone || found.fault != AuditFault::kNone) return;
  found.fault = fault;
  found.first_bad_number = number;
}

void CheckPassed(ChainVisitor& visitor, AuditVerification& found) {
  if (found.fault != AuditFault::kNone) return;
  const AuditFault fault = visitor.Passed(found);
  Fail(fault, found.rows == 0 ? 1 : found.rows, found);
}

AuditFault CheckEnd(const absl::StatusOr<ChainHead>& head, ChainVisitor& visitor,
                    const AuditVerification& found) {
  const bool at_head = head.ok() && head->number == found.rows && head->hash == found.head;
  return at_head ? visitor.Ended() : AuditFault::kHeadMismatch;
}

}  // namespace

const ChainTables kAuditChain = {
    "signpost/v1/audit",
    Column::kAuditRow,
    Column::kAuditHead,
    "INSERT INTO audit (number, row) VALUES (?, ?)",
    "SELECT number, row FROM audit ORDER BY number",
    "SELECT number, hash FROM audit_head WHERE id = 1",
    "INSERT INTO audit_head (id, number, hash) VALUES (1, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
};

const ChainTables kDeskChain = {
    "signpost/v1/desk",
    Column::kDeskJournalRow,
    Column::kDeskJournalHead,
    "INSERT INTO desk_journal (number, row) VALUES (?, ?)",
    "SELECT number, row FROM desk_journal ORDER BY number",
    "SELECT number, hash FROM desk_journal_head WHERE id = 1",
    "INSERT INTO desk_journal_head (id, number, hash) VALUES (1, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
};

absl::StatusOr<ChainHead> ReadChainHead(Connection& db, const Sealer& sealer,
                                        const ChainTables& tables) {
  Statement select = db.Prepare(tables.select_head);
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return ChainHead{};
  const int64_t number = select.IntAt(0);
  SIGNPOST_ASSIGN_OR_RETURN(const Secret hash,
                            sealer.Open(tables.head, RowName(number), select.BlobAt(1)));
  return ChainHead{static_cast<uint64_t>(number), std::string(hash.Expose())};
}

absl::Status WriteChainHead(Connection& db, const Sealer& sealer, const ChainTables& tables,
                            const ChainHead& head) {
  const auto number = static_cast<int64_t>(head.number);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(tables.head, RowName(number), head.hash));
  return db.Prepare(tables.write_head).Int(1, number).Blob(2, sealed).Run();
}

absl::Status AppendChainRow(Connection& db, const Sealer& sealer, const ChainTables& tables,
                            std::string_view bytes, ChainHead& head) {
  ++head.number;
  head.hash = NextChainHash(tables.label, head.hash, head.number, bytes);
  const auto number = static_cast<int64_t>(head.number);
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      sealer.Seal(tables.row, RowName(number), absl::StrCat(head.hash, ToAbsl(bytes))));
  return db.Prepare(tables.insert_row).Int(1, number).Blob(2, sealed).Run();
}

absl::StatusOr<ChainRow> OpenChainRow(const Sealer& sealer, const ChainTables& tables,
                                      int64_t number, std::string_view sealed) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret opened, sealer.Open(tables.row, RowName(number), sealed));
  if (opened.size() < kAuditHashSize) return absl::DataLossError("a row of a chain is too short");
  return ChainRow{std::string(opened.Expose().substr(0, kAuditHashSize)),
                  std::string(opened.Expose().substr(kAuditHashSize))};
}

absl::StatusOr<AuditVerification> WalkChain(Connection& db, const Sealer& sealer,
                                            const ChainTables& tables, ChainVisitor& visitor) {
  AuditVerification found;
  found.head = FirstAuditHash();
  CheckPassed(visitor, found);
  Statement select = db.Prepare(tables.select_rows);
  while (found.fault == AuditFault::kNone) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) break;
    const uint64_t expected = found.rows + 1;
    Fail(CheckRow(sealer, tables, select.IntAt(0), select.BlobAt(1), visitor, found), expected,
         found);
    CheckPassed(visitor, found);
  }
  const auto head = ReadChainHead(db, sealer, tables);
  if (!head.ok() && !absl::IsDataLoss(head.status())) return head.status();
  if (found.fault == AuditFault::kNone) {
    Fail(CheckEnd(head, visitor, found), found.rows + 1, found);
  }
  found.intact = found.fault == AuditFault::kNone;
  return found;
}

}  // namespace signpost::node
