// A switchboard with members whose standing a test sets, and streams that write
// to memory: they complete each write at once, or stick until told.
//
// Thread safety: a fixture belongs to one test.
#ifndef SIGNPOST_TESTS_UNIT_HUB_ROUTING_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_HUB_ROUTING_FIXTURE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/routing/switchboard.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::hub {

template <typename Frame>
class FakeStream final : public LineWriter<Frame> {
 public:
  explicit FakeStream(size_t limit_bytes = 1 << 20, size_t merge_bytes = 0)
      : line(std::make_shared<Line<Frame>>(*this, limit_bytes, merge_bytes)) {}

  void BeginWrite(const Frame& frame) override {
    ++in_flight;
    most_in_flight = std::max(most_in_flight, in_flight);
    written.push_back(frame);
    if (!stuck) Complete(true);
  }
  void BeginFinish(Ending ending) override {
    finish_beside_write = in_flight > 0;
    ++finishes;
    ended = ending;
  }
  void Cancel() override {
    cancelled = true;
    if (in_flight > 0) Complete(false);
  }
  void Complete(bool ok) {
    --in_flight;
    line->OnWriteDone(ok);
  }

  bool stuck = false;
  bool cancelled = false;
  bool finish_beside_write = false;
  int in_flight = 0;
  int most_in_flight = 0;
  int finishes = 0;
  std::optional<Ending> ended;
  std::vector<Frame> written;
  std::shared_ptr<Line<Frame>> line;
};

using FakeNode = FakeStream<v1::HubFrame>;
using FakeAsker = FakeStream<v1::AskReply>;

// "signpost/v1" ‖ qid ‖ 94 bytes that the hub does not read ‖ I(4, deadline_ms).
inline std::string Header(char qid, uint32_t deadline_ms = 5000) {
  return "signpost/v1" + std::string(kQidSize, qid) + std::string(94, 'x') +
         IntBytes(4, deadline_ms);
}

inline v1::AskQuestion Question(char qid, const std::vector<std::string>& members) {
  v1::AskQuestion question;
  question.set_header(Header(qid));
  question.set_body(std::string(kBodySize, 'b'));
  question.set_enc(std::string(kEncSize, 'e'));
  for (const std::string& member : members) {
    v1::Wrap* wrap = question.add_wraps();
    wrap->set_member(member);
    wrap->set_sealing_key_id(7);
    // Each member's wrap differs, so that a mix-up shows.
    wrap->set_wrapped_key((member + std::string(kWrappedKeySize, '.')).substr(0, kWrappedKeySize));
  }
  return question;
}

inline v1::ClaimFrame Claim(char qid, size_t size = kClaimSize) {
  v1::ClaimFrame frame;
  frame.set_qid(std::string(kQidSize, qid));
  frame.set_claim(std::string(size, 'c'));
  return frame;
}

inline v1::AnswerFrame Answer(char qid, size_t size = kAnswerSize) {
  v1::AnswerFrame frame;
  frame.set_qid(std::string(kQidSize, qid));
  frame.set_answer(std::string(size, 'a'));
  return frame;
}

inline v1::AskReveals Reveals(const std::vector<std::string>& members, size_t size = kRevealSize) {
  v1::AskReveals reveals;
  for (const std::string& member : members) {
    v1::MemberReveal* reveal = reveals.add_reveals();
    reveal->set_member(member);
    reveal->set_reveal(std::string(size, 'r'));
  }
  return reveals;
}

struct Board {
  ManualClock clock{1'800'000'000'000};
  std::map<std::string, Standing> standing;  // kAdmitted unless set
  Switchboard switchboard{clock,
                          [this](const Caller& caller) {
                            const auto found = standing.find(caller.code);
                            return found == standing.end() ? Standing::kAdmitted : found->second;
                          },
                          {.asker = {.max_open = 3, .max_abandoned = 4}}};

  SessionId Join(const std::string& code, FakeNode& node) {
    v1::HubFrame welcome;
    welcome.mutable_welcome()->set_hub("hub1");
    return switchboard.Connect({code, "pin"}, node.line, v1::Hello(), welcome);
  }
  AskId Ask(const std::string& code, FakeAsker& asker, const v1::AskQuestion& question,
            int64_t budget_ms = 60'000) {
    return switchboard.Ask({code, "pin"}, asker.line, question, budget_ms);
  }
};

// Every claim, answer or silence that an asker was sent, in order: "claim A", "answer A",
// "silent A 1".
inline std::vector<std::string> Heard(const FakeAsker& asker) {
  std::vector<std::string> heard;
  for (const v1::AskReply& reply : asker.written) {
    for (const auto& claim : reply.claims()) heard.push_back("claim " + claim.member());
    for (const auto& answer : reply.answers()) heard.push_back("answer " + answer.member());
    for (const auto& silent : reply.silent()) {
      heard.push_back("silent " + silent.member() + " " +
                      v1::MemberSilent::Cause_Name(silent.cause()));
    }
  }
  return heard;
}

}  // namespace signpost::hub

#endif  // SIGNPOST_TESTS_UNIT_HUB_ROUTING_FIXTURE_H_
