#include "tests/bench/floor_hub.h"

#include <deque>

#include "proto/crypto/voprf.h"
#include "proto/limits.h"
#include "tests/bench/floor_stream.h"

namespace signpost::bench {

// The asker's question at the hub.
class FloorAsk final : public FloorStream<v1::AskFrame, v1::AskReply, true> {
 public:
  explicit FloorAsk(FloorBoard& board) : board_(board) { Begin(); }
  void OnClaim(const std::string& member, v1::ClaimFrame&& claim);
  void OnAnswer(const std::string& member, v1::AnswerFrame&& answer);

 private:
  void OnMessage(v1::AskFrame&& frame) override;
  void OnGone() override;
  void PutQuestion(v1::AskQuestion&& question);
  void PutReveals(v1::AskReveals&& reveals);

  FloorBoard& board_;
  std::string qid_;
  int asked_ = 0;
  int answered_ = 0;  // guarded by the board's mutex
};

// A member's standing stream at the hub.
class FloorMember final : public FloorStream<v1::NodeFrame, v1::HubFrame, false> {
 public:
  explicit FloorMember(FloorBoard& board) : board_(board) { Begin(); }

 private:
  void OnMessage(v1::NodeFrame&& frame) override {
    const MutexLock lock(board_.mutex);
    if (frame.has_hello()) {
      code_ = frame.hello().software_version();
      board_.members[code_] = this;
      Send(v1::HubFrame());
      return;
    }
    const std::string& qid = frame.has_claim() ? frame.claim().qid() : frame.answer().qid();
    const auto ask = board_.asks.find(qid);
    if (ask == board_.asks.end()) return;
    if (frame.has_claim()) {
      ask->second->OnClaim(code_, std::move(*frame.mutable_claim()));
    } else {
      ask->second->OnAnswer(code_, std::move(*frame.mutable_answer()));
    }
  }
  void OnGone() override {
    const MutexLock lock(board_.mutex);
    board_.members.erase(code_);
  }

  FloorBoard& board_;
  std::string code_;
};

void FloorAsk::OnClaim(const std::string& member, v1::ClaimFrame&& claim) {
  v1::AskReply reply;
  v1::MemberClaim* out = reply.add_claims();
  out->set_member(member);
  out->set_claim(std::move(*claim.mutable_claim()));
  Send(std::move(reply));
}

void FloorAsk::OnAnswer(const std::string& member, v1::AnswerFrame&& answer) {
  v1::AskReply reply;
  v1::MemberAnswer* out = reply.add_answers();
  out->set_member(member);
  out->set_answer(std::move(*answer.mutable_answer()));
  Send(std::move(reply));
  if (++answered_ == asked_) Close();
}

void FloorAsk::OnMessage(v1::AskFrame&& frame) {
  if (frame.has_question()) {
    PutQuestion(std::move(*frame.mutable_question()));
  } else {
    PutReveals(std::move(*frame.mutable_reveals()));
  }
}

void FloorAsk::PutQuestion(v1::AskQuestion&& question) {
  qid_ = question.header().substr(0, kQidSize);
  const MutexLock lock(board_.mutex);
  asked_ = question.wraps_size();
  board_.asks[qid_] = this;
  for (v1::Wrap& wrap : *question.mutable_wraps()) {
    const auto member = board_.members.find(wrap.member());
    if (member == board_.members.end()) continue;
    v1::HubFrame frame;
    v1::QuestionFrame* out = frame.mutable_question();
    out->set_header(question.header());
    out->set_body(question.body());
    out->set_enc(question.enc());
    out->set_sealing_key_id(wrap.sealing_key_id());
    out->set_wrapped_key(std::move(*wrap.mutable_wrapped_key()));
    member->second->Send(std::move(frame));
  }
}

void FloorAsk::PutReveals(v1::AskReveals&& reveals) {
  const MutexLock lock(board_.mutex);
  for (v1::MemberReveal& reveal : *reveals.mutable_reveals()) {
    const auto member = board_.members.find(reveal.member());
    if (member == board_.members.end()) continue;
    v1::HubFrame frame;
    frame.mutable_reveal()->set_qid(qid_);
    frame.mutable_reveal()->set_reveal(std::move(*reveal.mutable_reveal()));
    member->second->Send(std::move(frame));
  }
}

void FloorAsk::OnGone() {
  const MutexLock lock(board_.mutex);
  board_.asks.erase(qid_);
}

grpc::ServerBidiReactor<v1::NodeFrame, v1::HubFrame>* FloorRelay::Connect(
    grpc::CallbackServerContext* /*context*/) {
  return new FloorMember(board_);
}

grpc::ServerBidiReactor<v1::AskFrame, v1::AskReply>* FloorRelay::Ask(
    grpc::CallbackServerContext* /*context*/) {
  return new FloorAsk(board_);
}

grpc::ServerUnaryReactor* FloorCustodian::Evaluate(grpc::CallbackServerContext* context,
                                                   const v1::EvaluateRequest* request,
                                                   v1::EvaluateResponse* response) {
  response->set_points(request->points());
  response->set_proof(std::string(kVoprfProofSize, '\0'));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace signpost::bench
