// A small deterministic JSON writer: fields in the order written, two-space
// indentation, so that golden tests compare bytes.
//
// Thread safety: a JsonWriter belongs to one thread.
// Security: control, bidirectional and invisible characters of other parties
// are written as \uXXXX, so that a document shown on a terminal stays inert.
#ifndef SIGNPOST_CLI_JSON_H_
#define SIGNPOST_CLI_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::cli {

// Calls nest: BeginObject, Key or Field ..., EndObject. Inside an array a value is written without
// Key. There is no Bool on purpose in the ledger; Field(name, bool) serves other commands.
class JsonWriter {
 public:
  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view name);
  void String(std::string_view value);
  void Number(int64_t value);
  void Unsigned(uint64_t value);
  void Bool(bool value);

  void Field(std::string_view name, std::string_view value);
  void Field(std::string_view name, const char* value) { Field(name, std::string_view(value)); }
  void Field(std::string_view name, const std::string& value) {
    Field(name, std::string_view(value));
  }
  void Field(std::string_view name, int64_t value);
  void Field(std::string_view name, uint64_t value);
  void Field(std::string_view name, int value) { Field(name, static_cast<int64_t>(value)); }
  void Field(std::string_view name, uint32_t value) { Field(name, static_cast<uint64_t>(value)); }
  void Field(std::string_view name, bool value);
  // A number with `places` digits after the point; null for infinities and what is no number.
  void DecimalField(std::string_view name, double value, int places);
  // The same, left out when `value` is empty.
  void OptionalField(std::string_view name, std::string_view value);

  // The document, ending in a line break.
  std::string Take();

 private:
  void Separate();
  void Open(char bracket);
  void Close(char bracket);

  std::string out_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
};

// `text` between double quotes, escaped.
std::string JsonQuote(std::string_view text);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_JSON_H_
