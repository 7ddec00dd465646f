#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "cli/officer_changes.h"
#include "cli/officer_directory.h"
#include "proto/base/bytes.h"
#include "proto/crypto/kdf.h"
#include "tests/unit/cli/federation_parts.h"

namespace signpost::cli {
namespace {

class Build {
 public:
  Build() : parts(TestParts(random)) {}

  absl::StatusOr<v1::Directory> Run() { return BuildDirectory(parts, kTestNow, random); }

  // "" when it is built, else the reason word of the refusal.
  std::string Refusal() {
    const absl::StatusOr<v1::Directory> built = Run();
    if (built.ok()) return "";
    const std::string message(FromAbsl(built.status().message()));
    return message.substr(0, message.find(':'));
  }

  // Goes on to the directory after: a draft of `first`, and nothing else new.
  void Follow(const v1::Directory& first) {
    previous_ = first;
    parts = DirectoryParts{};
    REQUIRE(google::protobuf::TextFormat::ParseFromString(DraftOf(first), &parts.draft));
    parts.previous = &previous_;
    parts.previous_hash = Sha256(first.SerializeAsString());
  }

  SystemRandom random;
  DirectoryParts parts;

 private:
  v1::Directory previous_;
};

TEST_CASE("a first directory is built from a draft and the files of its members") {
  Build build;
  const absl::StatusOr<v1::Directory> built = build.Run();
  REQUIRE(built.ok());
  CHECK(built->version() == 1);
  CHECK(built->previous_hash().empty());
  CHECK(built->not_after_ms() == kTestNow + 30 * kDayMs);
  REQUIRE(built->members_size() == 2);
  CHECK(built->members(0).name() == "Leeds");
  CHECK(built->members(0).state() == v1::ACTIVE);
  CHECK(built->members(0).tls_pin() == TestPin('L'));
  CHECK(built->hubs(0).tls_pin() == TestPin('h'));
  CHECK(built->officers(0).tls_pin() == TestPin('o'));
}

TEST_CASE("the first epoch is asked in at once and the next from the middle of the overlap") {
  Build build;
  build.parts.draft.add_epochs()->set_epoch(2);
  build.parts.shares.push_back(MakeCustodianShare("a", 2, build.random)->share);
  build.parts.shares.push_back(MakeCustodianShare("b", 2, build.random)->share);
  const absl::StatusOr<v1::Directory> built = build.Run();
  REQUIRE(built.ok());
  CHECK(built->epochs(0).asking_from_ms() == kTestNow);
  CHECK(built->epochs(0).retire_at_ms() == kTestNow + 7 * kDayMs);
  CHECK(built->epochs(1).not_before_ms() == kTestNow + 5 * kDayMs);
  CHECK(built->epochs(1).asking_from_ms() == kTestNow + 6 * kDayMs);
  CHECK(built->epochs(1).retire_at_ms() == kTestNow + 12 * kDayMs);
}

TEST_CASE("the draft has the last word on name and desk and children") {
  Build build;
  v1::Member& leeds = *build.parts.draft.mutable_members(0);
  leeds.set_name("Leeds City Council");
  leeds.mutable_desk()->set_telephone("01632 960999");
  leeds.set_declared_children(77);
  const absl::StatusOr<v1::Directory> built = build.Run();
  REQUIRE(built.ok());
  CHECK(built->members(0).name() == "Leeds City Council");
  CHECK(built->members(0).desk().telephone() == "01632 960999");
  CHECK(built->members(0).declared_children() == 77);
}

TEST_CASE("a draft of a directory makes the same directory with the next version") {
  Build build;
  const v1::Directory first = *build.Run();
  build.Follow(first);
  const absl::StatusOr<v1::Directory> second = build.Run();
  REQUIRE(second.ok());
  CHECK(second->version() == 2);
  CHECK(second->previous_hash() == Sha256(first.SerializeAsString()));
  CHECK(DescribeChanges(&first, *second).empty());
}

TEST_CASE("a member that is only invited needs no keys") {
  Build build;
  AddMember(build.parts.draft, "E09000004", v1::INVITED);
  build.parts.draft.mutable_members(2)->set_name("Bexley");
  build.parts.draft.mutable_members(2)->set_kind(v1::AUTHORITY);
  CHECK(build.Refusal() == "");
}

TEST_CASE("a replaced TLS key stays accepted until the directory after") {
  Build build;
  const v1::Directory first = *build.Run();
  build.Follow(first);
  build.parts.entries = {TestEntry("E08000035", "Leeds", 'M', build.random)};
  const v1::Directory second = *build.Run();
  CHECK(second.members(0).tls_pin() == TestPin('M'));
  REQUIRE(second.members(0).next_tls_pins_size() == 1);
  CHECK(second.members(0).next_tls_pins(0) == TestPin('L'));
  build.Follow(second);
  CHECK(build.Run()->members(0).next_tls_pins().empty());
}

TEST_CASE("a replaced key of the hub stays accepted until the directory after") {
  Build build;
  const v1::Directory first = *build.Run();
  build.Follow(first);
  build.parts.certificates = {TestCertificate(PeerKind::kHub, "hub", 'n')};
  const v1::Directory second = *build.Run();
  CHECK(second.hubs(0).tls_pin() == TestPin('n'));
  REQUIRE(second.hubs(0).next_tls_pins_size() == 1);
  CHECK(second.hubs(0).next_tls_pins(0) == TestPin('h'));
  build.Follow(second);
  CHECK(build.Run()->hubs(0).next_tls_pins().empty());
}

TEST_CASE("an entry that was altered after signing is refused") {
  Build build;
  std::string& payload = *build.parts.entries[0].mutable_payload();
  payload[payload.find("Leeds")] = 'l';
  CHECK(build.Refusal() == "BAD_ENTRY");
}

TEST_CASE("an entry makes nobody a member that the draft does not list") {
  Build build;
  build.parts.entries.push_back(TestEntry("E09000004", "Bexley", 'B', build.random));
  CHECK(build.Refusal() == "ENTRY_WITHOUT_MEMBER");
}

TEST_CASE("an active member without an entry is refused") {
  Build build;
  build.parts.entries.pop_back();
  CHECK(build.Refusal() == "MEMBER_WITHOUT_KEYS");
}

TEST_CASE("a member without a state in the draft is refused") {
  Build build;
  build.parts.draft.mutable_members(0)->clear_state();
  CHECK(build.Refusal() == "BAD_MEMBER");
}

TEST_CASE("a certificate of somebody the draft does not list is refused") {
  Build build;
  build.parts.certificates.push_back(TestCertificate(PeerKind::kHub, "other", 'x'));
  CHECK(build.Refusal() == "CERTIFICATE_UNUSED");
}

TEST_CASE("a practitioner's certificate pins nothing in a directory") {
  Build build;
  CertificatePin pin = TestCertificate(PeerKind::kPractitioner, "E08000035", 'x');
  pin.identity.person = "p1";
  build.parts.certificates.push_back(pin);
  CHECK(build.Refusal() == "CERTIFICATE_UNUSED");
}

TEST_CASE("a certificate of another federation is refused") {
  Build build;
  build.parts.certificates[0].identity.trust_domain = "other.example";
  CHECK(build.Refusal() == "WRONG_TRUST_DOMAIN");
}

TEST_CASE("a certificate with another key than the member's entry is refused") {
  Build build;
  build.parts.certificates.push_back(TestCertificate(PeerKind::kAuthority, "E08000035", 'x'));
  CHECK(build.Refusal() == "PIN_DIFFERS");
}

TEST_CASE("a share whose proof does not hold is refused") {
  Build build;
  build.parts.shares[0].set_epoch(2);
  CHECK(build.Refusal() == "BAD_SHARE");
}

TEST_CASE("a share of an epoch that the draft does not list is refused") {
  Build build;
  build.parts.shares.push_back(MakeCustodianShare("a", 9, build.random)->share);
  CHECK(build.Refusal() == "SHARE_WITHOUT_EPOCH");
}

TEST_CASE("two shares of one custodian for one epoch are refused") {
  Build build;
  build.parts.shares.push_back(MakeCustodianShare("a", 1, build.random)->share);
  CHECK(build.Refusal() == "SHARE_DIFFERS");
}

TEST_CASE("a published epoch never gets another key") {
  Build build;
  build.Follow(*build.Run());
  build.parts.shares = {MakeCustodianShare("a", 1, build.random)->share};
  CHECK(build.Refusal() == "SHARE_DIFFERS");
}

TEST_CASE("an epoch with one share only is refused") {
  Build build;
  build.parts.shares.pop_back();
  CHECK(build.Refusal() == "BAD_EPOCH");
}

TEST_CASE("an epoch without the hash of the golden keys is refused") {
  Build build;
  build.parts.golden_hash.clear();
  CHECK(build.Refusal() == "BAD_EPOCH");
}

TEST_CASE("a version in the draft that is not the next one is refused") {
  Build build;
  build.parts.draft.set_version(5);
  CHECK(build.Refusal() == "VERSION_IS_COUNTED");
}

TEST_CASE("a draft of another federation than the directory before is refused") {
  Build build;
  build.Follow(*build.Run());
  build.parts.draft.set_trust_domain("other.example");
  CHECK(build.Refusal() == "WRONG_TRUST_DOMAIN");
}

TEST_CASE("a directory with one custodian is refused") {
  Build build;
  build.parts.draft.mutable_custodians()->RemoveLast();
  build.parts.certificates.erase(build.parts.certificates.begin() + 2);
  CHECK(build.Refusal() == "BAD_CUSTODIANS");
}

TEST_CASE("a directory without a hub is refused") {
  Build build;
  build.parts.draft.clear_hubs();
  build.parts.certificates.erase(build.parts.certificates.begin());
  CHECK(build.Refusal() == "BAD_HUB");
}

TEST_CASE("a directory that has expired already is refused") {
  Build build;
  build.parts.draft.set_issued_ms(kTestNow - 40 * kDayMs);
  CHECK(build.Refusal() == "EXPIRED");
}

TEST_CASE("changes of state and keys and desk are said in words") {
  Build build;
  const v1::Directory before = *build.Run();
  v1::Directory after = before;
  after.mutable_members(0)->set_state(v1::MEMBER_SUSPENDED);
  after.mutable_members(0)->set_tls_pin(TestPin('Z'));
  after.mutable_members(1)->mutable_desk()->set_telephone("01632 960777");
  after.mutable_policy()->set_version(2);
  CHECK(DescribeChanges(&before, after) ==
        std::vector<std::string>{
            "Leeds (E08000035): active becomes suspended",
            "Leeds (E08000035): TLS key 4c4c4c4c4c4c4c4c replaced by 5a5a5a5a5a5a5a5a",
            "Kent (E10000016): modified: desk.telephone: \"01632 960001\" -> \"01632 960777\"",
            "Policy: version 1 becomes 2"});
}

TEST_CASE("every field of a directory that changes is said in words") {
  Build build;
  const v1::Directory before = *build.Run();
  std::vector<v1::Directory> changed(16, before);
  changed[0].mutable_members()->RemoveLast();
  changed[1].mutable_members(0)->set_ed25519_public(TestPin('x'));
  changed[2].mutable_members(0)->mutable_sealing_keys(0)->set_id(9);
  changed[3].mutable_members(0)->add_next_tls_pins(TestPin('x'));
  changed[4].mutable_members(0)->mutable_allowances()->set_questions_per_day(1);
  changed[5].mutable_custodians(0)->set_address("127.0.0.1:1");
  changed[6].mutable_custodians(0)->set_tls_pin(TestPin('x'));
  changed[7].mutable_hubs(0)->set_address("127.0.0.1:1");
  changed[8].mutable_officers(0)->set_tls_pin(TestPin('x'));
  changed[9].add_officers()->set_name("ben");
  changed[10].mutable_epochs(0)->set_public_share_a(TestPin('x'));
  changed[11].mutable_timers()->set_claim_delay_ms(151);
  changed[12].add_notices()->set_text("closing");
  changed[13].set_minimum_software_version("2");
  changed[14].set_children(1);
  changed[15].mutable_members(0)->set_kind(v1::PARTNER);
  for (const v1::Directory& after : changed) CHECK(DescribeChanges(&before, after).size() == 1);
}

TEST_CASE("a first directory is all new in words") {
  Build build;
  const std::vector<std::string> lines = DescribeChanges(nullptr, *build.Run());
  REQUIRE(lines.size() >= 7);
  CHECK(lines[0].find("New: Leeds (E08000035), active, an authority, 1,000 children declared, "
                      "desk 01632 960001, key ") == 0);
}

TEST_CASE("a name with terminal codes is clean in what an officer reads") {
  Build build;
  v1::Directory directory = *build.Run();
  directory.mutable_members(0)->set_name("Le\x1b[31meds\nNew: Mallory");
  for (const std::string& line : DescribeChanges(nullptr, directory)) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
  }
}

}  // namespace
}  // namespace signpost::cli
