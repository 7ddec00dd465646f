// The question: one body of 4,096 bytes for all members, under a fresh content
// key CEK that is sealed to each of them (proto/PROTOCOL.md section 6).
//
//   body = AES-256-GCM under CEK, zero nonce, aad hh, of
//     32 slots of ( tag[16] ‖ intro key locked under the tag's poss [48] )
//     ‖ the intro, locked under the intro key [2,032]
//
// 1. The asker draws CEK and intro key, locks the intro key under each tag's
//    poss, shuffles the 32 slots (unused ones are random bytes), and seals CEK to
//    each member with one HPKE ephemeral key.
// 2. A member unwraps CEK with its own key, opens the body, and compares tags.
// 3. The asker signs, with the intro, hh, enc and the SHA-256 of the 32 slots. A member that has
//    opened the intro can thus not pass it on, under an ephemeral key or with tags of its own, as a
//    question about another child that the asker never put.
// 4. Only at a slot whose tag it holds, with that tag's poss, it opens the lock
//    and learns who asks and why.
//
// Thread safety: pure functions; values belong to one thread at a time.
// Security: no child's details. A lock is opened only at a slot the caller
// names: never try keys over the slots. The values of one question are never
// kept for another: that would link an asker's questions.
#ifndef SIGNPOST_PROTO_QUESTION_QUESTION_H_
#define SIGNPOST_PROTO_QUESTION_QUESTION_H_

#include <absl/types/span.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/base/status.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/match_key.h"
#include "proto/crypto/signature.h"
#include "proto/limits.h"
#include "proto/question/header.h"
#include "signpost/v1/question.pb.h"

namespace signpost {

// One tag the asker puts, with the poss that locks and proves it (32 bytes; owned by the caller).
struct AskingTag {
  Tag tag{};  // SlotTag(hint, header.slot)
  const Secret* poss = nullptr;
};

// A member to ask, with its newest X25519 key from the directory.
struct Recipient {
  std::string member;
  uint32_t sealing_key_id = 0;
  std::string x25519_public;  // 32 bytes
};

// What an HPKE context exports for the later messages of this question with one member.
struct ExportedKeys {
  Secret claim;  // 32 bytes each
  Secret reveal;
  Secret answer;
};

struct MemberWrap {
  std::string member;
  uint32_t sealing_key_id = 0;
  std::string wrapped_key;  // 48 bytes, for v1::Wrap
  ExportedKeys keys;        // stay at the asker until the question ends
};

inline constexpr int kUnusedSlot = -1;

struct BuiltQuestion {
  std::string header;             // 125 bytes
  std::string hh;                 // 32 bytes
  std::string body;               // 4,096 bytes
  std::string enc;                // 32 bytes
  std::vector<MemberWrap> wraps;  // one a recipient, same order
  // Which of the caller's tags lies in each slot, or kUnusedSlot.
  std::array<int, kQuestionSlots> tag_of_slot;
  // For the asker's audit row and evidence; the signature is over hh ‖ binding ‖ intro_bytes.
  std::string intro_bytes;
  std::string intro_binding;  // enc ‖ SHA-256 of the 32 slots, 64 bytes
  std::string intro_signature;
};

// Asker. At most 32 tags (none is allowed: then every slot is random). INVALID_ARGUMENT naming what
// is wrong: header, tags, intro (FitIntro), a recipient's key (naming the member).
absl::StatusOr<BuiltQuestion> BuildQuestion(const QuestionHeader& header,
                                            absl::Span<const AskingTag> tags,
                                            absl::Span<const Recipient> recipients,
                                            const v1::Intro& intro, const SigningKey& key,
                                            Random& random);

// The poss of each slot for VerifyEvidence and MakeReveal: null for an unused one.
std::array<const Secret*, kQuestionSlots> PossOfSlots(const BuiltQuestion& question,
                                                      absl::Span<const AskingTag> tags);
// Those of the slots in `bitmap`, in slot order; unused slots are left out.
std::vector<const Secret*> PossOfBitmap(absl::Span<const Secret* const> poss_of_slot,
                                        uint32_t bitmap);

// A question as a member has opened it.
struct OpenedQuestion {
  QuestionHeader header;
  std::string hh;
  std::string enc;
  ExportedKeys keys;
  Secret plaintext;  // 4,080 bytes

  // The tag of slot 0 to 31 (beyond: zeroes).
  Tag tag(size_t slot) const;
};

// Member. INVALID_ARGUMENT WRONG_SIZE; errors of DecodeHeader; UNAUTHENTICATED NOT_AUTHENTIC when
// the wrap or the body does not open. Whether the time, epoch and directory are acceptable is the
// caller's question.
absl::StatusOr<OpenedQuestion> OpenQuestion(std::string_view header_bytes, std::string_view body,
                                            std::string_view enc, std::string_view wrapped_key,
                                            const X25519PrivateKey& key);

struct OpenedIntro {
  v1::Intro intro;
  std::string bytes;      // the intro as it came
  std::string binding;    // enc ‖ SHA-256 of the 32 slots, of the question it came in; 64 bytes
  std::string signature;  // 64 bytes, of type kDsseIntro, over IntroSignedBytes
};

// hh ‖ binding ‖ bytes: what the asker signed. Whoever keeps header, binding, bytes and signature
// can show later that the asker put this question, with these slots.
std::string IntroSignedBytes(const OpenedIntro& intro, std::string_view hh);

// Member, at one slot whose tag it holds under `poss`. INVALID_ARGUMENT BAD_SLOT, MALFORMED,
// BAD_PADDING, or a field that breaks its limit; UNAUTHENTICATED NOT_AUTHENTIC.
absl::StatusOr<OpenedIntro> OpenIntro(const OpenedQuestion& question, size_t slot,
                                      const Secret& poss);

// UNAUTHENTICATED BAD_SIGNATURE: also when the intro was signed for another question, for other
// slots or under another ephemeral key than those it was opened in. `ed25519_public` is that of the
// member the intro names.
absl::Status VerifyIntroSignature(const OpenedIntro& intro, std::string_view hh,
                                  std::string_view ed25519_public);

}  // namespace signpost

#endif  // SIGNPOST_PROTO_QUESTION_QUESTION_H_
