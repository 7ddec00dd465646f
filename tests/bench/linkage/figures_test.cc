#include "tests/bench/linkage/figures.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/bench/linkage/differences.h"
#include "tests/bench/linkage/evaluate.h"
#include "tests/bench/linkage/readers.h"

namespace signpost::bench {
namespace {

// Four questions against three records. Q1 is R1's child. Q2 is R1's twin and not held. Q3 is not
// held and like nobody. Q4 is R2's child, with nothing in common but a former name misspelt.
std::vector<Figures> TinyChildren(const Origins& origins = Origins()) {
  const absl::StatusOr<Found> found = FindSets(SIGNPOST_TINY_SETS);
  REQUIRE(found.ok());
  for (const FoundSet& set : found->sets) {
    if (set.name != "children") continue;
    const absl::StatusOr<LinkageSet> read = ReadSet(set);
    REQUIRE(read.ok());
    return Evaluate(*read, origins, {});
  }
  FAIL("no children");
  return {};
}

TEST_CASE("Hand computed: half of the right pairs are reached and the twin is a false candidate") {
  const std::vector<Figures> all = TinyChildren();
  REQUIRE(all.size() == 3);
  for (const Figures& figures : all) {
    INFO(figures.identifiers);
    CHECK(figures.questions == 4);
    CHECK(figures.records == 3);
    CHECK(figures.right.pairs == 2);
    CHECK(figures.right.candidates == 1);
    CHECK(figures.right.revealed == 1);
    CHECK(figures.right.certain == 1);
    CHECK(figures.right.possible == 0);
    CHECK(figures.askable == 2);
    CHECK(figures.reached == 1);
    CHECK(figures.told == 1);
    CHECK(figures.wrong.candidates == 1);
    CHECK(figures.wrong.revealed == 1);
    CHECK(figures.wrong.certain == 0);
    CHECK(figures.wrong.possible == 1);
    CHECK(figures.wrong_of_question == std::map<uint64_t, uint64_t>{{0, 3}, {1, 1}});
    CHECK(figures.twins.pairs == 1);
    CHECK(figures.twins.possible == 1);
    CHECK(figures.twins.certain == 0);
    CHECK(figures.siblings.pairs == 0);
    CHECK(figures.wrong_family.revealed == 1);
    CHECK(figures.cut_questions == 0);
    // Amelia scores above her twin; one of two pairs is found at best.
    CHECK(figures.best.precision == 1);
    CHECK(figures.best.recall == 0.5);
    CHECK(figures.best.f1 == Approx(2.0 / 3));
  }
}

TEST_CASE("Blanking takes the strong key away and nothing else") {
  const std::vector<Figures> all = TinyChildren();
  CHECK(all[0].identifiers == "as given");
  CHECK(all[2].identifiers == "blanked");
  // Of R1 and R2 an identifier each, of Q1 one.
  CHECK(all[0].held_tags == all[2].held_tags + 2);
  CHECK(all[0].asked_tags == all[2].asked_tags + 1);
  const auto strong = [](const Figures& figures) {
    uint64_t pairs = 0;
    for (const auto& [types, count] : figures.masks) {
      if ((types & node::kStrongKeyTypes) != 0) pairs += count.right + count.wrong;
    }
    return pairs;
  };
  CHECK(strong(all[0]) == 1);
  CHECK(strong(all[2]) == 0);
}

TEST_CASE("Hand computed: kinds of error are counted for right pairs") {
  const Figures figures = TinyChildren()[0];
  const auto at = [&](const char* kind) { return figures.by_difference.at(kind); };
  CHECK(at("0 fields differ").pairs == 1);
  CHECK(at("0 fields differ").certain == 1);
  CHECK(at("4 fields differ").pairs == 1);
  CHECK(at("4 fields differ").candidates == 0);
  CHECK(at("NHS number missing").pairs == 1);
  CHECK(figures.by_difference.count("sex differs") == 0);
}

TEST_CASE("Recall is told by the list that has the name") {
  const absl::StatusOr<Origins> origins = Origins::Load(SIGNPOST_TINY_SETS);
  REQUIRE(origins.ok());
  const Figures figures = TinyChildren(*origins)[0];
  REQUIRE(figures.by_origin.count("British Isles") == 1);
  CHECK(figures.by_origin.at("British Isles").pairs == 2);
  CHECK(figures.by_origin.at("British Isles").candidates == 1);
  CHECK(origins->OfFamily("KHAN") == Origin::kSouthAsian);
  CHECK(origins->OfFamily("MOCKTONSKI") == Origin::kEasternEuropean);
  CHECK(origins->OfGiven("FATIMA") == Origin::kMiddleEastern);
  CHECK(origins->OfFamily("NOBODYSNAME") == Origin::kUnlisted);
}

TEST_CASE("Every set of the tiny folder is evaluated") {
  const absl::StatusOr<Found> found = FindSets(SIGNPOST_TINY_SETS);
  REQUIRE(found.ok());
  for (const FoundSet& set : found->sets) {
    INFO(set.name);
    const absl::StatusOr<LinkageSet> read = ReadSet(set);
    REQUIRE(read.ok());
    const Figures figures = Evaluate(*read, Origins(), {})[0];
    CHECK(figures.right.pairs > 0);
    CHECK(figures.right.candidates > 0);
  }
}

TEST_CASE("Duplicates within a file ask each other and never themselves") {
  const absl::StatusOr<Found> found = FindSets(SIGNPOST_TINY_SETS);
  REQUIRE(found.ok());
  for (const FoundSet& set : found->sets) {
    if (set.name != "febrl") continue;
    const Figures figures = Evaluate(*ReadSet(set), Origins(), {})[0];
    CHECK(figures.questions == 3);
    CHECK(figures.records == 3);
    CHECK(figures.right.pairs == 2);
    CHECK(figures.right.candidates == 2);
    CHECK(figures.wrong.candidates == 0);
  }
}

TEST_CASE("Best F1 is found between the scores") {
  // Thresholds 9, 8, 7, 6: recall 1/4 1/4 2/4 3/4, precision 1, 1/2, 2/3, 3/4.
  const BestF1 best = FindBestF1({{9, true}, {8, false}, {7, true}, {6, true}}, 4);
  CHECK(best.f1 == Approx(0.75));
  CHECK(best.precision == Approx(0.75));
  CHECK(best.recall == Approx(0.75));
  CHECK(best.bits == 6);
}

TEST_CASE("Best F1 does not cut between equal scores") {
  const BestF1 best = FindBestF1({{5, true}, {5, false}}, 1);
  CHECK(best.precision == 0.5);
  CHECK(best.recall == 1);
}

TEST_CASE("Best F1 of nothing is nothing") { CHECK(FindBestF1({}, 0).f1 == 0); }

TEST_CASE("A policy's figures are shares of pairs and of questions") {
  const node::KeyTypeSet strong = 1, weak = node::KeyTypeBit(node::KeyType::kBirthPostcode);
  const MaskCounts masks = {{strong, {6, 0}}, {weak, {3, 5}}};
  const std::vector<PolicyFigure> curve = Curve(masks, 10, 20);
  REQUIRE(curve.front().name == "any one key");
  CHECK(curve.front().recall == Approx(0.9));
  CHECK(curve.front().reveals == Approx(0.25));
  REQUIRE(curve.back().name == "strong keys alone");
  CHECK(curve.back().recall == Approx(0.6));
  CHECK(curve.back().reveals == 0);
}

TEST_CASE("The best possible policy takes the masks with the most right to a wrong first") {
  const MaskCounts masks = {{4, {50, 1}}, {8, {30, 10}}, {16, {1, 100}}};
  const std::vector<PolicyFigure> curve = BestPossible(masks, 100, 100);
  REQUIRE(curve.size() == 7);
  CHECK(curve[0].recall == Approx(0.50));
  CHECK(curve[0].reveals == Approx(0.01));
  CHECK(curve[4].recall == Approx(0.50));
  CHECK(curve[5].recall == Approx(0.80));
  CHECK(curve[5].reveals == Approx(0.11));
}

TEST_CASE("No policy is unmet by sharing more keys") {
  std::mt19937 random(7);
  std::uniform_int_distribution<node::KeyTypeSet> any(0, (1u << node::kKeyTypes) - 1);
  for (const Policy& policy : Policies()) {
    INFO(policy.name);
    for (int i = 0; i < 3000; ++i) {
      const node::KeyTypeSet few = any(random), more = few | any(random);
      if (policy.met(few)) CHECK(policy.met(more));
    }
  }
}

TEST_CASE("Differences tell missing from different and any address counts") {
  node::NormalisedChild a, b;
  a.forenames = {"ADA"};
  b.forenames = {"IDA"};
  a.families = {{"UNDERHAY", {}}};
  a.addresses.resize(2);
  a.addresses[0].postcode = "LS14AP";
  a.addresses[1].postcode = "M145QF";
  b.addresses.resize(1);
  b.addresses[0].postcode = "M145QF";
  CHECK(Differences(a, b) == std::vector<std::string>{"given name differs", "family name missing",
                                                      "birth date missing", "sex missing",
                                                      "house or street missing",
                                                      "NHS number missing", "1 field differs"});
}

TEST_CASE("Tables are printed as text and as JSON") {
  const std::vector<Section> sections = {{"a \"title\"",
                                          {"what", "x"},
                                          {{Text("one"), Number(0.5)}, {Text("two"), Ratio(1, 0)}},
                                          {"n"}}};
  CHECK(TextOf(sections) == "a \"title\"\n  what       x\n  one   0.5000\n  two        -\n  n\n\n");
  CHECK(JsonOf(sections) ==
        "{\"sections\":[{\"title\":\"a \\\"title\\\"\",\"rows\":[{\"what\":\"one\",\"x\":0.5},"
        "{\"what\":\"two\",\"x\":null}],\"notes\":[\"n\"]}]}\n");
}

}  // namespace
}  // namespace signpost::bench
