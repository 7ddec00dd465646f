#include <algorithm>
#include <cmath>

#include "node/matching/score.h"
#include "node/matching/score_table.h"

namespace signpost::node {
namespace {

bool BirthDisagrees(const MatchResult& match) {
  return match.birth == BirthLevel::kDisagrees || match.birth == BirthLevel::kInexactFar;
}

bool BirthEqual(const MatchResult& match) {
  return match.birth == BirthLevel::kEqual || match.birth == BirthLevel::kEqualFirstOfJanuary;
}

bool BirthDiffers(const MatchResult& match) {
  return match.birth != BirthLevel::kMissing && match.birth != BirthLevel::kInexactEqual &&
         !BirthEqual(match);
}

bool FamilyAlike(const MatchResult& match) {
  return match.family == FamilyLevel::kEqual || match.family == FamilyLevel::kComponent ||
         match.family == FamilyLevel::kClose;
}

bool NhsNumbersDiffer(const MatchResult& match) {
  return match.nhs_number == IdentifierLevel::kDiffers ||
         match.nhs_number == IdentifierLevel::kOneEdit;
}

int Disagreements(const MatchResult& match) {
  return (match.given == GivenLevel::kDisagrees) + (match.family == FamilyLevel::kDisagrees) +
         (BirthDisagrees(match) ? 1 : 0);
}

bool SameIdentifier(const MatchResult& match) {
  return match.nhs_number == IdentifierLevel::kEqual || match.upn == IdentifierLevel::kEqual;
}

// Same UPN beside different NHS numbers is two identifiers that contradict each other.
bool CertainByIdentifier(const MatchResult& match, double certain) {
  if (NhsNumbersDiffer(match)) return false;
  const int disagreements = Disagreements(match);
  return disagreements == 0 || (disagreements == 1 && match.total >= certain);
}

bool CertainByEvidence(const MatchResult& match, double certain) {
  return match.total >= certain && match.given != GivenLevel::kDisagrees &&
         match.given != GivenLevel::kMissing && !match.GivenWeak() && !BirthDisagrees(match) &&
         !NhsNumbersDiffer(match);
}

Decision Possible(const MatchResult& match, double certain) {
  Decision decision{v1::POSSIBLE, {}};
  auto& reasons = decision.reasons;
  if (SameIdentifier(match)) reasons.push_back(v1::SAME_IDENTIFIER_DIFFERENT_DETAILS);
  const bool other_given =
      match.given == GivenLevel::kDisagrees || match.given == GivenLevel::kSimilar;
  const bool twin = BirthEqual(match) && FamilyAlike(match) && other_given;
  if (twin) reasons.push_back(v1::TWIN_OR_SIBLING);
  // Names of twins are often alike, so the two may come together.
  if (match.given == GivenLevel::kMissing || match.GivenWeak() ||
      (match.given == GivenLevel::kDisagrees && !twin)) {
    reasons.push_back(v1::GIVEN_NAME_MISSING_OR_WEAK);
  }
  if (BirthDiffers(match)) reasons.push_back(v1::DATE_OF_BIRTH_DIFFERS);
  if (NhsNumbersDiffer(match)) reasons.push_back(v1::NHS_NUMBERS_DIFFER);
  if (match.total < certain && !SameIdentifier(match)) {
    reasons.push_back(v1::EVIDENCE_BELOW_CERTAIN);
  }
  return decision;
}

double Log2Children(uint64_t children) {
  return std::log2(std::max(static_cast<double>(children), score::kFewestChildren));
}

}  // namespace

double CertainBits(uint64_t children) { return Log2Children(children) + score::kCertainAboveLog2N; }

double PossibleBits(uint64_t children) {
  return Log2Children(children) + score::kPossibleAboveLog2N;
}

Decision Decide(const MatchResult& match, uint64_t children) {
  const double certain = CertainBits(children);
  if (SameIdentifier(match)) {
    if (CertainByIdentifier(match, certain)) return {v1::CERTAIN, {}};
    return Possible(match, certain);
  }
  if (CertainByEvidence(match, certain)) return {v1::CERTAIN, {}};
  if (match.total >= PossibleBits(children)) return Possible(match, certain);
  return {};
}

}  // namespace signpost::node
