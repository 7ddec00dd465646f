// The answer: phase 2 reply of every member, 4,096 bytes whatever it says
// (proto/PROTOCOL.md section 6).
//
//   nonce[32] ‖ AES-256-GCM( I(2,len) ‖ AnswerBody ‖ signature[64] ‖ zeros ) under the answer key
//
// Thread safety: pure functions and values.
// Security: only the addressed member can make one, so nobody else can forge
// "nothing to report". The signature makes a holder's answer provable to others.
#ifndef SIGNPOST_PROTO_QUESTION_ANSWER_H_
#define SIGNPOST_PROTO_QUESTION_ANSWER_H_

#include <string>
#include <string_view>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/signature.h"
#include "signpost/v1/question.pb.h"

namespace signpost {

// 4,096 bytes. `reveal_hash` is RevealHash of the message it answers. INVALID_ARGUMENT when the
// body does not fit (FitAnswer; ReduceAnswer makes it fit).
absl::StatusOr<std::string> MakeAnswer(const Secret& answer_key, std::string_view enc,
                                       std::string_view hh, std::string_view member,
                                       std::string_view reveal_hash, const v1::AnswerBody& body,
                                       const SigningKey& key, Random& random);

struct OpenedAnswer {
  v1::AnswerBody body;
  std::string body_bytes;  // the exact bytes under the signature
  std::string signature;   // 64 bytes
};

// Asker. INVALID_ARGUMENT WRONG_SIZE, MALFORMED (also an outcome that no member may send),
// BAD_PADDING; UNAUTHENTICATED NOT_AUTHENTIC.
absl::StatusOr<OpenedAnswer> OpenAnswer(const Secret& answer_key, std::string_view enc,
                                        std::string_view hh, std::string_view answer);

// UNAUTHENTICATED BAD_SIGNATURE. Verified before a reporting answer is shown.
absl::Status VerifyAnswerSignature(const OpenedAnswer& answer, std::string_view hh,
                                   std::string_view member, std::string_view reveal_hash,
                                   std::string_view ed25519_public);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_ANSWER_H_
