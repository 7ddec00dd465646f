#include "node/importer/quality.h"

#include <algorithm>
#include <array>
#include <string>

#include "node/matching/normalise.h"
#include "node/matching/usable.h"

namespace signpost::node {
namespace {

// MATCHING.md section 3, "finds alone", by key type; the strong ones are counted apart.
constexpr std::array<double, kKeyTypes + 1> kFindsAlone = {
    0, 0, 0, .83, .83, .65, .80, .80, .39, .56, .59, .61, .66, .66, .59, .62, .76, .76, .76};
constexpr double kAskersWithNhsNumber = .70;
constexpr double kFoundByFullDetails = .96;

// Birth date with both names, and with an address and either name: the details are full.
constexpr KeyTypeSet kFullDetails =
    KeyTypeBit(KeyType::kBirthBothNames) | KeyTypeBit(KeyType::kBirthPostcode) |
    KeyTypeBit(KeyType::kBirthAreaGiven) | KeyTypeBit(KeyType::kPostcodeGiven);

double FoundByWeakKeys(KeyTypeSet types) {
  if ((types & kFullDetails) == kFullDetails) return kFoundByFullDetails;
  double best = 0;
  for (uint8_t a = 3; a <= kKeyTypes; ++a) {
    for (uint8_t b = static_cast<uint8_t>(a + 1); b <= kKeyTypes; ++b) {
      const KeyTypeSet pair = KeyTypeBit(a) | KeyTypeBit(b);
      if ((types & pair) != pair || !RevealPolicyMet(pair)) continue;
      best = std::max(best, std::min(kFindsAlone[a], kFindsAlone[b]));
    }
  }
  return best;
}

bool IsFirstOfJanuary(std::string_view date) {
  return date.size() == 10 && date.substr(4) == "-01-01";
}

bool SexMissing(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper.empty() || upper == "U" || upper == "UNKNOWN" || upper == "NOT KNOWN";
}

}  // namespace

double ExpectedFound(KeyTypeSet holder_types) {
  const double strong =
      (holder_types & KeyTypeBit(KeyType::kNhsNumber)) != 0 ? kAskersWithNhsNumber : 0;
  return strong + (1 - strong) * FoundByWeakKeys(holder_types);
}

void ChildQuality::AddRow(const RawChild& row) {
  AddNumbers(row);
  AddNames(row);
  v1::ImportQuality& c = counts_;
  if (row.date_of_birth.empty() || row.date_of_birth == "1900-01-01") {
    c.set_date_of_birth_missing(c.date_of_birth_missing() + 1);
  } else if (IsFirstOfJanuary(row.date_of_birth)) {
    c.set_date_of_birth_default(c.date_of_birth_default() + 1);
  }
  switch (CheckPostcode(row.postcode).reason) {
    case PostcodeReason::kValid:
      break;
    case PostcodeReason::kBadShape:
      c.set_postcode_invalid(c.postcode_invalid() + 1);
      break;
    default:  // empty, or unknown abode
      c.set_postcode_missing(c.postcode_missing() + 1);
  }
  if (SexMissing(row.sex)) c.set_sex_missing(c.sex_missing() + 1);
}

void ChildQuality::AddNumbers(const RawChild& row) {
  v1::ImportQuality& c = counts_;
  switch (CheckNhsNumber(row.nhs_number, numbers_).reason) {
    case NhsNumberReason::kValid:
      c.set_nhs_number_valid(c.nhs_number_valid() + 1);
      break;
    case NhsNumberReason::kEmpty:
      c.set_nhs_number_missing(c.nhs_number_missing() + 1);
      break;
    default:
      c.set_nhs_number_invalid(c.nhs_number_invalid() + 1);
  }
  switch (CheckUpn(row.upn).reason) {
    case UpnReason::kValid:
      c.set_upn_valid(c.upn_valid() + 1);
      break;
    case UpnReason::kEmpty:
      c.set_upn_missing(c.upn_missing() + 1);
      break;
    case UpnReason::kTemporary:
      c.set_upn_temporary(c.upn_temporary() + 1);
      break;
    default:
      c.set_upn_invalid(c.upn_invalid() + 1);
  }
}

void ChildQuality::AddNames(const RawChild& row) {
  v1::ImportQuality& c = counts_;
  if (row.family_name.empty()) c.set_family_name_missing(c.family_name_missing() + 1);
  if (row.given_name.empty()) {
    c.set_given_name_missing(c.given_name_missing() + 1);
    return;
  }
  v1::ChildDetails names;
  v1::PersonName* name = names.add_names();
  name->set_given(std::string(row.given_name));
  name->set_family(std::string(row.family_name));
  if (Normalise(names).forenames.empty()) {
    c.set_given_name_placeholder(c.given_name_placeholder() + 1);
  }
}

void ChildQuality::AddTaken(const v1::ChildDetails& details) {
  const NormalisedChild child = Normalise(details);
  if (UsableAsRecord(child) == Usable::kYes) counts_.set_findable(counts_.findable() + 1);
  counts_.set_expected_found(counts_.expected_found() +
                             ExpectedFound(KeyTypesOf(HolderKeys(child))));
}

}  // namespace signpost::node
