#include "tests/bench/linkage/figures.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace signpost::bench {
namespace {

double D(uint64_t value) { return static_cast<double>(value); }

// The smallest number of false candidates that this share of the questions does not exceed.
double Quantile(const std::map<uint64_t, uint64_t>& histogram, double share) {
  uint64_t all = 0, so_far = 0;
  for (const auto& [number, questions] : histogram) all += questions;
  for (const auto& [number, questions] : histogram) {
    so_far += questions;
    if (D(so_far) >= share * D(all)) return D(number);
  }
  return 0;
}

uint64_t AtLeastOne(const std::map<uint64_t, uint64_t>& histogram) {
  uint64_t questions = 0;
  for (const auto& [number, count] : histogram) questions += number > 0 ? count : 0;
  return questions;
}

uint64_t Either(const PairCounts& counts) { return counts.possible + counts.certain; }
uint64_t EitherAlone(const PairCounts& counts) {
  return counts.possible_alone + counts.certain_alone;
}

std::string TypesText(node::KeyTypeSet types) {
  std::string text;
  for (uint8_t type = 1; type <= node::kKeyTypes; ++type) {
    if ((types & node::KeyTypeBit(type)) != 0) {
      absl::StrAppend(&text, text.empty() ? "" : " ", static_cast<int>(type));
    }
  }
  return text;
}

}  // namespace

Outcome Judge(const node::NormalisedChild& asked, const node::NormalisedChild& held,
              node::KeyTypeSet shared, uint64_t children) {
  Outcome outcome;
  outcome.candidate = shared != 0;
  if (!outcome.candidate) return outcome;
  const node::MatchResult match = node::Score(asked, held);
  outcome.bits = match.total;
  outcome.revealed = node::RevealPolicyMet(shared);
  outcome.grade_alone = node::Decide(match, children).grade;
  outcome.certain = outcome.revealed && outcome.grade_alone == v1::CERTAIN;
  outcome.possible = outcome.revealed && outcome.grade_alone == v1::POSSIBLE;
  return outcome;
}

void PairCounts::Add(const Outcome& outcome) {
  ++pairs;
  candidates += outcome.candidate ? 1 : 0;
  revealed += outcome.revealed ? 1 : 0;
  possible += outcome.possible ? 1 : 0;
  certain += outcome.certain ? 1 : 0;
  possible_alone += outcome.grade_alone == v1::POSSIBLE ? 1 : 0;
  certain_alone += outcome.grade_alone == v1::CERTAIN ? 1 : 0;
}

BestF1 FindBestF1(std::vector<ScoredPair> scored, uint64_t pairs) {
  std::sort(scored.begin(), scored.end(),
            [](const ScoredPair& a, const ScoredPair& b) { return a.bits > b.bits; });
  BestF1 best;
  uint64_t right = 0;
  for (size_t i = 0; i < scored.size(); ++i) {
    right += scored[i].right ? 1 : 0;
    if (i + 1 < scored.size() && scored[i + 1].bits == scored[i].bits) continue;
    const double precision = D(right) / D(i + 1);
    const double recall = pairs == 0 ? 0 : D(right) / D(pairs);
    const double f1 = right == 0 ? 0 : 2 * precision * recall / (precision + recall);
    if (f1 > best.f1) best = {f1, precision, recall, scored[i].bits};
  }
  return best;
}

Section MainTable(const std::string& title, const std::vector<Figures>& figures) {
  Section section{title, {"identifiers"}, {}, {}};
  for (const Figures& figure : figures) section.columns.push_back(figure.identifiers);
  const auto row = [&](const char* name, const auto& cell_of) {
    std::vector<Cell>& cells = section.rows.emplace_back();
    cells.push_back(Text(name));
    for (const Figures& figure : figures) cells.push_back(cell_of(figure));
  };
  const auto of_right = [&](const char* name, const auto& count) {
    row(name, [&](const Figures& f) { return Ratio(D(count(f.right)), D(f.right.pairs)); });
  };
  const auto a_question = [&](const char* name, const auto& count) {
    row(name, [&](const Figures& f) { return Ratio(D(count(f)), D(f.questions)); });
  };
  const auto precise = [&](const char* name, const auto& count) {
    row(name, [&](const Figures& f) {
      return Ratio(D(count(f.right)), D(count(f.right) + count(f.wrong)));
    });
  };
  const auto certain = [](const PairCounts& counts) { return counts.certain; };
  row("questions", [](const Figures& f) { return Number(D(f.questions)); });
  row("records held", [](const Figures& f) { return Number(D(f.records)); });
  row("right pairs", [](const Figures& f) { return Number(D(f.right.pairs)); });
  row("N of the thresholds", [](const Figures& f) { return Number(D(f.children)); });
  row("tags a record", [](const Figures& f) { return Ratio(D(f.held_tags), D(f.records)); });
  row("tags a question", [](const Figures& f) { return Ratio(D(f.asked_tags), D(f.questions)); });
  a_question("questions cut to 32 tags", [](const Figures& f) { return f.cut_questions; });
  of_right("recall bound (a tag hits)", [](const PairCounts& c) { return c.candidates; });
  of_right("recall after the reveal policy", [](const PairCounts& c) { return c.revealed; });
  row("questions whose child is found (any right record)",
      [](const Figures& f) { return Ratio(D(f.reached), D(f.askable)); });
  row("  and told the details", [](const Figures& f) { return Ratio(D(f.told), D(f.askable)); });
  a_question("false candidates a question", [](const Figures& f) { return f.wrong.candidates; });
  row("  p99 of them", [](const Figures& f) { return Number(Quantile(f.wrong_of_question, .99)); });
  a_question("  questions with one or more",
             [](const Figures& f) { return AtLeastOne(f.wrong_of_question); });
  a_question("reveals to a wrong holder a question",
             [](const Figures& f) { return f.wrong.revealed; });
  a_question("  of them to a twin or sibling of the child",
             [](const Figures& f) { return f.wrong_family.revealed; });
  precise("certain: precision", certain);
  of_right("certain: recall", certain);
  a_question("certain: false a question", [](const Figures& f) { return f.wrong.certain; });
  precise("certain or possible: precision", Either);
  of_right("certain or possible: recall", Either);
  a_question("possible: false a question", [](const Figures& f) { return f.wrong.possible; });
  of_right("score without reveal policy, certain: recall",
           [](const PairCounts& c) { return c.certain_alone; });
  precise("  certain or possible: precision", EitherAlone);
  of_right("  certain or possible: recall", EitherAlone);
  row("best F1 of the score", [](const Figures& f) { return Number(f.best.f1); });
  row("  its precision", [](const Figures& f) { return Number(f.best.precision); });
  row("  its recall", [](const Figures& f) { return Number(f.best.recall); });
  row("  at bits", [](const Figures& f) { return Number(f.best.bits); });
  row("twins held for the one asked", [](const Figures& f) { return Number(D(f.twins.pairs)); });
  row("  false certain",
      [](const Figures& f) { return Ratio(D(f.twins.certain), D(f.twins.pairs)); });
  row("  false possible",
      [](const Figures& f) { return Ratio(D(f.twins.possible), D(f.twins.pairs)); });
  row("siblings held for the one asked",
      [](const Figures& f) { return Number(D(f.siblings.pairs)); });
  row("  false certain",
      [](const Figures& f) { return Ratio(D(f.siblings.certain), D(f.siblings.pairs)); });
  row("  false possible",
      [](const Figures& f) { return Ratio(D(f.siblings.possible), D(f.siblings.pairs)); });
  return section;
}

Section PairTable(const std::string& title, const std::map<std::string, PairCounts>& counts) {
  Section section{
      title, {"", "right pairs", "bound", "revealed", "certain or possible", "certain"}, {}, {}};
  for (const auto& [name, count] : counts) {
    const double pairs = D(count.pairs);
    section.rows.push_back({Text(name), Number(pairs), Ratio(D(count.candidates), pairs),
                            Ratio(D(count.revealed), pairs), Ratio(D(Either(count)), pairs),
                            Ratio(D(count.certain), pairs)});
  }
  return section;
}

Section KeyTable(const std::string& title, const Figures& figures) {
  Section section{title,
                  {"key type", "finds", "finds what no other does", "false candidates a question"},
                  {},
                  {}};
  for (uint8_t type = 1; type <= node::kKeyTypes; ++type) {
    const node::KeyTypeSet bit = node::KeyTypeBit(type);
    MaskCount found, only;
    for (const auto& [types, count] : figures.masks) {
      if ((types & bit) == 0) continue;
      found.right += count.right;
      found.wrong += count.wrong;
      if (types == bit) only.right += count.right;
    }
    section.rows.push_back({Number(type), Ratio(D(found.right), D(figures.right.pairs)),
                            Ratio(D(only.right), D(figures.right.pairs)),
                            Ratio(D(found.wrong), D(figures.questions))});
  }
  return section;
}

Section PolicyTable(const std::string& title, const Figures& figures) {
  Section section{
      title, {"reveal policy", "recall", "reveals to a wrong holder a question"}, {}, {}};
  const auto add = [&](const std::vector<PolicyFigure>& curve) {
    for (const PolicyFigure& figure : curve) {
      section.rows.push_back({Text(figure.name), Number(figure.recall), Number(figure.reveals)});
    }
  };
  add(Curve(figures.masks, figures.right.pairs, figures.questions));
  add(BestPossible(figures.masks, figures.right.pairs, figures.questions));
  return section;
}

Section MaskTable(const std::string& title, const Figures& figures) {
  Section section{title, {"key types", "right", "wrong"}, {}, {}};
  std::vector<std::pair<node::KeyTypeSet, MaskCount>> order(figures.masks.begin(),
                                                            figures.masks.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second.wrong > b.second.wrong; });
  for (const auto& [types, count] : order) {
    section.rows.push_back(
        {Text(TypesText(types)), Number(D(count.right)), Number(D(count.wrong))});
  }
  return section;
}

}  // namespace signpost::bench
