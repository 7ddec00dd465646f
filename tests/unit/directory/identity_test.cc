#include "proto/directory/identity.h"

#include <catch2/catch.hpp>

namespace signpost {
namespace {

TEST_CASE("Every kind of identity parses and formats to the same bytes") {
  for (const std::string uri :
       {"spiffe://signpost.example/authority/E09000012",
        "spiffe://signpost.example/partner/HELPLINE", "spiffe://signpost.example/hub/hub1",
        "spiffe://signpost.example/custodian/custodian-a",
        "spiffe://signpost.example/officer/o.smith",
        "spiffe://signpost.example/authority/E09000012/practitioner/p_1",
        "spiffe://signpost.example/authority/E09000012/system/case-system"}) {
    const auto identity = ParsePeerIdentity(uri);
    REQUIRE(identity.ok());
    CHECK(FormatPeerIdentity(*identity) == uri);
  }
  const PeerIdentity person =
      *ParsePeerIdentity("spiffe://signpost.example/authority/E09000012/practitioner/p1");
  CHECK(person.kind == PeerKind::kPractitioner);
  CHECK(person.name == "E09000012");
  CHECK(person.person == "p1");
  CHECK(person.IsLocal());
  CHECK_FALSE(person.IsMember());
}

TEST_CASE("Anything that is not exactly one of our identities is refused") {
  for (const std::string uri :
       {"",
        "spiffe://",
        "https://signpost.example/hub/hub1",
        "SPIFFE://signpost.example/hub/hub1",
        "spiffe://Signpost.example/hub/hub1",
        "spiffe://signpost.example:443/hub/hub1",
        "spiffe://u@signpost.example/hub/hub1",
        "spiffe:///hub/hub1",
        "spiffe://a..b/hub/hub1",
        "spiffe://signpost.example/hub",
        "spiffe://signpost.example/hub/",
        "spiffe://signpost.example//hub/hub1",
        "spiffe://signpost.example/hub/hub1/",
        "spiffe://signpost.example/hub/hub1?x=1",
        "spiffe://signpost.example/hub/hub1#x",
        "spiffe://signpost.example/hub/hub%31",
        "spiffe://signpost.example/hub/..",
        "spiffe://signpost.example/Hub/hub1",
        "spiffe://signpost.example/king/hub1",
        "spiffe://signpost.example/authority/e09000012",
        "spiffe://signpost.example/authority/E0900001",
        "spiffe://signpost.example/authority/E090000123",
        "spiffe://signpost.example/partner/E09000012",
        "spiffe://signpost.example/practitioner/p1",
        "spiffe://signpost.example/partner/HELPLINE/practitioner/p1",
        "spiffe://signpost.example/authority/E09000012/officer/p1",
        "spiffe://signpost.example/authority/E09000012/practitioner",
        "spiffe://signpost.example/authority/E09000012/practitioner/",
        "spiffe://signpost.example/authority/E09000012/practitioner/a b",
        "spiffe://signpost.example/authority/E09000012/practitioner/p1/x"}) {
    CAPTURE(uri);
    CHECK(ParsePeerIdentity(uri).status().code() == absl::StatusCode::kInvalidArgument);
  }
  CHECK_FALSE(ParsePeerIdentity("spiffe://signpost.example/hub/" + std::string(65, 'a')).ok());
  CHECK_FALSE(ParsePeerIdentity(std::string("spiffe://signpost.example/hub/a\0b", 32)).ok());
}

TEST_CASE("Codes of members are GSS codes or partner codes and never both") {
  CHECK(IsAuthorityCode("W06000015"));
  CHECK_FALSE(IsAuthorityCode("W0600001X"));
  CHECK(IsPartnerCode("NHS-24"));
  CHECK_FALSE(IsPartnerCode("W06000015"));
  CHECK_FALSE(IsPartnerCode("X"));
  CHECK_FALSE(IsPartnerCode("-X"));
  CHECK_FALSE(IsPartnerCode("helpline"));
  CHECK_FALSE(IsPartnerCode(std::string(33, 'A')));
  CHECK_FALSE(IsMemberCode(""));
}

}  // namespace
}  // namespace signpost
