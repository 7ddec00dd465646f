#include "tests/bench/linkage/population.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "node/matching/normalise.h"
#include "tests/bench/linkage/england.h"
#include "tests/bench/linkage/record_errors.h"

namespace signpost::bench {
namespace {

const NameLists& TinyLists() {
  static const NameLists* const kLists = [] {
    absl::StatusOr<NameLists> lists = NameLists::Load(SIGNPOST_TINY_SETS);
    REQUIRE(lists.ok());
    return new NameLists(*std::move(lists));
  }();
  return *kLists;
}

std::string Told(const HouseholdChildren& household) {
  std::string text = std::to_string(household.number);
  for (const TrueChild& child : household.children) {
    text += "|" + child.given + "," + child.middle + "," + child.family + "," +
            node::FormatDate(child.birth) + "," + std::to_string(child.sex) + "," +
            child.home.house + "," + child.home.street + "," + child.home.town + "," +
            child.home.postcode + "," + child.nhs_number;
  }
  return text;
}

TEST_CASE("The same seed makes the same households in whatever order they are made") {
  const Population one(&TinyLists(), 3000, 5), other(&TinyLists(), 3000, 5);
  REQUIRE(one.households() == other.households());
  std::vector<std::string> forward;
  for (uint64_t i = 0; i < one.households(); ++i) forward.push_back(Told(one.Make(i)));
  for (uint64_t i = one.households(); i-- > 0;) CHECK(Told(other.Make(i)) == forward[i]);
}

TEST_CASE("Another seed makes another population") {
  const Population one(&TinyLists(), 100, 5), other(&TinyLists(), 100, 6);
  CHECK(Told(one.Make(0)) != Told(other.Make(0)));
}

TEST_CASE("A larger population has the same children in its first households but for addresses") {
  const Population small(&TinyLists(), 500, 5), large(&TinyLists(), 5000, 5);
  for (uint64_t i = 0; i < small.households(); ++i) {
    const HouseholdChildren a = small.Make(i), b = large.Make(i);
    REQUIRE(a.children.size() == b.children.size());
    CHECK(a.children[0].nhs_number == b.children[0].nhs_number);
    CHECK(a.children[0].family == b.children[0].family);
  }
}

TEST_CASE("The population has the size asked for and no child twice") {
  const Population population(&TinyLists(), 5000, 5);
  std::set<std::string> numbers;
  uint64_t children = 0;
  for (uint64_t i = 0; i < population.households(); ++i) {
    for (const TrueChild& child : population.Make(i).children) {
      ++children;
      CHECK(numbers.insert(child.nhs_number).second);
      CHECK(node::CheckNhsNumber(child.nhs_number, node::NumberUse::kTraining).ok());
      CHECK(node::CheckPostcode(child.home.postcode).ok());
      CHECK(node::CheckDate(node::FormatDate(child.birth)).ok());
      CHECK(child.birth.year >= kFirstBirthYear);
      CHECK(child.birth.year <= kLastBirthYear);
    }
  }
  CHECK(children == population.children());
  CHECK(children >= 5000);
  CHECK(children < 5000 + kMostChildren);
}

TEST_CASE("Twins share the day of birth and siblings do not and both share the home") {
  const Population population(&TinyLists(), 30'000, 5);
  uint64_t twins = 0, children = 0;
  for (uint64_t i = 0; i < population.households(); ++i) {
    const HouseholdChildren made = population.Make(i);
    children += made.children.size();
    for (size_t k = 0; k < made.children.size(); ++k) {
      const TrueChild& child = made.children[k];
      twins += child.twin ? 1 : 0;
      CHECK(child.home.postcode == made.children[0].home.postcode);
      if (k == 0) continue;
      if (child.birth == made.children[k - 1].birth) CHECK(child.twin);
    }
  }
  // 1.5 % of deliveries are of two.
  CHECK(static_cast<double>(twins) / static_cast<double>(children) == Approx(0.0296).margin(0.006));
}

TEST_CASE("KAUR and SINGH go by sex") {
  const Population population(&TinyLists(), 5000, 5);
  uint64_t seen = 0;
  for (uint64_t i = 0; i < population.households(); ++i) {
    for (const TrueChild& child : population.Make(i).children) {
      if (child.family == "KAUR") CHECK(child.sex == v1::FEMALE);
      if (child.family == "SINGH") CHECK(child.sex == v1::MALE);
      seen += child.family == "KAUR" || child.family == "SINGH" ? 1 : 0;
    }
  }
  CHECK(seen > 100);
}

TEST_CASE("Names of places outside England are not used") {
  for (const OutwardCode& code : TinyLists().outward_codes()) CHECK(code.code != "CF10");
  CHECK(TinyLists().outward_codes().size() == 6);
}

TEST_CASE("Two records of a child are the same whenever they are made") {
  const Population population(&TinyLists(), 200, 5);
  const TrueChild child = population.Make(7).children[0];
  const RecordPair one = MakeRecords(population, child, LocalAuthorityErrors());
  const RecordPair other = MakeRecords(population, child, LocalAuthorityErrors());
  CHECK(one.asked.SerializeAsString() == other.asked.SerializeAsString());
  CHECK(one.held.SerializeAsString() == other.held.SerializeAsString());
}

TEST_CASE("Without errors both records say what is true") {
  const Population population(&TinyLists(), 200, 5);
  ErrorRates none = {};
  none.nhs_held = 1;
  for (uint64_t i = 0; i < 50; ++i) {
    const TrueChild child = population.Make(i).children[0];
    const RecordPair pair = MakeRecords(population, child, none);
    for (const v1::ChildDetails* record : {&pair.asked, &pair.held}) {
      CHECK(record->names(0).given() == child.given);
      CHECK(record->names(0).family() == child.family);
      CHECK(record->date_of_birth() == node::FormatDate(child.birth));
      CHECK(record->addresses(0).postcode() == child.home.postcode);
      CHECK(record->nhs_number() == child.nhs_number);
    }
  }
}

TEST_CASE("Errors come as often as their rates say and on either side") {
  const Population population(&TinyLists(), 20'000, 5);
  ErrorRates rates = {};
  rates.birth_component = 1;
  rates.moved = 0.45;
  uint64_t pairs = 0, moved = 0, asked_wrong = 0, held_wrong = 0;
  for (uint64_t i = 0; i < population.households(); ++i) {
    const TrueChild child = population.Make(i).children[0];
    const RecordPair pair = MakeRecords(population, child, rates);
    ++pairs;
    const auto home = [](const v1::ChildDetails& record) {
      return record.addresses(0).house() + record.addresses(0).postcode();
    };
    moved += home(pair.asked) != home(pair.held) ? 1 : 0;
    const std::string birth = node::FormatDate(child.birth);
    asked_wrong += pair.asked.date_of_birth() != birth ? 1 : 0;
    held_wrong += pair.held.date_of_birth() != birth ? 1 : 0;
    CHECK(node::CheckDate(pair.asked.date_of_birth()).ok());
    CHECK(pair.asked.nhs_number().empty());
  }
  const auto share = [&](uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(pairs);
  };
  CHECK(share(moved) == Approx(0.45).margin(0.03));
  // A wrong day or month is now and then the right one.
  CHECK(share(asked_wrong) == Approx(0.48).margin(0.03));
  CHECK(share(held_wrong) == Approx(0.48).margin(0.03));
}

TEST_CASE("A simulated country counts each question once and each child as held") {
  const Population population(&TinyLists(), 3000, 5);
  EnglandOptions options;
  options.questions = 300;
  options.families = 50;
  const EnglandFigures england = SimulateEngland(population, Origins(), options);
  REQUIRE(england.figures.size() == 2);
  const Figures& with = england.figures[0];
  const Figures& without = england.figures[1];
  for (const Figures* figures : {&with, &without}) {
    CHECK(figures->questions == 300);
    CHECK(figures->right.pairs == 300);
    CHECK(figures->records == population.children());
    CHECK(figures->wrong_family.candidates <= figures->wrong.candidates);
    uint64_t questions = 0, wrong = 0;
    for (const auto& [number, count] : figures->wrong_of_question) {
      questions += count;
      wrong += number * count;
    }
    CHECK(questions == 300);
    CHECK(wrong == figures->wrong.candidates);
    CHECK(figures->siblings.pairs == 50);
  }
  CHECK(with.right.candidates >= without.right.candidates);
  CHECK(with.held_tags > without.held_tags);
}

TEST_CASE("The sweep over held records finds what comparing every pair finds") {
  const Population population(&TinyLists(), 600, 5);
  EnglandOptions options;
  options.questions = population.households();
  options.families = 1;
  const EnglandFigures england = SimulateEngland(population, Origins(), options);

  std::vector<std::vector<node::MatchKey>> held;
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < population.households(); ++i) {
    for (const TrueChild& child : population.Make(i).children) {
      const RecordPair pair = MakeRecords(population, child, options.rates);
      held.push_back(node::HolderKeys(node::Normalise(pair.held)));
      numbers.push_back(child.number);
    }
  }
  uint64_t right = 0, wrong = 0;
  for (const TrueChild& child : AskedChildren(population, options.questions)) {
    const RecordPair pair = MakeRecords(population, child, options.rates);
    const std::vector<node::MatchKey> asked = node::QuestionKeys(node::Normalise(pair.asked));
    for (size_t k = 0; k < held.size(); ++k) {
      bool hit = false;
      for (const node::MatchKey& key : asked) {
        hit = hit || std::find(held[k].begin(), held[k].end(), key) != held[k].end();
      }
      if (hit) ++(numbers[k] == child.number ? right : wrong);
    }
  }
  CHECK(wrong > 0);
  CHECK(england.figures[0].right.candidates == right);
  CHECK(england.figures[0].wrong.candidates == wrong);
}

TEST_CASE("A data folder without names is an error that names the file") {
  const absl::StatusOr<NameLists> lists = NameLists::Load("/nowhere/at/all");
  REQUIRE_FALSE(lists.ok());
  CHECK(std::string(lists.status().message()).find("common_surnames") != std::string::npos);
}

}  // namespace
}  // namespace signpost::bench
