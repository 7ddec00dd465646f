#include "proto/transport/grpc_log.h"

#include <grpc/support/log.h>

#include <string_view>

#include "proto/base/log.h"

namespace signpost {
namespace {

void OnGrpcLine(gpr_log_func_args* line) {
  if (line->severity != GPR_LOG_SEVERITY_ERROR) return;
  if (std::string_view(line->message).starts_with("Handshake failed")) {
    Log(Severity::kWarning, "tls.handshake_failed");
  }
}

}  // namespace

void ReplaceGrpcLog() { gpr_set_log_function(OnGrpcLine); }

}  // namespace signpost
