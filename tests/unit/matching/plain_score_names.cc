#include <algorithm>
#include <cmath>

#include "node/matching/name_table.h"
#include "node/matching/score_table.h"
#include "tests/unit/matching/plain_codes.h"
#include "tests/unit/matching/plain_score.h"

namespace signpost::node::plain {
namespace {

using namespace score;  // NOLINT: the table's own names, in this file only

struct Given {
  GivenLevel level = GivenLevel::kMissing;
  double bits = 0;
};
struct Family {
  FamilyLevel level = FamilyLevel::kMissing;
  double bits = 0;
};

// log2(m / p), p = 2^(-class / 2).
double Bits(double m, int frequency_class) { return std::log2(m) + frequency_class / 2.0; }

bool IsSpelling(std::string_view a, std::string_view b) {
  return JaroWinkler(a, b) >= kCloseJaroWinkler ||
         (a.size() >= kEditLetters && b.size() >= kEditLetters && Osa(a, b) <= 1);
}

bool IsSimilar(std::string_view a, std::string_view b) {
  return JaroWinkler(a, b) >= kSimilarJaroWinkler || FoldedSoundex(a) == FoldedSoundex(b);
}

bool IsLongPrefix(std::string_view a, std::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  return size >= kPrefixLetters && a.substr(0, size) == b.substr(0, size);
}

Given CompareGiven(const std::string& a, const std::string& b) {
  if (a == b) {
    if (a.size() == 1) return {GivenLevel::kInitial, kGivenInitial};
    return {GivenLevel::kEqual, Bits(kGivenEqual, GivenNameClass(a))};
  }
  if (AreNicknames(a, b) || IsLongPrefix(a, b) || IsSpelling(a, b)) {
    return {GivenLevel::kClose, kGivenClose};
  }
  if (a.size() == 1 || b.size() == 1) {
    if (a[0] == b[0]) return {GivenLevel::kInitial, kGivenInitial};
  } else if (IsSimilar(a, b)) {
    return {GivenLevel::kSimilar, kGivenSimilar};
  }
  return {GivenLevel::kDisagrees, kGivenDisagrees};
}

// Keeps the better one; at equal bits the level that says more.
void Better(Given& best, const Given& other) {
  if (best.level == GivenLevel::kMissing || other.bits > best.bits) best = other;
}

// The forename by which a child is told apart: the second after MUHAMMAD.
size_t DecidingForename(const NormalisedChild& child) {
  return child.forenames.size() > 1 && child.forenames[0] == kMuhammad ? 1 : 0;
}

std::vector<std::string> MiddleNames(const NormalisedChild& child, size_t deciding) {
  std::vector<std::string> names;
  for (size_t i = deciding + 1; i < child.forenames.size(); ++i) {
    names.push_back(child.forenames[i]);
  }
  return names;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Both MUHAMMAD, and one of them without the second forename that would decide.
bool IsMuhammadUndecided(const NormalisedChild& a, const NormalisedChild& b) {
  return a.forenames[0] == kMuhammad && b.forenames[0] == kMuhammad &&
         (a.forenames.size() == 1) != (b.forenames.size() == 1);
}

Given BestGiven(const NormalisedChild& a, const NormalisedChild& b) {
  Given best;
  if (a.forenames.empty() || b.forenames.empty()) return best;
  const size_t at_a = DecidingForename(a), at_b = DecidingForename(b);
  const std::string& first_a = a.forenames[at_a];
  const std::string& first_b = b.forenames[at_b];
  best = IsMuhammadUndecided(a, b) ? Given{GivenLevel::kOtherForename, kGivenOtherForename}
                                   : CompareGiven(first_a, first_b);
  for (const std::string& other : a.other_given) Better(best, CompareGiven(other, first_b));
  for (const std::string& other : b.other_given) Better(best, CompareGiven(first_a, other));
  const auto middle_a = MiddleNames(a, at_a), middle_b = MiddleNames(b, at_b);
  if ((first_a.size() > 1 && Contains(middle_b, first_a)) ||
      (first_b.size() > 1 && Contains(middle_a, first_b))) {
    Better(best, {GivenLevel::kOtherForename, kGivenOtherForename});
  }
  return best;
}

void ScoreMiddle(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  if (result.given == GivenLevel::kMissing || result.given == GivenLevel::kOtherForename) return;
  const auto middle_a = MiddleNames(a, DecidingForename(a));
  const auto middle_b = MiddleNames(b, DecidingForename(b));
  if (middle_a.empty() || middle_b.empty()) return;
  const bool equal = std::any_of(middle_a.begin(), middle_a.end(), [&](const std::string& name) {
    return name.size() > 1 && Contains(middle_b, name);
  });
  if (equal) {
    result.middle = MiddleLevel::kEqual;
    result.middle_bits = kMiddleEqual;
  } else if (middle_a[0][0] == middle_b[0][0] &&
             (middle_a[0].size() == 1 || middle_b[0].size() == 1)) {
    result.middle = MiddleLevel::kInitial;
    result.middle_bits = kMiddleInitial;
  } else {
    result.middle = MiddleLevel::kDifferent;
    result.middle_bits = kMiddleDifferent;
  }
}

// The components of a double-barrelled name, or the name itself.
std::vector<std::string> Parts(const NormalisedFamily& family) {
  return family.components.empty() ? std::vector<std::string>{family.whole} : family.components;
}

Family CompareFamily(const NormalisedFamily& a, const NormalisedFamily& b) {
  if (a.whole == b.whole) {
    return {FamilyLevel::kEqual, Bits(kFamilyEqual, FamilyNameClass(a.whole))};
  }
  Family best{FamilyLevel::kDisagrees, kFamilyDisagrees};
  const auto keep = [&best](FamilyLevel level, double bits) {
    if (bits > best.bits) best = {level, bits};
  };
  if (!a.components.empty() || !b.components.empty()) {
    const auto parts_b = Parts(b);
    for (const std::string& part : Parts(a)) {
      if (part.size() < 2 || !Contains(parts_b, part)) continue;
      keep(FamilyLevel::kComponent,
           std::min(Bits(kFamilyComponent, FamilyNameClass(part)), kFamilyComponentMost));
    }
  }
  if (IsSpelling(a.whole, b.whole)) {
    keep(FamilyLevel::kClose, kFamilyClose);
  } else if (IsSimilar(a.whole, b.whole)) {
    keep(FamilyLevel::kSimilar, kFamilySimilar);
  }
  return best;
}

Family BestFamily(const NormalisedChild& a, const NormalisedChild& b) {
  Family best;
  for (const NormalisedFamily& one : a.families) {
    for (const NormalisedFamily& other : b.families) {
      const Family found = CompareFamily(one, other);
      if (best.level == FamilyLevel::kMissing || found.bits > best.bits) best = found;
    }
  }
  return best;
}

// The lesser evidence of the two spellings, so that the order of the records does not matter.
int CommonerClass(int a, int b) { return std::min(a, b); }

bool ScoreCrosswise(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  if (a.forenames.empty() || b.forenames.empty() || a.families.empty() || b.families.empty()) {
    return false;
  }
  const std::string &given_a = a.forenames[0], &given_b = b.forenames[0];
  const std::string &family_a = a.families[0].whole, &family_b = b.families[0].whole;
  if (JaroWinkler(given_a, family_b) < kCloseJaroWinkler ||
      JaroWinkler(family_a, given_b) < kCloseJaroWinkler) {
    return false;
  }
  const int given = CommonerClass(GivenNameClass(given_a), GivenNameClass(given_b));
  const int family = CommonerClass(FamilyNameClass(family_a), FamilyNameClass(family_b));
  const double bits = std::min(Bits(kCrosswise, given + family), kCrosswiseMost);
  if (bits <= result.given_bits + result.family_bits) return false;
  result.given = GivenLevel::kCrosswise;
  result.family = FamilyLevel::kCrosswise;
  result.given_bits = bits / 2;
  result.family_bits = bits / 2;
  result.middle = MiddleLevel::kMissing;
  result.middle_bits = 0;
  return true;
}

// Both equal, and each name of its class or rarer: by the names, not by their bits.
bool AreBothNamesRare(const NormalisedChild& a, const NormalisedChild& b,
                      const MatchResult& result) {
  if (result.given != GivenLevel::kEqual || result.family != FamilyLevel::kEqual) return false;
  const std::string& first_a = a.forenames[DecidingForename(a)];
  const std::string& first_b = b.forenames[DecidingForename(b)];
  const bool given_rare =
      (GivenNameClass(first_a) >= kRareGivenClass &&
       (first_a == first_b || Contains(b.other_given, first_a))) ||
      (GivenNameClass(first_b) >= kRareGivenClass && Contains(a.other_given, first_b));
  bool family_rare = false;
  for (const NormalisedFamily& one : a.families) {
    for (const NormalisedFamily& other : b.families) {
      family_rare = family_rare ||
                    (one.whole == other.whole && FamilyNameClass(one.whole) >= kRareFamilyClass);
    }
  }
  return given_rare && family_rare;
}

}  // namespace

double ScoreNames(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  const Given given = BestGiven(a, b);
  const Family family = BestFamily(a, b);
  result.given = given.level;
  result.given_bits = given.bits;
  result.family = family.level;
  result.family_bits = family.bits;
  ScoreMiddle(a, b, result);
  ScoreCrosswise(a, b, result);
  const double most = AreBothNamesRare(a, b, result) ? kRareNamesMost : kNamesMost;
  return std::min(result.given_bits + result.family_bits, most) + result.middle_bits;
}

}  // namespace signpost::node::plain
