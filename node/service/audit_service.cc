#include "node/service/audit_service.h"

#include <algorithm>
#include <utility>

#include "node/service/server_stream.h"
#include "node/service/unary.h"
#include "proto/base/log.h"

namespace signpost::node {
namespace {

constexpr uint32_t kMostRows = 1000;

absl::Status Unreadable(const absl::Status& status) {
  Log(Severity::kError, "audit.unreadable", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "the audit log cannot be read; the node's administrator must look at the disk");
}

}  // namespace

grpc::ServerWriteReactor<v1::AuditRow>* AuditService::ListAudit(
    grpc::CallbackServerContext* context, const v1::ListAuditRequest* request) {
  const auto stream = ServerStream<v1::AuditRow>::Make();
  absl::Status refused = CheckDeadline(*context);
  if (refused.ok()) {
    const auto caller = users_.Identify(*context->auth_context(), clock_.NowMs());
    refused = caller.ok() ? NeedsRole(*caller, {v1::PRIVACY_OFFICER}) : caller.status();
  }
  if (!refused.ok()) {
    stream->End(refused);
    return stream.get();
  }
  const uint64_t before = request->before_number();
  const size_t limit = request->limit() == 0 ? kMostRows : std::min(request->limit(), kMostRows);
  const bool accepted = executor_.TryRun([this, stream, before, limit] {
    auto rows = store_.ListAudit(before, limit);
    if (!rows.ok()) {
      stream->End(Unreadable(rows.status()));
      return;
    }
    for (v1::AuditRow& row : *rows) stream->Send(std::move(row));
    stream->End(absl::OkStatus());
  });
  if (!accepted) {
    stream->End(MakeError(absl::StatusCode::kUnavailable, reason::kBusy,
                          "this node is busy; try again in a moment", 1000));
  }
  return stream.get();
}

grpc::ServerUnaryReactor* AuditService::VerifyAudit(grpc::CallbackServerContext* context,
                                                    const v1::VerifyAuditRequest* /*request*/,
                                                    v1::VerifyAuditReply* response) {
  return RunUnary(
      context, users_, clock_, executor_,
      [](const Caller& caller) {
        return NeedsRole(caller, {v1::PRIVACY_OFFICER, v1::NODE_ADMIN});
      },
      [this, response](const Caller& /*caller*/) {
        const auto result = store_.VerifyAudit();
        if (!result.ok()) return Unreadable(result.status());
        response->set_rows(result->rows);
        response->set_intact(result->intact);
        response->set_first_bad_number(result->first_bad_number);
        response->set_head(result->head);
        return absl::OkStatus();
      });
}

}  // namespace signpost::node
