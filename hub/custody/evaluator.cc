#include "hub/custody/evaluator.h"

#include <utility>

#include "proto/base/log.h"
#include "proto/limits.h"

namespace signpost::hub {
namespace {

constexpr size_t kPointSize = 32;

bool SizeFits(const v1::EvaluateRequest& request) {
  switch (request.allowance()) {
    case v1::QUESTIONS:
      return request.points().size() == kQuestionBatch * kPointSize;
    case v1::ENROLMENT:
    case v1::DELTA:
      return request.points().size() == kEnrolmentBatch * kPointSize;
    default:
      return false;
  }
}

}  // namespace

EvaluateOutcome Evaluator::Evaluate(const v1::EvaluateRequest& request, const v1::Member& member,
                                    const VerifiedDirectory& directory) {
  EvaluateOutcome outcome;
  if (!SizeFits(request)) {
    outcome.result = EvaluateResult::kBatchSize;
    return outcome;
  }
  const KeyStore::Found found = keys_.Find(request.epoch(), directory, clock_.NowMs());
  if (found.share == nullptr) {
    outcome.result = EvaluateResult::kUnknownEpoch;
    return outcome;
  }
  const MeterVerdict verdict = meter_.Charge(member, request.allowance(), request.epoch());
  if (verdict.kind != MeterVerdict::kGranted) {
    const bool refused = verdict.kind == MeterVerdict::kRefused;
    outcome.result = refused ? EvaluateResult::kAllowance : EvaluateResult::kMeterUnwritable;
    outcome.limit = verdict.limit;
    outcome.refills_at_ms = verdict.refills_at_ms;
    Log(refused ? Severity::kWarning : Severity::kError,
        refused ? Literal("custody.allowance.refused") : Literal("custody.meter.unwritable"),
        {{"member", LogCode{member.code()}}});
    return outcome;
  }
  if (verdict.flagged && flagged_.Due(member.code(), request.allowance(), clock_.NowMs())) {
    Log(Severity::kWarning, "custody.allowance.flagged", {{"member", LogCode{member.code()}}});
  }
  absl::StatusOr<Evaluation> evaluation =
      signpost::Evaluate(found.share->secret, found.share->public_share, request.points(), random_);
  if (!evaluation.ok()) {
    outcome.result = EvaluateResult::kBadPoint;
    return outcome;
  }
  outcome.response.set_points(std::move(evaluation->points));
  outcome.response.set_proof(std::move(evaluation->proof));
  return outcome;
}

}  // namespace signpost::hub
