#include "proto/base/daemon.h"

#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace signpost {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void HardenProcess() {
  unsetenv("GRPC_TRACE");      // NOLINT(concurrency-mt-unsafe): before any thread
  unsetenv("GRPC_VERBOSITY");  // NOLINT(concurrency-mt-unsafe)
  umask(077);
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  const sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (sodium_init() < 0) {
    std::fputs("libsodium cannot start: the system gives no randomness\n", stderr);
    std::_Exit(70);
  }
}

void WaitForStop(const std::function<void()>& reload, const std::function<void()>& tick,
                 int64_t tick_ms) {
  const sigset_t set = StopSignals();
  const timespec timeout = {tick_ms / 1000, (tick_ms % 1000) * 1000000};
  for (;;) {
    const int signal_number = sigtimedwait(&set, nullptr, &timeout);
    if (signal_number == SIGTERM || signal_number == SIGINT) return;
    if (signal_number == SIGHUP) reload();
    if (signal_number < 0 && errno == EAGAIN) tick();
  }
}

void NotifyReady() { sd_notify(0, "READY=1"); }
void NotifyStopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace signpost
