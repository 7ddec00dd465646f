// The meter on disk: no evaluation leaves before the file says that it was
// counted, and a restart refills nothing.
//
// Thread safety: every method, from any thread; a write holds up the others.
// Security: a file that is damaged stops the custodian; deleting it is an
// operator's decision, and is logged as a new meter.
#ifndef SIGNPOST_HUB_CUSTODY_METER_FILE_H_
#define SIGNPOST_HUB_CUSTODY_METER_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "hub/custody/meter.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/status.h"

namespace signpost::hub {

struct MeterVerdict {
  enum Kind {
    kGranted,
    kRefused,     // above twice the allowance
    kUnwritable,  // nothing was counted and nothing may leave
  };
  Kind kind = kGranted;
  bool flagged = false;
  uint64_t limit = 0;                    // batches
  std::optional<int64_t> refills_at_ms;  // UTC
};

class MeterFile {
 public:
  // Reads the file, or makes one. DATA_LOSS when it is there and is not a meter; errors of
  // ReadFile and WriteFileAtomic.
  static absl::StatusOr<std::unique_ptr<MeterFile>> Open(std::string path, const Clock& clock);

  // Counts one batch of `member`. On return a granted one is on disk.
  MeterVerdict Charge(const v1::Member& member, v1::Allowance kind, uint32_t epoch);
  void ForgetEpoch(uint32_t epoch);

 private:
  MeterFile(std::string path, const Clock& clock, Meter meter)
      : path_(std::move(path)), clock_(clock), meter_(std::move(meter)) {}

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  Meter meter_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_CUSTODY_METER_FILE_H_
