#include "node/importer/involvement_rows.h"

#include <utility>

#include "node/record/civil_date.h"
#include "node/rules/retention.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

enum InvolvementColumn : size_t {
  kCaseReference,
  kInvolvementReference,
  kService,
  kOrganisation,
  kTeam,
  kPractitioner,
  kPractitionerRole,
  kTelephone,
  kEmail,
  kLeadProfessional,
  kAssessmentExists,
  kStartOn,
  kEndOn,
  kReviewBy,
  kSensitive,
  kConsentGivenBy,
  kConsentGivenOn,
  kConsentWithdrawnOn,
};

constexpr ColumnSpec kColumns[] = {
    {"case_reference", true},
    {"involvement_reference", true},
    {"service", true},
    {"organisation"},
    {"team"},
    {"practitioner"},
    {"practitioner_role"},
    {"telephone"},
    {"email"},
    {"lead_professional"},
    {"assessment_exists"},
    {"start_on", true},
    {"end_on"},
    {"review_by"},
    {"sensitive"},
    {"consent_given_by"},
    {"consent_given_on"},
    {"consent_withdrawn_on"},
};

// "Early help", "early-help" and EARLY_HELP are the same service.
v1::ServiceType ReadService(RowReader& row) {
  std::string name = row.Required(kService, kMaxNameBytes);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == ' ' || c == '-') c = '_';
  }
  v1::ServiceType service = v1::SERVICE_TYPE_UNSPECIFIED;
  if (!v1::ServiceType_Parse(name, &service) || service == v1::SERVICE_TYPE_UNSPECIFIED ||
      service == v1::SENSITIVE_SERVICE) {  // a word of answers: a record says which
    row.Fail(kService, RejectReason::kNotInList);
    return v1::SERVICE_TYPE_UNSPECIFIED;
  }
  return service;
}

void ReadPeriod(RowReader& row, const ImportRules& rules, v1::Involvement& involvement) {
  involvement.set_start_on(row.AnyDate(kStartOn));
  if (involvement.start_on().empty()) row.Fail(kStartOn, RejectReason::kMissing);
  involvement.set_end_on(row.AnyDate(kEndOn));
  if (!involvement.end_on().empty() && involvement.end_on() < involvement.start_on()) {
    row.Fail(kEndOn, RejectReason::kEndBeforeStart);
  }
  involvement.set_review_by(row.AnyDate(kReviewBy));
  // Without one the store counts 12 months from when the row was last recorded: written in here, a
  // repeated import would be a change each day. One that is past is a row of long ago, and stays
  // so.
  const auto review = ParseDay(involvement.review_by());
  if (review && *review > MonthsAfter(DayOf(rules.now_ms), kMostReviewMonths)) {
    row.Fail(kReviewBy, RejectReason::kReviewTooFar);
  }
}

void ReadConsent(RowReader& row, v1::Involvement& involvement) {
  std::string given_by = row.Text(kConsentGivenBy, kMaxPersonBytes);
  std::string given_on = row.PastDate(kConsentGivenOn);
  std::string withdrawn_on = row.PastDate(kConsentWithdrawnOn);
  if (given_by.empty() && given_on.empty() && withdrawn_on.empty()) return;
  if (given_by.empty()) row.Fail(kConsentGivenBy, RejectReason::kConsentIncomplete);
  if (given_on.empty()) row.Fail(kConsentGivenOn, RejectReason::kConsentIncomplete);
  // Both are YYYY-MM-DD, which sorts as text.
  if (!withdrawn_on.empty() && withdrawn_on < given_on) {
    row.Fail(kConsentWithdrawnOn, RejectReason::kWithdrawnBeforeGiven);
  }
  v1::Consent& consent = *involvement.mutable_consent();
  consent.set_given_by(std::move(given_by));
  consent.set_given_on(std::move(given_on));
  consent.set_withdrawn_on(std::move(withdrawn_on));
}

}  // namespace

absl::Span<const ColumnSpec> InvolvementColumns() { return kColumns; }

InvolvementWrite ReadInvolvementRow(RowReader& row, const ImportRules& rules) {
  InvolvementWrite write;
  write.case_reference = row.Required(kCaseReference, kMaxReferenceBytes);
  write.reference = row.Required(kInvolvementReference, kMaxReferenceBytes);
  v1::Involvement& involvement = write.involvement;
  involvement.set_service(ReadService(row));
  involvement.set_organisation(row.Text(kOrganisation, kMaxOrganisationBytes));
  involvement.set_team(row.Text(kTeam, kMaxOrganisationBytes));
  involvement.set_practitioner(row.Text(kPractitioner, kMaxPersonBytes));
  involvement.set_practitioner_role(row.Text(kPractitionerRole, kMaxOrganisationBytes));
  involvement.set_telephone(row.Text(kTelephone, kMaxTelephoneBytes));
  involvement.set_email(row.Text(kEmail, kMaxPersonBytes));
  involvement.set_lead_professional(row.Boolean(kLeadProfessional));
  involvement.set_assessment_exists(row.Boolean(kAssessmentExists));
  ReadPeriod(row, rules, involvement);
  involvement.set_sensitive(row.Boolean(kSensitive));
  ReadConsent(row, involvement);
  return write;
}

}  // namespace signpost::node
