#include "node/matching/normalise.h"

#include <algorithm>

#include "node/matching/words.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

using Words = std::vector<std::string>;

constexpr size_t kMaxComponents = 6;
constexpr size_t kMaxOtherFamilies = 2;
constexpr size_t kMaxOtherGiven = 2;
constexpr size_t kLongestName = 60;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool HasLetter(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

template <typename List>
void AddUnique(List& list, const typename List::value_type& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

std::string Join(const Words& words) {
  std::string joined;
  for (const std::string& word : words) joined += word;
  if (joined.size() > kLongestName) joined.resize(kLongestName);
  return joined;
}

// NOT KNOWN becomes one word, so that it is a placeholder like UNKNOWN.
Words WithNotKnownJoined(Words words) {
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "NOT" && (words[i + 1] == "KNOWN" || words[i + 1] == "GIVEN")) {
      words[i] = "NOTKNOWN";
      words.erase(words.begin() + static_cast<Words::difference_type>(i) + 1);
    }
  }
  return words;
}

// Glues particles: VAN DER BERG to VANDERBERG. A particle at the end stays a word of its own.
Words GlueParticles(const Words& words) {
  Words glued;
  std::string pending;
  for (size_t i = 0; i < words.size(); ++i) {
    if (IsParticle(words[i]) && i + 1 < words.size()) {
      pending += words[i];
      continue;
    }
    glued.push_back((pending + words[i]).substr(0, kLongestName));
    pending.clear();
  }
  return glued;
}

NormalisedFamily Family(std::string_view text) {
  Words words;
  for (std::string& word : WithNotKnownJoined(NormalisedWords(text))) {
    if (HasLetter(word) && !IsFamilyPlaceholder(word)) words.push_back(std::move(word));
  }
  words = GlueParticles(words);
  if (words.size() > kMaxComponents) words.resize(kMaxComponents);
  NormalisedFamily family{Join(words), {}};
  if (words.size() > 1) family.components = std::move(words);
  return family;
}

// Given names, or none when a placeholder stands for them. `families` are the child's own.
Words Forenames(std::string_view given, std::string_view middle,
                const std::vector<NormalisedFamily>& families) {
  Words words = NormalisedWords(given);
  for (std::string& word : NormalisedWords(middle)) words.push_back(std::move(word));
  words = WithNotKnownJoined(std::move(words));
  // BABY OF SARAH names the mother.
  if (words.size() > 2 && IsGivenPlaceholder(words[0]) && words[1] == "OF") return {};
  const bool placeholder = std::any_of(
      words.begin(), words.end(), [](const std::string& word) { return IsGivenPlaceholder(word); });
  Words kept;
  for (const std::string& word : words) {
    if (!HasLetter(word) || IsTitle(word) || IsGivenPlaceholder(word)) continue;
    // TWIN A, BABY BOY SMITH, TWIN ONE: what is left beside a placeholder is no given name either.
    if (placeholder && (word.size() == 1 || word == "ONE" || word == "TWO" || word == "THREE")) {
      continue;
    }
    if (placeholder && std::any_of(families.begin(), families.end(),
                                   [&](const auto& family) { return family.whole == word; })) {
      continue;
    }
    AddUnique(kept, IsMuhammadClass(word) ? std::string(kMuhammad) : word);
    if (kept.size() == kMaxForenames) break;
  }
  return kept;
}

// The first name of kind CURRENT (or unspecified), else the first of any kind.
const v1::PersonName* LeadingName(const v1::ChildDetails& details) {
  for (const v1::PersonName& name : details.names()) {
    if (name.kind() == v1::PersonName::CURRENT || name.kind() == v1::PersonName::KIND_UNSPECIFIED) {
      return &name;
    }
  }
  return details.names().empty() ? nullptr : &details.names(0);
}

void AddNames(const v1::ChildDetails& details, NormalisedChild& child) {
  const v1::PersonName* lead = LeadingName(details);
  if (lead == nullptr) return;
  NormalisedFamily family = Family(lead->family());
  if (!family.whole.empty()) child.families.push_back(std::move(family));

  std::vector<const v1::PersonName*> others;
  for (const v1::PersonName& name : details.names()) {
    if (&name != lead && others.size() < kMaxNames) others.push_back(&name);
  }
  const size_t most = child.families.size() + kMaxOtherFamilies;
  for (const v1::PersonName* name : others) {
    family = Family(name->family());
    const bool known = std::any_of(child.families.begin(), child.families.end(),
                                   [&](const auto& other) { return other.whole == family.whole; });
    if (!family.whole.empty() && !known && child.families.size() < most) {
      child.families.push_back(std::move(family));
    }
  }

  child.forenames = Forenames(lead->given(), lead->middle(), child.families);
  for (const v1::PersonName* name : others) {
    const Words given = Forenames(name->given(), "", child.families);
    if (given.empty() || child.other_given.size() == kMaxOtherGiven) continue;
    if (child.forenames.empty()) {
      child.forenames = given;
    } else if (given.front() != child.forenames.front()) {
      AddUnique(child.other_given, given.front());
    }
  }
}

// Where the day or the month is not known, sources write 2014-05, 2014-05-00 or any day.
std::string CompletedDate(const std::string& text, v1::DateQuality quality) {
  if (quality != v1::MONTH_ONLY && quality != v1::YEAR_ONLY && quality != v1::ESTIMATED) {
    return text;
  }
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return text;
  std::string date = text;
  if (date.size() == 4) date += "-01";
  if (date.size() == 7) date += "-01";
  if (quality != v1::MONTH_ONLY && date.compare(5, 2, "00") == 0) date.replace(5, 2, "01");
  if (date.compare(8, 2, "00") == 0) date.replace(8, 2, "01");
  return date;
}

void AddBirth(const v1::ChildDetails& details, NormalisedChild& child) {
  const DateCheck check = CheckDate(CompletedDate(details.date_of_birth(), details.date_quality()));
  if (!check.ok()) return;
  child.birth = *check.date;
  switch (details.date_quality()) {
    case v1::DATE_QUALITY_UNSPECIFIED:
    case v1::EXACT:
      child.birth_known = BirthKnown::kDay;
      return;
    case v1::MONTH_ONLY:
      child.birth_known = BirthKnown::kYearAndMonth;
      child.birth.day = 0;
      return;
    case v1::YEAR_ONLY:
      child.birth_known = BirthKnown::kYear;
      break;
    default:  // ESTIMATED, and whatever a later version may add
      child.birth_known = BirthKnown::kEstimated;
      break;
  }
  child.birth.month = child.birth.day = 0;
}

std::string Letters(const Words& words) {
  std::string letters;
  for (const std::string& word : words) {
    for (const char c : word) {
      if (c >= 'A' && c <= 'Z') letters.push_back(c);
    }
  }
  return letters.substr(0, kLongestName);
}

bool IsHouseNumber(std::string_view word) {
  return !word.empty() && word.size() <= 6 && IsDigit(word[0]);
}

// The number of the house: not that of the flat, unless there is no other.
std::string HouseNumber(const Words& words) {
  std::string flat;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!IsHouseNumber(words[i])) continue;
    if (i > 0 && IsDwellingKind(words[i - 1]) && words[i - 1] != "NO") {
      flat = words[i];
      continue;
    }
    return words[i];
  }
  return flat;
}

std::string StreetLetters(Words words) {
  const Words all = words;
  std::erase_if(words, [](const std::string& word) { return IsStreetKind(word); });
  const std::string letters = Letters(words);
  return letters.empty() ? Letters(all) : letters;
}

NormalisedAddress OneAddress(const v1::Address& address) {
  NormalisedAddress out;
  const Words street = NormalisedWords(address.street());
  out.house = HouseNumber(NormalisedWords(address.house()));
  // A source without a column for the house writes its number into the street's.
  if (out.house.empty() && !street.empty() && IsHouseNumber(street.front())) {
    out.house = street.front();
  }
  out.street = StreetLetters(street);
  out.town = Letters(NormalisedWords(address.town()));
  PostcodeCheck check = CheckPostcode(address.postcode());
  if (check.ok()) out.postcode = std::move(check.canonical);
  return out;
}

void AddAddresses(const v1::ChildDetails& details, NormalisedChild& child) {
  const auto add = [&child](const v1::Address& address) {
    if (child.addresses.size() == kMaxAddresses) return;
    NormalisedAddress out = OneAddress(address);
    if (!out.postcode.empty() || !out.street.empty()) child.addresses.push_back(std::move(out));
  };
  for (const v1::Address& address : details.addresses()) {
    if (address.kind() == v1::Address::CURRENT || address.kind() == v1::Address::KIND_UNSPECIFIED) {
      add(address);
    }
  }
  for (const v1::Address& address : details.addresses()) {
    if (address.kind() == v1::Address::FORMER) add(address);
  }
}

}  // namespace

std::string_view NormalisedAddress::Outward() const {
  return postcode.size() < 5 ? std::string_view()
                             : std::string_view(postcode).substr(0, postcode.size() - 3);
}

std::string_view NormalisedAddress::Sector() const {
  return postcode.size() < 5 ? std::string_view()
                             : std::string_view(postcode).substr(0, postcode.size() - 2);
}

std::string_view NormalisedAddress::Area() const {
  const std::string_view outward = Outward();
  size_t letters = 0;
  while (letters < outward.size() && !IsDigit(outward[letters])) ++letters;
  return outward.substr(0, letters);
}

absl::InlinedVector<std::string_view, kMaxGivenVariants> NormalisedChild::GivenVariantViews()
    const {
  absl::InlinedVector<std::string_view, kMaxGivenVariants> variants;
  if (forenames.empty()) return variants;
  variants.push_back(forenames[0]);
  if (forenames[0] == kMuhammad && forenames.size() > 1) variants.push_back(forenames[1]);
  for (const std::string& given : other_given) {
    if (variants.size() < kMaxGivenVariants) AddUnique(variants, std::string_view(given));
  }
  return variants;
}

absl::InlinedVector<std::string_view, kMaxFamilyVariants> NormalisedChild::FamilyVariantViews()
    const {
  absl::InlinedVector<std::string_view, kMaxFamilyVariants> variants;
  const auto add = [&variants](std::string_view name) {
    if (variants.size() < kMaxFamilyVariants) AddUnique(variants, name);
  };
  if (families.empty()) return variants;
  add(families[0].whole);
  if (!families[0].components.empty()) {
    const std::string& first = families[0].components.front();
    const std::string& last = families[0].components.back();
    if (first.size() > 2) add(first);
    if (last.size() > 2) add(last);
  }
  for (size_t i = 1; i < families.size(); ++i) add(families[i].whole);
  return variants;
}

std::vector<std::string> NormalisedChild::GivenVariants() const {
  const auto views = GivenVariantViews();
  return {views.begin(), views.end()};
}

std::vector<std::string> NormalisedChild::FamilyVariants() const {
  const auto views = FamilyVariantViews();
  return {views.begin(), views.end()};
}

NormalisedChild Normalise(const v1::ChildDetails& details) {
  NormalisedChild child;
  AddNames(details, child);
  AddBirth(details, child);
  if (details.sex() == v1::FEMALE || details.sex() == v1::MALE) child.sex = details.sex();
  AddAddresses(details, child);
  child.nhs_number = CheckNhsNumberAnyUse(details.nhs_number()).canonical;
  if (UpnCheck upn = CheckUpn(details.upn()); upn.ok()) child.upn = std::move(upn.canonical);
  return child;
}

}  // namespace signpost::node
