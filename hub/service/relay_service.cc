#include "hub/service/relay_service.h"

#include <grpcpp/alarm.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

#include "hub/service/endings.h"
#include "proto/base/log.h"
#include "proto/base/mutex.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::hub {
namespace {

constexpr size_t kMaxNodeFrameBytes = 8 * 1024;    // the largest is an answer
constexpr size_t kMaxAskFrameBytes = 1280 * 1024;  // 512 reveals
constexpr size_t kMergeBytes = kMaxMessageBytes / 2;

// Both streams end the same way: one Finish, given out by the line, then OnDone.
template <typename In, typename Out>
class Stream : public grpc::ServerBidiReactor<In, Out>, public LineWriter<Out> {
 public:
  void BeginWrite(const Out& frame) final { this->StartWrite(&frame); }

  void BeginFinish(Ending ending) final {
    const bool suspended = ending == Ending::kSuspended;
    const absl::Status refusal = [this] {
      MutexLock lock(refusal_mutex_);
      return refusal_;
    }();
    this->Finish(ToGrpc(
        !refusal.ok()
            ? refusal
            : StatusOf(ending, suspended ? relay_.callers().SuspensionReason(caller_.code) : "")));
  }

  void Cancel() final { context_->TryCancel(); }

  void OnWriteDone(bool ok) final {
    const std::shared_ptr<Line<Out>> line = line_;
    line->OnWriteDone(ok);
  }

 protected:
  Stream(const RelayService& relay, grpc::CallbackServerContext* context, size_t merge_bytes)
      : relay_(relay),
        context_(context),
        line_(std::make_shared<Line<Out>>(*this, relay.options().outbox_bytes, merge_bytes)) {}

  // Ends a stream that the switchboard does not know yet.
  void Refuse(absl::Status why) {
    {
      MutexLock lock(refusal_mutex_);
      refusal_ = std::move(why);
    }
    line_->Close(Ending::kGone, false);
    const std::shared_ptr<Line<Out>> line = line_;
    line->Pump();
  }

  const RelayService& relay_;
  grpc::CallbackServerContext* const context_;
  Caller caller_;
  Mutex refusal_mutex_;
  absl::Status refusal_ ABSL_GUARDED_BY(refusal_mutex_);  // set before the line is closed for it
  In frame_;
  std::shared_ptr<Line<Out>> line_;
};

class NodeStream final : public Stream<v1::NodeFrame, v1::HubFrame> {
 public:
  NodeStream(const RelayService& relay, grpc::CallbackServerContext* context)
      : Stream(relay, context, 0) {
    absl::StatusOr<Caller> caller = relay.callers().MemberNode(*context);
    if (!caller.ok()) {
      Refuse(caller.status());
      return;
    }
    caller_ = *std::move(caller);
    const Standing standing = relay.callers().StandingNow(caller_);
    if (!MayConnect(standing)) {
      Log(Severity::kWarning, "relay.connect.refused", {{"member", LogCode{caller_.code}}});
      Refuse(StatusOf(RefusalOf(standing), relay.callers().SuspensionReason(caller_.code)));
      return;
    }
    StartRead(&frame_);
    WaitForHello();
  }

  // A read that fails means that the node has closed, or that the stream is over.
  void OnReadDone(bool ok) override {
    if (!ok) {
      if (session_ == 0) {
        Refuse(StatusOf(Ending::kMalformed));
      } else {
        relay_.board().Disconnect(session_);
      }
      return;
    }
    if (Take()) StartRead(&frame_);
  }

  void OnDone() override {
    if (session_ != 0) relay_.board().Disconnect(session_);
    line_->Detach();
    delete this;
  }

 private:
  // The alarm may ring after this stream has gone: it holds nothing but the line. A Hello that
  // comes while it rings is connected, ended, and comes again.
  void WaitForHello() {
    const auto until =
        std::chrono::system_clock::now() + std::chrono::milliseconds(relay_.options().hello_ms);
    hello_alarm_.Set(until, [line = line_](bool rang) {
      if (!rang) return;
      line->Close(Ending::kNoHello, false);
      line->Pump();
    });
  }

  // False when the stream is ending.
  bool Take() {
    if (session_ == 0) return TakeHello();
    const bool too_large = frame_.ByteSizeLong() > kMaxNodeFrameBytes;
    switch (too_large ? v1::NodeFrame::FRAME_NOT_SET : frame_.frame_case()) {
      case v1::NodeFrame::kClaim:
        relay_.board().OnClaim(session_, frame_.claim());
        return true;
      case v1::NodeFrame::kAnswer:
        relay_.board().OnAnswer(session_, frame_.answer());
        return true;
      case v1::NodeFrame::kHealth:
        relay_.board().OnHealth(session_, frame_.health());
        return true;
      default:
        relay_.board().EndSession(session_, Ending::kMalformed);
        return false;
    }
  }

  bool TakeHello() {
    if (!frame_.has_hello() || frame_.ByteSizeLong() > kMaxNodeFrameBytes) {
      Refuse(StatusOf(Ending::kMalformed));
      return false;
    }
    v1::HubFrame frame;
    v1::Welcome* welcome = frame.mutable_welcome();
    welcome->set_hub(relay_.options().hub_name);
    welcome->set_software_version(relay_.options().software_version);
    const auto newest = relay_.callers().book().Newest();
    welcome->set_directory_version(newest == nullptr ? 0 : newest->version());
    welcome->set_clock_ms(relay_.callers().NowMs());
    session_ = relay_.board().Connect(caller_, line_, frame_.hello(), std::move(frame));
    if (session_ == 0) return false;
    hello_alarm_.Cancel();
    Log(Severity::kInfo, "relay.connected", {{"member", LogCode{caller_.code}}});
    // Taken after the session is known, so that no change falls between this and the next push.
    v1::HubFrame news;
    *news.mutable_directory() =
        relay_.herald().Current(frame_.hello().health().directory_version());
    if (news.directory().has_directory() || news.directory().orders_size() > 0) {
      relay_.board().Send(session_, std::move(news));
    }
    return true;
  }

  grpc::Alarm hello_alarm_;
  SessionId session_ = 0;  // only touched by reads, which follow one another, and OnDone
};

class AskStream final : public Stream<v1::AskFrame, v1::AskReply> {
 public:
  AskStream(const RelayService& relay, grpc::CallbackServerContext* context)
      : Stream(relay, context, kMergeBytes) {
    absl::StatusOr<Caller> caller = relay.callers().MemberNode(*context);
    if (!caller.ok()) {
      Refuse(caller.status());
      return;
    }
    caller_ = *std::move(caller);
    const absl::StatusOr<int64_t> budget_ms = CallBudgetMs(*context);
    if (!budget_ms.ok()) {
      Refuse(budget_ms.status());
      return;
    }
    StartRead(&frame_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      if (ask_ == 0) {
        Refuse(StatusOf(Ending::kMalformed));
      } else if (context_->IsCancelled()) {
        relay_.board().OnAskerGone(ask_);
      } else {
        relay_.board().OnAskerHalfClosed(ask_);
      }
      return;
    }
    if (Take()) StartRead(&frame_);
  }

  // The read that waits, or the next one, fails too; but an asker that half-closed has none.
  void OnCancel() override {
    const AskId ask = ask_;
    if (ask != 0) relay_.board().OnAskerGone(ask);
  }

  void OnDone() override {
    if (ask_ != 0) relay_.board().OnAskerGone(ask_);
    line_->Detach();
    delete this;
  }

 private:
  bool Take() {
    const bool too_large = frame_.ByteSizeLong() > kMaxAskFrameBytes;
    if (ask_ == 0) {
      const absl::StatusOr<int64_t> budget_ms = CallBudgetMs(*context_);
      if (too_large || !frame_.has_question() || !budget_ms.ok()) {
        Refuse(StatusOf(Ending::kMalformed));
        return false;
      }
      ask_ = relay_.board().Ask(caller_, line_, frame_.question(), *budget_ms);
      return ask_ != 0;
    }
    if (too_large || !frame_.has_reveals()) {
      relay_.board().EndAsk(ask_, Ending::kMalformed);
      return false;
    }
    relay_.board().OnReveals(ask_, frame_.reveals());
    return true;
  }

  std::atomic<AskId> ask_{0};  // OnCancel reads it beside a reading reaction
};

}  // namespace

grpc::ServerBidiReactor<v1::NodeFrame, v1::HubFrame>* RelayService::Connect(
    grpc::CallbackServerContext* context) {
  return new NodeStream(*this, context);
}

grpc::ServerBidiReactor<v1::AskFrame, v1::AskReply>* RelayService::Ask(
    grpc::CallbackServerContext* context) {
  return new AskStream(*this, context);
}

}  // namespace signpost::hub
