#include "cli/prompt.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "cli/utf8.h"

namespace signpost::cli {
namespace {

constexpr size_t kMaxLine = 1000;

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string Trim(std::string text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

TtyPrompter::~TtyPrompter() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<std::string> TtyPrompter::Ask(std::string_view question) {
  if (fd_ < 0) fd_ = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd_ < 0) return absl::UnavailableError("there is no terminal to ask on");
  if (!WriteAll(fd_, question)) return absl::UnavailableError("the terminal is gone");
  std::string line;
  while (true) {
    char c = 0;
    const ssize_t n = read(fd_, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return absl::CancelledError("the input ended");
    if (c == '\n') break;
    line.push_back(c);
    if (line.size() > kMaxLine) return absl::InvalidArgumentError("the line is too long");
  }
  if (!IsValidUtf8(line)) return absl::InvalidArgumentError("the line is not UTF-8");
  return Trim(std::move(line));
}

}  // namespace signpost::cli
