#include "tests/bench/floor_asker.h"

#include <atomic>
#include <chrono>

#include "node/service/client_stream.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"

namespace signpost::bench {
namespace {

constexpr int64_t kDeadlineMs = 20'000;

// One question: both custodians, then question, claims, reveals, answers. It keeps itself alive
// through the handlers it gives out.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  using Stream = node::ClientStream<v1::AskFrame, v1::AskReply>;

  Conversation(const FloorPeers& peers, grpc::ServerUnaryReactor* reactor,
               const v1::AskRequest& request, v1::Ledger* ledger)
      : peers_(peers), reactor_(reactor), request_(request), ledger_(ledger) {}

  void Start() {
    points_.set_points(std::string(kQuestionBatch * 32, '\0'));
    const auto deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(kDeadlineMs);
    for (size_t i = 0; i < 2; ++i) {
      contexts_[i].set_deadline(deadline);
      peers_.custodians[i]->async()->Evaluate(
          &contexts_[i], &points_, &evaluations_[i],
          [self = shared_from_this()](const grpc::Status& status) {
            if (!status.ok()) self->failed_ = true;
            if (--self->evaluating_ == 0) self->Converse();
          });
    }
  }

 private:
  void Converse() {
    if (failed_) {
      reactor_->Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "a bare custodian failed"));
      return;
    }
    const auto self = shared_from_this();
    const MutexLock lock(mutex_);
    stream_ = Stream::Open([this](grpc::ClientContext* context,
                                  auto* reactor) { peers_.hub->async()->Ask(context, reactor); },
                           {[self](v1::AskReply&& reply) { self->OnReply(std::move(reply)); },
                            [self](const absl::Status& status) { self->OnEnd(status); }},
                           kDeadlineMs, 16);
    static_cast<void>(stream_->Send(Question()));
  }

  v1::AskFrame Question() const {
    v1::AskFrame frame;
    v1::AskQuestion* question = frame.mutable_question();
    std::string header(kHeaderSize, '\0');
    header.replace(0, kQidSize, request_.request_id());
    question->set_header(std::move(header));
    std::string body(kBodySize, '\0');
    // How long a member is to wait, in milliseconds: the one thing that a bare member reads.
    body.replace(0, request_.purpose_text().size(), request_.purpose_text());
    question->set_body(std::move(body));
    question->set_enc(std::string(kEncSize, '\0'));
    for (const std::string& member : peers_.members) {
      v1::Wrap* wrap = question->add_wraps();
      wrap->set_member(member);
      wrap->set_sealing_key_id(1);
      wrap->set_wrapped_key(std::string(kWrappedKeySize, '\0'));
    }
    return frame;
  }

  void OnReply(v1::AskReply&& reply) {
    claims_ += static_cast<size_t>(reply.claims_size());
    for (const v1::MemberAnswer& answer : reply.answers()) {
      v1::LedgerRow* row = ledger_->add_rows();
      row->set_member(answer.member());
      row->set_name("Authority " + answer.member());
      row->set_outcome(v1::NOTHING_TO_REPORT);
      row->mutable_desk()->set_telephone("01632 960000");
    }
    if (claims_ < peers_.members.size() || revealed_) return;
    revealed_ = true;
    v1::AskFrame frame;
    for (const std::string& member : peers_.members) {
      v1::MemberReveal* reveal = frame.mutable_reveals()->add_reveals();
      reveal->set_member(member);
      reveal->set_reveal(std::string(kRevealSize, '\0'));
    }
    const MutexLock lock(mutex_);
    static_cast<void>(stream_->Send(std::move(frame)));
  }

  void OnEnd(const absl::Status& status) {
    const bool whole = static_cast<size_t>(ledger_->rows_size()) == peers_.members.size();
    ledger_->mutable_summary()->set_completeness(whole ? v1::COMPLETE : v1::INCOMPLETE);
    reactor_->Finish(status.ok() ? grpc::Status::OK : ToGrpc(status));
    const MutexLock lock(mutex_);
    stream_.reset();
  }

  const FloorPeers& peers_;
  grpc::ServerUnaryReactor* const reactor_;
  const v1::AskRequest request_;
  v1::Ledger* const ledger_;
  v1::EvaluateRequest points_;
  std::array<grpc::ClientContext, 2> contexts_;
  std::array<v1::EvaluateResponse, 2> evaluations_;
  std::atomic<int> evaluating_{2};
  std::atomic<bool> failed_{false};
  size_t claims_ = 0;
  bool revealed_ = false;
  Mutex mutex_;
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerUnaryReactor* FloorAsker::AskOnce(grpc::CallbackServerContext* context,
                                              const v1::AskRequest* request, v1::Ledger* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  std::make_shared<Conversation>(peers_, reactor, *request, response)->Start();
  return reactor;
}

}  // namespace signpost::bench
