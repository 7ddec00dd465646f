#include "node/service/record_check.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "node/importer/csv.h"
#include "node/importer/reject.h"
#include "node/matching/normalise.h"
#include "node/matching/usable.h"
#include "node/record/civil_date.h"
#include "node/rules/retention.h"
#include "node/service/record_access.h"
#include "node/store/dates.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr size_t kMostCarers = 8;
constexpr int64_t kAheadMs = 3653 * kDayMs;

absl::Status Bad(std::string_view field, RejectReason reason, std::string_view sentence = "") {
  return BadDetails(absl::StrCat(ToAbsl(field), ": ", ToAbsl(RejectReasonName(reason)),
                                 sentence.empty() ? "" : ". ", ToAbsl(sentence)));
}

absl::Status CheckText(std::string_view field, std::string_view text, size_t limit) {
  if (text.size() > limit) {
    return Bad(field, RejectReason::kTooLong, absl::StrCat("At most ", limit, " bytes."));
  }
  if (!IsPlainUtf8(text)) {
    return Bad(field, RejectReason::kNotUtf8, "No control characters.");
  }
  return absl::OkStatus();
}

absl::Status CheckReference(std::string_view field, std::string_view text) {
  if (text.empty()) return Bad(field, RejectReason::kMissing);
  return CheckText(field, text, kMaxReferenceBytes);
}

RejectReason ReasonOf(DateReason reason) {
  switch (reason) {
    case DateReason::kDoesNotExist:
      return RejectReason::kNoSuchDate;
    case DateReason::kInFuture:
      return RejectReason::kDateInFuture;
    case DateReason::kTooEarly:
      return RejectReason::kDateTooEarly;
    default:
      return RejectReason::kBadDate;
  }
}

RejectReason ReasonOf(NhsNumberReason reason) {
  switch (reason) {
    case NhsNumberReason::kTestRange:
      return RejectReason::kNhsNumberTestRange;
    case NhsNumberReason::kRealInTraining:
      return RejectReason::kNhsNumberNotTraining;
    default:
      return RejectReason::kNhsNumberInvalid;
  }
}

// An empty date is fine.
absl::Status CheckDay(std::string_view field, std::string_view text, int64_t latest_ms) {
  const DateCheck check = CheckDate(text, DateOfMs(latest_ms));
  if (check.ok() || check.reason == DateReason::kEmpty) return absl::OkStatus();
  return Bad(field, ReasonOf(check.reason), Explain(check.reason));
}

// Not after tomorrow, in UTC: a child born today in summer time is not in the future.
absl::Status CheckPastDay(std::string_view field, std::string_view text, int64_t now_ms) {
  return CheckDay(field, text, now_ms + kDayMs);
}

absl::Status CheckNames(v1::ChildDetails& details) {
  if (details.names_size() > static_cast<int>(kMaxNames)) {
    return Bad("names", RejectReason::kTooMany, absl::StrCat("At most ", kMaxNames, "."));
  }
  bool has_family = false;
  for (v1::PersonName& name : *details.mutable_names()) {
    if (!v1::PersonName_Kind_IsValid(name.kind())) return Bad("names", RejectReason::kNotInList);
    if (name.kind() == v1::PersonName::KIND_UNSPECIFIED) name.set_kind(v1::PersonName::CURRENT);
    SIGNPOST_RETURN_IF_ERROR(CheckText("given_name", name.given(), kMaxNameBytes));
    SIGNPOST_RETURN_IF_ERROR(CheckText("middle_names", name.middle(), kMaxNameBytes));
    SIGNPOST_RETURN_IF_ERROR(CheckText("family_name", name.family(), kMaxNameBytes));
    has_family |= name.kind() == v1::PersonName::CURRENT && !name.family().empty();
  }
  if (!has_family) return Bad("family_name", RejectReason::kMissing, "Give the current one.");
  return absl::OkStatus();
}

absl::Status CheckAddresses(v1::ChildDetails& details) {
  if (details.addresses_size() > static_cast<int>(kMaxAddresses)) {
    return Bad("addresses", RejectReason::kTooMany, absl::StrCat("At most ", kMaxAddresses, "."));
  }
  for (v1::Address& address : *details.mutable_addresses()) {
    if (!v1::Address_Kind_IsValid(address.kind())) {
      return Bad("addresses", RejectReason::kNotInList);
    }
    if (address.kind() == v1::Address::KIND_UNSPECIFIED) address.set_kind(v1::Address::CURRENT);
    SIGNPOST_RETURN_IF_ERROR(CheckText("house", address.house(), kMaxNameBytes));
    SIGNPOST_RETURN_IF_ERROR(CheckText("street", address.street(), kMaxNameBytes));
    SIGNPOST_RETURN_IF_ERROR(CheckText("town", address.town(), kMaxNameBytes));
    PostcodeCheck postcode = CheckPostcode(address.postcode());
    if (postcode.reason == PostcodeReason::kBadShape) {
      return Bad("postcode", RejectReason::kPostcodeInvalid, Explain(postcode.reason));
    }
    address.set_postcode(std::move(postcode.canonical));
  }
  return absl::OkStatus();
}

absl::Status CheckIdentifiers(v1::ChildDetails& details, NumberUse numbers) {
  NhsNumberCheck nhs = CheckNhsNumber(details.nhs_number(), numbers);
  if (!nhs.ok() && nhs.reason != NhsNumberReason::kEmpty) {
    return Bad("nhs_number", ReasonOf(nhs.reason), Explain(nhs.reason));
  }
  details.set_nhs_number(std::move(nhs.canonical));
  UpnCheck upn = CheckUpn(details.upn());
  if (!upn.ok() && upn.reason != UpnReason::kEmpty && upn.reason != UpnReason::kTemporary) {
    return Bad("upn", RejectReason::kUpnInvalid, Explain(upn.reason));
  }
  details.set_upn(std::move(upn.canonical));
  return absl::OkStatus();
}

absl::Status CheckBirth(v1::ChildDetails& details, int64_t now_ms) {
  if (details.date_of_birth() == "1900-01-01") details.clear_date_of_birth();
  SIGNPOST_RETURN_IF_ERROR(CheckPastDay("date_of_birth", details.date_of_birth(), now_ms));
  if (!v1::DateQuality_IsValid(details.date_quality())) {
    return Bad("date_quality", RejectReason::kNotInList);
  }
  if (details.date_of_birth().empty()) {
    details.clear_date_quality();
  } else if (details.date_quality() == v1::DATE_QUALITY_UNSPECIFIED) {
    details.set_date_quality(v1::EXACT);
  }
  if (!v1::Sex_IsValid(details.sex())) return Bad("sex", RejectReason::kNotInList);
  return absl::OkStatus();
}

absl::Status CheckDeath(const v1::PutChildRequest& request, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckPastDay("date_of_death", request.date_of_death(), now_ms));
  // Both are YYYY-MM-DD, which sorts as text.
  if (!request.date_of_death().empty() &&
      request.date_of_death() < request.details().date_of_birth()) {
    return Bad("date_of_death", RejectReason::kDeathBeforeBirth);
  }
  return absl::OkStatus();
}

absl::Status CheckCarers(const v1::PutChildRequest& request) {
  if (request.carers_size() > static_cast<int>(kMostCarers)) {
    return Bad("carers", RejectReason::kTooMany, absl::StrCat("At most ", kMostCarers, "."));
  }
  for (const v1::Carer& carer : request.carers()) {
    SIGNPOST_RETURN_IF_ERROR(CheckText("carers", carer.name(), kMaxPersonBytes));
    SIGNPOST_RETURN_IF_ERROR(CheckText("carers", carer.contact(), kMaxTextBytes));
  }
  return absl::OkStatus();
}

absl::Status CheckUsable(const v1::ChildDetails& details) {
  const NormalisedChild child = Normalise(details);
  const Usable usable = UsableAsRecord(child);
  if (usable == Usable::kYes) return absl::OkStatus();
  const std::string sentence = ExplainWithFields(child);
  return BadDetails(
      absl::StrCat("details: ", sentence.empty() ? std::string(Explain(usable)) : sentence));
}

absl::Status CheckTexts(const v1::Involvement& involvement) {
  SIGNPOST_RETURN_IF_ERROR(
      CheckText("organisation", involvement.organisation(), kMaxOrganisationBytes));
  SIGNPOST_RETURN_IF_ERROR(CheckText("team", involvement.team(), kMaxOrganisationBytes));
  SIGNPOST_RETURN_IF_ERROR(CheckText("practitioner", involvement.practitioner(), kMaxPersonBytes));
  SIGNPOST_RETURN_IF_ERROR(
      CheckText("practitioner_role", involvement.practitioner_role(), kMaxOrganisationBytes));
  SIGNPOST_RETURN_IF_ERROR(CheckText("telephone", involvement.telephone(), kMaxTelephoneBytes));
  return CheckText("email", involvement.email(), kMaxPersonBytes);
}

absl::Status CheckPeriod(const v1::Involvement& involvement, int64_t now_ms) {
  if (involvement.start_on().empty()) return Bad("start_on", RejectReason::kMissing);
  SIGNPOST_RETURN_IF_ERROR(CheckDay("start_on", involvement.start_on(), now_ms + kAheadMs));
  SIGNPOST_RETURN_IF_ERROR(CheckDay("end_on", involvement.end_on(), now_ms + kAheadMs));
  if (!involvement.end_on().empty() && involvement.end_on() < involvement.start_on()) {
    return Bad("end_on", RejectReason::kEndBeforeStart);
  }
  if (!involvement.end_on().empty()) {
    return CheckDay("review_by", involvement.review_by(), now_ms + kAheadMs);
  }
  const absl::Status review = ReviewBy(involvement.review_by(), DayOf(now_ms)).status();
  return review.ok() ? review : FromStore(review);
}

absl::Status CheckConsent(const v1::Consent& consent, int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckText("given_by", consent.given_by(), kMaxPersonBytes));
  SIGNPOST_RETURN_IF_ERROR(CheckPastDay("given_on", consent.given_on(), now_ms));
  SIGNPOST_RETURN_IF_ERROR(CheckPastDay("withdrawn_on", consent.withdrawn_on(), now_ms));
  if (consent.given_by().empty() != consent.given_on().empty()) {
    return Bad(consent.given_by().empty() ? "given_by" : "given_on",
               RejectReason::kConsentIncomplete);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ChildWrite> CheckChild(const v1::PutChildRequest& request, NumberUse numbers,
                                      int64_t now_ms) {
  SIGNPOST_RETURN_IF_ERROR(CheckReference("case_reference", request.case_reference()));
  ChildWrite write;
  write.case_reference = request.case_reference();
  write.details = request.details();
  SIGNPOST_RETURN_IF_ERROR(CheckNames(write.details));
  SIGNPOST_RETURN_IF_ERROR(CheckBirth(write.details, now_ms));
  SIGNPOST_RETURN_IF_ERROR(CheckAddresses(write.details));
  SIGNPOST_RETURN_IF_ERROR(CheckIdentifiers(write.details, numbers));
  SIGNPOST_RETURN_IF_ERROR(CheckDeath(request, now_ms));
  SIGNPOST_RETURN_IF_ERROR(CheckCarers(request));
  SIGNPOST_RETURN_IF_ERROR(CheckUsable(write.details));
  if (!request.date_of_death().empty()) write.date_of_death = request.date_of_death();
  if (request.keep_until_25()) write.keep_until_25 = true;
  if (request.carers_size() > 0) {
    write.carers.emplace(request.carers().begin(), request.carers().end());
  }
  return write;
}

absl::Status CheckInvolvement(const v1::OpenInvolvementRequest& request, int64_t now_ms) {
  const v1::Involvement& involvement = request.involvement();
  SIGNPOST_RETURN_IF_ERROR(
      CheckReference("involvement_reference", request.involvement_reference()));
  if (involvement.service() == v1::SERVICE_TYPE_UNSPECIFIED) {
    return Bad("service", RejectReason::kMissing);
  }
  // SENSITIVE_SERVICE is a word of answers: nothing is recorded under it.
  if (!v1::ServiceType_IsValid(involvement.service()) ||
      involvement.service() == v1::SENSITIVE_SERVICE) {
    return Bad("service", RejectReason::kNotInList);
  }
  SIGNPOST_RETURN_IF_ERROR(CheckTexts(involvement));
  SIGNPOST_RETURN_IF_ERROR(CheckPeriod(involvement, now_ms));
  return CheckConsent(involvement.consent(), now_ms);
}

}  // namespace signpost::node
