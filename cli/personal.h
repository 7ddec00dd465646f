// Recognising what must not stand in an argument, and checking what a person
// typed: dates, NHS numbers, names.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_PERSONAL_H_
#define SIGNPOST_CLI_PERSONAL_H_

#include <string_view>

namespace signpost::cli {

// YYYY-MM-DD, a day that exists, 1900 to 2199.
bool IsRealDate(std::string_view text);

// Ten digits whose last one is the modulus 11 check digit (NHS Data Dictionary, "NHS NUMBER"),
// not all equal. Spaces and hyphens between groups are allowed.
bool PassesNhsCheck(std::string_view text);

enum class Suspicion { kNone, kDate, kNhsNumber, kName };

// What an argument that nobody asked for looks like; also behind `--word=`.
Suspicion SuspicionOf(std::string_view argument);

// "a date", "an NHS number", "a name".
std::string_view SuspicionWords(Suspicion suspicion);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_PERSONAL_H_
