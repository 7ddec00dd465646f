#include "node/store/connection.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "proto/base/bytes.h"

namespace signpost::node {
namespace {

constexpr int kBusyTimeoutMs = 5000;

// Refuses a file that group or others can reach; an absent one is fine.
absl::Status CheckPrivate(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return absl::OkStatus();
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot look at ", path));
  }
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " holds children's records but others may reach it: run chmod 600 ", path));
  }
  return absl::OkStatus();
}

// SQLite would make it 0644; its log and index files take the mode of this one.
absl::Status CreatePrivate(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  close(fd);
  return absl::OkStatus();
}

absl::Status CheckFiles(const std::string& path, OpenMode mode) {
  if (mode == OpenMode::kWriter) SIGNPOST_RETURN_IF_ERROR(CreatePrivate(path));
  if (access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("there is no database ", path));
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    SIGNPOST_RETURN_IF_ERROR(CheckPrivate(absl::StrCat(path, suffix)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SqliteError(int code, std::string_view what) {
  const std::string text = absl::StrCat("database: ", ToAbsl(what), ": ", sqlite3_errstr(code));
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    case SQLITE_CONSTRAINT:
      return absl::FailedPreconditionError(text);
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return absl::InternalError(text);
    default:
      return absl::UnavailableError(text);
  }
}

Statement::~Statement() { Reset(); }

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), code_(other.code_) {}

void Statement::Reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::Int(int index, int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, index, value);
  return *this;
}

Statement& Statement::Real(int index, double value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_double(statement_, index, value);
  return *this;
}

Statement& Statement::Blob(int index, std::string_view bytes) {
  // A null pointer would bind NULL instead of an empty blob.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::Text(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  if (code_ == SQLITE_OK) {
    code_ =
        sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  if (code_ != SQLITE_OK) return SqliteError(code_, "a statement could not be prepared");
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteError(code, "a statement failed");
}

absl::Status Statement::Run() {
  for (;;) {
    SIGNPOST_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) return absl::OkStatus();
  }
}

std::string_view Statement::BlobAt(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<size_t>(size)};
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, OpenMode mode,
                                                             int64_t max_pages) {
  SIGNPOST_RETURN_IF_ERROR(CheckFiles(path, mode));
  sqlite3* handle = nullptr;
  // A reader of a WAL database needs to write its shared-memory index.
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == OpenMode::kVerifier ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Connection> db(new Connection(handle));
  if (code != SQLITE_OK) return SqliteError(code, absl::StrCat("cannot open ", path));
  SIGNPOST_RETURN_IF_ERROR(db->Configure(mode, max_pages));
  return db;
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

absl::Status Connection::Configure(OpenMode mode, int64_t max_pages) {
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  SIGNPOST_RETURN_IF_ERROR(
      Execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"
              "PRAGMA mmap_size = 0; PRAGMA cache_size = -8000;"));
  if (mode == OpenMode::kWriter) {
    SIGNPOST_RETURN_IF_ERROR(
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                "PRAGMA journal_size_limit = 67108864;"));
  } else {
    SIGNPOST_RETURN_IF_ERROR(Execute("PRAGMA query_only = ON;"));
  }
  if (max_pages > 0) {
    SIGNPOST_RETURN_IF_ERROR(Execute(absl::StrCat("PRAGMA max_page_count = ", max_pages, ";")));
  }
  return absl::OkStatus();
}

Statement Connection::Prepare(std::string_view sql) {
  if (const auto found = statements_.find(ToAbsl(sql)); found != statements_.end()) {
    return {found->second, SQLITE_OK};
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) statements_.emplace(sql, statement);
  return {statement, code};
}

absl::Status Connection::Execute(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(code, "a command failed");
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Connection::QueryInt(std::string_view sql) {
  Statement statement = Prepare(sql);
  SIGNPOST_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return absl::NotFoundError("no row");
  return statement.IntAt(0);
}

absl::StatusOr<Transaction> Transaction::Begin(Connection& db) {
  SIGNPOST_RETURN_IF_ERROR(db.Prepare("BEGIN IMMEDIATE").Run());
  return Transaction(&db);
}

Transaction::~Transaction() {
  // Some errors (a full disk) have already rolled it back.
  if (db_ != nullptr && sqlite3_get_autocommit(db_->handle()) == 0) {
    (void)db_->Prepare("ROLLBACK").Run();
  }
}

absl::Status Transaction::Commit() {
  SIGNPOST_RETURN_IF_ERROR(db_->Prepare("COMMIT").Run());
  db_ = nullptr;
  return absl::OkStatus();
}

}  // namespace signpost::node
