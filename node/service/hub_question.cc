#include "node/service/hub_question.h"

#include <algorithm>
#include <utility>

namespace signpost::node {

HubQuestion::HubQuestion(const std::shared_ptr<v1::RelayService::Stub>& stub,
                         v1::AskQuestion question, const Clock& clock, int64_t deadline_ms)
    : clock_(clock), stub_(stub), queue_(std::make_shared<Queue>()) {
  const auto push = [queue = queue_](Event event) {
    const MutexLock lock(queue->mutex);
    queue->events.push_back(std::move(event));
    queue->wake.NotifyAll();
  };
  const Stream::Handler handler{[push](v1::AskReply&& reply) { push(std::move(reply)); },
                                [push, stub](const absl::Status& status) { push(Ended{status}); }};
  stream_ = Stream::Open([&stub](grpc::ClientContext* context,
                                 auto* reactor) { stub->async()->Ask(context, reactor); },
                         handler, deadline_ms, 4);
  v1::AskFrame frame;
  *frame.mutable_question() = std::move(question);
  static_cast<void>(stream_->Send(std::move(frame)));
}

HubQuestion::~HubQuestion() { stream_->Cancel(); }

bool HubQuestion::SendReveals(v1::AskReveals reveals) {
  v1::AskFrame frame;
  *frame.mutable_reveals() = std::move(reveals);
  return stream_->Send(std::move(frame));
}

std::optional<HubQuestion::Event> HubQuestion::Next(int64_t until_ms) {
  const MutexLock lock(queue_->mutex);
  while (queue_->events.empty()) {
    const int64_t wait_ms = until_ms - clock_.MonotonicMs();
    if (wait_ms <= 0) return std::nullopt;
    queue_->wake.WaitForMs(queue_->mutex, std::max<int64_t>(1, wait_ms));
  }
  Event event = std::move(queue_->events.front());
  queue_->events.pop_front();
  return event;
}

}  // namespace signpost::node
