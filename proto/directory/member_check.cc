#include "proto/directory/member_check.h"

#include <absl/container/flat_hash_set.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/crypto/hash_to_group.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/possession.h"
#include "proto/crypto/signature.h"
#include "proto/directory/identity.h"
#include "proto/directory/verified_directory.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr size_t kMaxAddressBytes = 255;
constexpr uint64_t kMaxDeclaredChildren = 100'000'000;
constexpr int kMaxSealingKeys = 8;
constexpr int kMaxNextPins = 4;

absl::Status Bad(std::string_view reason, std::string_view whose, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(ToAbsl(reason), ": ", ToAbsl(whose), ": ",
                                                 ToAbsl(what),
                                                 "; the officers must correct the directory"));
}

std::string Whose(const v1::Member& member) {
  return IsMemberCode(member.code()) ? member.code() : "a member";
}

absl::Status BadMember(const v1::Member& member, std::string_view what) {
  return Bad("BAD_MEMBER", Whose(member), what);
}

bool IsAddress(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (address.size() > kMaxAddressBytes || colon == std::string_view::npos || colon == 0) {
    return false;
  }
  const std::string_view port = address.substr(colon + 1);
  if (port.empty() || port.size() > 5) return false;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
  }
  for (const char c : address) {
    if (c <= ' ' || c == '\x7f') return false;
  }
  return true;
}

// A key of small order agrees to zeroes with everybody. The fixed scalar is nobody's secret.
bool AgreesToSomething(std::string_view x25519_public) {
  absl::StatusOr<X25519PrivateKey> probe =
      X25519PrivateKey::FromBytes(Secret::CopyOf(std::string(kX25519KeySize, '\x42')));
  return probe.ok() && probe->Agree(x25519_public).ok();
}

template <typename Entry>
absl::Status CheckNextPins(const Entry& entry, std::string_view reason, std::string_view whose) {
  if (entry.next_tls_pins_size() > kMaxNextPins) {
    return Bad(reason, whose, "more than 4 next_tls_pins");
  }
  for (const std::string& pin : entry.next_tls_pins()) {
    if (pin.size() != kHashSize) return Bad(reason, whose, "a next_tls_pin is not 32 bytes");
  }
  return absl::OkStatus();
}

bool SharePin(const v1::Custodian& first, const v1::Custodian& second) {
  const std::vector<std::string> others = AcceptedPins(second);
  for (const std::string& pin : AcceptedPins(first)) {
    if (std::find(others.begin(), others.end(), pin) != others.end()) return true;
  }
  return false;
}

bool NeedsKeys(v1::MemberState state) {
  return state != v1::INVITED && state != v1::REVOKED && state != v1::RETIRED;
}

absl::Status CheckKeys(const v1::Member& member) {
  const bool missing =
      member.tls_pin().empty() && member.ed25519_public().empty() && member.sealing_keys().empty();
  if (missing && !NeedsKeys(member.state())) return absl::OkStatus();
  if (member.tls_pin().size() != kHashSize) return BadMember(member, "tls_pin is not 32 bytes");
  if (member.ed25519_public().size() != kVerifyKeySize) {
    return BadMember(member, "ed25519_public is not 32 bytes");
  }
  if (member.sealing_keys_size() < 1 || member.sealing_keys_size() > kMaxSealingKeys) {
    return BadMember(member, "it must have 1 to 8 sealing_keys");
  }
  absl::flat_hash_set<uint32_t> ids;
  for (const v1::SealingKey& key : member.sealing_keys()) {
    if (key.x25519_public().size() != kX25519KeySize || !AgreesToSomething(key.x25519_public())) {
      return BadMember(member, "a sealing key is not a usable X25519 key of 32 bytes");
    }
    if (!ids.insert(key.id()).second) return BadMember(member, "two sealing keys share an id");
  }
  return CheckNextPins(member, "BAD_MEMBER", Whose(member));
}

absl::Status CheckDesk(const v1::Member& member) {
  const v1::Desk& desk = member.desk();
  if (desk.name().size() > kMaxOrganisationBytes) return BadMember(member, "desk.name is too long");
  if (desk.telephone().size() > kMaxTelephoneBytes ||
      desk.out_of_hours_telephone().size() > kMaxTelephoneBytes) {
    return BadMember(member, "a telephone of the desk is longer than 30 bytes");
  }
  if (desk.hours().size() > kMaxTextBytes) return BadMember(member, "desk.hours is too long");
  if (desk.email().size() > kMaxPersonBytes) return BadMember(member, "desk.email is too long");
  return absl::OkStatus();
}

bool SharesCancelOut(std::string_view a, std::string_view b) {
  std::array<unsigned char, kPointSize> sum;
  return crypto_core_ristretto255_add(sum.data(), AsUnsigned(a), AsUnsigned(b)) != 0 ||
         sodium_is_zero(sum.data(), sum.size()) == 1;
}

}  // namespace

absl::Status CheckMember(const v1::Member& member) {
  switch (member.kind()) {
    case v1::AUTHORITY:
      if (!IsAuthorityCode(member.code())) return BadMember(member, "code is no GSS code");
      break;
    case v1::PARTNER:
      if (!IsPartnerCode(member.code())) return BadMember(member, "code is no partner code");
      break;
    default:
      return BadMember(member, "kind is neither AUTHORITY nor PARTNER");
  }
  if (member.name().empty() || member.name().size() > kMaxOrganisationBytes) {
    return BadMember(member, "name must have 1 to 80 bytes");
  }
  if (!v1::MemberState_IsValid(member.state()) || member.state() == v1::MEMBER_STATE_UNSPECIFIED) {
    return BadMember(member, "state is unknown");
  }
  if (member.declared_children() > kMaxDeclaredChildren) {
    return BadMember(member, "declared_children is impossible");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckKeys(member));
  return CheckDesk(member);
}

absl::Status CheckCustodians(const v1::Directory& directory) {
  constexpr std::string_view kReason = "BAD_CUSTODIANS";
  if (directory.custodians_size() != 2) {
    return Bad(kReason, "custodians", "there must be exactly two");
  }
  const v1::Custodian& first = directory.custodians(0);
  const v1::Custodian& second = directory.custodians(1);
  for (const v1::Custodian* custodian : {&first, &second}) {
    if (!IsPeerName(custodian->name())) return Bad(kReason, "a custodian", "name is malformed");
    if (!IsAddress(custodian->address())) {
      return Bad(kReason, custodian->name(), "address is not host:port");
    }
    if (custodian->tls_pin().size() != kHashSize) {
      return Bad(kReason, custodian->name(), "tls_pin is not 32 bytes");
    }
    SIGNPOST_RETURN_IF_ERROR(CheckNextPins(*custodian, kReason, custodian->name()));
  }
  const bool ab = first.role() == kCustodianRoleA && second.role() == kCustodianRoleB;
  const bool ba = first.role() == kCustodianRoleB && second.role() == kCustodianRoleA;
  if (!ab && !ba) return Bad(kReason, "custodians", "the roles must be \"a\" and \"b\"");
  if (first.name() == second.name() || SharePin(first, second)) {
    return Bad(kReason, "custodians", "one program may not be both");
  }
  return absl::OkStatus();
}

absl::Status CheckHubsAndOfficers(const v1::Directory& directory) {
  absl::flat_hash_set<std::string> hubs;
  for (const v1::Hub& hub : directory.hubs()) {
    if (!IsPeerName(hub.name())) return Bad("BAD_HUB", "a hub", "name is malformed");
    if (!IsAddress(hub.address())) return Bad("BAD_HUB", hub.name(), "address is not host:port");
    if (hub.tls_pin().size() != kHashSize) {
      return Bad("BAD_HUB", hub.name(), "tls_pin is not 32 bytes");
    }
    SIGNPOST_RETURN_IF_ERROR(CheckNextPins(hub, "BAD_HUB", hub.name()));
    if (!hubs.insert(hub.name()).second) return Bad("BAD_HUB", hub.name(), "listed twice");
  }
  if (hubs.empty()) return Bad("BAD_HUB", "hubs", "with none, nobody could fetch the next one");
  absl::flat_hash_set<std::string> officers;
  for (const v1::Officer& officer : directory.officers()) {
    if (!IsPeerName(officer.name())) return Bad("BAD_OFFICER", "an officer", "name is malformed");
    if (officer.tls_pin().size() != kHashSize) {
      return Bad("BAD_OFFICER", officer.name(), "tls_pin is not 32 bytes");
    }
    SIGNPOST_RETURN_IF_ERROR(CheckNextPins(officer, "BAD_OFFICER", officer.name()));
    if (!officers.insert(officer.name()).second) {
      return Bad("BAD_OFFICER", officer.name(), "listed twice");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEpoch(const v1::Epoch& epoch) {
  const std::string whose = absl::StrCat("epoch ", epoch.epoch());
  const auto bad = [&](std::string_view what) { return Bad("BAD_EPOCH", whose, what); };
  if (epoch.epoch() == 0) return bad("its number is 0");
  if (epoch.canonicalisation_version() == 0 || epoch.canonicalisation_version() > 0xffff) {
    return bad("canonicalisation_version does not fit 16 bits or is 0");
  }
  if (epoch.golden_hash().size() != kHashSize) return bad("golden_hash is not 32 bytes");
  if (epoch.not_before_ms() <= 0 || epoch.not_before_ms() > epoch.asking_from_ms() ||
      epoch.asking_from_ms() >= epoch.retire_at_ms()) {
    return bad("its times are not in the order not_before, asking_from, retire_at");
  }
  if (!IsPoint(epoch.public_share_a()) || !IsPoint(epoch.public_share_b())) {
    return bad("a public share is no point of 32 bytes");
  }
  if (SharesCancelOut(epoch.public_share_a(), epoch.public_share_b())) {
    return bad("the two shares cancel out");
  }
  if (!VerifyPossession(epoch.public_share_a(), kCustodianRoleA, epoch.epoch(), epoch.proof_a())
           .ok()) {
    return Bad("BAD_PROOF", whose, "proof_a does not hold");
  }
  if (!VerifyPossession(epoch.public_share_b(), kCustodianRoleB, epoch.epoch(), epoch.proof_b())
           .ok()) {
    return Bad("BAD_PROOF", whose, "proof_b does not hold");
  }
  return absl::OkStatus();
}

}  // namespace signpost
