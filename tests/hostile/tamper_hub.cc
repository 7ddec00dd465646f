#include "tests/hostile/tamper_hub.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "proto/limits.h"
#include "proto/transport/channel.h"
#include "proto/transport/peer.h"

namespace signpost::testing {

TamperHub::TamperHub(TestFederation& federation) : federation_(federation) {
  const v1::TlsFiles& tls = federation.hub_config().tls();
  const auto credentials =
      MakeServerCredentials({tls.certificate(), tls.private_key(), tls.federation_ca()});
  REQUIRE(credentials.ok());
  int port = 0;
  grpc::ServerBuilder builder;
  ConfigureServer(builder, federation.hub_config().listen(), *credentials, &port,
                  kMaxDirectoryBytes);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  REQUIRE(server_ != nullptr);
  REQUIRE(port != 0);
}

TamperHub::~TamperHub() { server_->Shutdown(std::chrono::system_clock::now()); }

void TamperHub::Set(Hooks hooks) {
  const std::lock_guard lock(mutex_);
  hooks_ = std::move(hooks);
}

void TamperHub::SendTo(const std::string& member, const v1::HubFrame& frame) {
  const std::lock_guard lock(mutex_);
  const auto found = nodes_.find(member);
  if (found != nodes_.end()) found->second->Write(frame);
}

v1::HubFrame TamperHub::LastQuestion(const std::string& member) {
  const std::lock_guard lock(mutex_);
  return last_question_[member];
}

int TamperHub::connections(const std::string& member) {
  const std::lock_guard lock(mutex_);
  return connections_[member];
}

size_t TamperHub::open_questions() {
  const std::lock_guard lock(mutex_);
  return asks_.size();
}

std::string TamperHub::CodeOf(const grpc::ServerContext& context) const {
  const auto peer =
      AuthenticatedPeer(*context.auth_context(), "signpost.example", federation_.clock().NowMs());
  return peer.ok() ? peer->identity.name : "";
}

grpc::Status TamperHub::Connect(grpc::ServerContext* context, NodeStream* stream) {
  const std::string member = CodeOf(*context);
  v1::NodeFrame frame;
  if (!stream->Read(&frame)) return grpc::Status::OK;
  {
    const std::lock_guard lock(mutex_);
    v1::HubFrame welcome;
    welcome.mutable_welcome()->set_hub("hub1");
    welcome.mutable_welcome()->set_clock_ms(federation_.clock().NowMs());
    stream->Write(welcome);
    v1::HubFrame news;
    *news.mutable_directory()->mutable_directory() =
        federation_.SignedBy(federation_.directory(), 2);
    stream->Write(news);
    nodes_[member] = stream;
    ++connections_[member];
  }
  while (stream->Read(&frame)) FromNode(member, frame);
  const std::lock_guard lock(mutex_);
  if (nodes_[member] == stream) nodes_.erase(member);
  return grpc::Status::OK;
}

void TamperHub::FromNode(const std::string& member, const v1::NodeFrame& frame) {
  v1::AskReply reply;
  if (frame.has_claim()) {
    v1::MemberClaim* claim = reply.add_claims();
    claim->set_member(member);
    claim->set_claim(frame.claim().claim());
    ToAsker(frame.claim().qid(), std::move(reply));
  } else if (frame.has_answer()) {
    v1::MemberAnswer* answer = reply.add_answers();
    answer->set_member(member);
    answer->set_answer(frame.answer().answer());
    ToAsker(frame.answer().qid(), std::move(reply));
  }
}

void TamperHub::ToAsker(const std::string& qid, v1::AskReply reply) {
  const std::lock_guard lock(mutex_);
  const auto ask = asks_.find(qid);
  if (ask == asks_.end() || (hooks_.to_asker && !hooks_.to_asker(reply))) return;
  ask->second->Write(reply);
}

void TamperHub::ToMember(const std::string& member, v1::HubFrame frame) {
  const std::lock_guard lock(mutex_);
  if (frame.has_question()) last_question_[member] = frame;
  const auto node = nodes_.find(member);
  if (node == nodes_.end() || (hooks_.to_member && !hooks_.to_member(member, frame))) return;
  node->second->Write(frame);
}

grpc::Status TamperHub::Ask(grpc::ServerContext* context, AskStream* stream) {
  v1::AskFrame frame;
  if (!stream->Read(&frame) || !frame.has_question()) return grpc::Status::OK;
  const std::string qid = frame.question().header().substr(11, kQidSize);
  std::function<void(v1::AskReply&)> flood;
  {
    const std::lock_guard lock(mutex_);
    asks_[qid] = stream;
    v1::AskReply at_once;
    if (hooks_.at_question) hooks_.at_question(at_once);
    if (at_once.ByteSizeLong() > 0) stream->Write(at_once);
    flood = hooks_.flood;
  }
  for (const v1::Wrap& wrap : frame.question().wraps()) {
    v1::HubFrame out;
    out.mutable_question()->set_header(frame.question().header());
    out.mutable_question()->set_body(frame.question().body());
    out.mutable_question()->set_enc(frame.question().enc());
    out.mutable_question()->set_sealing_key_id(wrap.sealing_key_id());
    out.mutable_question()->set_wrapped_key(wrap.wrapped_key());
    ToMember(wrap.member(), std::move(out));
  }
  while (flood && !context->IsCancelled()) {
    v1::AskReply reply;
    flood(reply);
    {
      const std::lock_guard lock(mutex_);
      if (!stream->Write(reply)) break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  while (stream->Read(&frame)) {
    for (const v1::MemberReveal& reveal : frame.reveals().reveals()) {
      v1::HubFrame out;
      out.mutable_reveal()->set_qid(qid);
      out.mutable_reveal()->set_reveal(reveal.reveal());
      ToMember(reveal.member(), std::move(out));
    }
  }
  const std::lock_guard lock(mutex_);
  asks_.erase(qid);
  return grpc::Status::OK;
}

}  // namespace signpost::testing
