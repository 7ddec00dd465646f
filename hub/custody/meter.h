// How much blinding one member may ask for: counts batches, since a custodian
// cannot see what is in them (proto/PROTOCOL.md section 5). Pure arithmetic;
// meter_file.h keeps it over restarts.
//
//   QUESTIONS  batches of 32 a UTC day:     max(2,000, 3 % of the declared children)
//   DELTA      batches of 1,024 a UTC day:  max(48, 2 % of the enrolment allowance)
//   ENROLMENT  batches of 1,024 an epoch:   ceil(1.15 x declared x 20 / 1,024) + 8
//
// Use above an allowance is flagged; above twice the allowance it is refused. A directory may set
// a member's allowances itself. Counts are reserved ahead: what is written down covers the next
// evaluations too, so that a restart may lose a member some allowance and never gives it any.
//
// Invariants: used <= reserved <= the refusal limit; a counter never goes down.
//
// Thread safety: none of its own; MeterFile guards it.
#ifndef SIGNPOST_HUB_CUSTODY_METER_H_
#define SIGNPOST_HUB_CUSTODY_METER_H_

#include <absl/container/btree_map.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "signpost/v1/custody.pb.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::hub {

struct AllowanceLimits {
  uint64_t flag_above = 0;
  uint64_t refuse_above = 0;
};

// The limits of one member. `kind` is one of the three; anything else gets nothing.
AllowanceLimits LimitsOf(const v1::Member& member, v1::Allowance kind);

// The period a batch counts in: the UTC day number, or the epoch for ENROLMENT.
int64_t PeriodOf(v1::Allowance kind, uint32_t epoch, int64_t now_ms);

// When the count starts again, UTC; nothing for ENROLMENT, which refills with another epoch.
std::optional<int64_t> RefillsAtMs(v1::Allowance kind, int64_t now_ms);

struct MeterKey {
  std::string member;
  v1::Allowance kind = v1::ALLOWANCE_UNSPECIFIED;
  int64_t period = 0;

  auto operator<=>(const MeterKey&) const = default;
};

enum class Charge {
  kGranted,
  kFlagged,      // granted, above the allowance
  kNeedsSaving,  // not granted yet: Reserve(), write Serialise() down, and charge again
  kRefused,      // above twice the allowance
};

class Meter {
 public:
  // One batch.
  Charge TryCharge(const MeterKey& key, const AllowanceLimits& limits);
  // Reserves the next batches of this key, up to the refusal limit.
  void Reserve(const MeterKey& key, const AllowanceLimits& limits);
  // Takes back what Reserve added, when it could not be written down.
  void Unreserve(const MeterKey& key);

  // Drops what no longer limits anyone: days before yesterday, and the enrolment counts of an epoch
  // whose share is destroyed.
  void ForgetDaysBefore(int64_t day);
  void ForgetEpoch(uint32_t epoch);

  uint64_t Used(const MeterKey& key) const;

  // Lines of text: a heading, one counter a line (kind, period, member, reserved), an end line with
  // their number. What is read back counts as used in full.
  std::string Serialise() const;
  // Nothing if the text is not exactly what Serialise writes.
  static std::optional<Meter> Parse(std::string_view text);

 private:
  struct Count {
    uint64_t used = 0;
    uint64_t reserved = 0;
  };
  absl::btree_map<MeterKey, Count> counts_;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_CUSTODY_METER_H_
