// The log: one JSON line an event on stderr, with a stable event name. Only the
// listed field types are accepted, so that a name, a message or a std::string
// from a record cannot be logged: it does not compile.
//
// Thread safety: lines from several threads never mix.
// Security: text comes only from literals, closed enums, authority codes,
// file paths of this host, and the messages of local configuration errors.
#ifndef SIGNPOST_PROTO_BASE_LOG_H_
#define SIGNPOST_PROTO_BASE_LOG_H_

#include <absl/status/status.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace signpost {

enum class Severity { kInfo, kWarning, kError };

// Text that its writer vouches for: a literal known at compile time.
class Literal {
 public:
  template <size_t N>
  consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: implicit on purpose
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// A path on this host, from configuration.
struct LogPath {
  std::string path;
};
// The code of an authority, partner, hub or custodian, from the directory.
struct LogCode {
  std::string code;
};

class LogField {
 public:
  LogField(Literal name, Literal value);       // NOLINT: implicit on purpose
  LogField(Literal name, int64_t value);       // NOLINT
  LogField(Literal name, int value);           // NOLINT
  LogField(Literal name, uint64_t value);      // NOLINT
  LogField(Literal name, bool value);          // NOLINT
  LogField(Literal name, double value);        // NOLINT
  LogField(Literal name, const LogPath& value);  // NOLINT
  LogField(Literal name, const LogCode& value);  // NOLINT
  // The code only; a message may hold what a peer sent.
  LogField(Literal name, absl::StatusCode value);  // NOLINT
  template <typename T>
  LogField(Literal name, T value) = delete;

  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

// Writes one line. `event` is stable: operators alert on it.
void Log(Severity severity, Literal event, std::initializer_list<LogField> fields = {});

// A local error before or at start (configuration, files, own certificate): its message is written
// for the operator by this program and holds nothing that came over a wire.
void LogStartError(Literal event, const absl::Status& status);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_LOG_H_
