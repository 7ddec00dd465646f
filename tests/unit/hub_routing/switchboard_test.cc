#include "hub/routing/switchboard.h"

#include <catch2/catch.hpp>

#include "tests/unit/hub_routing/fixture.h"

namespace signpost::hub {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("A question reaches each connected member with its own wrap and nothing of the asker") {
  Board board;
  FakeNode a, b;
  board.Join("A", a);
  board.Join("B", b);
  FakeAsker asker;
  REQUIRE(board.Ask("ASKER", asker, Question('q', {"A", "B"})) != 0);
  REQUIRE(a.written.size() == 2);
  const v1::QuestionFrame& sent = a.written[1].question();
  CHECK(sent.header() == Header('q'));
  CHECK(sent.sealing_key_id() == 7);
  CHECK(sent.wrapped_key().starts_with("A."));
  CHECK(b.written[1].question().wrapped_key().starts_with("B."));
  CHECK(a.written[1].SerializeAsString().find("ASKER") == std::string::npos);
  CHECK(asker.written.empty());
}

TEST_CASE("A whole question passes claims and reveals and answers and then ends well") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  const SessionId sb = board.Join("B", b);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A", "B"}));
  board.clock.Advance(150);
  board.switchboard.OnClaim(sa, Claim('q'));
  board.switchboard.OnClaim(sb, Claim('q'));
  board.switchboard.OnReveals(ask, Reveals({"A", "B"}));
  REQUIRE(a.written.size() == 3);
  CHECK(a.written[2].reveal().qid() == std::string(kQidSize, 'q'));
  board.switchboard.OnAnswer(sa, Answer('q'));
  CHECK_FALSE(asker.ended);
  board.switchboard.OnAnswer(sb, Answer('q'));
  CHECK(asker.ended == Ending::kComplete);
  CHECK(Heard(asker) == Lines{"claim A", "claim B", "answer A", "answer B"});
  CHECK(board.switchboard.open_questions() == 0);
  CHECK(board.switchboard.drops() == DropCounts());
  const MemberStats stats = board.switchboard.StatsOf("A");
  CHECK(stats.asked.Total(board.clock.NowMs()) == 1);
  CHECK(stats.answered.Total(board.clock.NowMs()) == 1);
  CHECK(stats.claim_times.Percentile(99) == 150);
  CHECK(board.switchboard.StatsOf("ASKER").questions.Total(board.clock.NowMs()) == 1);
}

TEST_CASE("Members without a stream or without standing are reported at once") {
  Board board;
  FakeNode a, c;
  board.Join("A", a);
  board.Join("C", c);
  board.standing["C"] = Standing::kMaintenance;
  board.standing["D"] = Standing::kAskOnly;
  FakeAsker asker;
  board.Ask("ASKER", asker, Question('q', {"A", "B", "C", "D"}));
  CHECK(Heard(asker) ==
        Lines{"silent B NO_STREAM", "silent C NOT_ADMITTED", "silent D NOT_ADMITTED"});
  CHECK_FALSE(asker.ended);
  CHECK(c.written.size() == 1);
}

TEST_CASE("A question that nobody can answer ends at once after telling why") {
  Board board;
  FakeAsker asker;
  CHECK(board.Ask("ASKER", asker, Question('q', {"A"})) != 0);
  CHECK(Heard(asker) == Lines{"silent A NO_STREAM"});
  CHECK(asker.ended == Ending::kComplete);
  CHECK(board.switchboard.Quiet());
}

TEST_CASE("A newer stream of a member replaces the older one and loses its open questions") {
  Board board;
  FakeNode older, newer;
  const SessionId first = board.Join("A", older);
  FakeAsker asker;
  board.Ask("ASKER", asker, Question('q', {"A"}));
  const SessionId second = board.Join("A", newer);
  CHECK(second != first);
  CHECK(older.ended == Ending::kReplaced);
  CHECK(Heard(asker) == Lines{"silent A STREAM_LOST"});
  board.switchboard.Disconnect(first);
  CHECK(board.switchboard.open_sessions() == 1);
  FakeAsker again;
  board.Ask("ASKER", again, Question('r', {"A"}));
  CHECK(newer.written.back().has_question());
}

TEST_CASE("A member whose stream ends in the middle is reported lost") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  const SessionId sb = board.Join("B", b);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A", "B"}));
  board.switchboard.OnClaim(sa, Claim('q'));
  board.switchboard.OnReveals(ask, Reveals({"A", "B"}));
  board.switchboard.Disconnect(sa);
  board.switchboard.OnAnswer(sb, Answer('q'));
  CHECK(Heard(asker) == Lines{"claim A", "silent A STREAM_LOST", "answer B"});
  CHECK(asker.ended == Ending::kComplete);
  CHECK_FALSE(board.switchboard.StatsOf("A").connected);
}

TEST_CASE("A member that does not read is evicted and reported and broken off") {
  Board board;
  FakeNode a;
  auto small = std::make_shared<FakeNode>(6000);
  board.Join("A", *small);
  small->stuck = true;
  FakeAsker first, second, third;
  board.Ask("ASKER", first, Question('q', {"A"}));   // in flight
  board.Ask("ASKER", second, Question('r', {"A"}));  // waits
  board.Ask("ASKER", third, Question('s', {"A"}));   // does not fit
  for (const FakeAsker* asker : {&first, &second, &third}) {
    CHECK(Heard(*asker) == Lines{"silent A NOT_READING"});
    CHECK(asker->ended == Ending::kComplete);
  }
  CHECK(board.switchboard.open_sessions() == 0);
  CHECK_FALSE(small->ended);
  board.clock.Advance(1000);
  board.switchboard.Tick();
  CHECK(small->cancelled);
  CHECK(small->ended == Ending::kNotReading);
}

TEST_CASE("An asker that does not read loses its question and nobody else does") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  const SessionId sb = board.Join("B", b);
  FakeAsker slow(100), other;
  slow.stuck = true;
  board.Ask("ASKER", slow, Question('q', {"A", "B", "C"}));
  board.Ask("OTHER", other, Question('r', {"A"}));
  board.switchboard.OnClaim(sa, Claim('q'));
  board.switchboard.OnClaim(sb, Claim('q'));
  CHECK(board.switchboard.open_questions() == 1);
  board.clock.Advance(1000);
  board.switchboard.Tick();
  CHECK(slow.ended == Ending::kNotReading);
  board.switchboard.OnClaim(sa, Claim('r'));
  CHECK(Heard(other) == Lines{"claim A"});
}

TEST_CASE("A claim counts once and only from a member that was asked") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  const SessionId sb = board.Join("B", b);
  FakeAsker asker;
  board.Ask("ASKER", asker, Question('q', {"A"}));
  board.switchboard.OnClaim(sb, Claim('q'));
  board.switchboard.OnClaim(sa, Claim('x'));
  board.switchboard.OnClaim(sa, Claim('q', kClaimSize - 1));
  board.switchboard.OnClaim(sa, Claim('q', kClaimSize + 1));
  CHECK(asker.written.empty());
  board.switchboard.OnClaim(sa, Claim('q'));
  board.switchboard.OnClaim(sa, Claim('q'));
  board.switchboard.OnClaim(999, Claim('q'));
  CHECK(Heard(asker) == Lines{"claim A"});
  const DropCounts drops = board.switchboard.drops();
  CHECK(drops.not_asked == 2);
  CHECK(drops.unknown_question == 1);
  CHECK(drops.wrong_size == 2);
  CHECK(drops.duplicate == 1);
}

TEST_CASE("An answer counts once and only after the reveal") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  board.Join("B", b);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A", "B"}));
  board.switchboard.OnAnswer(sa, Answer('q'));
  CHECK(board.switchboard.drops().out_of_turn == 1);
  board.switchboard.OnReveals(ask, Reveals({"A"}));
  board.switchboard.OnAnswer(sa, Answer('q', kAnswerSize + 1));
  CHECK(board.switchboard.drops().wrong_size == 1);
  board.switchboard.OnAnswer(sa, Answer('q'));
  board.switchboard.OnAnswer(sa, Answer('q'));
  CHECK(board.switchboard.drops().duplicate == 1);
  CHECK(Heard(asker) == Lines{"answer A"});
  CHECK_FALSE(asker.ended);
}

TEST_CASE("A reveal goes once to a member that was asked") {
  Board board;
  FakeNode a, b;
  board.Join("A", a);
  board.Join("B", b);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A"}));
  board.switchboard.OnReveals(ask, Reveals({"A", "B", "A"}));
  board.switchboard.OnReveals(ask, Reveals({"A"}));
  board.switchboard.OnReveals(ask, Reveals({"A"}, kRevealSize - 1));
  board.switchboard.OnReveals(999, Reveals({"A"}));
  CHECK(a.written.size() == 3);
  CHECK(b.written.size() == 1);
  const DropCounts drops = board.switchboard.drops();
  CHECK(drops.not_asked == 1);
  CHECK(drops.duplicate == 2);
  CHECK(drops.wrong_size == 1);
  CHECK(drops.unknown_question == 1);
}

TEST_CASE("A question ends at its own deadline or at the call's whichever is first") {
  Board board;
  FakeNode a;
  const SessionId sa = board.Join("A", a);
  FakeAsker own, call;
  board.Ask("ASKER", own, Question('q', {"A"}));  // 5,000 ms in its header
  board.Ask("ASKER", call, Question('r', {"A"}), 300);
  board.clock.Advance(300);
  board.switchboard.Tick();
  CHECK(call.ended == Ending::kComplete);
  CHECK_FALSE(own.ended);
  board.clock.Advance(4700);
  board.switchboard.Tick();
  CHECK(own.ended == Ending::kComplete);
  board.switchboard.OnClaim(sa, Claim('q'));
  CHECK(board.switchboard.drops().unknown_question == 1);
}

TEST_CASE("A question ends when its asker leaves") {
  Board board;
  FakeNode a;
  const SessionId sa = board.Join("A", a);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A"}));
  board.switchboard.OnAskerGone(ask);
  CHECK(board.switchboard.Quiet());
  board.switchboard.OnClaim(sa, Claim('q'));
  CHECK(asker.written.empty());
  FakeAsker again;
  CHECK(board.Ask("ASKER", again, Question('q', {"A"})) != 0);
}

TEST_CASE("An asker that half closes before its reveals is not kept waiting") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A"}));
  board.switchboard.OnAskerHalfClosed(ask);
  CHECK(asker.ended == Ending::kComplete);
}

TEST_CASE("An asker that half closes after its reveals gets the answers that come") {
  Board board;
  FakeNode a, b;
  const SessionId sa = board.Join("A", a);
  board.Join("B", b);
  FakeAsker asker;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A", "B"}));
  board.switchboard.OnReveals(ask, Reveals({"A"}));
  board.switchboard.OnAskerHalfClosed(ask);
  CHECK_FALSE(asker.ended);
  board.switchboard.OnAnswer(sa, Answer('q'));
  CHECK(asker.ended == Ending::kComplete);
}

TEST_CASE("A question id in flight is refused and free again afterwards") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  FakeAsker asker, twin;
  board.Ask("ASKER", asker, Question('q', {"A"}));
  CHECK(board.Ask("OTHER", twin, Question('q', {"A"})) == 0);
  CHECK(twin.ended == Ending::kDuplicateQuestion);
  CHECK(a.written.size() == 2);
}

TEST_CASE("One asker has a limit of open questions and others do not feel it") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  std::vector<std::unique_ptr<FakeAsker>> askers;
  for (const char qid : {'1', '2', '3', '4'}) {
    askers.push_back(std::make_unique<FakeAsker>());
    board.Ask("ASKER", *askers.back(), Question(qid, {"A"}));
  }
  CHECK(askers[3]->ended == Ending::kBusy);
  FakeAsker other;
  CHECK(board.Ask("OTHER", other, Question('5', {"A"})) != 0);
}

// What went wrong: the place of a cancelled question was free at once, while every node kept the
// question to its deadline. One member that put and cancelled for ever filled all their tables.
TEST_CASE("An asker that puts and cancels runs out of places until the deadlines have passed") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  FakeAsker asker;
  for (const char qid : {'1', '2', '3', '4'}) {
    FakeAsker cancelled;
    const AskId id = board.Ask("ASKER", cancelled, Question(qid, {"A"}));
    REQUIRE(id != 0);
    board.switchboard.OnAskerGone(id);
  }
  CHECK(board.Ask("ASKER", asker, Question('5', {"A"})) == 0);
  CHECK(asker.ended == Ending::kBusy);
  FakeAsker other, later;
  CHECK(board.Ask("OTHER", other, Question('5', {"A"})) != 0);
  board.clock.Advance(5000);  // the header's deadline
  CHECK(board.Ask("ASKER", later, Question('6', {"A"})) != 0);
}

TEST_CASE("A call that ends before the header's deadline is no way around the places") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  for (const char qid : {'1', '2', '3', '4'}) {
    FakeAsker hasty;
    REQUIRE(board.Ask("ASKER", hasty, Question(qid, {"A"}), 1) != 0);
    board.clock.Advance(1);
    board.switchboard.Tick();
    REQUIRE(hasty.ended == Ending::kComplete);
  }
  FakeAsker asker;
  CHECK(board.Ask("ASKER", asker, Question('5', {"A"}), 1) == 0);
  CHECK(asker.ended == Ending::kBusy);
}

TEST_CASE("Questions that are answered by all keep no place") {
  Board board;
  FakeNode a;
  const SessionId session = board.Join("A", a);
  for (const char qid : {'1', '2', '3', '4', '5', '6'}) {
    FakeAsker asker;
    const AskId id = board.Ask("ASKER", asker, Question(qid, {"A"}));
    REQUIRE(id != 0);
    board.switchboard.OnClaim(session, Claim(qid));
    board.switchboard.OnReveals(id, Reveals({"A"}));
    board.switchboard.OnAnswer(session, Answer(qid));
    REQUIRE(asker.ended == Ending::kComplete);
  }
}

TEST_CASE("Malformed questions are refused and reach nobody") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  const auto refused = [&](const v1::AskQuestion& question) {
    FakeAsker asker;
    CHECK(board.Ask("ASKER", asker, question) == 0);
    return asker.ended == Ending::kMalformed;
  };
  v1::AskQuestion q = Question('q', {"A"});
  q.set_header(q.header() + "x");
  CHECK(refused(q));
  q = Question('q', {"A"});
  q.mutable_header()->at(0) = 'S';
  CHECK(refused(q));
  q = Question('q', {"A"});
  q.set_header(Header('q', 0));
  CHECK(refused(q));
  q.set_header(Header('q', 60'001));
  CHECK(refused(q));
  q = Question('q', {"A"});
  q.mutable_body()->pop_back();
  CHECK(refused(q));
  q = Question('q', {"A"});
  q.set_enc("");
  CHECK(refused(q));
  q = Question('q', {"A"});
  q.mutable_wraps(0)->set_wrapped_key("short");
  CHECK(refused(q));
  CHECK(refused(Question('q', {})));
  CHECK(refused(Question('q', {"A", "A"})));
  CHECK(refused(Question('q', {"A", "ASKER"})));
  std::vector<std::string> many;
  for (size_t i = 0; i <= kMaxMembers; ++i) many.push_back("M" + std::to_string(i));
  CHECK(refused(Question('q', many)));
  CHECK(a.written.size() == 1);
}

TEST_CASE("Every standing that does not do refuses to ask with its own ending") {
  const std::vector<std::pair<Standing, Ending>> cases = {
      {Standing::kSuspended, Ending::kSuspended},
      {Standing::kMaintenance, Ending::kNotActive},
      {Standing::kNotActive, Ending::kNotActive},
      {Standing::kNotAMember, Ending::kNotAMember},
      {Standing::kPinMismatch, Ending::kPinMismatch},
      {Standing::kDirectoryExpired, Ending::kDirectoryExpired},
      {Standing::kDirectoryMissing, Ending::kDirectoryMissing}};
  for (const auto& [standing, ending] : cases) {
    Board board;
    FakeNode a;
    board.Join("A", a);
    board.standing["ASKER"] = standing;
    FakeAsker asker;
    CHECK(board.Ask("ASKER", asker, Question('q', {"A"})) == 0);
    CHECK(asker.ended == ending);
    CHECK(a.written.size() == 1);
  }
}

TEST_CASE("A partner may ask and may not answer") {
  Board board;
  board.standing["P"] = Standing::kAskOnly;
  FakeNode node, a;
  CHECK(board.Join("P", node) == 0);
  CHECK(node.ended == Ending::kNotPermitted);
  board.Join("A", a);
  FakeAsker asker;
  CHECK(board.Ask("P", asker, Question('q', {"A"})) != 0);
}

TEST_CASE("A suspension ends the member's stream and its open questions at once") {
  Board board;
  FakeNode a, s;
  board.Join("A", a);
  board.Join("S", s);
  FakeAsker of_s, of_a;
  board.Ask("S", of_s, Question('q', {"A"}));
  board.Ask("A", of_a, Question('r', {"S"}));
  board.standing["S"] = Standing::kSuspended;
  board.switchboard.Recheck();
  CHECK(s.ended == Ending::kSuspended);
  CHECK(of_s.ended == Ending::kSuspended);
  CHECK(Heard(of_a) == Lines{"silent S NOT_ADMITTED"});
  CHECK_FALSE(a.ended);
}

TEST_CASE("A suspended member that does not read is broken off within a second") {
  Board board;
  FakeNode s;
  board.Join("S", s);
  s.stuck = true;
  FakeAsker asker;
  board.Ask("A", asker, Question('q', {"S"}));
  board.standing["S"] = Standing::kSuspended;
  board.switchboard.Recheck();
  CHECK_FALSE(s.ended);
  board.clock.Advance(1000);
  board.switchboard.Tick();
  CHECK(s.ended == Ending::kSuspended);
}

TEST_CASE("A member that loses its standing unnoticed is stopped at its claim") {
  Board board;
  FakeNode a;
  const SessionId sa = board.Join("A", a);
  FakeAsker asker;
  board.Ask("ASKER", asker, Question('q', {"A"}));
  board.standing["A"] = Standing::kSuspended;
  board.switchboard.OnClaim(sa, Claim('q'));
  CHECK(Heard(asker) == Lines{"silent A NOT_ADMITTED"});
  CHECK(board.switchboard.drops().not_admitted == 1);
}

TEST_CASE("Standing is judged again at the reveals on both sides") {
  Board board;
  FakeNode a, b;
  board.Join("A", a);
  board.Join("B", b);
  FakeAsker asker, other;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A", "B"}));
  board.standing["A"] = Standing::kSuspended;
  board.switchboard.OnReveals(ask, Reveals({"A", "B"}));
  CHECK(Heard(asker) == Lines{"silent A NOT_ADMITTED"});
  CHECK(a.written.size() == 2);
  CHECK(b.written.size() == 3);
  const AskId second = board.Ask("OTHER", other, Question('r', {"B"}));
  board.standing["OTHER"] = Standing::kSuspended;
  board.switchboard.OnReveals(second, Reveals({"B"}));
  CHECK(other.ended == Ending::kSuspended);
  CHECK(b.written.size() == 4);
}

TEST_CASE("A node that may not connect hears why") {
  for (const auto& [standing, ending] :
       std::vector<std::pair<Standing, Ending>>{{Standing::kSuspended, Ending::kSuspended},
                                                {Standing::kNotAMember, Ending::kNotAMember},
                                                {Standing::kPinMismatch, Ending::kPinMismatch}}) {
    Board board;
    board.standing["A"] = standing;
    FakeNode a;
    CHECK(board.Join("A", a) == 0);
    CHECK(a.ended == ending);
    CHECK(a.written.empty());
  }
}

TEST_CASE("A directory update is pushed to every open stream") {
  Board board;
  FakeNode a, b;
  board.Join("A", a);
  board.Join("B", b);
  v1::DirectoryUpdate update;
  update.mutable_directory()->set_payload("directory");
  CHECK(board.switchboard.Broadcast(update) == 2);
  CHECK(a.written.back().directory().directory().payload() == "directory");
  CHECK(b.written.back().has_directory());
}

TEST_CASE("A draining hub tells its nodes and takes nothing new and ends what is left") {
  Board board;
  FakeNode a, late;
  const SessionId sa = board.Join("A", a);
  FakeAsker asker, next;
  const AskId ask = board.Ask("ASKER", asker, Question('q', {"A"}));
  board.switchboard.Drain(5000);
  CHECK(a.written.back().draining().reconnect_within_ms() == 5000);
  CHECK(board.Join("B", late) == 0);
  CHECK(late.ended == Ending::kDraining);
  CHECK(board.Ask("ASKER", next, Question('r', {"A"})) == 0);
  CHECK(next.ended == Ending::kDraining);
  board.switchboard.OnReveals(ask, Reveals({"A"}));
  board.switchboard.OnAnswer(sa, Answer('q'));
  CHECK(asker.ended == Ending::kComplete);
  CHECK_FALSE(a.ended);
  board.switchboard.EndEverything();
  CHECK(a.ended == Ending::kDraining);
}

TEST_CASE("Two writes are never in flight on one stream however much is pushed") {
  Board board;
  FakeNode a;
  board.Join("A", a);
  a.stuck = true;
  std::vector<std::unique_ptr<FakeAsker>> askers;
  for (const char qid : {'1', '2', '3'}) {
    askers.push_back(std::make_unique<FakeAsker>());
    board.Ask("ASKER", *askers.back(), Question(qid, {"A"}));
  }
  while (a.in_flight > 0) a.Complete(true);
  CHECK(a.most_in_flight == 1);
  CHECK(a.written.size() == 4);
}

TEST_CASE("What a node says of itself reaches the officers' figures") {
  Board board;
  FakeNode a;
  v1::Hello hello;
  hello.set_software_version("0.1.0");
  hello.mutable_health()->set_clock_ms(board.clock.NowMs() - 1234);
  const SessionId session = board.switchboard.Connect({"A", "pin"}, a.line, hello, v1::HubFrame());
  CHECK(board.switchboard.StatsOf("A").clock_offset_ms == -1234);
  CHECK(board.switchboard.StatsOf("A").software_version == "0.1.0");
  CHECK(board.switchboard.StatsOf("A").connected);
  board.clock.Advance(60'000);
  v1::NodeHealth health;
  health.set_directory_version(4);
  board.switchboard.OnHealth(session, health);
  CHECK(board.switchboard.StatsOf("A").health.directory_version() == 4);
  CHECK(board.switchboard.StatsOf("A").last_seen_ms == board.clock.NowMs());
  CHECK(board.switchboard.StatsOf("NOBODY").last_seen_ms == 0);
}

}  // namespace
}  // namespace signpost::hub
