#include "proto/crypto/dsse.h"

#include "proto/base/bytes.h"

namespace signpost {

std::string DssePae(std::string_view type, std::string_view payload) {
  return absl::StrCat("DSSEv1 ", type.size(), " ", ToAbsl(type), " ", payload.size(), " ",
                      ToAbsl(payload));
}

std::string SignDsse(const SigningKey& key, std::string_view type, std::string_view payload) {
  std::string encoded = DssePae(type, payload);
  std::string signature = key.Sign(encoded);
  WipeString(encoded);  // the payload may name a child
  return signature;
}

absl::Status VerifyDsse(std::string_view public_key, std::string_view type,
                        std::string_view payload, std::string_view signature) {
  std::string encoded = DssePae(type, payload);
  const absl::Status status = VerifySignature(public_key, encoded, signature);
  WipeString(encoded);
  return status;
}

}  // namespace signpost
