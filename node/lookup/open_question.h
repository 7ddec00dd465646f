// One question at a member that was asked, between claim and answer.
//
// Thread safety: one thread at a time.
// Security: holds the question's keys and, of a claim with evidence, poss and intro. ForgetProof()
// leaves nothing by which it differs from a question that met no record.
#ifndef SIGNPOST_NODE_LOOKUP_OPEN_QUESTION_H_
#define SIGNPOST_NODE_LOOKUP_OPEN_QUESTION_H_

#include <absl/container/flat_hash_set.h>

#include <optional>
#include <string>
#include <vector>

#include "node/lookup/answerer.h"
#include "proto/question/claim.h"

namespace signpost::node {

struct Answerer::Open {
  OpenedQuestion question;
  std::vector<Tag> tags;  // the question's 32
  int64_t expires_monotonic_ms = 0;
  int64_t watermark_ms = 0;
  std::vector<Candidate> candidates;  // every record that was hit, whether or not it may speak
  std::string claim_hash;

  // Once opened; `asker_public` (at the claim) is not empty when it verified.
  std::optional<OpenedIntro> intro;
  std::string asker_public;

  // Of the record that proves the claim; empty without evidence.
  std::optional<ClaimEvidence> evidence;
  std::vector<Secret> poss;          // of the matched slots, in slot order
  std::vector<std::string> digests;  // of the match keys behind them
  int64_t claimed = 0;               // the record's id
  std::string case_reference;
  std::string reference;
  bool glass_broken = false;   // without the break-glass it would have stayed silent
  KeyTypeSet glass_types = 0;  // that matched then

  DeskAlert alert;                       // to be raised when the claim is sealed
  absl::flat_hash_set<int64_t> alerted;  // records that the desk was told of

  bool IntroGood() const { return !asker_public.empty(); }
  const v1::Intro& SignedIntro() const {
    return IntroGood() ? intro->intro : v1::Intro::default_instance();
  }
  AskContext Context() const { return ContextOf(SignedIntro()); }
  std::vector<const Secret*> PossPointers() const {
    std::vector<const Secret*> pointers;
    for (const Secret& secret : poss) pointers.push_back(&secret);
    return pointers;
  }
  void ForgetIntro() {
    intro.reset();
    asker_public.clear();
  }
  void ForgetProof() {
    candidates.clear();
    ForgetIntro();
    evidence.reset();
    poss.clear();
    digests.clear();
    claimed = 0;
    case_reference.clear();
    reference.clear();
    glass_broken = false;
    glass_types = 0;
    alerted.clear();
  }
};

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_LOOKUP_OPEN_QUESTION_H_
