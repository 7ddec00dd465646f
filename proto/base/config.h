// Configuration files: protobuf text format, so that comments are allowed and
// an unknown key is refused with its line and column.
//
// Thread safety: pure but for reading the file.
#ifndef SIGNPOST_PROTO_BASE_CONFIG_H_
#define SIGNPOST_PROTO_BASE_CONFIG_H_

#include <google/protobuf/message.h>

#include <string>

#include "proto/base/status.h"

namespace signpost {

// Parses the text-format file at `path` into `message` (cleared first).
// INVALID_ARGUMENT lists every problem, one a line, as path:line:column: what.
absl::Status ReadTextConfig(const std::string& path, google::protobuf::Message& message);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_CONFIG_H_
