// One SQLite connection, opened in the only way this program opens one: WAL,
// synchronous=FULL (a commit that returned survives power loss), foreign keys,
// secure delete, no trusted schema, defensive, and a file only its owner reads.
//
// Thread safety: a Connection and its Statements belong to one thread at a time.
// Security: errors carry SQLite's generic text for the code, never its message,
// which may quote what was bound.
#ifndef SIGNPOST_NODE_STORE_CONNECTION_H_
#define SIGNPOST_NODE_STORE_CONNECTION_H_

#include <absl/container/flat_hash_map.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signpost::node {

// "SGNP"; marks the file as ours.
inline constexpr int64_t kApplicationId = 0x53474E50;

enum class OpenMode {
  kWriter,    // creates the file (0600) when absent
  kReader,    // of an existing database; refuses to write
  kVerifier,  // of a single file that nobody writes, such as a backup; refuses to write
};

// UNAVAILABLE (full, busy, I/O), DATA_LOSS (damaged), FAILED_PRECONDITION (a constraint).
absl::Status SqliteError(int code, std::string_view what);

// A prepared statement in use: parameters from 1, columns from 0. A failed bind is reported by the
// next Step. Destroying it resets the statement for the next user.
class Statement {
 public:
  Statement(sqlite3_stmt* statement, int code) : statement_(statement), code_(code) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Int(int index, int64_t value);
  Statement& Real(int index, double value);
  Statement& Blob(int index, std::string_view bytes);
  Statement& Text(int index, std::string_view text);

  // True: a row is there. False: done.
  absl::StatusOr<bool> Step();
  // For a statement without rows; rows are passed over.
  absl::Status Run();
  // Makes the statement ready to be bound and stepped again.
  void Reset();

  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t IntAt(int column) const { return sqlite3_column_int64(statement_, column); }
  double RealAt(int column) const { return sqlite3_column_double(statement_, column); }
  // Valid until the next Step.
  std::string_view BlobAt(int column) const;

 private:
  sqlite3_stmt* statement_;
  int code_;
};

class Connection {
 public:
  // `max_pages` of 0: SQLite's own limit.
  // FAILED_PRECONDITION: group or others may read the file or its log. NOT_FOUND: not kWriter, and
  // no such file.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, OpenMode mode,
                                                          int64_t max_pages = 0);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` is a literal: prepared once and kept. Not to be used twice at the same time.
  Statement Prepare(std::string_view sql);
  // Runs every statement of `sql`; rows are dropped.
  absl::Status Execute(const std::string& sql);
  // The single integer that `sql` yields; NOT_FOUND without a row.
  absl::StatusOr<int64_t> QueryInt(std::string_view sql);

  // Rows changed by the last INSERT, UPDATE or DELETE.
  int64_t Changes() const { return sqlite3_changes64(db_); }
  sqlite3* handle() { return db_; }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  absl::Status Configure(OpenMode mode, int64_t max_pages);

  sqlite3* db_;
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
};

// A write transaction (BEGIN IMMEDIATE: one that starts as a reader fails when it turns writer).
// Rolled back unless committed.
class Transaction {
 public:
  static absl::StatusOr<Transaction> Begin(Connection& db);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : db_(other.db_) { other.db_ = nullptr; }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // On the disk when it returns OK; rolled back otherwise.
  absl::Status Commit();

 private:
  explicit Transaction(Connection* db) : db_(db) {}
  Connection* db_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_STORE_CONNECTION_H_
