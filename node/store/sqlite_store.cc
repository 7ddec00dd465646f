#include "node/store/sqlite_store.h"

#include <chrono>
#include <optional>
#include <utility>

#include "node/store/audit_log.h"
#include "node/store/children_table.h"
#include "node/store/connection.h"
#include "node/store/involvements_table.h"
#include "node/store/migrations.h"
#include "node/store/sealer.h"
#include "node/store/small_tables.h"
#include "node/store/tags_table.h"
#include "proto/base/bytes.h"
#include "proto/base/mutex.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr size_t kIdleReaders = 4;
constexpr int64_t kDeleteBatch = 500;
constexpr int kTruncateTimeoutMs = 200;
constexpr int kWriterTimeoutMs = 5000;

int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Readers that are not in use. Each lends its connection to one caller at a time.
class ReaderPool {
 public:
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<std::unique_ptr<Connection>> Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return Connection::Open(path_, OpenMode::kReader);
  }

  void GiveBack(std::unique_ptr<Connection> connection) {
    MutexLock lock(mutex_);
    if (idle_.size() < kIdleReaders) idle_.push_back(std::move(connection));
  }

 private:
  const std::string path_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
};

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& path, std::unique_ptr<Connection> writer, Sealer sealer,
              Random& random, AuditCheckpoint checkpoint, std::function<int64_t()> uptime_ms)
      : sealer_(std::move(sealer)),
        random_(random),
        readers_(path),
        writer_(std::move(writer)),
        uptime_ms_(std::move(uptime_ms)),
        checkpoint_(std::move(checkpoint)),
        moved_at_ms_(uptime_ms_()) {}

  absl::StatusOr<std::vector<WriteOutcome>> UpsertChildren(
      absl::Span<const ChildWrite> writes, int64_t now_ms,
      std::vector<v1::AuditRow> audit) override {
    std::vector<WriteOutcome> outcomes;
    const absl::Status written =
        WriteAudited(std::move(audit), [&](Connection& db) -> absl::Status {
          for (const ChildWrite& write : writes) {
            SIGNPOST_ASSIGN_OR_RETURN(const WriteOutcome outcome,
                                      UpsertChild(db, sealer_, write, now_ms));
            outcomes.push_back(outcome);
          }
          return absl::OkStatus();
        });
    if (!written.ok()) return written;
    return outcomes;
  }

  absl::StatusOr<ChildRow> GetChildByCase(std::string_view case_reference) override {
    return Read([&](Connection& db) -> absl::StatusOr<ChildRow> {
      SIGNPOST_ASSIGN_OR_RETURN(const auto id, FindChild(db, sealer_, case_reference));
      if (!id.has_value()) return absl::NotFoundError("there is no such child");
      return ReadChild(db, sealer_, *id);
    });
  }

  absl::StatusOr<ChildRow> GetChild(int64_t child_id) override {
    return Read([&](Connection& db) { return ReadChild(db, sealer_, child_id); });
  }

  absl::StatusOr<uint64_t> CountChildren() override {
    return Read([&](Connection& db) -> absl::StatusOr<uint64_t> {
      SIGNPOST_ASSIGN_OR_RETURN(const int64_t count, db.QueryInt("SELECT count(*) FROM children"));
      return static_cast<uint64_t>(count);
    });
  }

  absl::StatusOr<std::vector<int64_t>> ListChildIds(int64_t after, size_t limit) override {
    return Read([&](Connection& db) { return ReadChildIds(db, after, limit); });
  }

  absl::Status ShieldChild(int64_t child_id, const Shield& shield,
                           std::vector<v1::AuditRow> audit) override {
    return WriteAudited(std::move(audit),
                        [&](Connection& db) { return WriteShield(db, sealer_, child_id, shield); });
  }

  absl::Status SetQuarantined(int64_t child_id, bool quarantined,
                              std::vector<v1::AuditRow> audit) override {
    return WriteAudited(std::move(audit), [&](Connection& db) {
      return WriteQuarantined(db, child_id, quarantined);
    });
  }

  absl::Status SetArchived(int64_t child_id, bool archived,
                           std::vector<v1::AuditRow> audit) override {
    return WriteAudited(std::move(audit),
                        [&](Connection& db) { return WriteArchived(db, child_id, archived); });
  }

  absl::Status Separate(int64_t child_a, int64_t child_b,
                        std::vector<v1::AuditRow> audit) override {
    return WriteAudited(std::move(audit),
                        [&](Connection& db) { return WriteSeparation(db, child_a, child_b); });
  }

  absl::StatusOr<bool> AreSeparated(int64_t child_a, int64_t child_b) override {
    return Read([&](Connection& db) { return ReadSeparation(db, child_a, child_b); });
  }

  absl::StatusOr<std::vector<WriteOutcome>> UpsertInvolvements(
      absl::Span<const InvolvementWrite> writes, int64_t now_ms,
      std::vector<v1::AuditRow> audit) override {
    std::vector<WriteOutcome> outcomes;
    const absl::Status written =
        WriteAudited(std::move(audit), [&](Connection& db) -> absl::Status {
          for (const InvolvementWrite& write : writes) {
            SIGNPOST_ASSIGN_OR_RETURN(const WriteOutcome outcome,
                                      UpsertInvolvement(db, sealer_, write, now_ms));
            outcomes.push_back(outcome);
          }
          return absl::OkStatus();
        });
    if (!written.ok()) return written;
    return outcomes;
  }

  absl::StatusOr<WriteOutcome> CloseInvolvement(std::string_view case_reference,
                                                std::string_view reference, std::string_view end_on,
                                                int64_t now_ms,
                                                std::vector<v1::AuditRow> audit) override {
    MutexLock lock(mutex_);
    SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*writer_));
    SIGNPOST_ASSIGN_OR_RETURN(
        const WriteOutcome outcome,
        EndInvolvement(*writer_, sealer_, case_reference, reference, end_on, now_ms));
    if (outcome != WriteOutcome::kChanged) return outcome;
    SIGNPOST_RETURN_IF_ERROR(AppendAuditRows(*writer_, sealer_, std::move(audit)).status());
    SIGNPOST_RETURN_IF_ERROR(transaction.Commit());
    return outcome;
  }

  absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t child_id) override {
    return Read([&](Connection& db) { return ReadInvolvements(db, sealer_, child_id); });
  }

  absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> child_ids,
                                                  int64_t now_ms,
                                                  int64_t look_back_from_ms) override {
    return Read(
        [&](Connection& db) { return ReadClaimRows(db, child_ids, now_ms, look_back_from_ms); });
  }

  std::string KeyDigest(uint8_t key_type, std::string_view match_key) const override {
    std::string typed = IntBytes(1, key_type);
    typed.append(match_key);
    std::string digest = sealer_.Digest(Index::kMatchKey, typed);
    WipeString(typed);
    return digest;
  }

  absl::StatusOr<size_t> ReplaceTags(uint32_t epoch, absl::Span<const TagSet> sets) override {
    size_t stored = 0;
    const absl::Status written = Write([&](Connection& db) -> absl::Status {
      for (const TagSet& set : sets) {
        SIGNPOST_ASSIGN_OR_RETURN(const bool kept, WriteTagSet(db, sealer_, epoch, set));
        stored += kept ? 1 : 0;
      }
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
    return stored;
  }

  absl::StatusOr<std::vector<EnrolmentItem>> ChildrenToEnrol(uint32_t epoch,
                                                             size_t limit) override {
    return Read([&](Connection& db) { return ReadWaiting(db, epoch, limit); });
  }

  absl::StatusOr<EnrolmentCount> CountEnrolment(uint32_t epoch) override {
    return Read([&](Connection& db) { return ReadEnrolmentCount(db, epoch); });
  }

  absl::StatusOr<TagSet> LoadTags(uint32_t epoch, int64_t child_id) override {
    return Read([&](Connection& db) { return ReadTagSet(db, sealer_, epoch, child_id); });
  }

  absl::Status ForEachHint(
      uint32_t epoch,
      const std::function<void(int64_t child_id, int64_t revision,
                               const std::vector<HintView>& hints)>& visit) override {
    return Read([&](Connection& db) { return VisitHints(db, sealer_, epoch, visit); });
  }

  absl::StatusOr<std::vector<Secret>> FetchPoss(uint32_t epoch, int64_t child_id, int64_t revision,
                                                absl::Span<const uint16_t> ordinals) override {
    return Read(
        [&](Connection& db) { return ReadPoss(db, sealer_, epoch, child_id, revision, ordinals); });
  }

  absl::StatusOr<std::vector<uint32_t>> ListTagEpochs() override {
    return Read([&](Connection& db) { return ReadTagEpochs(db); });
  }

  absl::Status DeleteEpoch(uint32_t epoch) override {
    // In pieces, so that an answer waiting for its audit row is not held up for seconds.
    for (;;) {
      int64_t deleted = 0;
      const absl::Status written = Write([&](Connection& db) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(deleted, DeleteSomeTags(db, epoch, kDeleteBatch));
        return absl::OkStatus();
      });
      if (!written.ok()) return written;
      if (deleted < kDeleteBatch) break;
    }
    return EmptyLog();
  }

  absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                       absl::Span<const SeenEntry> seen, int64_t now_ms) override {
    uint64_t last = 0;
    const absl::Status written = Write([&](Connection& db) -> absl::Status {
      for (const SeenEntry& entry : seen) {
        SIGNPOST_RETURN_IF_ERROR(InsertSeen(db, entry, now_ms));
      }
      SIGNPOST_ASSIGN_OR_RETURN(last, AppendAuditRows(db, sealer_, std::move(rows)));
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
    return last;
  }

  absl::StatusOr<std::vector<v1::AuditRow>> ListAudit(uint64_t before_number,
                                                      size_t limit) override {
    return Read([&](Connection& db) { return ListAuditRows(db, sealer_, before_number, limit); });
  }

  absl::StatusOr<AuditVerification> VerifyAudit() override {
    return Read([&](Connection& db) { return VerifyAuditChain(db, sealer_); });
  }

  absl::Status CutCheckpoint(int64_t now_ms) override {
    if (now_ms < 0) return absl::InvalidArgumentError("a time before 1970");
    if (!DueSlot(CurrentCheckpoint(), now_ms).has_value()) return absl::OkStatus();
    AuditCheckpoint cut;
    const absl::Status written = Write([&](Connection& db) -> absl::Status {
      // Another thread may have cut it in the meantime.
      SIGNPOST_ASSIGN_OR_RETURN(cut, ReadCheckpoint(db));
      const std::optional<uint64_t> slot = DueSlot(cut, now_ms);
      if (!slot.has_value()) return absl::OkStatus();
      SIGNPOST_ASSIGN_OR_RETURN(cut, WriteCheckpoint(db, sealer_, random_, *slot, now_ms));
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
    MutexLock lock(checkpoint_mutex_);
    if (checkpoint_.hash.empty() || cut.slot > checkpoint_.slot) {
      checkpoint_ = cut;
      moved_at_ms_ = uptime_ms_();
    }
    return absl::OkStatus();
  }

  AuditCheckpoint CurrentCheckpoint() const override {
    MutexLock lock(checkpoint_mutex_);
    return checkpoint_;
  }

  absl::StatusOr<std::vector<SeenEntry>> ListSeen(SeenKind kind, int64_t now_ms) override {
    return Read([&](Connection& db) { return ReadSeen(db, kind, now_ms); });
  }

  absl::Status ForgetSeen(int64_t now_ms) override {
    return Write([&](Connection& db) { return DeleteExpiredSeen(db, now_ms); });
  }

  absl::StatusOr<std::optional<std::string>> GetMeta(std::string_view name) override {
    return Read([&](Connection& db) { return ReadMeta(db, sealer_, name); });
  }

  absl::Status PutMeta(std::string_view name, std::string_view value) override {
    return Write([&](Connection& db) { return WriteMeta(db, sealer_, name, value); });
  }

  absl::Status Writable() override {
    MutexLock lock(mutex_);
    return ProbeWrite(*writer_);
  }

 private:
  // Runs `work` in a write transaction; commits when it returns OK.
  template <typename Work>
  absl::Status Write(const Work& work) {
    MutexLock lock(mutex_);
    SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*writer_));
    SIGNPOST_RETURN_IF_ERROR(work(*writer_));
    return transaction.Commit();
  }

  template <typename Work>
  absl::Status WriteAudited(std::vector<v1::AuditRow> audit, const Work& work) {
    return Write([&](Connection& db) -> absl::Status {
      SIGNPOST_RETURN_IF_ERROR(work(db));
      return AppendAuditRows(db, sealer_, std::move(audit)).status();
    });
  }

  template <typename Work>
  auto Read(const Work& work) -> decltype(work(std::declval<Connection&>())) {
    SIGNPOST_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, readers_.Take());
    auto result = work(*connection);
    readers_.GiveBack(std::move(connection));
    return result;
  }

  // Moves every page into the database and cuts the log to nothing.
  absl::Status EmptyLog() {
    MutexLock lock(mutex_);
    sqlite3_busy_timeout(writer_->handle(), kTruncateTimeoutMs);
    const auto busy = writer_->QueryInt("PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_busy_timeout(writer_->handle(), kWriterTimeoutMs);
    if (!busy.ok()) return busy.status();
    if (*busy != 0) return absl::UnavailableError("a reader still uses the write-ahead log");
    return absl::OkStatus();
  }

  // The slot to cut now, after `newest`; nothing when none is due.
  std::optional<uint64_t> DueSlot(const AuditCheckpoint& newest, int64_t now_ms) const {
    const auto slot = static_cast<uint64_t>(now_ms / kAuditCheckpointMs);
    if (newest.hash.empty() || slot > newest.slot) return slot;
    if (slot == newest.slot) return std::nullopt;
    MutexLock lock(checkpoint_mutex_);
    if (uptime_ms_() - moved_at_ms_ < kAuditCheckpointMs) return std::nullopt;
    return newest.slot + 1;
  }

  const Sealer sealer_;
  Random& random_;
  ReaderPool readers_;
  Mutex mutex_;
  const std::unique_ptr<Connection> writer_ ABSL_PT_GUARDED_BY(mutex_);
  const std::function<int64_t()> uptime_ms_;
  mutable Mutex checkpoint_mutex_;
  AuditCheckpoint checkpoint_ ABSL_GUARDED_BY(checkpoint_mutex_);
  // Uptime when it was cut, or when this store was opened.
  int64_t moved_at_ms_ ABSL_GUARDED_BY(checkpoint_mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(StoreOptions options, Random& random) {
  SIGNPOST_ASSIGN_OR_RETURN(Sealer sealer, Sealer::Create(options.column_key, random));
  SIGNPOST_ASSIGN_OR_RETURN(std::unique_ptr<Connection> writer,
                            Connection::Open(options.path, OpenMode::kWriter, options.max_pages));
  SIGNPOST_RETURN_IF_ERROR(Migrate(*writer));
  SIGNPOST_RETURN_IF_ERROR(AdoptColumnKey(*writer, sealer));
  SIGNPOST_RETURN_IF_ERROR(CheckColumnKey(*writer, sealer));
  SIGNPOST_ASSIGN_OR_RETURN(AuditCheckpoint checkpoint, ReadCheckpoint(*writer));
  if (!options.uptime_ms) options.uptime_ms = SteadyMs;
  return std::make_unique<SqliteStore>(options.path, std::move(writer), std::move(sealer), random,
                                       std::move(checkpoint), std::move(options.uptime_ms));
}

}  // namespace signpost::node
