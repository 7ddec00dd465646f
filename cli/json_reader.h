// Reads a small JSON object strictly: every key must be known, every value of
// the right kind and length; all problems are reported at once.
//
// Thread safety: belongs to one thread.
// Security: problems name keys and limits, never values; a key that is not a
// plain word is not repeated either.
#ifndef SIGNPOST_CLI_JSON_READER_H_
#define SIGNPOST_CLI_JSON_READER_H_

#include <google/protobuf/struct.pb.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signpost::cli {

inline constexpr size_t kMaxJsonFileBytes = 64 * 1024;

// One JSON object (RFC 8259). INVALID_ARGUMENT for anything else, more than kMaxJsonFileBytes, or
// bytes that are not UTF-8.
absl::StatusOr<google::protobuf::Struct> ParseJsonObject(std::string_view text);

class ObjectReader {
 public:
  // `path` names the object in problems ("child.names[0]"), empty at the top. `problems` outlives
  // this reader.
  ObjectReader(const google::protobuf::Struct& object, std::string path,
               std::vector<std::string>& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {}

  // The string under `key`, "" when absent. A problem when it is no string, longer than
  // `max_bytes`, or holds control or invisible characters.
  std::string Text(const std::string& key, size_t max_bytes);
  // The strings under `key`, each as Text; none when absent.
  std::vector<std::string> Texts(const std::string& key, size_t max_count, size_t max_bytes);
  // true or false; false when absent.
  bool Flag(const std::string& key);
  // The object or the objects under `key`; nothing when absent.
  const google::protobuf::Struct* Object(const std::string& key);
  std::vector<const google::protobuf::Struct*> Objects(const std::string& key, size_t max_count);

  bool Has(const std::string& key) const { return object_.fields().count(key) > 0; }
  // Adds a problem at `key`.
  void Complain(const std::string& key, const std::string& what);
  std::string PathOf(const std::string& key) const;
  // Adds a problem for every key that was not read. Call last.
  void Finish();

 private:
  const google::protobuf::Value* Find(const std::string& key);
  std::string TextOf(const std::string& key, const google::protobuf::Value& value,
                     size_t max_bytes);

  const google::protobuf::Struct& object_;
  std::string path_;
  std::vector<std::string>& problems_;
  std::set<std::string> read_;
};

// "a; b; c" as INVALID_ARGUMENT, or OK when there are none.
absl::Status ProblemsToStatus(const std::vector<std::string>& problems);

// No control or invisible characters.
bool IsPlainText(std::string_view text);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_JSON_READER_H_
