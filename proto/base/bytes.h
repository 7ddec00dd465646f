// Byte strings as the protocol writes them: big-endian fixed-width integers,
// I(n, x) in PROTOCOL.md, hex for people, and a reader that cannot run past the
// end. Byte strings are std::string; text and bytes never share a variable.
//
// Thread safety: pure functions; ByteReader belongs to one thread.
#ifndef SIGNPOST_PROTO_BASE_BYTES_H_
#define SIGNPOST_PROTO_BASE_BYTES_H_

#include <absl/strings/string_view.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signpost {

// Debian's absl::string_view is a type of its own; this is the only bridge.
inline absl::string_view ToAbsl(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view FromAbsl(absl::string_view s) { return {s.data(), s.size()}; }

// Appends I(width, value): `width` bytes, most significant first, 1 <= width <= 8.
// Bits of `value` above the width are dropped.
void AppendInt(std::string& out, int width, uint64_t value);

// I(width, value) as a byte string.
std::string IntBytes(int width, uint64_t value);

// Lower-case hex of `bytes`; two characters a byte.
std::string Hex(std::string_view bytes);

// Bytes of a hex string (either case), or nothing if it is not hex.
std::optional<std::string> Unhex(std::string_view hex);

// Views a byte buffer as text and back, without copying.
inline const unsigned char* AsUnsigned(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
inline unsigned char* AsUnsigned(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}

// Reads fixed-width pieces from the front of a byte string. Every read returns
// nothing, and consumes nothing, when too few bytes remain.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::optional<uint64_t> Int(int width);
  std::optional<std::string_view> Take(size_t size);
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_BYTES_H_
