#include "node/store/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "node/store/audit_log.h"
#include "node/store/connection.h"
#include "node/store/migrations.h"
#include "node/store/sealer.h"
#include "node/store/shields_replay.h"
#include "node/store/small_tables.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"

namespace signpost::node {
namespace {

// A file beside the target, removed (with what SQLite lays beside it) unless it was renamed.
class TemporaryCopy {
 public:
  explicit TemporaryCopy(std::string path) : path_(std::move(path)) {}
  ~TemporaryCopy() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      unlink(absl::StrCat(path_, suffix).c_str());
    }
  }
  TemporaryCopy(const TemporaryCopy&) = delete;
  TemporaryCopy& operator=(const TemporaryCopy&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  const int code = fsync(fd);
  const int error = errno;
  close(fd);
  if (code != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot sync ", path));
  return absl::OkStatus();
}

// Never over an existing file, also when one appears at the last moment: link(2) refuses.
absl::Status PutInPlace(const std::string& temporary, const std::string& to) {
  SIGNPOST_RETURN_IF_ERROR(SyncPath(temporary, O_RDONLY));
  if (link(temporary.c_str(), to.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", to));
  }
  std::string folder = std::filesystem::path(to).parent_path().string();
  if (folder.empty()) folder = ".";
  return SyncPath(folder, O_RDONLY | O_DIRECTORY);
}

absl::Status CopyPages(Connection& from, Connection& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr) {
    return SqliteError(sqlite3_errcode(to.handle()), "the copy could not be started");
  }
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) return SqliteError(stepped, "the copy failed");
  if (finished != SQLITE_OK) return SqliteError(finished, "the copy failed");
  return absl::OkStatus();
}

absl::Status CheckIntegrity(Connection& db) {
  Statement check = db.Prepare("PRAGMA integrity_check(1)");
  SIGNPOST_ASSIGN_OR_RETURN(const bool row, check.Step());
  if (row && check.BlobAt(0) == "ok") return absl::OkStatus();
  return absl::DataLossError("the database is damaged: SQLite's integrity check fails");
}

absl::StatusOr<AuditVerification> Verify(Connection& db, const Sealer& sealer) {
  SIGNPOST_RETURN_IF_ERROR(CheckIntegrity(db));
  SIGNPOST_RETURN_IF_ERROR(CheckColumnKey(db, sealer));
  SIGNPOST_ASSIGN_OR_RETURN(AuditVerification found, VerifyAuditChain(db, sealer));
  if (found.intact) return found;
  if (found.fault == AuditFault::kDeskJournal) {
    return absl::DataLossError(ToAbsl(AuditFaultName(found.fault)));
  }
  return absl::DataLossError(absl::StrCat("the audit chain is broken at row ",
                                          found.first_bad_number, ": ",
                                          ToAbsl(AuditFaultName(found.fault))));
}

// What is done to the copy before it is verified.
using Prepare = std::function<absl::Status(Connection& copy)>;

absl::Status CopyToFile(const std::string& from, OpenMode mode, const std::string& to,
                        const Prepare& prepare) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> source, Connection::Open(from, mode));
  SIGNPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> target,
                            Connection::Open(to, OpenMode::kWriter));
  SIGNPOST_RETURN_IF_ERROR(CopyPages(*source, *target));
  SIGNPOST_RETURN_IF_ERROR(prepare(*target));
  // One file that can be carried away, without a log beside it.
  return target->Execute("PRAGMA journal_mode = DELETE;");
}

absl::StatusOr<AuditVerification> VerifyFile(const std::string& path, const Sealer& sealer,
                                             absl::Status (*check_schema)(Connection&)) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> db,
                            Connection::Open(path, OpenMode::kVerifier));
  SIGNPOST_RETURN_IF_ERROR(check_schema(*db));
  return Verify(*db, sealer);
}

absl::Status RefuseExisting(const std::string& path) {
  if (!FileExists(path)) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(path, " exists and is not overwritten"));
}

absl::StatusOr<AuditVerification> CopyVerified(const std::string& from, OpenMode mode,
                                               const Sealer& sealer, const std::string& to,
                                               const Prepare& prepare) {
  SystemRandom random;
  const TemporaryCopy copy(absl::StrCat(to, ".", Hex(random.Bytes(6)), ".tmp"));
  SIGNPOST_RETURN_IF_ERROR(CopyToFile(from, mode, copy.path(), prepare));
  SIGNPOST_ASSIGN_OR_RETURN(AuditVerification found, VerifyFile(copy.path(), sealer, CheckSchema));
  SIGNPOST_RETURN_IF_ERROR(PutInPlace(copy.path(), to));
  return found;
}

}  // namespace

absl::StatusOr<AuditVerification> BackupStore(const std::string& from, const Secret& column_key,
                                              const std::string& to) {
  SystemRandom random;
  SIGNPOST_ASSIGN_OR_RETURN(const Sealer sealer, Sealer::Create(column_key, random));
  SIGNPOST_RETURN_IF_ERROR(RefuseExisting(to));
  return CopyVerified(from, OpenMode::kReader, sealer, to,
                      [](Connection&) { return absl::OkStatus(); });
}

absl::StatusOr<AuditVerification> RestoreStore(const std::string& from, const Secret& column_key,
                                               const std::string& to) {
  SystemRandom random;
  SIGNPOST_ASSIGN_OR_RETURN(const Sealer sealer, Sealer::Create(column_key, random));
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    SIGNPOST_RETURN_IF_ERROR(RefuseExisting(absl::StrCat(to, suffix)));
  }
  SIGNPOST_RETURN_IF_ERROR(VerifyFile(from, sealer, CheckOldSchema).status());
  const auto prepare = [&](Connection& copy) -> absl::Status {
    SIGNPOST_RETURN_IF_ERROR(Migrate(copy));
    return JudgeRestored(copy, sealer, to);
  };
  return CopyVerified(from, OpenMode::kVerifier, sealer, to, prepare);
}

}  // namespace signpost::node
