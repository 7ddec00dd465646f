// linkage: how well the product's matcher finds the right child, over sets of
// records (--data) or a simulated England (--england).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/linkage/england.h"
#include "tests/bench/linkage/evaluate.h"
#include "tests/bench/linkage/readers.h"

namespace signpost::bench {
namespace {

struct Options {
  std::string data, set, pairs, errors = "local-authority";
  bool json = false, masks = false, england = false;
  uint64_t children = 0, questions = 100'000, families = 20'000, seed = 1;
};

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "linkage: %s\n", std::string(status.message()).c_str());
  return 1;
}

void AddSections(const std::string& name, const std::vector<Figures>& figures, bool masks,
                 std::vector<Section>& out) {
  for (const Figures& figure : figures) {
    if (&figure != &figures.front() && &figure != &figures.back()) continue;
    const std::string of = name + ", identifiers " + figure.identifiers;
    out.push_back(KeyTable(of + ": by key type", figure));
    out.push_back(PolicyTable(of + ": reveal policies", figure));
    out.push_back(PairTable(of + ": by origin of name", figure.by_origin));
    out.push_back(PairTable(of + ": by what differs", figure.by_difference));
    if (masks) out.push_back(MaskTable(of + ": shared key types", figure));
  }
}

int RunEngland(const Options& options) {
  const absl::StatusOr<Origins> origins = Origins::Load(options.data);
  if (!origins.ok()) return Fail(origins.status());
  const absl::StatusOr<NameLists> lists = NameLists::Load(options.data);
  if (!lists.ok()) return Fail(lists.status());
  const uint64_t children = options.children == 0 ? 400'000 : options.children;
  const Population population(&*lists, children, options.seed);
  EnglandOptions england;
  england.questions = options.questions;
  england.families = options.families;
  england.rates = options.errors == "trust" ? TrustErrors() : LocalAuthorityErrors();
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> pairs(nullptr, &std::fclose);
  if (!options.pairs.empty()) {
    pairs.reset(std::fopen(options.pairs.c_str(), "w"));
    if (pairs == nullptr) {
      return Fail(absl::NotFoundError(absl::StrCat(options.pairs, ": cannot be written")));
    }
    england.pairs = pairs.get();
  }
  const EnglandFigures figures = SimulateEngland(population, *origins, england);
  const std::string name = "simulated England, " + options.errors + " errors";
  std::vector<Section> sections{EnglandTable(name, population, figures)};
  AddSections(name, figures.figures, options.masks, sections);
  std::fputs((options.json ? JsonOf(sections) : TextOf(sections)).c_str(), stdout);
  return 0;
}

int RunSets(const Options& options) {
  const absl::StatusOr<Found> found = FindSets(options.data);
  if (!found.ok()) return Fail(found.status());
  Section skipped{"skipped", {"file or set"}, {}, found->skipped};
  Origins origins;
  if (absl::StatusOr<Origins> loaded = Origins::Load(options.data); loaded.ok()) {
    origins = *std::move(loaded);
  } else {
    skipped.notes.push_back("recall by origin of name: " + std::string(loaded.status().message()));
  }
  std::vector<Section> sections;
  size_t evaluated = 0;
  for (const FoundSet& one : found->sets) {
    if (!options.set.empty() && one.name != options.set && one.format != options.set) {
      skipped.notes.push_back(one.name + ": not the set asked for");
      continue;
    }
    const absl::StatusOr<LinkageSet> set = ReadSet(one);
    if (!set.ok()) return Fail(set.status());
    const std::vector<Figures> figures = Evaluate(*set, origins, {options.children, options.seed});
    const std::string name = one.name + " (" + one.format + ")";
    sections.push_back(MainTable(name, figures));
    AddSections(name, figures, options.masks, sections);
    ++evaluated;
  }
  if (evaluated == 0) {
    return Fail(absl::NotFoundError(absl::StrCat(
        options.data, ": no set ", options.set.empty() ? "of a known format" : "of that name")));
  }
  sections.push_back(std::move(skipped));
  std::fputs((options.json ? JsonOf(sections) : TextOf(sections)).c_str(), stdout);
  return 0;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"How well the product's matcher finds the right child."};
  app.add_option("--data", options.data, "folder with the sets, or with names/ for --england")
      ->required();
  app.add_option("--set", options.set, "only the set, or the sets of the format, of that name");
  app.add_flag("--json", options.json, "one JSON object instead of tables");
  app.add_flag("--masks", options.masks, "every set of shared key types that was met");
  app.add_option("--children", options.children,
                 "N of the thresholds (default: as many as the set has persons); with --england "
                 "also the size of the population (default 400000)");
  app.add_option("--seed", options.seed, "of the simulation, and of what is blanked");
  app.add_flag("--england", options.england, "a simulated England instead of the sets");
  app.add_option("--questions", options.questions, "with --england: how many are asked");
  app.add_option("--families", options.families,
                 "with --england: pairs of twins, and of siblings, of which the other is held");
  app.add_option("--pairs", options.pairs,
                 "with --england: file for the levels of every pair, for analysis");
  app.add_option("--errors", options.errors, "with --england: local-authority or trust")
      ->check(CLI::IsMember({"local-authority", "trust"}));
  CLI11_PARSE(app, argc, argv);
  return options.england ? RunEngland(options) : RunSets(options);
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) { return signpost::bench::Main(argc, argv); }
