// The way from a text in any script to words of A-Z and 0-9. Internal to this
// room and its tests, which hold the short way against the whole of ICU.
//
// Thread safety: may be called from several threads.
#ifndef SIGNPOST_NODE_MATCHING_TRANSLITERATE_H_
#define SIGNPOST_NODE_MATCHING_TRANSLITERATE_H_

#include <string>
#include <string_view>
#include <vector>

namespace signpost::node {

// NormalisedWords by ICU alone, whatever the text: the rule of which NormalisedWords is the short
// form for ASCII and for the accented letters of European and Vietnamese names.
std::vector<std::string> NormalisedWordsByIcu(std::string_view text);

// Whether NormalisedWords of this text does without ICU.
bool IsPlainText(std::string_view text);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_TRANSLITERATE_H_
