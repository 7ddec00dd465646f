// A closed list of the protocol and its words, one table a list, and the three
// ways to read it.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_WORD_TABLE_H_
#define SIGNPOST_CLI_WORD_TABLE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::cli {

template <typename E>
struct Word {
  E value;
  std::string_view name;
};

template <typename E, size_t N>
std::optional<E> FindWord(const std::array<Word<E>, N>& words, std::string_view name) {
  for (const auto& word : words) {
    if (word.name == name) return word.value;
  }
  return std::nullopt;
}

template <typename E, size_t N>
std::string SayWord(const std::array<Word<E>, N>& words, E value, std::string_view otherwise) {
  for (const auto& word : words) {
    if (word.value == value) return std::string(word.name);
  }
  return std::string(otherwise);
}

template <typename E, size_t N>
std::vector<std::string> WordNames(const std::array<Word<E>, N>& words) {
  std::vector<std::string> out;
  for (const auto& word : words) out.emplace_back(word.name);
  return out;
}

inline constexpr std::string_view kUnknownWord = "unknown to this version";

// The enum's own name, as JSON uses it; "UNKNOWN_17" for a number this program does not know.
inline std::string CodeOr(std::string_view name, int number) {
  if (!name.empty()) return std::string(name);
  return "UNKNOWN_" + std::to_string(number);
}

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_WORD_TABLE_H_
