// The form that a member, custodian, hub, officer and epoch of a directory must
// have before anybody relies on their fields.
//
// Thread safety: pure functions.
// Security: form only. That an X25519 key agrees to something, that shares are
// points whose holder knows the secret, is form too: without it a question to
// everybody would fail, or one custodian could hold the whole key.
#ifndef SIGNPOST_PROTO_DIRECTORY_MEMBER_CHECK_H_
#define SIGNPOST_PROTO_DIRECTORY_MEMBER_CHECK_H_

#include "proto/base/status.h"
#include "signpost/v1/directory.pb.h"

namespace signpost {

// Code of its kind, name, state; pin and keys of 32 bytes and 1 to 8 sealing keys with different
// ids (may be missing altogether while INVITED, and once REVOKED or RETIRED); desk fields within
// the limits of an answer (proto/question/fit.h). INVALID_ARGUMENT BAD_MEMBER naming field and
// code.
absl::Status CheckMember(const v1::Member& member);

// INVALID_ARGUMENT BAD_CUSTODIANS, unless there are exactly two, of roles a and b, under different
// names and without a common key among their pins and next pins.
absl::Status CheckCustodians(const v1::Directory& directory);

// INVALID_ARGUMENT BAD_HUB, BAD_OFFICER: names, addresses, pins and at most 4 next pins; at least
// one hub; no name twice.
absl::Status CheckHubsAndOfficers(const v1::Directory& directory);

// An epoch of a known suite: sizes, times in order, both shares valid and not cancelling out, both
// proofs of possession. INVALID_ARGUMENT BAD_EPOCH, BAD_PROOF.
absl::Status CheckEpoch(const v1::Epoch& epoch);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_DIRECTORY_MEMBER_CHECK_H_
