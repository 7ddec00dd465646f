// A hub's world with two custodians in it, whose shares the directory publishes.
//
// Thread safety: as HubWorld.
#ifndef SIGNPOST_TESTS_INTEGRATION_CUSTODY_WORLD_H_
#define SIGNPOST_TESTS_INTEGRATION_CUSTODY_WORLD_H_

#include <memory>
#include <string>
#include <utility>

#include "proto/base/random.h"
#include "proto/crypto/possession.h"
#include "proto/crypto/voprf.h"
#include "signpost/v1/custody.grpc.pb.h"
#include "tests/integration/hub_world.h"

namespace signpost::testing {

inline constexpr char kLeeds[] = "E08000035";

// Writes the share of a custodian and publishes it as epoch 1's; starts custodians.
struct CustodyWorld : HubWorld {
  CustodyWorld() {
    v1::Epoch& epoch = *federation.directory.mutable_epochs(0);
    const CustodianShare a = GenerateShare(random), b = GenerateShare(random);
    epoch.set_public_share_a(a.public_share);
    epoch.set_public_share_b(b.public_share);
    epoch.set_proof_a(*ProvePossession(a, "a", 1, random));
    epoch.set_proof_b(*ProvePossession(b, "b", 1, random));
    WriteShare("a", a);
    WriteShare("b", b);
  }
  void WriteShare(const std::string& role, const CustodianShare& share) {
    v1::CustodianKey key;
    key.set_role(role);
    key.set_epoch(1);
    key.set_secret_share(std::string(share.secret.Expose()));
    Write("share-" + role, key.SerializeAsString());
  }
  std::unique_ptr<hub::CustodianServer> StartCustodian(const std::string& role) {
    return StartCustodian(role, clock);
  }
  std::unique_ptr<hub::CustodianServer> StartCustodian(const std::string& role,
                                                       const Clock& its_clock) {
    v1::HubConfig config = Config("custodian", "custodian-" + role);
    v1::CustodianConfig* custodian = config.mutable_custodian();
    custodian->set_role(role);
    custodian->add_key_files(folder.File("share-" + role));
    custodian->set_meter_file(folder.File("meter-" + role));
    custodian->set_hub_address("127.0.0.1:" + std::to_string(server->port()));
    custodian->set_hub_name("hub1");
    return std::move(hub::CustodianServer::Start(config, its_clock)).value();
  }
  grpc::Status Evaluate(const hub::CustodianServer& custodian, const std::string& role,
                        const v1::EvaluateRequest& request, v1::EvaluateResponse& response,
                        int64_t deadline_ms = 5000) {
    const auto stub = v1::CustodianService::NewStub(ChannelTo(
        custodian.port(), "custodian/custodian-" + role, Leaf("authority/" + std::string(kLeeds))));
    grpc::ClientContext context;
    if (deadline_ms > 0) SetDeadline(context, deadline_ms);
    return stub->Evaluate(&context, request, &response);
  }
  SystemRandom random;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_CUSTODY_WORLD_H_
