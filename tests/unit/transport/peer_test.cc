// Who a caller is, from its certificate, and what the directory makes of it.
#include "proto/transport/peer.h"

#include <grpc/grpc_security_constants.h>

#include <catch2/catch.hpp>

#include "proto/base/file.h"
#include "proto/transport/errors.h"
#include "tests/integration/test_pki.h"
#include "tests/unit/directory/fixture.h"

namespace signpost {
namespace {

constexpr char kBirmingham[] = "E09000012";

std::string Id(const std::string& path) { return "spiffe://signpost.example/" + path; }

// What gRPC would hand over of a connection: PEM texts of the client's certificates.
class Connection final : public grpc::AuthContext {
 public:
  explicit Connection(std::vector<std::string> pems) : pems_(std::move(pems)) {}
  bool IsPeerAuthenticated() const override { return !pems_.empty(); }
  std::vector<grpc::string_ref> GetPeerIdentity() const override { return {}; }
  std::string GetPeerIdentityPropertyName() const override { return ""; }
  std::vector<grpc::string_ref> FindPropertyValues(const std::string& name) const override {
    std::vector<grpc::string_ref> values;
    if (name != GRPC_X509_PEM_CERT_PROPERTY_NAME) return values;
    for (const std::string& pem : pems_) values.emplace_back(pem.data(), pem.size());
    return values;
  }
  grpc::AuthPropertyIterator begin() const override { return End(); }
  grpc::AuthPropertyIterator end() const override { return End(); }
  void AddProperty(const std::string&, const grpc::string_ref&) override {}
  bool SetPeerIdentityPropertyName(const std::string&) override { return false; }

 private:
  struct End : grpc::AuthPropertyIterator {};
  std::vector<std::string> pems_;
};

std::string ReasonOf(const absl::Status& status) {
  return status.ok() ? "OK" : DetailsOf(status).reason;
}

TEST_CASE("A caller is who its one certificate says and nobody without one") {
  const testing::TempFolder folder;
  testing::TestCa ca(folder, "federation");
  const auto pem = [&](const std::string& uri) {
    static int number = 0;
    return ReadFile(ca.Issue("leaf" + std::to_string(number++), uri).certificate).value();
  };
  const int64_t now_ms = 1000 * std::time(nullptr);
  const auto who = [&](std::vector<std::string> pems, int64_t at_ms) {
    return AuthenticatedPeer(Connection(std::move(pems)), "signpost.example", at_ms);
  };
  const std::string good = pem(Id("authority/E09000012"));
  const auto peer = who({good}, now_ms);
  REQUIRE(peer.ok());
  CHECK(peer->identity.kind == PeerKind::kAuthority);
  CHECK(peer->identity.name == kBirmingham);

  CHECK(ReasonOf(who({}, now_ms).status()) == "BAD_CERTIFICATE");
  CHECK(ReasonOf(who({good, good}, now_ms).status()) == "BAD_CERTIFICATE");
  CHECK(ReasonOf(who({"no certificate"}, now_ms).status()) == "BAD_CERTIFICATE");
  CHECK(ReasonOf(who({ReadFile(ca.certificate()).value()}, now_ms).status()) == "BAD_CERTIFICATE");
  for (const char* uri :
       {"https://signpost.example/authority/E09000012",
        "spiffe://other.example/authority/E09000012",
        "spiffe://signpost.example/authority/birmingham", "spiffe://signpost.example/king/arthur",
        "spiffe://signpost.example/authority/E09000012/practitioner/"}) {
    INFO(uri);
    const auto refused = who({pem(uri)}, now_ms);
    CHECK(absl::IsUnauthenticated(refused.status()));
    CHECK(ReasonOf(refused.status()) == "BAD_CERTIFICATE");
  }
  CHECK(ReasonOf(who({good}, peer->certificate.not_after_ms - 1).status()) == "OK");
  CHECK(ReasonOf(who({good}, peer->certificate.not_after_ms).status()) == "CERTIFICATE_EXPIRED");
}

class Fixture {
 public:
  Fixture() {
    book = DirectoryBook::Open({federation.anchor, ""}, kNowMs).value();
    REQUIRE(book->Offer(federation.Signed(), kNowMs).ok());
  }
  const v1::Member& Member(const std::string& code) const {
    return *book->Newest()->FindMember(code);
  }
  static Peer As(const std::string& path, const std::string& pin) {
    return {ParsePeerIdentity(Id(path)).value(), {Id(path), pin, 0, kNowMs + kDayMs}};
  }
  Peer Birmingham() const { return As("authority/E09000012", Member(kBirmingham).tls_pin()); }
  Peer Helpline() const { return As("partner/HELPLINE", Member("HELPLINE").tls_pin()); }
  std::string Admit(const Peer& peer, bool authorities_only = false,
                    int64_t now_ms = kNowMs) const {
    return ReasonOf(AdmitMember(peer, *book, now_ms, authorities_only));
  }
  // Publishes the next directory with the change.
  void Publish(const std::function<void(v1::Directory&)>& change) {
    REQUIRE(
        book->Offer(federation.Next(book->Newest()->document(), change), kNowMs + kHourMs).ok());
  }

  Federation federation;
  std::unique_ptr<DirectoryBook> book;
};

TEST_CASE_METHOD(Fixture, "An active member with its pinned key is admitted and no other key is") {
  CHECK(Admit(Birmingham()) == "OK");
  CHECK(Admit(Birmingham(), true) == "OK");
  CHECK(Admit(As("authority/E09000012", std::string(32, 'x'))) == "PIN_MISMATCH");
  CHECK(Admit(As("authority/E09000012", "")) == "PIN_MISMATCH");
  CHECK(Admit(As("authority/E09000012", Member("E08000035").tls_pin())) == "PIN_MISMATCH");
  // While a key is being replaced both are good.
  const std::string next_pin(32, 'n');
  Publish(
      [&](v1::Directory& directory) { directory.mutable_members(0)->add_next_tls_pins(next_pin); });
  CHECK(Admit(As("authority/E09000012", next_pin)) == "OK");
  CHECK(Admit(Birmingham()) == "OK");
}

TEST_CASE_METHOD(Fixture, "Partners ask and are refused where only authorities may come") {
  CHECK(Admit(Helpline()) == "OK");
  CHECK(Admit(Helpline(), true) == "NOT_PERMITTED");
  // The other kind's spelling of a listed code is not that member.
  CHECK_FALSE(ParsePeerIdentity(Id("partner/E09000012")).ok());
}

TEST_CASE_METHOD(Fixture, "Nobody who is not a member is admitted as one") {
  const std::string pin = Birmingham().certificate.pin;
  for (const char* path :
       {"authority/E09999999", "partner/NOBODY", "hub/hub1", "custodian/custodian-a",
        "officer/officer0", "authority/E09000012/practitioner/p1",
        "authority/E09000012/system/s1"}) {
    INFO(path);
    CHECK(Admit(As(path, pin)) == "NOT_A_MEMBER");
  }
}

TEST_CASE_METHOD(Fixture, "A member that is not active is refused with its state") {
  const Peer peer = Birmingham();
  for (const v1::MemberState state :
       {v1::INVITED, v1::ENROLLED, v1::APPROVED, v1::IN_MAINTENANCE, v1::REVOKED, v1::RETIRED}) {
    INFO(v1::MemberState_Name(state));
    Publish([&](v1::Directory& directory) { directory.mutable_members(0)->set_state(state); });
    CHECK(Admit(peer) == "NOT_ACTIVE");
  }
  Publish([&](v1::Directory& directory) {
    directory.mutable_members(0)->set_state(v1::MEMBER_SUSPENDED);
  });
  CHECK(Admit(peer) == "SUSPENDED");
  Publish([&](v1::Directory& directory) { directory.mutable_members(0)->set_state(v1::ACTIVE); });
  CHECK(Admit(peer) == "OK");
}

TEST_CASE_METHOD(Fixture, "A suspension order refuses its member with the reason and ends") {
  REQUIRE(book->OfferOrder(federation.Order(kBirmingham, 1), kNowMs).ok());
  const absl::Status refused = AdmitMember(Birmingham(), *book, kNowMs);
  CHECK(absl::IsPermissionDenied(refused));
  CHECK(ReasonOf(refused) == "SUSPENDED");
  CHECK(std::string(refused.message()).find("key-lost") != std::string::npos);
  CHECK(Admit(Helpline()) == "OK");
  CHECK(Admit(Birmingham(), false, kNowMs + kHourMs) == "OK");
}

TEST_CASE_METHOD(Fixture, "Without a directory or with an expired one no member is admitted") {
  CHECK(Admit(Birmingham(), false, kNowMs + 31 * kDayMs) == "DIRECTORY_EXPIRED");
  const auto empty = DirectoryBook::Open({federation.anchor, ""}, kNowMs).value();
  CHECK(ReasonOf(AdmitMember(Birmingham(), *empty, kNowMs)) == "DIRECTORY_MISSING");
  CHECK(ReasonOf(AdmitOfficer(As("officer/officer0", std::string(32, 'o')), *empty)) ==
        "DIRECTORY_MISSING");
  CHECK(ReasonOf(AdmitReader(Birmingham(), *empty)) == "DIRECTORY_MISSING");
}

TEST_CASE_METHOD(Fixture, "Only a listed officer with the pinned key is admitted as one") {
  const std::string pin(32, 'o');
  CHECK(ReasonOf(AdmitOfficer(As("officer/officer0", pin), *book)) == "OK");
  CHECK(ReasonOf(AdmitOfficer(As("officer/officer0", std::string(32, 'x')), *book)) ==
        "PIN_MISMATCH");
  CHECK(ReasonOf(AdmitOfficer(As("officer/officer9", pin), *book)) == "NOT_A_MEMBER");
  for (const char* path : {"authority/E09000012", "partner/HELPLINE", "hub/hub1",
                           "custodian/custodian-a", "authority/E09000012/practitioner/officer0"}) {
    INFO(path);
    CHECK(ReasonOf(AdmitOfficer(As(path, pin), *book)) == "NOT_PERMITTED");
  }
}

TEST_CASE_METHOD(Fixture, "While its key is replaced a role is admitted with the old and the new") {
  const std::string next(32, 'n');
  const std::map<std::string, std::string> old = {{"hub/hub1", std::string(32, 'h')},
                                                  {"custodian/custodian-a", std::string(32, 'a')},
                                                  {"officer/officer0", std::string(32, 'o')}};
  for (const auto& [path, pin] : old) {
    CHECK(ReasonOf(AdmitReader(As(path, next), *book)) == "PIN_MISMATCH");
  }
  Publish([&](v1::Directory& directory) {
    directory.mutable_hubs(0)->add_next_tls_pins(next);
    directory.mutable_custodians(0)->add_next_tls_pins(next);
    directory.mutable_officers(0)->add_next_tls_pins(next);
  });
  for (const auto& [path, pin] : old) {
    INFO(path);
    CHECK(ReasonOf(AdmitReader(As(path, pin), *book)) == "OK");
    CHECK(ReasonOf(AdmitReader(As(path, next), *book)) == "OK");
    CHECK(ReasonOf(AdmitReader(As(path, std::string(32, 'x')), *book)) == "PIN_MISMATCH");
  }
  CHECK(ReasonOf(AdmitOfficer(As("officer/officer0", next), *book)) == "OK");
}

TEST_CASE_METHOD(Fixture, "Whoever the directory lists may read it and nobody else") {
  const std::string wrong(32, 'x');
  const std::map<std::string, std::string> listed = {
      {"authority/E09000012", Member(kBirmingham).tls_pin()},
      {"partner/HELPLINE", Member("HELPLINE").tls_pin()},
      {"hub/hub1", std::string(32, 'h')},
      {"custodian/custodian-a", std::string(32, 'a')},
      {"officer/officer0", std::string(32, 'o')}};
  for (const auto& [path, pin] : listed) {
    INFO(path);
    CHECK(ReasonOf(AdmitReader(As(path, pin), *book)) == "OK");
    CHECK(ReasonOf(AdmitReader(As(path, wrong), *book)) == "PIN_MISMATCH");
  }
  for (const char* path : {"authority/E09999999", "partner/NOBODY", "hub/hub2",
                           "custodian/custodian-c", "officer/officer9"}) {
    INFO(path);
    CHECK(ReasonOf(AdmitReader(As(path, wrong), *book)) == "NOT_A_MEMBER");
  }
  for (const char* path :
       {"authority/E09000012/practitioner/p1", "authority/E09000012/system/s1"}) {
    INFO(path);
    CHECK(ReasonOf(AdmitReader(As(path, Member(kBirmingham).tls_pin()), *book)) == "NOT_PERMITTED");
  }
  // Also a suspended member may learn that it is suspended.
  REQUIRE(book->OfferOrder(federation.Order(kBirmingham, 1), kNowMs).ok());
  CHECK(ReasonOf(AdmitReader(Birmingham(), *book)) == "OK");
}

}  // namespace
}  // namespace signpost
