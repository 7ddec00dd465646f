#include "proto/crypto/reply.h"

#include "proto/crypto/aead.h"
#include "proto/crypto/kdf.h"
#include "proto/limits.h"

namespace signpost {
namespace {

struct ReplyKeys {
  Secret key;
  Secret nonce;
};

absl::StatusOr<ReplyKeys> DeriveReplyKeys(const Secret& exported, std::string_view enc,
                                          std::string_view response_nonce) {
  if (exported.size() != kKeySize) {
    return absl::InvalidArgumentError("reply: the exported secret is not 32 bytes");
  }
  if (enc.size() != kEncSize) {
    return absl::InvalidArgumentError("reply: the encapsulated key is not 32 bytes");
  }
  std::string salt(enc);
  salt += response_nonce;
  const Secret prk = HkdfExtract(salt, exported.Expose());
  return ReplyKeys{HkdfExpand(prk, "key", kAeadKeySize), HkdfExpand(prk, "nonce", kAeadNonceSize)};
}

}  // namespace

absl::StatusOr<std::string> SealReply(const Secret& exported, std::string_view enc, Random& random,
                                      std::string_view aad, std::string_view plaintext) {
  std::string reply = random.Bytes(kResponseNonceSize);
  SIGNPOST_ASSIGN_OR_RETURN(const ReplyKeys keys, DeriveReplyKeys(exported, enc, reply));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string ciphertext,
                            SealWithNonce(keys.key, keys.nonce.Expose(), aad, plaintext));
  return reply + ciphertext;
}

absl::StatusOr<Secret> OpenReply(const Secret& exported, std::string_view enc, std::string_view aad,
                                 std::string_view reply) {
  if (reply.size() < kReplyOverhead) {
    return absl::InvalidArgumentError("reply: shorter than its nonce and tag");
  }
  SIGNPOST_ASSIGN_OR_RETURN(const ReplyKeys keys,
                            DeriveReplyKeys(exported, enc, reply.substr(0, kResponseNonceSize)));
  return OpenWithNonce(keys.key, keys.nonce.Expose(), aad, reply.substr(kResponseNonceSize));
}

}  // namespace signpost
