#include "node/store/sqlite_store.h"

#include <chrono>
#include <optional>
#include <utility>

#include "node/store/audit_log.h"
#include "node/store/children_table.h"
#include "node/store/connection.h"
#include "node/store/history_table.h"
#include "node/store/involvements_table.h"
#include "node/store/merge.h"
#include "node/store/migrations.h"
#include "node/store/pairs_table.h"
#include "node/store/protection_table.h"
#include "node/store/sealer.h"
#include "node/store/small_tables.h"
#include "node/store/sqlite_desk.h"
#include "node/store/sqlite_duplicates.h"
#include "node/store/sqlite_people.h"
#include "node/store/sqlite_signposts.h"
#include "node/store/store_core.h"
#include "node/store/tags_table.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr int64_t kDeleteBatch = 500;

int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t SystemMs() { return SystemClock().NowMs(); }

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<StoreCore> core, Random& random, AuditCheckpoint checkpoint,
              std::function<int64_t()> uptime_ms)
      : core_(std::move(core)),
        random_(random),
        desk_(*core_),
        people_(*core_),
        duplicates_(*core_),
        signposts_(*core_),
        uptime_ms_(std::move(uptime_ms)),
        checkpoint_(std::move(checkpoint)),
        moved_at_ms_(uptime_ms_()) {}

  absl::StatusOr<std::vector<WriteOutcome>> UpsertChildren(
      absl::Span<const ChildWrite> writes, int64_t now_ms,
      std::vector<v1::AuditRow> audit) override {
    std::vector<WriteOutcome> outcomes;
    const absl::Status written =
        core_->WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
          BlockingBatch blocking;
          for (const ChildWrite& write : writes) {
            SIGNPOST_ASSIGN_OR_RETURN(const WriteOutcome outcome,
                                      UpsertChild(writing, blocking, write, now_ms));
            outcomes.push_back(outcome);
          }
          return blocking.Flush(writing.db);
        });
    if (!written.ok()) return written;
    return outcomes;
  }

  absl::StatusOr<ChildRow> GetChildByCase(std::string_view case_reference) override {
    return core_->Read([&](Connection& db) -> absl::StatusOr<ChildRow> {
      SIGNPOST_ASSIGN_OR_RETURN(const auto id, FindChild(db, core_->sealer(), case_reference));
      if (!id.has_value()) return absl::NotFoundError("there is no such child");
      return ReadChild(db, core_->sealer(), *id);
    });
  }

  absl::StatusOr<ChildRow> GetChild(int64_t child_id) override {
    return core_->Read([&](Connection& db) { return ReadChild(db, core_->sealer(), child_id); });
  }

  absl::StatusOr<uint64_t> CountChildren() override {
    return core_->Read([&](Connection& db) -> absl::StatusOr<uint64_t> {
      SIGNPOST_ASSIGN_OR_RETURN(const int64_t count, db.QueryInt("SELECT count(*) FROM children"));
      return static_cast<uint64_t>(count);
    });
  }

  absl::StatusOr<std::vector<int64_t>> ListChildIds(int64_t after, size_t limit) override {
    return core_->Read([&](Connection& db) { return ReadChildIds(db, after, limit); });
  }

  absl::Status ShieldChild(int64_t child_id, const Shield& shield,
                           absl::Span<const DuplicateFinding> findings, int64_t now_ms,
                           std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
      SIGNPOST_RETURN_IF_ERROR(WriteShield(writing, child_id, shield));
      return StoreFindings(writing, child_id, findings, now_ms);
    });
  }

  absl::Status UnshieldChild(int64_t child_id, std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit),
                               [&](Writing& writing) { return EraseShield(writing, child_id); });
  }

  absl::Status SetWithheld(int64_t child_id, const std::optional<Withholding>& withheld,
                           std::vector<v1::DeskItem> desk, int64_t now_ms,
                           std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
      SIGNPOST_RETURN_IF_ERROR(WriteWithheld(writing, child_id, withheld));
      return AppendDeskItems(writing.db, writing.sealer, std::move(desk), now_ms).status();
    });
  }

  absl::Status SetQuarantined(int64_t child_id, bool quarantined,
                              std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) {
      return WriteQuarantined(writing, child_id, quarantined);
    });
  }

  absl::Status SetArchived(int64_t child_id, bool archived, int64_t now_ms,
                           std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) {
      return WriteArchived(writing.db, child_id, archived, now_ms);
    });
  }

  absl::Status Separate(int64_t child_a, int64_t child_b,
                        std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) {
      return WriteSeparation(writing, child_a, child_b);
    });
  }

  absl::StatusOr<bool> AreSeparated(int64_t child_a, int64_t child_b) override {
    return core_->Read([&](Connection& db) { return ReadSeparation(db, child_a, child_b); });
  }

  absl::Status MergeChildren(int64_t survivor, int64_t absorbed, const v1::ChildDetails& merged,
                             absl::Span<const std::string> blocking, int64_t now_ms,
                             std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) {
      return MergeRecords(writing, survivor, absorbed, merged, blocking, now_ms);
    });
  }

  absl::StatusOr<std::vector<v1::ChildVersion>> ListHistory(int64_t child_id) override {
    return core_->Read([&](Connection& db) { return ReadHistory(db, core_->sealer(), child_id); });
  }

  absl::Status DestroyChild(int64_t child_id, std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit),
                               [&](Writing& writing) { return DestroyRecord(writing, child_id); });
  }

  absl::Status DestroyInvolvement(int64_t involvement_id,
                                  std::vector<v1::AuditRow> audit) override {
    return core_->WriteAudited(std::move(audit), [&](Writing& writing) {
      return DestroyInvolvementRow(writing, involvement_id);
    });
  }

  absl::Status EmptyLog() override { return core_->EmptyLog(); }

  std::string CaseDigest(std::string_view case_reference) const override {
    return core_->sealer().LongDigest(Index::kDestroyedCase, case_reference);
  }

  bool ShieldsUnconfirmed() const override { return core_->unconfirmed(); }

  absl::Status ConfirmShields(std::vector<v1::AuditRow> audit) override {
    return core_->Confirm(std::move(audit));
  }

  DeskTable& desk() override { return desk_; }
  PeopleTable& people() override { return people_; }
  DuplicatesTable& duplicates() override { return duplicates_; }
  SignpostsTable& signposts() override { return signposts_; }

  absl::StatusOr<std::vector<WriteOutcome>> UpsertInvolvements(
      absl::Span<const InvolvementWrite> writes, int64_t now_ms,
      std::vector<v1::AuditRow> audit) override {
    std::vector<WriteOutcome> outcomes;
    const absl::Status written =
        core_->WriteAudited(std::move(audit), [&](Writing& writing) -> absl::Status {
          for (const InvolvementWrite& write : writes) {
            SIGNPOST_ASSIGN_OR_RETURN(const WriteOutcome outcome,
                                      UpsertInvolvement(writing.db, writing.sealer, write, now_ms));
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
    WriteOutcome outcome = WriteOutcome::kUnchanged;
    const absl::Status written = core_->Write([&](Writing& writing) -> absl::Status {
      SIGNPOST_ASSIGN_OR_RETURN(outcome, EndInvolvement(writing.db, writing.sealer, case_reference,
                                                        reference, end_on, now_ms));
      if (outcome != WriteOutcome::kChanged) return absl::OkStatus();
      return AppendAuditRows(writing.db, writing.sealer, std::move(audit)).status();
    });
    if (!written.ok()) return written;
    return outcome;
  }

  absl::StatusOr<std::vector<InvolvementRow>> ListInvolvements(int64_t child_id) override {
    return core_->Read(
        [&](Connection& db) { return ReadInvolvements(db, core_->sealer(), child_id); });
  }

  absl::StatusOr<std::vector<ClaimRow>> ClaimRows(absl::Span<const int64_t> child_ids,
                                                  int64_t now_ms,
                                                  int64_t look_back_from_ms) override {
    return core_->Read(
        [&](Connection& db) { return ReadClaimRows(db, child_ids, now_ms, look_back_from_ms); });
  }

  std::string KeyDigest(uint8_t key_type, std::string_view match_key) const override {
    std::string typed = IntBytes(1, key_type);
    typed.append(match_key);
    std::string digest = core_->sealer().Digest(Index::kMatchKey, typed);
    WipeString(typed);
    return digest;
  }

  absl::StatusOr<size_t> ReplaceTags(uint32_t epoch, absl::Span<const TagSet> sets) override {
    size_t stored = 0;
    const absl::Status written = core_->Write([&](Writing& writing) -> absl::Status {
      for (const TagSet& set : sets) {
        SIGNPOST_ASSIGN_OR_RETURN(const bool kept,
                                  WriteTagSet(writing.db, core_->sealer(), epoch, set));
        stored += kept ? 1 : 0;
      }
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
    return stored;
  }

  absl::StatusOr<std::vector<EnrolmentItem>> ChildrenToEnrol(uint32_t epoch,
                                                             size_t limit) override {
    return core_->Read([&](Connection& db) { return ReadWaiting(db, epoch, limit); });
  }

  absl::StatusOr<EnrolmentCount> CountEnrolment(uint32_t epoch) override {
    return core_->Read([&](Connection& db) { return ReadEnrolmentCount(db, epoch); });
  }

  absl::StatusOr<TagSet> LoadTags(uint32_t epoch, int64_t child_id) override {
    return core_->Read(
        [&](Connection& db) { return ReadTagSet(db, core_->sealer(), epoch, child_id); });
  }

  absl::Status ForEachHint(
      uint32_t epoch,
      const std::function<void(int64_t child_id, int64_t revision,
                               const std::vector<HintView>& hints)>& visit) override {
    return core_->Read(
        [&](Connection& db) { return VisitHints(db, core_->sealer(), epoch, visit); });
  }

  absl::StatusOr<std::vector<Secret>> FetchPoss(uint32_t epoch, int64_t child_id, int64_t revision,
                                                absl::Span<const uint16_t> ordinals) override {
    return core_->Read([&](Connection& db) {
      return ReadPoss(db, core_->sealer(), epoch, child_id, revision, ordinals);
    });
  }

  absl::StatusOr<std::vector<uint32_t>> ListTagEpochs() override {
    return core_->Read([&](Connection& db) { return ReadTagEpochs(db); });
  }

  absl::Status DeleteEpoch(uint32_t epoch) override {
    // In pieces, so that an answer waiting for its audit row is not held up for seconds.
    for (;;) {
      int64_t deleted = 0;
      const absl::Status written = core_->Write([&](Writing& writing) -> absl::Status {
        SIGNPOST_ASSIGN_OR_RETURN(deleted, DeleteSomeTags(writing.db, epoch, kDeleteBatch));
        return absl::OkStatus();
      });
      if (!written.ok()) return written;
      if (deleted < kDeleteBatch) break;
    }
    return EmptyLog();
  }

  absl::StatusOr<uint64_t> AppendAudit(std::vector<v1::AuditRow> rows,
                                       absl::Span<const SeenEntry> seen, int64_t now_ms) override {
    return AppendAuditAndDesk(std::move(rows), seen, {}, now_ms);
  }

  absl::StatusOr<uint64_t> AppendAuditAndDesk(std::vector<v1::AuditRow> rows,
                                              absl::Span<const SeenEntry> seen,
                                              std::vector<v1::DeskItem> desk,
                                              int64_t now_ms) override {
    uint64_t last = 0;
    const absl::Status written = core_->Write([&](Writing& writing) -> absl::Status {
      for (const SeenEntry& entry : seen) {
        SIGNPOST_RETURN_IF_ERROR(InsertSeen(writing.db, entry, now_ms));
      }
      SIGNPOST_RETURN_IF_ERROR(
          AppendDeskItems(writing.db, writing.sealer, std::move(desk), now_ms).status());
      SIGNPOST_ASSIGN_OR_RETURN(last, AppendAuditRows(writing.db, writing.sealer, std::move(rows)));
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
    return last;
  }

  absl::StatusOr<std::vector<v1::AuditRow>> ListAudit(uint64_t before_number,
                                                      size_t limit) override {
    return core_->Read(
        [&](Connection& db) { return ListAuditRows(db, core_->sealer(), before_number, limit); });
  }

  absl::StatusOr<AuditVerification> VerifyAudit() override {
    return core_->Read([&](Connection& db) { return VerifyAuditChain(db, core_->sealer()); });
  }

  absl::Status CutCheckpoint(int64_t now_ms) override {
    if (now_ms < 0) return absl::InvalidArgumentError("a time before 1970");
    if (!DueSlot(CurrentCheckpoint(), now_ms).has_value()) return absl::OkStatus();
    AuditCheckpoint cut;
    const absl::Status written = core_->Write([&](Writing& writing) -> absl::Status {
      // Another thread may have cut it in the meantime.
      SIGNPOST_ASSIGN_OR_RETURN(cut, ReadCheckpoint(writing.db));
      const std::optional<uint64_t> slot = DueSlot(cut, now_ms);
      if (!slot.has_value()) return absl::OkStatus();
      SIGNPOST_ASSIGN_OR_RETURN(
          cut, WriteCheckpoint(writing.db, core_->sealer(), random_, *slot, now_ms));
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
    return core_->Read([&](Connection& db) { return ReadSeen(db, kind, now_ms); });
  }

  absl::Status ForgetSeen(int64_t now_ms) override {
    return core_->Write([&](Writing& writing) { return DeleteExpiredSeen(writing.db, now_ms); });
  }

  absl::StatusOr<std::optional<std::string>> GetMeta(std::string_view name) override {
    return core_->Read([&](Connection& db) { return ReadMeta(db, core_->sealer(), name); });
  }

  absl::Status PutMeta(std::string_view name, std::string_view value) override {
    return core_->Write(
        [&](Writing& writing) { return WriteMeta(writing.db, core_->sealer(), name, value); });
  }

  absl::Status Writable() override { return core_->Probe(); }

 private:
  // The slot to cut now, after `newest`; nothing when none is due.
  std::optional<uint64_t> DueSlot(const AuditCheckpoint& newest, int64_t now_ms) const {
    const auto slot = static_cast<uint64_t>(now_ms / kAuditCheckpointMs);
    if (newest.hash.empty() || slot > newest.slot) return slot;
    if (slot == newest.slot) return std::nullopt;
    MutexLock lock(checkpoint_mutex_);
    if (uptime_ms_() - moved_at_ms_ < kAuditCheckpointMs) return std::nullopt;
    return newest.slot + 1;
  }

  const std::unique_ptr<StoreCore> core_;
  Random& random_;
  SqliteDesk desk_;
  SqlitePeople people_;
  SqliteDuplicates duplicates_;
  SqliteSignposts signposts_;
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
  if (!options.now_ms) options.now_ms = SystemMs;
  auto core = std::make_unique<StoreCore>(options.path, std::move(writer), std::move(sealer));
  SIGNPOST_RETURN_IF_ERROR(core->Start(random, options.now_ms()));
  return std::make_unique<SqliteStore>(std::move(core), random, std::move(checkpoint),
                                       std::move(options.uptime_ms));
}

}  // namespace signpost::node
