// Any bytes in any field: every entry point of the room ends soon, in bounded
// memory, with a result that keeps its promises. Seeded, so that a failure
// comes back; built with sanitizers it finds what a result cannot show.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <ctime>

#include "node/matching/codes.h"
#include "node/matching/golden.h"
#include "node/matching/match_keys.h"
#include "node/matching/name_table.h"
#include "node/matching/near_miss.h"
#include "node/matching/score.h"
#include "node/matching/usable.h"
#include "tests/unit/matching/random_child.h"

namespace signpost::node {
namespace {

constexpr size_t kMostKeys = 600;
constexpr size_t kLongestKey = 200;

// Bytes that have broken text handling elsewhere.
constexpr std::string_view kHostile[] = {
    std::string_view("\0", 1),
    "\x1F",
    "\n\r\t\x7F",
    "\xC0\xAF",                           // overlong
    "\xED\xA0\x80",                       // half of a surrogate pair
    "\xF4\x90\x80\x80",                   // past the last character
    "\xE2\x80\xAE",                       // right to left from here
    "\xE2\x80\x8B\xE2\x80\x8D",           // of no width
    "e\xCC\x81\xCC\xA3\xCC\x81\xCC\xA3",  // marks on marks
    "\xEF\xB7\xBA",                       // one character that becomes eighteen
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
    "(((((",
    ")))",
    "''''",
    "%s%n",
    "-",
    "小明محمدАнна",
    "\xEF\xBC\xA1\xEF\xBC\x91",  // full width
    "ﬃ",
    "MUHAMMAD ",
    "VAN DER ",
    "NOT KNOWN ",
    "9990000018",
    "2015-03-09",
    "M14 5QF",
    "P207000016049",
    "4.0E+09",
};

class Fuzzer {
 public:
  explicit Fuzzer(std::string_view seed) : maker_(seed) {
    for (const v1::ChildDetails& details : GoldenChildren()) corpus_.push_back(details);
  }

  std::string Text(std::string text) {
    Random& random = maker_.random();
    for (uint64_t changes = random.Below(4); changes > 0; --changes) {
      switch (random.Below(6)) {
        case 0:
          text = maker_.Edited(std::move(text));
          break;
        case 1:
          text.insert(random.Below(text.size() + 1), kHostile[random.Below(std::size(kHostile))]);
          break;
        case 2:
          text = random.Bytes(random.Below(80));
          break;
        case 3:
          if (!text.empty()) text[random.Below(text.size())] = random.Bytes(1)[0];
          break;
        case 4:
          text.resize(random.Below(text.size() + 1));
          break;
        default:
          text = Long(kHostile[random.Below(std::size(kHostile))]);
      }
    }
    return text;
  }

  v1::ChildDetails Child() {
    Random& random = maker_.random();
    v1::ChildDetails details =
        random.Below(3) == 0 ? corpus_[random.Below(corpus_.size())] : maker_.Child();
    if (random.Below(20) == 0) {
      for (int i = 0; i < 40; ++i) details.MergeFrom(maker_.Child());
    }
    for (v1::PersonName& name : *details.mutable_names()) {
      name.set_kind(static_cast<v1::PersonName::Kind>(random.Below(9)));
      for (std::string* field :
           {name.mutable_given(), name.mutable_middle(), name.mutable_family()}) {
        *field = Text(std::move(*field));
      }
    }
    for (v1::Address& address : *details.mutable_addresses()) {
      for (std::string* field : {address.mutable_house(), address.mutable_street(),
                                 address.mutable_town(), address.mutable_postcode()}) {
        *field = Text(std::move(*field));
      }
    }
    details.set_date_of_birth(Text(details.date_of_birth()));
    details.set_date_quality(static_cast<v1::DateQuality>(random.Below(9)));
    details.set_sex(static_cast<v1::Sex>(random.Below(9)));
    details.set_nhs_number(Text(details.nhs_number()));
    details.set_upn(Text(details.upn()));
    return details;
  }

  Random& random() { return maker_.random(); }

 private:
  std::string Long(std::string_view piece) {
    const uint64_t times = maker_.random().Below(maker_.random().Below(30) == 0 ? 20'000 : 60);
    std::string text;
    for (uint64_t i = 0; i < times; ++i) text += piece;
    return text;
  }

  ChildMaker maker_;
  std::vector<v1::ChildDetails> corpus_;
};

bool IsPlain(std::string_view text) {
  return text.size() <= 60 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

bool IsSound(const NormalisedChild& child) {
  bool sound = child.forenames.size() <= kMaxForenames && child.other_given.size() <= 2 &&
               child.families.size() <= 3 && child.addresses.size() <= 6;
  for (const auto& names : {child.forenames, child.other_given}) {
    for (const std::string& name : names) sound = sound && IsPlain(name) && !name.empty();
  }
  for (const NormalisedFamily& family : child.families) {
    sound = sound && IsPlain(family.whole) && !family.whole.empty() &&
            family.components.size() <= 6 && family.components.size() != 1;
    for (const std::string& part : family.components) sound = sound && IsPlain(part);
  }
  for (const NormalisedAddress& address : child.addresses) {
    for (const std::string_view part :
         {std::string_view(address.house), std::string_view(address.street),
          std::string_view(address.town), std::string_view(address.postcode), address.Area(),
          address.Outward(), address.Sector()}) {
      sound = sound && IsPlain(part);
    }
  }
  return sound && (child.nhs_number.empty() || child.nhs_number.size() == 10) &&
         (child.upn.empty() || child.upn.size() == 13) &&
         (!child.HasBirthDay() || CheckDate(FormatDate(child.birth)).ok());
}

bool AreSound(const std::vector<MatchKey>& keys) {
  return keys.size() <= kMostKeys && std::is_sorted(keys.begin(), keys.end()) &&
         std::adjacent_find(keys.begin(), keys.end()) == keys.end() &&
         std::all_of(keys.begin(), keys.end(), [](const MatchKey& key) {
           const auto parts = key.Parts();
           return key.type >= 1 && key.type <= kKeyTypes && key.fields.size() <= kLongestKey &&
                  std::none_of(parts.begin(), parts.end(),
                               [](std::string_view part) { return part.empty(); });
         });
}

bool IsSound(const MatchResult& match) {
  return std::isfinite(match.total) && match.total > -60 && match.total < 90;
}

TEST_CASE("Children of any bytes normalise and make keys and score within their bounds") {
  Fuzzer fuzzer("fuzz of children: thirty-two byte");
  NormalisedChild last;
  size_t wrong = 0, with_keys = 0;
  for (int i = 0; i < 4'000; ++i) {
    const NormalisedChild child = Normalise(fuzzer.Child());
    const auto holder = HolderKeys(child);
    with_keys += !holder.empty();
    wrong += !IsSound(child) + !AreSound(holder) + !AreSound(AskerKeys(child)) +
             (QuestionKeys(child).size() > 32);
    wrong += Explain(UsableAsRecord(child)).empty() != (UsableAsRecord(child) == Usable::kYes);
    wrong += ExplainWithFields(child).empty() != HelpfulFields(child).empty();
    const MatchResult match = Score(child, last);
    wrong += !IsSound(match) + !IsSound(Score(child, child));
    for (const uint64_t children : {uint64_t{0}, uint64_t{11'000'000}, ~uint64_t{0}}) {
      const Decision decision = Decide(match, children);
      wrong += (decision.grade == v1::POSSIBLE) == decision.reasons.empty();
    }
    last = child;
  }
  CHECK(wrong == 0);
  CHECK(with_keys > 2'000);  // the bytes were near enough to children to go all the way
}

TEST_CASE("Checks of any bytes answer with a reason and a value only when it is well formed") {
  Fuzzer fuzzer("fuzz of checks: thirty-two bytes.");
  size_t wrong = 0, valid = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string seed[] = {"9990000018", "P207000016049", "M14 5QF", "2015-03-09", ""};
    const std::string text = fuzzer.Text(seed[fuzzer.random().Below(std::size(seed))]);
    const NhsNumberCheck nhs = CheckNhsNumberAnyUse(text);
    wrong += nhs.ok() ? nhs.canonical.size() != 10 : !nhs.canonical.empty();
    wrong += nhs.ok() == (CheckNhsNumber(text, NumberUse::kProduction).ok() ==
                          CheckNhsNumber(text, NumberUse::kTraining).ok());
    const UpnCheck upn = CheckUpn(text);
    wrong += upn.ok() && upn.canonical.size() != 13;
    const PostcodeCheck postcode = CheckPostcode(text);
    wrong += postcode.canonical.size() > 7 || !IsPlain(postcode.ok() ? postcode.canonical : "");
    const DateCheck date = CheckDate(text, Date{2026, 11, 23});
    wrong += date.ok() != date.date.has_value();
    wrong += !date.ok() && Explain(date.reason).empty();
    wrong += nhs.ok() && NhsNumberNearMiss(text) != NearMiss::kNone;
    wrong += upn.ok() && UpnNearMiss(text) != NearMiss::kNone;
    wrong += postcode.ok() && PostcodeNearMiss(text) != NearMiss::kNone;
    wrong += date.ok() && DateNearMiss(text) != NearMiss::kNone;
    valid += nhs.ok() + upn.ok() + postcode.ok() + date.ok();
  }
  CHECK(wrong == 0);
  CHECK(valid > 5'000);
}

TEST_CASE("Codes and lookups of any bytes keep their bounds") {
  Fuzzer fuzzer("fuzz of codes: thirty-two bytes..");
  size_t wrong = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string a = fuzzer.Text("CATHERINE"), b = fuzzer.Text("KATHRYN");
    const double similarity = JaroWinkler(a, b);
    wrong += similarity < 0 || similarity > 1 + 1e-12 || similarity != JaroWinkler(b, a);
    wrong += Osa(a, b) < 0 || Osa(a, b) > 64 || Osa(a, b) != Osa(b, a);
    wrong += FoldLeading(a).size() > kMaxCodeLetters;
    wrong += Soundex(a).size() != 0 && Soundex(a).size() != 4;
    wrong += GivenNameClass(a) < 1 || FamilyNameClass(a) < 1;
    wrong += AreNicknames(a, b) != AreNicknames(b, a);
    wrong += NormalisedWords(a).size() > 16;
  }
  CHECK(wrong == 0);
}

double CpuMilliseconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

TEST_CASE("A record made to be slow costs its own copying and little more") {
  for (const std::string_view piece : kHostile) {
    std::string text;
    while (text.size() < 50'000) text += piece;
    v1::ChildDetails details;
    for (int i = 0; i < 20; ++i) {
      v1::PersonName& name = *details.add_names();
      name.set_given(text);
      name.set_middle(text);
      name.set_family(text);
      v1::Address& address = *details.add_addresses();
      address.set_house(text);
      address.set_street(text);
      address.set_town(text);
      address.set_postcode(text);
    }
    details.set_date_of_birth(text);
    details.set_nhs_number(text);
    details.set_upn(text);
    const double began = CpuMilliseconds();
    const NormalisedChild child = Normalise(details);
    const size_t keys = HolderKeys(child).size() + AskerKeys(child).size();
    Score(child, child);
    NearMiss found = NhsNumberNearMiss(text);
    for (auto near : {UpnNearMiss, PostcodeNearMiss, DateNearMiss})
      found = std::max(found, near(text));
    INFO(piece);
    CHECK(CpuMilliseconds() - began < 500);  // far above what any takes, far below a stall
    CHECK(keys <= 2 * kMostKeys);
    CHECK(found == NearMiss::kNone);
  }
}

}  // namespace
}  // namespace signpost::node
