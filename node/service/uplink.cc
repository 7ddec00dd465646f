#include "node/service/uplink.h"

#include <algorithm>
#include <utility>

#include "proto/base/log.h"
#include "proto/transport/channel.h"

namespace signpost::node {
namespace {

constexpr int64_t kFirstBackoffMs = 1'000;
constexpr int64_t kLongestBackoffMs = 60'000;
// A hub that answers and refuses is asked again sooner: a reinstatement should not take a minute.
constexpr int64_t kRefusedBackoffMs = 8'000;
constexpr int64_t kStableMs = 60'000;
// A hub that takes the stream and says nothing is left.
constexpr int64_t kWelcomeMs = 10'000;
constexpr size_t kMaxQueue = 4096;
constexpr int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

// A directory comes over this stream too, so its limit is the directory's.
constexpr size_t kMaxFrameBytes = kMaxDirectoryBytes + kMaxMessageBytes;

std::string Word(const absl::Status& status) {
  if (status.ok()) return "ENDED";
  const std::string reason = DetailsOf(status).reason;
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

}  // namespace

Uplink::Uplink(HubTarget target, TlsPaths tls, const Clock& clock, Random& random, HelloMaker hello,
               FrameHandler handler)
    : target_(std::move(target)),
      tls_(std::move(tls)),
      clock_(clock),
      random_(random),
      hello_(std::move(hello)),
      handler_(std::move(handler)),
      thread_([this] { Run(); }) {}

Uplink::~Uplink() {
  std::shared_ptr<Stream> stream;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    stream = stream_;
  }
  if (stream != nullptr) stream->Cancel();
  wake_.NotifyAll();
  thread_.join();
}

Uplink::Status Uplink::status() const {
  const MutexLock lock(mutex_);
  return status_;
}

void Uplink::Send(v1::NodeFrame frame) {
  std::shared_ptr<Stream> stream;
  {
    const MutexLock lock(mutex_);
    if (!status_.connected) return;
    stream = stream_;
  }
  if (stream != nullptr) static_cast<void>(stream->Send(std::move(frame)));
}

std::shared_ptr<v1::RelayService::Stub> Uplink::stub() const {
  const MutexLock lock(mutex_);
  return stub_;
}

void Uplink::Run() {
  int64_t backoff_ms = kFirstBackoffMs;
  for (;;) {
    const int64_t started_ms = clock_.MonotonicMs();
    const absl::Status ended = RunStream();
    NoteEnd(ended);
    if (absl::IsPermissionDenied(ended)) backoff_ms = std::min(backoff_ms, kRefusedBackoffMs);
    if (clock_.MonotonicMs() - started_ms >= kStableMs) backoff_ms = kFirstBackoffMs;
    int64_t wait_ms = 1 + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(backoff_ms)));
    const MutexLock lock(mutex_);
    if (drain_within_ms_ > 0) {
      wait_ms = static_cast<int64_t>(random_.Below(static_cast<uint64_t>(drain_within_ms_)));
      drain_within_ms_ = 0;
      backoff_ms = kFirstBackoffMs;
    } else {
      backoff_ms = std::min(2 * backoff_ms, kLongestBackoffMs);
    }
    const int64_t until_ms = clock_.MonotonicMs() + wait_ms;
    while (!stopping_ && clock_.MonotonicMs() < until_ms) {
      wake_.WaitForMs(mutex_, std::max<int64_t>(1, until_ms - clock_.MonotonicMs()));
    }
    if (stopping_) return;
  }
}

absl::Status Uplink::RunStream() {
  std::shared_ptr<v1::RelayService::Stub> stub = this->stub();
  if (stub == nullptr) {
    SIGNPOST_ASSIGN_OR_RETURN(const auto credentials,
                              MakeChannelCredentials(tls_, target_.id, target_.pins));
    ChannelSettings settings;
    settings.max_receive_bytes = kMaxFrameBytes;
    stub = v1::RelayService::NewStub(MakeChannel(target_.address, credentials, settings));
  }
  // The stream calls back with itself, which is only known after Open(); a slot bridges the two.
  auto slot = std::make_shared<std::pair<Mutex, std::weak_ptr<Stream>>>();
  const Stream::Handler handler{[this, slot](v1::HubFrame&& frame) {
                                  std::weak_ptr<Stream> self;
                                  {
                                    const MutexLock lock(slot->first);
                                    self = slot->second;
                                  }
                                  OnFrame(std::move(frame), self);
                                },
                                [this](const absl::Status& status) {
                                  const MutexLock lock(mutex_);
                                  ended_ = true;
                                  end_status_ = status;
                                  wake_.NotifyAll();
                                }};
  std::shared_ptr<Stream> stream;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return absl::CancelledError("stopping");
    stub_ = stub;
    ended_ = false;
  }
  {
    const MutexLock slot_lock(slot->first);
    stream = Stream::Open([&stub](grpc::ClientContext* context,
                                  auto* reactor) { stub->async()->Connect(context, reactor); },
                          handler, 0, kMaxQueue);
    slot->second = stream;
  }
  v1::NodeFrame hello;
  *hello.mutable_hello() = hello_();
  static_cast<void>(stream->Send(std::move(hello)));
  const MutexLock lock(mutex_);
  stream_ = stream;
  if (stopping_) stream->Cancel();
  const int64_t welcome_by_ms = clock_.MonotonicMs() + kWelcomeMs;
  while (!ended_) {
    const int64_t left_ms = welcome_by_ms - clock_.MonotonicMs();
    if (!status_.connected && left_ms <= 0) stream->Cancel();
    wake_.WaitForMs(mutex_, status_.connected || left_ms <= 0 ? kWelcomeMs : left_ms);
  }
  stream_.reset();
  status_.connected = false;
  return end_status_;
}

void Uplink::OnFrame(v1::HubFrame&& frame, const std::weak_ptr<Stream>& stream) {
  const int64_t receipt_ms = clock_.MonotonicMs();
  if (frame.has_welcome()) {
    Log(Severity::kInfo, "hub.connected", {{"hub", LogCode{target_.name}}});
    // The hub's word, so of any size: what is subtracted must not overflow.
    const int64_t hub_ms = std::clamp<int64_t>(frame.welcome().clock_ms(), 0, kLatestMs);
    const MutexLock lock(mutex_);
    status_ = {true, "", hub_ms - clock_.NowMs()};
  } else if (frame.has_draining()) {
    const MutexLock lock(mutex_);
    drain_within_ms_ = std::clamp<int64_t>(frame.draining().reconnect_within_ms(), 1, 60'000);
  }
  handler_(std::move(frame), receipt_ms, stream);
}

void Uplink::NoteEnd(const absl::Status& status) {
  const std::string word = Word(status);
  bool changed = false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    changed = status_.refusal != word;
    status_.connected = false;
    status_.refusal = word;
  }
  if (changed) {
    Log(Severity::kWarning, "hub.disconnected",
        {{"hub", LogCode{target_.name}}, {"code", status.code()}});
  }
}

}  // namespace signpost::node
