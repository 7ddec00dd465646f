#include "hub/service/custodian_service.h"

#include <absl/time/time.h>

#include <optional>
#include <utility>

#include "hub/service/endings.h"
#include "proto/transport/errors.h"

namespace signpost::hub {
namespace {

using absl::StatusCode;

absl::Status AllowanceError(v1::Allowance kind, const EvaluateOutcome& outcome, int64_t now_ms) {
  const std::string& name = v1::Allowance_Name(kind);
  if (!outcome.refills_at_ms) {
    return MakeError(StatusCode::kResourceExhausted, reason::kAllowance,
                     absl::StrCat("the ", name, " allowance of this epoch is used up (",
                                  outcome.limit, " batches); it refills with the next epoch"));
  }
  const std::string when = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(*outcome.refills_at_ms), absl::UTCTimeZone());
  return MakeError(StatusCode::kResourceExhausted, reason::kAllowance,
                   absl::StrCat("the ", name, " allowance of this day is used up (", outcome.limit,
                                " batches); it refills at ", when),
                   *outcome.refills_at_ms - now_ms);
}

absl::Status ErrorOf(v1::Allowance kind, const EvaluateOutcome& outcome, int64_t now_ms) {
  switch (outcome.result) {
    case EvaluateResult::kDone:
      return absl::OkStatus();
    case EvaluateResult::kBatchSize:
      return MakeError(StatusCode::kInvalidArgument, reason::kBatchSize,
                       "QUESTIONS takes 32 points, ENROLMENT and DELTA take 1,024");
    case EvaluateResult::kUnknownEpoch:
      return MakeError(StatusCode::kNotFound, reason::kUnknownEpoch,
                       "this custodian serves no such epoch now");
    case EvaluateResult::kAllowance:
      return AllowanceError(kind, outcome, now_ms);
    case EvaluateResult::kMeterUnwritable:
      return MakeError(StatusCode::kUnavailable, reason::kMeterUnwritable,
                       "this custodian cannot count: its operator must look at the disk");
    case EvaluateResult::kBadPoint:
      return MakeError(StatusCode::kInvalidArgument, reason::kBadPoint,
                       "a point is not a valid group element");
  }
  return absl::InternalError("result");
}

}  // namespace

absl::Status CustodianService::Work(const Peer& peer, const v1::EvaluateRequest& request,
                                    v1::EvaluateResponse& response) {
  // Judged again: the batch may have waited while an order came.
  const int64_t now_ms = callers_.NowMs();
  SIGNPOST_RETURN_IF_ERROR(AdmitMember(peer, callers_.book(), now_ms));
  const DirectorySnapshot snapshot = callers_.book().Snapshot(now_ms);
  if (snapshot.directory == nullptr) return StatusOf(Ending::kDirectoryExpired);
  const v1::Member* member = snapshot.directory->FindMember(peer.identity.name);
  if (member == nullptr) return StatusOf(Ending::kNotAMember);
  EvaluateOutcome outcome = evaluator_.Evaluate(request, *member, *snapshot.directory);
  response = std::move(outcome.response);
  return ErrorOf(request.allowance(), outcome, now_ms);
}

grpc::ServerUnaryReactor* CustodianService::Evaluate(grpc::CallbackServerContext* context,
                                                     const v1::EvaluateRequest* request,
                                                     v1::EvaluateResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::Status status = CallBudgetMs(*context).status();
  absl::StatusOr<Peer> peer = callers_.PeerOf(*context);
  if (status.ok()) status = peer.status();
  if (status.ok()) status = AdmitMember(*peer, callers_.book(), callers_.NowMs());
  if (!status.ok()) {
    reactor->Finish(ToGrpc(status));
    return reactor;
  }
  const bool queued =
      workers_.Submit([this, reactor, context, peer = *std::move(peer), request, response] {
        // Nobody waits for this one any more.
        if (context->IsCancelled()) {
          reactor->Finish(grpc::Status::CANCELLED);
          return;
        }
        reactor->Finish(ToGrpc(Work(peer, *request, *response)));
      });
  if (!queued) {
    reactor->Finish(ToGrpc(MakeError(StatusCode::kResourceExhausted, reason::kBusy,
                                     "too many evaluations are waiting", 1000)));
  }
  return reactor;
}

}  // namespace signpost::hub
