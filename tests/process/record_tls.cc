// Put before OpenSSL in a program by LD_PRELOAD: writes every byte that the
// program sends and receives over TLS, as it is before sealing and after opening,
// to one file a process in the folder RECORD_TLS_TO names. So a real hub or node,
// unchanged, becomes a recording one. It also stays dumpable, so that its parent
// can search its memory without more rights than being the same user.
//
// Thread safety: one write(2) a call, O_APPEND.
#include <dlfcn.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace {

int OpenRecord() {
  const char* folder = std::getenv("RECORD_TLS_TO");
  if (folder == nullptr) return -1;
  char path[512];
  std::snprintf(path, sizeof path, "%s/%d.tls", folder, static_cast<int>(getpid()));
  return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void Record(const void* bytes, int size) {
  static const int fd = OpenRecord();
  if (size <= 0) return;
  // A record with holes would prove nothing.
  if (fd < 0 || write(fd, bytes, static_cast<size_t>(size)) != size) std::abort();
}

template <typename Function>
Function Original(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) std::abort();
  return reinterpret_cast<Function>(found);
}

}  // namespace

extern "C" int SSL_read(SSL* ssl, void* buffer, int size) {
  static const auto original = Original<int (*)(SSL*, void*, int)>("SSL_read");
  const int got = original(ssl, buffer, size);
  Record(buffer, got);
  return got;
}

extern "C" int SSL_write(SSL* ssl, const void* buffer, int size) {
  static const auto original = Original<int (*)(SSL*, const void*, int)>("SSL_write");
  const int put = original(ssl, buffer, size);
  Record(buffer, put);
  return put;
}

extern "C" int prctl(int option, ...) {
  va_list rest;
  va_start(rest, option);
  const auto a = va_arg(rest, unsigned long);
  const auto b = va_arg(rest, unsigned long);
  const auto c = va_arg(rest, unsigned long);
  const auto d = va_arg(rest, unsigned long);
  va_end(rest);
  if (option == PR_SET_DUMPABLE) return 0;
  using Prctl = int (*)(int, unsigned long, unsigned long, unsigned long, unsigned long);
  static const auto original = Original<Prctl>("prctl");
  return original(option, a, b, c, d);
}
