#include "node/store/shields_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr std::string_view kMagic = "SGNPSHD1";
constexpr size_t kIdSize = 16;
constexpr size_t kSealing = kAeadNonceSize + kAeadTagSize;
constexpr size_t kHeaderBytes = 8 + kIdSize + kSealing;
constexpr size_t kPlainEntry = 2 + 2 * kIndexSize;
constexpr size_t kEntryBytes = kPlainEntry + kSealing;
constexpr std::string_view kHeaderRow = "header";

// Holds the file against other processes.
class FileLock {
 public:
  FileLock(int fd, int mode) : fd_(fd) {
    while (flock(fd_, mode) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() { flock(fd_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

absl::Status Unavailable(const std::string& path, std::string_view what) {
  return absl::UnavailableError(absl::StrCat("the shields journal ", path, " ", ToAbsl(what),
                                             ": no child can be shielded until this is put right"));
}

absl::Status Foreign(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(
      path,
      " is not a shields journal: put the right file back, or move this one away and confirm"
      " the shields after the start"));
}

absl::Status WrongKey(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("the shields journal ", path,
                   " was made with another column key: name the right key in the configuration, or"
                   " put the right file back"));
}

absl::Status Damaged(const std::string& path, uint64_t entry) {
  return absl::DataLossError(absl::StrCat(
      "the shields journal ", path, " is damaged at entry ", entry,
      ": put a good copy of it back, or move it away, compare the shields with the authority's own"
      " list, and confirm them after the start"));
}

absl::Status ReadFrom(int fd, int64_t at, const std::string& path, std::string& bytes) {
  char buffer[65536];
  for (;;) {
    const ssize_t got = pread(fd, buffer, sizeof buffer, at + static_cast<int64_t>(bytes.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
    if (got == 0) return absl::OkStatus();
    bytes.append(buffer, static_cast<size_t>(got));
  }
}

bool WriteAt(int fd, int64_t at, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(fd, bytes.data(), bytes.size(), at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
    at += put;
  }
  return fsync(fd) == 0;
}

bool AllZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

std::string EntryRow(uint64_t number, std::string_view previous) {
  return absl::StrCat(IntBytes(8, number), ToAbsl(previous));
}

std::string KeyOf(const ProtectionMark& mark) {
  return absl::StrCat(IntBytes(1, static_cast<uint64_t>(mark.kind)), mark.child, mark.other);
}

ProtectionMark MarkOf(std::string_view key) {
  return {static_cast<Protection>(key[0]), true, std::string(key.substr(1, kIndexSize)),
          std::string(key.substr(1 + kIndexSize))};
}

std::optional<ProtectionMark> Parse(std::string_view plain) {
  if (plain.size() != kPlainEntry) return std::nullopt;
  const auto kind = static_cast<uint8_t>(plain[0]);
  if (kind < 1 || kind > static_cast<uint8_t>(Protection::kSeparated)) return std::nullopt;
  ProtectionMark mark;
  mark.kind = static_cast<Protection>(kind);
  mark.on = plain[1] != 0;
  mark.child = std::string(plain.substr(2, kIndexSize));
  if (mark.kind == Protection::kSeparated) mark.other = std::string(plain.substr(2 + kIndexSize));
  return mark;
}

}  // namespace

std::string ShieldsPath(const std::string& database_path) {
  return absl::StrCat(database_path, ".shields");
}

absl::StatusOr<std::unique_ptr<ShieldsJournal>> ShieldsJournal::Open(const std::string& path,
                                                                     const Sealer& sealer) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::unique_ptr<ShieldsJournal> journal(new ShieldsJournal(fd, path, sealer));
  struct stat info = {};
  if (fstat(fd, &info) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot see ", path));
  if (!S_ISREG(info.st_mode)) return Foreign(path);
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " tells of shielded children but others may reach it: run chmod 600 ", path));
  }
  const FileLock lock(fd, LOCK_SH);
  SIGNPOST_RETURN_IF_ERROR(journal->ReadHeader());
  SIGNPOST_RETURN_IF_ERROR(journal->ReadEntries());
  return journal;
}

absl::StatusOr<std::unique_ptr<ShieldsJournal>> ShieldsJournal::Create(const std::string& path,
                                                                       const Sealer& sealer,
                                                                       Random& random) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string sealed,
                            sealer.Seal(Column::kShieldsHeader, kHeaderRow, random.Bytes(kIdSize)));
  SIGNPOST_RETURN_IF_ERROR(WriteNewSecretFile(path, absl::StrCat(ToAbsl(kMagic), sealed)));
  return Open(path, sealer);
}

ShieldsJournal::~ShieldsJournal() { close(fd_); }

absl::Status ShieldsJournal::ReadHeader() {
  std::string bytes;
  SIGNPOST_RETURN_IF_ERROR(ReadFrom(fd_, 0, path_, bytes));
  if (bytes.size() < kHeaderBytes || !std::string_view(bytes).starts_with(kMagic)) {
    return Foreign(path_);
  }
  bytes.resize(kHeaderBytes);
  const auto opened = sealer_.Open(Column::kShieldsHeader, kHeaderRow,
                                   std::string_view(bytes).substr(kMagic.size()));
  if (!opened.ok()) return WrongKey(path_);
  end_ = static_cast<int64_t>(kHeaderBytes);
  first_hash_ = Sha256(bytes);
  hash_ = first_hash_;
  return absl::OkStatus();
}

absl::Status ShieldsJournal::ReadEntries() {
  std::string bytes;
  SIGNPOST_RETURN_IF_ERROR(ReadFrom(fd_, end_, path_, bytes));
  std::string_view rest = bytes;
  while (rest.size() >= kEntryBytes && !AllZero(rest)) {
    const std::string_view stored = rest.substr(0, kEntryBytes);
    const uint64_t number = entries_.size() + 1;
    const auto plain = sealer_.Open(Column::kShieldsEntry, EntryRow(number, hash_), stored);
    const auto mark = plain.ok() ? Parse(plain->Expose()) : std::nullopt;
    if (!mark.has_value()) return Damaged(path_, number);
    Take(*mark, Sha256(stored));
    rest.remove_prefix(kEntryBytes);
    end_ += static_cast<int64_t>(kEntryBytes);
  }
  return absl::OkStatus();
}

absl::Status ShieldsJournal::CheckInPlace() const {
  struct stat here = {};
  struct stat there = {};
  if (fstat(fd_, &here) != 0 || stat(path_.c_str(), &there) != 0 || here.st_ino != there.st_ino ||
      here.st_dev != there.st_dev) {
    return Unavailable(path_, "was taken away while the node runs; put it back and start again");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ShieldsJournal::SealEntry(const ProtectionMark& mark, uint64_t number,
                                                      std::string_view previous) const {
  std::string plain = IntBytes(1, static_cast<uint64_t>(mark.kind));
  AppendInt(plain, 1, mark.on ? 1 : 0);
  plain.append(mark.child).append(mark.other);
  plain.resize(kPlainEntry, '\0');
  return sealer_.Seal(Column::kShieldsEntry, EntryRow(number, previous), plain);
}

void ShieldsJournal::Take(const ProtectionMark& mark, std::string hash) {
  if (mark.on) {
    on_.insert(KeyOf(mark));
  } else {
    on_.erase(KeyOf(mark));
  }
  hash_ = hash;
  entries_.push_back({mark, std::move(hash)});
}

absl::Status ShieldsJournal::Append(absl::Span<const ProtectionMark> marks) {
  if (marks.empty()) return absl::OkStatus();
  const FileLock lock(fd_, LOCK_EX);
  SIGNPOST_RETURN_IF_ERROR(CheckInPlace());
  SIGNPOST_RETURN_IF_ERROR(ReadEntries());
  std::string bytes;
  std::string previous = hash_;
  std::vector<std::string> hashes;
  for (const ProtectionMark& mark : marks) {
    SIGNPOST_ASSIGN_OR_RETURN(const std::string entry,
                              SealEntry(mark, entries_.size() + hashes.size() + 1, previous));
    bytes.append(entry);
    previous = Sha256(entry);
    hashes.push_back(previous);
  }
  // Whatever lies behind the last whole entry was torn and never acknowledged.
  if (ftruncate(fd_, end_) != 0 || !WriteAt(fd_, end_, bytes)) {
    const bool undone = ftruncate(fd_, end_) == 0;
    return Unavailable(path_, undone ? "cannot be written" : "cannot be written or set back");
  }
  end_ += static_cast<int64_t>(bytes.size());
  for (size_t i = 0; i < marks.size(); ++i) Take(marks[i], std::move(hashes[i]));
  return absl::OkStatus();
}

bool ShieldsJournal::HoldsMark(const ProtectionMark& mark) const {
  return on_.contains(KeyOf(mark));
}

bool ShieldsJournal::Holds(Protection kind, std::string_view child) const {
  return HoldsMark({kind, true, std::string(child), ""});
}

std::vector<std::string> ShieldsJournal::SeparatedFrom(std::string_view child) const {
  std::vector<std::string> others;
  for (const std::string& key : on_) {
    const ProtectionMark mark = MarkOf(key);
    if (mark.kind != Protection::kSeparated) continue;
    if (mark.child == child) others.push_back(mark.other);
    if (mark.other == child) others.push_back(mark.child);
  }
  return others;
}

std::vector<ProtectionMark> ShieldsJournal::OnAfter(uint64_t count) const {
  absl::flat_hash_set<std::string> keys;
  for (size_t i = count; i < entries_.size(); ++i) keys.insert(KeyOf(entries_[i].mark));
  std::vector<ProtectionMark> marks;
  for (const std::string& key : keys) {
    if (on_.contains(key)) marks.push_back(MarkOf(key));
  }
  return marks;
}

bool ShieldsJournal::Continues(const ShieldsPosition& position) const {
  if (position.count > entries_.size()) return false;
  const std::string& hash = position.count == 0 ? first_hash_ : entries_[position.count - 1].hash;
  return hash == position.hash;
}

}  // namespace signpost::node
