#include "proto/directory/verified_directory.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "proto/directory/disclosure.h"
#include "proto/directory/member_check.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"

namespace signpost {
namespace {

constexpr int64_t kIssuedAheadMs = 5 * 60'000;
constexpr size_t kMaxTimerMs = kMaxCallDeadlineMs;
constexpr int kMaxNotices = 32;
constexpr size_t kMaxNoticeBytes = 1000;
constexpr int kMaxEpochs = 64;

absl::Status Refuse(std::string_view text) { return absl::InvalidArgumentError(ToAbsl(text)); }

absl::Status CheckSignatures(const v1::SignedDocument& document, const v1::Anchor& anchor) {
  if (document.payload_type() != kDsseDirectory) {
    return Refuse(
        "WRONG_TYPE: this document is not a directory; take the file that "
        "\"signpost federation\" signed");
  }
  if (document.payload().size() > kMaxDirectoryBytes) {
    return Refuse("TOO_LARGE: the directory is above 4 MiB; shorten its notices");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckAnchor(anchor));
  const int signatures = CountOfficerSignatures(document, anchor);
  if (signatures < static_cast<int>(anchor.threshold())) {
    return absl::PermissionDeniedError(absl::StrCat(
        "TOO_FEW_SIGNATURES: ", signatures, " of ", anchor.threshold(),
        " officers' signatures hold; have more officers sign this very file, and check that the "
        "anchor is the current one"));
  }
  return absl::OkStatus();
}

// A policy of a later format is not judged: a node must go on following who is a member even when
// it can no longer answer by the policy. Its version travels in two bytes in any format.
absl::Status CheckPolicyAsFarAsKnown(const v1::Policy& policy) {
  if (policy.format() <= kPolicyFormat) return CheckPolicy(policy);
  if (policy.version() <= 0xffff) return absl::OkStatus();
  return Refuse("BAD_POLICY: policy.version is above 65,535; make the directory again");
}

absl::Status CheckHead(const v1::Directory& directory, const v1::Anchor& anchor) {
  if (directory.trust_domain() != anchor.trust_domain()) {
    return Refuse(
        "WRONG_TRUST_DOMAIN: the directory is of another federation than the anchor; "
        "use the anchor of the same officers");
  }
  const size_t previous = directory.previous_hash().size();
  if (directory.version() == 0 || previous != (directory.version() == 1 ? 0 : kHashSize)) {
    return Refuse(
        "BAD_VERSION: version is 0, or previous_hash is not 32 bytes (none in version "
        "1); make the directory again with \"signpost federation\"");
  }
  if (directory.issued_ms() <= 0 || directory.not_after_ms() <= directory.issued_ms()) {
    return Refuse("BAD_TIMES: not_after does not come after issued; make the directory again");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckPolicyAsFarAsKnown(directory.policy()));
  if (directory.minimum_software_version().size() > kMaxReferenceBytes) {
    return Refuse(
        "BAD_VERSION: minimum_software_version is longer than 64 bytes; make the "
        "directory again");
  }
  return absl::OkStatus();
}

absl::Status CheckNotices(const v1::Directory& directory) {
  const auto bad = [](const v1::Notice& n) {
    return n.text().size() > kMaxNoticeBytes || n.until_ms() < n.from_ms();
  };
  if (directory.notices_size() > kMaxNotices ||
      std::any_of(directory.notices().begin(), directory.notices().end(), bad)) {
    return Refuse(
        "BAD_NOTICE: more than 32 notices, one longer than 1,000 bytes, or one that "
        "ends before it begins; shorten them");
  }
  return absl::OkStatus();
}

absl::Status CheckMembers(const v1::Directory& directory) {
  if (directory.members_size() > static_cast<int>(kMaxMembers)) {
    return Refuse("TOO_MANY_MEMBERS: a directory lists at most 512; remove retired ones");
  }
  absl::flat_hash_set<std::string> codes;
  absl::flat_hash_set<std::string> sealing_keys;
  for (const v1::Member& member : directory.members()) {
    SIGNPOST_RETURN_IF_ERROR(CheckMember(member));
    if (!codes.insert(member.code()).second) {
      return absl::InvalidArgumentError(absl::StrCat("DUPLICATE_MEMBER: ", member.code(),
                                                     " is listed twice; keep one of the entries"));
    }
    for (const v1::SealingKey& key : member.sealing_keys()) {
      if (!sealing_keys.insert(key.x25519_public()).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("BAD_MEMBER: ", member.code(),
                         ": a sealing key is listed twice; each key belongs to one member, so "
                         "have one of them made again"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEpochs(const v1::Directory& directory) {
  if (directory.epochs_size() > kMaxEpochs) {
    return Refuse("BAD_EPOCH: a directory lists at most 64 epochs; remove retired ones");
  }
  absl::flat_hash_set<uint32_t> numbers;
  for (const v1::Epoch& epoch : directory.epochs()) {
    if (!numbers.insert(epoch.epoch()).second) {
      return absl::InvalidArgumentError(absl::StrCat("DUPLICATE_EPOCH: epoch ", epoch.epoch(),
                                                     " is listed twice; keep one of them"));
    }
    if (epoch.suite() == kSuite) SIGNPOST_RETURN_IF_ERROR(CheckEpoch(epoch));
  }
  return absl::OkStatus();
}

absl::StatusOr<DirectoryTimers> ReadTimers(const v1::Timers& message) {
  DirectoryTimers timers;
  const auto read = [](uint32_t value, int64_t& field) {
    if (value != 0) field = value;
    return value <= kMaxTimerMs;
  };
  const bool small = read(message.claim_delay_ms(), timers.claim_delay_ms) &&
                     read(message.claim_cutoff_ms(), timers.claim_cutoff_ms) &&
                     read(message.answer_delay_ms(), timers.answer_delay_ms) &&
                     read(message.answer_cutoff_ms(), timers.answer_cutoff_ms);
  if (!small || timers.claim_delay_ms >= timers.claim_cutoff_ms ||
      timers.answer_delay_ms >= timers.answer_cutoff_ms) {
    return absl::InvalidArgumentError(
        "BAD_TIMERS: a timer is above 60 s, or a delay is not below its cut-off; correct them");
  }
  return timers;
}

}  // namespace

std::string PkHash(const v1::Epoch& epoch) {
  const std::string number = IntBytes(4, epoch.epoch());
  return Sha256Of({number, epoch.public_share_a(), epoch.public_share_b()});
}

absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyDirectoryAtAnyTime(
    const v1::SignedDocument& document, const v1::Anchor& anchor) {
  SIGNPOST_RETURN_IF_ERROR(CheckSignatures(document, anchor));
  std::shared_ptr<VerifiedDirectory> verified(new VerifiedDirectory);
  verified->document_ = document;
  v1::Directory& message = verified->message_;
  if (!message.ParseFromString(document.payload())) {
    return absl::InvalidArgumentError(
        "MALFORMED: the directory's payload does not parse; make it again");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckHead(message, anchor));
  SIGNPOST_RETURN_IF_ERROR(CheckNotices(message));
  SIGNPOST_RETURN_IF_ERROR(CheckMembers(message));
  SIGNPOST_RETURN_IF_ERROR(CheckCustodians(message));
  SIGNPOST_RETURN_IF_ERROR(CheckHubsAndOfficers(message));
  SIGNPOST_RETURN_IF_ERROR(CheckEpochs(message));
  SIGNPOST_ASSIGN_OR_RETURN(verified->timers_, ReadTimers(message.timers()));
  verified->hash_ = Sha256(document.payload());
  for (const v1::Member& member : message.members()) {
    verified->members_.emplace(member.code(), &member);
  }
  return std::shared_ptr<const VerifiedDirectory>(std::move(verified));
}

absl::Status CheckDirectoryTimes(const VerifiedDirectory& directory, int64_t now_ms) {
  if (directory.message().issued_ms() > now_ms + kIssuedAheadMs) {
    return absl::FailedPreconditionError(
        "NOT_YET_ISSUED: the directory was issued in the future; check the clock of this machine "
        "and of the officers'");
  }
  if (directory.ExpiredAt(now_ms)) {
    return absl::FailedPreconditionError(
        "EXPIRED: the directory is past its not_after; get the newest one from the hub or the "
        "officers, and check this machine's clock");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const VerifiedDirectory>> VerifyDirectory(
    const v1::SignedDocument& document, const v1::Anchor& anchor, int64_t now_ms) {
  SIGNPOST_ASSIGN_OR_RETURN(std::shared_ptr<const VerifiedDirectory> verified,
                            VerifyDirectoryAtAnyTime(document, anchor));
  SIGNPOST_RETURN_IF_ERROR(CheckDirectoryTimes(*verified, now_ms));
  return verified;
}

const v1::Member* VerifiedDirectory::FindMember(std::string_view code) const {
  const auto it = members_.find(ToAbsl(code));
  return it == members_.end() ? nullptr : it->second;
}

const v1::Custodian* VerifiedDirectory::FindCustodianByRole(std::string_view role) const {
  for (const v1::Custodian& custodian : message_.custodians()) {
    if (custodian.role() == role) return &custodian;
  }
  return nullptr;
}

const v1::Custodian* VerifiedDirectory::FindCustodianByName(std::string_view name) const {
  for (const v1::Custodian& custodian : message_.custodians()) {
    if (custodian.name() == name) return &custodian;
  }
  return nullptr;
}

const v1::Hub* VerifiedDirectory::FindHub(std::string_view name) const {
  for (const v1::Hub& hub : message_.hubs()) {
    if (hub.name() == name) return &hub;
  }
  return nullptr;
}

const v1::Officer* VerifiedDirectory::FindOfficer(std::string_view name) const {
  for (const v1::Officer& officer : message_.officers()) {
    if (officer.name() == name) return &officer;
  }
  return nullptr;
}

const v1::Epoch* VerifiedDirectory::FindEpoch(uint32_t epoch) const {
  for (const v1::Epoch& candidate : message_.epochs()) {
    if (candidate.epoch() == epoch && candidate.suite() == kSuite) return &candidate;
  }
  return nullptr;
}

const v1::Epoch* VerifiedDirectory::AskingEpoch(int64_t now_ms) const {
  const v1::Epoch* best = nullptr;
  for (const v1::Epoch& epoch : message_.epochs()) {
    if (epoch.suite() != kSuite || now_ms < epoch.asking_from_ms() ||
        now_ms >= epoch.retire_at_ms()) {
      continue;
    }
    if (best == nullptr || std::pair(epoch.asking_from_ms(), epoch.epoch()) >
                               std::pair(best->asking_from_ms(), best->epoch())) {
      best = &epoch;
    }
  }
  return best;
}

std::vector<const v1::Epoch*> VerifiedDirectory::LiveEpochs(int64_t now_ms) const {
  std::vector<const v1::Epoch*> live;
  for (const v1::Epoch& epoch : message_.epochs()) {
    if (epoch.suite() == kSuite && now_ms >= epoch.not_before_ms() &&
        now_ms < epoch.retire_at_ms()) {
      live.push_back(&epoch);
    }
  }
  std::sort(live.begin(), live.end(), [](const v1::Epoch* a, const v1::Epoch* b) {
    return std::pair(a->not_before_ms(), a->epoch()) < std::pair(b->not_before_ms(), b->epoch());
  });
  return live;
}

}  // namespace signpost
