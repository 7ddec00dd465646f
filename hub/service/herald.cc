#include "hub/service/herald.h"

#include <algorithm>
#include <utility>

namespace signpost::hub {

Herald::Herald(DirectoryBook& book, Switchboard& board, const Clock& clock)
    : book_(book), board_(board), clock_(clock) {
  const auto newest = book.Newest();
  announced_version_ = newest == nullptr ? 0 : newest->version();
  subscription_ = book_.Subscribe([this] { Announce(); });
}

Herald::~Herald() { book_.Unsubscribe(subscription_); }

v1::DirectoryUpdate Herald::Current(uint64_t have_version) const {
  return book_.Update(have_version, clock_.NowMs());
}

void Herald::Announce() {
  uint64_t have_version;
  {
    MutexLock lock(mutex_);
    have_version = announced_version_;
    const auto newest = book_.Newest();
    announced_version_ = newest == nullptr ? 0 : newest->version();
  }
  told_ = board_.Broadcast(Current(have_version));
  TellWatchers();
  board_.Recheck();
}

void Herald::AddWatcher(std::shared_ptr<WatchLine> line, Peer peer, uint64_t have_version) {
  {
    MutexLock lock(mutex_);
    if (closed_) {
      line->Close(Ending::kDraining, false);
    } else {
      const auto newest = book_.Newest();
      line->Push(Current(have_version));
      const uint64_t version = newest == nullptr ? have_version : newest->version();
      watchers_.push_back({line, std::move(peer), std::max(have_version, version)});
    }
  }
  line->Pump();
}

void Herald::RemoveWatcher(const std::shared_ptr<WatchLine>& line) {
  MutexLock lock(mutex_);
  std::erase_if(watchers_, [&](const Watcher& watcher) { return watcher.line == line; });
}

void Herald::TellWatchers() {
  std::vector<std::shared_ptr<WatchLine>> touched;
  std::vector<std::shared_ptr<WatchLine>> stuck;
  {
    MutexLock lock(mutex_);
    for (Watcher& watcher : watchers_) {
      if (!AdmitReader(watcher.peer, book_).ok()) {
        watcher.line->Close(Ending::kNotAMember, false);
      } else if (watcher.line->Push(Current(watcher.version)) == OutboxPush::kFull) {
        watcher.line->Close(Ending::kNotReading, false);
        stuck.push_back(watcher.line);
      } else if (const auto newest = book_.Newest(); newest != nullptr) {
        watcher.version = std::max(watcher.version, newest->version());
      }
      touched.push_back(watcher.line);
    }
  }
  for (const auto& line : touched) line->Pump();
  for (const auto& line : stuck) line->Abort();
}

void Herald::CloseWatchers() {
  std::vector<std::shared_ptr<WatchLine>> touched;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    for (const Watcher& watcher : watchers_) {
      watcher.line->Close(Ending::kDraining, false);
      touched.push_back(watcher.line);
    }
  }
  for (const auto& line : touched) line->Pump();
}

}  // namespace signpost::hub
