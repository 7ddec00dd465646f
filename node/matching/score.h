// How alike two children's details are, in bits of evidence (log2 of the odds,
// Fellegi and Sunter 1969), and what may be concluded: certainly the same child,
// possibly, or not. Symmetric: Score(a, b) equals Score(b, a).
//
// Thread safety: pure functions. Constants: node/matching/score_table.h.
#ifndef SIGNPOST_NODE_MATCHING_SCORE_H_
#define SIGNPOST_NODE_MATCHING_SCORE_H_

#include <cstdint>
#include <vector>

#include "node/matching/normalise.h"
#include "signpost/v1/question.pb.h"

namespace signpost::node {

enum class GivenLevel : uint8_t {
  kMissing,
  kEqual,
  kClose,
  kOtherForename,
  kSimilar,
  kInitial,
  kDisagrees,
  kCrosswise
};
enum class MiddleLevel : uint8_t { kMissing, kEqual, kInitial, kDifferent };
enum class FamilyLevel : uint8_t {
  kMissing,
  kEqual,
  kComponent,
  kClose,
  kSimilar,
  kDisagrees,
  kCrosswise
};
enum class BirthLevel : uint8_t {
  kMissing,
  kEqual,
  kEqualFirstOfJanuary,
  kSwapped,       // day and month
  kOneEdit,       // one component differs, by one edit
  kOneComponent,  // one component differs, by more
  kDefaultDay,    // one side 1 January, years within one
  kYearOnly,      // same year, or two edits
  kDisagrees,
  kInexactEqual,  // one side inexact; agrees as far as it is known
  kInexactNear,   // years within one
  kInexactFar,
};
enum class SexLevel : uint8_t { kMissing, kEqual, kDiffers };
enum class PostcodeLevel : uint8_t { kMissing, kUnit, kOneEdit, kSector, kOutward, kArea, kNone };
enum class HouseLevel : uint8_t { kMissing, kEqual, kDifferent };
enum class IdentifierLevel : uint8_t { kMissing, kEqual, kOneEdit, kDiffers };

struct MatchResult {
  double total = 0;  // bits, caps applied

  GivenLevel given = GivenLevel::kMissing;
  MiddleLevel middle = MiddleLevel::kMissing;
  FamilyLevel family = FamilyLevel::kMissing;
  BirthLevel birth = BirthLevel::kMissing;
  SexLevel sex = SexLevel::kMissing;
  PostcodeLevel postcode = PostcodeLevel::kMissing;
  HouseLevel house = HouseLevel::kMissing;
  IdentifierLevel nhs_number = IdentifierLevel::kMissing;
  IdentifierLevel upn = IdentifierLevel::kMissing;

  // The parts of `total`; given and family before their common cap.
  double given_bits = 0, middle_bits = 0, family_bits = 0, birth_bits = 0, sex_bits = 0;
  double address_bits = 0, nhs_bits = 0, upn_bits = 0;

  bool GivenWeak() const {
    return given == GivenLevel::kOtherForename || given == GivenLevel::kSimilar ||
           given == GivenLevel::kInitial;
  }
};

MatchResult Score(const NormalisedChild& asked, const NormalisedChild& held);

struct Decision {
  v1::MatchGrade grade = v1::MATCH_GRADE_UNSPECIFIED;  // unspecified: not this child
  std::vector<v1::MatchReason> reasons;                // why no more than possible; empty otherwise
};

// `children` is the number in the whole federation, from the directory; below 1,000 it counts as
// 1,000, so that a small federation is not over-sure.
Decision Decide(const MatchResult& match, uint64_t children);

// The thresholds in bits for a federation of that many children.
double CertainBits(uint64_t children);
double PossibleBits(uint64_t children);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_SCORE_H_
