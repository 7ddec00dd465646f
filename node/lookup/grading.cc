#include "node/lookup/grading.h"

#include <algorithm>
#include <utility>

#include "node/matching/normalise.h"
#include "node/matching/score.h"
#include "node/rules/protection.h"

namespace signpost::node {
namespace {

// Of the separated ones all but one leave.
void KeepOneSeparated(std::vector<GradedRecord>& graded, int64_t first) {
  const GradedRecord* kept = nullptr;
  for (const GradedRecord& g : graded) {
    if (!g.record->child.flags.separated) continue;
    const bool named = g.record->child.id == first;
    if (kept == nullptr || named || (kept->record->child.id != first && g.bits > kept->bits)) {
      kept = &g;
    }
  }
  if (kept == nullptr) return;
  const HeldRecord* record = kept->record;
  std::erase_if(graded, [&](const GradedRecord& g) {
    return g.record->child.flags.separated && g.record != record;
  });
}

}  // namespace

std::vector<GradedRecord> GradeRecords(const std::vector<HeldRecord>& records,
                                       const v1::ChildDetails& details, uint64_t children,
                                       int64_t named, int64_t first) {
  const NormalisedChild asked = Normalise(details);
  std::vector<GradedRecord> graded;
  for (const HeldRecord& record : records) {
    const ChildRow& child = record.child;
    const bool separated = child.flags.separated;
    const MatchResult match =
        Score(asked, Normalise(separated ? OwnIdentityOnly(child.details) : child.details));
    Decision decision = Decide(match, children);
    if (child.id == named) decision = {v1::CERTAIN, {}};
    if (decision.grade == v1::MATCH_GRADE_UNSPECIFIED) continue;
    // Possible is not enough to tell of one identity of two.
    if (separated && decision.grade != v1::CERTAIN) continue;
    graded.push_back({&record, decision.grade, std::move(decision.reasons), match.total});
  }
  KeepOneSeparated(graded, first);
  return graded;
}

void KeepSilence(std::vector<GradedRecord>& graded, const std::vector<HeldRecord>& silent,
                 const v1::ChildDetails& details, uint64_t children, int64_t named) {
  const auto shielded = [](const GradedRecord& g) { return g.record->child.flags.shielded; };
  if (std::any_of(graded.begin(), graded.end(), shielded)) {
    std::erase_if(graded, [&](const GradedRecord& g) { return !shielded(g); });
    return;
  }
  const std::vector<GradedRecord> fits = GradeRecords(silent, details, children, named, named);
  if (std::any_of(fits.begin(), fits.end(),
                  [](const GradedRecord& g) { return g.grade == v1::CERTAIN; })) {
    graded.clear();
  }
}

std::vector<const GradedRecord*> SpeakersOf(const std::vector<GradedRecord>& graded) {
  std::vector<const GradedRecord*> certain;
  const GradedRecord* possible = nullptr;
  for (const GradedRecord& g : graded) {
    if (g.grade == v1::CERTAIN) {
      certain.push_back(&g);
    } else if (possible == nullptr || g.bits > possible->bits) {
      possible = &g;
    }
  }
  if (certain.empty() && possible != nullptr) certain.push_back(possible);
  return certain;
}

}  // namespace signpost::node
