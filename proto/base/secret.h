// Secret: bytes that must not be seen. Zeroed when destroyed, compared in
// constant time, moved but never silently copied, and with no way to print one.
// Personal<T>: a value about a person, which no logger or stream accepts.
//
// Thread safety: like std::string.
// Security: Expose() and Reveal() are the only ways in, so that a reader can
// find every use by searching for the word.
#ifndef SIGNPOST_PROTO_BASE_SECRET_H_
#define SIGNPOST_PROTO_BASE_SECRET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace signpost {

class Secret {
 public:
  Secret() = default;
  // `size` zero bytes, to be filled through data().
  explicit Secret(size_t size);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // A secret holding a copy of `bytes`; the caller still owns (and wipes) those.
  static Secret CopyOf(std::string_view bytes);
  // `size` bytes from the system's random generator.
  static Secret RandomBytes(size_t size);

  Secret Clone() const { return CopyOf(Expose()); }
  std::string_view Expose() const {
    return {reinterpret_cast<const char*>(bytes_.get()), size_};
  }
  unsigned char* data() { return bytes_.get(); }
  const unsigned char* data() const { return bytes_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Constant time in the contents; false at once when the sizes differ.
  bool operator==(const Secret& other) const;

 private:
  void Wipe();

  std::unique_ptr<unsigned char[]> bytes_;
  size_t size_ = 0;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

// Constant-time equality of two byte strings of public length.
bool EqualConstantTime(std::string_view a, std::string_view b);

// Overwrites a string that held secret or personal bytes, then empties it.
void WipeString(std::string& text);

template <typename T>
class Personal {
 public:
  Personal() = default;
  explicit Personal(T value) : value_(std::move(value)) {}
  const T& Reveal() const { return value_; }
  T& Reveal() { return value_; }

 private:
  T value_{};
};

template <typename T>
std::ostream& operator<<(std::ostream&, const Personal<T>&) = delete;

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_SECRET_H_
