#include "proto/base/log.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <unistd.h>

#include "proto/base/bytes.h"

namespace signpost {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (b < 0x20 || b == 0x7f) {
      absl::StrAppend(&out, "\\u00", Hex(std::string_view(&c, 1)));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

std::string Field(std::string_view name, std::string_view value) {
  return absl::StrCat(Quoted(name), ":", ToAbsl(value));
}

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

void WriteLine(const std::string& line) {
  // One write(2) a line, so that lines of several threads do not mix.
  const ssize_t ignored = write(STDERR_FILENO, line.data(), line.size());
  static_cast<void>(ignored);
}

std::string Start(Severity severity, std::string_view event) {
  return absl::StrCat("{\"time\":\"",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()),
                      "\",\"severity\":\"", ToAbsl(Name(severity)), "\",\"event\":",
                      Quoted(event));
}

}  // namespace

LogField::LogField(Literal name, Literal value) : json_(Field(name.text(), Quoted(value.text()))) {}
LogField::LogField(Literal name, int64_t value) : json_(Field(name.text(), absl::StrCat(value))) {}
LogField::LogField(Literal name, int value) : json_(Field(name.text(), absl::StrCat(value))) {}
LogField::LogField(Literal name, uint64_t value) : json_(Field(name.text(), absl::StrCat(value))) {}
LogField::LogField(Literal name, bool value) : json_(Field(name.text(), value ? "true" : "false")) {}
LogField::LogField(Literal name, double value) : json_(Field(name.text(), absl::StrCat(value))) {}
LogField::LogField(Literal name, const LogPath& value)
    : json_(Field(name.text(), Quoted(value.path))) {}
LogField::LogField(Literal name, const LogCode& value)
    : json_(Field(name.text(), Quoted(value.code))) {}
LogField::LogField(Literal name, absl::StatusCode value)
    : json_(Field(name.text(), Quoted(absl::StatusCodeToString(value)))) {}

void Log(Severity severity, Literal event, std::initializer_list<LogField> fields) {
  std::string line = Start(severity, event.text());
  for (const LogField& field : fields) absl::StrAppend(&line, ",", field.json());
  line += "}\n";
  WriteLine(line);
}

void LogStartError(Literal event, const absl::Status& status) {
  WriteLine(absl::StrCat(Start(Severity::kError, event.text()), ",\"code\":",
                         Quoted(absl::StatusCodeToString(status.code())), ",\"message\":",
                         Quoted(FromAbsl(status.message())), "}\n"));
}

}  // namespace signpost
