// Files as this project needs them: read with a limit, written whole or not at
// all, and refused when a secret lies readable for others.
//
// Thread safety: functions; two writers of one path race as rename(2) does.
#ifndef SIGNPOST_PROTO_BASE_FILE_H_
#define SIGNPOST_PROTO_BASE_FILE_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "proto/base/secret.h"
#include "proto/base/status.h"

namespace signpost {

// The whole file. NOT_FOUND, PERMISSION_DENIED; RESOURCE_EXHAUSTED above `limit` bytes.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit = 16 << 20);

// As ReadFile; FAILED_PRECONDITION, naming the chmod to run, when group or others may read it.
absl::StatusOr<Secret> ReadSecretFile(const std::string& path, size_t limit = 1 << 20);

// Writes a temporary file beside `path`, syncs it, renames it, syncs the folder: after a crash
// the old bytes or the new ones are there, never a part. UNAVAILABLE when the disk is full.
absl::Status WriteFileAtomic(const std::string& path, std::string_view bytes, mode_t mode);

// As WriteFileAtomic with mode 0600, but ALREADY_EXISTS if the path exists.
absl::Status WriteNewSecretFile(const std::string& path, std::string_view bytes);

bool FileExists(const std::string& path);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_FILE_H_
