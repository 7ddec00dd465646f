#include "hub/service/directory_follower.h"

#include <algorithm>
#include <utility>

#include "proto/base/log.h"
#include "proto/transport/errors.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::hub {
namespace {

constexpr int64_t kFirstPauseMs = 1000;
constexpr int64_t kLongestPauseMs = 60'000;
constexpr int64_t kGoodLifeMs = 60'000;  // a stream that lived so long ends the backing off

}  // namespace

DirectoryFollower::DirectoryFollower(std::shared_ptr<grpc::Channel> channel, DirectoryBook& book,
                                     const Clock& clock, Random& random)
    : channel_(std::move(channel)), book_(book), clock_(clock), random_(random) {}

DirectoryFollower::~DirectoryFollower() { Stop(); }

void DirectoryFollower::Start() {
  thread_ = std::thread([this] { Run(); });
}

void DirectoryFollower::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void DirectoryFollower::Run() {
  int64_t ceiling_ms = kFirstPauseMs;
  do {
    const int64_t lived_ms = Watch();
    ceiling_ms =
        lived_ms >= kGoodLifeMs ? kFirstPauseMs : std::min(2 * ceiling_ms, kLongestPauseMs);
  } while (Pause(ceiling_ms));
}

int64_t DirectoryFollower::Watch() {
  const int64_t begun_ms = clock_.MonotonicMs();
  grpc::ClientContext context;
  {
    MutexLock lock(mutex_);
    if (stopping_) return 0;
    context_ = &context;
  }
  const auto newest = book_.Newest();
  v1::GetDirectoryRequest request;
  request.set_have_version(newest == nullptr ? 0 : newest->version());
  const auto stub = v1::DirectoryService::NewStub(channel_);
  const auto reader = stub->WatchDirectory(&context, request);
  v1::DirectoryUpdate update;
  while (reader->Read(&update)) {
    const absl::Status taken = book_.OfferUpdate(update, clock_.NowMs());
    if (!taken.ok()) Log(Severity::kError, "directory.refused", {{"code", taken.code()}});
  }
  const absl::Status ended = FromGrpc(reader->Finish());
  MutexLock lock(mutex_);
  context_ = nullptr;
  if (!stopping_) Log(Severity::kWarning, "directory.watch.ended", {{"code", ended.code()}});
  return clock_.MonotonicMs() - begun_ms;
}

bool DirectoryFollower::Pause(int64_t ceiling_ms) {
  const auto spread = static_cast<uint64_t>(ceiling_ms - kFirstPauseMs + 1);
  const int64_t until_ms =
      clock_.MonotonicMs() + kFirstPauseMs + static_cast<int64_t>(random_.Below(spread));
  MutexLock lock(mutex_);
  while (!stopping_) {
    const int64_t left_ms = until_ms - clock_.MonotonicMs();
    if (left_ms <= 0) return true;
    changed_.WaitForMs(mutex_, std::min<int64_t>(left_ms, 1000));
  }
  return false;
}

}  // namespace signpost::hub
