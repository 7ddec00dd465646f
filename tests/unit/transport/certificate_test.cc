#include "proto/transport/certificate.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "proto/base/file.h"
#include "proto/transport/credentials.h"
#include "tests/integration/test_pki.h"

namespace signpost {
namespace {

using testing::TempFolder;
using testing::TestCa;
using testing::TestLeaf;

constexpr char kId[] = "spiffe://signpost.example/authority/E09000012";

bool Says(const absl::Status& status, std::string_view what) {
  return std::string_view(status.message().data(), status.message().size()).find(what) !=
         std::string_view::npos;
}

class Fixture {
 public:
  TempFolder folder;
  TestCa ca{folder, "federation"};
  TestLeaf leaf = ca.Issue("leaf", kId);
};

TEST_CASE_METHOD(Fixture, "A certificate with one URI gives its identity and pin and end") {
  const auto info = ReadCertificate(leaf.certificate);
  REQUIRE(info.ok());
  CHECK(info->uri == kId);
  CHECK(info->pin == leaf.pin);
  CHECK(info->pin.size() == 32);
  CHECK(info->not_after_ms > info->not_before_ms);
}

TEST_CASE_METHOD(Fixture, "A certificate with no URI or with two has no identity") {
  const auto none = ReadCertificate(ca.certificate());
  CHECK(absl::IsInvalidArgument(none.status()));
  CHECK(Says(none.status(), "has 0 URI"));
  CHECK(Says(none.status(), ca.certificate()));
  const TestLeaf both =
      ca.Issue("both", std::string(kId) + ",URI:spiffe://signpost.example/officer/officer0");
  const auto two = ReadCertificate(both.certificate);
  CHECK(absl::IsInvalidArgument(two.status()));
  CHECK(Says(two.status(), "has 2 URI"));
  // A host name beside the URI is no second identity.
  const TestLeaf named = ca.Issue("named", std::string(kId) + ",DNS:node.example");
  CHECK(ReadCertificate(named.certificate).ok());
}

TEST_CASE_METHOD(Fixture, "Bytes that are no certificate are refused and never looked past") {
  for (const char* text : {"", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n",
                           "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    CHECK(absl::IsInvalidArgument(InspectCertificate(text).status()));
  }
  const std::string pem = ReadFile(leaf.certificate).value();
  for (size_t cut = 0; cut < pem.size(); cut += 7) {
    CHECK_FALSE(InspectCertificate(std::string_view(pem).substr(0, cut)).ok());
  }
  // Of several the first is the one that TLS shows.
  const TestLeaf other = ca.Issue("other", "spiffe://signpost.example/hub/hub1");
  const auto first = InspectCertificate(pem + ReadFile(other.certificate).value());
  REQUIRE(first.ok());
  CHECK(first->uri == kId);
}

TEST_CASE_METHOD(Fixture, "A key that is another's or lies open or is no key is refused") {
  CHECK(CheckKeyPair(leaf.certificate, leaf.private_key).ok());
  const TestLeaf other = ca.Issue("other", kId);
  const absl::Status mixed = CheckKeyPair(leaf.certificate, other.private_key);
  CHECK(absl::IsFailedPrecondition(mixed));
  CHECK(Says(mixed, other.private_key));

  REQUIRE(chmod(leaf.private_key.c_str(), 0644) == 0);
  const absl::Status open = CheckKeyPair(leaf.certificate, leaf.private_key);
  CHECK(absl::IsFailedPrecondition(open));
  CHECK(Says(open, "chmod"));
  REQUIRE(chmod(leaf.private_key.c_str(), 0600) == 0);

  CHECK(absl::IsInvalidArgument(CheckKeyPair(leaf.private_key, leaf.private_key)));
  REQUIRE(WriteFileAtomic(folder.File("garbage"), "garbage", 0600).ok());
  CHECK(absl::IsInvalidArgument(CheckKeyPair(leaf.certificate, folder.File("garbage"))));
  CHECK(absl::IsNotFound(CheckKeyPair(leaf.certificate, folder.File("missing"))));
  CHECK(absl::IsNotFound(CheckKeyPair(folder.File("missing"), leaf.private_key)));
}

TEST_CASE_METHOD(Fixture, "Credentials are not made from files that would fail every handshake") {
  const TlsPaths good{leaf.certificate, leaf.private_key, ca.certificate()};
  CHECK(MakeServerCredentials(good).ok());
  CHECK(MakeChannelCredentials(good, kId).ok());
  const TestLeaf other = ca.Issue("other", kId);
  const std::string missing = folder.File("missing");
  for (const TlsPaths& bad : {TlsPaths{missing, leaf.private_key, ca.certificate()},
                              TlsPaths{leaf.certificate, missing, ca.certificate()},
                              TlsPaths{leaf.certificate, leaf.private_key, missing},
                              TlsPaths{leaf.certificate, other.private_key, ca.certificate()}}) {
    CHECK_FALSE(MakeServerCredentials(bad).ok());
    CHECK_FALSE(MakeChannelCredentials(bad, kId).ok());
  }
}

}  // namespace
}  // namespace signpost
