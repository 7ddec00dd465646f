// UTF-8, decoded strictly (Unicode 15, table 3-7: no overlong forms, no
// surrogates), and the code points that may not reach a terminal.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_CLI_UTF8_H_
#define SIGNPOST_CLI_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace signpost::cli {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacement;
  size_t bytes = 1;  // consumed; 1 when invalid
  bool valid = false;
};

// The code point at `text[at]`; `at` is inside the text.
CodePoint DecodeAt(std::string_view text, size_t at);

bool IsValidUtf8(std::string_view text);
void AppendUtf8(std::string& out, char32_t value);

// C0, DEL and C1 controls.
bool IsControl(char32_t value);
// Bidirectional controls, zero-width and other invisible format characters, line and paragraph
// separators, tag characters.
bool IsInvisible(char32_t value);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_UTF8_H_
