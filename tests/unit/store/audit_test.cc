#include "node/store/audit.h"

#include "proto/crypto/kdf.h"
#include "proto/limits.h"
#include "tests/unit/store/fixture.h"

namespace signpost::node::testing {
namespace {

constexpr char kUnlock[] =
    "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened;";

// Five rows, then the file changed by hand, then the verdict.
AuditVerification VerdictAfter(StoreFixture& fixture, const std::string& sql) {
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(fixture.store->AppendAudit({MakeAudit(std::to_string(i))}, {}, kNow).ok());
  }
  REQUIRE(fixture.store->CutCheckpoint(kNow).ok());
  REQUIRE(fixture.store->VerifyAudit()->intact);
  fixture.store.reset();
  Tamper(fixture.path, kUnlock + sql);
  fixture.store = OpenAt(fixture.path, fixture.random);
  const auto verdict = fixture.store->VerifyAudit();
  REQUIRE(verdict.ok());
  return *verdict;
}

TEST_CASE_METHOD(StoreFixture, "Audit rows are numbered from 1 and listed newest first") {
  CHECK(*store->AppendAudit({MakeAudit("A"), MakeAudit("B")}, {}, kNow) == 2);
  CHECK(*store->AppendAudit({MakeAudit("C")}, {}, kNow) == 3);
  const auto rows = store->ListAudit(0, 10);
  REQUIRE(rows->size() == 3);
  CHECK(rows->at(0).number() == 3);
  CHECK(rows->at(0).case_reference() == "C");
  CHECK(rows->at(2).case_reference() == "A");
  CHECK(store->ListAudit(3, 1)->front().number() == 2);
  CHECK(store->ListAudit(1, 10)->empty());
}

TEST_CASE_METHOD(StoreFixture, "The chain is the hash of the design over the rows as stored") {
  REQUIRE(store->AppendAudit({MakeAudit("A"), MakeAudit("B")}, {}, kNow).ok());
  std::string head(32, '\0');
  for (uint64_t n = 1; n <= 2; ++n) {
    const std::string row = store->ListAudit(n + 1, 1)->front().SerializeAsString();
    head = Sha256("signpost/v1/audit" + head + IntBytes(8, n) + IntBytes(4, row.size()) + row);
  }
  const auto verdict = store->VerifyAudit();
  CHECK(verdict->intact);
  CHECK(verdict->rows == 2);
  CHECK(verdict->head == head);
}

TEST_CASE("The hashes of a chain and a checkpoint have not changed") {
  const std::string first = NextAuditHash(FirstAuditHash(), 1, "row");
  CHECK(first == Sha256("signpost/v1/audit" + std::string(32, '\0') +
                        std::string("\0\0\0\0\0\0\0\1\0\0\0\3row", 15)));
  const std::string salt(32, 's');
  CHECK(CheckpointHash(salt, first, 258) ==
        Sha256(salt + first + std::string("\0\0\0\0\0\0\1\2", 8)));
}

TEST_CASE_METHOD(StoreFixture, "The chain goes on after a restart") {
  REQUIRE(store->AppendAudit({MakeAudit("A")}, {}, kNow).ok());
  Reopen();
  CHECK(*store->AppendAudit({MakeAudit("B")}, {}, kNow) == 2);
  CHECK(store->VerifyAudit()->intact);
}

TEST_CASE_METHOD(StoreFixture, "An empty audit is intact") {
  const auto verdict = store->VerifyAudit();
  CHECK(verdict->intact);
  CHECK(verdict->rows == 0);
}

TEST_CASE_METHOD(StoreFixture, "A changed audit row is found") {
  const auto verdict =
      VerdictAfter(*this, "UPDATE audit SET row = zeroblob(length(row)) WHERE number = 3");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.first_bad_number == 3);
  CHECK(verdict.fault == AuditFault::kRowUnreadable);
}

TEST_CASE_METHOD(StoreFixture, "A removed audit row is found") {
  const auto verdict = VerdictAfter(*this, "DELETE FROM audit WHERE number = 2");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.first_bad_number == 2);
  CHECK(verdict.fault == AuditFault::kRowMissing);
}

TEST_CASE_METHOD(StoreFixture, "A removed row whose successors are renumbered is found") {
  const auto verdict = VerdictAfter(*this,
                                    "DELETE FROM audit WHERE number = 2;"
                                    "UPDATE audit SET number = 2 WHERE number = 3;"
                                    "UPDATE audit SET number = 3 WHERE number = 4;"
                                    "UPDATE audit SET number = 4 WHERE number = 5;");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.first_bad_number == 2);
}

TEST_CASE_METHOD(StoreFixture, "Two audit rows swapped are found") {
  const auto verdict = VerdictAfter(*this,
                                    "UPDATE audit SET number = 100 WHERE number = 2;"
                                    "UPDATE audit SET number = 2 WHERE number = 4;"
                                    "UPDATE audit SET number = 4 WHERE number = 100;");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.first_bad_number == 2);
}

TEST_CASE_METHOD(StoreFixture, "A tail cut off the audit is found by the stored head") {
  const auto verdict = VerdictAfter(*this, "DELETE FROM audit WHERE number > 3");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.first_bad_number == 4);
  CHECK(verdict.fault == AuditFault::kHeadMismatch);
}

TEST_CASE_METHOD(StoreFixture, "An audit emptied with its head is found by the checkpoint") {
  const auto verdict = VerdictAfter(*this, "DELETE FROM audit; DELETE FROM audit_head;");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.fault == AuditFault::kHeadMismatch);
}

TEST_CASE_METHOD(StoreFixture, "A changed head is found") {
  const auto verdict = VerdictAfter(*this, "UPDATE audit_head SET hash = zeroblob(60)");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.fault == AuditFault::kHeadMismatch);
  CHECK_FALSE(store->AppendAudit({MakeAudit("X")}, {}, kNow).ok());
}

TEST_CASE_METHOD(StoreFixture, "A changed checkpoint is found") {
  const auto verdict = VerdictAfter(*this, "UPDATE audit_checkpoints SET hash = zeroblob(32)");
  CHECK_FALSE(verdict.intact);
  CHECK(verdict.fault == AuditFault::kCheckpointMismatch);
}

TEST_CASE_METHOD(StoreFixture, "Rows added without their head cannot be appended to") {
  VerdictAfter(*this, "DELETE FROM audit_head");
  CHECK_FALSE(store->AppendAudit({MakeAudit("X")}, {}, kNow).ok());
}

TEST_CASE_METHOD(StoreFixture, "The database itself refuses to change or delete an audit row") {
  REQUIRE(store->AppendAudit({MakeAudit("A")}, {}, kNow).ok());
  auto db = Connection::Open(path, OpenMode::kWriter);
  REQUIRE(db.ok());
  CHECK_FALSE((*db)->Execute("DELETE FROM audit").ok());
  CHECK_FALSE((*db)->Execute("UPDATE audit SET row = x'00'").ok());
}

TEST_CASE_METHOD(StoreFixture,
                 "A question seen before writes no second audit row until it expires") {
  const SeenEntry seen = {SeenKind::kQuestion, std::string(32, 'h'), kNow + 1000};
  REQUIRE(store->AppendAudit({MakeAudit("A")}, {&seen, 1}, kNow).ok());
  CHECK(absl::IsAlreadyExists(store->AppendAudit({MakeAudit("B")}, {&seen, 1}, kNow).status()));
  CHECK(store->ListAudit(0, 10)->size() == 1);
  const SeenEntry request = {SeenKind::kRequest, std::string(32, 'h'), kNow + 1000};
  CHECK(store->AppendAudit({MakeAudit("C")}, {&request, 1}, kNow).ok());
  const SeenEntry later = {SeenKind::kQuestion, std::string(32, 'h'), kNow + 9000};
  CHECK(store->AppendAudit({MakeAudit("D")}, {&later, 1}, kNow + 1000).ok());
  const SeenEntry bad = {SeenKind::kQuestion, "short", kNow};
  CHECK(absl::IsInvalidArgument(store->AppendAudit({MakeAudit("E")}, {&bad, 1}, kNow).status()));
}

TEST_CASE_METHOD(StoreFixture, "The seen-set survives a restart and forgets what has expired") {
  const std::vector<SeenEntry> seen = {
      {SeenKind::kQuestion, std::string(32, 'a'), kNow + 10},
      {SeenKind::kQuestion, std::string(32, 'b'), kNow + 1000},
  };
  REQUIRE(store->AppendAudit({MakeAudit("A")}, seen, kNow).ok());
  Reopen();
  CHECK(store->ListSeen(SeenKind::kQuestion, kNow)->size() == 2);
  CHECK(store->ListSeen(SeenKind::kRequest, kNow)->empty());
  REQUIRE(store->ForgetSeen(kNow + 10).ok());
  const auto left = store->ListSeen(SeenKind::kQuestion, kNow);
  REQUIRE(left->size() == 1);
  CHECK(left->front().id == std::string(32, 'b'));
}

TEST_CASE_METHOD(StoreFixture, "A checkpoint is cut once a slot also when nothing happened") {
  CHECK(store->CurrentCheckpoint().hash.empty());
  REQUIRE(store->CutCheckpoint(kNow).ok());
  const AuditCheckpoint first = store->CurrentCheckpoint();
  CHECK(first.hash.size() == 32);
  CHECK(first.slot == static_cast<uint64_t>(kNow / kAuditCheckpointMs));
  REQUIRE(store->AppendAudit({MakeAudit("A")}, {}, kNow).ok());
  REQUIRE(store->CutCheckpoint(kNow + 1).ok());
  CHECK(store->CurrentCheckpoint().hash == first.hash);
  REQUIRE(store->CutCheckpoint(kNow + kAuditCheckpointMs).ok());
  const AuditCheckpoint second = store->CurrentCheckpoint();
  CHECK(second.slot == first.slot + 1);
  CHECK(second.hash != first.hash);
  REQUIRE(store->CutCheckpoint(kNow - 10 * kAuditCheckpointMs).ok());
  CHECK(store->CurrentCheckpoint().slot == second.slot);
  Reopen();
  CHECK(store->CurrentCheckpoint().hash == second.hash);
  CHECK(store->VerifyAudit()->intact);
}

// What went wrong: after a clock that had jumped forward was put right, no checkpoint was cut until
// real time had caught up with the jump, restarts or not; what members saw stood still for years.
TEST_CASE_METHOD(StoreFixture, "Checkpoints go on by uptime after a clock was set back") {
  REQUIRE(store->CutCheckpoint(kNow + kYearMs).ok());
  store.reset();
  int64_t uptime_ms = 77;
  StoreOptions options;
  options.path = path;
  options.column_key = TestKey();
  options.uptime_ms = [&uptime_ms] { return uptime_ms; };
  store = *OpenSqliteStore(std::move(options), random);
  const AuditCheckpoint wrong = store->CurrentCheckpoint();
  uptime_ms += kAuditCheckpointMs - 1;
  REQUIRE(store->AppendAudit({MakeAudit("A")}, {}, kNow).ok());
  REQUIRE(store->CutCheckpoint(kNow).ok());
  CHECK(store->CurrentCheckpoint().hash == wrong.hash);
  uptime_ms += 1;
  REQUIRE(store->CutCheckpoint(kNow).ok());
  const AuditCheckpoint first = store->CurrentCheckpoint();
  CHECK(first.slot == wrong.slot + 1);
  CHECK(first.cut_ms == kNow);
  REQUIRE(store->AppendAudit({MakeAudit("B")}, {}, kNow).ok());
  REQUIRE(store->CutCheckpoint(kNow + kAuditCheckpointMs).ok());
  CHECK(store->CurrentCheckpoint().hash == first.hash);
  uptime_ms += kAuditCheckpointMs;
  REQUIRE(store->CutCheckpoint(kNow + kAuditCheckpointMs).ok());
  CHECK(store->CurrentCheckpoint().slot == wrong.slot + 2);
  CHECK(store->VerifyAudit()->intact);
}

TEST_CASE_METHOD(StoreFixture, "Two idle checkpoints over the same head differ") {
  REQUIRE(store->CutCheckpoint(kNow).ok());
  const std::string first = store->CurrentCheckpoint().hash;
  REQUIRE(store->CutCheckpoint(kNow + kAuditCheckpointMs).ok());
  CHECK(store->CurrentCheckpoint().hash != first);
}

}  // namespace
}  // namespace signpost::node::testing
