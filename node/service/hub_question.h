// One question's stream at a hub, as something a worker thread can wait on:
// replies and the end of the stream arrive in a queue.
//
// Thread safety: Next() on one thread; the rest on any.
#ifndef SIGNPOST_NODE_SERVICE_HUB_QUESTION_H_
#define SIGNPOST_NODE_SERVICE_HUB_QUESTION_H_

#include <deque>
#include <memory>
#include <optional>
#include <variant>

#include "node/service/client_stream.h"
#include "proto/base/clock.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::node {

class HubQuestion {
 public:
  using Stream = ClientStream<v1::AskFrame, v1::AskReply>;
  struct Ended {
    absl::Status status;
  };
  using Event = std::variant<v1::AskReply, Ended>;

  // Opens the stream and sends the question. `deadline_ms`: of the whole stream.
  HubQuestion(const std::shared_ptr<v1::RelayService::Stub>& stub, v1::AskQuestion question,
              const Clock& clock, int64_t deadline_ms);
  // Cancels what is still open; returns at once.
  ~HubQuestion();
  HubQuestion(const HubQuestion&) = delete;
  HubQuestion& operator=(const HubQuestion&) = delete;

  // False when the stream has ended.
  bool SendReveals(v1::AskReveals reveals);

  // The next event, or nothing when the monotonic clock reaches `until_ms` first.
  std::optional<Event> Next(int64_t until_ms);

 private:
  struct Queue {
    Mutex mutex;
    CondVar wake;
    std::deque<Event> events ABSL_GUARDED_BY(mutex);
  };

  const Clock& clock_;
  const std::shared_ptr<v1::RelayService::Stub> stub_;
  const std::shared_ptr<Queue> queue_;  // shared with the stream, which may end later
  std::shared_ptr<Stream> stream_;
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_HUB_QUESTION_H_
