#include "node/lookup/desk_alerts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "node/rules/desk.h"

namespace signpost::node {
namespace {

bool SameRow(const v1::AuditRow& a, const v1::AuditRow& b) {
  return a.kind() == b.kind() && a.peer() == b.peer() && a.note() == b.note();
}

uint32_t AtLeastOne(uint32_t times) { return std::max<uint32_t>(times, 1); }

}  // namespace

DeskAlerts::DeskAlerts(LookupStore& store, const Clock& clock, size_t capacity)
    : store_(store), clock_(clock), capacity_(std::max<size_t>(capacity, 1)) {}

bool DeskAlerts::Alike(const Entry& a, const Entry& b) {
  return std::equal(a.alert.items.begin(), a.alert.items.end(), b.alert.items.begin(),
                    b.alert.items.end(), SameAlert) &&
         std::equal(a.alert.rows.begin(), a.alert.rows.end(), b.alert.rows.begin(),
                    b.alert.rows.end(), SameRow);
}

bool DeskAlerts::SameChildren(const Entry& a, const Entry& b) {
  const auto same_child = [](const v1::DeskItem& x, const v1::DeskItem& y) {
    return x.kind() == y.kind() && x.case_reference() == y.case_reference();
  };
  return std::equal(a.alert.items.begin(), a.alert.items.end(), b.alert.items.begin(),
                    b.alert.items.end(), same_child) &&
         std::equal(a.alert.rows.begin(), a.alert.rows.end(), b.alert.rows.begin(),
                    b.alert.rows.end(), SameRow);
}

void DeskAlerts::Join(Entry& into, Entry from) {
  for (size_t i = 0; i < into.alert.items.size(); ++i) {
    v1::DeskItem& item = into.alert.items[i];
    item.set_times(AtLeastOne(item.times()) + AtLeastOne(from.alert.items[i].times()));
  }
  std::move(from.seen.begin(), from.seen.end(), std::back_inserter(into.seen));
}

void DeskAlerts::Raise(v1::DeskItem item, std::optional<SeenEntry> seen) {
  DeskAlert alert;
  alert.items.push_back(std::move(item));
  alert.seen = std::move(seen);
  Raise(std::move(alert));
}

void DeskAlerts::Raise(DeskAlert alert) {
  if (alert.empty()) return;
  Entry entry;
  if (alert.seen) entry.seen.push_back(*std::move(alert.seen));
  entry.alert.items = std::move(alert.items);
  entry.alert.rows = std::move(alert.rows);
  for (v1::DeskItem& item : entry.alert.items) item.set_times(AtLeastOne(item.times()));
  {
    MutexLock lock(mutex_);
    seen_ += entry.seen.size();
    Entry* const counted = CountedWith(entry);
    if (counted != nullptr) {
      Join(*counted, std::move(entry));
    } else {
      waiting_.push_back(std::move(entry));
    }
    BoundSeen();
  }
  if (wake_) wake_();
}

void DeskAlerts::Touch(int64_t child_id) {
  {
    MutexLock lock(mutex_);
    ++touches_[child_id];
  }
  if (wake_) wake_();
}

DeskAlerts::Entry* DeskAlerts::CountedWith(const Entry& entry) {
  const bool full = waiting_.size() >= capacity_;
  for (Entry& waiting : waiting_) {
    if (waiting.in_flight || !waiting.whole) continue;
    if (full ? SameChildren(waiting, entry) : Alike(waiting, entry)) return &waiting;
  }
  return nullptr;
}

void DeskAlerts::BoundSeen() {
  for (auto entry = waiting_.begin(); seen_ > kMaxSeen && entry != waiting_.end(); ++entry) {
    if (entry->in_flight) continue;
    const size_t gone = std::min(entry->seen.size(), seen_ - kMaxSeen);
    entry->seen.erase(entry->seen.begin(), entry->seen.begin() + static_cast<ptrdiff_t>(gone));
    seen_ -= gone;
  }
}

// One of the questions counted here was alerted before: each is tried by itself.
void DeskAlerts::TakeApart(std::list<Entry>::iterator entry) {
  uint32_t rest = entry->alert.items.empty() ? 0 : entry->alert.items.front().times();
  const auto with_times = [&](uint32_t times) {
    Entry part;
    part.alert = entry->alert;
    part.whole = false;
    for (v1::DeskItem& item : part.alert.items) item.set_times(times);
    return part;
  };
  for (SeenEntry& seen : entry->seen) {
    Entry part = with_times(1);
    part.seen.push_back(std::move(seen));
    waiting_.insert(entry, std::move(part));
    if (rest > 0) --rest;
  }
  if (rest > 0) waiting_.insert(entry, with_times(rest));
  waiting_.erase(entry);
}

absl::Status DeskAlerts::FlushOldest() {
  std::list<Entry>::iterator oldest;
  std::vector<v1::DeskItem> items;
  std::vector<v1::AuditRow> rows;
  std::vector<SeenEntry> seen;
  {
    MutexLock lock(mutex_);
    if (waiting_.empty()) return absl::OkStatus();
    oldest = waiting_.begin();
    oldest->in_flight = true;
    items = oldest->alert.items;
    rows = oldest->alert.rows;
    seen = oldest->seen;
  }
  const absl::Status status =
      store_.AppendAuditAndDesk(std::move(rows), seen, std::move(items), clock_.NowMs()).status();
  MutexLock lock(mutex_);
  oldest->in_flight = false;
  const uint32_t times = oldest->alert.items.empty() ? 1 : oldest->alert.items.front().times();
  const bool again = absl::IsAlreadyExists(status) && !seen.empty();
  if (status.ok() || (again && seen.size() == 1 && times == 1)) {
    seen_ -= oldest->seen.size();
    waiting_.erase(oldest);
    return absl::OkStatus();
  }
  if (again) {
    TakeApart(oldest);
    return absl::OkStatus();
  }
  // The others must not wait for the one that the store will not take.
  waiting_.splice(waiting_.end(), waiting_, oldest);
  return status;
}

absl::Status DeskAlerts::FlushTouches() {
  std::vector<Touches> touches;
  {
    MutexLock lock(mutex_);
    for (const auto& [child, times] : touches_) touches.push_back({child, times});
    touches_.clear();
  }
  if (touches.empty()) return absl::OkStatus();
  const absl::Status status = store_.CountTouches(touches, clock_.NowMs());
  if (status.ok()) return status;
  MutexLock lock(mutex_);
  for (const Touches& t : touches) touches_[t.child_id] += t.times;
  return status;
}

absl::Status DeskAlerts::Flush() {
  MutexLock one(flush_mutex_);
  absl::Status first;
  size_t failed = 0;
  while (pending() > failed) {
    const absl::Status status = FlushOldest();
    if (absl::IsUnavailable(status)) return status;
    if (status.ok()) continue;
    ++failed;
    first.Update(status);
  }
  first.Update(FlushTouches());
  return first;
}

size_t DeskAlerts::pending() const {
  MutexLock lock(mutex_);
  return waiting_.size();
}

}  // namespace signpost::node
