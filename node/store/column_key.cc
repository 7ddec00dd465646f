#include "node/store/column_key.h"

#include <filesystem>
#include <system_error>

#include "node/store/sealer.h"
#include "proto/base/file.h"

namespace signpost::node {
namespace {

// Whether the key's folder is the database's folder or lies below it.
bool InDatabaseFolder(const std::string& key_path, const std::string& database_path) {
  std::error_code error;
  const auto key = std::filesystem::weakly_canonical(std::filesystem::absolute(key_path), error);
  const auto folder =
      std::filesystem::weakly_canonical(std::filesystem::absolute(database_path), error)
          .parent_path();
  const auto relative = key.lexically_relative(folder);
  return relative.empty() || *relative.begin() != "..";
}

absl::Status CheckPlace(const std::string& key_path, const std::string& database_path) {
  if (!InDatabaseFolder(key_path, database_path)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the column key ", key_path,
                   " lies in the database's folder, where one copy takes both: move it elsewhere"));
}

}  // namespace

absl::StatusOr<Secret> ReadColumnKey(const std::string& key_path,
                                     const std::string& database_path) {
  SIGNPOST_RETURN_IF_ERROR(CheckPlace(key_path, database_path));
  SIGNPOST_ASSIGN_OR_RETURN(Secret key, ReadSecretFile(key_path));
  if (key.size() != kColumnKeySize) {
    return absl::FailedPreconditionError(
        absl::StrCat("the column key ", key_path, " is not 32 bytes: restore the right file"));
  }
  return key;
}

absl::Status CreateColumnKey(const std::string& key_path, const std::string& database_path) {
  SIGNPOST_RETURN_IF_ERROR(CheckPlace(key_path, database_path));
  const Secret key = Secret::RandomBytes(kColumnKeySize);
  return WriteNewSecretFile(key_path, key.Expose());
}

}  // namespace signpost::node
