#include "tests/bench/linkage/england.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "proto/limits.h"
#include "tests/bench/linkage/differences.h"
#include "tests/bench/linkage/tags.h"

namespace signpost::bench {
namespace {

using node::KeyTypeSet;
using node::NormalisedChild;

constexpr uint64_t kPurpose = 30;
// Identifiers held by 70 % of the records, and by none.
constexpr size_t kStates = 2;

using Clock = std::chrono::steady_clock;
double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The tags of all questions, sorted; found by the leading bits of their hashes.
class QuestionIndex {
 public:
  void Add(uint32_t question, const std::vector<Tag>& tags) {
    for (const Tag& tag : tags) entries_.push_back({tag.hash, question, tag.type});
  }

  void Finish() {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
    while ((uint64_t{1} << bits_) < entries_.size()) ++bits_;
    starts_.assign((size_t{1} << bits_) + 1, 0);
    for (const Entry& entry : entries_) ++starts_[Bucket(entry.hash) + 1];
    for (size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  }

  // Calls found(question, type) for every question that has the tag.
  template <typename Found>
  void Find(uint64_t hash, const Found& found) const {
    const size_t bucket = Bucket(hash);
    for (uint32_t i = starts_[bucket]; i < starts_[bucket + 1]; ++i) {
      if (entries_[i].hash == hash) found(entries_[i].question, entries_[i].type);
    }
  }

 private:
  struct Entry {
    uint64_t hash;
    uint32_t question;
    uint8_t type;
  };
  size_t Bucket(uint64_t hash) const { return static_cast<size_t>(hash >> (64 - bits_)); }

  std::vector<Entry> entries_;
  std::vector<uint32_t> starts_;
  int bits_ = 1;
};

void Blank(NormalisedChild& child) {
  child.nhs_number.clear();
  child.upn.clear();
}

struct Place {
  uint64_t household;
  uint32_t child;  // in it
};

Place AskedPlace(const Population& population, uint64_t questions, uint64_t q) {
  Draw draw(population.seed(), kPurpose, q);
  const uint64_t households = population.households();
  const uint64_t first = q * households / questions, next = (q + 1) * households / questions;
  const uint64_t household = first + draw.Below(next - first);
  const uint64_t children = population.Make(household).children.size();
  return {household, static_cast<uint32_t>(draw.Below(children))};
}

class Simulation {
 public:
  Simulation(const Population& population, const Origins& origins, const EnglandOptions& options)
      : population_(population), origins_(origins), options_(options) {
    states_[0].identifiers = "NHS number on 70 %";
    states_[1].identifiers = "no identifier";
    for (Figures& state : states_) state.children = population.children();
  }

  EnglandFigures Run() {
    EnglandFigures out;
    Clock::time_point start = Clock::now();
    Questions();
    Families();
    index_.Finish();
    out.first_pass_s = Since(start);
    start = Clock::now();
    for (uint64_t i = 0; i < population_.households(); ++i) {
      for (const TrueChild& child : population_.Make(i).children) Held(child);
    }
    Histograms();
    out.second_pass_s = Since(start);
    for (size_t s = 0; s < kStates; ++s) {
      states_[s].best = FindBestF1(std::move(scored_[s]), states_[s].right.pairs);
      out.figures.push_back(std::move(states_[s]));
    }
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    out.peak_rss_kb = static_cast<uint64_t>(usage.ru_maxrss);
    return out;
  }

 private:
  RecordPair Records(const TrueChild& child) const {
    return MakeRecords(population_, child, options_.rates);
  }
  static KeyTypeSet InState(KeyTypeSet types, size_t state) {
    return state == 0 ? types : types & ~node::kStrongKeyTypes;
  }

  void Questions() {
    const uint64_t questions = std::min(options_.questions, population_.households());
    for (uint64_t q = 0; q < questions; ++q) {
      const Place place = AskedPlace(population_, questions, q);
      Question(population_.Make(place.household).children[place.child]);
      asked_.push_back(place);
    }
    for (auto& wrong : wrong_of_) wrong.assign(asked_.size(), 0);
  }

  void Question(const TrueChild& child) {
    const RecordPair records = Records(child);
    const NormalisedChild asked = node::Normalise(records.asked);
    const NormalisedChild held = node::Normalise(records.held);
    const std::vector<Tag> tags = TagsOf(node::QuestionKeys(asked));
    index_.Add(static_cast<uint32_t>(asked_.size()), tags);
    const KeyTypeSet shared = SharedTypes(tags, TagsOf(node::HolderKeys(held)));
    const bool cut = node::AskerKeys(asked).size() > kQuestionSlots;
    const uint64_t strong = (asked.nhs_number.empty() ? 0u : 1u);
    for (size_t s = 0; s < kStates; ++s) {
      Figures& state = states_[s];
      ++state.questions;
      state.asked_tags += tags.size() - (s == 0 ? 0 : strong);
      state.cut_questions += cut ? 1 : 0;
      NormalisedChild a = asked, b = held;
      if (s == 1) Blank(a);
      if (s == 1) Blank(b);
      Right(state, scored_[s], a, b, InState(shared, s));
    }
  }

  void Write(size_t s, char relation, const NormalisedChild& asked, const NormalisedChild& held,
             KeyTypeSet types, const Outcome& outcome) const {
    if (options_.pairs == nullptr) return;
    const node::MatchResult match = node::Score(asked, held);
    const auto level = [](auto value) { return static_cast<int>(value); };
    std::fprintf(options_.pairs, "%d %c %u %.2f %d %d %d %d %d %d %d %d %d %.2f %.2f\n",
                 static_cast<int>(s), relation, types, match.total, outcome.grade_alone,
                 level(match.given), level(match.middle), level(match.family), level(match.birth),
                 level(match.sex), level(match.postcode), level(match.house),
                 level(match.nhs_number), match.given_bits, match.family_bits);
  }

  void Right(Figures& state, std::vector<ScoredPair>& scored, const NormalisedChild& asked,
             const NormalisedChild& held, KeyTypeSet types) {
    const Outcome outcome = Judge(asked, held, types, state.children);
    state.right.Add(outcome);
    Write(static_cast<size_t>(&state - states_.data()), 'r', asked, held, types, outcome);
    ++state.askable;
    state.reached += outcome.candidate ? 1 : 0;
    state.told += outcome.revealed ? 1 : 0;
    if (outcome.candidate) {
      ++state.masks[types].right;
      scored.push_back({outcome.bits, true});
    }
    state.by_origin[std::string(OriginName(origins_.OfChild(asked)))].Add(outcome);
    for (const std::string& kind : Differences(asked, held)) {
      state.by_difference[kind].Add(outcome);
    }
  }

  // Asked for one child of a family when another is held.
  void Families() {
    uint64_t twins = 0, siblings = 0;
    for (uint64_t i = 0; i < population_.households(); ++i) {
      if (twins >= options_.families && siblings >= options_.families) return;
      const HouseholdChildren made = population_.Make(i);
      for (size_t k = 1; k < made.children.size(); ++k) {
        const bool twin = made.children[k - 1].birth == made.children[k].birth;
        uint64_t& so_far = twin ? twins : siblings;
        if (so_far >= options_.families) continue;
        ++so_far;
        OtherOfFamily(made.children[k - 1], made.children[k], twin);
      }
    }
  }

  void OtherOfFamily(const TrueChild& wanted, const TrueChild& other, bool twin) {
    NormalisedChild asked = node::Normalise(Records(wanted).asked);
    NormalisedChild held = node::Normalise(Records(other).held);
    const KeyTypeSet shared =
        SharedTypes(TagsOf(node::QuestionKeys(asked)), TagsOf(node::HolderKeys(held)));
    for (size_t s = 0; s < kStates; ++s) {
      if (s == 1) Blank(asked);
      if (s == 1) Blank(held);
      Figures& state = states_[s];
      (twin ? state.twins : state.siblings)
          .Add(Judge(asked, held, InState(shared, s), state.children));
    }
  }

  // The second pass: one held record against all questions.
  void Held(const TrueChild& child) {
    const NormalisedChild held = node::Normalise(Records(child).held);
    const std::vector<Tag> tags = TagsOf(node::HolderKeys(held));
    hits_.clear();
    for (const Tag& tag : tags) {
      index_.Find(tag.hash, [&](uint32_t question, uint8_t type) {
        hits_.push_back({question, node::KeyTypeBit(type)});
      });
    }
    const uint64_t strong = held.nhs_number.empty() ? 0u : 1u;
    for (size_t s = 0; s < kStates; ++s) {
      ++states_[s].records;
      states_[s].held_tags += tags.size() - (s == 0 ? 0 : strong);
    }
    std::sort(hits_.begin(), hits_.end());
    for (size_t i = 0; i < hits_.size();) {
      const uint32_t question = hits_[i].first;
      KeyTypeSet types = 0;
      for (; i < hits_.size() && hits_[i].first == question; ++i) types |= hits_[i].second;
      Hit(question, child, held, types);
    }
  }

  void Hit(uint32_t question, const TrueChild& child, NormalisedChild held, KeyTypeSet types) {
    const Place& of = asked_[question];
    if (child.number == of.household * kMostChildren + of.child) return;
    const TrueChild wanted = population_.Make(of.household).children[of.child];
    NormalisedChild asked = node::Normalise(Records(wanted).asked);
    for (size_t s = 0; s < kStates; ++s) {
      if (s == 1) Blank(asked);
      if (s == 1) Blank(held);
      const KeyTypeSet shared = InState(types, s);
      const Outcome outcome = Judge(asked, held, shared, states_[s].children);
      if (!outcome.candidate) continue;
      const bool family = child.number / kMostChildren == of.household;
      Write(s, family ? 'f' : 'w', asked, held, shared, outcome);
      ++wrong_of_[s][question];
      states_[s].wrong.Add(outcome);
      if (family) states_[s].wrong_family.Add(outcome);
      ++states_[s].masks[shared].wrong;
      scored_[s].push_back({outcome.bits, false});
    }
  }

  void Histograms() {
    for (size_t s = 0; s < kStates; ++s) {
      for (const uint32_t wrong : wrong_of_[s]) ++states_[s].wrong_of_question[wrong];
    }
  }

  const Population& population_;
  const Origins& origins_;
  const EnglandOptions& options_;
  std::array<Figures, kStates> states_;
  std::array<std::vector<ScoredPair>, kStates> scored_;
  std::array<std::vector<uint32_t>, kStates> wrong_of_;  // false candidates by question
  std::vector<Place> asked_;
  QuestionIndex index_;
  std::vector<std::pair<uint32_t, KeyTypeSet>> hits_;
};

}  // namespace

std::vector<TrueChild> AskedChildren(const Population& population, uint64_t questions) {
  questions = std::min(questions, population.households());
  std::vector<TrueChild> children;
  for (uint64_t q = 0; q < questions; ++q) {
    const Place place = AskedPlace(population, questions, q);
    children.push_back(population.Make(place.household).children[place.child]);
  }
  return children;
}

EnglandFigures SimulateEngland(const Population& population, const Origins& origins,
                               const EnglandOptions& options) {
  return Simulation(population, origins, options).Run();
}

Section EnglandTable(const std::string& title, const Population& population,
                     const EnglandFigures& england) {
  Section section = MainTable(title, england.figures);
  const double children = static_cast<double>(population.children());
  std::vector<Cell> share{Text("share of the population that shares a key with one asked")};
  for (const Figures& state : england.figures) {
    share.push_back(Ratio(static_cast<double>(state.wrong.candidates),
                          static_cast<double>(state.questions) * children));
  }
  section.rows.push_back(std::move(share));
  char text[160];
  std::snprintf(text, sizeof text,
                "%.0f children in %.0f households, seed %llu; questions %.1f s, "
                "held records %.1f s (%.0f a second), peak memory %.0f MB",
                children, static_cast<double>(population.households()),
                static_cast<unsigned long long>(population.seed()), england.first_pass_s,
                england.second_pass_s, children / england.second_pass_s,
                static_cast<double>(england.peak_rss_kb) / 1024);
  section.notes.push_back(text);
  return section;
}

}  // namespace signpost::bench
