// The matcher: records a second normalised and brought to match keys, beside ICU
// alone over the same names; pairs a second scored, beside bare similarity loops
// over the same fields (bit-parallel Jaro-Winkler and optimal string alignment).
//
// One thread, by its own CPU time, so that the figures are one core's and other
// work on the machine counts little. Real and bare runs alternate.
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "node/matching/match_keys.h"
#include "node/matching/score.h"
#include "proto/base/random.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_report.h"

namespace signpost::bench {
namespace {

using node::NormalisedChild;

constexpr double kTargetRecords = 100'000;
constexpr double kTargetPairs = 1'000'000;

constexpr std::array kGiven = {
    "Oliver",  "Amelia",   "Muhammad", "Isla",    "George",  "Ava",       "Noah",   "Olivia",
    "Arthur",  "Freya",    "Harry",    "Lily",    "Leo",     "Florence",  "Jack",   "Mia",
    "Charlie", "Willow",   "Oscar",    "Rosie",   "Jacob",   "Sophia",    "Thomas", "Isabella",
    "Henry",   "Grace",    "Freddie",  "Daisy",   "Alfie",   "Katherine", "Theo",   "Mohammed",
    "William", "Anna-Mae", "Archie",   "Siobhan", "Ibrahim", "Zara",      "Lucas",  "Alexandra"};
constexpr std::array kFamily = {
    "Smith",  "Jones",  "Patel",    "Williams",  "Taylor",  "Khan",    "Brown",   "Davies",
    "Evans",  "Wilson", "Thomas",   "Hussain",   "Johnson", "Roberts", "Walker",  "Begum",
    "Wright", "Ali",    "Thompson", "Ahmed",     "White",   "Hughes",  "O'Brien", "Edwards",
    "Green",  "Lewis",  "Wood",     "Mc Donald", "Harris",  "Singh",   "Kaur",    "Ashcroft"};
constexpr std::array kAccented = {"Zoë",    "Łukasz", "O’Connor", "Núñez", "Chloé",
                                  "Müller", "Çelik",  "Renée",    "Søren", "Dvořák"};
constexpr std::array kOtherScripts = {"Анастасия",    "محمد",   "小明",
                                      "Παπαδόπουλος", "Nguyễn", "प्रिया"};
constexpr std::array kSyllables = {"ba",  "den", "fi",  "gor", "hal", "jin", "kel",
                                   "lor", "mi",  "nar", "o",   "pel", "qua", "ris",
                                   "sol", "tam", "ul",  "ven", "wi",  "zeb"};
constexpr std::array kStreets = {"Station Road", "High Street", "St. Mary's Close",
                                 "Long Acre",    "Park Lane",   "Victoria Avenue",
                                 "The Green",    "Mill Hill"};
constexpr std::array kTowns = {"Leeds", "Bury St Edmunds", "Manchester", "Stoke-on-Trent", "Hull"};
constexpr std::array kOutwards = {"LS1", "IP33", "M14", "ST4", "HU1", "BD8", "CR0", "W1A"};

// Which of a hundred records have an accented name, and one of another script.
struct Mix {
  uint64_t accented = 0;
  uint64_t other_scripts = 0;
};

class Population {
 public:
  explicit Population(Mix mix) : mix_(mix) {}

  v1::ChildDetails Child() {
    v1::ChildDetails details;
    const std::string family = Family();
    AddName(details, v1::PersonName::CURRENT, Given(), Chance(50) ? Given() : "", family);
    if (Chance(30)) AddName(details, v1::PersonName::FORMER, "", "", Family());
    details.set_date_of_birth(Birth());
    details.set_date_quality(v1::EXACT);
    details.set_sex(Chance(50) ? v1::FEMALE : v1::MALE);
    AddAddress(details, v1::Address::CURRENT);
    if (Chance(30)) AddAddress(details, v1::Address::FORMER);
    if (Chance(70)) details.set_nhs_number(NhsNumber());
    if (Chance(20)) details.set_upn("P207000016049");
    return details;
  }

  // The same child as another authority would hold it.
  v1::ChildDetails Elsewhere(v1::ChildDetails details) {
    if (Chance(15)) Mistype(*details.mutable_names(0)->mutable_given());
    if (Chance(15)) Mistype(*details.mutable_names(0)->mutable_family());
    if (Chance(20)) details.mutable_names(0)->set_family(Family());
    if (Chance(40)) {
      details.clear_addresses();
      AddAddress(details, v1::Address::CURRENT);
    }
    if (Chance(30)) details.clear_nhs_number();
    return details;
  }

  v1::ChildDetails Sibling(v1::ChildDetails details) {
    details.mutable_names(0)->set_given(Given());
    details.mutable_names(0)->set_middle(Chance(50) ? Given() : "");
    if (Chance(90)) details.set_date_of_birth(Birth());
    details.set_nhs_number(Chance(70) ? NhsNumber() : "");
    return details;
  }

  uint64_t Below(uint64_t bound) { return random_.Below(bound); }

 private:
  bool Chance(uint64_t percent) { return random_.Below(100) < percent; }
  template <typename List>
  std::string Pick(const List& list) {
    return list[random_.Below(list.size())];
  }

  std::string Unusual(std::string usual) {
    const uint64_t dice = random_.Below(100);
    if (dice < mix_.other_scripts) return Pick(kOtherScripts);
    if (dice < mix_.other_scripts + mix_.accented) return Pick(kAccented);
    if (dice >= 88) {
      usual.clear();
      for (int i = 0; i < 4; ++i) usual += Pick(kSyllables);
    }
    return usual;
  }
  std::string Given() { return Unusual(Pick(kGiven)); }
  std::string Family() {
    return Chance(5) ? Pick(kFamily) + "-" + Pick(kFamily) : Unusual(Pick(kFamily));
  }

  std::string Birth() {
    char date[48];
    std::snprintf(
        date, sizeof date, "%04u-%02u-%02u", static_cast<unsigned>(2008 + random_.Below(17)),
        static_cast<unsigned>(1 + random_.Below(12)), static_cast<unsigned>(1 + random_.Below(28)));
    return date;
  }

  // Ten digits of the test range 999 whose check digit (modulus 11) exists.
  std::string NhsNumber() {
    while (true) {
      std::string digits = "999";
      for (int i = 0; i < 6; ++i) digits += static_cast<char>('0' + random_.Below(10));
      for (char check = '0'; check <= '9'; ++check) {
        if (node::CheckNhsNumberAnyUse(digits + check).ok()) return digits + check;
      }
    }
  }

  void AddName(v1::ChildDetails& details, v1::PersonName::Kind kind, const std::string& given,
               const std::string& middle, const std::string& family) {
    v1::PersonName& name = *details.add_names();
    name.set_kind(kind);
    name.set_given(given);
    name.set_middle(middle);
    name.set_family(family);
  }

  void AddAddress(v1::ChildDetails& details, v1::Address::Kind kind) {
    v1::Address& address = *details.add_addresses();
    address.set_kind(kind);
    address.set_house(std::to_string(1 + random_.Below(180)));
    address.set_street(Pick(kStreets));
    address.set_town(Pick(kTowns));
    address.set_postcode(Pick(kOutwards) + " " + static_cast<char>('0' + random_.Below(10)) +
                         "ABDEFGHJLN"[random_.Below(10)] + "PQRSTUWXYZ"[random_.Below(10)]);
  }

  void Mistype(std::string& name) {
    if (name.size() < 3) return;
    const size_t at = 1 + random_.Below(name.size() - 2);
    switch (random_.Below(3)) {
      case 0:
        std::swap(name[at], name[at + 1]);
        break;
      case 1:
        name.erase(at, 1);
        break;
      default:
        name[at] = static_cast<char>('a' + random_.Below(26));
    }
  }

  Mix mix_;
  SeededRandom random_{"bench_matching, 32 bytes of seed."};
};

// Calls `once` until a tenth of a second of this thread's CPU is spent; calls a second.
template <typename Once>
double Rate(size_t calls, double at_least_seconds, Once once) {
  const double began = ThreadCpuSeconds();
  double spent = 0;
  size_t done = 0;
  do {
    for (size_t i = 0; i < calls; ++i) once(i);
    done += calls;
    spent = ThreadCpuSeconds() - began;
  } while (spent < at_least_seconds);
  return static_cast<double>(done) / spent;
}

// What keeps a result from being left out by the compiler.
volatile size_t g_sink;  // NOLINT: written, never read

// ICU alone: the names of a record, in one text, through the rules of the normaliser.
class IcuAlone {
 public:
  IcuAlone() {
    UErrorCode error = U_ZERO_ERROR;
    rules_.reset(icu::Transliterator::createInstance("NFKC; Any-Latin; Latin-ASCII; Any-Upper",
                                                     UTRANS_FORWARD, error));
    Must(U_SUCCESS(error), "ICU has no such rules");
  }

  void Run(const v1::ChildDetails& details) {
    std::string text;
    for (const v1::PersonName& name : details.names()) {
      for (const std::string* part : {&name.given(), &name.middle(), &name.family()}) {
        text.append(*part).append(" ");
      }
    }
    icu::UnicodeString wide = icu::UnicodeString::fromUTF8(text);
    rules_->transliterate(wide);
    std::string out;
    g_sink = wide.toUTF8String(out).size();
  }

 private:
  std::unique_ptr<icu::Transliterator> rules_;
};

// Where each letter stands in a name, one bit a place; only the letters asked for are ever read.
class Places {
 public:
  Places(std::string_view of, std::string_view asked_for) {
    for (const char c : asked_for) at_[static_cast<unsigned char>(c)] = 0;
    for (const char c : of) at_[static_cast<unsigned char>(c)] = 0;
    for (size_t i = 0; i < of.size(); ++i) at_[static_cast<unsigned char>(of[i])] |= 1ULL << i;
  }
  uint64_t operator[](char c) const { return at_[static_cast<unsigned char>(c)]; }

 private:
  std::array<uint64_t, 256> at_;
};

double BareJaroWinkler(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || a.size() > 60 || b.size() > 60) return 0;
  const Places places(b, a);
  const size_t window = std::max<size_t>(std::max(a.size(), b.size()) / 2, 1) - 1;
  uint64_t used_a = 0, used_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const uint64_t near = ((1ULL << (i + window + 1)) - 1) >> (i > window ? i - window : 0)
                                                                  << (i > window ? i - window : 0);
    const uint64_t found = places[a[i]] & near & ~used_b;
    used_b |= found & (~found + 1);
    used_a |= static_cast<uint64_t>(found != 0) << i;
  }
  const double m = __builtin_popcountll(used_a);
  if (m == 0) return 0;
  int moved = 0;
  for (; used_a != 0; used_a &= used_a - 1, used_b &= used_b - 1) {
    moved += a[static_cast<size_t>(__builtin_ctzll(used_a))] !=
             b[static_cast<size_t>(__builtin_ctzll(used_b))];
  }
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
          (m - moved / 2) / m) /
         3;
}

// Hyyrö 2003, of at most 60 letters.
int BareOsa(std::string_view a, std::string_view b) {
  if (a.empty() || a.size() > 60) return static_cast<int>(b.size());
  const Places places(a, b);
  uint64_t vp = ~0ULL, vn = 0, d0 = 0, before = 0;
  int distance = static_cast<int>(a.size());
  const uint64_t last = 1ULL << (a.size() - 1);
  for (const char c : b) {
    const uint64_t here = places[c];
    const uint64_t transposed = (((~d0) & here) << 1) & before;
    d0 = (((here & vp) + vp) ^ vp) | here | vn | transposed;
    uint64_t hp = vn | ~(d0 | vp), hn = d0 & vp;
    distance += (hp & last) != 0;
    distance -= (hn & last) != 0;
    hp = (hp << 1) | 1;
    hn <<= 1;
    vp = hn | ~(d0 | hp);
    vn = hp & d0;
    before = here;
  }
  return distance;
}

std::string_view Front(const std::vector<std::string>& list) {
  return list.empty() ? std::string_view() : std::string_view(list.front());
}
std::string_view FamilyOf(const NormalisedChild& child) {
  return child.families.empty() ? std::string_view() : std::string_view(child.families[0].whole);
}
std::string_view PostcodeOf(const NormalisedChild& child) {
  return child.addresses.empty() ? std::string_view()
                                 : std::string_view(child.addresses[0].postcode);
}

// Both similarities of both names, the distance of postcodes and NHS numbers, dates as they are.
void BareLoops(const NormalisedChild& a, const NormalisedChild& b) {
  const double names = BareJaroWinkler(Front(a.forenames), Front(b.forenames)) +
                       BareJaroWinkler(FamilyOf(a), FamilyOf(b));
  const int edits = BareOsa(Front(a.forenames), Front(b.forenames)) +
                    BareOsa(FamilyOf(a), FamilyOf(b)) + BareOsa(PostcodeOf(a), PostcodeOf(b)) +
                    BareOsa(a.nhs_number, b.nhs_number);
  g_sink = static_cast<size_t>(names) + static_cast<size_t>(edits) + (a.birth == b.birth);
}

// Records and pairs that stay in a core's cache, as the candidates of one question do; and pairs
// that do not, as in a comparison of whole registers.
struct Sizes {
  size_t near;
  size_t far;
  double seconds;
};

Sizes SizesOf(const Arguments& arguments) {
  return arguments.smoke ? Sizes{100, 200, 0.01} : Sizes{500, 10'000, 0.25};
}

void AddTarget(Report& report, const std::string& what, const std::string& unit,
               std::vector<double> real, std::vector<double> bare, double target,
               const std::string& target_text) {
  const double measured = Median(std::move(real)), floor = Median(std::move(bare));
  report.Add(Row{what, unit, measured, floor, measured / floor, target_text, measured >= target});
}

void MeasureRecords(const Arguments& arguments, Report& report, const std::string& of, Mix mix) {
  const Sizes sizes = SizesOf(arguments);
  Population population(mix);
  std::vector<v1::ChildDetails> records;
  while (records.size() < sizes.near) records.push_back(population.Child());
  IcuAlone icu;
  std::vector<double> holder, both, words, bare;
  size_t keys = 0;
  for (const v1::ChildDetails& details : records) {
    keys += node::HolderKeys(node::Normalise(details)).size();
  }
  for (int i = 0; i < arguments.repeats; ++i) {
    bare.push_back(Rate(records.size(), sizes.seconds, [&](size_t at) { icu.Run(records[at]); }));
    words.push_back(Rate(records.size(), sizes.seconds, [&](size_t at) {
      g_sink = node::Normalise(records[at]).forenames.size();
    }));
    holder.push_back(Rate(records.size(), sizes.seconds, [&](size_t at) {
      g_sink = node::HolderKeys(node::Normalise(records[at])).size();
    }));
    both.push_back(Rate(records.size(), sizes.seconds, [&](size_t at) {
      const NormalisedChild child = node::Normalise(records[at]);
      g_sink = node::HolderKeys(child).size() + node::AskerKeys(child).size();
    }));
  }
  AddTarget(report, of + ": normalised, holder keys", "records/s", holder, bare, kTargetRecords,
            "at least 100000");
  AddTarget(report, "  normalised, holder and asker keys", "records/s", both, bare, kTargetRecords,
            "at least 100000");
  report.Add("  normalised alone", "records/s", Median(words));
  report.Add("  holder keys a record", "keys",
             static_cast<double>(keys) / static_cast<double>(records.size()));
}

using Pair = std::pair<NormalisedChild, NormalisedChild>;

void MeasurePairs(const Arguments& arguments, Report& report, const std::string& of,
                  const std::vector<Pair>& pairs) {
  const Sizes sizes = SizesOf(arguments);
  std::vector<double> real, bare;
  for (int i = 0; i < arguments.repeats; ++i) {
    bare.push_back(Rate(pairs.size(), sizes.seconds,
                        [&](size_t at) { BareLoops(pairs[at].first, pairs[at].second); }));
    real.push_back(Rate(pairs.size(), sizes.seconds, [&](size_t at) {
      g_sink = static_cast<size_t>(node::Score(pairs[at].first, pairs[at].second).total + 100);
    }));
  }
  AddTarget(report, of, "pairs/s", real, bare, kTargetPairs, "at least 1000000");
}

void MeasureScore(const Arguments& arguments, Report& report) {
  const Sizes sizes = SizesOf(arguments);
  Population population({4, 1});
  std::vector<Pair> same, sibling, stranger;
  while (stranger.size() < sizes.far) {
    const v1::ChildDetails details = population.Child();
    const NormalisedChild child = node::Normalise(details);
    stranger.emplace_back(child, node::Normalise(population.Child()));
    if (same.size() == sizes.near) continue;
    same.emplace_back(child, node::Normalise(population.Elsewhere(details)));
    sibling.emplace_back(child, node::Normalise(population.Sibling(details)));
  }
  MeasurePairs(arguments, report, "scored: one child, held twice", same);
  MeasurePairs(arguments, report, "scored: siblings", sibling);
  MeasurePairs(arguments, report, "scored: strangers, beyond the cache", stranger);
  stranger.resize(sizes.near);
  MeasurePairs(arguments, report, "scored: strangers", stranger);
}

void Measure(const Arguments& arguments) {
  Report report("Matcher", arguments);
  MeasureRecords(arguments, report, "plain records", {0, 0});
  MeasureRecords(arguments, report, "4 % accented, 1 % of other scripts", {4, 1});
  MeasureScore(arguments, report);
  report.Note(
      "The floor of records is ICU alone over the names of the same records; that of pairs is "
      "bit-parallel Jaro-Winkler and alignment of first given, family name, postcode and NHS "
      "number, without levels, frequencies, former names or former addresses.");
  report.Print();
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  using namespace signpost::bench;
  const Arguments arguments = ParseArguments(
      argc, argv, "Records normalised and brought to match keys, and pairs scored, a second.");
  return RunBench([&] { Measure(arguments); });
}
