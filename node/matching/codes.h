// Phonetic codes and string similarities over normalised names (A-Z, 0-9).
// Bounded: inputs beyond kMaxCodeLetters are cut, so every call is short, and a
// whole name fits the bits of one machine word.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_NODE_MATCHING_CODES_H_
#define SIGNPOST_NODE_MATCHING_CODES_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace signpost::node {

inline constexpr size_t kMaxCodeLetters = 64;

// The name with its leading letters folded to one spelling of their sound:
// WRIGHT to RIGHT, KATHERINE to CATHERINE, GEOFFREY to JEOFFREY.
std::string FoldLeading(std::string_view name);

// Four characters, American Soundex (U.S. National Archives): H and W do not
// separate equal codes, vowels do, except I in canonicalisation version 1. Empty
// for a name without a letter.
std::string Soundex(std::string_view name);

// Soundex(FoldLeading(name)): GS and FS of the match keys.
std::string FoldedSoundex(std::string_view name);

// A Soundex code held in place.
struct SoundCode {
  std::array<char, 4> letters{};
  bool empty() const { return letters[0] == '\0'; }
  std::string_view view() const { return {letters.data(), empty() ? 0 : letters.size()}; }
  bool operator==(const SoundCode&) const = default;
};
// FoldedSoundex without a string.
SoundCode FoldedSoundCode(std::string_view name);
// Whether the two have the same one; most names that have not are told apart by a letter.
bool SameFoldedSound(std::string_view a, std::string_view b);

// Jaro-Winkler similarity in [0, 1], prefix weight 0.1 over at most four
// letters at any Jaro value (Winkler 1990). Two empty strings: 0.
double JaroWinkler(std::string_view a, std::string_view b);
// JaroWinkler(a, b) where that is at least `least`, else some lower value, sooner.
double JaroWinklerFrom(std::string_view a, std::string_view b, double least);

// Optimal string alignment distance: insert, delete, substitute, transpose neighbours.
int Osa(std::string_view a, std::string_view b);

// Osa(a, b) <= 1, in one pass.
bool WithinOneEdit(std::string_view a, std::string_view b);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_CODES_H_
