#include "hub/routing/outbox.h"

#include <catch2/catch.hpp>

#include "signpost/v1/relay.pb.h"
#include "tests/unit/hub_routing/fixture.h"

namespace signpost::hub {
namespace {

v1::AskReply ClaimOf(const std::string& member) {
  v1::AskReply reply;
  reply.add_claims()->set_member(member);
  return reply;
}

TEST_CASE("A second frame waits until the first write is done") {
  Outbox<v1::AskReply> outbox(1000, 0);
  REQUIRE(outbox.Push(ClaimOf("A")) == OutboxPush::kQueued);
  REQUIRE(outbox.Push(ClaimOf("B")) == OutboxPush::kQueued);
  CHECK(outbox.Next() == OutboxStep::kWrite);
  CHECK(outbox.current().claims(0).member() == "A");
  CHECK(outbox.Next() == OutboxStep::kNothing);
  outbox.WriteDone(true);
  CHECK(outbox.Next() == OutboxStep::kWrite);
  CHECK(outbox.current().claims(0).member() == "B");
}

TEST_CASE("What queued while a write was in flight leaves as one message") {
  Outbox<v1::AskReply> outbox(1000, 500);
  outbox.Push(ClaimOf("A"));
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  for (const char* member : {"B", "C", "D"}) outbox.Push(ClaimOf(member));
  outbox.WriteDone(true);
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  REQUIRE(outbox.current().claims_size() == 3);
  CHECK(outbox.current().claims(2).member() == "D");
}

TEST_CASE("A message that grew to its limit is followed by another") {
  const size_t one = ClaimOf("A").ByteSizeLong();
  Outbox<v1::AskReply> outbox(1000, 2 * one);
  for (const char* member : {"A", "B", "C"}) outbox.Push(ClaimOf(member));
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  CHECK(outbox.current().claims_size() == 2);
  outbox.WriteDone(true);
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  CHECK(outbox.current().claims_size() == 1);
}

TEST_CASE("A full outbox refuses and keeps its size") {
  const size_t one = ClaimOf("A").ByteSizeLong();
  Outbox<v1::AskReply> outbox(2 * one, 0);
  REQUIRE(outbox.Push(ClaimOf("A")) == OutboxPush::kQueued);
  REQUIRE(outbox.Push(ClaimOf("B")) == OutboxPush::kQueued);
  CHECK(outbox.Push(ClaimOf("C")) == OutboxPush::kFull);
  CHECK(outbox.queued_bytes() == 2 * one);
}

TEST_CASE("One frame above the limit may wait alone") {
  Outbox<v1::AskReply> outbox(1, 0);
  CHECK(outbox.Push(ClaimOf("A")) == OutboxPush::kQueued);
  CHECK(outbox.Push(ClaimOf("B")) == OutboxPush::kFull);
}

TEST_CASE("A Finish waits for the write in flight and is given out once") {
  Outbox<v1::AskReply> outbox(1000, 0);
  outbox.Push(ClaimOf("A"));
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  outbox.Close(false);
  CHECK(outbox.Next() == OutboxStep::kNothing);
  outbox.WriteDone(true);
  CHECK(outbox.Next() == OutboxStep::kFinish);
  CHECK(outbox.Next() == OutboxStep::kNothing);
  CHECK(outbox.Push(ClaimOf("B")) == OutboxPush::kClosed);
}

TEST_CASE("A flushing close writes what waits and another close drops it") {
  Outbox<v1::AskReply> outbox(1000, 0);
  outbox.Push(ClaimOf("A"));
  outbox.Push(ClaimOf("B"));
  outbox.Close(true);
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  outbox.Close(false);
  outbox.WriteDone(true);
  CHECK(outbox.Next() == OutboxStep::kFinish);
}

TEST_CASE("A broken write drops what waits behind it") {
  Outbox<v1::AskReply> outbox(1000, 0);
  outbox.Push(ClaimOf("A"));
  outbox.Push(ClaimOf("B"));
  REQUIRE(outbox.Next() == OutboxStep::kWrite);
  outbox.WriteDone(false);
  CHECK(outbox.Next() == OutboxStep::kNothing);
  CHECK(outbox.queued_bytes() == 0);
}

TEST_CASE("A line keeps the first ending and never finishes beside a write") {
  FakeAsker stream;
  stream.stuck = true;
  stream.line->Push(ClaimOf("A"));
  stream.line->Pump();
  stream.line->Close(Ending::kSuspended, false);
  stream.line->Close(Ending::kReplaced, false);
  stream.line->Pump();
  CHECK_FALSE(stream.ended);
  stream.Complete(true);
  CHECK(stream.ended == Ending::kSuspended);
  CHECK(stream.finishes == 1);
  CHECK_FALSE(stream.finish_beside_write);
}

TEST_CASE("Breaking a line whose stream is gone does nothing") {
  FakeAsker stream;
  stream.line->Detach();
  stream.line->Abort();
  CHECK_FALSE(stream.cancelled);
}

}  // namespace
}  // namespace signpost::hub
