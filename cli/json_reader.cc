#include "cli/json_reader.h"

#include <absl/strings/str_join.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "cli/utf8.h"

namespace signpost::cli {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

bool IsPlainWord(std::string_view key) {
  return !key.empty() && key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

absl::StatusOr<Struct> ParseJsonObject(std::string_view text) {
  if (text.size() > kMaxJsonFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file is larger than ", kMaxJsonFileBytes, " bytes"));
  }
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError("the file is not UTF-8");
  Struct object;
  const auto status =
      google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &object);
  // The parser's own message quotes the text around the mistake: a child's details.
  if (!status.ok()) return absl::InvalidArgumentError("the file is not one JSON object");
  return object;
}

std::string ObjectReader::PathOf(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

void ObjectReader::Complain(const std::string& key, const std::string& what) {
  problems_.push_back(PathOf(key) + " " + what);
}

const Value* ObjectReader::Find(const std::string& key) {
  read_.insert(key);
  const auto found = object_.fields().find(key);
  return found == object_.fields().end() ? nullptr : &found->second;
}

std::string ObjectReader::Text(const std::string& key, size_t max_bytes) {
  const Value* value = Find(key);
  return value == nullptr ? "" : TextOf(key, *value, max_bytes);
}

std::vector<std::string> ObjectReader::Texts(const std::string& key, size_t max_count,
                                             size_t max_bytes) {
  const Value* value = Find(key);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->kind_case() != Value::kListValue) {
    Complain(key, "must be a list of texts");
    return out;
  }
  if (static_cast<size_t>(value->list_value().values_size()) > max_count) {
    Complain(key, absl::StrCat("has more than ", max_count, " entries"));
    return out;
  }
  for (const Value& item : value->list_value().values()) {
    out.push_back(TextOf(key, item, max_bytes));
  }
  return out;
}

std::string ObjectReader::TextOf(const std::string& key, const Value& value, size_t max_bytes) {
  if (value.kind_case() != Value::kStringValue) {
    Complain(key, "must be text between double quotes");
    return "";
  }
  const std::string& text = value.string_value();
  if (text.size() > max_bytes) {
    Complain(key, absl::StrCat("is longer than ", max_bytes, " bytes"));
    return "";
  }
  if (!IsPlainText(text)) {
    Complain(key, "holds control or invisible characters");
    return "";
  }
  return text;
}

bool ObjectReader::Flag(const std::string& key) {
  const Value* value = Find(key);
  if (value == nullptr) return false;
  if (value->kind_case() != Value::kBoolValue) {
    Complain(key, "must be true or false");
    return false;
  }
  return value->bool_value();
}

const Struct* ObjectReader::Object(const std::string& key) {
  const Value* value = Find(key);
  if (value == nullptr) return nullptr;
  if (value->kind_case() != Value::kStructValue) {
    Complain(key, "must be an object");
    return nullptr;
  }
  return &value->struct_value();
}

std::vector<const Struct*> ObjectReader::Objects(const std::string& key, size_t max_count) {
  const Value* value = Find(key);
  if (value == nullptr) return {};
  std::vector<const Struct*> out;
  if (value->kind_case() == Value::kListValue) {
    for (const Value& item : value->list_value().values()) {
      if (item.kind_case() == Value::kStructValue) out.push_back(&item.struct_value());
    }
  }
  if (value->kind_case() != Value::kListValue ||
      out.size() != static_cast<size_t>(value->list_value().values_size())) {
    Complain(key, "must be a list of objects");
    return {};
  }
  if (out.size() > max_count) {
    Complain(key, absl::StrCat("has more than ", max_count, " entries"));
    return {};
  }
  return out;
}

void ObjectReader::Finish() {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : object_.fields()) {
    if (read_.count(key) == 0) unknown.push_back(key);
  }
  std::sort(unknown.begin(), unknown.end());
  for (const std::string& key : unknown) {
    if (IsPlainWord(key)) {
      problems_.push_back("unknown key \"" + PathOf(key) + "\"");
    } else {
      problems_.push_back(path_.empty() ? "a key that is no plain word"
                                        : "a key that is no plain word in " + path_);
    }
  }
}

absl::Status ProblemsToStatus(const std::vector<std::string>& problems) {
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(problems, "; "));
}

bool IsPlainText(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeAt(text, at);
    if (!point.valid || IsControl(point.value) || IsInvisible(point.value)) return false;
    at += point.bytes;
  }
  return true;
}

}  // namespace signpost::cli
