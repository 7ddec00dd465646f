#include "node/service/upkeep.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "node/record/civil_date.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"

namespace signpost::node {
namespace {

constexpr int64_t kDay = 86'400'000;
constexpr int64_t kMostBetweenPasses = 2 * kDay;
constexpr int64_t kDoubtFor = 2 * kDay;
constexpr size_t kBatch = 128;
constexpr size_t kCatchUpBatch = 64;
constexpr uint64_t kMoreCatchUps = 16;
constexpr int64_t kBreathMs = 5;
constexpr int64_t kLookMs = 1'000;
constexpr int64_t kRetryMs = 600'000;
constexpr int64_t kLogRetryMs = 200;
constexpr int kLogAttempts = 5;
constexpr char kMemoryName[] = "upkeep";
constexpr size_t kMemoryBytes = 25;

std::string Involved(const ChildRow& child, const InvolvementRow& row) {
  return absl::StrCat(child.case_reference, "\n", row.reference);
}

v1::AuditRow RowOf(v1::AuditRow::Kind kind, std::string_view note, int64_t now_ms) {
  v1::AuditRow row;
  row.set_at_ms(now_ms);
  row.set_kind(kind);
  row.set_note(std::string(note));
  return row;
}

bool ShieldDue(const ChildRow& child, std::chrono::sys_days today) {
  if (!child.shield.has_value()) return false;
  const auto review_by = ParseDay(child.shield->review_by);
  return !review_by.has_value() || *review_by < today;
}

}  // namespace

Upkeep::Upkeep(Store& store, RecordGate& gate, const Clock& clock, RecordsChanged changed)
    : store_(store), gate_(gate), clock_(clock), changed_(std::move(changed)) {
  // Unreadable now, it is read again by the first pass, which says so.
  const auto memory = Load();
  if (memory.ok()) {
    last_ms_ = memory->last_ms;
    log_due_ = memory->log_due;
  }
}

Upkeep::~Upkeep() { Stop(); }

void Upkeep::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Upkeep::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

bool Upkeep::Stopping() {
  const MutexLock lock(mutex_);
  return stopping_;
}

absl::Status Upkeep::Breathe(int64_t ms) {
  const MutexLock lock(mutex_);
  if (!stopping_) wake_.WaitForMs(mutex_, ms);
  return stopping_ ? absl::CancelledError("the node is stopping") : absl::OkStatus();
}

void Upkeep::Run() {
  int64_t not_before_ms = clock_.MonotonicMs();
  bool first = true;
  while (!Stopping()) {
    if (clock_.MonotonicMs() >= not_before_ms && (first || Due())) {
      const auto counts = RunOnce();
      first = !counts.ok();
      if (!counts.ok() && !absl::IsCancelled(counts.status())) {
        Log(Severity::kWarning, "upkeep.failed", {{"code", counts.status().code()}});
        not_before_ms = clock_.MonotonicMs() + kRetryMs;
      }
    }
    if (log_due_) {
      const MutexLock lock(pass_mutex_);
      static_cast<void>(PayLog(1));
    }
    if (!Breathe(kLookMs).ok()) return;
  }
}

bool Upkeep::Due() {
  const int64_t since_ms = clock_.NowMs() - last_ms_;
  if (since_ms >= kDay || since_ms < 0) return true;
  const MutexLock lock(pass_mutex_);
  return last_monotonic_ms_.has_value() && clock_.MonotonicMs() - *last_monotonic_ms_ >= kDay;
}

absl::StatusOr<UpkeepCounts> Upkeep::RunOnce() {
  const MutexLock lock(pass_mutex_);
  if (Stopping()) return absl::CancelledError("the node is stopping");
  Round round;
  round.now_ms = clock_.NowMs();
  round.monotonic_ms = clock_.MonotonicMs();
  round.today = DayOf(round.now_ms);
  SIGNPOST_ASSIGN_OR_RETURN(round.memory, Load());
  SIGNPOST_RETURN_IF_ERROR(CatchUpDuplicates(round.now_ms));
  Memory after = Judge(round);
  round.believes = after.doubted_ms == 0;
  round.counts.clock_doubted = !round.believes;
  if (!round.believes) Log(Severity::kWarning, "upkeep.clock_doubted");
  SIGNPOST_RETURN_IF_ERROR(CareForAll(round));
  SIGNPOST_RETURN_IF_ERROR(RecordDone(round));
  after.log_due = round.memory.log_due;
  SIGNPOST_RETURN_IF_ERROR(Save(after));
  last_monotonic_ms_ = round.monotonic_ms;
  if (round.believes) believed_monotonic_ms_ = round.monotonic_ms;
  last_ms_ = round.now_ms;
  static_cast<void>(PayLog(kLogAttempts));
  return round.counts;
}

absl::StatusOr<Upkeep::Memory> Upkeep::Load() {
  SIGNPOST_ASSIGN_OR_RETURN(const auto stored, store_.GetMeta(kMemoryName));
  Memory memory;
  if (!stored.has_value() || stored->size() != kMemoryBytes) return memory;
  ByteReader reader(*stored);
  memory.last_ms = static_cast<int64_t>(reader.Int(8).value_or(0));
  memory.believed_ms = static_cast<int64_t>(reader.Int(8).value_or(0));
  memory.doubted_ms = static_cast<int64_t>(reader.Int(8).value_or(0));
  memory.log_due = reader.Int(1).value_or(1) != 0;
  return memory;
}

absl::Status Upkeep::Save(const Memory& memory) {
  SIGNPOST_RETURN_IF_ERROR(store_.PutMeta(
      kMemoryName, absl::StrCat(IntBytes(8, static_cast<uint64_t>(memory.last_ms)),
                                IntBytes(8, static_cast<uint64_t>(memory.believed_ms)),
                                IntBytes(8, static_cast<uint64_t>(memory.doubted_ms)),
                                IntBytes(1, memory.log_due ? 1 : 0))));
  log_due_ = memory.log_due;
  return absl::OkStatus();
}

bool Upkeep::AsBelieved(const Round& round) const {
  if (round.memory.believed_ms == 0) return false;
  const int64_t moved_ms = round.now_ms - round.memory.believed_ms;
  if (!believed_monotonic_ms_.has_value()) return moved_ms >= 0 && moved_ms <= kMostBetweenPasses;
  return std::abs(moved_ms - (round.monotonic_ms - *believed_monotonic_ms_)) <= kDay;
}

bool Upkeep::SteadySinceLast(const Round& round) const {
  if (round.memory.last_ms == 0) return false;
  const int64_t moved_ms = round.now_ms - round.memory.last_ms;
  if (!last_monotonic_ms_.has_value()) return moved_ms >= 0 && moved_ms <= kMostBetweenPasses;
  return std::abs(moved_ms - (round.monotonic_ms - *last_monotonic_ms_)) <= kDay;
}

Upkeep::Memory Upkeep::Judge(const Round& round) const {
  Memory after = round.memory;
  after.last_ms = round.now_ms;
  if (AsBelieved(round)) {
    after.doubted_ms = 0;
  } else if (round.memory.doubted_ms == 0 || !SteadySinceLast(round)) {
    after.doubted_ms = round.now_ms;
  } else if (round.now_ms - round.memory.doubted_ms >= kDoubtFor) {
    after.doubted_ms = 0;
  }
  if (after.doubted_ms == 0) after.believed_ms = round.now_ms;
  return after;
}

absl::Status Upkeep::CatchUpDuplicates(int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(const uint64_t children, store_.CountChildren());
  // A bound, so that a record which cannot be caught up with does not keep the pass for ever.
  for (uint64_t batch = 0; batch <= children / kCatchUpBatch + kMoreCatchUps; ++batch) {
    SIGNPOST_ASSIGN_OR_RETURN(const size_t found, gate_.Alone([&](DuplicateFinder& finder) {
      return finder.CatchUp(kCatchUpBatch, now_ms);
    }));
    if (found == 0) return absl::OkStatus();
    SIGNPOST_RETURN_IF_ERROR(Breathe(kBreathMs));
  }
  Log(Severity::kWarning, "upkeep.catch_up_stuck");
  return absl::OkStatus();
}

absl::Status Upkeep::CareForAll(Round& round) {
  absl::Status status;
  for (int64_t after = 0; status.ok();) {
    const auto ids = store_.ListChildIds(after, kBatch);
    if (!ids.ok()) {
      status = ids.status();
      break;
    }
    if (ids->empty()) break;
    after = ids->back();
    for (const int64_t id : *ids) {
      status = Stopping() ? absl::CancelledError("the node is stopping") : CareFor(id, round);
      if (!status.ok()) break;
    }
    if (status.ok()) status = Breathe(kBreathMs);
  }
  // Also after an error: what has gone has gone.
  if (!round.gone.empty() || round.reopened) changed_(std::move(round.gone));
  return status;
}

absl::Status Upkeep::CareFor(int64_t child_id, Round& round) {
  const auto child = store_.GetChild(child_id);
  if (absl::IsNotFound(child.status())) return absl::OkStatus();
  if (!child.ok()) return child.status();
  ++round.counts.children;
  if (ShieldDue(*child, round.today)) ++round.counts.shields_due;
  const ChildFate fate = FateOf(*child, round.today);
  if (fate == ChildFate::kUndated) ++round.counts.undated;
  if (!round.believes) return absl::OkStatus();
  if (fate == ChildFate::kDestroy) return Destroy(child_id, round);
  if (fate == ChildFate::kArchive || fate == ChildFate::kReopen) {
    SIGNPOST_RETURN_IF_ERROR(SetArchived(child_id, fate, round));
  }
  return CareForInvolvements(*child, round);
}

absl::Status Upkeep::SetArchived(int64_t child_id, ChildFate fate, Round& round) {
  return gate_.Alone([&](DuplicateFinder&) -> absl::Status {
    const auto child = store_.GetChild(child_id);
    if (absl::IsNotFound(child.status())) return absl::OkStatus();
    if (!child.ok()) return child.status();
    if (FateOf(*child, round.today) != fate) return absl::OkStatus();
    const bool archive = fate == ChildFate::kArchive;
    v1::AuditRow row =
        RowOf(v1::AuditRow::RECORD_CHANGED, archive ? "ARCHIVED" : "REOPENED", round.now_ms);
    row.set_case_reference(child->case_reference);
    SIGNPOST_RETURN_IF_ERROR(store_.SetArchived(child_id, archive, round.now_ms, {row}));
    ++(archive ? round.counts.archived : round.counts.reopened);
    if (archive) round.gone.push_back(child_id);
    round.reopened |= !archive;
    return absl::OkStatus();
  });
}

absl::Status Upkeep::Destroy(int64_t child_id, Round& round) {
  SIGNPOST_RETURN_IF_ERROR(OweLog(round));
  return gate_.Alone([&](DuplicateFinder&) -> absl::Status {
    const auto child = store_.GetChild(child_id);
    if (absl::IsNotFound(child.status())) return absl::OkStatus();
    if (!child.ok()) return child.status();
    if (FateOf(*child, round.today) != ChildFate::kDestroy) return absl::OkStatus();
    v1::AuditRow row = RowOf(v1::AuditRow::DESTROYED, "CHILD", round.now_ms);
    row.set_evidence_hash(store_.CaseDigest(child->case_reference));
    SIGNPOST_RETURN_IF_ERROR(store_.DestroyChild(child_id, {row}));
    ++round.counts.destroyed;
    round.gone.push_back(child_id);
    return absl::OkStatus();
  });
}

absl::Status Upkeep::CareForInvolvements(const ChildRow& child, Round& round) {
  const auto rows = store_.ListInvolvements(child.id);
  if (!rows.ok()) return rows.status();
  for (const InvolvementRow& row : *rows) {
    if (row.involvement.end_on().empty() && row.expires_ms > round.memory.believed_ms &&
        row.expires_ms <= round.now_ms) {
      ++round.counts.expired;
    }
    if (FateOf(row, round.today) != InvolvementFate::kDestroy) continue;
    SIGNPOST_RETURN_IF_ERROR(OweLog(round));
    SIGNPOST_RETURN_IF_ERROR(DestroyInvolvement(child, row.id, round));
  }
  return absl::OkStatus();
}

absl::Status Upkeep::DestroyInvolvement(const ChildRow& child, int64_t involvement_id,
                                        Round& round) {
  return gate_.Alone([&](DuplicateFinder&) -> absl::Status {
    const auto rows = store_.ListInvolvements(child.id);
    if (!rows.ok()) return rows.status();
    const auto found = std::find_if(rows->begin(), rows->end(), [&](const InvolvementRow& row) {
      return row.id == involvement_id && FateOf(row, round.today) == InvolvementFate::kDestroy;
    });
    if (found == rows->end()) return absl::OkStatus();
    v1::AuditRow row = RowOf(v1::AuditRow::DESTROYED, "INVOLVEMENT", round.now_ms);
    row.set_evidence_hash(store_.CaseDigest(Involved(child, *found)));
    SIGNPOST_RETURN_IF_ERROR(store_.DestroyInvolvement(involvement_id, {row}));
    ++round.counts.involvements_destroyed;
    return absl::OkStatus();
  });
}

absl::Status Upkeep::OweLog(Round& round) {
  if (round.memory.log_due) return absl::OkStatus();
  round.memory.log_due = true;
  return Save(round.memory);
}

bool Upkeep::PayLog(int attempts) {
  for (int i = 0; log_due_; ++i) {
    if (store_.EmptyLog().ok()) {
      auto memory = Load();
      if (!memory.ok()) return false;
      memory->log_due = false;
      if (!Save(*memory).ok()) return false;
      return true;
    }
    if (i + 1 >= attempts || !Breathe(kLogRetryMs).ok()) return false;
  }
  return true;
}

absl::Status Upkeep::RecordDone(const Round& round) {
  const UpkeepCounts& counts = round.counts;
  const std::string note = absl::StrCat(
      "children=", counts.children, " expired=", counts.expired, " archived=", counts.archived,
      " reopened=", counts.reopened, " destroyed=", counts.destroyed,
      " involvements_destroyed=", counts.involvements_destroyed, " undated=", counts.undated,
      " shields_due=", counts.shields_due, counts.clock_doubted ? " CLOCK_DOUBTED" : "");
  Log(Severity::kInfo, "upkeep.done",
      {{"children", counts.children},
       {"archived", counts.archived},
       {"destroyed", counts.destroyed},
       {"involvements_destroyed", counts.involvements_destroyed}});
  return store_
      .AppendAudit({RowOf(v1::AuditRow::UPKEEP_DONE, note, round.now_ms)}, {}, round.now_ms)
      .status();
}

}  // namespace signpost::node
