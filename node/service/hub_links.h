// The node's links to every hub that the directory names, and where their frames
// go: questions and reveals to the answerer on worker threads, replies back at
// their moment, directories into the book.
//
// Thread safety: all methods from any thread.
// Security: a question is worked on by a bounded pool; what does not fit is
// dropped, and the asker reads "no answer", never "nothing".
#ifndef SIGNPOST_NODE_SERVICE_HUB_LINKS_H_
#define SIGNPOST_NODE_SERVICE_HUB_LINKS_H_

#include <functional>
#include <memory>
#include <vector>

#include "node/lookup/answerer.h"
#include "node/service/executor.h"
#include "node/service/release_timer.h"
#include "node/service/uplink.h"
#include "proto/directory/directory_book.h"

namespace signpost::node {

class HubLinks {
 public:
  struct Options {
    TlsPaths tls;
    HubTarget first;  // dialled until a directory names the hubs
    size_t answer_threads = 2;
  };

  HubLinks(Options options, DirectoryBook& book, Answerer& answerer, const Clock& clock,
           Random& random, std::function<v1::Hello()> hello);
  // Ends the streams; what is being answered is finished first.
  ~HubLinks();

  // Dials hubs that are new in the directory and lets go of those that left it.
  void Sync();
  // A hub with an open stream; null when there is none.
  std::shared_ptr<v1::RelayService::Stub> Stub() const;
  // Tells every hub how this node is.
  void SendHealth(const v1::NodeHealth& health);

  struct State {
    bool connected = false;  // to at least one
    std::string refusal;     // of the first, when none is connected
    int64_t clock_offset_ms = 0;
  };
  State state() const;

 private:
  using WeakStream = std::weak_ptr<Uplink::Stream>;

  void OnFrame(v1::HubFrame&& frame, int64_t receipt_ms, const WeakStream& stream);
  void OnQuestion(std::shared_ptr<const v1::QuestionFrame> frame, int64_t receipt_ms,
                  const WeakStream& stream);
  void OnReveal(const v1::RevealFrame& frame, int64_t receipt_ms, const WeakStream& stream);
  void OnDirectory(const v1::DirectoryUpdate& update);
  void Release(const WeakStream& stream, int64_t release_ms, v1::NodeFrame frame);
  std::vector<HubTarget> Targets() const;

  const Options options_;
  DirectoryBook& book_;
  Answerer& answerer_;
  const Clock& clock_;
  Random& random_;
  const std::function<v1::Hello()> hello_;
  Executor workers_;  // outlives the timer, whose jobs queue work
  ReleaseTimer timer_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Uplink>> links_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_SERVICE_HUB_LINKS_H_
