#include "tests/hostile/hand_asker.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"
#include "tests/integration/records.h"

namespace signpost::testing {

HandStream::HandStream(v1::RelayService::Stub& stub, const v1::AskQuestion& question) {
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  stream_ = stub.Ask(&context_);
  v1::AskFrame frame;
  *frame.mutable_question() = question;
  sent_ms_ = clock_.MonotonicMs();
  stream_->Write(frame);
}

HandStream::~HandStream() {
  context_.TryCancel();
  while (ReadOne()) {
  }
  static_cast<void>(stream_->Finish());
}

bool HandStream::ReadOne() {
  v1::AskReply reply;
  if (!stream_->Read(&reply)) return false;
  for (const v1::MemberClaim& claim : reply.claims()) {
    extra += !claims.emplace(claim.member(), claim.claim()).second;
    claimed_ms.emplace(claim.member(), clock_.MonotonicMs() - sent_ms_);
  }
  for (const v1::MemberAnswer& answer : reply.answers()) {
    extra += !answers.emplace(answer.member(), answer.answer()).second;
  }
  return true;
}

void HandStream::ReadClaims(size_t count) {
  while (claims.size() < count && ReadOne()) {
  }
}

void HandStream::ReadAnswers(size_t count) {
  while (answers.size() < count && ReadOne()) {
  }
}

void HandStream::Reveal(const std::map<std::string, std::string>& reveals) {
  v1::AskFrame frame;
  for (const auto& [member, reveal] : reveals) {
    v1::MemberReveal* out = frame.mutable_reveals()->add_reveals();
    out->set_member(member);
    out->set_reveal(reveal);
  }
  stream_->Write(frame);
  stream_->WritesDone();
}

HandAsker::HandAsker(TestFederation& federation, int authority, std::vector<int> asked)
    : code(TestFederation::Code(authority)),
      keys(node::ReadNodeKeys(federation.config(authority)).value()),
      federation_(federation),
      tags_(federation.Tags(Zebedee())) {
  REQUIRE_FALSE(federation.running(authority));
  for (const int other : asked) {
    const node::NodeKeys theirs = node::ReadNodeKeys(federation.config(other)).value();
    recipients_.push_back({TestFederation::Code(other), 1, theirs.sealing.at(1).public_key()});
  }
  const auto credentials =
      MakeChannelCredentials(federation.MemberTls(authority), "spiffe://signpost.example/hub/hub1");
  REQUIRE(credentials.ok());
  stub_ = v1::RelayService::NewStub(MakeChannel(federation.hub_config().listen(), *credentials));
}

QuestionHeader HandAsker::Header() {
  const auto directory = federation_.hub().book().Newest();
  QuestionHeader header;
  header.qid = federation_.random().Bytes(kQidSize);
  header.epoch = directory->message().epochs(0).epoch();
  header.pk_hash = PkHash(directory->message().epochs(0));
  header.directory_version = directory->version();
  header.directory_hash = directory->hash();
  header.policy_version = 1;
  header.issued_ms = federation_.clock().NowMs();
  header.slot = SlotOf(header.issued_ms);
  header.deadline_ms = 1200;
  return header;
}

v1::Intro HandAsker::Intro() const {
  v1::Intro intro;
  intro.set_member(code);
  intro.set_person("B. Asker");
  intro.set_role(v1::SOCIAL_WORKER);
  intro.set_organisation("Council 0");
  intro.set_purpose(v1::S47_ENQUIRY);
  return intro;
}

std::vector<AskingTag> HandAsker::TagsAt(int64_t slot) {
  std::vector<AskingTag> at;
  for (const node::QuestionTag& tag : tags_) {
    const std::string_view hint(reinterpret_cast<const char*>(tag.hint.data()), tag.hint.size());
    at.push_back({SlotTag(hint, slot).value(), &tag.poss});
  }
  return at;
}

BuiltQuestion HandAsker::Build(const QuestionHeader& header, const v1::Intro& intro,
                               const SigningKey& key) {
  return BuildWith(header, intro, key, TagsAt(header.slot));
}

BuiltQuestion HandAsker::BuildWith(const QuestionHeader& header, const v1::Intro& intro,
                                   const SigningKey& key, absl::Span<const AskingTag> tags) {
  auto built = BuildQuestion(header, tags, recipients_, intro, key, federation_.random());
  INFO(built.status().message());
  REQUIRE(built.ok());
  return *std::move(built);
}

v1::AskQuestion HandAsker::Message(const BuiltQuestion& built) {
  v1::AskQuestion message;
  message.set_header(built.header);
  message.set_body(built.body);
  message.set_enc(built.enc);
  for (const MemberWrap& wrap : built.wraps) {
    v1::Wrap* out = message.add_wraps();
    out->set_member(wrap.member);
    out->set_sealing_key_id(wrap.sealing_key_id);
    out->set_wrapped_key(wrap.wrapped_key);
  }
  return message;
}

std::unique_ptr<HandStream> HandAsker::Put(const v1::AskQuestion& question) {
  return std::make_unique<HandStream>(*stub_, question);
}

const ExportedKeys& HandAsker::KeysOf(const BuiltQuestion& built, const std::string& member) {
  for (const MemberWrap& wrap : built.wraps) {
    if (wrap.member == member) return wrap.keys;
  }
  FAIL("not asked: " << member);
  return built.wraps.front().keys;
}

absl::StatusOr<OpenedClaim> HandAsker::Open(const BuiltQuestion& built, const std::string& member,
                                            const std::string& claim) {
  return OpenClaim(KeysOf(built, member).claim, built.enc, built.hh, claim);
}

bool HandAsker::Proves(const BuiltQuestion& built, const std::string& member,
                       const std::string& claim) {
  const auto opened = Open(built, member, claim);
  const std::vector<AskingTag> tags = TagsAt(0);  // only their poss are read
  return opened.ok() &&
         VerifyEvidence(opened->evidence, built.hh, member, PossOfSlots(built, tags));
}

std::vector<const Secret*> HandAsker::Poss(const BuiltQuestion& built, uint32_t bitmap) {
  const std::vector<AskingTag> tags = TagsAt(0);
  return PossOfBitmap(PossOfSlots(built, tags), bitmap);
}

}  // namespace signpost::testing
