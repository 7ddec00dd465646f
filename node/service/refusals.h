// Refused calls, for the audit (CALL_REFUSED): who called without the right to, and
// why, so that the privacy officer sees a curious or expired user. At most some rows
// for one caller and hour, and then one row with the count of the rest, so that a
// flood of refused calls cannot fill the disk.
//
// Thread safety: all methods from any thread. Note() does no I/O; never call Write()
// on a gRPC thread.
// Security: a row says who called and the reason's code, and nothing that the call
// carried. What cannot be written is kept, within bounds, until it can.
#ifndef SIGNPOST_NODE_SERVICE_REFUSALS_H_
#define SIGNPOST_NODE_SERVICE_REFUSALS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

class Refusals {
 public:
  static constexpr uint32_t kRowsPerHour = 10;   // of one caller, each with its own row
  static constexpr size_t kMostCallers = 1'000;  // counted apart; beyond, together

  // Commits audit rows; an error leaves them for the next Write().
  using Commit = std::function<absl::Status(std::vector<v1::AuditRow>)>;
  Refusals(Commit commit, const Clock& clock) : commit_(std::move(commit)), clock_(clock) {}

  // `actor`: SPIFFE id of the caller, empty when its certificate names none. `reason`: of
  // proto/transport/errors.h. `peer_person`: whom a system asserted, if that was refused.
  void Note(std::string_view actor, std::string_view reason, std::string_view peer_person = "");
  // The same of a status that refuses. Others than PERMISSION_DENIED and UNAUTHENTICATED are not
  // noted.
  void Note(std::string_view actor, const absl::Status& status);

  // Commits what was noted, and the counts of hours that are over (note "<n> MORE").
  void Write();
  // The same with the hours that are not over yet: when the node stops.
  void Finish();

 private:
  struct Tally {
    int64_t from_ms = 0;  // of the hour
    uint32_t rows = 0;
    uint64_t more = 0;
  };
  // Hours that began before `began_before_ms` become a row if they have more to tell, and end.
  void CloseHours(int64_t began_before_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void CommitPending();

  const Commit commit_;
  const Clock& clock_;
  Mutex write_mutex_;  // one writer; taken before mutex_
  Mutex mutex_;
  std::map<std::string, Tally, std::less<>> tallies_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::AuditRow> pending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_REFUSALS_H_
