// A member that lies: it speaks RelayService by hand with a member's real
// certificate and keys, so that everything it sends is as authentic as a
// compromised node could make it. Left alone it is honest and holds nothing.
//
// Thread safety: one test; the script runs on the member's own reading thread.
#ifndef SIGNPOST_TESTS_HOSTILE_FAKE_MEMBER_H_
#define SIGNPOST_TESTS_HOSTILE_FAKE_MEMBER_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "node/service/keys.h"
#include "proto/question/claim.h"
#include "proto/question/question.h"
#include "signpost/v1/relay.grpc.pb.h"
#include "tests/integration/federation.h"

namespace signpost::testing {

class FakeMember {
 public:
  struct Script {
    // Instead of an honest claim; the question has been opened already.
    std::function<void(FakeMember&, const OpenedQuestion&)> on_question = {};
    // Instead of an honest "nothing to report".
    std::function<void(FakeMember&, const OpenedQuestion&, const std::string& reveal)> on_reveal =
        {};
    bool reads = true;  // beyond the welcome
  };

  // Connected when it returns. The authority's own node must not run.
  FakeMember(TestFederation& federation, int authority, Script script);
  ~FakeMember();
  FakeMember(const FakeMember&) = delete;
  FakeMember& operator=(const FakeMember&) = delete;

  const std::string& code() const { return code_; }
  const SigningKey& signing_key() const { return keys_.signing; }
  Random& random() { return random_; }

  // Whose tags it can prove: those of the child of records.h.
  void Learn(const std::vector<node::QuestionTag>* tags) { tags_ = tags; }
  // The slots of the question that carry a learnt tag, and the poss of each.
  uint32_t MatchingSlots(const OpenedQuestion& question,
                         std::vector<const Secret*>* poss = nullptr) const;
  // Evidence that would verify for `member`.
  ClaimEvidence TrueEvidence(const OpenedQuestion& question, const std::string& member) const;
  // True when the reveal told this member the child's details.
  bool TellsDetails(const OpenedQuestion& question, const std::string& reveal) const;

  std::string Claim(const OpenedQuestion& question, const std::optional<ClaimEvidence>& evidence,
                    v1::ClaimStatus status = v1::READY);
  std::string Claim(const OpenedQuestion& question, const std::optional<ClaimEvidence>& evidence,
                    v1::ClaimStatus status, const SigningKey& key);
  std::string Answer(const OpenedQuestion& question, const std::string& reveal,
                     const v1::AnswerBody& body, const SigningKey& key);
  static v1::AnswerBody Nothing();
  static v1::AnswerBody InvolvedNow();

  void SendClaim(const std::string& qid, const std::string& claim);
  void SendAnswer(const std::string& qid, const std::string& answer);
  void Send(const v1::NodeFrame& frame);

  std::atomic<int> questions{0};
  std::atomic<bool> told_details{false};

 private:
  void Read();
  void Take(const v1::HubFrame& frame);

  const std::string code_;
  const node::NodeKeys keys_;
  const Script script_;
  SystemRandom random_;
  const std::vector<node::QuestionTag>* tags_ = nullptr;
  std::map<std::string, OpenedQuestion> open_;
  grpc::ClientContext context_;
  std::unique_ptr<v1::RelayService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::NodeFrame, v1::HubFrame>> stream_;
  std::thread reader_;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_HOSTILE_FAKE_MEMBER_H_
