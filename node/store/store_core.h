// What the store's tables share: one writer behind one lock, readers with
// connections of their own, and the order in which a protection becomes durable
// (first the shields journal, then the database).
//
// Thread safety: every method from several threads; see node/store/store.h.
// Security: as node/store/sqlite_store.h.
#ifndef SIGNPOST_NODE_STORE_STORE_CORE_H_
#define SIGNPOST_NODE_STORE_STORE_CORE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/store/audit_log.h"
#include "node/store/connection.h"
#include "node/store/sealer.h"
#include "node/store/shields_journal.h"
#include "node/store/shields_replay.h"
#include "node/store/writing.h"
#include "proto/base/mutex.h"
#include "proto/base/random.h"

namespace signpost::node {

// Readers that are not in use. Each lends its connection to one caller at a time.
class ReaderPool {
 public:
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<std::unique_ptr<Connection>> Take();
  void GiveBack(std::unique_ptr<Connection> connection);

 private:
  const std::string path_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
};

class StoreCore {
 public:
  StoreCore(const std::string& path, std::unique_ptr<Connection> writer, Sealer sealer)
      : path_(path), sealer_(std::move(sealer)), readers_(path), writer_(std::move(writer)) {}

  // Once, before anything else: node/store/shields_replay.h.
  absl::Status Start(Random& random, int64_t now_ms);

  const Sealer& sealer() const { return sealer_; }
  // As Store::ShieldsUnconfirmed and ConfirmShields.
  bool unconfirmed() const { return unconfirmed_.load(); }
  absl::Status Confirm(std::vector<v1::AuditRow> audit);

  // Runs `work(Writing&)` in a write transaction; commits when it returns OK.
  template <typename Work>
  absl::Status Write(const Work& work) {
    MutexLock lock(mutex_);
    SIGNPOST_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*writer_));
    Writing writing{*writer_, sealer_, *journal_};
    SIGNPOST_RETURN_IF_ERROR(work(writing));
    return CommitProtections(transaction, writing, *journal_);
  }

  // The same with `audit` in the transaction.
  template <typename Work>
  absl::Status WriteAudited(std::vector<v1::AuditRow> audit, const Work& work) {
    return Write([&](Writing& writing) -> absl::Status {
      SIGNPOST_RETURN_IF_ERROR(work(writing));
      return AppendAuditRows(writing.db, writing.sealer, std::move(audit)).status();
    });
  }

  // Runs `work(Connection&)` on a reader.
  template <typename Work>
  auto Read(const Work& work) -> decltype(work(std::declval<Connection&>())) {
    SIGNPOST_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, readers_.Take());
    auto result = work(*connection);
    readers_.GiveBack(std::move(connection));
    return result;
  }

  // Moves every page into the database and cuts the log to nothing.
  absl::Status EmptyLog();
  // As Store::Writable.
  absl::Status Probe();

 private:
  const std::string path_;
  const Sealer sealer_;
  ReaderPool readers_;
  Mutex mutex_;
  const std::unique_ptr<Connection> writer_ ABSL_PT_GUARDED_BY(mutex_);
  std::unique_ptr<ShieldsJournal> journal_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> unconfirmed_ = false;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_STORE_CORE_H_
