// A directory whose signatures, times and contents have been checked, and which
// cannot change any more: whoever holds one may rely on every field being of
// the right size and every lookup being unambiguous.
//
// Thread safety: immutable; share it as shared_ptr<const VerifiedDirectory>.
// Security: verification pins the officers' keys of an Anchor and trusts nothing
// else. Whether it is newer than the one before is DirectoryBook's judgement.
#ifndef SIGNPOST_PROTO_DIRECTORY_VERIFIED_DIRECTORY_H_
#define SIGNPOST_PROTO_DIRECTORY_VERIFIED_DIRECTORY_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signpost/v1/directory.pb.h"

namespace signpost {

// SHA-256(I(4, epoch) ‖ pk_A ‖ pk_B): what a question's header names an epoch's key by. 32 bytes.
std::string PkHash(const v1::Epoch& epoch);

// Milliseconds; a zero in the document is the default of PROTOCOL.md.
struct DirectoryTimers {
  int64_t claim_delay_ms = 150;
  int64_t claim_cutoff_ms = 400;
  int64_t answer_delay_ms = 150;
  int64_t answer_cutoff_ms = 400;
};

// The keys that a member, hub, custodian or officer of a directory may prove: its own, and those
// listed while it is being replaced. A verified one has 32 bytes in each.
template <typename Entry>
std::vector<std::string> AcceptedPins(const Entry& entry) {
  std::vector<std::string> pins;
  if (!entry.tls_pin().empty()) pins.push_back(entry.tls_pin());
  pins.insert(pins.end(), entry.next_tls_pins().begin(), entry.next_tls_pins().end());
  return pins;
}

class VerifiedDirectory {
 public:
  const v1::Directory& message() const { return message_; }
  // The signed document as it came; relay and store these bytes, never a re-serialisation.
  const v1::SignedDocument& document() const { return document_; }
  uint64_t version() const { return message_.version(); }
  // SHA-256 of the payload's exact bytes, 32 bytes.
  const std::string& hash() const { return hash_; }
  bool ExpiredAt(int64_t now_ms) const { return now_ms >= message_.not_after_ms(); }
  const DirectoryTimers& timers() const { return timers_; }

  // Null when the directory does not list it. Whatever the member's state: see DirectoryBook.
  const v1::Member* FindMember(std::string_view code) const;
  const v1::Custodian* FindCustodianByRole(std::string_view role) const;  // "a" or "b"
  const v1::Custodian* FindCustodianByName(std::string_view name) const;
  const v1::Hub* FindHub(std::string_view name) const;
  const v1::Officer* FindOfficer(std::string_view name) const;
  // Null for an epoch that is not listed or whose suite this program does not know.
  const v1::Epoch* FindEpoch(uint32_t epoch) const;

  // The epoch whose tags a question put at `now_ms` carries: of those with asking_from <= now <
  // retire_at the one with the latest asking_from. Null when there is none.
  const v1::Epoch* AskingEpoch(int64_t now_ms) const;
  // Epochs with not_before <= now < retire_at, oldest first: enrol in these, answer in these.
  std::vector<const v1::Epoch*> LiveEpochs(int64_t now_ms) const;

 private:
  friend absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyDirectoryAtAnyTime(
      const v1::SignedDocument& document, const v1::Anchor& anchor);
  VerifiedDirectory() = default;

  v1::SignedDocument document_;
  v1::Directory message_;
  std::string hash_;
  DirectoryTimers timers_;
  absl::flat_hash_map<std::string, const v1::Member*> members_;
};

// Checks everything that can be checked of one directory alone, in this order. Each refusal's
// message begins with its reason word and ends with what to do:
//   INVALID_ARGUMENT    WRONG_TYPE, TOO_LARGE, MALFORMED, and for contents: WRONG_TRUST_DOMAIN,
//                       BAD_VERSION, BAD_TIMES, TOO_MANY_MEMBERS, BAD_MEMBER, DUPLICATE_MEMBER,
//                       BAD_CUSTODIANS, BAD_HUB, BAD_OFFICER, BAD_EPOCH, DUPLICATE_EPOCH,
//                       BAD_PROOF, BAD_TIMERS,
//                       BAD_POLICY, BAD_NOTICE
//   PERMISSION_DENIED   TOO_FEW_SIGNATURES
//   FAILED_PRECONDITION EXPIRED, NOT_YET_ISSUED (more than 5 minutes ahead of `now_ms`)
// It is not an error if an epoch's suite is unknown: such an epoch is not found. No two members may
// list the same X25519 key: a question's messages to both would then be sealed under one key.
absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyDirectory(
    const v1::SignedDocument& document, const v1::Anchor& anchor, int64_t now_ms);

// As VerifyDirectory without EXPIRED and NOT_YET_ISSUED: for a copy kept on disk, which guards
// against rollback even after it has expired.
absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyDirectoryAtAnyTime(
    const v1::SignedDocument& document, const v1::Anchor& anchor);

// The time part of VerifyDirectory alone.
absl::Status CheckDirectoryTimes(const VerifiedDirectory& directory, int64_t now_ms);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_VERIFIED_DIRECTORY_H_
