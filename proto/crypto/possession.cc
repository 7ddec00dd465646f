#include "proto/crypto/possession.h"

#include <sodium.h>

#include <algorithm>

#include "proto/base/bytes.h"

namespace signpost {
namespace {

constexpr std::string_view kTag = "signpost/v1/possession";

bool IsRole(std::string_view role) { return role == kCustodianRoleA || role == kCustodianRoleB; }

// The Schnorr challenge over everything the proof is about and its commitment.
absl::StatusOr<Secret> Challenge(std::string_view public_share, std::string_view role,
                                 uint32_t epoch, const Point& commitment) {
  std::string transcript(kTag);
  AppendInt(transcript, 1, role.size());
  transcript += role;
  AppendInt(transcript, 4, epoch);
  transcript += public_share;
  transcript.append(reinterpret_cast<const char*>(commitment.data()), commitment.size());
  return HashToScalar(transcript, kTag);
}

}  // namespace

absl::StatusOr<std::string> ProvePossession(const CustodianShare& share, std::string_view role,
                                            uint32_t epoch, Random& random) {
  if (!IsRole(role)) return absl::InvalidArgumentError("possession: the role is not a or b");
  if (!IsScalar(share.secret.Expose())) {
    return absl::FailedPreconditionError("possession: the secret is not a scalar");
  }
  Point own;
  if (crypto_scalarmult_ristretto255_base(own.data(), share.secret.data()) != 0 ||
      !std::equal(own.begin(), own.end(), AsUnsigned(std::string_view(share.public_share)),
                  AsUnsigned(std::string_view(share.public_share)) + share.public_share.size())) {
    return absl::FailedPreconditionError("possession: secret and public share differ");
  }
  const Secret r = RandomScalar(random);
  Point commitment;
  if (crypto_scalarmult_ristretto255_base(commitment.data(), r.data()) != 0) {
    return absl::InternalError("possession: the commitment is the identity");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const Secret c, Challenge(share.public_share, role, epoch, commitment));
  Secret response(kScalarSize);  // r - c * secret
  crypto_core_ristretto255_scalar_mul(response.data(), c.data(), share.secret.data());
  crypto_core_ristretto255_scalar_sub(response.data(), r.data(), response.data());
  std::string proof(c.Expose());
  proof += response.Expose();
  return proof;
}

absl::Status VerifyPossession(std::string_view public_share, std::string_view role, uint32_t epoch,
                              std::string_view proof) {
  if (!IsRole(role)) return absl::InvalidArgumentError("possession: the role is not a or b");
  if (!IsPoint(public_share)) {
    return absl::InvalidArgumentError("possession: the public share is not a point");
  }
  if (proof.size() != kPossessionProofSize || !IsScalar(proof.substr(0, kScalarSize)) ||
      !IsScalar(proof.substr(kScalarSize))) {
    return absl::InvalidArgumentError("possession: the proof is not two scalars");
  }
  const unsigned char* c = AsUnsigned(proof);
  const unsigned char* response = c + kScalarSize;
  Point commitment;  // response * G + c * public share
  Point part;
  if (crypto_scalarmult_ristretto255_base(commitment.data(), response) != 0 ||
      crypto_scalarmult_ristretto255(part.data(), c, AsUnsigned(public_share)) != 0 ||
      crypto_core_ristretto255_add(commitment.data(), commitment.data(), part.data()) != 0) {
    return absl::UnauthenticatedError("possession: the proof does not hold");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const Secret expected,
                            Challenge(public_share, role, epoch, commitment));
  if (!EqualConstantTime(expected.Expose(), proof.substr(0, kScalarSize))) {
    return absl::UnauthenticatedError("possession: the proof does not hold");
  }
  return absl::OkStatus();
}

}  // namespace signpost
