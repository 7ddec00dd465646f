#include "node/service/keys.h"

#include "node/service/certificate_request.h"
#include "node/store/column_key.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/directory/identity.h"
#include "proto/directory/signed_document.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

absl::StatusOr<SigningKey> ReadSigningKey(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const Secret seed, ReadSecretFile(path));
  auto key = SigningKey::FromSeed(seed);
  if (!key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a signing key (32 bytes)"));
  }
  return key;
}

absl::StatusOr<X25519PrivateKey> ReadSealingKey(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(Secret bytes, ReadSecretFile(path));
  auto key = X25519PrivateKey::FromBytes(std::move(bytes));
  if (!key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a sealing key (32 bytes)"));
  }
  return key;
}

absl::Status MakeMissingKeys(const v1::NodeConfig& config, Random& random) {
  if (!FileExists(config.signing_key())) {
    SIGNPOST_RETURN_IF_ERROR(
        WriteNewSecretFile(config.signing_key(), SigningKey::Generate(random).Seed().Expose()));
  }
  for (const v1::SealingKeyFile& file : config.sealing_keys()) {
    if (FileExists(file.path())) continue;
    SIGNPOST_RETURN_IF_ERROR(
        WriteNewSecretFile(file.path(), X25519PrivateKey::Generate(random).bytes().Expose()));
  }
  if (!FileExists(config.column_key())) {
    SIGNPOST_RETURN_IF_ERROR(CreateColumnKey(config.column_key(), config.database()));
  }
  if (!FileExists(config.tls().private_key())) {
    SIGNPOST_RETURN_IF_ERROR(MakeTlsKey(config.tls().private_key()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NodeKeys> ReadNodeKeys(const v1::NodeConfig& config) {
  SIGNPOST_ASSIGN_OR_RETURN(SigningKey signing, ReadSigningKey(config.signing_key()));
  NodeKeys keys{std::move(signing), {}};
  for (const v1::SealingKeyFile& file : config.sealing_keys()) {
    SIGNPOST_ASSIGN_OR_RETURN(X25519PrivateKey key, ReadSealingKey(file.path()));
    keys.sealing.emplace(file.id(), std::move(key));
  }
  return keys;
}

absl::Status InitNode(const v1::NodeConfig& config, const InitRequest& request, Random& random) {
  SIGNPOST_RETURN_IF_ERROR(MakeMissingKeys(config, random));
  SIGNPOST_ASSIGN_OR_RETURN(const NodeKeys keys, ReadNodeKeys(config));
  const PeerIdentity id{PeerKind::kAuthority, request.trust_domain, config.authority(), ""};
  SIGNPOST_ASSIGN_OR_RETURN(const CertificateRequest csr,
                            MakeCertificateRequest(config.tls().private_key(), config.authority(),
                                                   FormatPeerIdentity(id)));
  v1::Member member;
  member.set_code(config.authority());
  member.set_name(request.name);
  member.set_kind(v1::AUTHORITY);
  member.set_state(v1::ENROLLED);
  member.set_tls_pin(csr.pin);
  member.set_ed25519_public(keys.signing.public_key());
  for (const auto& [key_id, key] : keys.sealing) {
    v1::SealingKey* sealing = member.add_sealing_keys();
    sealing->set_id(key_id);
    sealing->set_x25519_public(key.public_key());
  }
  member.mutable_desk()->set_name(absl::StrCat(request.name, " contact point"));
  member.mutable_desk()->set_telephone(request.telephone);
  member.set_declared_children(request.children);
  const std::string stem = absl::StrCat(request.out_folder, "/", config.authority());
  SIGNPOST_RETURN_IF_ERROR(WriteFileAtomic(absl::StrCat(stem, ".csr"), csr.pem, 0644));
  const v1::SignedDocument entry = MakeMemberEntry(member, keys.signing);
  SIGNPOST_RETURN_IF_ERROR(VerifyMemberEntry(entry).status());
  return WriteFileAtomic(absl::StrCat(stem, ".entry"), entry.SerializeAsString(), 0644);
}

}  // namespace signpost::node
