// The codes and similarities of node/matching/codes.h written plainly, as their
// sources describe them: what the fast ones are held against, to the last bit.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_CODES_H_
#define SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_CODES_H_

#include <string>
#include <string_view>

#include "node/matching/codes.h"

namespace signpost::node::plain {

std::string FoldLeading(std::string_view name);
std::string Soundex(std::string_view name);
std::string FoldedSoundex(std::string_view name);
double JaroWinkler(std::string_view a, std::string_view b);
int Osa(std::string_view a, std::string_view b);

}  // namespace signpost::node::plain

#endif  // SIGNPOST_TESTS_UNIT_MATCHING_PLAIN_CODES_H_
