#include "hub/custody/meter_file.h"

#include <utility>

#include "proto/base/file.h"
#include "proto/base/log.h"

namespace signpost::hub {

absl::StatusOr<std::unique_ptr<MeterFile>> MeterFile::Open(std::string path, const Clock& clock) {
  Meter meter;
  if (FileExists(path)) {
    SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    std::optional<Meter> read = Meter::Parse(text);
    if (!read) {
      return absl::DataLossError(absl::StrCat(
          path, " is not a meter: restore it, or delete it, which refills every allowance"));
    }
    meter = *std::move(read);
  } else {
    SIGNPOST_RETURN_IF_ERROR(WriteFileAtomic(path, meter.Serialise(), 0600));
    Log(Severity::kWarning, "custody.meter.new", {{"path", LogPath{path}}});
  }
  return std::unique_ptr<MeterFile>(new MeterFile(std::move(path), clock, std::move(meter)));
}

MeterVerdict MeterFile::Charge(const v1::Member& member, v1::Allowance kind, uint32_t epoch) {
  MutexLock lock(mutex_);
  const int64_t now_ms = clock_.NowMs();
  const MeterKey key = {member.code(), kind, PeriodOf(kind, epoch, now_ms)};
  const AllowanceLimits limits = LimitsOf(member, kind);
  MeterVerdict verdict;
  verdict.limit = limits.refuse_above;
  verdict.refills_at_ms = RefillsAtMs(kind, now_ms);
  hub::Charge charge = meter_.TryCharge(key, limits);
  if (charge == hub::Charge::kNeedsSaving) {
    // Yesterday stays: a clock set back over midnight must not refill it.
    meter_.ForgetDaysBefore(PeriodOf(v1::QUESTIONS, 0, now_ms) - 1);
    meter_.Reserve(key, limits);
    if (!WriteFileAtomic(path_, meter_.Serialise(), 0600).ok()) {
      meter_.Unreserve(key);
      verdict.kind = MeterVerdict::kUnwritable;
      return verdict;
    }
    charge = meter_.TryCharge(key, limits);
  }
  verdict.flagged = charge == hub::Charge::kFlagged;
  const bool granted = charge == hub::Charge::kGranted || verdict.flagged;
  verdict.kind = granted ? MeterVerdict::kGranted : MeterVerdict::kRefused;
  return verdict;
}

void MeterFile::ForgetEpoch(uint32_t epoch) {
  MutexLock lock(mutex_);
  meter_.ForgetEpoch(epoch);
}

}  // namespace signpost::hub
