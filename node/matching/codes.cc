#include "node/matching/codes.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

namespace signpost::node {
namespace {

// The first `gone` letters of a name are written as `as`.
struct Folding {
  size_t gone = 0;
  std::string_view as;
};

constexpr int Two(char first, char second) { return first << 8 | second; }

// MATCHING.md section 2: how the beginning of a name is folded, before its first letter is.
Folding LeadingSound(std::string_view name) {
  if (name.size() < 2) return {};
  const char third = name.size() > 2 ? name[2] : '\0';
  switch (Two(name[0], name[1])) {
    case Two('K', 'N'):
    case Two('G', 'N'):
    case Two('P', 'N'):
      return {2, "N"};
    case Two('W', 'R'):
    case Two('R', 'H'):
      return {2, "R"};
    case Two('P', 'H'):
      return {2, "F"};
    case Two('P', 'S'):
    case Two('S', 'Z'):
      return {2, "S"};
    case Two('S', 'C'):
      return third == 'H' ? Folding{3, "S"} : Folding{};
    case Two('W', 'H'):
      return {2, "W"};
    case Two('M', 'A'):
      return third == 'C' ? Folding{3, "MC"} : Folding{};
    case Two('C', 'Z'):
      return {2, "C"};
    case Two('T', 'H'):
      return {2, "T"};
    case Two('G', 'H'):
      return {2, "G"};
    default:
      return {};
  }
}

bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }
bool IsSoftener(char c) { return c == 'E' || c == 'I' || c == 'Y'; }

// The first letter by its sound; `second` is 0 when there is none.
char FoldedInitial(char first, char second) {
  switch (first) {
    case 'G':
      return IsSoftener(second) ? 'J' : 'G';
    case 'C':
      return IsSoftener(second) ? 'S' : 'C';
    case 'K':
    case 'Q':
      return 'C';
    case 'Z':
    case 'X':
      return 'S';
    case 'Y':
      return 'J';
    default:
      return first;
  }
}

// A folded name in two pieces: `head` takes the place of what was folded away before `rest`.
struct FoldedName {
  std::array<char, 2> head{};
  size_t head_size = 0;
  std::string_view rest;
};

std::string_view Cut(std::string_view text) { return text.substr(0, kMaxCodeLetters); }

FoldedName Fold(std::string_view name) {
  FoldedName folded{{}, 0, Cut(name)};
  if (folded.rest.empty()) return folded;
  Folding folding = LeadingSound(folded.rest);
  if (folding.gone == 0) folding = {1, folded.rest.substr(0, 1)};
  folded.head_size = folding.as.size();
  std::copy(folding.as.begin(), folding.as.end(), folded.head.begin());
  folded.rest.remove_prefix(folding.gone);
  const char next = folded.rest.empty() ? '\0' : folded.rest.front();
  folded.head[0] = FoldedInitial(folded.head[0], folded.head_size > 1 ? folded.head[1] : next);
  return folded;
}

// '0' for vowels and Y, '-' for H and W, which do not separate equal codes. Canonicalisation
// version 1 passes over I as well, where American Soundex would let it separate (LILY is L000
// here, L400 there): to change that is to change keys 4 and 7.
char SoundexDigit(char letter) {
  constexpr std::string_view kDigits = "0123012--2245501262301-202";
  static_assert(kDigits.size() == 26);
  return kDigits[static_cast<size_t>(letter - 'A')];
}

class SoundexWriter {
 public:
  void Write(std::string_view letters) {
    for (const char letter : letters) {
      if (size_ == code_.letters.size()) return;
      if (IsLetter(letter)) Write(letter);
    }
  }
  // Filled up with zeros.
  SoundCode Finish() {
    for (; size_ > 0 && size_ < code_.letters.size(); ++size_) code_.letters[size_] = '0';
    return code_;
  }

 private:
  void Write(char letter) {
    const char digit = SoundexDigit(letter);
    if (size_ == 0) {
      code_.letters[size_++] = letter;
      previous_ = digit == '-' ? '0' : digit;
      return;
    }
    if (digit == '-') return;
    if (digit != '0' && digit != previous_) code_.letters[size_++] = digit;
    previous_ = digit;
  }

  SoundCode code_;
  size_t size_ = 0;
  char previous_ = '0';
};

SoundCode CodeOf(const FoldedName& folded) {
  SoundexWriter writer;
  writer.Write({folded.head.data(), folded.head_size});
  writer.Write(folded.rest);
  return writer.Finish();
}

// The lowest `count` bits.
uint64_t LowBits(size_t count) { return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1; }

// Where each byte stands in a text of at most 64: bit i for place i. Only bytes of the two texts
// given may be looked up; the others are not even cleared, which is most of the cost otherwise.
class Places {
 public:
  Places(std::string_view of, std::string_view looked_up) {
    for (const char c : looked_up) at_[Index(c)] = 0;
    for (const char c : of) at_[Index(c)] = 0;
    uint64_t bit = 1;
    for (const char c : of) {
      at_[Index(c)] |= bit;
      bit <<= 1;
    }
  }
  uint64_t operator[](char c) const { return at_[Index(c)]; }

 private:
  static size_t Index(char c) { return static_cast<unsigned char>(c); }
  std::array<uint64_t, 256> at_;
};

struct Pairing {
  uint64_t in_a = 0;  // the places of letters that found a partner
  uint64_t in_b = 0;
};

// Jaro's pairing: each letter of `a` takes the first free equal letter of `b` near its own place.
Pairing PairLetters(std::string_view a, std::string_view b) {
  const size_t half = std::max(a.size(), b.size()) / 2;
  const size_t window = half > 0 ? half - 1 : 0;
  const Places places(b, a);
  Pairing pairing;
  for (size_t i = 0; i < a.size(); ++i) {
    const uint64_t before = i > window ? LowBits(i - window) : 0;
    const uint64_t near = LowBits(i + window + 1) & ~before;
    const uint64_t free = places[a[i]] & near & ~pairing.in_b;
    pairing.in_b |= free & (~free + 1);
    pairing.in_a |= uint64_t{free != 0} << i;
  }
  return pairing;
}

// The letters of `a` that stand anywhere in `b` at all, or the other way round: no fewer than can
// be paired. Bytes that share their last six bits count as equal.
int MostPairs(std::string_view a, std::string_view b) {
  const auto letters = [](std::string_view text) {
    uint64_t set = 0;
    for (const char c : text) set |= uint64_t{1} << (c & 63);
    return set;
  };
  const auto count = [](std::string_view text, uint64_t set) {
    int found = 0;
    for (const char c : text) found += static_cast<int>(set >> (c & 63) & 1);
    return found;
  };
  return std::min(count(a, letters(b)), count(b, letters(a)));
}

// The most that another order of the same arithmetic could change.
constexpr double kRounding = 1e-9;

constexpr std::array<double, kMaxCodeLetters + 1> kReciprocals = [] {
  std::array<double, kMaxCodeLetters + 1> reciprocals{};
  for (size_t i = 1; i < reciprocals.size(); ++i) reciprocals[i] = 1 / static_cast<double>(i);
  return reciprocals;
}();

// No less than Jaro's similarity, by the letters alone, without a division.
double MostJaro(std::string_view a, std::string_view b) {
  const double m = MostPairs(a, b);
  return (m * kReciprocals[a.size()] + m * kReciprocals[b.size()] + 1) * kReciprocals[3];
}

double Jaro(std::string_view a, std::string_view b, int pairs, size_t transpositions) {
  const double m = pairs;
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
          (m - static_cast<double>(transpositions)) / m) /
         3;
}

size_t CommonPrefix(std::string_view a, std::string_view b) {
  const size_t most = std::min({a.size(), b.size(), size_t{4}});
  size_t prefix = 0;
  while (prefix < most && a[prefix] == b[prefix]) ++prefix;
  return prefix;
}

double Winkler(double jaro, size_t prefix) {
  return jaro + 0.1 * static_cast<double>(prefix) * (1 - jaro);
}

size_t OutOfOrder(std::string_view a, std::string_view b, Pairing pairing) {
  size_t count = 0;
  while (pairing.in_a != 0) {
    count += a[static_cast<size_t>(std::countr_zero(pairing.in_a))] !=
             b[static_cast<size_t>(std::countr_zero(pairing.in_b))];
    pairing.in_a &= pairing.in_a - 1;
    pairing.in_b &= pairing.in_b - 1;
  }
  return count;
}

}  // namespace

std::string FoldLeading(std::string_view name) {
  const FoldedName folded = Fold(name);
  return std::string(folded.head.data(), folded.head_size).append(folded.rest);
}

std::string Soundex(std::string_view name) {
  SoundexWriter writer;
  writer.Write(Cut(name));
  return std::string(writer.Finish().view());
}

SoundCode FoldedSoundCode(std::string_view name) { return CodeOf(Fold(name)); }

bool SameFoldedSound(std::string_view a, std::string_view b) {
  const FoldedName one = Fold(a), other = Fold(b);
  // Names of unlike sound mostly differ in the letter that begins the code.
  if (IsLetter(one.head[0]) && IsLetter(other.head[0]) && one.head[0] != other.head[0]) {
    return false;
  }
  return CodeOf(one) == CodeOf(other);
}

std::string FoldedSoundex(std::string_view name) {
  return std::string(FoldedSoundCode(name).view());
}

double JaroWinkler(std::string_view a, std::string_view b) { return JaroWinklerFrom(a, b, 0); }

double JaroWinklerFrom(std::string_view a, std::string_view b, double least) {
  a = Cut(a);
  b = Cut(b);
  if (a.empty() || b.empty()) return 0;
  const size_t prefix = CommonPrefix(a, b);
  if (Winkler(MostJaro(a, b), prefix) < least - kRounding) return 0;
  // Letters are paired greedily from one side; a fixed side makes the result symmetric.
  if (std::pair(b.size(), b) < std::pair(a.size(), a)) std::swap(a, b);
  const Pairing pairing = PairLetters(a, b);
  if (pairing.in_a == 0) return 0;
  const int pairs = std::popcount(pairing.in_a);
  return Winkler(Jaro(a, b, pairs, OutOfOrder(a, b, pairing) / 2), prefix);
}

// H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, Nordic
// Journal of Computing 10 (2003): a column of the table is two words of differences.
int Osa(std::string_view a, std::string_view b) {
  a = Cut(a);
  b = Cut(b);
  if (a.empty()) return static_cast<int>(b.size());
  const Places places(a, b);
  uint64_t up = ~uint64_t{0}, down = 0, diagonal = 0, previous = 0;
  const uint64_t last = uint64_t{1} << (a.size() - 1);
  int distance = static_cast<int>(a.size());
  for (const char c : b) {
    const uint64_t here = places[c];
    const uint64_t transposed = ((~diagonal & here) << 1) & previous;
    diagonal = (((here & up) + up) ^ up) | here | down | transposed;
    uint64_t right_up = down | ~(diagonal | up);
    uint64_t right_down = diagonal & up;
    distance += (right_up & last) != 0 ? 1 : 0;
    distance -= (right_down & last) != 0 ? 1 : 0;
    right_up = (right_up << 1) | 1;
    right_down <<= 1;
    up = right_down | ~(diagonal | right_up);
    down = right_up & diagonal;
    previous = here;
  }
  return distance;
}

bool WithinOneEdit(std::string_view a, std::string_view b) {
  a = Cut(a);
  b = Cut(b);
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  // What is left between the common beginning and the common end tells the edit.
  size_t from = 0;
  while (from < a.size() && a[from] == b[from]) ++from;
  a.remove_prefix(from);
  b.remove_prefix(from);
  while (!a.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (b.size() <= 1) return true;
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

}  // namespace signpost::node
