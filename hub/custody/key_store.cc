#include "hub/custody/key_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "proto/base/file.h"
#include "proto/base/log.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::hub {
namespace {

struct ReadKey {
  uint32_t epoch = 0;
  CustodianShare share;
};

absl::StatusOr<ReadKey> ReadKeyFile(const std::string& path, const std::string& role) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret bytes, ReadSecretFile(path));
  v1::CustodianKey key;
  const bool parsed =
      key.ParseFromArray(bytes.Expose().data(), static_cast<int>(bytes.Expose().size()));
  Secret secret = Secret::CopyOf(key.secret_share());
  WipeString(*key.mutable_secret_share());
  if (!parsed || key.epoch() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a custodian's key file"));
  }
  if (key.role() != role) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a share of the other role; this custodian is \"", role, "\""));
  }
  absl::StatusOr<CustodianShare> share = ShareFromSecret(std::move(secret));
  if (!share.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": not a valid share"));
  return ReadKey{key.epoch(), *std::move(share)};
}

bool Overwrite(int fd, off_t size) {
  const std::string zeroes(4096, '\0');
  off_t at = 0;
  while (at < size) {
    const auto piece = static_cast<size_t>(std::min<off_t>(size - at, 4096));
    const ssize_t written = pwrite(fd, zeroes.data(), piece, at);
    if (written <= 0) return false;
    at += written;
  }
  return fsync(fd) == 0;
}

}  // namespace

absl::Status DestroyFile(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    return FileExists(path) ? absl::UnavailableError(absl::StrCat("cannot open ", path))
                            : absl::NotFoundError(path);
  }
  struct stat info = {};
  const bool overwritten = fstat(fd, &info) == 0 && Overwrite(fd, info.st_size);
  close(fd);
  if (!overwritten || unlink(path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot destroy ", path));
  }
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int folder_fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder_fd >= 0 && fsync(folder_fd) == 0;
  if (folder_fd >= 0) close(folder_fd);
  return synced ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("cannot sync ", folder));
}

absl::Status KeyStore::Load(const std::vector<std::string>& files) {
  absl::btree_map<uint32_t, Held> held;
  for (const std::string& path : files) {
    if (!FileExists(path)) {
      Log(Severity::kWarning, "custody.share.file_missing", {{"path", LogPath{path}}});
      continue;
    }
    SIGNPOST_ASSIGN_OR_RETURN(ReadKey key, ReadKeyFile(path, role_));
    Held entry = {std::make_shared<const CustodianShare>(std::move(key.share)), path};
    if (!held.emplace(key.epoch, std::move(entry)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": a second share of epoch ", key.epoch));
    }
  }
  MutexLock lock(mutex_);
  held_ = std::move(held);
  return absl::OkStatus();
}

std::string_view KeyStore::PublicShareOf(const v1::Epoch& epoch) const {
  return role_ == "a" ? epoch.public_share_a() : epoch.public_share_b();
}

KeyStore::Found KeyStore::Find(uint32_t epoch, const VerifiedDirectory& directory,
                               int64_t now_ms) const {
  const v1::Epoch* listed = directory.FindEpoch(epoch);
  if (listed == nullptr || now_ms < listed->not_before_ms() || now_ms >= listed->retire_at_ms()) {
    return {};
  }
  MutexLock lock(mutex_);
  const auto found = held_.find(epoch);
  if (found == held_.end() || found->second.share == nullptr) return {};
  if (found->second.share->public_share != PublicShareOf(*listed)) return {nullptr, true};
  return {found->second.share, false};
}

int KeyStore::CheckAgainst(const VerifiedDirectory& directory, int64_t now_ms) const {
  MutexLock lock(mutex_);
  int wrong = 0;
  for (const v1::Epoch& epoch : directory.message().epochs()) {
    if (now_ms >= epoch.retire_at_ms()) continue;
    const auto found = held_.find(epoch.epoch());
    if (found == held_.end() || found->second.share == nullptr) {
      ++wrong;
      Log(Severity::kWarning, "custody.share.missing", {{"epoch", uint64_t{epoch.epoch()}}});
    } else if (found->second.share->public_share != PublicShareOf(epoch)) {
      ++wrong;
      Log(Severity::kError, "custody.share.mismatch",
          {{"epoch", uint64_t{epoch.epoch()}}, {"path", LogPath{found->second.path}}});
    }
  }
  return wrong;
}

std::vector<uint32_t> KeyStore::DestroyRetired(const VerifiedDirectory& directory, int64_t now_ms) {
  const auto& epochs = directory.message().epochs();
  if (epochs.empty()) return {};
  const uint32_t oldest =
      std::min_element(epochs.begin(), epochs.end(), [](const auto& a, const auto& b) {
        return a.epoch() < b.epoch();
      })->epoch();
  std::vector<uint32_t> destroyed;
  MutexLock lock(mutex_);
  for (auto it = held_.begin(); it != held_.end();) {
    const v1::Epoch* listed = directory.FindEpoch(it->first);
    const bool retired = listed == nullptr ? it->first < oldest : now_ms >= listed->retire_at_ms();
    if (!retired) {
      ++it;
      continue;
    }
    it->second.share.reset();
    const absl::Status gone = DestroyFile(it->second.path);
    if (!gone.ok() && !absl::IsNotFound(gone)) {
      Log(Severity::kError, "custody.share.destroy_failed",
          {{"epoch", uint64_t{it->first}}, {"path", LogPath{it->second.path}}});
      ++it;
      continue;
    }
    Log(Severity::kInfo, "custody.share.destroyed",
        {{"epoch", uint64_t{it->first}}, {"path", LogPath{it->second.path}}});
    destroyed.push_back(it->first);
    it = held_.erase(it);
  }
  return destroyed;
}

std::vector<uint32_t> KeyStore::Epochs() const {
  MutexLock lock(mutex_);
  std::vector<uint32_t> epochs;
  for (const auto& [epoch, held] : held_) {
    if (held.share != nullptr) epochs.push_back(epoch);
  }
  return epochs;
}

}  // namespace signpost::hub
