#include "proto/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "proto/base/bytes.h"
#include "proto/base/random.h"

namespace signpost {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status Failed(std::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(ToAbsl(what), " ", path));
}

absl::Status ReadInto(int fd, const std::string& path, size_t limit, std::string& out) {
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("cannot read", path);
    if (got == 0) return absl::OkStatus();
    if (out.size() + static_cast<size_t>(got) > limit) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, " is larger than the ", limit, " bytes allowed here"));
    }
    out.append(buffer, static_cast<size_t>(got));
  }
}

absl::Status WriteAll(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return Failed("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return Failed("cannot open", path);
  std::string out;
  SIGNPOST_RETURN_IF_ERROR(ReadInto(fd.get(), path, limit, out));
  return out;
}

absl::StatusOr<Secret> ReadSecretFile(const std::string& path, size_t limit) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return Failed("cannot open", path);
  struct stat info = {};
  if (fstat(fd.get(), &info) != 0) return Failed("cannot look at", path);
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " holds a secret but others may read it: run chmod 600 ", path,
        ", and replace the secret if anybody else uses this machine"));
  }
  std::string out;
  const absl::Status read_status = ReadInto(fd.get(), path, limit, out);
  Secret secret = Secret::CopyOf(out);
  WipeString(out);
  if (!read_status.ok()) return read_status;
  return secret;
}

absl::Status WriteFileAtomic(const std::string& path, std::string_view bytes, mode_t mode) {
  SystemRandom random;
  const std::string temporary = absl::StrCat(path, ".", Hex(random.Bytes(6)), ".tmp");
  absl::Status status;
  {
    const Fd fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (fd.get() < 0) return Failed("cannot create", temporary);
    if (fchmod(fd.get(), mode) != 0) status = Failed("cannot set the mode of", temporary);
    if (status.ok()) status = WriteAll(fd.get(), temporary, bytes);
    if (status.ok() && fsync(fd.get()) != 0) status = Failed("cannot sync", temporary);
  }
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = Failed("cannot replace", path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const Fd folder_fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_fd.get() < 0 || fsync(folder_fd.get()) != 0) return Failed("cannot sync", folder);
  return absl::OkStatus();
}

absl::Status WriteNewSecretFile(const std::string& path, std::string_view bytes) {
  if (FileExists(path)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " exists and is not overwritten: move it away first if it is to go"));
  }
  return WriteFileAtomic(path, bytes, 0600);
}

bool FileExists(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace signpost
