#include "node/service/refusals.h"

#include <utility>

#include "proto/base/bytes.h"
#include "proto/base/log.h"
#include "proto/transport/errors.h"

namespace signpost::node {
namespace {

constexpr int64_t kHourMs = 3'600'000;
// Rows that wait for a disk that cannot be written.
constexpr size_t kMostPending = 10'000;

v1::AuditRow RowOf(std::string_view actor, std::string_view note, int64_t now_ms) {
  v1::AuditRow row;
  row.set_at_ms(now_ms);
  row.set_kind(v1::AuditRow::CALL_REFUSED);
  row.set_actor(std::string(actor));
  row.set_note(std::string(note));
  return row;
}

}  // namespace

void Refusals::Note(std::string_view actor, std::string_view reason, std::string_view peer_person) {
  const int64_t now_ms = clock_.NowMs();
  const MutexLock lock(mutex_);
  CloseHours(now_ms - kHourMs + 1);
  auto found = tallies_.find(actor);
  if (found == tallies_.end()) {
    const bool room = tallies_.size() < kMostCallers;
    found = tallies_.try_emplace(room ? std::string(actor) : "", Tally{now_ms, 0, 0}).first;
  }
  Tally& tally = found->second;
  if (tally.rows >= kRowsPerHour || pending_.size() >= kMostPending) {
    ++tally.more;
    return;
  }
  ++tally.rows;
  v1::AuditRow row = RowOf(actor, reason, now_ms);
  row.set_peer_person(std::string(peer_person));
  pending_.push_back(std::move(row));
}

void Refusals::Note(std::string_view actor, const absl::Status& status) {
  if (!absl::IsPermissionDenied(status) && !absl::IsUnauthenticated(status)) return;
  const std::string reason = DetailsOf(status).reason;
  Note(actor, reason.empty() ? reason::kNotPermitted : std::string_view(reason));
}

void Refusals::CloseHours(int64_t began_before_ms) {
  for (auto it = tallies_.begin(); it != tallies_.end();) {
    const auto& [actor, tally] = *it;
    if (tally.from_ms >= began_before_ms) {
      ++it;
      continue;
    }
    if (tally.more > 0) {
      pending_.push_back(RowOf(actor, absl::StrCat(tally.more, " MORE"), clock_.NowMs()));
    }
    it = tallies_.erase(it);
  }
}

void Refusals::Write() {
  {
    const MutexLock lock(mutex_);
    CloseHours(clock_.NowMs() - kHourMs + 1);
  }
  CommitPending();
}

void Refusals::Finish() {
  {
    const MutexLock lock(mutex_);
    CloseHours(INT64_MAX);
  }
  CommitPending();
}

void Refusals::CommitPending() {
  const MutexLock one_writer(write_mutex_);
  std::vector<v1::AuditRow> rows;
  {
    const MutexLock lock(mutex_);
    if (pending_.empty()) return;
    rows.swap(pending_);
  }
  if (commit_(rows).ok()) return;
  Log(Severity::kError, "refusals.unwritable", {{"rows", uint64_t{rows.size()}}});
  const MutexLock lock(mutex_);
  rows.insert(rows.end(), pending_.begin(), pending_.end());
  pending_.swap(rows);
}

}  // namespace signpost::node
