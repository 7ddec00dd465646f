// What is counted of one set, or of one simulated country, in one state of its
// identifiers; and the table that is made of it.
//
// Thread safety: values.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_FIGURES_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_FIGURES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "node/matching/score.h"
#include "tests/bench/linkage/policies.h"
#include "tests/bench/linkage/report.h"

namespace signpost::bench {

// What the product makes of an asked and a held record that share keys of these types.
struct Outcome {
  bool candidate = false;  // a tag hits
  bool revealed = false;   // the reveal policy is met: the holder sees the details and scores
  bool certain = false;    // both false unless revealed
  bool possible = false;
  v1::MatchGrade grade_alone = v1::MATCH_GRADE_UNSPECIFIED;  // if every candidate saw the details
  double bits = 0;  // the score of a candidate, revealed or not
};
Outcome Judge(const node::NormalisedChild& asked, const node::NormalisedChild& held,
              node::KeyTypeSet shared, uint64_t children);

struct PairCounts {
  uint64_t pairs = 0;
  uint64_t candidates = 0;
  uint64_t revealed = 0;
  uint64_t possible = 0;
  uint64_t certain = 0;
  uint64_t possible_alone = 0, certain_alone = 0;  // if every candidate saw the details
  void Add(const Outcome& outcome);
};

// One candidate pair: what it scored and whether it is right.
struct ScoredPair {
  double bits = 0;
  bool right = false;
};
struct BestF1 {
  double f1 = 0, precision = 0, recall = 0, bits = 0;
};
// Over all thresholds; recall is of `pairs` right pairs.
BestF1 FindBestF1(std::vector<ScoredPair> scored, uint64_t pairs);

struct Figures {
  std::string identifiers;  // "as given", "blanked on 30 %", "blanked"
  uint64_t questions = 0;
  uint64_t records = 0;   // held
  uint64_t children = 0;  // N of the thresholds
  uint64_t held_tags = 0, asked_tags = 0;
  uint64_t cut_questions = 0;  // had more tags than fit
  PairCounts right;            // asked and held record are of one child
  // Questions whose child is held, and those of them that reach and reveal to a right record.
  uint64_t askable = 0, reached = 0, told = 0;
  PairCounts wrong;         // counted when candidates: `pairs` equals `candidates`
  PairCounts wrong_family;  // those of them that are of the asked child's household
  std::map<uint64_t, uint64_t> wrong_of_question;  // questions by number of false candidates
  BestF1 best;
  PairCounts twins, siblings;  // the other child of the family is held
  std::map<std::string, PairCounts> by_origin, by_difference;
  MaskCounts masks;
};

// The figures of one or more states beside each other, a column each.
Section MainTable(const std::string& title, const std::vector<Figures>& figures);
Section PairTable(const std::string& title, const std::map<std::string, PairCounts>& counts);
// For each key type: the share of right pairs that it finds, alone or not, and the false candidates
// that it brings a question.
Section KeyTable(const std::string& title, const Figures& figures);
Section PolicyTable(const std::string& title, const Figures& figures);
// Every set of shared types that was met, commonest wrong first: for choosing a policy.
Section MaskTable(const std::string& title, const Figures& figures);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_FIGURES_H_
