// What both daemons do around their work: refuse core files and tracing that
// would print plaintext, wait for signals, and tell systemd the truth.
//
// Thread safety: call HardenProcess() first, from main, before any thread.
#ifndef SIGNPOST_PROTO_BASE_DAEMON_H_
#define SIGNPOST_PROTO_BASE_DAEMON_H_

#include <cstdint>
#include <functional>

namespace signpost {

// Core dumps off, not dumpable, umask 077, SIGPIPE ignored, GRPC_TRACE and
// GRPC_VERBOSITY unset (gRPC would print message contents), libsodium started,
// SIGTERM, SIGINT and SIGHUP blocked for every later thread.
// Security: must run before the first gRPC call.
void HardenProcess();

// Waits for SIGTERM or SIGINT and returns; runs `reload` at each SIGHUP and
// `tick` every `tick_ms` milliseconds.
void WaitForStop(const std::function<void()>& reload, const std::function<void()>& tick,
                 int64_t tick_ms);

void NotifyReady();
void NotifyStopping();

}  // namespace signpost

#endif  // SIGNPOST_PROTO_BASE_DAEMON_H_
