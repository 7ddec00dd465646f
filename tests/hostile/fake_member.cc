#include "tests/hostile/fake_member.h"

#include <catch2/catch.hpp>
#include <utility>

#include "proto/limits.h"
#include "proto/question/answer.h"
#include "proto/question/reveal.h"
#include "proto/transport/channel.h"

namespace signpost::testing {

FakeMember::FakeMember(TestFederation& federation, int authority, Script script)
    : code_(TestFederation::Code(authority)),
      keys_(node::ReadNodeKeys(federation.config(authority)).value()),
      script_(std::move(script)) {
  REQUIRE_FALSE(federation.running(authority));
  const auto credentials =
      MakeChannelCredentials(federation.MemberTls(authority), "spiffe://signpost.example/hub/hub1");
  REQUIRE(credentials.ok());
  ChannelSettings settings;
  settings.max_receive_bytes = kMaxDirectoryBytes + kMaxMessageBytes;
  stub_ = v1::RelayService::NewStub(
      MakeChannel(federation.hub_config().listen(), *credentials, settings));
  stream_ = stub_->Connect(&context_);
  v1::NodeFrame hello;
  hello.mutable_hello()->mutable_health()->set_directory_version(federation.directory().version());
  stream_->Write(hello);
  v1::HubFrame welcome;
  REQUIRE(stream_->Read(&welcome));
  REQUIRE(welcome.has_welcome());
  if (script_.reads) reader_ = std::thread([this] { Read(); });
}

FakeMember::~FakeMember() {
  context_.TryCancel();
  if (reader_.joinable()) reader_.join();
  static_cast<void>(stream_->Finish());
}

void FakeMember::Read() {
  v1::HubFrame frame;
  while (stream_->Read(&frame)) Take(frame);
}

void FakeMember::Take(const v1::HubFrame& frame) {
  if (frame.has_question()) {
    ++questions;
    const v1::QuestionFrame& q = frame.question();
    const auto key = keys_.sealing.find(q.sealing_key_id());
    if (key == keys_.sealing.end()) return;
    auto opened = OpenQuestion(q.header(), q.body(), q.enc(), q.wrapped_key(), key->second);
    if (!opened.ok()) return;
    const std::string qid = opened->header.qid;
    const OpenedQuestion& question = open_.emplace(qid, *std::move(opened)).first->second;
    if (script_.on_question) {
      script_.on_question(*this, question);
    } else {
      SendClaim(qid, Claim(question, std::nullopt));
    }
  }
  if (frame.has_reveal()) {
    const auto found = open_.find(frame.reveal().qid());
    if (found == open_.end()) return;
    const std::string& reveal = frame.reveal().reveal();
    if (TellsDetails(found->second, reveal)) told_details = true;
    if (script_.on_reveal) {
      script_.on_reveal(*this, found->second, reveal);
    } else {
      SendAnswer(frame.reveal().qid(), Answer(found->second, reveal, Nothing(), keys_.signing));
    }
  }
}

uint32_t FakeMember::MatchingSlots(const OpenedQuestion& question,
                                   std::vector<const Secret*>* poss) const {
  uint32_t bitmap = 0;
  for (size_t slot = 0; tags_ != nullptr && slot < kQuestionSlots; ++slot) {
    for (const node::QuestionTag& tag : *tags_) {
      const std::string_view hint(reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size());
      const auto slot_tag = SlotTag(hint, question.header.slot);
      if (!slot_tag.ok() || *slot_tag != question.tag(slot)) continue;
      bitmap |= uint32_t{1} << slot;
      if (poss != nullptr) poss->push_back(&tag.poss);
      break;
    }
  }
  return bitmap;
}

ClaimEvidence FakeMember::TrueEvidence(const OpenedQuestion& question,
                                       const std::string& member) const {
  std::vector<const Secret*> poss;
  const uint32_t bitmap = MatchingSlots(question, &poss);
  return MakeEvidence(question.hh, member, bitmap, poss).value();
}

bool FakeMember::TellsDetails(const OpenedQuestion& question, const std::string& reveal) const {
  std::vector<const Secret*> poss;
  MatchingSlots(question, &poss);
  const auto opened = OpenReveal(question.keys.reveal, question.hh, poss, reveal);
  return opened.ok() && !opened->cover;
}

std::string FakeMember::Claim(const OpenedQuestion& question,
                              const std::optional<ClaimEvidence>& evidence,
                              v1::ClaimStatus status) {
  return Claim(question, evidence, status, keys_.signing);
}

std::string FakeMember::Claim(const OpenedQuestion& question,
                              const std::optional<ClaimEvidence>& evidence, v1::ClaimStatus status,
                              const SigningKey& key) {
  ClaimCore core;
  core.status = status;
  core.audit_head = std::string(kHashSize, 'h');
  return MakeClaim(question.keys.claim, question.enc, question.hh, code_, core, evidence, key,
                   random_)
      .value();
}

std::string FakeMember::Answer(const OpenedQuestion& question, const std::string& reveal,
                               const v1::AnswerBody& body, const SigningKey& key) {
  return MakeAnswer(question.keys.answer, question.enc, question.hh, code_, RevealHash(reveal),
                    body, key, random_)
      .value();
}

v1::AnswerBody FakeMember::Nothing() {
  v1::AnswerBody body;
  body.set_outcome(v1::NOTHING_TO_REPORT);
  return body;
}

v1::AnswerBody FakeMember::InvolvedNow() {
  v1::AnswerBody body;
  body.set_outcome(v1::INVOLVED_NOW);
  body.set_grade(v1::CERTAIN);
  body.add_signposts()->set_telephone("01632 960999");
  return body;
}

void FakeMember::SendClaim(const std::string& qid, const std::string& claim) {
  v1::NodeFrame frame;
  frame.mutable_claim()->set_qid(qid);
  frame.mutable_claim()->set_claim(claim);
  Send(frame);
}

void FakeMember::SendAnswer(const std::string& qid, const std::string& answer) {
  v1::NodeFrame frame;
  frame.mutable_answer()->set_qid(qid);
  frame.mutable_answer()->set_answer(answer);
  Send(frame);
}

void FakeMember::Send(const v1::NodeFrame& frame) { stream_->Write(frame); }

}  // namespace signpost::testing
