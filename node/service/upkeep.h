// Upkeep: the scheduled pass by which records are kept and forgotten
// (rules/retention.h). At start and once a day:
//
//   1. Records without blocking digests get them, and with them their duplicates.
//   2. May the clock be believed? If not, nothing is archived, reopened or destroyed.
//   3. Every child, in small batches: archived, reopened or destroyed; then its involvements.
//   4. UPKEEP_DONE in the audit, with counts.
//   5. Whatever was destroyed leaves the write-ahead log too; tried again until it has.
//
// A pass that was cut off (a kill, a full disk) begins again: each record is judged by what the
// store says, and is archived or destroyed in one transaction with its audit row, so nothing
// happens twice.
//
// The clock. What is destroyed does not come back, so a clock that says much later than it should
// must not destroy. It is believed
//   - while it has moved, since the last pass that believed it, as the monotonic clock has, to a
//     day; or, that pass being an earlier process's, by no more than two days and not back;
//   - otherwise after it has gone on steadily, pass by pass, for two days.
// So a jump of more than a day, a node that was off for long, a restored backup and a new database
// all wait two days, in which people can set the clock right. A clock set back is no danger; it
// waits too, and then goes on.
//
// DESTROYED rows carry no case reference: evidence_hash is CaseDigest(case reference) for a child,
// and CaseDigest(case reference ‖ LF ‖ involvement reference) for an involvement.
//
// Thread safety: all methods may be called from several threads, never from gRPC's; one pass at a
// time.
// Security: logs and audit say counts, never whom.
#ifndef SIGNPOST_NODE_SERVICE_UPKEEP_H_
#define SIGNPOST_NODE_SERVICE_UPKEEP_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "node/rules/retention.h"
#include "node/service/record_gate.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"

namespace signpost::node {

struct UpkeepCounts {
  uint64_t children = 0;  // looked at
  uint64_t expired = 0;   // involvements whose review-by date passed since the last pass
  uint64_t archived = 0;
  uint64_t reopened = 0;
  uint64_t destroyed = 0;  // children
  uint64_t involvements_destroyed = 0;
  uint64_t undated = 0;      // nobody can say when to archive them: for the data manager
  uint64_t shields_due = 0;  // shields whose review-by date has passed; they stay
  bool clock_doubted = false;
};

class Upkeep {
 public:
  // Everything must outlive it.
  Upkeep(Store& store, RecordGate& gate, const Clock& clock, RecordsChanged changed);
  // As Stop().
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Starts the thread: a pass now, and one a day.
  void Start();
  // Ends a running pass after the record it is at.
  void Stop();
  // One pass, now. Errors of the store: what was done stays done, and a later pass does the rest.
  // CANCELLED after Stop().
  absl::StatusOr<UpkeepCounts> RunOnce();
  // The clock at the end of the last whole pass; 0: never.
  int64_t LastMs() const { return last_ms_; }

 private:
  // What is remembered between passes.
  struct Memory {
    int64_t last_ms = 0;      // last whole pass
    int64_t believed_ms = 0;  // last whole pass that believed the clock
    int64_t doubted_ms = 0;   // since when it is doubted; 0: it is not
    bool log_due = false;     // something was destroyed, and may be in the write-ahead log
  };
  // One pass.
  struct Round {
    int64_t now_ms = 0;
    int64_t monotonic_ms = 0;
    std::chrono::sys_days today;
    bool believes = false;
    Memory memory;  // as it was before, but for log_due
    UpkeepCounts counts;
    std::vector<int64_t> gone;
    bool reopened = false;
  };

  void Run();
  bool Due();
  bool Stopping();
  // Waits between batches, so that writers come through. CANCELLED by Stop().
  absl::Status Breathe(int64_t ms);
  absl::StatusOr<Memory> Load();
  absl::Status Save(const Memory& memory);
  // The memory after this pass: doubted_ms is 0 exactly when the clock is believed.
  Memory Judge(const Round& round) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  bool AsBelieved(const Round& round) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  bool SteadySinceLast(const Round& round) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);

  absl::Status CatchUpDuplicates(int64_t now_ms);
  absl::Status CareForAll(Round& round);
  absl::Status CareFor(int64_t child_id, Round& round);
  absl::Status CareForInvolvements(const ChildRow& child, Round& round);
  // Each judges the record again while nobody else writes: a correction may have come first.
  absl::Status SetArchived(int64_t child_id, ChildFate fate, Round& round);
  absl::Status Destroy(int64_t child_id, Round& round);
  absl::Status DestroyInvolvement(const ChildRow& child, int64_t involvement_id, Round& round);
  // Remembers that the log must be emptied, before the first destruction.
  absl::Status OweLog(Round& round);
  // Empties the log if that is owed; false while it still is.
  bool PayLog(int attempts) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pass_mutex_);
  absl::Status RecordDone(const Round& round);

  Store& store_;
  RecordGate& gate_;
  const Clock& clock_;
  const RecordsChanged changed_;

  Mutex pass_mutex_;  // one pass at a time; taken before the gate's
  // The monotonic clock at the last whole pass of this process, and at the last believing one.
  std::optional<int64_t> last_monotonic_ms_ ABSL_GUARDED_BY(pass_mutex_);
  std::optional<int64_t> believed_monotonic_ms_ ABSL_GUARDED_BY(pass_mutex_);
  std::atomic<int64_t> last_ms_{0};
  std::atomic<bool> log_due_{false};

  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_UPKEEP_H_
