// Every row of the table is found, and nothing that is not a row.
#include "node/matching/name_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>

namespace signpost::node {
namespace {

struct NameClass {
  std::string_view name;
  int frequency_class;
};
struct NamePair {
  std::string_view first, second;
  auto operator<=>(const NamePair&) const = default;
};

constexpr NameClass kGivenNames[] = {
#include "node/matching/name_table_given_1.inc"
};
constexpr NameClass kFamilyNames[] = {
#include "node/matching/name_table_family_1.inc"
#include "node/matching/name_table_family_2.inc"
#include "node/matching/name_table_family_3.inc"
};
constexpr NamePair kNicknames[] = {
#include "node/matching/name_table_nickname_1.inc"
#include "node/matching/name_table_nickname_2.inc"
};

template <size_t kRows>
size_t Wrong(const NameClass (&rows)[kRows], int (*class_of)(std::string_view)) {
  std::set<std::string_view> names;
  size_t wrong = 0;
  for (const NameClass& row : rows) {
    names.insert(row.name);
    wrong += class_of(row.name) != row.frequency_class;
  }
  for (const NameClass& row : rows) {
    for (const std::string& near : {std::string(row.name) + "X", std::string(row.name.substr(1)),
                                    "Q" + std::string(row.name), std::string(row.name) + ' '}) {
      if (!names.contains(near)) wrong += class_of(near) != kUnlistedNameClass;
    }
  }
  return wrong;
}

TEST_CASE("Every listed name has its class and names near it have none") {
  CHECK(Wrong(kGivenNames, GivenNameClass) == 0);
  CHECK(Wrong(kFamilyNames, FamilyNameClass) == 0);
}

TEST_CASE("Names are listed once and in order and no class is that of unlisted names") {
  const auto before = [](const NameClass& a, const NameClass& b) { return a.name < b.name; };
  const auto unlisted = [](const NameClass& row) {
    return row.frequency_class <= 0 || row.frequency_class >= kUnlistedNameClass;
  };
  CHECK(std::is_sorted(std::begin(kGivenNames), std::end(kGivenNames), before));
  CHECK(std::is_sorted(std::begin(kFamilyNames), std::end(kFamilyNames), before));
  CHECK(std::none_of(std::begin(kGivenNames), std::end(kGivenNames), unlisted));
  CHECK(std::none_of(std::begin(kFamilyNames), std::end(kFamilyNames), unlisted));
}

TEST_CASE("Every listed pair of forms is found in either order and others are not") {
  const std::set<NamePair> listed(std::begin(kNicknames), std::end(kNicknames));
  size_t wrong = listed.size() != std::size(kNicknames);
  for (size_t i = 0; i < std::size(kNicknames); ++i) {
    const auto& [first, second] = kNicknames[i];
    wrong += !AreNicknames(first, second) || !AreNicknames(second, first) || second < first;
    const std::string_view other = kNicknames[(i * 31 + 7) % std::size(kNicknames)].second;
    const bool known = listed.contains({first, other}) || listed.contains({other, first});
    wrong += AreNicknames(first, other) != known;
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace signpost::node
