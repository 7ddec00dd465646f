// What officers see of each member: when it was last heard, how many questions
// reached it and came back in the last 24 hours, how fast. In memory only, and
// only ever about one member: never who asked whom.
//
// Thread safety: none of its own; the switchboard guards it.
#ifndef SIGNPOST_HUB_ROUTING_MEMBER_STATS_H_
#define SIGNPOST_HUB_ROUTING_MEMBER_STATS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "signpost/v1/relay.pb.h"

namespace signpost::hub {

// A count over the last 24 hours, in buckets of an hour: between 23 and 24 hours are counted.
class DayCount {
 public:
  void Add(int64_t now_ms);
  uint64_t Total(int64_t now_ms) const;

 private:
  struct Bucket {
    int64_t hour = -1;
    uint64_t count = 0;
  };
  std::array<Bucket, 24> buckets_;
};

// The last 512 durations and their percentiles.
class DurationRing {
 public:
  void Add(int64_t ms);
  // Nearest rank; 0 when there is no sample. `percent` is 1 to 100.
  uint32_t Percentile(int percent) const;

 private:
  static constexpr size_t kSize = 512;
  std::vector<uint32_t> samples_;
  size_t next_ = 0;
};

struct MemberStats {
  bool connected = false;
  int64_t last_seen_ms = 0;
  int64_t clock_offset_ms = 0;
  std::string software_version;
  v1::NodeHealth health;
  DayCount asked;      // questions routed to it
  DayCount answered;   // answers that came in time
  DayCount questions;  // that it asked itself
  DurationRing claim_times;
};

}  // namespace signpost::hub

#endif  // SIGNPOST_HUB_ROUTING_MEMBER_STATS_H_
