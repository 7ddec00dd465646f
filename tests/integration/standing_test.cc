// Who may ask at this moment: the directory's life, suspensions and
// reinstatements, felt by nodes that stay up.
#include <catch2/catch.hpp>

#include "proto/base/bytes.h"
#include "proto/limits.h"
#include "proto/transport/errors.h"
#include "signpost/v1/relay.grpc.pb.h"
#include "tests/integration/federation.h"
#include "tests/integration/hub_world.h"
#include "tests/integration/live_ask.h"
#include "tests/integration/records.h"

namespace signpost::testing {
namespace {

const std::string kAsker = TestFederation::Code(0);
const std::string kHolder = TestFederation::Code(1);

void Fill(TestFederation& federation) {
  federation.Hold(0, "a");
  federation.Hold(1, "h");
  federation.Hold(2, "o");
  REQUIRE(federation.WaitReady());
}

// A question put at the hub with the member's certificate, past its own node.
grpc::Status AskAtHub(TestFederation& federation, int authority) {
  const auto credentials =
      MakeChannelCredentials(federation.MemberTls(authority), "spiffe://signpost.example/hub/hub1");
  REQUIRE(credentials.ok());
  const auto stub =
      v1::RelayService::NewStub(MakeChannel(federation.hub_config().listen(), *credentials));
  grpc::ClientContext context;
  SetDeadline(context, 5000);
  const auto stream = stub->Ask(&context);
  v1::AskFrame frame;
  v1::AskQuestion* question = frame.mutable_question();
  question->set_header("signpost/v1" + federation.random().Bytes(kQidSize) + std::string(94, 'x') +
                       IntBytes(4, 20'000));
  question->set_body(std::string(kBodySize, 'b'));
  question->set_enc(std::string(kEncSize, 'e'));
  v1::Wrap* wrap = question->add_wraps();
  wrap->set_member(kHolder);
  wrap->set_wrapped_key(std::string(kWrappedKeySize, 'w'));
  stream->Write(frame);
  v1::AskReply reply;
  while (stream->Read(&reply)) {
  }
  return stream->Finish();
}

TEST_CASE("A new directory reaches every open stream and its notice every question") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  REQUIRE(federation
              .Publish([&](v1::Directory& directory) {
                v1::Notice* notice = directory.add_notices();
                notice->set_text("The service closes on Friday");
                notice->set_from_ms(federation.clock().NowMs() - 1000);
                notice->set_until_ms(federation.clock().NowMs() + 3'600'000);
              })
              .ok());
  REQUIRE(federation.WaitReady(5000));
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  REQUIRE(ledger.started().notices_size() == 1);
  CHECK(ledger.started().notices(0).text() == "The service closes on Friday");
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

TEST_CASE("An expired directory refuses every question with what to do and asks nobody") {
  TestFederation federation({.authorities = 3, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.set_not_after_ms(directory.issued_ms() + 3'600'000);
                             }});
  Fill(federation);
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  CHECK(ledger.summary().completeness() == v1::COMPLETE);

  federation.clock().Shift(2 * 3'600'000);
  const size_t asker_rows = federation.Audit(0).size();
  const size_t holder_rows = federation.Audit(1).size();
  const grpc::Status status = federation.Ask(0, federation.ByCase("a"), &ledger);
  CHECK(status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(ReasonOf(status) == "DIRECTORY_EXPIRED");
  CHECK(status.error_message().find("officers must publish") != std::string::npos);
  CHECK(federation.Audit(0).size() == asker_rows);
  CHECK(federation.Audit(1).size() == holder_rows);
}

TEST_CASE("A suspended authority is refused everywhere and taken back by a newer directory") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  const size_t holder_rows = federation.Audit(1).size();
  const size_t asker_rows = federation.Audit(0).size();

  REQUIRE(federation.Suspend(0, "KEY_COMPROMISED").ok());
  REQUIRE(federation.WaitUntil([&] { return federation.node(0).Status().suspended(); }, 5000));

  v1::Ledger ledger;
  const grpc::Status refused = federation.Ask(0, federation.ByCase("a"), &ledger);
  CHECK(refused.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(refused) == "SUSPENDED");
  CHECK(refused.error_message().find("KEY_COMPROMISED") != std::string::npos);
  const grpc::Status at_hub = AskAtHub(federation, 0);
  CHECK(at_hub.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(at_hub) == "SUSPENDED");
  CHECK(federation.Audit(0).size() == asker_rows);
  CHECK(federation.Audit(1).size() == holder_rows);

  // To the others it reads as not joined, and they go on.
  REQUIRE(federation.Ask(2, federation.ByCase("o"), &ledger).ok());
  CHECK(RowOf(ledger, kAsker).outcome() == v1::NOT_JOINED);
  CHECK(RowOf(ledger, kAsker).cause() == v1::SUSPENDED);
  CHECK_FALSE(RowOf(ledger, kAsker).desk().telephone().empty());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::INCOMPLETE);

  // Nothing was done at the authority; nothing is done to take it back.
  REQUIRE(federation.Publish([](v1::Directory&) {}).ok());
  REQUIRE(federation.WaitReady());
  CHECK_FALSE(federation.node(0).Status().suspended());
  REQUIRE(federation.Ask(0, federation.ByCase("a"), &ledger).ok());
  CHECK(RowOf(ledger, kHolder).outcome() == v1::INVOLVED_NOW);
  CHECK(ledger.summary().completeness() == v1::COMPLETE);
}

TEST_CASE("An authority suspended in the middle of its question is told so and learns nothing") {
  TestFederation federation({.authorities = 3, .edit_directory = [](v1::Directory& directory) {
                               WideTimers(directory);
                               directory.mutable_timers()->set_claim_delay_ms(1000);
                               directory.mutable_timers()->set_claim_cutoff_ms(4000);
                             }});
  Fill(federation);
  LiveAsk ask(federation, 0, federation.ByCase("a"));
  REQUIRE(federation.Suspend(0, "KEY_COMPROMISED").ok());
  v1::Ledger ledger;
  const grpc::Status status = ask.Finish(&ledger);
  CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(status) == "SUSPENDED");
  CHECK(federation.CountAudit(1, v1::AuditRow::DISCLOSURE) == 0);
}

TEST_CASE("An authority suspended while its node was down is refused once it is up") {
  TestFederation federation({.authorities = 3, .edit_directory = WideTimers});
  Fill(federation);
  federation.StopNode(0);
  REQUIRE(federation.Suspend(0, "KEY_COMPROMISED").ok());
  federation.StartNode(0);
  REQUIRE(federation.WaitUntil([&] { return !federation.node(0).Status().hub_refusal().empty(); },
                               5000));
  v1::Ledger ledger;
  const grpc::Status status = federation.Ask(0, federation.ByCase("a"), &ledger);
  CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(ReasonOf(status) == "SUSPENDED");
  CHECK(federation.CountAudit(0, v1::AuditRow::QUESTION_ASKED) == 0);
}

}  // namespace
}  // namespace signpost::testing
