#include "node/service/audit_service.h"

#include <algorithm>
#include <utility>

#include "node/service/streaming.h"
#include "node/service/unary.h"
#include "proto/base/log.h"

namespace signpost::node {
namespace {

constexpr uint32_t kMostRows = 1000;

// Rows of the time before the desk had a journal of its own: that somebody typed a protected
// child's details is the desk's to know.
bool IsTheDesks(const v1::AuditRow& row) { return row.kind() == v1::AuditRow::PROTECTED_TYPED; }

absl::Status Unreadable(const absl::Status& status) {
  Log(Severity::kError, "audit.unreadable", {{"code", status.code()}});
  return MakeError(absl::StatusCode::kUnavailable, reason::kStoreFailed,
                   "the audit log cannot be read; the node's administrator must look at the disk");
}

}  // namespace

grpc::ServerWriteReactor<v1::AuditRow>* AuditService::ListAudit(
    grpc::CallbackServerContext* context, const v1::ListAuditRequest* request) {
  const uint64_t before = request->before_number();
  const size_t limit = request->limit() == 0 ? kMostRows : std::min(request->limit(), kMostRows);
  return RunStream<v1::AuditRow>(
      context, users_, clock_, executor_,
      [](const Caller& caller) { return NeedsRole(caller, {v1::PRIVACY_OFFICER}); },
      [this, before, limit](const Caller& caller, ServerStream<v1::AuditRow>& stream) {
        auto rows = store_.ListAudit(before, limit);
        if (!rows.ok()) return Unreadable(rows.status());
        for (v1::AuditRow& row : *rows) {
          if (IsTheDesks(row) && !caller.Has(v1::DESK_WORKER)) continue;
          stream.Send(std::move(row));
        }
        return absl::OkStatus();
      });
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
