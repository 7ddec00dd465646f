// What a question leaves at the desk without anybody being answered: alerts about
// shielded children and sensitive services, rows about askers who may not, and
// counts of weak touches (RULES.md sections 4 and 5).
//
// 1. The answering path only puts them into this queue: nothing is written
//    before a claim or an answer has been sealed, so that no reply, no moment
//    and no failing disk tells a shielded child from an unknown one.
// 2. Raise() and Touch() call the wake function; a thread of the caller's own
//    then calls Flush(), which commits them, each question's in one transaction
//    with its header hash, so that the question put again after a restart raises
//    nothing.
// 3. What could not be committed stays and is tried again at the next Flush().
//
// Bounded: alike alerts that wait are counted, not repeated; when the queue is
// full another person's alert is counted with the oldest about the same child.
// Only an alert about a child of whom none waits may exceed the bound, and there
// are no more of those than protected children.
//
// Thread safety: any thread; Flush() never under a lock that answering takes, and
// never on an answering or a gRPC callback thread.
// Security: a failed commit is the caller's to log by its code and nothing else: it must change no
// claim's status and no readiness, which others see. Alerts not yet committed die with the process.
#ifndef SIGNPOST_NODE_LOOKUP_DESK_ALERTS_H_
#define SIGNPOST_NODE_LOOKUP_DESK_ALERTS_H_

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "node/lookup/lookup_store.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "signpost/v1/desk.pb.h"
#include "signpost/v1/node.pb.h"

namespace signpost::node {

// Everything one question leaves.
struct DeskAlert {
  std::vector<v1::DeskItem> items;
  std::vector<v1::AuditRow> rows;
  std::optional<SeenEntry> seen;  // absent when a claim has committed it, or nothing was received

  bool empty() const { return items.empty() && rows.empty(); }
};

class DeskAlerts {
 public:
  static constexpr size_t kDefaultCapacity = 1024;
  static constexpr size_t kMaxSeen = 65'536;  // beyond it the oldest go: those would alert again

  // Both must outlive it.
  DeskAlerts(LookupStore& store, const Clock& clock, size_t capacity = kDefaultCapacity);

  // Called after each Raise() and Touch(), on their thread: must be quick and not call back. Set it
  // before anything is answered.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }

  // An empty one is ignored.
  void Raise(DeskAlert alert);
  void Raise(v1::DeskItem item, std::optional<SeenEntry> seen);
  // A protected child's record was hit by tags that do not meet the reveal policy.
  void Touch(int64_t child_id);

  // Commits what waits, oldest first, and returns the first failure. Stops at UNAVAILABLE; what the
  // store will not take for another reason waits behind the others.
  absl::Status Flush();
  // Alerts that are not yet committed; touches apart.
  size_t pending() const;

 private:
  struct Entry {
    DeskAlert alert;              // its `seen` is in `seen`
    std::vector<SeenEntry> seen;  // of every question counted in it
    bool in_flight = false;
    bool whole = true;  // false: taken apart, and not to be joined again
  };
  static bool Alike(const Entry& a, const Entry& b);
  static bool SameChildren(const Entry& a, const Entry& b);
  static void Join(Entry& into, Entry from);
  // The waiting one that `entry` is to be counted with; null: none.
  Entry* CountedWith(const Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void BoundSeen() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeApart(std::list<Entry>::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status FlushTouches();
  absl::Status FlushOldest();

  LookupStore& store_;
  const Clock& clock_;
  const size_t capacity_;
  std::function<void()> wake_;
  Mutex flush_mutex_;  // one flush at a time; taken before mutex_
  mutable Mutex mutex_;
  std::list<Entry> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t seen_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<int64_t, uint32_t> touches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_DESK_ALERTS_H_
