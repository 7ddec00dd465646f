// One question with fixed keys, times and randomness, put by E09000012 (Hackney)
// to E08000035 (Leeds), which holds the child, and E10000016 (Kent), which does
// not.
//
// Thread safety: a fixture belongs to one test.
#ifndef SIGNPOST_TESTS_UNIT_QUESTION_FIXTURE_H_
#define SIGNPOST_TESTS_UNIT_QUESTION_FIXTURE_H_

#include <sodium.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/random.h"
#include "proto/base/secret.h"
#include "proto/crypto/hpke.h"
#include "proto/crypto/match_key.h"
#include "proto/crypto/signature.h"
#include "proto/question/header.h"
#include "proto/question/question.h"

namespace signpost {

inline const bool kSodiumStarted = sodium_init() >= 0;

inline Secret Repeated(char byte) { return Secret::CopyOf(std::string(32, byte)); }

// Whether `status` begins with the reason word.
inline bool HasReason(const absl::Status& status, std::string_view reason) {
  return !status.ok() &&
         std::string_view(status.message().data(), status.message().size()).starts_with(reason);
}

struct Fixture {
  static constexpr int64_t kIssuedMs = 1'800'000'123'456;

  std::string asker = "E09000012";
  std::string holder = "E08000035";
  std::string other = "E10000016";
  SigningKey asker_key = *SigningKey::FromSeed(Repeated('\x01'));
  SigningKey holder_key = *SigningKey::FromSeed(Repeated('\x02'));
  X25519PrivateKey holder_sealing = *X25519PrivateKey::FromBytes(Repeated('\x03'));
  X25519PrivateKey other_sealing = *X25519PrivateKey::FromBytes(Repeated('\x04'));
  SeededRandom random{std::string(32, '\x05')};
  std::vector<Secret> poss;
  std::vector<AskingTag> tags;

  Fixture() {
    for (int i = 0; i < 3; ++i) poss.push_back(Repeated(static_cast<char>(0x10 + i)));
    for (int i = 0; i < 3; ++i) {
      const std::string hint(32, static_cast<char>(0x20 + i));
      tags.push_back({*SlotTag(hint, Header().slot), &poss[static_cast<size_t>(i)]});
    }
  }

  static QuestionHeader Header() {
    QuestionHeader header;
    header.qid = std::string(16, '\xa1');
    header.epoch = 7;
    header.pk_hash = std::string(32, '\xa2');
    header.directory_version = 42;
    header.directory_hash = std::string(32, '\xa3');
    header.policy_version = 3;
    header.issued_ms = kIssuedMs;
    header.slot = SlotOf(kIssuedMs);
    header.deadline_ms = 5000;
    return header;
  }

  static v1::Intro Intro() {
    v1::Intro intro;
    intro.set_member("E09000012");
    intro.set_person("spiffe://signpost.example/authority/E09000012/practitioner/p1");
    intro.set_role(v1::SOCIAL_WORKER);
    intro.set_organisation("Hackney children's social care");
    intro.set_purpose(v1::S47_ENQUIRY);
    intro.set_contact_telephone("01632 960001");
    return intro;
  }

  std::vector<Recipient> Recipients() const {
    return {{holder, 1, holder_sealing.public_key()}, {other, 9, other_sealing.public_key()}};
  }

  BuiltQuestion Build() {
    return *BuildQuestion(Header(), tags, Recipients(), Intro(), asker_key, random);
  }

  // As the holder opens it.
  absl::StatusOr<OpenedQuestion> Open(const BuiltQuestion& question) const {
    return OpenQuestion(question.header, question.body, question.enc, question.wraps[0].wrapped_key,
                        holder_sealing);
  }

  // The slot in which tag `index` lies.
  static size_t SlotOfTag(const BuiltQuestion& question, int index) {
    for (size_t slot = 0; slot < kQuestionSlots; ++slot) {
      if (question.tag_of_slot[slot] == index) return slot;
    }
    return kQuestionSlots;
  }
};

}  // namespace signpost

#endif  // SIGNPOST_TESTS_UNIT_QUESTION_FIXTURE_H_
