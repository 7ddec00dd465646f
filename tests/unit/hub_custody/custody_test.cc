#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "hub/custody/evaluator.h"
#include "hub/custody/key_store.h"
#include "hub/custody/meter_file.h"
#include "proto/base/file.h"
#include "proto/limits.h"
#include "tests/unit/directory/fixture.h"

namespace signpost::hub {
namespace {

// A directory whose epochs 1 (live) and 2 (coming) belong to shares that lie in files of role "a".
struct Custody {
  std::string folder;
  Federation federation;
  ManualClock clock{kNowMs};
  SystemRandom random;
  std::shared_ptr<const VerifiedDirectory> directory;

  Custody() {
    std::string name =
        (std::filesystem::temp_directory_path() / "signpost-custody-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    for (int i = 0; i < 2; ++i) PublishShare(i);
    Verify();
  }
  ~Custody() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  std::string File(const std::string& name) const { return folder + "/" + name; }

  void PublishShare(int index) {
    v1::Epoch& epoch = *federation.directory.mutable_epochs(index);
    const CustodianShare share = GenerateShare(random);
    epoch.set_public_share_a(share.public_share);
    epoch.set_proof_a(*ProvePossession(share, "a", epoch.epoch(), random));
    WriteKey("a" + std::to_string(epoch.epoch()), "a", epoch.epoch(), share);
  }
  void WriteKey(const std::string& name, const std::string& role, uint32_t epoch,
                const CustodianShare& share) const {
    v1::CustodianKey key;
    key.set_role(role);
    key.set_epoch(epoch);
    key.set_secret_share(std::string(share.secret.Expose()));
    REQUIRE(WriteFileAtomic(File(name), key.SerializeAsString(), 0600).ok());
  }
  void Verify() {
    const auto verified = VerifyDirectory(federation.Signed(), federation.anchor, kNowMs);
    REQUIRE(verified.ok());
    directory = *verified;
  }
  const v1::Member& member() const { return directory->message().members(0); }
};

v1::EvaluateRequest Request(Random& random, v1::Allowance kind = v1::QUESTIONS,
                            uint32_t epoch = 1) {
  v1::EvaluateRequest request;
  request.set_epoch(epoch);
  request.set_allowance(kind);
  const size_t count = kind == v1::QUESTIONS ? kQuestionBatch : kEnrolmentBatch;
  request.set_points(Blind({}, random, count)->points);
  return request;
}

TEST_CASE("A share is served while its epoch lives and only as the directory publishes it") {
  Custody custody;
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1"), custody.File("a2")}).ok());
  CHECK(keys.Epochs() == std::vector<uint32_t>{1, 2});
  CHECK(keys.Find(1, *custody.directory, kNowMs).share != nullptr);
  CHECK(keys.Find(3, *custody.directory, kNowMs).share == nullptr);
  CHECK(keys.Find(1, *custody.directory, kNowMs + 4 * kDayMs).share == nullptr);
  CHECK(keys.Find(1, *custody.directory, kNowMs - 6 * kDayMs).share == nullptr);
  CHECK(keys.CheckAgainst(*custody.directory, kNowMs) == 0);
}

TEST_CASE("A share that is not the published one is refused for its epoch alone") {
  Custody custody;
  custody.WriteKey("other", "a", 1, GenerateShare(custody.random));
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("other"), custody.File("a2")}).ok());
  const KeyStore::Found found = keys.Find(1, *custody.directory, kNowMs);
  CHECK(found.share == nullptr);
  CHECK(found.mismatch);
  CHECK(keys.CheckAgainst(*custody.directory, kNowMs) == 1);
  CHECK(keys.Find(2, *custody.directory, kNowMs + kDayMs).share != nullptr);
}

TEST_CASE("Key files of the other role or twice or damaged or readable are refused by name") {
  Custody custody;
  KeyStore keys("a");
  custody.WriteKey("b1", "b", 1, GenerateShare(custody.random));
  CHECK(absl::IsInvalidArgument(keys.Load({custody.File("b1")})));
  CHECK(absl::IsInvalidArgument(keys.Load({custody.File("a1"), custody.File("a1")})));
  REQUIRE(WriteFileAtomic(custody.File("rubbish"), "not a key", 0600).ok());
  const absl::Status rubbish = keys.Load({custody.File("rubbish")});
  CHECK(absl::IsInvalidArgument(rubbish));
  CHECK(std::string(rubbish.message()).find("rubbish") != std::string::npos);
  v1::CustodianKey zero;
  zero.set_role("a");
  zero.set_epoch(1);
  zero.set_secret_share(std::string(32, '\0'));
  REQUIRE(WriteFileAtomic(custody.File("zero"), zero.SerializeAsString(), 0600).ok());
  CHECK(absl::IsInvalidArgument(keys.Load({custody.File("zero")})));
  REQUIRE(chmod(custody.File("a1").c_str(), 0640) == 0);
  CHECK(absl::IsFailedPrecondition(keys.Load({custody.File("a1")})));
  CHECK(keys.Epochs().empty());
}

TEST_CASE("A retired share is overwritten and removed and out of memory") {
  Custody custody;
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1"), custody.File("a2")}).ok());
  CHECK(keys.DestroyRetired(*custody.directory, kNowMs).empty());
  // A second name of the same file shows what became of its bytes.
  REQUIRE(link(custody.File("a1").c_str(), custody.File("witness").c_str()) == 0);
  const int64_t retired_ms = custody.directory->FindEpoch(1)->retire_at_ms();
  CHECK(keys.DestroyRetired(*custody.directory, retired_ms) == std::vector<uint32_t>{1});
  CHECK_FALSE(FileExists(custody.File("a1")));
  const std::string witness = *ReadFile(custody.File("witness"));
  CHECK(witness == std::string(witness.size(), '\0'));
  CHECK(keys.Epochs() == std::vector<uint32_t>{2});
  CHECK(FileExists(custody.File("a2")));
  // The configuration still names it: no error.
  CHECK(keys.Load({custody.File("a1"), custody.File("a2")}).ok());
}

TEST_CASE("A share older than every listed epoch is destroyed and a future one kept") {
  Custody custody;
  custody.WriteKey("a9", "a", 9, GenerateShare(custody.random));
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1"), custody.File("a2"), custody.File("a9")}).ok());
  custody.federation.directory.mutable_epochs()->DeleteSubrange(0, 1);
  custody.Verify();
  CHECK(keys.DestroyRetired(*custody.directory, kNowMs) == std::vector<uint32_t>{1});
  CHECK(keys.Epochs() == std::vector<uint32_t>{2, 9});
}

TEST_CASE("Evaluations verify against the published share for both batch sizes") {
  Custody custody;
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1")}).ok());
  const auto meter = *MeterFile::Open(custody.File("meter"), custody.clock);
  Evaluator evaluator(custody.clock, custody.random, keys, *meter);
  for (const v1::Allowance kind : {v1::QUESTIONS, v1::ENROLMENT, v1::DELTA}) {
    const v1::EvaluateRequest request = Request(custody.random, kind);
    const EvaluateOutcome outcome =
        evaluator.Evaluate(request, custody.member(), *custody.directory);
    REQUIRE(outcome.result == EvaluateResult::kDone);
    CHECK(VerifyEvaluation(custody.directory->FindEpoch(1)->public_share_a(), request.points(),
                           outcome.response.points(), outcome.response.proof())
              .ok());
  }
}

TEST_CASE("Requests of a wrong size or kind or epoch are refused and not counted") {
  Custody custody;
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1")}).ok());
  const auto meter = *MeterFile::Open(custody.File("meter"), custody.clock);
  Evaluator evaluator(custody.clock, custody.random, keys, *meter);
  const auto result = [&](const v1::EvaluateRequest& request) {
    return evaluator.Evaluate(request, custody.member(), *custody.directory).result;
  };
  v1::EvaluateRequest request = Request(custody.random);
  request.mutable_points()->pop_back();
  CHECK(result(request) == EvaluateResult::kBatchSize);
  request = Request(custody.random);
  request.set_allowance(v1::ENROLMENT);
  CHECK(result(request) == EvaluateResult::kBatchSize);
  request.set_allowance(v1::ALLOWANCE_UNSPECIFIED);
  CHECK(result(request) == EvaluateResult::kBatchSize);
  CHECK(result(Request(custody.random, v1::QUESTIONS, 2)) == EvaluateResult::kUnknownEpoch);
  CHECK(result(Request(custody.random, v1::QUESTIONS, 77)) == EvaluateResult::kUnknownEpoch);
  CHECK(*ReadFile(custody.File("meter")) == "signpost-meter/v1\nend 0\n");
  request = Request(custody.random);
  request.mutable_points()->replace(64, 32, std::string(32, '\xff'));
  CHECK(result(request) == EvaluateResult::kBadPoint);
  request = Request(custody.random);
  request.mutable_points()->replace(64, 32, std::string(32, '\0'));
  CHECK(result(request) == EvaluateResult::kBadPoint);
}

TEST_CASE("An allowance used up is refused with its refill and a restart refills nothing") {
  Custody custody;
  custody.federation.directory.mutable_members(0)->mutable_allowances()->set_questions_per_day(2);
  custody.Verify();
  KeyStore keys("a");
  REQUIRE(keys.Load({custody.File("a1")}).ok());
  auto meter = *MeterFile::Open(custody.File("meter"), custody.clock);
  const v1::EvaluateRequest request = Request(custody.random);
  for (int i = 0; i < 4; ++i) {
    Evaluator evaluator(custody.clock, custody.random, keys, *meter);
    CHECK(evaluator.Evaluate(request, custody.member(), *custody.directory).result ==
          EvaluateResult::kDone);
  }
  for (int restart = 0; restart < 2; ++restart) {
    Evaluator evaluator(custody.clock, custody.random, keys, *meter);
    const EvaluateOutcome outcome =
        evaluator.Evaluate(request, custody.member(), *custody.directory);
    CHECK(outcome.result == EvaluateResult::kAllowance);
    CHECK(outcome.limit == 4);
    CHECK(outcome.refills_at_ms == (kNowMs / kDayMs + 1) * kDayMs);
    meter = *MeterFile::Open(custody.File("meter"), custody.clock);
  }
  custody.clock.Advance(kDayMs);
  Evaluator evaluator(custody.clock, custody.random, keys, *meter);
  CHECK(evaluator.Evaluate(request, custody.member(), *custody.directory).result ==
        EvaluateResult::kDone);
}

TEST_CASE("Other members still have theirs when one is used up") {
  Custody custody;
  custody.federation.directory.mutable_members(0)->mutable_allowances()->set_questions_per_day(1);
  custody.Verify();
  const auto meter = *MeterFile::Open(custody.File("meter"), custody.clock);
  for (int i = 0; i < 3; ++i) meter->Charge(custody.member(), v1::QUESTIONS, 1);
  CHECK(meter->Charge(custody.member(), v1::QUESTIONS, 1).kind == MeterVerdict::kRefused);
  CHECK(meter->Charge(custody.directory->message().members(1), v1::QUESTIONS, 1).kind ==
        MeterVerdict::kGranted);
}

TEST_CASE("A meter that cannot be written grants nothing until it can") {
  Custody custody;
  REQUIRE(mkdir(custody.File("disk").c_str(), 0700) == 0);
  const auto meter = *MeterFile::Open(custody.File("disk/meter"), custody.clock);
  std::filesystem::rename(custody.File("disk"), custody.File("unplugged"));
  CHECK(meter->Charge(custody.member(), v1::QUESTIONS, 1).kind == MeterVerdict::kUnwritable);
  std::filesystem::rename(custody.File("unplugged"), custody.File("disk"));
  CHECK(meter->Charge(custody.member(), v1::QUESTIONS, 1).kind == MeterVerdict::kGranted);
}

TEST_CASE("A damaged meter file stops the custodian") {
  Custody custody;
  REQUIRE(WriteFileAtomic(custody.File("meter"), "signpost-meter/v1\nend 3\n", 0600).ok());
  CHECK(absl::IsDataLoss(MeterFile::Open(custody.File("meter"), custody.clock).status()));
}

TEST_CASE("Destroying a file that is not there says so") {
  Custody custody;
  CHECK(absl::IsNotFound(DestroyFile(custody.File("nothing"))));
}

}  // namespace
}  // namespace signpost::hub
