// Who is calling, and may they: the identity of a TLS peer from its
// certificate's single URI SAN, and its standing from the directory. Called on
// every RPC, because TLS only proves who is calling and an open connection
// outlives a suspension.
//
// Thread safety: pure functions of their arguments.
// Security: a member, custodian, hub or officer must show the very key that
// the directory pins. Practitioners and systems have no pin: their authority's
// own CA vouches for them, at that authority's node only.
#ifndef SIGNPOST_PROTO_TRANSPORT_PEER_H_
#define SIGNPOST_PROTO_TRANSPORT_PEER_H_

#include <grpcpp/security/auth_context.h>

#include <string_view>

#include "proto/directory/directory_book.h"
#include "proto/directory/identity.h"
#include "proto/transport/certificate.h"

namespace signpost {

struct Peer {
  PeerIdentity identity;
  CertificateInfo certificate;
};

// UNAUTHENTICATED BAD_CERTIFICATE: no TLS, not exactly one URI SAN, no SPIFFE id of this
// trust domain; CERTIFICATE_EXPIRED: it has ended since the connection was made.
absl::StatusOr<Peer> AuthenticatedPeer(const grpc::AuthContext& context,
                                       std::string_view trust_domain, int64_t now_ms);

// OK for an active member, not suspended, with a pinned key; `authorities_only` refuses partners.
// PERMISSION_DENIED NOT_A_MEMBER, NOT_ACTIVE, SUSPENDED (with the order's reason), PIN_MISMATCH;
// FAILED_PRECONDITION DIRECTORY_MISSING, DIRECTORY_EXPIRED.
absl::Status AdmitMember(const Peer& peer, const DirectoryBook& book, int64_t now_ms,
                         bool authorities_only = false);

// OK for an officer of the directory with the pinned key. PERMISSION_DENIED NOT_PERMITTED,
// PIN_MISMATCH; FAILED_PRECONDITION DIRECTORY_MISSING. An expired directory still names its
// officers, so that they can publish the next.
absl::Status AdmitOfficer(const Peer& peer, const DirectoryBook& book);

// OK for a member, custodian, hub or officer listed in the directory, whatever the state: they
// may read the directory, also to learn that they are suspended.
absl::Status AdmitReader(const Peer& peer, const DirectoryBook& book);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_TRANSPORT_PEER_H_
