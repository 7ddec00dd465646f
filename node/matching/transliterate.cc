#include "node/matching/transliterate.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "node/matching/normalise.h"
#include "proto/base/mutex.h"

namespace signpost::node {
namespace {

constexpr size_t kLongestText = 256;  // bytes; names are limited to far less before
constexpr size_t kMostWords = 16;
constexpr size_t kLongestWord = 60;

bool IsQuote(char32_t c) {
  return (c >= 0x2018 && c <= 0x201B) || c == 0x02BB || c == 0x02BC || c == 0x00B4 || c == 0x0060 ||
         c == 0x2032;
}

// ICU's transliterators are built once, in milliseconds, and used under a lock:
// ICU promises no more than that two threads may not share one.
class Transliteration {
 public:
  Transliteration() {
    UErrorCode error = U_ZERO_ERROR;
    rules_.reset(icu::Transliterator::createInstance("NFKC; Any-Latin; Latin-ASCII; Any-Upper",
                                                     UTRANS_FORWARD, error));
    if (U_FAILURE(error)) rules_.reset();
  }

  std::string ToAscii(std::string_view text) {
    return ToAscii(icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))));
  }

  std::string ToAscii(icu::UnicodeString wide) {
    StraightenQuotes(wide);
    if (rules_ != nullptr) {
      const MutexLock lock(mutex_);
      rules_->transliterate(wide);
    }
    std::string out;
    wide.toUTF8String(out);
    return out;
  }

 private:
  static void StraightenQuotes(icu::UnicodeString& text) {
    for (int32_t i = 0; i < text.length(); ++i) {
      if (IsQuote(text.charAt(i))) text.setCharAt(i, u'\'');
    }
  }

  Mutex mutex_;
  std::unique_ptr<icu::Transliterator> rules_;
};

Transliteration& SharedTransliteration() {
  // Never destroyed: a thread may still be importing while the program ends.
  static auto* shared = new Transliteration;
  return *shared;
}

// What ICU makes of single letters. In a text of nothing but ASCII and these, none changes what
// becomes of its neighbours: they are whole letters of one script, without combining marks.
class AccentedLetters {
 public:
  AccentedLetters() {
    for (size_t i = 0; i < letters_.size(); ++i) {
      const char32_t c = CharacterOf(i);
      std::string ascii =
          SharedTransliteration().ToAscii(icu::UnicodeString(static_cast<UChar32>(c)));
      if (ascii.empty() || ascii.size() > letters_[i].size()) continue;
      if (!std::all_of(ascii.begin(), ascii.end(), IsAsciiByte)) continue;
      std::copy(ascii.begin(), ascii.end(), letters_[i].begin());
    }
  }

  // Appends the character at `at` and moves on; false, with nothing done, where it is none of them.
  bool Append(std::string_view text, size_t& at, std::string& out) const {
    const std::optional<size_t> place = PlaceOf(text.substr(at));
    if (!place || letters_[*place][0] == '\0') return false;
    for (const char c : letters_[*place]) {
      if (c != '\0') out.push_back(c);
    }
    at += *place < kTwoByteLetters ? 2 : 3;
    return true;
  }

  static bool IsAsciiByte(char c) { return static_cast<unsigned char>(c) < 0x80; }

 private:
  // U+00C0 to U+024F: Latin-1 letters, Latin Extended-A and -B. U+1E00 to U+1EFF: Latin Extended
  // Additional. U+2010 to U+201B: hyphens, dashes and single quotes.
  static constexpr size_t kTwoByteLetters = 0x250 - 0xC0;
  static constexpr size_t kAdditional = 0x100;
  static constexpr size_t kPunctuation = 0x201C - 0x2010;

  static char32_t CharacterOf(size_t place) {
    if (place < kTwoByteLetters) return static_cast<char32_t>(0xC0 + place);
    if (place < kTwoByteLetters + kAdditional) {
      return static_cast<char32_t>(0x1E00 + place - kTwoByteLetters);
    }
    return static_cast<char32_t>(0x2010 + place - kTwoByteLetters - kAdditional);
  }

  // Of a well-formed character at the beginning of `text`.
  static std::optional<size_t> PlaceOf(std::string_view text) {
    const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    if (text.empty() || !continues(1)) return std::nullopt;
    if (byte(0) >= 0xC3 && byte(0) <= 0xC9) {
      const char32_t c = (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
      return c < 0x250 ? std::optional<size_t>(c - 0xC0) : std::nullopt;
    }
    if ((byte(0) != 0xE1 && byte(0) != 0xE2) || !continues(2)) return std::nullopt;
    const char32_t c = (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (c >= 0x1E00 && c < 0x1F00) return kTwoByteLetters + (c - 0x1E00);
    if (c >= 0x2010 && c < 0x201C) return kTwoByteLetters + kAdditional + (c - 0x2010);
    return std::nullopt;
  }

  std::array<std::array<char, 4>, kTwoByteLetters + kAdditional + kPunctuation> letters_{};
};

// Constant data that only ICU can tell, made once.
const AccentedLetters& SharedAccentedLetters() {
  static const auto* shared = new AccentedLetters;
  return *shared;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), AccentedLetters::IsAsciiByte);
}

// The text in ASCII, when it is made of nothing but ASCII and accented letters.
std::optional<std::string> WithoutAccents(std::string_view text) {
  const AccentedLetters& accented = SharedAccentedLetters();
  std::string out;
  out.reserve(text.size() + 4);
  for (size_t at = 0; at < text.size();) {
    if (AccentedLetters::IsAsciiByte(text[at])) {
      out.push_back(text[at++]);
    } else if (!accented.Append(text, at, out)) {
      return std::nullopt;
    }
  }
  return out;
}

// At most kLongestText bytes, not cutting a UTF-8 character.
std::string_view CutText(std::string_view text) {
  if (text.size() <= kLongestText) return text;
  size_t size = kLongestText;
  while (size > kLongestText - 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return text.substr(0, size);
}

// A-Z or 0-9; 0 for a character that is left out, ' ' for one that separates.
char Plain(char c) {
  if (c >= 'A' && c <= 'Z') return c;
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  if (c >= '0' && c <= '9') return c;
  return c == '\'' || c == '`' || c == '.' ? '\0' : ' ';
}

std::vector<std::string> SplitPlain(std::string_view text) {
  std::vector<std::string> words;
  std::array<char, kLongestWord> word;
  size_t size = 0;
  const auto finish = [&] {
    if (size == 0) return;
    if (words.empty()) words.reserve(3);
    if (words.size() < kMostWords) words.emplace_back(word.data(), size);
    size = 0;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') {
      // A bracket that is never closed takes only itself away.
      const size_t close = text.find(')', i);
      if (close != std::string_view::npos) i = close;
      finish();
      continue;
    }
    const char c = Plain(text[i]);
    if (c == ' ') {
      finish();
    } else if (c != '\0' && size < word.size()) {
      word[size++] = c;
    }
  }
  finish();
  return words;
}

}  // namespace

std::vector<std::string> NormalisedWords(std::string_view text) {
  text = CutText(text);
  if (IsAscii(text)) return SplitPlain(text);
  if (const auto plain = WithoutAccents(text)) return SplitPlain(*plain);
  return SplitPlain(SharedTransliteration().ToAscii(text));
}

std::vector<std::string> NormalisedWordsByIcu(std::string_view text) {
  return SplitPlain(SharedTransliteration().ToAscii(CutText(text)));
}

bool IsPlainText(std::string_view text) {
  text = CutText(text);
  return IsAscii(text) || WithoutAccents(text).has_value();
}

}  // namespace signpost::node
