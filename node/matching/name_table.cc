#include "node/matching/name_table.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "proto/crypto/kdf.h"

namespace signpost::node {
namespace {

constexpr uint32_t kTableVersion = 1;

struct NameClass {
  std::string_view name;
  uint8_t frequency_class;
};
struct NamePair {
  std::string_view first;  // first < second
  std::string_view second;
};

// Sorted by name, as the generator writes them.
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

int Lookup(std::span<const NameClass> table, std::string_view name) {
  const auto it =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const NameClass& row, std::string_view n) { return row.name < n; });
  return it != table.end() && it->name == name ? it->frequency_class : kUnlistedNameClass;
}

}  // namespace

int GivenNameClass(std::string_view name) { return Lookup(kGivenNames, name); }

int FamilyNameClass(std::string_view name) { return Lookup(kFamilyNames, name); }

bool AreNicknames(std::string_view a, std::string_view b) {
  if (b < a) std::swap(a, b);
  const auto it =
      std::lower_bound(std::begin(kNicknames), std::end(kNicknames), NamePair{a, b},
                       [](const NamePair& x, const NamePair& y) {
                         return x.first != y.first ? x.first < y.first : x.second < y.second;
                       });
  return it != std::end(kNicknames) && it->first == a && it->second == b;
}

uint32_t NameTableVersion() { return kTableVersion; }

std::string NameTableHash() {
  std::string text = absl::StrCat("signpost/v1/name-table ", kTableVersion, "\n");
  const auto add = [&text](std::string_view kind, std::string_view left, std::string_view right) {
    text.append(kind).append(" ").append(left).append(" ").append(right).append("\n");
  };
  for (const NameClass& row : kGivenNames) {
    add("given", row.name, std::to_string(row.frequency_class));
  }
  for (const NameClass& row : kFamilyNames) {
    add("family", row.name, std::to_string(row.frequency_class));
  }
  for (const NamePair& pair : kNicknames) add("forms", pair.first, pair.second);
  return Sha256(text);
}

}  // namespace signpost::node
