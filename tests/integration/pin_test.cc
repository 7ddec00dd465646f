// The directory pins the keys of hub and custodians, not only their names.
#include <catch2/catch.hpp>

#include "tests/integration/federation.h"

namespace signpost::testing {

namespace {

v1::ChildDetails SomeChild() {
  v1::ChildDetails details;
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given("Zebedee");
  name->set_family("Quillfeather");
  details.set_date_of_birth("2015-03-09");
  details.add_addresses()->set_postcode("LS1 4AP");
  return details;
}

// The directory pins another key already; the one still in use is only among those accepted beside.
template <typename Entry>
void ReplaceKey(Entry& entry) {
  entry.add_next_tls_pins(entry.tls_pin());
  entry.set_tls_pin(std::string(32, entry.name().back()));
}

}  // namespace

TEST_CASE("While the keys of hub and custodians are replaced the node keeps speaking to them") {
  TestFederation federation({.authorities = 2, .start = true, .edit_directory = {}});
  REQUIRE(federation.WaitReady());
  REQUIRE(federation
              .Publish([](v1::Directory& directory) {
                ReplaceKey(*directory.mutable_hubs(0));
                for (v1::Custodian& custodian : *directory.mutable_custodians()) {
                  ReplaceKey(custodian);
                }
                ReplaceKey(*directory.mutable_officers(0));
              })
              .ok());
  REQUIRE(federation.WaitUntil([&] {
    return federation.node(0).Status().directory_version() == 2 &&
           federation.node(1).Status().directory_version() == 2;
  }));
  REQUIRE(federation.WaitReady());
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByDetails(SomeChild()), &ledger).ok());
  CHECK(RowOf(ledger, TestFederation::Code(1)).outcome() == v1::NOTHING_TO_REPORT);
  CHECK_FALSE(ledger.summary().keys_partial());

  // The replacement ends: the key still in use is no longer listed.
  REQUIRE(federation
              .Publish([](v1::Directory& directory) {
                directory.mutable_hubs(0)->clear_next_tls_pins();
              })
              .ok());
  CHECK(federation.WaitUntil([&] { return !federation.node(0).Status().hub_connected(); }));
  CHECK_FALSE(
      federation.WaitUntil([&] { return federation.node(0).Status().hub_connected(); }, 3'000));
}

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
  v1::Ledger ledger;
  REQUIRE(federation.Ask(0, federation.ByDetails(SomeChild()), &ledger).ok());
  CHECK(RowOf(ledger, TestFederation::Code(1)).outcome() == v1::NO_ANSWER);
  CHECK(RowOf(ledger, TestFederation::Code(1)).cause() == v1::KEYS_UNAVAILABLE);
  CHECK(ledger.summary().keys_partial());
}

}  // namespace signpost::testing
