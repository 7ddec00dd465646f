// Enrolment in the background: every record of the store gets its tags for
// every live epoch, evaluated by both custodians, and the index learns of them.
//
// 1. For each live epoch whose golden keys this node reproduces: the records
//    that wait, longest first, in batches of 1,024 points, both custodians at once.
//    While they evaluate one batch, this node finishes the one before and blinds
//    the next.
// 2. Each finished batch is stored whole: a node that is killed goes on where
//    it was. The index takes what is new at the end, and now and then meanwhile.
// 3. When nothing waits, the index watermark moves with the clock.
// 4. Retired epochs are deleted from store and index.
//
// Thread safety: Start(), Wake(), Forget() and Status() from any thread; the work runs on
// one thread of its own.
// Security: an epoch whose golden hash differs is refused: its keys would match
// nobody. A batch with a bad proof is not used and not retried at once.
#ifndef SIGNPOST_NODE_SERVICE_ENROLMENT_H_
#define SIGNPOST_NODE_SERVICE_ENROLMENT_H_

#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "node/lookup/enrolment_plan.h"
#include "node/lookup/tag_index.h"
#include "node/service/custodian_client.h"
#include "node/service/executor.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "proto/directory/directory_book.h"

namespace signpost::node {

class Enrolment {
 public:
  struct EpochStatus {
    uint32_t epoch = 0;
    uint64_t enrolled = 0;
    uint64_t records = 0;
  };

  Enrolment(std::string authority, Store& store, TagIndex& index, CustodianClient& custodians,
            const DirectoryBook& book, const Clock& clock, Random& random);
  ~Enrolment();
  Enrolment(const Enrolment&) = delete;
  Enrolment& operator=(const Enrolment&) = delete;

  // Fills the index from the store for every epoch that has tags, then starts the thread.
  absl::Status Start();
  // Something changed: records or the directory. Returns at once.
  void Wake();
  // The same; `children` are archived or no more, and the index lets go of their tags.
  void Forget(const std::vector<int64_t>& children);
  std::vector<EpochStatus> Status() const;

 private:
  using DirectoryPtr = std::shared_ptr<const VerifiedDirectory>;

  void Run();
  bool Stopping() const;
  bool Woken() const;
  absl::Status LoadIndex(uint32_t epoch);
  // One pass over every live epoch. False when some of it failed and is to be tried again.
  bool Pass();
  absl::Status EnrolEpoch(const DirectoryPtr& directory, const v1::Epoch& epoch,
                          const std::vector<int64_t>& gone);
  // A batch at the custodians; dropped unused when the one before it fails.
  struct InFlight {
    EnrolmentBatch batch;
    std::future<absl::StatusOr<EvaluationPair>> pair;
  };
  // Sends the next batch of what `planner` holds, then finishes the one in `flying`, which it
  // replaces. False when the planner holds nothing: then nothing is in flight either.
  absl::StatusOr<bool> RunBatch(const DirectoryPtr& directory, const v1::Epoch& epoch,
                                EnrolmentPlanner& planner, v1::Allowance allowance,
                                std::optional<InFlight>& flying);
  InFlight Send(const DirectoryPtr& directory, const v1::Epoch& epoch, EnrolmentBatch batch,
                v1::Allowance allowance);
  // Waits for the evaluations, checks and stores.
  absl::Status FinishInFlight(const v1::Epoch& epoch, InFlight flight);
  // Plans, evaluates and stores `items`. Returns how many records were stored.
  absl::StatusOr<uint64_t> EnrolItems(const DirectoryPtr& directory, const v1::Epoch& epoch,
                                      const std::vector<EnrolmentItem>& items,
                                      v1::Allowance allowance);
  void Collect(const std::vector<TagSet>& sets);
  // Gives the index what was collected, and the watermark and the longest wait.
  absl::Status FlushIndex(uint32_t epoch, int64_t watermark_ms);
  void Retire(const std::vector<const v1::Epoch*>& live);
  std::vector<int64_t> TakeGone();

  const std::string authority_;
  Store& store_;
  TagIndex& index_;
  CustodianClient& custodians_;
  const DirectoryBook& book_;
  const Clock& clock_;
  Random& random_;
  const std::string golden_hash_;
  Executor evaluating_{1, 2};  // waits for the custodians beside the enrolling thread
  // Stored and not yet in the index, of the epoch being worked on.
  std::vector<int64_t> collected_children_;  // also those that are to leave it
  std::vector<HintEntry> collected_hints_;
  int64_t last_flush_ms_ = 0;
  uint64_t stored_records_ = 0;

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int64_t> gone_ ABSL_GUARDED_BY(mutex_);
  std::vector<EpochStatus> status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_ENROLMENT_H_
