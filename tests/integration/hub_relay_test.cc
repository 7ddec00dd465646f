// The hub and custodians over real gRPC and mTLS on loopback, with callers that
// speak the messages by hand: who is let in, what is passed on, how streams end.
#include <grpcpp/generic/generic_stub.h>

#include <catch2/catch.hpp>
#include <future>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "signpost/v1/relay.grpc.pb.h"
#include "tests/integration/hub_world.h"

namespace signpost::testing {
namespace {

constexpr char kBirmingham[] = "E09000012";
constexpr char kLeeds[] = "E08000035";

std::string Authority(const std::string& code) { return "authority/" + code; }

// A node's stream, held open by hand.
class Node {
 public:
  Node(HubWorld& world, const std::string& path)
      : stub_(v1::RelayService::NewStub(world.As(path))), stream_(stub_->Connect(&context_)) {
    v1::NodeFrame hello;
    hello.mutable_hello()->set_software_version("node-test");
    hello.mutable_hello()->mutable_health()->set_directory_version(1);
    hello.mutable_hello()->mutable_health()->set_clock_ms(world.clock.NowMs());
    stream_->Write(hello);
  }
  ~Node() {
    if (!finished_) {
      context_.TryCancel();
      static_cast<void>(Finish());
    }
  }

  // The next frame; an empty one at the end of the stream.
  v1::HubFrame Read() {
    v1::HubFrame frame;
    stream_->Read(&frame);
    return frame;
  }
  void Claim(const std::string& qid) {
    v1::NodeFrame frame;
    frame.mutable_claim()->set_qid(qid);
    frame.mutable_claim()->set_claim(std::string(kClaimSize, 'c'));
    stream_->Write(frame);
  }
  void Answer(const std::string& qid) {
    v1::NodeFrame frame;
    frame.mutable_answer()->set_qid(qid);
    frame.mutable_answer()->set_answer(std::string(kAnswerSize, 'a'));
    stream_->Write(frame);
  }
  void WriteRaw(const v1::NodeFrame& frame) { stream_->Write(frame); }
  grpc::Status Finish() {
    finished_ = true;
    v1::HubFrame rest;
    while (stream_->Read(&rest)) {
    }
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<v1::RelayService::Stub> stub_;
  const std::unique_ptr<grpc::ClientReaderWriter<v1::NodeFrame, v1::HubFrame>> stream_;
  bool finished_ = false;
};

v1::AskFrame QuestionFrame(char qid, const std::vector<std::string>& members) {
  v1::AskFrame frame;
  v1::AskQuestion* question = frame.mutable_question();
  question->set_header("signpost/v1" + std::string(kQidSize, qid) + std::string(94, 'x') +
                       IntBytes(4, 20'000));
  question->set_body(std::string(kBodySize, 'b'));
  question->set_enc(std::string(kEncSize, 'e'));
  for (const std::string& member : members) {
    v1::Wrap* wrap = question->add_wraps();
    wrap->set_member(member);
    wrap->set_wrapped_key(std::string(kWrappedKeySize, 'w'));
  }
  return frame;
}

class Asker {
 public:
  Asker(HubWorld& world, const std::string& path, const v1::AskFrame& question,
        int64_t deadline_ms = 20'000)
      : stub_(v1::RelayService::NewStub(world.As(path))) {
    if (deadline_ms > 0) SetDeadline(context_, deadline_ms);
    stream_ = stub_->Ask(&context_);
    stream_->Write(question);
  }
  v1::AskReply Read() {
    v1::AskReply reply;
    stream_->Read(&reply);
    return reply;
  }
  void Reveal(const std::vector<std::string>& members) {
    v1::AskFrame frame;
    for (const std::string& member : members) {
      v1::MemberReveal* reveal = frame.mutable_reveals()->add_reveals();
      reveal->set_member(member);
      reveal->set_reveal(std::string(kRevealSize, 'r'));
    }
    stream_->Write(frame);
  }
  void Close() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }
  grpc::Status Finish() {
    v1::AskReply rest;
    while (stream_->Read(&rest)) {
    }
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<v1::RelayService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AskFrame, v1::AskReply>> stream_;
};

grpc::Status Suspend(HubWorld& world, const std::string& member) {
  const auto stub = v1::FederationService::NewStub(world.As("officer/officer0"));
  grpc::ClientContext context;
  SetDeadline(context, 5000);
  v1::PublishReply reply;
  return stub->Suspend(&context, world.Order(member), &reply);
}

TEST_CASE("A question travels to a node and its answer back over mTLS") {
  HubWorld world;
  world.StartHub();
  Node leeds(world, Authority(kLeeds));
  const v1::HubFrame welcome = leeds.Read();
  CHECK(welcome.welcome().hub() == "hub1");
  CHECK(welcome.welcome().directory_version() == 1);
  Asker asker(world, Authority(kBirmingham), QuestionFrame('q', {kLeeds, "E10000016"}));
  const v1::AskReply silent = asker.Read();
  REQUIRE(silent.silent_size() == 1);
  CHECK(silent.silent(0).cause() == v1::MemberSilent::NOT_ADMITTED);
  const v1::HubFrame question = leeds.Read();
  CHECK(question.question().body() == std::string(kBodySize, 'b'));
  leeds.Claim(std::string(kQidSize, 'q'));
  CHECK(asker.Read().claims(0).member() == kLeeds);
  asker.Reveal({kLeeds});
  asker.Close();
  CHECK(leeds.Read().reveal().reveal() == std::string(kRevealSize, 'r'));
  leeds.Answer(std::string(kQidSize, 'q'));
  CHECK(asker.Read().answers(0).answer() == std::string(kAnswerSize, 'a'));
  CHECK(asker.Finish().ok());
}

TEST_CASE("A newer stream of the same member ends the older one as replaced") {
  HubWorld world;
  world.StartHub();
  Node older(world, Authority(kLeeds));
  REQUIRE(older.Read().has_welcome());
  Node newer(world, Authority(kLeeds));
  REQUIRE(newer.Read().has_welcome());
  const grpc::Status ended = older.Finish();
  CHECK(ended.error_code() == grpc::StatusCode::ABORTED);
  CHECK(ReasonOf(ended) == "REPLACED");
}

TEST_CASE("A member that does not read is evicted while others are served") {
  HubWorld world;
  v1::HubConfig config = world.Config("hub", "hub1");
  config.mutable_limits()->set_outbox_bytes(20'000);
  world.StartHub(config);
  Node deaf(world, Authority(kLeeds));
  REQUIRE(deaf.Read().has_welcome());
  REQUIRE(world.server->board().open_sessions() == 1);
  // The transport's own buffers fill first; then the outbox; then the member is gone.
  v1::DirectoryUpdate large;
  large.mutable_directory()->set_payload(std::string(256 * 1024, 'd'));
  for (int i = 0; i < 400 && world.server->board().open_sessions() == 1; ++i) {
    world.server->board().Broadcast(large);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(world.server->board().open_sessions() == 0);
  Node again(world, Authority(kLeeds));
  CHECK(again.Read().has_welcome());
  // Broken off, since it could not be told.
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  CHECK_FALSE(deaf.Finish().ok());
}

TEST_CASE("A suspension ends the open stream and the open question within two seconds") {
  HubWorld world;
  world.StartHub();
  Node leeds(world, Authority(kLeeds));
  Node birmingham(world, Authority(kBirmingham));
  REQUIRE(leeds.Read().has_welcome());
  REQUIRE(birmingham.Read().has_welcome());
  Asker asker(world, Authority(kLeeds), QuestionFrame('q', {kBirmingham}));
  REQUIRE(birmingham.Read().has_question());
  const int64_t begun_ms = world.clock.MonotonicMs();
  REQUIRE(Suspend(world, kLeeds).ok());
  const grpc::Status stream = leeds.Finish();
  const grpc::Status question = asker.Finish();
  CHECK(world.clock.MonotonicMs() - begun_ms < 2000);
  CHECK(stream.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(stream) == "SUSPENDED");
  CHECK(ReasonOf(question) == "SUSPENDED");
  Node back(world, Authority(kLeeds));
  const grpc::Status refused = back.Finish();
  CHECK(ReasonOf(refused) == "SUSPENDED");
  CHECK(refused.error_message().find("KEY_COMPROMISED") != std::string::npos);
  const v1::HubFrame told = birmingham.Read();
  CHECK(told.directory().orders_size() == 1);
  CHECK_FALSE(told.directory().has_directory());
}

TEST_CASE("Callers that the directory does not admit are refused with the reason") {
  HubWorld world;
  const TestLeaf other_key =
      world.ca.Issue("other", "spiffe://signpost.example/authority/E08000035");
  const TestLeaf expired =
      world.ca.Issue("expired", "spiffe://signpost.example/authority/E08000035", -60);
  world.StartHub();
  CHECK(ReasonOf(Node(world, Authority("E10000016")).Finish()) == "NOT_A_MEMBER");
  CHECK(ReasonOf(Node(world, "partner/HELPLINE").Finish()) == "NOT_PERMITTED");
  CHECK(ReasonOf(Node(world, "officer/officer0").Finish()) == "NOT_PERMITTED");
  const auto call = [&](const TestLeaf& leaf) {
    const auto stub =
        v1::RelayService::NewStub(world.ChannelTo(world.server->port(), "hub/hub1", leaf));
    grpc::ClientContext context;
    const auto stream = stub->Connect(&context);
    v1::HubFrame frame;
    while (stream->Read(&frame)) {
    }
    return stream->Finish();
  };
  CHECK(ReasonOf(call(other_key)) == "PIN_MISMATCH");
  CHECK(call(expired).error_code() == grpc::StatusCode::UNAVAILABLE);
  TestCa stranger(world.folder, "stranger");
  CHECK(call(stranger.Issue("strange", "spiffe://signpost.example/authority/E08000035"))
            .error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("Questions without a deadline or with a long one or malformed are refused") {
  HubWorld world;
  world.StartHub();
  const v1::AskFrame question = QuestionFrame('q', {kLeeds});
  CHECK(ReasonOf(Asker(world, Authority(kBirmingham), question, 0).Finish()) ==
        "DEADLINE_REQUIRED");
  CHECK(ReasonOf(Asker(world, Authority(kBirmingham), question, 90'000).Finish()) ==
        "DEADLINE_REQUIRED");
  CHECK(ReasonOf(Asker(world, Authority(kBirmingham), v1::AskFrame()).Finish()) == "MALFORMED");
  CHECK(ReasonOf(Asker(world, Authority(kBirmingham), QuestionFrame('q', {})).Finish()) ==
        "MALFORMED");
}

TEST_CASE("A node that sends what no node sends is cut off") {
  HubWorld world;
  world.StartHub();
  Node leeds(world, Authority(kLeeds));
  REQUIRE(leeds.Read().has_welcome());
  v1::NodeFrame large;
  large.mutable_claim()->set_claim(std::string(100'000, 'x'));
  leeds.WriteRaw(large);
  CHECK(ReasonOf(leeds.Finish()) == "MALFORMED");
}

// What went wrong: a member could open streams, say nothing, and hold them for ever.
TEST_CASE("A stream of a member that never says Hello is ended") {
  HubWorld world;
  v1::HubConfig config = world.Config("hub", "hub1");
  config.mutable_limits()->set_hello_ms(200);
  world.StartHub(config);
  const auto stub = v1::RelayService::NewStub(world.As(Authority(kLeeds)));
  grpc::ClientContext context;
  SetDeadline(context, 20'000);
  const auto stream = stub->Connect(&context);
  v1::HubFrame frame;
  CHECK_FALSE(stream->Read(&frame));
  const grpc::Status ended = stream->Finish();
  CHECK(ended.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  CHECK(ReasonOf(ended) == "DEADLINE_REQUIRED");

  Node leeds(world, Authority(kLeeds));
  REQUIRE(leeds.Read().has_welcome());
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // beyond its own Hello's time
  CHECK(world.server->board().open_sessions() == 1);
}

TEST_CASE("A hub that stops tells its nodes and ends their streams as draining") {
  HubWorld world;
  world.StartHub();
  Node leeds(world, Authority(kLeeds));
  REQUIRE(leeds.Read().has_welcome());
  std::thread stopping([&] { world.server->Stop(); });
  CHECK(leeds.Read().draining().reconnect_within_ms() == 300);
  const grpc::Status ended = leeds.Finish();
  stopping.join();
  CHECK(ended.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(ReasonOf(ended) == "DRAINING");
}

TEST_CASE("The first directory and the next come from an officer and reach open streams") {
  HubWorld world;
  world.with_directory = false;
  world.StartHub();
  CHECK(ReasonOf(Node(world, Authority(kLeeds)).Finish()) == "DIRECTORY_MISSING");
  const auto publish = [&](const std::string& who, const v1::SignedDocument& document,
                           v1::PublishReply& reply) {
    const auto stub = v1::FederationService::NewStub(world.As(who));
    grpc::ClientContext context;
    SetDeadline(context, 5000);
    return stub->PublishDirectory(&context, document, &reply);
  };
  v1::PublishReply reply;
  CHECK(ReasonOf(publish(Authority(kLeeds), world.federation.Signed(), reply)) == "NOT_PERMITTED");
  CHECK(publish("officer/officer0",
                world.federation.Sign(MakeDirectoryDocument(world.federation.directory), 1), reply)
            .error_code() == grpc::StatusCode::PERMISSION_DENIED);
  const v1::SignedDocument first = world.federation.Signed();
  REQUIRE(publish("officer/officer0", first, reply).ok());
  CHECK(reply.directory_version() == 1);
  Node leeds(world, Authority(kLeeds));
  REQUIRE(leeds.Read().has_welcome());
  world.federation.directory.set_version(2);
  world.federation.directory.set_previous_hash(world.server->book().Newest()->hash());
  REQUIRE(publish("officer/officer0", world.federation.Signed(), reply).ok());
  CHECK(reply.pushed_to() == 1);
  CHECK(leeds.Read().directory().has_directory());
  CHECK(ReasonOf(publish("officer/officer0", first, reply)) == "DIRECTORY_REFUSED");
}

TEST_CASE("Officers see every member with the silent ones first") {
  HubWorld world;
  world.StartHub();
  Node leeds(world, Authority(kLeeds));
  REQUIRE(leeds.Read().has_welcome());
  const auto list = [&](const std::string& who, v1::ListMembersReply& reply) {
    const auto stub = v1::FederationService::NewStub(world.As(who));
    grpc::ClientContext context;
    SetDeadline(context, 5000);
    return stub->ListMembers(&context, v1::ListMembersRequest(), &reply);
  };
  v1::ListMembersReply reply;
  CHECK(ReasonOf(list(Authority(kLeeds), reply)) == "NOT_PERMITTED");
  REQUIRE(list("officer/officer0", reply).ok());
  REQUIRE(reply.members_size() == 3);
  CHECK_FALSE(reply.members(0).connected());
  CHECK(reply.members(2).code() == kLeeds);
  CHECK(reply.members(2).connected());
  CHECK(reply.members(2).software_version() == "node-test");
  CHECK(reply.hub_certificate_not_after_ms() > world.clock.NowMs());
}

// The status byte of grpc.health.v1: 1 is SERVING, 2 is NOT_SERVING.
int HealthOf(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  SetDeadline(context, 5000);
  const grpc::Slice nothing("", 0);
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (!done.get_future().get().ok()) return -1;
  grpc::Slice bytes;
  if (!response.DumpToSingleSlice(&bytes).ok() || bytes.size() != 2) return -2;
  return bytes.begin()[1];  // field 1, a varint
}

TEST_CASE("Health says not serving without a directory and serving with one") {
  HubWorld world;
  world.with_directory = false;
  world.StartHub();
  const auto channel = world.As(Authority(kLeeds));
  CHECK(HealthOf(channel) == 2);
  REQUIRE(world.server->book().Offer(world.federation.Signed(), world.clock.NowMs()).ok());
  CHECK(Eventually([&] { return HealthOf(channel) == 1; }));
}

TEST_CASE("Readers get the directory once and hear of each newer one while they watch") {
  HubWorld world;
  world.StartHub();
  const auto stub = v1::DirectoryService::NewStub(world.As("partner/HELPLINE"));
  grpc::ClientContext once, none, strange, watching;
  v1::GetDirectoryRequest request;
  v1::DirectoryUpdate update;
  SetDeadline(once, 5000);
  REQUIRE(stub->GetDirectory(&once, request, &update).ok());
  CHECK(update.directory().payload() == world.federation.Signed().payload());
  CHECK(ReasonOf(stub->GetDirectory(&none, request, &update)) == "DEADLINE_REQUIRED");
  const auto stranger = v1::DirectoryService::NewStub(world.As(Authority("E10000016")));
  SetDeadline(strange, 5000);
  CHECK(ReasonOf(stranger->GetDirectory(&strange, request, &update)) == "NOT_A_MEMBER");
  const auto reader = stub->WatchDirectory(&watching, request);
  REQUIRE(reader->Read(&update));
  CHECK(update.has_directory());
  REQUIRE(Suspend(world, kLeeds).ok());
  REQUIRE(reader->Read(&update));
  CHECK_FALSE(update.has_directory());
  CHECK(update.orders_size() == 1);
  world.server->Stop();
  CHECK_FALSE(reader->Read(&update));
  CHECK(ReasonOf(reader->Finish()) == "DRAINING");
}

}  // namespace
}  // namespace signpost::testing
