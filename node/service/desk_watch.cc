#include "node/service/desk_watch.h"

#include <algorithm>
#include <utility>

#include "node/service/unary.h"

namespace signpost::node {
namespace {

constexpr size_t kMostWatchers = 64;
constexpr int64_t kWatchingMs = 1'000;  // between looks, while somebody watches and nobody rings
constexpr int64_t kIdleMs = 60'000;
constexpr std::chrono::milliseconds kBeforeDeadline(250);

absl::Status Draining() {
  return MakeError(absl::StatusCode::kUnavailable, reason::kDraining,
                   "this node is stopping; watch again in a moment", 5000);
}

}  // namespace

DeskWatch::DeskWatch(DeskWork& work, DeskBell& bell)
    : work_(work), bell_(bell), thread_([this] { Run(); }) {}

DeskWatch::~DeskWatch() {
  Stop();
  thread_.join();
}

void DeskWatch::Add(const grpc::CallbackServerContext& context, Caller caller,
                    const v1::WatchDeskRequest& request, std::shared_ptr<Stream> stream) {
  Watcher watcher;
  watcher.until = context.deadline() - kBeforeDeadline;
  watcher.caller = std::move(caller);
  watcher.view = request.view();
  watcher.after = request.after_number();
  watcher.started = request.after_number() > 0;
  watcher.stream = stream;
  absl::Status refused;
  {
    const MutexLock lock(mutex_);
    if (stopping_) {
      refused = Draining();
    } else if (watching_ >= kMostWatchers) {
      refused = NodeBusy();
    } else {
      ++watching_;
      arrivals_.push_back(std::move(watcher));
    }
  }
  if (!refused.ok()) {
    stream->End(refused);
    return;
  }
  bell_.Ring();
}

void DeskWatch::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  bell_.Ring();
}

void DeskWatch::Run() {
  for (;;) {
    const uint64_t seen = bell_.Rings();
    bool stopping = false;
    {
      const MutexLock lock(mutex_);
      watchers_.splice(watchers_.end(), arrivals_);
      stopping = stopping_;
    }
    if (stopping) {
      for (Watcher& watcher : watchers_) watcher.stream->End(Draining());
      watchers_.clear();
      return;
    }
    const size_t done = watchers_.remove_if([this](Watcher& watcher) { return Serve(watcher); });
    {
      const MutexLock lock(mutex_);
      watching_ -= done;
    }
    bell_.WaitBeyond(seen, UntilNextMs());
  }
}

int64_t DeskWatch::UntilNextMs() const {
  if (watchers_.empty()) return kIdleMs;
  const auto now = std::chrono::system_clock::now();
  int64_t wait_ms = kWatchingMs;
  for (const Watcher& watcher : watchers_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(watcher.until - now);
    wait_ms = std::clamp<int64_t>(left.count(), 1, wait_ms);
  }
  return wait_ms;
}

bool DeskWatch::Serve(Watcher& watcher) {
  if (watcher.stream->Gone()) {
    watcher.stream->End(absl::CancelledError("the caller has gone"));
    return true;
  }
  const auto items = work_.Since(watcher.caller, watcher.view, watcher.after, !watcher.started);
  if (!items.ok()) {
    watcher.stream->End(items.status());
    return true;
  }
  for (const v1::DeskItem& item : *items) {
    watcher.after = std::max(watcher.after, item.number());
    watcher.stream->Send(item);
  }
  watcher.started = true;
  if (std::chrono::system_clock::now() < watcher.until) return false;
  watcher.stream->End(absl::OkStatus());
  return true;
}

}  // namespace signpost::node
