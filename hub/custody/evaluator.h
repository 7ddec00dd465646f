// One evaluation request, decided and done: size, epoch, allowance, then the
// scalar multiplications and their proof.
//
// Thread safety: Evaluate from any thread.
// Security: who asks has been admitted by the caller. Nothing about a batch is
// logged but its member, kind, and that it was flagged (once a day) or refused.
#ifndef SIGNPOST_HUB_CUSTODY_EVALUATOR_H_
#define SIGNPOST_HUB_CUSTODY_EVALUATOR_H_

#include <cstdint>
#include <optional>

#include "hub/custody/daily_notice.h"
#include "hub/custody/key_store.h"
#include "hub/custody/meter_file.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "signpost/v1/custody.pb.h"

namespace signpost::hub {

enum class EvaluateResult {
  kDone,
  kBatchSize,     // not 32 points for QUESTIONS, not 1,024 otherwise, or no kind
  kUnknownEpoch,  // not listed, not live, or not held as published
  kAllowance,
  kMeterUnwritable,
  kBadPoint,  // one is not a canonical group element, or is the identity; it was counted
};

struct EvaluateOutcome {
  EvaluateResult result = EvaluateResult::kDone;
  v1::EvaluateResponse response;         // kDone
  uint64_t limit = 0;                    // kAllowance: batches
  std::optional<int64_t> refills_at_ms;  // kAllowance: UTC; absent for ENROLMENT
};

class Evaluator {
 public:
  // All must outlive this; `random` must be usable from several threads.
  Evaluator(const Clock& clock, Random& random, const KeyStore& keys, MeterFile& meter)
      : clock_(clock), random_(random), keys_(keys), meter_(meter) {}

  EvaluateOutcome Evaluate(const v1::EvaluateRequest& request, const v1::Member& member,
                           const VerifiedDirectory& directory);

 private:
  const Clock& clock_;
  Random& random_;
  const KeyStore& keys_;
  MeterFile& meter_;
  DailyNotice flagged_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_CUSTODY_EVALUATOR_H_
