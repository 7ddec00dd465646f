#include "cli/officer_keys.h"

#include <utility>

#include "proto/crypto/possession.h"
#include "proto/crypto/voprf.h"
#include "proto/directory/identity.h"
#include "proto/directory/signed_document.h"

namespace signpost::cli {

absl::StatusOr<NewOfficerKey> MakeOfficerKey(std::string_view name, Random& random) {
  if (!IsPeerName(name)) {
    return absl::InvalidArgumentError(
        "BAD_NAME: an officer's name is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', a letter or "
        "digit first");
  }
  const SigningKey key = SigningKey::Generate(random);
  NewOfficerKey made;
  made.seed = key.Seed();
  made.public_key.set_name(std::string(name));
  made.public_key.set_ed25519_public(key.public_key());
  return made;
}

absl::StatusOr<v1::Anchor> BuildAnchor(std::string_view trust_domain, uint32_t threshold,
                                       const std::vector<v1::OfficerKey>& officers) {
  if (threshold < 2 && officers.size() > 1) {
    return absl::InvalidArgumentError(
        "BAD_ANCHOR: with several officers at least 2 must sign, else one stolen key rewrites the "
        "federation; raise the threshold");
  }
  v1::Anchor anchor;
  anchor.set_trust_domain(std::string(trust_domain));
  anchor.set_threshold(threshold);
  for (const v1::OfficerKey& officer : officers) *anchor.add_officers() = officer;
  SIGNPOST_RETURN_IF_ERROR(CheckAnchor(anchor));
  return anchor;
}

absl::StatusOr<NewCustodianShare> MakeCustodianShare(std::string_view role, uint32_t epoch,
                                                     Random& random) {
  if (epoch == 0) return absl::InvalidArgumentError("epochs are numbered from 1");
  const CustodianShare made = GenerateShare(random);
  SIGNPOST_ASSIGN_OR_RETURN(std::string proof, ProvePossession(made, role, epoch, random));

  v1::CustodianKey key;
  key.set_role(std::string(role));
  key.set_epoch(epoch);
  key.set_secret_share(std::string(made.secret.Expose()));
  std::string serialised = key.SerializeAsString();
  NewCustodianShare result;
  result.key = Secret::CopyOf(serialised);
  WipeString(serialised);
  WipeString(*key.mutable_secret_share());

  result.share.set_role(std::string(role));
  result.share.set_epoch(epoch);
  result.share.set_public_share(made.public_share);
  result.share.set_proof(std::move(proof));
  return result;
}

absl::Status CheckCustodianShare(const v1::CustodianShare& share) {
  return VerifyPossession(share.public_share(), share.role(), share.epoch(), share.proof());
}

absl::StatusOr<OfficerSigner> FindOfficer(const v1::Anchor& anchor, const Secret& seed) {
  SIGNPOST_ASSIGN_OR_RETURN(SigningKey key, SigningKey::FromSeed(seed));
  for (const v1::OfficerKey& officer : anchor.officers()) {
    if (officer.ed25519_public() == key.public_key()) {
      return OfficerSigner{officer.name(), std::move(key)};
    }
  }
  return absl::PermissionDeniedError(
      "NOT_AN_OFFICER: the anchor does not list this key, so nobody would count its signature");
}

}  // namespace signpost::cli
