#include "proto/directory/signed_document.h"

#include <absl/container/flat_hash_set.h>

#include <string>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/directory/identity.h"
#include "proto/directory/member_check.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr int kMaxOfficers = 64;
// More than every officer twice: a sender cannot make us verify for ever.
constexpr int kMaxSignatures = 128;

absl::Status BadAnchor(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("BAD_ANCHOR: ", ToAbsl(what),
                   "; get the anchor file from the officers again and compare its hash by "
                   "telephone"));
}

}  // namespace

v1::SignedDocument MakeDocument(std::string_view type, std::string_view payload) {
  v1::SignedDocument document;
  document.set_payload_type(std::string(type));
  document.set_payload(std::string(payload));
  return document;
}

v1::SignedDocument MakeDirectoryDocument(const v1::Directory& message) {
  return MakeDocument(kDsseDirectory, message.SerializeAsString());
}

v1::SignedDocument MakeSuspensionDocument(const v1::SuspensionOrder& message) {
  return MakeDocument(kDsseSuspension, message.SerializeAsString());
}

void Countersign(v1::SignedDocument& document, std::string_view key_id, const SigningKey& key) {
  v1::Signature* signature = nullptr;
  for (v1::Signature& existing : *document.mutable_signatures()) {
    if (existing.key_id() == key_id) signature = &existing;
  }
  if (signature == nullptr) signature = document.add_signatures();
  signature->set_key_id(std::string(key_id));
  signature->set_signature(SignDsse(key, document.payload_type(), document.payload()));
}

int CountOfficerSignatures(const v1::SignedDocument& document, const v1::Anchor& anchor) {
  if (document.signatures_size() > kMaxSignatures) return 0;
  int count = 0;
  for (const v1::OfficerKey& officer : anchor.officers()) {
    for (const v1::Signature& signature : document.signatures()) {
      if (signature.key_id() == officer.name() &&
          VerifyDsse(officer.ed25519_public(), document.payload_type(), document.payload(),
                     signature.signature())
              .ok()) {
        ++count;
        break;
      }
    }
  }
  return count;
}

absl::Status CheckAnchor(const v1::Anchor& anchor) {
  if (!IsTrustDomain(anchor.trust_domain())) return BadAnchor("its trust domain is malformed");
  if (anchor.officers_size() < 1 || anchor.officers_size() > kMaxOfficers) {
    return BadAnchor("it must list 1 to 64 officers");
  }
  if (anchor.threshold() < 1 ||
      anchor.threshold() > static_cast<uint32_t>(anchor.officers_size())) {
    return BadAnchor("its threshold is 0 or more than its officers");
  }
  absl::flat_hash_set<std::string> seen;
  for (const v1::OfficerKey& officer : anchor.officers()) {
    if (!IsPeerName(officer.name())) return BadAnchor("an officer's name is malformed");
    if (officer.ed25519_public().size() != kVerifyKeySize) {
      return BadAnchor("an officer's key is not 32 bytes");
    }
    if (!seen.insert("name " + officer.name()).second ||
        !seen.insert("key " + officer.ed25519_public()).second) {
      return BadAnchor("two officers share a name or a key");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Anchor> ParseAnchor(std::string_view bytes) {
  v1::Anchor anchor;
  if (bytes.size() > kMaxMessageBytes || !anchor.ParseFromString(std::string(bytes))) {
    return BadAnchor("it does not parse");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckAnchor(anchor));
  return anchor;
}

v1::SignedDocument MakeMemberEntry(const v1::Member& member, const SigningKey& key) {
  v1::MemberEntry entry;
  *entry.mutable_member() = member;
  v1::SignedDocument document = MakeDocument(kDsseMemberEntry, entry.SerializeAsString());
  Countersign(document, member.code(), key);
  return document;
}

absl::StatusOr<v1::Member> VerifyMemberEntry(const v1::SignedDocument& document) {
  if (document.payload_type() != kDsseMemberEntry) {
    return absl::InvalidArgumentError(
        "WRONG_TYPE: this is no member entry; take the file that signpost-node --init wrote");
  }
  v1::MemberEntry entry;
  if (document.payload().size() > kMaxMessageBytes || !entry.ParseFromString(document.payload())) {
    return absl::InvalidArgumentError("MALFORMED: the member entry does not parse");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckMember(entry.member()));
  if (document.signatures_size() != 1 ||
      !VerifyDsse(entry.member().ed25519_public(), document.payload_type(), document.payload(),
                  document.signatures(0).signature())
           .ok()) {
    return absl::PermissionDeniedError(
        "TOO_FEW_SIGNATURES: the member entry is not signed by the key it names; make it again "
        "with signpost-node --init");
  }
  return entry.member();
}

}  // namespace signpost
