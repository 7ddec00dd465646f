// An asking member that makes its questions by hand: RelayService.Ask with the
// member's real certificate and keys, and any header, body, intro or reveal.
//
// Thread safety: one test.
#ifndef SIGNPOST_TESTS_HOSTILE_HAND_ASKER_H_
#define SIGNPOST_TESTS_HOSTILE_HAND_ASKER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/service/keys.h"
#include "proto/question/claim.h"
#include "proto/question/question.h"
#include "signpost/v1/relay.grpc.pb.h"
#include "tests/integration/federation.h"

namespace signpost::testing {

// One stream at the hub and what came back on it.
class HandStream {
 public:
  HandStream(v1::RelayService::Stub& stub, const v1::AskQuestion& question);
  ~HandStream();

  // Reads until `count` claims (or answers) are there or the stream has ended.
  void ReadClaims(size_t count);
  void ReadAnswers(size_t count);
  void ReadToEnd() { ReadClaims(SIZE_MAX); }
  void Reveal(const std::map<std::string, std::string>& reveals);

  std::map<std::string, std::string> claims;   // by member
  std::map<std::string, int64_t> claimed_ms;   // after the question was sent
  std::map<std::string, std::string> answers;  // by member
  int extra = 0;                               // claims or answers of one member beyond the first

 private:
  bool ReadOne();

  SystemClock clock_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AskFrame, v1::AskReply>> stream_;
  int64_t sent_ms_ = 0;
};

class HandAsker {
 public:
  // The authority's own node must not run.
  HandAsker(TestFederation& federation, int authority, std::vector<int> asked);

  QuestionHeader Header();
  v1::Intro Intro() const;
  // The tags of the child of records.h at the header's slot.
  BuiltQuestion Build(const QuestionHeader& header) { return Build(header, Intro(), keys.signing); }
  BuiltQuestion Build(const QuestionHeader& header, const v1::Intro& intro, const SigningKey& key);
  // The same with tags of the test's own, which `BuiltQuestion` numbers in their order.
  BuiltQuestion BuildWith(const QuestionHeader& header, const v1::Intro& intro,
                          const SigningKey& key, absl::Span<const AskingTag> tags);
  static v1::AskQuestion Message(const BuiltQuestion& built);
  std::unique_ptr<HandStream> Put(const v1::AskQuestion& question);

  static const ExportedKeys& KeysOf(const BuiltQuestion& built, const std::string& member);
  static absl::StatusOr<OpenedClaim> Open(const BuiltQuestion& built, const std::string& member,
                                          const std::string& claim);
  // Whether the claim of `member` proves that it holds the child.
  bool Proves(const BuiltQuestion& built, const std::string& member, const std::string& claim);
  // The poss behind the slots of a bitmap.
  std::vector<const Secret*> Poss(const BuiltQuestion& built, uint32_t bitmap);

  const std::string code;
  const node::NodeKeys keys;

 private:
  std::vector<AskingTag> TagsAt(int64_t slot);

  TestFederation& federation_;
  std::vector<Recipient> recipients_;
  std::vector<node::QuestionTag> tags_;
  std::unique_ptr<v1::RelayService::Stub> stub_;
};

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_HOSTILE_HAND_ASKER_H_
