// Who a certificate says its holder is: the SPIFFE ids of the federation and of
// one authority's own people and systems (proto/PROTOCOL.md section 4).
//
//   spiffe://<trust domain>/authority/<code>                    a member authority's node
//   spiffe://<trust domain>/partner/<code>                      a national partner's node
//   spiffe://<trust domain>/hub/<name>, /custodian/<name>, /officer/<name>
//   spiffe://<trust domain>/authority/<code>/practitioner/<id>  a person at that authority's node
//   spiffe://<trust domain>/authority/<code>/system/<id>        a system at that authority's node
//
// There is one spelling of an identity: what parses formats back to the same
// bytes, so identities may be compared as text.
//
// Thread safety: pure functions and values.
// Security: that a certificate holds exactly one URI is proto/transport/'s
// check. An identity says who calls; the directory says what they may do.
#ifndef SIGNPOST_PROTO_DIRECTORY_IDENTITY_H_
#define SIGNPOST_PROTO_DIRECTORY_IDENTITY_H_

#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signpost {

enum class PeerKind { kAuthority, kPartner, kHub, kCustodian, kOfficer, kPractitioner, kSystem };

struct PeerIdentity {
  PeerKind kind = PeerKind::kAuthority;
  std::string trust_domain;
  std::string name;    // member code of an authority or partner; name of a hub, custodian, officer
  std::string person;  // id of a practitioner or system, otherwise empty

  // A node that speaks for a member: an authority or a partner.
  bool IsMember() const { return kind == PeerKind::kAuthority || kind == PeerKind::kPartner; }
  // A practitioner or system of authority `name`.
  bool IsLocal() const { return kind == PeerKind::kPractitioner || kind == PeerKind::kSystem; }

  bool operator==(const PeerIdentity&) const = default;
};

// Parses a SPIFFE id of at most 512 bytes. INVALID_ARGUMENT, naming the part that is wrong and
// never repeating the text: another scheme, a user, port, query, fragment, percent-encoding, empty
// segment, unknown kind, a bad trust domain, code, name or id.
absl::StatusOr<PeerIdentity> ParsePeerIdentity(std::string_view uri);

// The one spelling of a valid identity.
std::string FormatPeerIdentity(const PeerIdentity& identity);

// The word of the kind, for messages: "authority", "hub", "practitioner", ...
std::string_view PeerKindName(PeerKind kind);

// An ONS GSS code: one upper-case letter and eight digits, E09000012.
bool IsAuthorityCode(std::string_view code);
// A partner's code: 2 to 32 of A-Z, 0-9 and '-', a letter first, and not shaped like a GSS code.
bool IsPartnerCode(std::string_view code);
// Either of the two: what a member's code may be.
bool IsMemberCode(std::string_view code);
// A name of a hub, custodian or officer, or an id of a person or system: 1 to 64 of A-Z, a-z, 0-9,
// '.', '_' and '-', a letter or digit first.
bool IsPeerName(std::string_view name);
// 1 to 128 of a-z, 0-9, '.' and '-', a letter or digit first and last, no two dots together.
bool IsTrustDomain(std::string_view domain);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_IDENTITY_H_
