// A small federation: two of three officers sign, two members and one partner,
// two custodians whose shares make epochs 1 and 2.
//
// Thread safety: a fixture belongs to one test.
#ifndef SIGNPOST_TESTS_UNIT_DIRECTORY_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_DIRECTORY_FIXTURE_H_

#include <sodium.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/random.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/kdf.h"
#include "proto/crypto/possession.h"
#include "proto/crypto/signature.h"
#include "proto/crypto/voprf.h"
#include "proto/directory/signed_document.h"
#include "proto/directory/verified_directory.h"

namespace signpost {

inline const bool kSodiumStarted = sodium_init() >= 0;

inline constexpr int64_t kHourMs = 3'600'000;
inline constexpr int64_t kDayMs = 24 * kHourMs;
inline constexpr int64_t kNowMs = 1'800'000'000'000;

inline bool HasReason(const absl::Status& status, std::string_view reason) {
  return !status.ok() &&
         std::string_view(status.message().data(), status.message().size()).starts_with(reason);
}

struct Federation {
  SeededRandom random{std::string(32, '\x07')};
  std::vector<SigningKey> officers;
  v1::Anchor anchor;
  v1::Directory directory;

  Federation() {
    anchor.set_trust_domain("signpost.example");
    anchor.set_threshold(2);
    for (int i = 0; i < 3; ++i) {
      officers.push_back(SigningKey::Generate(random));
      v1::OfficerKey* officer = anchor.add_officers();
      officer->set_name("officer" + std::to_string(i));
      officer->set_ed25519_public(officers.back().public_key());
    }
    directory.set_version(1);
    directory.set_issued_ms(kNowMs - kHourMs);
    directory.set_not_after_ms(kNowMs + 30 * kDayMs);
    directory.set_trust_domain("signpost.example");
    *directory.add_members() = MakeMember("E09000012", v1::AUTHORITY);
    *directory.add_members() = MakeMember("E08000035", v1::AUTHORITY);
    *directory.add_members() = MakeMember("HELPLINE", v1::PARTNER);
    for (const char* role : {"a", "b"}) {
      v1::Custodian* custodian = directory.add_custodians();
      custodian->set_name(std::string("custodian-") + role);
      custodian->set_role(role);
      custodian->set_address("127.0.0.1:7001");
      custodian->set_tls_pin(std::string(32, role[0]));
    }
    v1::Hub* hub = directory.add_hubs();
    hub->set_name("hub1");
    hub->set_address("hub.example:7000");
    hub->set_tls_pin(std::string(32, 'h'));
    v1::Officer* officer = directory.add_officers();
    officer->set_name("officer0");
    officer->set_tls_pin(std::string(32, 'o'));
    *directory.add_epochs() = MakeEpoch(1, kNowMs - 3 * kDayMs);
    *directory.add_epochs() = MakeEpoch(2, kNowMs + 2 * kDayMs);
    directory.set_children(12'000'000);
    directory.mutable_policy()->set_version(1);
  }

  v1::Member MakeMember(const std::string& code, v1::MemberKind kind) {
    v1::Member member;
    member.set_code(code);
    member.set_name("Member " + code);
    member.set_kind(kind);
    member.set_state(v1::ACTIVE);
    member.set_tls_pin(random.Bytes(32));
    member.set_ed25519_public(SigningKey::Generate(random).public_key());
    v1::SealingKey* key = member.add_sealing_keys();
    key->set_id(1);
    key->set_x25519_public(X25519PrivateKey::Generate(random).public_key());
    member.mutable_desk()->set_telephone("01632 960001");
    return member;
  }

  v1::Epoch MakeEpoch(uint32_t number, int64_t asking_from_ms) {
    const CustodianShare a = GenerateShare(random);
    const CustodianShare b = GenerateShare(random);
    v1::Epoch epoch;
    epoch.set_epoch(number);
    epoch.set_suite(1);
    epoch.set_canonicalisation_version(1);
    epoch.set_golden_hash(std::string(32, 'g'));
    epoch.set_public_share_a(a.public_share);
    epoch.set_public_share_b(b.public_share);
    epoch.set_proof_a(*ProvePossession(a, "a", number, random));
    epoch.set_proof_b(*ProvePossession(b, "b", number, random));
    epoch.set_not_before_ms(asking_from_ms - 2 * kDayMs);
    epoch.set_asking_from_ms(asking_from_ms);
    epoch.set_retire_at_ms(asking_from_ms + 7 * kDayMs);
    return epoch;
  }

  v1::SignedDocument Sign(v1::SignedDocument document, int signatures = 2) const {
    for (int i = 0; i < signatures; ++i) {
      Countersign(document, anchor.officers(i).name(), officers[static_cast<size_t>(i)]);
    }
    return document;
  }
  v1::SignedDocument Signed() const { return Sign(MakeDirectoryDocument(directory)); }

  // The next version after `previous`, changed by `change`.
  v1::SignedDocument Next(const v1::SignedDocument& previous,
                          const std::function<void(v1::Directory&)>& change) const {
    v1::Directory next = directory;
    v1::Directory before;
    before.ParseFromString(previous.payload());
    next.set_version(before.version() + 1);
    next.set_previous_hash(Sha256(previous.payload()));
    next.set_issued_ms(before.issued_ms() + 1);
    change(next);
    return Sign(MakeDirectoryDocument(next));
  }

  v1::SignedDocument Order(const std::string& member, uint64_t version, int64_t issued_ms = kNowMs,
                           int64_t lasts_ms = kHourMs) const {
    v1::SuspensionOrder order;
    order.set_member(member);
    order.set_reason("key-lost");
    order.set_directory_version(version);
    order.set_issued_ms(issued_ms);
    order.set_expires_ms(issued_ms + lasts_ms);
    return Sign(MakeSuspensionDocument(order), 1);
  }
};

}  // namespace signpost

#endif  // SIGNPOST_TESTS_UNIT_DIRECTORY_FIXTURE_H_
