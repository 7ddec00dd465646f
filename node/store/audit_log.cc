#include "node/store/audit_log.h"

#include <utility>

#include "proto/limits.h"

namespace signpost::node {
namespace {

struct Head {
  uint64_t number = 0;
  std::string hash = FirstAuditHash();
};

struct StoredRow {
  std::string hash;
  std::string bytes;
};

struct StoredCheckpoint {
  uint64_t slot = 0;
  uint64_t number = 0;
  std::string hash;
  bool readable = false;
  Secret salt;
};

absl::StatusOr<Head> ReadHead(Connection& db, const Sealer& sealer) {
  Statement select = db.Prepare("SELECT number, hash FROM audit_head WHERE id = 1");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return Head{};
  const int64_t number = select.IntAt(0);
  SIGNPOST_ASSIGN_OR_RETURN(const Secret hash,
                            sealer.Open(Column::kAuditHead, RowName(number), select.BlobAt(1)));
  return Head{static_cast<uint64_t>(number), std::string(hash.Expose())};
}

absl::Status WriteHead(Connection& db, const Sealer& sealer, const Head& head) {
  const auto number = static_cast<int64_t>(head.number);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kAuditHead, RowName(number), head.hash));
  return db
      .Prepare(
          "INSERT INTO audit_head (id, number, hash) VALUES (1, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash")
      .Int(1, number)
      .Blob(2, sealed)
      .Run();
}

absl::Status AppendOne(Connection& db, const Sealer& sealer, v1::AuditRow& row, Head& head) {
  ++head.number;
  row.set_number(head.number);
  std::string bytes;
  if (!row.SerializeToString(&bytes)) {
    return absl::InvalidArgumentError("an audit row cannot be serialised");
  }
  head.hash = NextAuditHash(head.hash, head.number, bytes);
  const auto number = static_cast<int64_t>(head.number);
  SIGNPOST_ASSIGN_OR_RETURN(
      const std::string sealed,
      sealer.Seal(Column::kAuditRow, RowName(number), absl::StrCat(head.hash, bytes)));
  return db.Prepare("INSERT INTO audit (number, row) VALUES (?, ?)")
      .Int(1, number)
      .Blob(2, sealed)
      .Run();
}

absl::StatusOr<StoredRow> OpenRow(const Sealer& sealer, int64_t number, std::string_view sealed) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret opened,
                            sealer.Open(Column::kAuditRow, RowName(number), sealed));
  if (opened.size() < kAuditHashSize) return absl::DataLossError("an audit row is too short");
  return StoredRow{std::string(opened.Expose().substr(0, kAuditHashSize)),
                   std::string(opened.Expose().substr(kAuditHashSize))};
}

absl::StatusOr<v1::AuditRow> ParseRow(const StoredRow& stored) {
  v1::AuditRow row;
  if (!row.ParseFromString(stored.bytes)) return absl::DataLossError("not an audit row");
  return row;
}

absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(Connection& db,
                                                              const Sealer& sealer) {
  std::vector<StoredCheckpoint> out;
  Statement select =
      db.Prepare("SELECT slot, number, salt, hash FROM audit_checkpoints ORDER BY number, slot");
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return out;
    StoredCheckpoint checkpoint;
    checkpoint.slot = static_cast<uint64_t>(select.IntAt(0));
    checkpoint.number = static_cast<uint64_t>(select.IntAt(1));
    auto salt = sealer.Open(Column::kCheckpointSalt, RowName(select.IntAt(0)), select.BlobAt(2));
    checkpoint.readable = salt.ok();
    if (salt.ok()) checkpoint.salt = *std::move(salt);
    checkpoint.hash = std::string(select.BlobAt(3));
    out.push_back(std::move(checkpoint));
  }
}

// Steps through the chain and keeps the first fault.
class Verifier {
 public:
  Verifier(const Sealer& sealer, std::vector<StoredCheckpoint> checkpoints)
      : sealer_(sealer), checkpoints_(std::move(checkpoints)) {
    found_.head = FirstAuditHash();
    PassCheckpoints();
  }

  bool broken() const { return found_.fault != AuditFault::kNone; }

  void Row(int64_t number, std::string_view sealed) {
    const uint64_t expected = found_.rows + 1;
    if (static_cast<uint64_t>(number) != expected) return Fail(AuditFault::kRowMissing, expected);
    const auto stored = OpenRow(sealer_, number, sealed);
    if (!stored.ok()) return Fail(AuditFault::kRowUnreadable, expected);
    const auto row = ParseRow(*stored);
    if (!row.ok() || row->number() != expected) return Fail(AuditFault::kRowUnreadable, expected);
    const std::string hash = NextAuditHash(found_.head, expected, stored->bytes);
    if (hash != stored->hash) return Fail(AuditFault::kRowChanged, expected);
    found_.rows = expected;
    found_.head = hash;
    PassCheckpoints();
  }

  AuditVerification Finish(const absl::StatusOr<Head>& head) {
    if (broken()) return found_;
    const bool at_head = head.ok() && head->number == found_.rows && head->hash == found_.head;
    if (!at_head || next_ != checkpoints_.size()) {
      Fail(AuditFault::kHeadMismatch, found_.rows + 1);
    }
    found_.intact = !broken();
    return found_;
  }

 private:
  void Fail(AuditFault fault, uint64_t number) {
    if (broken()) return;
    found_.fault = fault;
    found_.first_bad_number = number;
  }

  // Checks the checkpoints cut when the log had as many rows as now.
  void PassCheckpoints() {
    for (; next_ < checkpoints_.size() && checkpoints_[next_].number <= found_.rows; ++next_) {
      const StoredCheckpoint& checkpoint = checkpoints_[next_];
      if (!checkpoint.readable || checkpoint.hash != CheckpointHash(checkpoint.salt.Expose(),
                                                                    found_.head, checkpoint.slot)) {
        Fail(AuditFault::kCheckpointMismatch, found_.rows == 0 ? 1 : found_.rows);
      }
    }
  }

  const Sealer& sealer_;
  std::vector<StoredCheckpoint> checkpoints_;
  size_t next_ = 0;
  AuditVerification found_;
};

absl::StatusOr<AuditVerification> Walk(Connection& db, const Sealer& sealer) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<StoredCheckpoint> checkpoints, ReadCheckpoints(db, sealer));
  Verifier verifier(sealer, std::move(checkpoints));
  Statement select = db.Prepare("SELECT number, row FROM audit ORDER BY number");
  while (!verifier.broken()) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) break;
    verifier.Row(select.IntAt(0), select.BlobAt(1));
  }
  const auto head = ReadHead(db, sealer);
  if (!head.ok() && !absl::IsDataLoss(head.status())) return head.status();
  return verifier.Finish(head);
}

}  // namespace

absl::StatusOr<uint64_t> AppendAuditRows(Connection& db, const Sealer& sealer,
                                         std::vector<v1::AuditRow> rows) {
  SIGNPOST_ASSIGN_OR_RETURN(Head head, ReadHead(db, sealer));
  if (rows.empty()) return head.number;
  for (v1::AuditRow& row : rows) SIGNPOST_RETURN_IF_ERROR(AppendOne(db, sealer, row, head));
  SIGNPOST_RETURN_IF_ERROR(WriteHead(db, sealer, head));
  return head.number;
}

absl::StatusOr<std::vector<v1::AuditRow>> ListAuditRows(Connection& db, const Sealer& sealer,
                                                        uint64_t before_number, size_t limit) {
  std::vector<v1::AuditRow> rows;
  const bool all = before_number == 0 || before_number > static_cast<uint64_t>(INT64_MAX);
  Statement select =
      db.Prepare("SELECT number, row FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?");
  select.Int(1, all ? INT64_MAX : static_cast<int64_t>(before_number));
  select.Int(2, static_cast<int64_t>(limit));
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return rows;
    SIGNPOST_ASSIGN_OR_RETURN(const StoredRow stored,
                              OpenRow(sealer, select.IntAt(0), select.BlobAt(1)));
    SIGNPOST_ASSIGN_OR_RETURN(v1::AuditRow row, ParseRow(stored));
    rows.push_back(std::move(row));
  }
}

absl::StatusOr<AuditVerification> VerifyAuditChain(Connection& db, const Sealer& sealer) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("BEGIN").Run());
  auto found = Walk(db, sealer);
  const absl::Status ended = db.Prepare("ROLLBACK").Run();
  if (found.ok() && !ended.ok()) return ended;
  return found;
}

absl::StatusOr<AuditCheckpoint> WriteCheckpoint(Connection& db, const Sealer& sealer,
                                                Random& random, uint64_t slot, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const Head head, ReadHead(db, sealer));
  const auto number = static_cast<int64_t>(slot);
  const std::string salt = random.Bytes(kCheckpointSaltSize);
  AuditCheckpoint checkpoint;
  checkpoint.slot = slot;
  checkpoint.cut_ms = now_ms;
  checkpoint.hash = CheckpointHash(salt, head.hash, checkpoint.slot);
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kCheckpointSalt, RowName(number), salt));
  SIGNPOST_RETURN_IF_ERROR(
      db.Prepare("INSERT INTO audit_checkpoints (slot, cut_ms, number, salt, hash)"
                 " VALUES (?, ?, ?, ?, ?)")
          .Int(1, number)
          .Int(2, now_ms)
          .Int(3, static_cast<int64_t>(head.number))
          .Blob(4, sealed)
          .Blob(5, checkpoint.hash)
          .Run());
  return checkpoint;
}

absl::StatusOr<AuditCheckpoint> ReadCheckpoint(Connection& db) {
  Statement select =
      db.Prepare("SELECT slot, cut_ms, hash FROM audit_checkpoints ORDER BY slot DESC LIMIT 1");
  SIGNPOST_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return AuditCheckpoint{};
  return AuditCheckpoint{static_cast<uint64_t>(select.IntAt(0)), select.IntAt(1),
                         std::string(select.BlobAt(2))};
}

}  // namespace signpost::node
