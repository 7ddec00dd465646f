#include "node/matching/name_table.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <bit>
#include <span>
#include <utility>

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

// FNV-1a over the bytes of a name, or of a pair of names.
constexpr uint32_t kHashStart = 2166136261;
constexpr uint32_t Hash(std::string_view text, uint32_t hash = kHashStart) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return hash ^ (hash >> 15);
}
constexpr uint32_t HashOf(const NameClass& row) { return Hash(row.name); }
constexpr uint32_t HashOf(const NamePair& row) { return Hash(row.second, Hash(row.first)); }

// Where each row of a table is to be found: row number + 1, in the first free place from its hash
// on; 0 is a free place. Made by the compiler, at most half full.
template <size_t kPlaces, size_t kRows>
requires(kRows * 2 <= kPlaces && std::has_single_bit(kPlaces) &&
         kRows < 65535) constexpr std::array<uint16_t, kPlaces> IndexOf(const auto(&rows)[kRows]) {
  std::array<uint16_t, kPlaces> places{};
  for (size_t row = 0; row < kRows; ++row) {
    size_t at = HashOf(rows[row]) & (kPlaces - 1);
    while (places[at] != 0) at = (at + 1) & (kPlaces - 1);
    places[at] = static_cast<uint16_t>(row + 1);
  }
  return places;
}

constexpr auto kGivenIndex = IndexOf<8192>(kGivenNames);
constexpr auto kFamilyIndex = IndexOf<32768>(kFamilyNames);
constexpr auto kNicknameIndex = IndexOf<16384>(kNicknames);

// The row for which `is_it` holds, or null.
template <typename Row, size_t kPlaces, typename IsIt>
const Row* Find(std::span<const Row> rows, const std::array<uint16_t, kPlaces>& index,
                uint32_t hash, IsIt is_it) {
  for (size_t at = hash & (kPlaces - 1); index[at] != 0; at = (at + 1) & (kPlaces - 1)) {
    const Row& row = rows[index[at] - 1u];
    if (is_it(row)) return &row;
  }
  return nullptr;
}

template <size_t kPlaces>
int ClassOf(std::span<const NameClass> rows, const std::array<uint16_t, kPlaces>& index,
            std::string_view name) {
  const NameClass* row =
      Find(rows, index, Hash(name), [name](const NameClass& r) { return r.name == name; });
  return row != nullptr ? row->frequency_class : kUnlistedNameClass;
}

}  // namespace

int GivenNameClass(std::string_view name) { return ClassOf(kGivenNames, kGivenIndex, name); }

int FamilyNameClass(std::string_view name) { return ClassOf(kFamilyNames, kFamilyIndex, name); }

bool AreNicknames(std::string_view a, std::string_view b) {
  if (b < a) std::swap(a, b);
  const auto same = [a, b](const NamePair& row) { return row.first == a && row.second == b; };
  return Find(std::span<const NamePair>(kNicknames), kNicknameIndex, Hash(b, Hash(a)), same) !=
         nullptr;
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
