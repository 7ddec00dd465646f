// Custodians over real gRPC and mTLS on loopback: what they evaluate, whom they
// follow, what they notice by themselves.
#include <catch2/catch.hpp>
#include <vector>

#include "proto/limits.h"
#include "tests/integration/custody_world.h"

namespace signpost::testing {
namespace {

TEST_CASE("Two custodians that follow the hub evaluate and their halves make one key") {
  CustodyWorld world;
  world.StartHub();
  const auto a = world.StartCustodian("a");
  const auto b = world.StartCustodian("b");
  REQUIRE(Eventually([&] { return a->book().Newest() && b->book().Newest(); }));
  const std::vector<Secret> inputs = [] {
    std::vector<Secret> list;
    list.push_back(Secret::CopyOf("a key"));
    return list;
  }();
  BlindedBatch batch = *Blind(inputs, world.random, kQuestionBatch);
  v1::EvaluateRequest request;
  request.set_epoch(1);
  request.set_allowance(v1::QUESTIONS);
  request.set_points(batch.points);
  v1::EvaluateResponse from_a, from_b;
  REQUIRE(world.Evaluate(*a, "a", request, from_a).ok());
  REQUIRE(world.Evaluate(*b, "b", request, from_b).ok());
  const v1::Epoch& epoch = world.federation.directory.epochs(0);
  CHECK(
      VerifyEvaluation(epoch.public_share_a(), batch.points, from_a.points(), from_a.proof()).ok());
  CHECK(
      VerifyEvaluation(epoch.public_share_b(), batch.points, from_b.points(), from_b.proof()).ok());
  CHECK(FinalizeTwo(inputs, std::move(batch), from_a.points(), from_b.points()).ok());
  CHECK(ReasonOf(world.Evaluate(*a, "a", request, from_a, 0)) == "DEADLINE_REQUIRED");
  request.set_epoch(2);
  CHECK(ReasonOf(world.Evaluate(*a, "a", request, from_a)) == "UNKNOWN_EPOCH");
  request.mutable_points()->pop_back();
  CHECK(ReasonOf(world.Evaluate(*a, "a", request, from_a)) == "BATCH_SIZE");
  REQUIRE(world.server->book().OfferOrder(world.Order(kLeeds), world.clock.NowMs()).ok());
  CHECK(Eventually(
      [&] { return ReasonOf(world.Evaluate(*b, "b", request, from_b)) == "SUSPENDED"; }));
}

TEST_CASE("A custodian with the wrong key serves no evaluation of that epoch") {
  CustodyWorld world;
  world.StartHub();
  world.WriteShare("a", GenerateShare(world.random));
  const auto a = world.StartCustodian("a");
  REQUIRE(Eventually([&] { return a->book().Newest() != nullptr; }));
  v1::EvaluateRequest request;
  request.set_epoch(1);
  request.set_allowance(v1::QUESTIONS);
  request.set_points(Blind({}, world.random, kQuestionBatch)->points);
  v1::EvaluateResponse response;
  CHECK(ReasonOf(world.Evaluate(*a, "a", request, response)) == "UNKNOWN_EPOCH");
}

TEST_CASE("A custodian works on from its cache while the hub is down") {
  CustodyWorld world;
  world.StartHub();
  auto a = world.StartCustodian("a");
  REQUIRE(Eventually([&] { return a->book().Newest() != nullptr; }));
  world.server->Stop();
  a->Stop();
  a = world.StartCustodian("a");
  v1::EvaluateRequest request;
  request.set_epoch(1);
  request.set_allowance(v1::QUESTIONS);
  request.set_points(Blind({}, world.random, kQuestionBatch)->points);
  v1::EvaluateResponse response;
  CHECK(world.Evaluate(*a, "a", request, response).ok());
}

// What went wrong: a custodian followed one hub only, which could keep a suspension from it.
TEST_CASE("A hub that withholds a suspension from custodians is not the only one they hear") {
  CustodyWorld world;
  world.StartHub();
  const auto a = world.StartCustodian("a");
  REQUIRE(Eventually([&] { return a->book().Newest() != nullptr; }));
  v1::HubConfig config = world.Config("hub", "hub2");
  config.set_initial_directory(world.folder.File("first"));
  const auto second = std::move(hub::HubServer::Start(config, world.clock, "test")).value();
  const v1::SignedDocument next =
      world.federation.Next(world.federation.Signed(), [&](v1::Directory& changed) {
        v1::Hub* hub = changed.add_hubs();
        hub->set_name("hub2");
        hub->set_address("127.0.0.1:" + std::to_string(second->port()));
        hub->set_tls_pin(world.Leaf("hub/hub2").pin);
      });
  world.federation.directory.set_version(2);  // of the order below
  const int64_t now_ms = world.clock.NowMs();
  REQUIRE(world.server->book().Offer(next, now_ms).ok());
  REQUIRE(second->book().Offer(next, now_ms).ok());
  REQUIRE(Eventually([&] { return a->book().Newest()->version() == 2; }));
  // The first hub never hears of it.
  REQUIRE(second->book().OfferOrder(world.Order(kLeeds), now_ms).ok());
  CHECK(Eventually([&] {
    return a->book().Admit(kLeeds, world.clock.NowMs()).admission == Admission::kSuspended;
  }));
  CHECK(world.server->book().Admit(kLeeds, world.clock.NowMs()).admission == Admission::kActive);
}

// What went wrong: until a SIGHUP the custodian went by the dates of the certificate that it had
// started with, and called itself not serving when the new one had long been in use.
TEST_CASE("A custodian notices its renewed certificate without being told") {
  CustodyWorld world;
  world.StartHub();
  ManualClock clock(world.clock.NowMs());
  const auto a = world.StartCustodian("a", clock);
  const int64_t before_ms = a->certificate_not_after_ms();
  const TestLeaf& old = world.Leaf("custodian/custodian-a");
  const TestLeaf renewed =
      world.ca.Issue("renewed", "spiffe://signpost.example/custodian/custodian-a", 7 * 86'400);
  REQUIRE(WriteFileAtomic(old.private_key, *ReadFile(renewed.private_key), 0600).ok());
  REQUIRE(WriteFileAtomic(old.certificate, *ReadFile(renewed.certificate), 0600).ok());
  clock.Advance(61'000);
  CHECK(Eventually([&] { return a->certificate_not_after_ms() > before_ms + 86'400'000; }));
}

}  // namespace
}  // namespace signpost::testing
