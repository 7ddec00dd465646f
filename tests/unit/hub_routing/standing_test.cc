#include "hub/routing/standing.h"

#include <catch2/catch.hpp>

#include "tests/unit/directory/fixture.h"

namespace signpost::hub {
namespace {

struct Book {
  Federation federation;
  std::unique_ptr<DirectoryBook> book;

  void Open() {
    book = *DirectoryBook::Open({federation.anchor, ""}, kNowMs);
    REQUIRE(book->Offer(federation.Signed(), kNowMs).ok());
  }
  Standing Of(const std::string& code, const std::string& pin = "", int64_t now_ms = kNowMs) const {
    return StandingOf(book->Snapshot(now_ms), {code, pin});
  }
};

TEST_CASE("An active authority is admitted by either of its keys and no other") {
  Book book;
  v1::Member& member = *book.federation.directory.mutable_members(0);
  member.add_next_tls_pins(std::string(32, 'n'));
  const std::string pin = member.tls_pin();
  book.Open();
  CHECK(book.Of("E09000012") == Standing::kAdmitted);
  CHECK(book.Of("E09000012", pin) == Standing::kAdmitted);
  CHECK(book.Of("E09000012", std::string(32, 'n')) == Standing::kAdmitted);
  CHECK(book.Of("E09000012", std::string(32, 'z')) == Standing::kPinMismatch);
}

TEST_CASE("Partners ask only and strangers are no members") {
  Book book;
  book.Open();
  CHECK(book.Of("HELPLINE") == Standing::kAskOnly);
  CHECK(book.Of("E99999999") == Standing::kNotAMember);
}

TEST_CASE("States of the directory decide what a member may do") {
  Book book;
  book.federation.directory.mutable_members(0)->set_state(v1::IN_MAINTENANCE);
  book.federation.directory.mutable_members(1)->set_state(v1::MEMBER_SUSPENDED);
  book.federation.directory.mutable_members(2)->set_state(v1::APPROVED);
  book.Open();
  CHECK(book.Of("E09000012") == Standing::kMaintenance);
  CHECK(book.Of("E08000035") == Standing::kSuspended);
  CHECK(book.Of("HELPLINE") == Standing::kNotActive);
}

TEST_CASE("An expired directory admits nobody and none at all says so") {
  Book book;
  book.Open();
  CHECK(book.Of("E09000012", "", kNowMs + 31 * kDayMs) == Standing::kDirectoryExpired);
  const auto empty = *DirectoryBook::Open({book.federation.anchor, ""}, kNowMs);
  CHECK(StandingOf(empty->Snapshot(kNowMs), {"E09000012", ""}) == Standing::kDirectoryMissing);
}

}  // namespace
}  // namespace signpost::hub
