// The directory pins the keys of hub and custodians, not only their names.
#include <catch2/catch.hpp>

#include "tests/integration/federation.h"

namespace signpost::testing {

TEST_CASE("A node does not speak to a hub whose key is not the one the directory pins") {
  TestFederation federation({.authorities = 2, .start = true, .edit_directory = {}});
  REQUIRE(federation.WaitReady());
  REQUIRE(federation
              .Publish([](v1::Directory& directory) {
                directory.mutable_hubs(0)->set_tls_pin(std::string(32, 'x'));
              })
              .ok());
  CHECK(federation.WaitUntil([&] {
    return federation.node(0).Status().directory_version() == 2 &&
           !federation.node(0).Status().hub_connected();
  }));
  CHECK_FALSE(
      federation.WaitUntil([&] { return federation.node(0).Status().hub_connected(); }, 3'000));
}

TEST_CASE(
    "A node takes no evaluation from a custodian whose key is not the one the directory pins") {
  TestFederation federation({.authorities = 2, .start = true, .edit_directory = {}});
  REQUIRE(federation.WaitReady());
  REQUIRE(federation
              .Publish([](v1::Directory& directory) {
                directory.mutable_custodians(0)->set_tls_pin(std::string(32, 'x'));
              })
              .ok());
  REQUIRE(
      federation.WaitUntil([&] { return federation.node(0).Status().directory_version() == 2; }));
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given("Zebedee");
  name->set_family("Quillfeather");
  details.set_date_of_birth("2015-03-09");
  details.add_addresses()->set_postcode("LS1 4AP");
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByDetails(details), &ledger).ok());
  CHECK(RowOf(ledger, TestFederation::Code(1)).outcome() == v1::NO_ANSWER);
  CHECK(RowOf(ledger, TestFederation::Code(1)).cause() == v1::KEYS_UNAVAILABLE);
  CHECK(ledger.summary().keys_partial());
}

}  // namespace signpost::testing
