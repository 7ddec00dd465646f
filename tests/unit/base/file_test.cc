#include "proto/base/file.h"

#include <google/protobuf/wrappers.pb.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "proto/base/config.h"

namespace signpost {
namespace {

// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "signpost-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const char* name) const { return path_ + "/" + name; }
  size_t entries() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      count += entry.path().empty() ? 0 : 1;
    }
    return count;
  }

 private:
  std::string path_;
};

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

TEST_CASE("A file written whole reads back and leaves no temporary file") {
  const Folder folder;
  const std::string bytes("a\0b\n", 4);
  REQUIRE(WriteFileAtomic(folder / "f", "older and longer", 0600).ok());
  REQUIRE(WriteFileAtomic(folder / "f", bytes, 0640).ok());
  const auto read = ReadFile(folder / "f");
  REQUIRE(read.ok());
  CHECK(*read == bytes);
  CHECK(ModeOf(folder / "f") == 0640);
  CHECK(folder.entries() == 1);
}

TEST_CASE("A missing file and a file above the limit are refused") {
  const Folder folder;
  CHECK(absl::IsNotFound(ReadFile(folder / "none").status()));
  CHECK(absl::IsNotFound(ReadSecretFile(folder / "none").status()));
  REQUIRE(WriteFileAtomic(folder / "f", "12345", 0600).ok());
  CHECK(ReadFile(folder / "f", 5).ok());
  CHECK(absl::IsResourceExhausted(ReadFile(folder / "f", 4).status()));
  CHECK(absl::IsResourceExhausted(ReadSecretFile(folder / "f", 4).status()));
}

TEST_CASE("A secret file that others may read is refused with the command that mends it") {
  const Folder folder;
  REQUIRE(WriteFileAtomic(folder / "key", "secret", 0600).ok());
  const auto read = ReadSecretFile(folder / "key");
  REQUIRE(read.ok());
  CHECK(read->Expose() == "secret");
  for (const mode_t mode : {mode_t{0640}, mode_t{0604}, mode_t{0620}, mode_t{0644}}) {
    REQUIRE(chmod((folder / "key").c_str(), mode) == 0);
    const auto refused = ReadSecretFile(folder / "key");
    CHECK(absl::IsFailedPrecondition(refused.status()));
    CHECK(std::string(refused.status().message()).find("chmod 600") != std::string::npos);
  }
}

TEST_CASE("A new secret file is private and never replaces one") {
  const Folder folder;
  REQUIRE(WriteNewSecretFile(folder / "key", "first").ok());
  CHECK(ModeOf(folder / "key") == 0600);
  CHECK(absl::IsAlreadyExists(WriteNewSecretFile(folder / "key", "second")));
  CHECK(*ReadFile(folder / "key") == "first");
  CHECK(FileExists(folder / "key"));
  CHECK_FALSE(FileExists(folder / "none"));
}

TEST_CASE("Writing into a folder that does not exist fails and says where") {
  const Folder folder;
  const absl::Status status = WriteFileAtomic(folder / "none/f", "x", 0600);
  CHECK_FALSE(status.ok());
  CHECK(std::string(status.message()).find("none/f") != std::string::npos);
}

TEST_CASE("A configuration file is read with comments and its mistakes are placed") {
  const Folder folder;
  google::protobuf::StringValue message;
  REQUIRE(WriteFileAtomic(folder / "c", "# a comment\nvalue: \"x\"\n", 0600).ok());
  REQUIRE(ReadTextConfig(folder / "c", message).ok());
  CHECK(message.value() == "x");
  REQUIRE(WriteFileAtomic(folder / "c", "value: \"x\"\nvalu: \"y\"\n", 0600).ok());
  const absl::Status status = ReadTextConfig(folder / "c", message);
  CHECK(absl::IsInvalidArgument(status));
  CHECK(std::string(status.message()).find("c:2:") != std::string::npos);
  CHECK(absl::IsNotFound(ReadTextConfig(folder / "none", message)));
}

}  // namespace
}  // namespace signpost
