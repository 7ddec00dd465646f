#include <catch2/catch.hpp>

#include "cli/officer_order.h"
#include "proto/base/bytes.h"
#include "tests/unit/cli/federation_parts.h"

namespace signpost::cli {
namespace {

std::string Refusal(std::string_view member, std::string_view reason, int hours) {
  SystemRandom random;
  const v1::Directory directory = *BuildDirectory(TestParts(random), kTestNow, random);
  const auto order = BuildOrder(directory, member, reason, hours, kTestNow);
  if (order.ok()) return "";
  const std::string message(FromAbsl(order.status().message()));
  return message.substr(0, message.find(':'));
}

TEST_CASE("an order names its member and reason and ends within a day") {
  SystemRandom random;
  const v1::Directory directory = *BuildDirectory(TestParts(random), kTestNow, random);
  const auto order = BuildOrder(directory, "E10000016", "KEY_COMPROMISED", 24, kTestNow);
  REQUIRE(order.ok());
  CHECK(order->member() == "E10000016");
  CHECK(order->reason() == "KEY_COMPROMISED");
  CHECK(order->directory_version() == 1);
  CHECK(order->expires_ms() - order->issued_ms() == kDayMs);
  CHECK(DescribeOrder(*order, directory) ==
        "Suspends Kent (E10000016) until 2026-11-19 11:10 UTC, reason KEY_COMPROMISED.\n"
        "It can neither ask nor answer; others see NOT_JOINED with its telephone number.\n"
        "A directory newer than 1 ends the suspension earlier or makes it last.\n");
}

TEST_CASE("every reason of the closed list makes an order") {
  for (const SuspensionReason& reason : SuspensionReasons()) {
    CHECK(Refusal("E10000016", reason.code, 1) == "");
  }
}

TEST_CASE("an order with a reason outside the closed list is refused") {
  CHECK(Refusal("E10000016", "because", 1) == "UNKNOWN_REASON");
  CHECK(Refusal("E10000016", "", 1) == "UNKNOWN_REASON");
}

TEST_CASE("an order of no time or of more than a day is refused") {
  CHECK(Refusal("E10000016", "MISUSE", 0) == "BAD_HOURS");
  CHECK(Refusal("E10000016", "MISUSE", 25) == "BAD_HOURS");
  CHECK(Refusal("E10000016", "MISUSE", -1) == "BAD_HOURS");
}

TEST_CASE("an order against somebody the directory does not list is refused") {
  CHECK(Refusal("E09000004", "MISUSE", 1) == "NO_SUCH_MEMBER");
}

}  // namespace
}  // namespace signpost::cli
