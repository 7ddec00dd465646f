#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <string>

#include "node/matching/normalise.h"
#include "proto/base/mutex.h"

namespace signpost::node {
namespace {

constexpr size_t kLongestText = 256;  // bytes; names are limited to far less before
constexpr size_t kMostWords = 16;
constexpr size_t kLongestWord = 60;

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
    icu::UnicodeString wide = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
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
      const char16_t c = text.charAt(i);
      if ((c >= 0x2018 && c <= 0x201B) || c == 0x02BB || c == 0x02BC || c == 0x00B4 ||
          c == 0x0060 || c == 0x2032) {
        text.setCharAt(i, u'\'');
      }
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

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
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
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return c;
  return c == '\'' || c == '`' || c == '.' ? '\0' : ' ';
}

std::vector<std::string> SplitPlain(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty() && words.size() < kMostWords) words.push_back(word);
    word.clear();
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
    } else if (c != '\0' && word.size() < kLongestWord) {
      word.push_back(c);
    }
  }
  finish();
  return words;
}

}  // namespace

std::vector<std::string> NormalisedWords(std::string_view text) {
  text = CutText(text);
  if (IsAscii(text)) return SplitPlain(text);
  return SplitPlain(SharedTransliteration().ToAscii(text));
}

}  // namespace signpost::node
