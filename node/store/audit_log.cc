#include "node/store/audit_log.h"

#include <utility>

#include "node/store/chain.h"
#include "node/store/sqlite_desk.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

// Older databases have no desk.
constexpr int64_t kFirstDeskSchema = 2;

struct StoredCheckpoint {
  uint64_t slot = 0;
  uint64_t number = 0;
  std::string hash;
  bool readable = false;
  Secret salt;
};

absl::StatusOr<v1::AuditRow> ParseRow(const ChainRow& stored) {
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

// Rows that are audit rows, and checkpoints that the head then agrees with.
class AuditVisitor final : public ChainVisitor {
 public:
  explicit AuditVisitor(std::vector<StoredCheckpoint> checkpoints)
      : checkpoints_(std::move(checkpoints)) {}

  bool Accept(uint64_t number, std::string_view bytes) override {
    v1::AuditRow row;
    return row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
           row.number() == number;
  }

  // Checks the checkpoints cut when the log had as many rows as now.
  AuditFault Passed(const AuditVerification& so_far) override {
    for (; next_ < checkpoints_.size() && checkpoints_[next_].number <= so_far.rows; ++next_) {
      const StoredCheckpoint& checkpoint = checkpoints_[next_];
      if (!checkpoint.readable || checkpoint.hash != CheckpointHash(checkpoint.salt.Expose(),
                                                                    so_far.head, checkpoint.slot)) {
        return AuditFault::kCheckpointMismatch;
      }
    }
    return AuditFault::kNone;
  }

  AuditFault Ended() override {
    return next_ == checkpoints_.size() ? AuditFault::kNone : AuditFault::kHeadMismatch;
  }

 private:
  std::vector<StoredCheckpoint> checkpoints_;
  size_t next_ = 0;
};

absl::StatusOr<AuditVerification> Walk(Connection& db, const Sealer& sealer) {
  SIGNPOST_ASSIGN_OR_RETURN(std::vector<StoredCheckpoint> checkpoints, ReadCheckpoints(db, sealer));
  AuditVisitor visitor(std::move(checkpoints));
  SIGNPOST_ASSIGN_OR_RETURN(AuditVerification found, WalkChain(db, sealer, kAuditChain, visitor));
  SIGNPOST_ASSIGN_OR_RETURN(const int64_t version, db.QueryInt("PRAGMA user_version"));
  if (!found.intact || version < kFirstDeskSchema) return found;
  SIGNPOST_ASSIGN_OR_RETURN(const bool desk_intact, DeskJournalIntact(db, sealer));
  if (!desk_intact) {
    found.intact = false;
    found.fault = AuditFault::kDeskJournal;
  }
  return found;
}

}  // namespace

absl::StatusOr<uint64_t> AppendAuditRows(Connection& db, const Sealer& sealer,
                                         std::vector<v1::AuditRow> rows) {
  SIGNPOST_ASSIGN_OR_RETURN(ChainHead head, ReadChainHead(db, sealer, kAuditChain));
  if (rows.empty()) return head.number;
  for (v1::AuditRow& row : rows) {
    row.set_number(head.number + 1);
    std::string bytes;
    if (!row.SerializeToString(&bytes)) {
      return absl::InvalidArgumentError("an audit row cannot be serialised");
    }
    SIGNPOST_RETURN_IF_ERROR(AppendChainRow(db, sealer, kAuditChain, bytes, head));
  }
  SIGNPOST_RETURN_IF_ERROR(WriteChainHead(db, sealer, kAuditChain, head));
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
    SIGNPOST_ASSIGN_OR_RETURN(const ChainRow stored,
                              OpenChainRow(sealer, kAuditChain, select.IntAt(0), select.BlobAt(1)));
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
  SIGNPOST_ASSIGN_OR_RETURN(const ChainHead head, ReadChainHead(db, sealer, kAuditChain));
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
