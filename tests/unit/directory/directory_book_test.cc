#include "proto/directory/directory_book.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "proto/base/file.h"
#include "tests/unit/directory/fixture.h"

namespace signpost {
namespace {

struct Shelf : Federation {
  std::filesystem::path folder;
  std::unique_ptr<DirectoryBook> book;

  Shelf() {
    std::string name = (std::filesystem::temp_directory_path() / "signpost-book-XXXXXX").string();
    folder = mkdtemp(name.data());
    book = *Open();
  }
  ~Shelf() { std::filesystem::remove_all(folder); }
  std::string Cache() const { return (folder / "directory").string(); }
  absl::StatusOr<std::unique_ptr<DirectoryBook>> Open(int64_t now_ms = kNowMs) const {
    return DirectoryBook::Open({anchor, Cache()}, now_ms);
  }
  void Restart(int64_t now_ms = kNowMs) {
    book.reset();
    book = *Open(now_ms);
  }
};

TEST_CASE("A book without a directory admits nobody") {
  Shelf shelf;
  CHECK(shelf.book->Snapshot(kNowMs).directory == nullptr);
  CHECK(shelf.book->Admit("E09000012", kNowMs).admission == Admission::kNoDirectory);
  CHECK(shelf.book->Accept(1, std::string(32, 'x'), kNowMs) == Acceptability::kAhead);
  CHECK(shelf.book->ExpiryWarning(kNowMs));
  CHECK(shelf.book->Newest() == nullptr);
}

TEST_CASE("A good directory is taken once and survives a restart") {
  Shelf shelf;
  CHECK(shelf.book->Offer(shelf.Signed(), kNowMs)->changed);
  CHECK_FALSE(shelf.book->Offer(shelf.Signed(), kNowMs)->changed);
  CHECK(shelf.book->Admit("E09000012", kNowMs).active());
  shelf.Restart();
  CHECK(shelf.book->Admit("E09000012", kNowMs).active());
  CHECK(shelf.book->Newest()->version() == 1);
}

TEST_CASE("An older directory is refused also after a restart and after expiry") {
  Shelf shelf;
  const v1::SignedDocument first = shelf.Signed();
  const v1::SignedDocument second = shelf.Next(first, [](auto&) {});
  REQUIRE(shelf.book->Offer(second, kNowMs).ok());
  CHECK(HasReason(shelf.book->Offer(first, kNowMs).status(), "ROLLBACK"));
  shelf.Restart(kNowMs + 60 * kDayMs);
  CHECK(HasReason(shelf.book->Offer(first, kNowMs + 60 * kDayMs).status(), "ROLLBACK"));
  CHECK(shelf.book->Newest()->version() == 2);
}

TEST_CASE("An expired directory is refused and one that expires admits nobody") {
  Shelf shelf;
  CHECK(HasReason(shelf.book->Offer(shelf.Signed(), kNowMs + 30 * kDayMs).status(), "EXPIRED"));
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  const int64_t later = kNowMs + 30 * kDayMs;
  CHECK(shelf.book->Admit("E09000012", later).admission == Admission::kDirectoryExpired);
  CHECK(shelf.book->Snapshot(later).directory == nullptr);
  CHECK(shelf.book->Newest() != nullptr);
  CHECK(shelf.book->DaysLeft(kNowMs) == 30);
  CHECK(shelf.book->DaysLeft(later + 1) == -1);
  CHECK_FALSE(shelf.book->ExpiryWarning(kNowMs));
  CHECK(shelf.book->ExpiryWarning(kNowMs + 16 * kDayMs));
}

TEST_CASE("Two directories of one version raise an alarm and both are kept") {
  Shelf shelf;
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  shelf.directory.set_children(1);
  const v1::SignedDocument other = shelf.Signed();
  CHECK(HasReason(shelf.book->Offer(other, kNowMs).status(), "CONFLICT"));
  CHECK(shelf.book->ConflictAlarm());
  CHECK(*ReadFile(shelf.Cache() + ".conflict") == other.SerializeAsString());
  CHECK(shelf.book->Newest()->message().children() == 12'000'000);
  shelf.Restart();
  CHECK(shelf.book->ConflictAlarm());
}

TEST_CASE("The next version must name the one before by hash") {
  Shelf shelf;
  const v1::SignedDocument first = shelf.Signed();
  REQUIRE(shelf.book->Offer(first, kNowMs).ok());
  const v1::SignedDocument wrong =
      shelf.Next(first, [](auto& d) { d.set_previous_hash(std::string(32, 'x')); });
  CHECK(HasReason(shelf.book->Offer(wrong, kNowMs).status(), "WRONG_PREVIOUS"));
  // A node that missed versions cannot check the link and takes the newest.
  const v1::SignedDocument third = shelf.Next(first, [](auto& d) {
    d.set_version(3);
    d.set_previous_hash(std::string(32, 'x'));
  });
  CHECK(shelf.book->Offer(third, kNowMs).ok());
}

TEST_CASE("A directory that cannot be written is not taken") {
  Shelf shelf;
  std::filesystem::remove_all(shelf.folder);
  CHECK(HasReason(shelf.book->Offer(shelf.Signed(), kNowMs).status(), "CACHE_UNWRITABLE"));
  CHECK(shelf.book->Newest() == nullptr);
  CHECK(HasReason(shelf.book->OfferOrder(shelf.Order("E09000012", 1), kNowMs).status(),
                  "CACHE_UNWRITABLE"));
  CHECK(shelf.book->OrdersInForce(kNowMs).empty());
}

TEST_CASE("A damaged cache stops the start instead of forgetting") {
  Shelf shelf;
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  REQUIRE(WriteFileAtomic(shelf.Cache(), "rubbish", 0644).ok());
  CHECK(shelf.Open().status().code() == absl::StatusCode::kDataLoss);
  REQUIRE(WriteFileAtomic(shelf.Cache(), shelf.Signed().SerializeAsString(), 0644).ok());
  REQUIRE(WriteFileAtomic(shelf.Cache() + ".orders", "rubbish", 0644).ok());
  CHECK(shelf.Open().status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("A suspension order bites at once and survives a restart until it ends") {
  Shelf shelf;
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  CHECK(shelf.book->OfferOrder(shelf.Order("E09000012", 1), kNowMs)->changed);
  CHECK_FALSE(shelf.book->OfferOrder(shelf.Order("E09000012", 1), kNowMs)->changed);
  shelf.Restart();
  const AdmissionResult result = shelf.book->Admit("E09000012", kNowMs);
  CHECK(result.admission == Admission::kSuspended);
  CHECK(result.reason == "key-lost");
  CHECK(shelf.book->Admit("E08000035", kNowMs).active());
  CHECK(shelf.book->OrdersInForce(kNowMs).size() == 1);
  CHECK(shelf.book->Admit("E09000012", kNowMs + kHourMs).active());
  CHECK(shelf.book->OrdersInForce(kNowMs + kHourMs).empty());
  // The clock is set back: the order is in force again.
  CHECK_FALSE(shelf.book->Admit("E09000012", kNowMs).active());
}

TEST_CASE("A later directory that lists the member as active ends the order") {
  Shelf shelf;
  const v1::SignedDocument first = shelf.Signed();
  REQUIRE(shelf.book->Offer(first, kNowMs).ok());
  const v1::SignedDocument order = shelf.Order("E09000012", 1);
  REQUIRE(shelf.book->OfferOrder(order, kNowMs).ok());
  // Newer in version, but issued before the order: says nothing about it.
  const v1::SignedDocument second = shelf.Next(first, [](auto&) {});
  REQUIRE(shelf.book->Offer(second, kNowMs).ok());
  CHECK_FALSE(shelf.book->Admit("E09000012", kNowMs).active());
  const v1::SignedDocument third = shelf.Next(second, [](auto& d) { d.set_issued_ms(kNowMs + 1); });
  REQUIRE(shelf.book->Offer(third, kNowMs + 1).ok());
  CHECK(shelf.book->Admit("E09000012", kNowMs + 1).active());
  CHECK(shelf.book->OrdersInForce(kNowMs + 1).empty());
  CHECK(HasReason(shelf.book->OfferOrder(shelf.Order("E09000012", 1, kNowMs - 5), kNowMs).status(),
                  "SUPERSEDED"));
}

TEST_CASE("A malformed or unsigned or overlong suspension order is refused") {
  Shelf shelf;
  const auto offer = [&](const v1::SignedDocument& document, int64_t now_ms = kNowMs) {
    return shelf.book->OfferOrder(document, now_ms).status();
  };
  const v1::SignedDocument good = shelf.Order("E09000012", 1);
  v1::SignedDocument unsigned_order = good;
  unsigned_order.clear_signatures();
  CHECK(HasReason(offer(unsigned_order), "TOO_FEW_SIGNATURES"));
  CHECK(HasReason(offer(shelf.Order("E09000012", 1, kNowMs, 24 * kHourMs + 1)), "TOO_LONG"));
  CHECK(HasReason(offer(shelf.Order("E09000012", 1, kNowMs, 0)), "BAD_ORDER"));
  CHECK(HasReason(offer(shelf.Order("nobody", 1)), "BAD_ORDER"));
  CHECK(HasReason(offer(good, kNowMs + kHourMs), "EXPIRED"));
  CHECK(HasReason(offer(good, kNowMs - kHourMs), "NOT_YET_ISSUED"));
  CHECK(HasReason(offer(shelf.Signed()), "WRONG_TYPE"));
  CHECK(HasReason(offer(shelf.Sign(MakeDocument(kDsseSuspension, "\xff"), 1)), "MALFORMED"));
  CHECK(shelf.book->OrdersInForce(kNowMs).empty());
}

TEST_CASE("Every member state has its admission") {
  const auto admit = [](v1::MemberState state) {
    Shelf shelf;
    shelf.directory.mutable_members(0)->set_state(state);
    REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
    return shelf.book->Admit("E09000012", kNowMs).admission;
  };
  CHECK(admit(v1::INVITED) == Admission::kNotActive);
  CHECK(admit(v1::ENROLLED) == Admission::kNotActive);
  CHECK(admit(v1::APPROVED) == Admission::kNotActive);
  CHECK(admit(v1::ACTIVE) == Admission::kActive);
  CHECK(admit(v1::IN_MAINTENANCE) == Admission::kMaintenance);
  CHECK(admit(v1::MEMBER_SUSPENDED) == Admission::kSuspended);
  CHECK(admit(v1::REVOKED) == Admission::kLeaving);
  CHECK(admit(v1::RETIRED) == Admission::kLeaving);
  Shelf shelf;
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  CHECK(shelf.book->Admit("E06000001", kNowMs).admission == Admission::kNotMember);
  CHECK(AdmissionName(Admission::kNotMember) == "NOT_A_MEMBER");
}

TEST_CASE("The directory before stays acceptable for ten minutes") {
  Shelf shelf;
  const v1::SignedDocument first = shelf.Signed();
  const v1::SignedDocument second = shelf.Next(first, [](auto&) {});
  REQUIRE(shelf.book->Offer(first, kNowMs).ok());
  const std::string one = Sha256(first.payload());
  const std::string two = Sha256(second.payload());
  const auto accept = [&](uint64_t version, const std::string& hash, int64_t after_ms) {
    return shelf.book->Accept(version, hash, kNowMs + after_ms);
  };
  CHECK(accept(1, one, 0) == Acceptability::kAcceptable);
  CHECK(accept(2, two, 0) == Acceptability::kAhead);
  CHECK(accept(1, two, 0) == Acceptability::kConflict);
  REQUIRE(shelf.book->Offer(second, kNowMs).ok());
  CHECK(accept(2, two, 0) == Acceptability::kAcceptable);
  CHECK(accept(1, one, 600'000) == Acceptability::kAcceptable);
  CHECK(accept(1, one, 600'001) == Acceptability::kBehind);
  CHECK(accept(1, two, 0) == Acceptability::kConflict);
}

TEST_CASE("What a hub sends is taken and what is old news is no error") {
  Shelf shelf;
  const v1::SignedDocument first = shelf.Signed();
  REQUIRE(shelf.book->Offer(shelf.Next(first, [](auto&) {}), kNowMs).ok());
  v1::DirectoryUpdate update;
  *update.mutable_directory() = first;
  *update.add_orders() = shelf.Order("E08000035", 1, kNowMs - 2 * kHourMs);
  *update.add_orders() = shelf.Order("E09000012", 2);
  CHECK(shelf.book->OfferUpdate(update, kNowMs).ok());
  CHECK_FALSE(shelf.book->Admit("E09000012", kNowMs).active());
  *update.add_orders() = first;
  CHECK(HasReason(shelf.book->OfferUpdate(update, kNowMs), "WRONG_TYPE"));
  CHECK(shelf.book->Update(0, kNowMs).has_directory());
  CHECK_FALSE(shelf.book->Update(2, kNowMs).has_directory());
  CHECK(shelf.book->Update(2, kNowMs).orders_size() == 1);
}

TEST_CASE("Subscribers hear of every change and of nothing else") {
  Shelf shelf;
  int calls = 0;
  const uint64_t id = shelf.book->Subscribe([&] { ++calls; });
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  REQUIRE(shelf.book->Offer(shelf.Signed(), kNowMs).ok());
  CHECK(calls == 1);
  REQUIRE(shelf.book->OfferOrder(shelf.Order("E09000012", 1), kNowMs).ok());
  CHECK(calls == 2);
  shelf.book->Unsubscribe(id);
  REQUIRE(shelf.book->OfferOrder(shelf.Order("E08000035", 1), kNowMs).ok());
  CHECK(calls == 2);
}

}  // namespace
}  // namespace signpost
