// A small federation for the tests of the officers' verbs: two members with real
// keys, two custodians with real shares, one hub, one officer who may look.
#ifndef SIGNPOST_TESTS_UNIT_CLI_FEDERATION_PARTS_H_
#define SIGNPOST_TESTS_UNIT_CLI_FEDERATION_PARTS_H_

#include <sodium.h>

#include <string>

#include "cli/officer_directory.h"
#include "cli/officer_keys.h"
#include "proto/base/random.h"
#include "proto/crypto/signature.h"
#include "proto/directory/signed_document.h"

namespace signpost::cli {

inline constexpr int64_t kTestNow = 1'795'000'200'000;  // 2026-11-18, on a slot
inline constexpr char kTestDomain[] = "signpost.example";

inline const bool kSodiumStarted = sodium_init() >= 0;

inline std::string TestPin(char fill) { return std::string(32, fill); }

inline std::string X25519Public(Random& random) {
  const std::string secret = random.Bytes(crypto_scalarmult_SCALARBYTES);
  std::string key(crypto_scalarmult_BYTES, '\0');
  crypto_scalarmult_base(reinterpret_cast<unsigned char*>(key.data()),
                         reinterpret_cast<const unsigned char*>(secret.data()));
  return key;
}

// An entry as signpost-node --init makes it.
inline v1::SignedDocument TestEntry(const std::string& code, const std::string& name, char pin,
                                    Random& random) {
  const SigningKey key = SigningKey::Generate(random);
  v1::Member member;
  member.set_code(code);
  member.set_name(name);
  member.set_kind(v1::AUTHORITY);
  member.set_state(v1::ENROLLED);
  member.set_tls_pin(TestPin(pin));
  member.set_ed25519_public(key.public_key());
  v1::SealingKey& sealing = *member.add_sealing_keys();
  sealing.set_id(1);
  sealing.set_x25519_public(X25519Public(random));
  member.mutable_desk()->set_telephone("01632 960001");
  member.set_declared_children(1000);
  return MakeMemberEntry(member, key);
}

inline CertificatePin TestCertificate(PeerKind kind, const std::string& name, char pin) {
  return {PeerIdentity{kind, kTestDomain, name, ""}, TestPin(pin)};
}

inline void AddMember(v1::Directory& draft, const std::string& code, v1::MemberState state) {
  v1::Member& member = *draft.add_members();
  member.set_code(code);
  member.set_state(state);
}

inline DirectoryParts TestParts(Random& random) {
  DirectoryParts parts;
  parts.draft.set_trust_domain(kTestDomain);
  parts.draft.set_children(2000);
  parts.draft.mutable_policy()->set_version(1);
  AddMember(parts.draft, "E08000035", v1::ACTIVE);
  AddMember(parts.draft, "E10000016", v1::ACTIVE);
  for (const char* role : {"a", "b"}) {
    v1::Custodian& custodian = *parts.draft.add_custodians();
    custodian.set_name(std::string("custodian-") + role);
    custodian.set_role(role);
    custodian.set_address("127.0.0.1:7002");
    parts.shares.push_back(MakeCustodianShare(role, 1, random)->share);
  }
  v1::Hub& hub = *parts.draft.add_hubs();
  hub.set_name("hub");
  hub.set_address("127.0.0.1:7001");
  parts.draft.add_officers()->set_name("anna");
  parts.draft.add_epochs()->set_epoch(1);
  parts.entries = {TestEntry("E08000035", "Leeds", 'L', random),
                   TestEntry("E10000016", "Kent", 'K', random)};
  parts.certificates = {TestCertificate(PeerKind::kHub, "hub", 'h'),
                        TestCertificate(PeerKind::kCustodian, "custodian-a", 'a'),
                        TestCertificate(PeerKind::kCustodian, "custodian-b", 'b'),
                        TestCertificate(PeerKind::kOfficer, "anna", 'o')};
  parts.golden_hash = TestPin('g');
  return parts;
}

}  // namespace signpost::cli

#endif  // SIGNPOST_TESTS_UNIT_CLI_FEDERATION_PARTS_H_
