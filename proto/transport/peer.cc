#include "proto/transport/peer.h"

#include <grpc/grpc_security_constants.h>

#include "proto/base/bytes.h"
#include "proto/base/secret.h"
#include "proto/directory/verified_directory.h"
#include "proto/transport/errors.h"

namespace signpost {
namespace {

absl::Status Unauthenticated(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::Status Denied(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason, message);
}

absl::Status PinMismatch() {
  return Denied(reason::kPinMismatch,
                "the certificate's key is not the one that the directory pins for this identity; "
                "if the key was replaced, ask the officers to list the new one");
}

absl::Status NoDirectory() {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kDirectoryMissing,
                   "no directory is known here yet; the officers must publish one");
}

absl::Status NotListed(std::string_view kind) {
  return Denied(reason::kNotAMember, absl::StrCat("this ", ToAbsl(kind),
                                                  " is not in the federation's directory; ask the "
                                                  "officers if it should be"));
}

template <typename Entry>
bool PinFits(const Peer& peer, const Entry& entry) {
  for (const std::string& pin : AcceptedPins(entry)) {
    if (EqualConstantTime(peer.certificate.pin, pin)) return true;
  }
  return false;
}

bool KindFits(const Peer& peer, const v1::Member& member) {
  return peer.identity.kind ==
         (member.kind() == v1::PARTNER ? PeerKind::kPartner : PeerKind::kAuthority);
}

absl::Status AdmissionError(const AdmissionResult& result) {
  switch (result.admission) {
    case Admission::kActive:
      return absl::OkStatus();
    case Admission::kSuspended:
      return Denied(reason::kSuspended, absl::StrCat("this member is suspended: ", result.reason,
                                                     "; an officer can reinstate it"));
    case Admission::kNoDirectory:
      return NoDirectory();
    case Admission::kDirectoryExpired:
      return MakeError(absl::StatusCode::kFailedPrecondition, reason::kDirectoryExpired,
                       "the newest directory known here has expired; the officers must publish a "
                       "new one");
    case Admission::kNotMember:
      return NotListed("member");
    case Admission::kMaintenance:
    case Admission::kNotActive:
    case Admission::kLeaving:
      return Denied(reason::kNotActive, absl::StrCat("this member is not active: ", result.reason));
  }
  return NotListed("member");
}

template <typename Entry>
absl::Status CheckListed(const Peer& peer, const Entry* entry) {
  if (entry == nullptr) return NotListed(PeerKindName(peer.identity.kind));
  return PinFits(peer, *entry) ? absl::OkStatus() : PinMismatch();
}

}  // namespace

absl::StatusOr<Peer> AuthenticatedPeer(const grpc::AuthContext& context,
                                       std::string_view trust_domain, int64_t now_ms) {
  const auto pem = context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pem.size() != 1) {
    return Unauthenticated(reason::kBadCertificate, "a client certificate is needed here");
  }
  auto info = InspectCertificate({pem[0].data(), pem[0].size()});
  if (!info.ok()) {
    return Unauthenticated(reason::kBadCertificate, FromAbsl(info.status().message()));
  }
  auto identity = ParsePeerIdentity(info->uri);
  if (!identity.ok()) {
    return Unauthenticated(reason::kBadCertificate, FromAbsl(identity.status().message()));
  }
  if (identity->trust_domain != trust_domain) {
    return Unauthenticated(reason::kBadCertificate,
                           "the certificate belongs to another federation");
  }
  if (info->not_after_ms <= now_ms) {
    return Unauthenticated(reason::kCertificateExpired,
                           "the client certificate has expired; put a renewed one in place");
  }
  return Peer{*std::move(identity), *std::move(info)};
}

absl::Status AdmitMember(const Peer& peer, const DirectoryBook& book, int64_t now_ms,
                         bool authorities_only) {
  const AdmissionResult result = book.Admit(peer.identity.name, now_ms);
  if (!peer.identity.IsMember()) return NotListed(PeerKindName(peer.identity.kind));
  if (!result.active()) return AdmissionError(result);
  const auto directory = book.Snapshot(now_ms).directory;
  if (directory == nullptr) return NoDirectory();
  const v1::Member* member = directory->FindMember(peer.identity.name);
  if (member == nullptr || !KindFits(peer, *member)) return NotListed("member");
  if (!PinFits(peer, *member)) return PinMismatch();
  if (authorities_only && member->kind() != v1::AUTHORITY) {
    return Denied(reason::kNotPermitted, "partners ask; only authorities answer");
  }
  return absl::OkStatus();
}

absl::Status AdmitOfficer(const Peer& peer, const DirectoryBook& book) {
  if (peer.identity.kind != PeerKind::kOfficer) {
    return Denied(reason::kNotPermitted, "only an officer may do this");
  }
  const auto directory = book.Newest();
  if (directory == nullptr) return NoDirectory();
  return CheckListed(peer, directory->FindOfficer(peer.identity.name));
}

absl::Status AdmitReader(const Peer& peer, const DirectoryBook& book) {
  const auto directory = book.Newest();
  if (directory == nullptr) return NoDirectory();
  switch (peer.identity.kind) {
    case PeerKind::kAuthority:
    case PeerKind::kPartner: {
      const v1::Member* member = directory->FindMember(peer.identity.name);
      if (member == nullptr || !KindFits(peer, *member)) return NotListed("member");
      return PinFits(peer, *member) ? absl::OkStatus() : PinMismatch();
    }
    case PeerKind::kHub:
      return CheckListed(peer, directory->FindHub(peer.identity.name));
    case PeerKind::kCustodian:
      return CheckListed(peer, directory->FindCustodianByName(peer.identity.name));
    case PeerKind::kOfficer:
      return CheckListed(peer, directory->FindOfficer(peer.identity.name));
    case PeerKind::kPractitioner:
    case PeerKind::kSystem:
      break;
  }
  return Denied(reason::kNotPermitted, "practitioners and systems ask their own node");
}

}  // namespace signpost
