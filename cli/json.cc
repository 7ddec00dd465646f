#include "cli/json.h"

#include <absl/strings/str_format.h>

#include <cmath>
#include <cstdio>

#include "cli/utf8.h"

namespace signpost::cli {
namespace {

void AppendUnit(std::string& out, unsigned unit) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "\\u%04x", unit);
  out += buffer;
}

// RFC 8259 section 7: beyond the basic plane, a surrogate pair.
void AppendEscape(std::string& out, char32_t value) {
  if (value < 0x10000) {
    AppendUnit(out, static_cast<unsigned>(value));
    return;
  }
  const auto rest = static_cast<unsigned>(value - 0x10000);
  AppendUnit(out, 0xD800 + (rest >> 10));
  AppendUnit(out, 0xDC00 + (rest & 0x3FF));
}

}  // namespace

std::string JsonQuote(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeAt(text, at);
    at += point.bytes;
    if (point.value == '"' || point.value == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(point.value));
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (point.value == '\t') {
      out += "\\t";
    } else if (IsControl(point.value) || IsInvisible(point.value)) {
      AppendEscape(out, point.value);
    } else {
      AppendUtf8(out, point.value);
    }
  }
  out.push_back('"');
  return out;
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_.push_back(',');
  has_items_.back() = true;
  out_.push_back('\n');
  out_.append(2 * has_items_.size(), ' ');
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_.push_back(bracket);
  has_items_.push_back(false);
}

void JsonWriter::Close(char bracket) {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) {
    out_.push_back('\n');
    out_.append(2 * has_items_.size(), ' ');
  }
  out_.push_back(bracket);
}

void JsonWriter::BeginObject() { Open('{'); }
void JsonWriter::EndObject() { Close('}'); }
void JsonWriter::BeginArray() { Open('['); }
void JsonWriter::EndArray() { Close(']'); }

void JsonWriter::Key(std::string_view name) {
  Separate();
  out_ += JsonQuote(name) + ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view value) {
  Separate();
  out_ += JsonQuote(value);
}

void JsonWriter::Number(int64_t value) {
  Separate();
  out_ += std::to_string(value);
}

void JsonWriter::Unsigned(uint64_t value) {
  Separate();
  out_ += std::to_string(value);
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
}

void JsonWriter::Field(std::string_view name, std::string_view value) {
  Key(name);
  String(value);
}
void JsonWriter::Field(std::string_view name, int64_t value) {
  Key(name);
  Number(value);
}
void JsonWriter::Field(std::string_view name, uint64_t value) {
  Key(name);
  Unsigned(value);
}
void JsonWriter::Field(std::string_view name, bool value) {
  Key(name);
  Bool(value);
}

void JsonWriter::DecimalField(std::string_view name, double value, int places) {
  Key(name);
  Separate();
  out_ += std::isfinite(value) ? absl::StrFormat("%.*f", places, value) : "null";
}

void JsonWriter::OptionalField(std::string_view name, std::string_view value) {
  if (!value.empty()) Field(name, value);
}

std::string JsonWriter::Take() {
  out_.push_back('\n');
  return std::move(out_);
}

}  // namespace signpost::cli
