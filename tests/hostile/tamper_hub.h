// A hub that lies: a RelayService with the real hub's certificate and address,
// which routes like the real one except for what its hooks alter, drop or add.
//
// Thread safety: hooks run on gRPC's threads, one at a time; set them before
// the nodes connect or while no question runs.
#ifndef SIGNPOST_TESTS_HOSTILE_TAMPER_HUB_H_
#define SIGNPOST_TESTS_HOSTILE_TAMPER_HUB_H_

#include <grpcpp/server.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "signpost/v1/relay.grpc.pb.h"
#include "tests/integration/federation.h"

namespace signpost::testing {

class TamperHub final : public v1::RelayService::Service {
 public:
  struct Hooks {
    // Before a question or reveal goes to `member`; false drops it.
    std::function<bool(const std::string& member, v1::HubFrame&)> to_member = {};
    // Before a claim or answer goes to the asker; false drops it.
    std::function<bool(v1::AskReply&)> to_asker = {};
    // When a question begins, and what the asker is then sent at once.
    std::function<void(v1::AskReply&)> at_question = {};
    // Sent again and again until the asker goes away, also after a later Set().
    std::function<void(v1::AskReply&)> flood = {};
  };

  // In place of the federation's own hub, which must not run.
  explicit TamperHub(TestFederation& federation);
  ~TamperHub() override;
  TamperHub(const TamperHub&) = delete;
  TamperHub& operator=(const TamperHub&) = delete;

  void Set(Hooks hooks);
  // A frame of the test's own to one node.
  void SendTo(const std::string& member, const v1::HubFrame& frame);
  // The last question frame that went to `member`, unaltered.
  v1::HubFrame LastQuestion(const std::string& member);
  int connections(const std::string& member);
  size_t open_questions();

 private:
  using NodeStream = grpc::ServerReaderWriter<v1::HubFrame, v1::NodeFrame>;
  using AskStream = grpc::ServerReaderWriter<v1::AskReply, v1::AskFrame>;

  grpc::Status Connect(grpc::ServerContext* context, NodeStream* stream) override;
  grpc::Status Ask(grpc::ServerContext* context, AskStream* stream) override;
  void FromNode(const std::string& member, const v1::NodeFrame& frame);
  void ToMember(const std::string& member, v1::HubFrame frame);
  void ToAsker(const std::string& qid, v1::AskReply reply);
  std::string CodeOf(const grpc::ServerContext& context) const;

  TestFederation& federation_;
  std::mutex mutex_;  // over everything below, and every write
  Hooks hooks_;
  std::map<std::string, NodeStream*> nodes_;
  std::map<std::string, AskStream*> asks_;  // by qid
  std::map<std::string, v1::HubFrame> last_question_;
  std::map<std::string, int> connections_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_HOSTILE_TAMPER_HUB_H_
