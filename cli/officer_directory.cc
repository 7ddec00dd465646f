#include "cli/officer_directory.h"

#include <absl/strings/str_cat.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/officer_keys.h"
#include "cli/text.h"
#include "proto/base/bytes.h"
#include "proto/directory/signed_document.h"
#include "proto/directory/verified_directory.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

absl::Status Refuse(std::string_view reason, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(reason), ": ", std::string(what)));
}

v1::Member* FindMember(v1::Directory& directory, std::string_view code) {
  for (v1::Member& member : *directory.mutable_members()) {
    if (member.code() == code) return &member;
  }
  return nullptr;
}

template <typename Items, typename Item>
const Item* FindNamed(const Items& items, const Item& like) {
  for (const Item& item : items) {
    if (item.name() == like.name()) return &item;
  }
  return nullptr;
}

// What the member says of itself; what the officers wrote stays.
void FillFromEntry(const v1::Member& entry, v1::Member& member) {
  member.set_tls_pin(entry.tls_pin());
  member.set_ed25519_public(entry.ed25519_public());
  *member.mutable_sealing_keys() = entry.sealing_keys();
  if (member.name().empty()) member.set_name(entry.name());
  if (member.kind() == v1::MEMBER_KIND_UNSPECIFIED) member.set_kind(entry.kind());
  if (!member.has_desk() && entry.has_desk()) *member.mutable_desk() = entry.desk();
  if (member.declared_children() == 0) member.set_declared_children(entry.declared_children());
}

absl::Status ApplyEntries(const std::vector<v1::SignedDocument>& entries,
                          v1::Directory& directory) {
  for (const v1::SignedDocument& document : entries) {
    absl::StatusOr<v1::Member> entry = VerifyMemberEntry(document);
    if (!entry.ok()) {
      return Refuse("BAD_ENTRY", absl::StrCat(std::string(FromAbsl(entry.status().message())),
                                              "; have the member make its entry again"));
    }
    v1::Member* member = FindMember(directory, entry->code());
    if (member == nullptr) {
      return Refuse("ENTRY_WITHOUT_MEMBER",
                    absl::StrCat("the draft does not list ", entry->code(),
                                 "; an entry makes nobody a member, the draft does"));
    }
    FillFromEntry(*entry, *member);
  }
  return absl::OkStatus();
}

// The pin that a certificate of `identity` fills; null when the draft lists nobody of that name.
std::string* PinOf(const PeerIdentity& identity, v1::Directory& directory) {
  const auto named = [&identity](auto& items) -> std::string* {
    for (auto& item : items) {
      if (item.name() == identity.name) return item.mutable_tls_pin();
    }
    return nullptr;
  };
  switch (identity.kind) {
    case PeerKind::kHub:
      return named(*directory.mutable_hubs());
    case PeerKind::kCustodian:
      return named(*directory.mutable_custodians());
    case PeerKind::kOfficer:
      return named(*directory.mutable_officers());
    case PeerKind::kAuthority:
    case PeerKind::kPartner: {
      v1::Member* member = FindMember(directory, identity.name);
      return member == nullptr ? nullptr : member->mutable_tls_pin();
    }
    case PeerKind::kPractitioner:
    case PeerKind::kSystem:
      break;
  }
  return nullptr;
}

absl::Status ApplyCertificates(const std::vector<CertificatePin>& certificates,
                               v1::Directory& directory) {
  for (const CertificatePin& certificate : certificates) {
    const std::string whose = FormatPeerIdentity(certificate.identity);
    if (certificate.identity.trust_domain != directory.trust_domain()) {
      return Refuse("WRONG_TRUST_DOMAIN",
                    absl::StrCat("the certificate of ", whose, " is of another federation"));
    }
    std::string* pin = PinOf(certificate.identity, directory);
    if (pin == nullptr) {
      return Refuse("CERTIFICATE_UNUSED", absl::StrCat("the draft lists nobody called ", whose));
    }
    if (!pin->empty() && *pin != certificate.pin) {
      return Refuse("PIN_DIFFERS",
                    absl::StrCat("the certificate of ", whose,
                                 " has another key than its entry or the draft says"));
    }
    *pin = certificate.pin;
  }
  return absl::OkStatus();
}

absl::Status FillShare(const v1::CustodianShare& share, v1::Epoch& epoch) {
  const bool first = share.role() == "a";
  std::string* key = first ? epoch.mutable_public_share_a() : epoch.mutable_public_share_b();
  std::string* proof = first ? epoch.mutable_proof_a() : epoch.mutable_proof_b();
  if (!key->empty() && *key != share.public_share()) {
    return Refuse("SHARE_DIFFERS",
                  absl::StrCat("epoch ", epoch.epoch(), " has another share of custodian ",
                               share.role(), " already"));
  }
  *key = share.public_share();
  *proof = share.proof();
  return absl::OkStatus();
}

absl::Status ApplyShares(const std::vector<v1::CustodianShare>& shares, v1::Directory& directory) {
  for (const v1::CustodianShare& share : shares) {
    if (!CheckCustodianShare(share).ok()) {
      return Refuse("BAD_SHARE",
                    "a custodian's share has no valid proof of possession; have the "
                    "custodian make it again");
    }
    auto& epochs = *directory.mutable_epochs();
    const auto found = std::find_if(epochs.begin(), epochs.end(), [&share](const v1::Epoch& e) {
      return e.epoch() == share.epoch();
    });
    if (found == epochs.end()) {
      return Refuse("SHARE_WITHOUT_EPOCH", absl::StrCat("the draft has no epoch ", share.epoch()));
    }
    SIGNPOST_RETURN_IF_ERROR(FillShare(share, *found));
  }
  return absl::OkStatus();
}

// A node that still runs with the key before is not cut off by the directory that brings the new
// one: the old pin is accepted beside it, until the directory after.
void CarryMember(const v1::Member& before, v1::Member& member) {
  if (member.name().empty()) member.set_name(before.name());
  if (member.kind() == v1::MEMBER_KIND_UNSPECIFIED) member.set_kind(before.kind());
  if (!member.has_desk() && before.has_desk()) *member.mutable_desk() = before.desk();
  if (member.declared_children() == 0) member.set_declared_children(before.declared_children());
  if (member.ed25519_public().empty()) member.set_ed25519_public(before.ed25519_public());
  if (member.sealing_keys().empty()) *member.mutable_sealing_keys() = before.sealing_keys();
  if (member.tls_pin().empty()) {
    member.set_tls_pin(before.tls_pin());
  } else if (member.tls_pin() != before.tls_pin() && member.next_tls_pins().empty()) {
    member.add_next_tls_pins(before.tls_pin());
  }
}

absl::Status CarryEpoch(const v1::Epoch& before, v1::Epoch& epoch) {
  const bool differs =
      (!epoch.public_share_a().empty() && epoch.public_share_a() != before.public_share_a()) ||
      (!epoch.public_share_b().empty() && epoch.public_share_b() != before.public_share_b());
  if (differs) {
    return Refuse("SHARE_DIFFERS",
                  absl::StrCat("epoch ", epoch.epoch(),
                               " was published with other shares; a new key is a new epoch"));
  }
  v1::Epoch carried = before;
  carried.MergeFrom(epoch);
  epoch = carried;
  return absl::OkStatus();
}

// As for members: while a key is being replaced, the old one stays good in this directory, or the
// nodes could not fetch it.
template <typename Items>
void CarryPins(const Items& before, Items& items) {
  for (auto& item : items) {
    const auto* old = FindNamed(before, item);
    if (old == nullptr) continue;
    if (item.tls_pin().empty()) {
      item.set_tls_pin(old->tls_pin());
    } else if (item.tls_pin() != old->tls_pin() && item.next_tls_pins().empty()) {
      item.add_next_tls_pins(old->tls_pin());
    }
  }
}

absl::Status CarryOver(const v1::Directory& previous, v1::Directory& directory) {
  for (const v1::Member& before : previous.members()) {
    v1::Member* member = FindMember(directory, before.code());
    if (member != nullptr) CarryMember(before, *member);
  }
  CarryPins(previous.custodians(), *directory.mutable_custodians());
  CarryPins(previous.hubs(), *directory.mutable_hubs());
  CarryPins(previous.officers(), *directory.mutable_officers());
  for (v1::Epoch& epoch : *directory.mutable_epochs()) {
    for (const v1::Epoch& before : previous.epochs()) {
      if (before.epoch() == epoch.epoch()) SIGNPOST_RETURN_IF_ERROR(CarryEpoch(before, epoch));
    }
  }
  return absl::OkStatus();
}

void FillEpochTimes(const v1::Epoch* before, int64_t now_ms, v1::Epoch& epoch) {
  if (epoch.not_before_ms() == 0) {
    epoch.set_not_before_ms(before == nullptr ? now_ms : before->retire_at_ms() - kEpochOverlapMs);
  }
  if (epoch.asking_from_ms() == 0) {
    epoch.set_asking_from_ms(epoch.not_before_ms() + (before == nullptr ? 0 : kEpochOverlapMs / 2));
  }
  if (epoch.retire_at_ms() == 0) epoch.set_retire_at_ms(epoch.not_before_ms() + kEpochLifeMs);
}

void FillEpochs(const std::string& golden_hash, int64_t now_ms, v1::Directory& directory) {
  auto& epochs = *directory.mutable_epochs();
  std::sort(epochs.begin(), epochs.end(), [](const v1::Epoch& left, const v1::Epoch& right) {
    return left.epoch() < right.epoch();
  });
  const v1::Epoch* before = nullptr;
  for (v1::Epoch& epoch : epochs) {
    if (epoch.suite() == 0) epoch.set_suite(kSuite);
    if (epoch.canonicalisation_version() == 0) {
      epoch.set_canonicalisation_version(before == nullptr ? 1
                                                           : before->canonicalisation_version());
    }
    if (epoch.golden_hash().empty()) epoch.set_golden_hash(golden_hash);
    FillEpochTimes(before, now_ms, epoch);
    before = &epoch;
  }
}

absl::Status FillHead(const DirectoryParts& parts, int64_t now_ms, v1::Directory& directory) {
  const uint64_t version = parts.previous == nullptr ? 1 : parts.previous->version() + 1;
  if (directory.version() != 0 && directory.version() != version) {
    return Refuse("VERSION_IS_COUNTED", absl::StrCat("this directory is version ", version,
                                                     "; leave `version` out of the draft"));
  }
  directory.set_version(version);
  directory.set_previous_hash(parts.previous == nullptr ? "" : parts.previous_hash);
  if (directory.issued_ms() == 0) directory.set_issued_ms(now_ms);
  if (directory.not_after_ms() == 0) {
    directory.set_not_after_ms(directory.issued_ms() + kDirectoryLifeMs);
  }
  return absl::OkStatus();
}

absl::Status SettleTrustDomain(const v1::Directory* previous, v1::Directory& directory) {
  if (previous == nullptr) return absl::OkStatus();
  if (directory.trust_domain().empty()) directory.set_trust_domain(previous->trust_domain());
  if (directory.trust_domain() == previous->trust_domain()) return absl::OkStatus();
  return Refuse("WRONG_TRUST_DOMAIN",
                "the draft names another federation than the directory "
                "before");
}

// Who is only invited has none yet; who is gone needs none.
bool NeedsKeys(v1::MemberState state) {
  return state != v1::INVITED && state != v1::REVOKED && state != v1::RETIRED;
}

absl::Status CheckKeysPresent(const v1::Directory& directory) {
  for (const v1::Member& member : directory.members()) {
    const bool keyless = member.ed25519_public().empty() || member.sealing_keys().empty() ||
                         member.tls_pin().empty();
    if (keyless && NeedsKeys(member.state())) {
      return Refuse("MEMBER_WITHOUT_KEYS",
                    absl::StrCat(CleanText(member.code()),
                                 " has no keys yet; give the entry that its node made at --init"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Directory> BuildDirectory(const DirectoryParts& parts, int64_t now_ms,
                                             Random& random) {
  v1::Directory directory = parts.draft;
  SIGNPOST_RETURN_IF_ERROR(SettleTrustDomain(parts.previous, directory));
  SIGNPOST_RETURN_IF_ERROR(ApplyEntries(parts.entries, directory));
  SIGNPOST_RETURN_IF_ERROR(ApplyCertificates(parts.certificates, directory));
  SIGNPOST_RETURN_IF_ERROR(ApplyShares(parts.shares, directory));
  if (parts.previous != nullptr) {
    SIGNPOST_RETURN_IF_ERROR(CarryOver(*parts.previous, directory));
  }
  SIGNPOST_RETURN_IF_ERROR(CheckKeysPresent(directory));
  SIGNPOST_RETURN_IF_ERROR(FillHead(parts, now_ms, directory));
  FillEpochs(parts.golden_hash, directory.issued_ms(), directory);
  SIGNPOST_RETURN_IF_ERROR(CheckContents(directory, now_ms, random));
  return directory;
}

std::string DraftOf(const v1::Directory& directory) {
  v1::Directory draft = directory;
  draft.clear_version();
  draft.clear_previous_hash();
  draft.clear_issued_ms();
  draft.clear_not_after_ms();
  for (v1::Member& member : *draft.mutable_members()) {
    member.clear_tls_pin();
    member.clear_next_tls_pins();
    member.clear_ed25519_public();
    member.clear_sealing_keys();
  }
  const auto clear_pins = [](auto& items) {
    for (auto& item : items) {
      item.clear_tls_pin();
      item.clear_next_tls_pins();
    }
  };
  clear_pins(*draft.mutable_custodians());
  clear_pins(*draft.mutable_hubs());
  clear_pins(*draft.mutable_officers());
  for (v1::Epoch& epoch : *draft.mutable_epochs()) {
    const uint32_t number = epoch.epoch();
    epoch.Clear();
    epoch.set_epoch(number);
  }
  std::string text;
  google::protobuf::TextFormat::PrintToString(draft, &text);
  return absl::StrCat(
      "# Draft made from directory ", directory.version(),
      ". Edit, then: signpost federation directory edit --draft THIS --previous THAT\n"
      "# Keys, pins and the times of epochs are carried over; version and dates are counted.\n",
      text);
}

absl::Status CheckContents(const v1::Directory& directory, int64_t now_ms, Random& random) {
  constexpr std::string_view kName = "contents-check";
  const SigningKey key = SigningKey::Generate(random);
  v1::Anchor anchor;
  anchor.set_trust_domain(directory.trust_domain());
  anchor.set_threshold(1);
  v1::OfficerKey& officer = *anchor.add_officers();
  officer.set_name(std::string(kName));
  officer.set_ed25519_public(key.public_key());
  v1::SignedDocument document = MakeDirectoryDocument(directory);
  Countersign(document, kName, key);
  return VerifyDirectory(document, anchor, now_ms).status();
}

}  // namespace signpost::cli
