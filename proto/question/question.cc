#include "proto/question/question.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "proto/base/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/dsse.h"
#include "proto/crypto/kdf.h"
#include "proto/question/fit.h"
#include "proto/question/packet.h"

namespace signpost {
namespace {

constexpr size_t kLockSize = kKeySize + kAeadTagSize;
constexpr size_t kSlotsSize = kQuestionSlots * kSlotSize;
constexpr size_t kPlaintextSize = kBodySize - kAeadTagSize;
constexpr size_t kSealedIntroSize = kPlaintextSize - kSlotsSize;
constexpr size_t kIntroPacketSize = kSealedIntroSize - kAeadTagSize;
static_assert(kIntroPacketSize == 2 + kMaxIntroSize + kSignatureSize);

constexpr std::string_view kInfoLabel = "signpost/v1/question";
constexpr std::string_view kExportClaim = "signpost/v1/export/claim";
constexpr std::string_view kExportReveal = "signpost/v1/export/reveal";
constexpr std::string_view kExportAnswer = "signpost/v1/export/answer";

std::string Info(std::string_view hh) { return std::string(kInfoLabel).append(hh); }

absl::StatusOr<ExportedKeys> ExportAll(const HpkeContext& context) {
  ExportedKeys keys;
  SIGNPOST_ASSIGN_OR_RETURN(keys.claim, context.Export(kExportClaim, kKeySize));
  SIGNPOST_ASSIGN_OR_RETURN(keys.reveal, context.Export(kExportReveal, kKeySize));
  SIGNPOST_ASSIGN_OR_RETURN(keys.answer, context.Export(kExportAnswer, kKeySize));
  return keys;
}

absl::Status CheckAsk(absl::Span<const AskingTag> tags, absl::Span<const Recipient> recipients) {
  if (tags.size() > kQuestionSlots) {
    return absl::InvalidArgumentError("TOO_MANY_TAGS: a question has 32 slots");
  }
  for (const AskingTag& tag : tags) {
    if (tag.poss == nullptr || tag.poss->size() != kKeySize) return WrongSize("tag.poss");
  }
  if (recipients.size() > kMaxMembers) {
    return absl::InvalidArgumentError("TOO_MANY_RECIPIENTS: a question goes to at most 512");
  }
  // Two contexts under one key would seal two different reveals with one key and nonce.
  absl::flat_hash_set<std::string> seen;
  for (const Recipient& recipient : recipients) {
    if (!seen.insert("m" + recipient.member).second ||
        !seen.insert("k" + recipient.x25519_public).second) {
      return absl::InvalidArgumentError(absl::StrCat("DUPLICATE_RECIPIENT: ", recipient.member,
                                                     " is asked twice or shares a sealing key"));
    }
  }
  return absl::OkStatus();
}

// Uniform order of the slots (Fisher and Yates), so that a position says nothing of a key's type.
std::array<int, kQuestionSlots> ShuffledSlots(size_t tags, Random& random) {
  std::array<int, kQuestionSlots> slots;
  slots.fill(kUnusedSlot);
  std::iota(slots.begin(), slots.begin() + static_cast<ptrdiff_t>(tags), 0);
  for (size_t i = slots.size() - 1; i > 0; --i) std::swap(slots[i], slots[random.Below(i + 1)]);
  return slots;
}

// What an intro's signature ties it to: only who holds the ephemeral key of `enc` can seal a
// content key under it, and the tags and locks are those the asker put.
std::string BindingOf(std::string_view enc, std::string_view plaintext) {
  return std::string(enc).append(Sha256(plaintext.substr(0, kSlotsSize)));
}

std::string SignedBytes(std::string_view hh, std::string_view binding, std::string_view intro) {
  return std::string(hh).append(binding).append(intro);
}

// Needs hh, enc and the intro's bytes; sets order of the slots, binding and signature.
absl::StatusOr<Secret> BuildPlaintext(BuiltQuestion& question, absl::Span<const AskingTag> tags,
                                      const SigningKey& key, Random& random) {
  Secret intro_key = random.SecretBytes(kKeySize);
  question.tag_of_slot = ShuffledSlots(tags.size(), random);
  Secret plaintext(kPlaintextSize);
  unsigned char* out = plaintext.data();
  for (const int index : question.tag_of_slot) {
    if (index == kUnusedSlot) {
      random.Fill(out, kSlotSize);
    } else {
      const AskingTag& tag = tags[static_cast<size_t>(index)];
      SIGNPOST_ASSIGN_OR_RETURN(Secret lock_key, LockKey(*tag.poss, question.hh));
      SIGNPOST_ASSIGN_OR_RETURN(std::string lock,
                                SealOnce(std::move(lock_key), question.hh, intro_key.Expose()));
      std::memcpy(out, tag.tag.data(), kTagSize);
      std::memcpy(out + kTagSize, lock.data(), kLockSize);
    }
    out += kSlotSize;
  }
  question.intro_binding = BindingOf(question.enc, plaintext.Expose());
  question.intro_signature = SignDsse(
      key, kDsseIntro, SignedBytes(question.hh, question.intro_binding, question.intro_bytes));
  SIGNPOST_ASSIGN_OR_RETURN(Secret packet,
                            Pack(question.intro_bytes, question.intro_signature, kIntroPacketSize));
  SIGNPOST_ASSIGN_OR_RETURN(std::string sealed_intro,
                            SealOnce(std::move(intro_key), question.hh, packet.Expose()));
  std::memcpy(out, sealed_intro.data(), kSealedIntroSize);
  return plaintext;
}

absl::StatusOr<MemberWrap> WrapFor(const Recipient& recipient, const HpkeEphemeral& ephemeral,
                                   std::string_view hh, const Secret& cek) {
  absl::StatusOr<HpkeSender> sender = ephemeral.SetupTo(recipient.x25519_public, Info(hh));
  if (!sender.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("BAD_SEALING_KEY: ", recipient.member));
  }
  MemberWrap wrap;
  wrap.member = recipient.member;
  wrap.sealing_key_id = recipient.sealing_key_id;
  SIGNPOST_ASSIGN_OR_RETURN(wrap.wrapped_key, sender->Seal(hh, cek.Expose()));
  SIGNPOST_ASSIGN_OR_RETURN(wrap.keys, ExportAll(*sender));
  return wrap;
}

}  // namespace

absl::StatusOr<BuiltQuestion> BuildQuestion(const QuestionHeader& header,
                                            absl::Span<const AskingTag> tags,
                                            absl::Span<const Recipient> recipients,
                                            const v1::Intro& intro, const SigningKey& key,
                                            Random& random) {
  SIGNPOST_RETURN_IF_ERROR(CheckAsk(tags, recipients));
  SIGNPOST_RETURN_IF_ERROR(FitIntro(intro));
  BuiltQuestion question;
  SIGNPOST_ASSIGN_OR_RETURN(question.header, EncodeHeader(header));
  question.hh = HeaderHash(question.header);
  question.intro_bytes = intro.SerializeAsString();

  const HpkeEphemeral ephemeral(random);
  question.enc = ephemeral.enc();
  Secret cek = random.SecretBytes(kKeySize);
  SIGNPOST_ASSIGN_OR_RETURN(Secret plaintext, BuildPlaintext(question, tags, key, random));
  question.wraps.reserve(recipients.size());
  for (const Recipient& recipient : recipients) {
    SIGNPOST_ASSIGN_OR_RETURN(MemberWrap wrap, WrapFor(recipient, ephemeral, question.hh, cek));
    question.wraps.push_back(std::move(wrap));
  }
  SIGNPOST_ASSIGN_OR_RETURN(question.body,
                            SealOnce(std::move(cek), question.hh, plaintext.Expose()));
  return question;
}

std::array<const Secret*, kQuestionSlots> PossOfSlots(const BuiltQuestion& question,
                                                      absl::Span<const AskingTag> tags) {
  std::array<const Secret*, kQuestionSlots> poss{};
  for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
    const int index = question.tag_of_slot[slot];
    if (index >= 0 && static_cast<size_t>(index) < tags.size()) {
      poss[slot] = tags[static_cast<size_t>(index)].poss;
    }
  }
  return poss;
}

std::vector<const Secret*> PossOfBitmap(absl::Span<const Secret* const> poss_of_slot,
                                        uint32_t bitmap) {
  std::vector<const Secret*> poss;
  for (size_t slot = 0; slot < std::min(poss_of_slot.size(), kQuestionSlots); ++slot) {
    if ((bitmap >> slot & 1) != 0 && poss_of_slot[slot] != nullptr) {
      poss.push_back(poss_of_slot[slot]);
    }
  }
  return poss;
}

Tag OpenedQuestion::tag(size_t slot) const {
  Tag tag{};
  if (slot < kQuestionSlots && plaintext.size() == kPlaintextSize) {
    std::memcpy(tag.data(), plaintext.data() + slot * kSlotSize, kTagSize);
  }
  return tag;
}

absl::StatusOr<OpenedQuestion> OpenQuestion(std::string_view header_bytes, std::string_view body,
                                            std::string_view enc, std::string_view wrapped_key,
                                            const X25519PrivateKey& key) {
  OpenedQuestion question;
  SIGNPOST_ASSIGN_OR_RETURN(question.header, DecodeHeader(header_bytes));
  if (body.size() != kBodySize) return WrongSize("body");
  if (enc.size() != kEncSize) return WrongSize("enc");
  if (wrapped_key.size() != kWrappedKeySize) return WrongSize("wrapped_key");
  question.hh = HeaderHash(header_bytes);
  question.enc = enc;
  absl::StatusOr<HpkeReceiver> receiver = HpkeReceiver::SetupFrom(key, enc, Info(question.hh));
  if (!receiver.ok()) return NotAuthentic("enc");
  absl::StatusOr<Secret> cek = receiver->Open(question.hh, wrapped_key);
  if (!cek.ok()) return NotAuthentic("wrapped_key");
  absl::StatusOr<Secret> plaintext = OpenOnce(*cek, question.hh, body);
  if (!plaintext.ok()) return NotAuthentic("body");
  question.plaintext = *std::move(plaintext);
  SIGNPOST_ASSIGN_OR_RETURN(question.keys, ExportAll(*receiver));
  return question;
}

absl::StatusOr<OpenedIntro> OpenIntro(const OpenedQuestion& question, size_t slot,
                                      const Secret& poss) {
  if (slot >= kQuestionSlots || question.plaintext.size() != kPlaintextSize) {
    return absl::InvalidArgumentError("BAD_SLOT: a question has slots 0 to 31");
  }
  const std::string_view plaintext = question.plaintext.Expose();
  SIGNPOST_ASSIGN_OR_RETURN(Secret lock_key, LockKey(poss, question.hh));
  absl::StatusOr<Secret> intro_key =
      OpenOnce(lock_key, question.hh, plaintext.substr(slot * kSlotSize + kTagSize, kLockSize));
  if (!intro_key.ok()) return NotAuthentic("lock");
  absl::StatusOr<Secret> packed =
      OpenOnce(*intro_key, question.hh, plaintext.substr(kSlotsSize, kSealedIntroSize));
  if (!packed.ok()) return NotAuthentic("intro");
  SIGNPOST_ASSIGN_OR_RETURN(Packet packet, Unpack(packed->Expose()));
  OpenedIntro opened;
  if (!opened.intro.ParseFromString(packet.message)) return Malformed("intro");
  SIGNPOST_RETURN_IF_ERROR(FitIntro(opened.intro, Enums::kAny));
  opened.bytes = std::move(packet.message);
  opened.binding = BindingOf(question.enc, plaintext);
  opened.signature = std::move(packet.signature);
  return opened;
}

std::string IntroSignedBytes(const OpenedIntro& intro, std::string_view hh) {
  return SignedBytes(hh, intro.binding, intro.bytes);
}

absl::Status VerifyIntroSignature(const OpenedIntro& intro, std::string_view hh,
                                  std::string_view ed25519_public) {
  const std::string payload = IntroSignedBytes(intro, hh);
  if (!VerifyDsse(ed25519_public, kDsseIntro, payload, intro.signature).ok()) {
    return BadSignature("intro");
  }
  return absl::OkStatus();
}

}  // namespace signpost
