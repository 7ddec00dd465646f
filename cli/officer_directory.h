// A directory from its parts: what the officers write by hand (the draft, a
// v1::Directory in text format without keys) and what machines made (member
// entries, custodians' shares, certificates), on top of the directory before.
// Pure: files are the caller's.
//
// Property: what comes out verifies at every node once enough officers have
// signed it, or it does not come out. State and membership come from the draft
// alone: no file that a member sends in can make it active.
// Thread safety: functions.
// Security: every entry's own signature and every share's proof of possession is
// checked; two files that disagree on a key are refused. A member's new entry may
// replace its keys: the signing officers read that in words (officer_changes.h).
#ifndef SIGNPOST_CLI_OFFICER_DIRECTORY_H_
#define SIGNPOST_CLI_OFFICER_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/base/status.h"
#include "proto/directory/identity.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

inline constexpr int64_t kDayMs = 24 * 3'600'000LL;
inline constexpr int64_t kDirectoryLifeMs = 30 * kDayMs;
inline constexpr int64_t kEpochLifeMs = 7 * kDayMs;
inline constexpr int64_t kEpochOverlapMs = 2 * kDayMs;

// Whose certificate it is, and the pin of its key.
struct CertificatePin {
  PeerIdentity identity;
  std::string pin;  // 32 bytes
};

struct DirectoryParts {
  v1::Directory draft;
  std::vector<v1::SignedDocument> entries;  // of members, self-signed
  std::vector<v1::CustodianShare> shares;
  std::vector<CertificatePin> certificates;  // of hubs, custodians, officers, members
  std::string golden_hash;                   // for epochs that have none; 32 bytes or empty
  // The directory before, verified by the caller; absent for version 1.
  const v1::Directory* previous = nullptr;
  std::string previous_hash;
};

// The next directory:
//   1. entries fill their member's keys and, where the draft is silent, name, kind, desk and
//   declared
//      children;
//   2. certificates fill pins, shares fill epochs;
//   3. what is still missing of these is carried over from `previous`; a TLS key that was replaced
//      stays accepted beside the new one until the directory after;
//   4. version, previous hash, trust domain, times. A zero issued_ms is `now_ms`, a zero
//   not_after_ms
//      30 days later; an epoch without times lives 7 days, overlaps the one before by 48 h and is
//      asked in from the middle of the overlap (the first: at once);
//   5. the whole is checked exactly as a node will.
// INVALID_ARGUMENT, beginning with a reason word and saying what to change: BAD_ENTRY,
// ENTRY_WITHOUT_MEMBER, MEMBER_WITHOUT_KEYS, CERTIFICATE_UNUSED, PIN_DIFFERS, SHARE_WITHOUT_EPOCH,
// SHARE_DIFFERS, BAD_SHARE, WRONG_TRUST_DOMAIN, VERSION_IS_COUNTED, and those of VerifyDirectory.
absl::StatusOr<v1::Directory> BuildDirectory(const DirectoryParts& parts, int64_t now_ms,
                                             Random& random);

// The draft of `directory`: what officers may edit, without keys, pins, shares, version and times,
// in text format with comments on top. BuildDirectory with it and `directory` as previous changes
// nothing but version and times.
std::string DraftOf(const v1::Directory& directory);

// All of a directory's contents judged as a node does, under an anchor of its own: what is not
// judged is who signed.
absl::Status CheckContents(const v1::Directory& directory, int64_t now_ms, Random& random);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_OFFICER_DIRECTORY_H_
