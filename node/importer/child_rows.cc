#include "node/importer/child_rows.h"

#include <utility>

#include "node/record/civil_date.h"
#include "node/rules/protection.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

enum ChildColumn : size_t {
  kCaseReference,
  kGivenName,
  kMiddleNames,
  kFamilyName,
  kFormerFamilyNames,
  kAliasFamilyNames,
  kDateOfBirth,
  kSex,
  kHouse,
  kStreet,
  kTown,
  kPostcode,
  kFormerPostcodes,
  kNhsNumber,
  kUpn,
  kShielded,
  kShieldReason,
  kNoFixedAddress,
  kDateOfDeath,
  kKeepUntil25,
};

constexpr ColumnSpec kColumns[] = {
    {"case_reference", true},
    {"given_name"},
    {"middle_names"},
    {"family_name", true},
    {"former_family_names"},
    {"alias_family_names"},
    {"date_of_birth"},
    {"sex"},
    {"house"},
    {"street"},
    {"town"},
    {"postcode"},
    {"former_postcodes"},
    {"nhs_number"},
    {"upn"},
    {"shielded"},
    {"shield_reason"},
    {"no_fixed_address"},
    {"date_of_death"},
    {"keep_until_25"},
};

void ReadNames(RowReader& row, v1::ChildDetails& details) {
  v1::PersonName* name = details.add_names();
  name->set_kind(v1::PersonName::CURRENT);
  name->set_given(row.Text(kGivenName, kMaxNameBytes));
  name->set_middle(row.Text(kMiddleNames, kMaxNameBytes));
  name->set_family(row.Required(kFamilyName, kMaxNameBytes));
  const auto add = [&](size_t column, v1::PersonName::Kind kind) {
    const size_t room = kMaxNames - static_cast<size_t>(details.names_size());
    for (std::string& family : row.List(column, kMaxNameBytes, room)) {
      v1::PersonName* other = details.add_names();
      other->set_kind(kind);
      other->set_family(std::move(family));
    }
  };
  add(kFormerFamilyNames, v1::PersonName::FORMER);
  add(kAliasFamilyNames, v1::PersonName::ALIAS);
}

void ReadAddresses(RowReader& row, v1::ChildDetails& details) {
  v1::Address address;
  address.set_house(row.Text(kHouse, kMaxNameBytes));
  address.set_street(row.Text(kStreet, kMaxNameBytes));
  address.set_town(row.Text(kTown, kMaxNameBytes));
  address.set_postcode(row.Postcode(kPostcode));
  const bool no_fixed_address = row.Boolean(kNoFixedAddress);
  if (no_fixed_address) details.add_addresses()->set_kind(v1::Address::NO_FIXED_ADDRESS);
  if (address.ByteSizeLong() > 0) {
    address.set_kind(no_fixed_address ? v1::Address::FORMER : v1::Address::CURRENT);
    *details.add_addresses() = std::move(address);
  }
  const size_t room = kMaxAddresses - static_cast<size_t>(details.addresses_size());
  for (std::string& postcode : row.Postcodes(kFormerPostcodes, room)) {
    v1::Address* former = details.add_addresses();
    former->set_kind(v1::Address::FORMER);
    former->set_postcode(std::move(postcode));
  }
}

v1::Sex ReadSex(RowReader& row) {
  std::string text = row.Text(kSex, kMaxNameBytes);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (text == "F" || text == "FEMALE") return v1::FEMALE;
  if (text == "M" || text == "MALE") return v1::MALE;
  if (text == "I" || text == "INDETERMINATE") return v1::INDETERMINATE;
  if (!text.empty() && text != "U" && text != "UNKNOWN" && text != "NOT KNOWN") {
    row.Fail(kSex, RejectReason::kNotInList);
  }
  return v1::SEX_UNSPECIFIED;
}

void ReadDates(RowReader& row, std::string_view raw_birth, ChildWrite& child) {
  if (raw_birth != "1900-01-01") {
    child.details.set_date_of_birth(row.PastDate(kDateOfBirth));
    if (!child.details.date_of_birth().empty()) child.details.set_date_quality(v1::EXACT);
  }
  if (!row.Has(kDateOfDeath)) return;
  child.date_of_death = row.PastDate(kDateOfDeath);
  // Both are YYYY-MM-DD, which sorts as text.
  if (!child.date_of_death->empty() && *child.date_of_death < child.details.date_of_birth()) {
    row.Fail(kDateOfDeath, RejectReason::kDeathBeforeBirth);
  }
}

void ReadShield(RowReader& row, const ImportRules& rules, ChildWrite& child) {
  const bool shielded = row.Boolean(kShielded);
  std::string reason = row.Text(kShieldReason, kMaxReferenceBytes);
  if (shielded) {
    const std::chrono::sys_days today = DayOf(rules.now_ms);
    Shield shield{std::move(reason), "import", FormatDay(MonthsAfter(today, kMostShieldMonths))};
    // A shield is never refused for the want of a reason.
    if (!CheckShieldDecision(shield, today).ok()) shield.reason = "OTHER";
    child.shield = std::move(shield);
  } else if (!reason.empty()) {
    row.Fail(kShieldReason, RejectReason::kReasonWithoutShield);
  }
}

}  // namespace

absl::Span<const ColumnSpec> ChildColumns() { return kColumns; }

RawChild RawChildOf(const RowReader& row) {
  return {row.Raw(kGivenName), row.Raw(kFamilyName), row.Raw(kDateOfBirth), row.Raw(kSex),
          row.Raw(kPostcode),  row.Raw(kNhsNumber),  row.Raw(kUpn)};
}

ChildWrite ReadChildRow(RowReader& row, const ImportRules& rules) {
  ChildWrite child;
  child.case_reference = row.Required(kCaseReference, kMaxReferenceBytes);
  ReadNames(row, child.details);
  ReadDates(row, row.Raw(kDateOfBirth), child);
  child.details.set_sex(ReadSex(row));
  ReadAddresses(row, child.details);
  child.details.set_nhs_number(row.NhsNumber(kNhsNumber));
  child.details.set_upn(row.Upn(kUpn));
  ReadShield(row, rules, child);
  if (row.Has(kKeepUntil25)) child.keep_until_25 = row.Boolean(kKeepUntil25);
  return child;
}

}  // namespace signpost::node
