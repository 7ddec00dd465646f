#include "node/rules/protection.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "node/record/civil_date.h"
#include "proto/base/reason.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr std::array<std::string_view, 5> kShieldReasons = {
    "REFUGE", "WITNESS_PROTECTION", "ADOPTION_AT_RISK", "HONOUR_BASED_ABUSE", "OTHER"};

bool HasReason(const Decision& match, v1::MatchReason reason) {
  return std::find(match.reasons.begin(), match.reasons.end(), reason) != match.reasons.end();
}

bool Matches(const Decision& match) {
  return match.grade == v1::CERTAIN || match.grade == v1::POSSIBLE;
}

// A brother or sister with the same birth date and a plainly other given name is no duplicate, and
// a data manager who is shown every pair of twins stops looking.
bool PlainTwins(const Decision& match) {
  return match.grade == v1::POSSIBLE && HasReason(match, v1::TWIN_OR_SIBLING) &&
         !HasReason(match, v1::GIVEN_NAME_MISSING_OR_WEAK) &&
         !HasReason(match, v1::SAME_IDENTIFIER_DIFFERENT_DETAILS);
}

bool Leads(const v1::PersonName& name) {
  return name.kind() == v1::PersonName::CURRENT || name.kind() == v1::PersonName::KIND_UNSPECIFIED;
}

std::vector<std::string> WordsOf(std::initializer_list<std::string_view> texts) {
  std::vector<std::string> all;
  for (const std::string_view text : texts) {
    std::vector<std::string> words = NormalisedWords(text);
    std::move(words.begin(), words.end(), std::back_inserter(all));
    all.emplace_back();  // so that GIVEN "A B" is not GIVEN "A", MIDDLE "B"
  }
  return all;
}

bool SameName(const v1::PersonName& a, const v1::PersonName& b) {
  return WordsOf({a.given(), a.middle(), a.family()}) ==
         WordsOf({b.given(), b.middle(), b.family()});
}

bool SameAddress(const v1::Address& a, const v1::Address& b) {
  return WordsOf({a.house(), a.street(), a.town()}) == WordsOf({b.house(), b.street(), b.town()}) &&
         CheckPostcode(a.postcode()).canonical == CheckPostcode(b.postcode()).canonical;
}

bool Empty(const v1::PersonName& name) { return SameName(name, v1::PersonName()); }
bool Empty(const v1::Address& address) { return SameAddress(address, v1::Address()); }

// The absorbed record's leading name first, so that it is among those that still fit.
void AddNames(const v1::ChildDetails& absorbed, v1::ChildDetails& merged) {
  for (const v1::PersonName& name : absorbed.names()) {
    const auto same = [&](const v1::PersonName& other) { return SameName(name, other); };
    if (Empty(name) || merged.names_size() >= static_cast<int>(kMaxNames) ||
        std::any_of(merged.names().begin(), merged.names().end(), same)) {
      continue;
    }
    v1::PersonName& added = *merged.add_names();
    added = name;
    added.set_kind(v1::PersonName::ALIAS);
  }
}

void AddAddresses(const v1::ChildDetails& absorbed, v1::ChildDetails& merged) {
  for (const v1::Address& address : absorbed.addresses()) {
    const auto same = [&](const v1::Address& other) { return SameAddress(address, other); };
    if (Empty(address) || merged.addresses_size() >= static_cast<int>(kMaxAddresses) ||
        std::any_of(merged.addresses().begin(), merged.addresses().end(), same)) {
      continue;
    }
    v1::Address& added = *merged.add_addresses();
    added = address;
    added.set_kind(v1::Address::FORMER);
  }
}

std::vector<MatchKey> WithFamilyName(std::vector<MatchKey> keys) {
  std::erase_if(
      keys, [](const MatchKey& key) { return (KeyTypeBit(key.type) & kFamilyNameKeyTypes) == 0; });
  return keys;
}

absl::Status BadShield(std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDetails, why);
}

}  // namespace

bool SilencesNode(const ChildFlags& flags) { return flags.shielded || flags.quarantined; }

DuplicateVerdict JudgeDuplicate(const ChildFlags& first, const ChildFlags& second,
                                const Decision& match, KeyTypeSet shared_types,
                                bool separated_pair) {
  if (separated_pair) return DuplicateVerdict::kUnrelated;
  if (first.shielded != second.shielded) {
    if (!Matches(match) && !RevealPolicyMet(shared_types)) return DuplicateVerdict::kUnrelated;
    return first.shielded ? DuplicateVerdict::kQuarantineSecond
                          : DuplicateVerdict::kQuarantineFirst;
  }
  return Matches(match) && !PlainTwins(match) ? DuplicateVerdict::kDecide
                                              : DuplicateVerdict::kUnrelated;
}

v1::ChildDetails MergeDetails(const v1::ChildDetails& survivor, const v1::ChildDetails& absorbed) {
  v1::ChildDetails merged = survivor;
  if (merged.nhs_number().empty()) merged.set_nhs_number(absorbed.nhs_number());
  if (merged.upn().empty()) merged.set_upn(absorbed.upn());
  if (merged.date_of_birth().empty()) {
    merged.set_date_of_birth(absorbed.date_of_birth());
    merged.set_date_quality(absorbed.date_quality());
  }
  if (merged.sex() == v1::SEX_UNSPECIFIED) merged.set_sex(absorbed.sex());
  AddNames(absorbed, merged);
  AddAddresses(absorbed, merged);
  return merged;
}

absl::Status JudgeMerge(bool separated_pair) {
  if (!separated_pair) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kSeparated,
                   "these are two separated identities; they are never merged");
}

v1::ChildDetails OwnIdentityOnly(const v1::ChildDetails& details) {
  v1::ChildDetails own;
  for (const v1::PersonName& name : details.names()) {
    if (Leads(name)) {
      *own.add_names() = name;
      break;
    }
  }
  for (const v1::PersonName& name : details.names()) {
    if (name.kind() != v1::PersonName::PREFERRED) continue;
    v1::PersonName& preferred = *own.add_names();
    preferred = name;
    // A family name that somebody goes by may be the other identity's.
    preferred.clear_family();
  }
  for (const v1::Address& address : details.addresses()) {
    if (address.kind() == v1::Address::CURRENT || address.kind() == v1::Address::KIND_UNSPECIFIED) {
      *own.add_addresses() = address;
    }
  }
  own.set_date_of_birth(details.date_of_birth());
  own.set_date_quality(details.date_quality());
  own.set_sex(details.sex());
  return own;
}

std::vector<MatchKey> OwnIdentityHolderKeys(const v1::ChildDetails& details) {
  return WithFamilyName(HolderKeys(Normalise(OwnIdentityOnly(details))));
}

std::vector<MatchKey> OwnIdentityAskerKeys(const v1::ChildDetails& details) {
  return WithFamilyName(AskerKeys(Normalise(OwnIdentityOnly(details))));
}

absl::Status CheckShieldDecision(const Shield& shield, std::chrono::sys_days today) {
  if (std::find(kShieldReasons.begin(), kShieldReasons.end(), shield.reason) ==
      kShieldReasons.end()) {
    return BadShield(
        "reason must be REFUGE, WITNESS_PROTECTION, ADOPTION_AT_RISK, HONOUR_BASED_ABUSE or OTHER");
  }
  if (shield.decided_by.size() > kMaxPersonBytes) {
    return BadShield("decided_by is longer than 120 bytes");
  }
  const auto review = ParseDay(shield.review_by);
  if (!review) return BadShield("review_by must be a day of the form YYYY-MM-DD");
  if (*review < today || *review > MonthsAfter(today, kMostShieldMonths)) {
    return BadShield("review_by must be from today to 6 months ahead");
  }
  return absl::OkStatus();
}

}  // namespace signpost::node
