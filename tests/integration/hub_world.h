// A hub, and custodians when wanted, in this process over mTLS on loopback, with
// a directory that pins certificates made for the test; and callers to them.
//
// Thread safety: a world belongs to one test; callers may be used from threads.
#ifndef SIGNPOST_TESTS_INTEGRATION_HUB_WORLD_H_
#define SIGNPOST_TESTS_INTEGRATION_HUB_WORLD_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "hub/service/custodian_server.h"
#include "hub/service/hub_server.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/transport/channel.h"
#include "proto/transport/credentials.h"
#include "proto/transport/errors.h"
#include "tests/integration/test_pki.h"
#include "tests/unit/directory/fixture.h"

namespace signpost::testing {

inline constexpr int64_t kPatienceMs = 8000;

// Asks again every 10 ms until `what` holds; false after kPatienceMs.
template <typename Condition>
bool Eventually(Condition what) {
  for (int64_t waited = 0; waited < kPatienceMs; waited += 10) {
    if (what()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return what();
}

class HubWorld {
 public:
  HubWorld() {
    const int64_t shift_ms = clock.NowMs() - kNowMs;  // the fixture's times are fixed
    v1::Directory& directory = federation.directory;
    directory.set_issued_ms(directory.issued_ms() + shift_ms);
    directory.set_not_after_ms(directory.not_after_ms() + shift_ms);
    for (v1::Epoch& epoch : *directory.mutable_epochs()) {
      epoch.set_not_before_ms(epoch.not_before_ms() + shift_ms);
      epoch.set_asking_from_ms(epoch.asking_from_ms() + shift_ms);
      epoch.set_retire_at_ms(epoch.retire_at_ms() + shift_ms);
    }
    for (v1::Member& member : *directory.mutable_members()) {
      const bool partner = member.kind() == v1::PARTNER;
      member.set_tls_pin(Leaf((partner ? "partner/" : "authority/") + member.code()).pin);
    }
    directory.mutable_hubs(0)->set_tls_pin(Leaf("hub/hub1").pin);
    directory.mutable_officers(0)->set_tls_pin(Leaf("officer/officer0").pin);
    for (v1::Custodian& custodian : *directory.mutable_custodians()) {
      custodian.set_tls_pin(Leaf("custodian/" + custodian.name()).pin);
    }
    Write("anchor", federation.anchor.SerializeAsString());
  }

  // Issued once a path, "authority/E09000012".
  const TestLeaf& Leaf(const std::string& path) {
    const auto found = leaves_.find(path);
    if (found != leaves_.end()) return found->second;
    const std::string file = "leaf" + std::to_string(leaves_.size());
    return leaves_.emplace(path, ca.Issue(file, "spiffe://signpost.example/" + path)).first->second;
  }

  void Write(const std::string& file, const std::string& bytes) const {
    if (!WriteFileAtomic(folder.File(file), bytes, 0600).ok()) throw std::runtime_error(file);
  }

  v1::HubConfig Config(const std::string& path, const std::string& name) {
    const TestLeaf& leaf = Leaf(path + "/" + name);
    v1::HubConfig config;
    config.set_name(name);
    config.set_listen("127.0.0.1:0");
    config.mutable_tls()->set_certificate(leaf.certificate);
    config.mutable_tls()->set_private_key(leaf.private_key);
    config.mutable_tls()->set_federation_ca(ca.certificate());
    config.set_anchor(folder.File("anchor"));
    config.set_directory_cache(folder.File(name + ".directory"));
    config.mutable_limits()->set_drain_ms(300);
    return config;
  }

  // Starts the hub with the directory as it stands; throws when it does not start.
  void StartHub(v1::HubConfig config) {
    if (with_directory) {
      Write("first", federation.Signed().SerializeAsString());
      config.set_initial_directory(folder.File("first"));
    }
    auto started = hub::HubServer::Start(config, clock, "test");
    if (!started.ok()) throw std::runtime_error(std::string(started.status().message()));
    server = *std::move(started);
  }
  void StartHub() { StartHub(Config("hub", "hub1")); }

  std::shared_ptr<grpc::Channel> ChannelTo(int port, const std::string& expected,
                                           const TestLeaf& leaf) const {
    const auto credentials =
        MakeChannelCredentials({leaf.certificate, leaf.private_key, ca.certificate()},
                               "spiffe://signpost.example/" + expected);
    if (!credentials.ok()) throw std::runtime_error("channel credentials");
    ChannelSettings settings;
    settings.max_receive_bytes = kMaxDirectoryBytes + kMaxMessageBytes;
    return MakeChannel("127.0.0.1:" + std::to_string(port), *credentials, settings);
  }
  // A channel to the hub as the holder of `path`'s certificate.
  std::shared_ptr<grpc::Channel> As(const std::string& path) {
    return ChannelTo(server->port(), "hub/hub1", Leaf(path));
  }

  v1::SignedDocument Order(const std::string& member) const {
    v1::SuspensionOrder order;
    order.set_member(member);
    order.set_reason("KEY_COMPROMISED");
    order.set_directory_version(federation.directory.version());
    order.set_issued_ms(clock.NowMs());
    order.set_expires_ms(clock.NowMs() + kHourMs);
    return federation.Sign(MakeSuspensionDocument(order), 1);
  }

  SystemClock clock;
  TempFolder folder;
  TestCa ca{folder, "federation"};
  Federation federation;
  bool with_directory = true;
  std::unique_ptr<hub::HubServer> server;

 private:
  std::map<std::string, TestLeaf> leaves_;
};

inline void SetDeadline(grpc::ClientContext& context, int64_t ms) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
}

// The reason word that a call ended with, or "OK".
inline std::string ReasonOf(const grpc::Status& status) {
  return status.ok() ? "OK" : DetailsOf(FromGrpc(status)).reason;
}

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_HUB_WORLD_H_
