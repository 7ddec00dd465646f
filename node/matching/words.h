// The closed word lists of normalisation: placeholders, titles, spellings of the
// MUHAMMAD class, particles of family names, words that only say what kind of
// street it is. Changing one changes match keys: a new canonicalisation version.
//
// Thread safety: pure functions over constant data.
#ifndef SIGNPOST_NODE_MATCHING_WORDS_H_
#define SIGNPOST_NODE_MATCHING_WORDS_H_

#include <string_view>

namespace signpost::node {

bool IsTitle(std::string_view word);
// In the place of a given name: BABY, INFANT, MALE, UNKNOWN, TBC ...
bool IsGivenPlaceholder(std::string_view word);
// In the place of a family name: UNKNOWN, NK, TBC ... (BOY and MALE are families' names too).
bool IsFamilyPlaceholder(std::string_view word);
bool IsMuhammadClass(std::string_view word);
// O, MC, VAN, AL ...: glued to the word that follows.
bool IsParticle(std::string_view word);
// ROAD, RD, STREET, ST ...: left out of a street's letters.
bool IsStreetKind(std::string_view word);
// FLAT, UNIT, APARTMENT ...: the word that follows is no house number.
bool IsDwellingKind(std::string_view word);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_WORDS_H_
