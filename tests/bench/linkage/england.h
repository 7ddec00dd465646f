// The matcher over a simulated country: every child is held by somebody, and a
// sample of them is asked for with another authority's record.
//
// Two passes: the first makes the questions' tags, the second makes every held
// record again from its household's number and looks its tags up. Memory is
// bounded by the questions, whatever the number of children.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_ENGLAND_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_ENGLAND_H_

#include <cstdint>
#include <cstdio>
#include <vector>

#include "tests/bench/linkage/figures.h"
#include "tests/bench/linkage/population.h"
#include "tests/bench/linkage/record_errors.h"

namespace signpost::bench {

struct EnglandOptions {
  uint64_t questions = 100'000;
  // Pairs of twins, and of other brothers and sisters, of which one is asked and the other held;
  // as many households are looked at as it takes, from the first.
  uint64_t families = 20'000;
  ErrorRates rates = LocalAuthorityErrors();
  // Where to write a line for every candidate and every right pair, for analysis elsewhere: state,
  // right or wrong, of the household or not, key types, bits, grade, and the level of each field.
  // Levels only, no names. Null: nowhere.
  std::FILE* pairs = nullptr;
};

struct EnglandFigures {
  std::vector<Figures> figures;  // NHS number on 70 %, on none
  double first_pass_s = 0, second_pass_s = 0;
  uint64_t peak_rss_kb = 0;
};

// The children that are asked for, in the order of the questions: households at equal distances, a
// child of each drawn. At most as many as there are households.
std::vector<TrueChild> AskedChildren(const Population& population, uint64_t questions);

// `questions` at most as many as there are households.
EnglandFigures SimulateEngland(const Population& population, const Origins& origins,
                               const EnglandOptions& options);

// Times, memory, and what share of the population shares a key with one asked for.
Section EnglandTable(const std::string& title, const Population& population,
                     const EnglandFigures& england);

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_ENGLAND_H_
