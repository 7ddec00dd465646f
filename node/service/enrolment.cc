#include "node/service/enrolment.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "node/matching/golden.h"
#include "proto/base/log.h"
#include "proto/crypto/match_key.h"

namespace signpost::node {
namespace {

constexpr int64_t kPassIntervalMs = 60'000;
// After a failure: doubled each time, so that one custodian's outage does not spend the other's
// allowance.
constexpr int64_t kFirstRetryMs = 5'000;
constexpr int64_t kLongestRetryMs = 600'000;
constexpr int64_t kFlushMs = 30'000;
constexpr int64_t kEvaluateDeadlineMs = 30'000;
constexpr size_t kFeed = 4096;
// More records waiting than this is enrolment of an epoch, not of the day's changes.
constexpr uint64_t kBulk = 256;

// Enough of the records can be found for "nothing to report" to be true. A node that holds no
// record yet has not been filled: it has no answer, not an empty one.
bool Ready(const EnrolmentCount& count) {
  return count.records > 0 && count.enrolled * 100 >= count.records * 95;
}

HintEntry EntryOf(int64_t child_id, int64_t revision, uint16_t ordinal, uint8_t key_type,
                  std::string_view hint) {
  HintEntry entry;
  std::memcpy(entry.hint.data(), hint.data(), std::min(hint.size(), entry.hint.size()));
  entry.ref = {child_id, revision, ordinal, key_type};
  return entry;
}

}  // namespace

Enrolment::Enrolment(std::string authority, Store& store, TagIndex& index,
                     CustodianClient& custodians, const DirectoryBook& book, const Clock& clock,
                     Random& random)
    : authority_(std::move(authority)),
      store_(store),
      index_(index),
      custodians_(custodians),
      book_(book),
      clock_(clock),
      random_(random),
      golden_hash_(GoldenHash()) {}

Enrolment::~Enrolment() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

absl::Status Enrolment::Start() {
  SIGNPOST_ASSIGN_OR_RETURN(const std::vector<uint32_t> epochs, store_.ListTagEpochs());
  for (const uint32_t epoch : epochs) SIGNPOST_RETURN_IF_ERROR(LoadIndex(epoch));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Enrolment::Wake() {
  const MutexLock lock(mutex_);
  woken_ = true;
  wake_.NotifyAll();
}

void Enrolment::Forget(const std::vector<int64_t>& children) {
  const MutexLock lock(mutex_);
  gone_.insert(gone_.end(), children.begin(), children.end());
  woken_ = true;
  wake_.NotifyAll();
}

std::vector<int64_t> Enrolment::TakeGone() {
  std::vector<int64_t> taken;
  {
    const MutexLock lock(mutex_);
    taken = std::exchange(gone_, {});
  }
  // One that was reopened meanwhile keeps its tags: without them nobody would find the child.
  std::erase_if(taken, [this](int64_t child_id) {
    const auto child = store_.GetChild(child_id);
    return !absl::IsNotFound(child.status()) && !(child.ok() && child->flags.archived);
  });
  return taken;
}

std::vector<Enrolment::EpochStatus> Enrolment::Status() const {
  const MutexLock lock(mutex_);
  return status_;
}

bool Enrolment::Stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

bool Enrolment::Woken() const {
  const MutexLock lock(mutex_);
  return woken_;
}

void Enrolment::Run() {
  int64_t retry_ms = kFirstRetryMs;
  for (;;) {
    {
      const MutexLock lock(mutex_);
      woken_ = false;
    }
    const bool complete = Pass();
    index_.Advance(SlotOf(clock_.NowMs()));
    const MutexLock lock(mutex_);
    // The next slot's tables are built when this member's moment in the slot comes.
    const int64_t now_ms = clock_.NowMs();
    const int64_t slot = SlotOf(now_ms);
    int64_t moment_ms = slot * kSlotMs + RotationMoment(authority_, slot);
    if (moment_ms <= now_ms) moment_ms += kSlotMs;
    const int64_t wait_ms =
        std::min(complete ? kPassIntervalMs : retry_ms, std::max<int64_t>(1, moment_ms - now_ms));
    retry_ms = complete ? kFirstRetryMs : std::min(2 * retry_ms, kLongestRetryMs);
    const int64_t until_ms = clock_.MonotonicMs() + wait_ms;
    while (!stopping_ && !woken_ && clock_.MonotonicMs() < until_ms) {
      wake_.WaitForMs(mutex_, until_ms - clock_.MonotonicMs());
    }
    if (stopping_) return;
    if (woken_) retry_ms = kFirstRetryMs;
  }
}

absl::Status Enrolment::LoadIndex(uint32_t epoch) {
  const int64_t now_ms = clock_.NowMs();
  std::vector<HintEntry> entries;
  SIGNPOST_RETURN_IF_ERROR(store_.ForEachHint(
      epoch, [&entries](int64_t child_id, int64_t revision, const std::vector<HintView>& hints) {
        for (const HintView& hint : hints) {
          if (hint.ask_only) continue;
          entries.push_back(EntryOf(child_id, revision, hint.ordinal, hint.key_type, hint.hint));
        }
      }));
  SIGNPOST_ASSIGN_OR_RETURN(const EnrolmentCount count, store_.CountEnrolment(epoch));
  const int64_t watermark_ms = count.oldest_waiting_ms > 0 ? count.oldest_waiting_ms : now_ms;
  index_.SetHints(epoch, HintSet::Build(std::move(entries)), watermark_ms, SlotOf(now_ms),
                  Ready(count), count.oldest_waiting_ms);
  return absl::OkStatus();
}

bool Enrolment::Pass() {
  const int64_t now_ms = clock_.NowMs();
  const auto directory = book_.Snapshot(now_ms).directory;
  if (directory == nullptr) return false;
  const std::vector<const v1::Epoch*> live = directory->LiveEpochs(now_ms);
  Retire(live);
  const std::vector<int64_t> gone = TakeGone();
  bool complete = true;
  std::vector<EpochStatus> status;
  for (const v1::Epoch* epoch : live) {
    if (Stopping()) return true;
    const absl::Status result = EnrolEpoch(directory, *epoch, gone);
    if (!result.ok()) {
      complete = false;
      Log(Severity::kWarning, "enrolment.failed",
          {{"epoch", uint64_t{epoch->epoch()}}, {"code", result.code()}});
    }
    const auto count = store_.CountEnrolment(epoch->epoch());
    if (count.ok()) status.push_back({epoch->epoch(), count->enrolled, count->records});
  }
  const MutexLock lock(mutex_);
  if (!complete) gone_.insert(gone_.end(), gone.begin(), gone.end());
  status_ = std::move(status);
  return complete;
}

absl::Status Enrolment::EnrolEpoch(const DirectoryPtr& directory, const v1::Epoch& epoch,
                                   const std::vector<int64_t>& gone) {
  if (epoch.golden_hash() != golden_hash_) {
    return absl::FailedPreconditionError(
        "this node does not reproduce the epoch's golden keys: its keys would match nobody; "
        "install the version that the officers name");
  }
  if (index_.Hints(epoch.epoch()) == nullptr) SIGNPOST_RETURN_IF_ERROR(LoadIndex(epoch.epoch()));
  SIGNPOST_ASSIGN_OR_RETURN(const EnrolmentCount before, store_.CountEnrolment(epoch.epoch()));
  const uint64_t waiting = before.records - std::min(before.records, before.enrolled);
  const v1::Allowance allowance = waiting > kBulk ? v1::ENROLMENT : v1::DELTA;
  const int64_t start_ms = clock_.NowMs();
  collected_children_ = gone;
  collected_hints_.clear();
  last_flush_ms_ = clock_.MonotonicMs();
  absl::Status result;
  uint64_t done = 0;
  // A long pass makes way for what was woken for: the next pass begins with the oldest epoch again,
  // which is the one that questions are asked in.
  while (!Stopping() && !Woken()) {
    const auto items = store_.ChildrenToEnrol(epoch.epoch(), kFeed);
    if (!items.ok()) return items.status();
    if (items->empty()) break;
    const auto stored = EnrolItems(directory, epoch, *items, allowance);
    result = stored.status();
    // Records that cannot be enrolled stay in the queue; without progress the pass ends here.
    if (!stored.ok() || *stored == 0) break;
    done += *stored;
    Log(Severity::kInfo, "enrolment.progress",
        {{"epoch", uint64_t{epoch.epoch()}}, {"done", done}, {"of", std::max(waiting, done)}});
  }
  const absl::Status flushed = FlushIndex(epoch.epoch(), start_ms);
  // What was stored and did not reach the index is read from the store by the next pass.
  if (!flushed.ok()) index_.DropEpoch(epoch.epoch());
  return result.ok() ? flushed : result;
}

absl::StatusOr<uint64_t> Enrolment::EnrolItems(const DirectoryPtr& directory,
                                               const v1::Epoch& epoch,
                                               const std::vector<EnrolmentItem>& items,
                                               v1::Allowance allowance) {
  stored_records_ = 0;
  EnrolmentPlanner planner(
      epoch, [this](uint8_t type, std::string_view key) { return store_.KeyDigest(type, key); },
      random_);
  std::optional<InFlight> flying;
  for (const EnrolmentItem& item : items) {
    if (Stopping()) return stored_records_;
    const auto child = store_.GetChild(item.child_id);
    if (absl::IsNotFound(child.status())) continue;
    if (!child.ok()) return child.status();
    const absl::Status added = planner.Add(*child);
    if (!added.ok()) Log(Severity::kError, "enrolment.record_refused", {{"code", added.code()}});
    while (planner.Ready()) {
      SIGNPOST_RETURN_IF_ERROR(RunBatch(directory, epoch, planner, allowance, flying).status());
    }
  }
  for (bool more = true; more && !Stopping();) {
    SIGNPOST_ASSIGN_OR_RETURN(more, RunBatch(directory, epoch, planner, allowance, flying));
  }
  return stored_records_;
}

absl::StatusOr<bool> Enrolment::RunBatch(const DirectoryPtr& directory, const v1::Epoch& epoch,
                                         EnrolmentPlanner& planner, v1::Allowance allowance,
                                         std::optional<InFlight>& flying) {
  SIGNPOST_ASSIGN_OR_RETURN(std::optional<EnrolmentBatch> batch, planner.NextBatch());
  std::optional<InFlight> before = std::exchange(flying, std::nullopt);
  const bool sent = batch.has_value();
  if (sent) flying = Send(directory, epoch, *std::move(batch), allowance);
  if (before) SIGNPOST_RETURN_IF_ERROR(FinishInFlight(epoch, *std::move(before)));
  return sent;
}

Enrolment::InFlight Enrolment::Send(const DirectoryPtr& directory, const v1::Epoch& epoch,
                                    EnrolmentBatch batch, v1::Allowance allowance) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<EvaluationPair>>>();
  InFlight flight{std::move(batch), promise->get_future()};
  // The job may outlast the pass, when the batch before this one failed: it holds what it needs.
  const bool accepted = evaluating_.TryRun([this, directory, promise, number = epoch.epoch(),
                                            allowance, points = flight.batch.points()] {
    promise->set_value(
        custodians_.Evaluate(*directory, number, allowance, points, kEvaluateDeadlineMs));
  });
  if (!accepted) promise->set_value(absl::UnavailableError("earlier evaluations still wait"));
  return flight;
}

absl::Status Enrolment::FinishInFlight(const v1::Epoch& epoch, InFlight flight) {
  SIGNPOST_ASSIGN_OR_RETURN(const EvaluationPair pair, flight.pair.get());
  const auto sets = FinishBatch(std::move(flight.batch), epoch, pair.a, pair.b);
  if (!sets.ok()) {
    Log(Severity::kError, "enrolment.bad_proof", {{"epoch", uint64_t{epoch.epoch()}}});
    return sets.status();
  }
  SIGNPOST_ASSIGN_OR_RETURN(const size_t stored, store_.ReplaceTags(epoch.epoch(), *sets));
  stored_records_ += stored;
  Collect(*sets);
  // A pass may last longer than a slot: the next slot's tables cannot wait for its end.
  index_.Advance(SlotOf(clock_.NowMs()));
  if (clock_.MonotonicMs() - last_flush_ms_ < kFlushMs) return absl::OkStatus();
  return FlushIndex(epoch.epoch(), 0);
}

void Enrolment::Collect(const std::vector<TagSet>& sets) {
  for (const TagSet& set : sets) {
    collected_children_.push_back(set.child_id);
    for (size_t i = 0; i < set.tags.size(); ++i) {
      const StoredTag& tag = set.tags[i];
      if (tag.ask_only) continue;
      collected_hints_.push_back(
          EntryOf(set.child_id, set.revision, static_cast<uint16_t>(i), tag.key_type, tag.hint));
    }
  }
}

absl::Status Enrolment::FlushIndex(uint32_t epoch, int64_t watermark_ms) {
  last_flush_ms_ = clock_.MonotonicMs();
  SIGNPOST_ASSIGN_OR_RETURN(const EnrolmentCount count, store_.CountEnrolment(epoch));
  const int64_t mark_ms = count.oldest_waiting_ms > 0 ? count.oldest_waiting_ms : watermark_ms;
  if (collected_children_.empty() && index_.Hints(epoch) != nullptr) {
    index_.RaiseWatermark(epoch, mark_ms);
  } else {
    const auto base = index_.Hints(epoch);
    auto merged = base == nullptr
                      ? HintSet::Build(std::move(collected_hints_))
                      : HintSet::Merge(*base, collected_children_, std::move(collected_hints_));
    index_.SetHints(epoch, std::move(merged), mark_ms, SlotOf(clock_.NowMs()), Ready(count),
                    count.oldest_waiting_ms);
    collected_children_.clear();
    collected_hints_.clear();
  }
  index_.SetReady(epoch, Ready(count));
  index_.SetOldestWaiting(epoch, count.oldest_waiting_ms);
  return absl::OkStatus();
}

void Enrolment::Retire(const std::vector<const v1::Epoch*>& live) {
  const auto is_live = [&live](uint32_t number) {
    return std::any_of(live.begin(), live.end(),
                       [number](const v1::Epoch* epoch) { return epoch->epoch() == number; });
  };
  for (const uint32_t epoch : index_.Epochs()) {
    if (!is_live(epoch)) index_.DropEpoch(epoch);
  }
  const auto stored = store_.ListTagEpochs();
  if (!stored.ok()) return;
  for (const uint32_t epoch : *stored) {
    if (is_live(epoch)) continue;
    const absl::Status deleted = store_.DeleteEpoch(epoch);
    Log(deleted.ok() ? Severity::kInfo : Severity::kWarning, "epoch.deleted",
        {{"epoch", uint64_t{epoch}}, {"code", deleted.code()}});
  }
}

}  // namespace signpost::node
