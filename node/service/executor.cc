#include "node/service/executor.h"

#include <algorithm>
#include <utility>

namespace signpost::node {
namespace {

// What one owner may have waiting and running: an eighth of the queue.
constexpr size_t kOwnersPart = 8;

}  // namespace

Executor::Executor(size_t threads, size_t capacity)
    : capacity_(capacity),
      running_per_owner_(std::max<size_t>(1, threads / 2)),
      held_per_owner_(std::max(running_per_owner_, capacity / kOwnersPart)) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Executor::~Executor() { Stop(); }

bool Executor::TryRun(std::function<void()> job) {
  {
    const MutexLock lock(mutex_);
    if (!Accept({"", false, std::move(job)})) return false;
  }
  wake_.NotifyOne();
  return true;
}

bool Executor::TryRunFor(std::string_view owner, std::function<void()> job) {
  {
    const MutexLock lock(mutex_);
    const auto found = owners_.find(owner);
    if (found != owners_.end() && found->second.held >= held_per_owner_) return false;
    if (!Accept({std::string(owner), true, std::move(job)})) return false;
    ++owners_[std::string(owner)].held;
  }
  wake_.NotifyOne();
  return true;
}

bool Executor::Accept(Job job) {
  if (stopping_ || jobs_.size() >= capacity_) return false;
  jobs_.push_back(std::move(job));
  return true;
}

std::deque<Executor::Job>::iterator Executor::Next() {
  return std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
    return !job.shared || owners_.find(job.owner)->second.running < running_per_owner_;
  });
}

void Executor::Done(const std::string& owner) {
  const auto found = owners_.find(owner);
  --found->second.running;
  if (--found->second.held == 0) owners_.erase(found);
}

void Executor::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Executor::Work() {
  for (;;) {
    Job job;
    {
      const MutexLock lock(mutex_);
      auto next = Next();
      // Jobs that wait for their owner's others are those others' threads to run.
      while (next == jobs_.end() && !(stopping_ && jobs_.empty())) {
        wake_.Wait(mutex_);
        next = Next();
      }
      if (next == jobs_.end()) return;
      job = std::move(*next);
      jobs_.erase(next);
      if (job.shared) ++owners_.find(job.owner)->second.running;
    }
    job.run();
    job.run = nullptr;
    if (!job.shared) continue;
    const MutexLock lock(mutex_);
    Done(job.owner);
    wake_.NotifyAll();
  }
}

}  // namespace signpost::node
