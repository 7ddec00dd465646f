// What officers and custodians make once: officers' signing keys, the anchor
// that every program pins, and a custodian's share of an epoch's blinding key.
// Pure: files are the caller's.
//
// Thread safety: functions; the Random as its class says.
// Security: a secret leaves here only as a Secret. Each custodian makes its own
// share where it is used; whoever holds both can open an epoch's questions.
#ifndef SIGNPOST_CLI_OFFICER_KEYS_H_
#define SIGNPOST_CLI_OFFICER_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::cli {

struct NewOfficerKey {
  Secret seed;  // 32 bytes, the key file
  v1::OfficerKey public_key;
};
// INVALID_ARGUMENT BAD_NAME: the name cannot stand in a SPIFFE id.
absl::StatusOr<NewOfficerKey> MakeOfficerKey(std::string_view name, Random& random);

// The anchor of these officers, `threshold` of whom must sign a directory. INVALID_ARGUMENT
// BAD_ANCHOR: see CheckAnchor; also a threshold of 1 among several, because then one stolen key
// rewrites the federation.
absl::StatusOr<v1::Anchor> BuildAnchor(std::string_view trust_domain, uint32_t threshold,
                                       const std::vector<v1::OfficerKey>& officers);

struct NewCustodianShare {
  Secret key;  // a serialised v1::CustodianKey, the secret file
  v1::CustodianShare share;
};
// A fresh share with its proof of possession. INVALID_ARGUMENT: the role is neither "a" nor "b", or
// the epoch is 0.
absl::StatusOr<NewCustodianShare> MakeCustodianShare(std::string_view role, uint32_t epoch,
                                                     Random& random);
// OK if the proof shows that the custodian holds the secret of its public share. INVALID_ARGUMENT
// and UNAUTHENTICATED as VerifyPossession.
absl::Status CheckCustodianShare(const v1::CustodianShare& share);

struct OfficerSigner {
  std::string name;
  SigningKey key;
};
// Whose key this is. PERMISSION_DENIED NOT_AN_OFFICER: the anchor does not list it;
// INVALID_ARGUMENT: no seed.
absl::StatusOr<OfficerSigner> FindOfficer(const v1::Anchor& anchor, const Secret& seed);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_OFFICER_KEYS_H_
