#include "tests/bench/floor_roles.h"

#include <grpcpp/server.h>
#include <signal.h>

#include <cstdlib>
#include <cstring>

#include "node/service/client_stream.h"
#include "node/service/release_timer.h"
#include "proto/base/daemon.h"
#include "proto/limits.h"
#include "proto/transport/channel.h"
#include "proto/transport/credentials.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/floor_asker.h"
#include "tests/bench/floor_hub.h"

namespace signpost::bench {
namespace {

constexpr char kPrefix[] = "spiffe://floor.example/";
constexpr char kRole[] = "--floor-role";
constexpr int kReadyTries = 200;

// --floor-role ROLE CERTIFICATE KEY CA LISTEN HUB CUSTODIAN_A CUSTODIAN_B NAME MEMBERS
struct Role {
  std::string role;
  TlsPaths tls;
  std::string listen;
  std::string hub;
  std::string custodians[2];
  std::string name;
  int members = 0;
};

std::string MemberName(int index) { return BenchFederation::Code(index + 1); }

std::shared_ptr<grpc::Channel> ChannelTo(const Role& role, const std::string& address,
                                         const std::string& name) {
  auto credentials = MakeChannelCredentials(role.tls, kPrefix + name);
  Must(credentials.status(), "credentials of the floor");
  return MakeChannel(address, *credentials);
}

std::unique_ptr<grpc::Server> Serve(const Role& role, grpc::Service& service) {
  auto credentials = MakeServerCredentials(role.tls);
  Must(credentials.status(), "credentials of the floor");
  grpc::ServerBuilder builder;
  int port = 0;
  ConfigureServer(builder, role.listen, *credentials, &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  Must(server != nullptr && port != 0, "a bare server cannot listen");
  return server;
}

void WaitForStop() {
  signpost::WaitForStop([] {}, [] {}, 1000);
}

// A member: a standing stream, and two replies of the right size to each question.
class FloorMemberNode {
 public:
  using Stream = node::ClientStream<v1::NodeFrame, v1::HubFrame>;

  explicit FloorMemberNode(const Role& role)
      : stub_(v1::RelayService::NewStub(ChannelTo(role, role.hub, "hub"))), timer_(clock_) {
    stream_ = Stream::Open(
        [this](grpc::ClientContext* context, auto* reactor) {
          context->set_wait_for_ready(true);
          stub_->async()->Connect(context, reactor);
        },
        {[this](v1::HubFrame&& frame) { OnFrame(std::move(frame)); }, [](const absl::Status&) {}},
        0, 4096);
    v1::NodeFrame hello;
    hello.mutable_hello()->set_software_version(role.name);
    static_cast<void>(stream_->Send(std::move(hello)));
  }
  ~FloorMemberNode() { stream_->Cancel(); }

 private:
  void OnFrame(v1::HubFrame&& frame) {
    v1::NodeFrame reply;
    if (frame.has_question()) {
      delay_ms_ = std::atoi(frame.question().body().c_str());
      reply.mutable_claim()->set_qid(frame.question().header().substr(0, kQidSize));
      reply.mutable_claim()->set_claim(std::string(kClaimSize, '\0'));
    } else if (frame.has_reveal()) {
      reply.mutable_answer()->set_qid(frame.reveal().qid());
      reply.mutable_answer()->set_answer(std::string(kAnswerSize, '\0'));
    } else {
      return;
    }
    if (delay_ms_ == 0) {
      static_cast<void>(stream_->Send(std::move(reply)));
      return;
    }
    auto shared = std::make_shared<v1::NodeFrame>(std::move(reply));
    timer_.At(clock_.MonotonicMs() + delay_ms_,
              [this, shared] { static_cast<void>(stream_->Send(std::move(*shared))); });
  }

  SystemClock clock_;
  std::unique_ptr<v1::RelayService::Stub> stub_;
  std::shared_ptr<Stream> stream_;
  int delay_ms_ = 0;
  node::ReleaseTimer timer_;
};

int Run(const Role& role) {
  if (role.role == "hub") {
    FloorRelay relay;
    const auto server = Serve(role, relay);
    WaitForStop();
    std::_Exit(0);  // standing streams never end by themselves
  }
  if (role.role == "custodian") {
    FloorCustodian custodian;
    const auto server = Serve(role, custodian);
    WaitForStop();
    return 0;
  }
  if (role.role == "member") {
    const FloorMemberNode member(role);
    WaitForStop();
    std::_Exit(0);
  }
  FloorPeers peers;
  for (size_t i = 0; i < 2; ++i) {
    peers.custodians[i] =
        v1::CustodianService::NewStub(ChannelTo(role, role.custodians[i], "custodian"));
  }
  peers.hub = v1::RelayService::NewStub(ChannelTo(role, role.hub, "hub"));
  for (int i = 0; i < role.members; ++i) peers.members.push_back(MemberName(i));
  FloorAsker asker(std::move(peers));
  const auto server = Serve(role, asker);
  WaitForStop();
  return 0;
}

}  // namespace

std::optional<int> RunFloorRole(int argc, char** argv) {
  if (argc != 12 || std::strcmp(argv[1], kRole) != 0) return std::nullopt;
  HardenProcess();
  const Role role{argv[2],  {argv[3], argv[4], argv[5]}, argv[6], argv[7], {argv[8], argv[9]},
                  argv[10], std::atoi(argv[11])};
  return RunBench([&role] { std::_Exit(Run(role)); });
}

FloorFederation::FloorFederation(int members) : ca_(folder_, "floor") {
  const std::string hub = FreeAddress();
  const std::string custodians[2] = {FreeAddress(), FreeAddress()};
  const std::string asker = FreeAddress();
  const auto start = [&](const std::string& role, const std::string& name,
                         const std::string& listen) {
    const testing::TestLeaf leaf = ca_.Issue(role + "-" + name, kPrefix + role);
    return std::make_unique<Process>(
        "/proc/self/exe",
        std::vector<std::string>{kRole, role, leaf.certificate, leaf.private_key, ca_.certificate(),
                                 listen, hub, custodians[0], custodians[1], name,
                                 std::to_string(members)},
        folder_.File(role + "-" + name + ".log"));
  };
  hub_ = start("hub", "hub", hub);
  for (int i = 0; i < 2; ++i) {
    custodians_.push_back(start("custodian", std::to_string(i), custodians[i]));
  }
  for (int i = 0; i < members; ++i) members_.push_back(start("member", MemberName(i), "-"));
  asker_ = start("asker", "asker", asker);
  const testing::TestLeaf person = ca_.Issue("person", std::string(kPrefix) + "person");
  Role self;
  self.tls = {person.certificate, person.private_key, ca_.certificate()};
  stub_ = v1::LookupService::NewStub(ChannelTo(self, asker, "asker"));
  // Ready when a question reaches every member.
  for (int i = 0; i < kReadyTries; ++i) {
    SleepMs(50);
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(2000));
    v1::Ledger ledger;
    if (stub_->AskOnce(&context, request_maker(0)(), &ledger).ok()) return;
  }
  Must(false, "the floor did not become ready");
}

RequestMaker FloorFederation::request_maker(int delay_ms) {
  return [delay_ms] {
    SystemRandom random;
    v1::AskRequest request;
    request.set_request_id(random.Bytes(kQidSize));
    request.set_case_reference("asked");
    request.set_purpose(v1::S47_ENQUIRY);
    request.set_lawful_basis("Children Act 2004 s.16LA");
    request.set_purpose_text(std::to_string(delay_ms));
    return request;
  };
}

}  // namespace signpost::bench
