#include "node/store/store_core.h"

#include "node/store/small_tables.h"

namespace signpost::node {
namespace {

constexpr size_t kIdleReaders = 4;
constexpr int kTruncateTimeoutMs = 200;
constexpr int kWriterTimeoutMs = 5000;

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Take() {
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

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  MutexLock lock(mutex_);
  if (idle_.size() < kIdleReaders) idle_.push_back(std::move(connection));
}

absl::Status StoreCore::Start(Random& random, int64_t now_ms) {
  MutexLock lock(mutex_);
  SIGNPOST_ASSIGN_OR_RETURN(journal_, StartShields(*writer_, sealer_, random, path_, now_ms));
  SIGNPOST_ASSIGN_OR_RETURN(const bool unconfirmed, ReadUnconfirmed(*writer_, sealer_));
  unconfirmed_.store(unconfirmed);
  return absl::OkStatus();
}

absl::Status StoreCore::Confirm(std::vector<v1::AuditRow> audit) {
  SIGNPOST_RETURN_IF_ERROR(WriteAudited(
      std::move(audit), [](Writing& writing) { return EraseUnconfirmed(writing.db); }));
  unconfirmed_.store(false);
  return absl::OkStatus();
}

absl::Status StoreCore::EmptyLog() {
  MutexLock lock(mutex_);
  sqlite3_busy_timeout(writer_->handle(), kTruncateTimeoutMs);
  const auto busy = writer_->QueryInt("PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_busy_timeout(writer_->handle(), kWriterTimeoutMs);
  if (!busy.ok()) return busy.status();
  if (*busy != 0) return absl::UnavailableError("a reader still uses the write-ahead log");
  return absl::OkStatus();
}

absl::Status StoreCore::Probe() {
  MutexLock lock(mutex_);
  return ProbeWrite(*writer_);
}

}  // namespace signpost::node
