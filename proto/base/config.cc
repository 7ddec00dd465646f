#include "proto/base/config.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "proto/base/file.h"

namespace signpost {
namespace {

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(const std::string& path) : path_(path) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    absl::StrAppend(&problems_, problems_.empty() ? "" : "\n", path_, ":", line + 1, ":",
                    column + 1, ": ", message);
  }
  const std::string& problems() const { return problems_; }

 private:
  const std::string& path_;
  std::string problems_;
};

}  // namespace

absl::Status ReadTextConfig(const std::string& path, google::protobuf::Message& message) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, 1 << 20));
  Collector collector(path);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (!parser.ParseFromString(text, &message)) {
    return absl::InvalidArgumentError(collector.problems());
  }
  return absl::OkStatus();
}

}  // namespace signpost
