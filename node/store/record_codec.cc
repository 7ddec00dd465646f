#include "node/store/record_codec.h"

#include <algorithm>
#include <optional>

#include "node/store/dates.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::node {
namespace {

constexpr int64_t kDefaultReviewMs = 365 * kDayMs;
constexpr int64_t kMaxReviewMs = 731 * kDayMs;  // RULES: at most 2 years
constexpr size_t kMaxInvolvementBytes = 2048;
constexpr size_t kMaxSpiffeBytes = 2048;  // SPIFFE-ID section 2.1
// More than a reveal holds: ReduceDetails picks what is sent.
constexpr size_t kMaxStoredDetails = 4096;

absl::Status TooLong(std::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat(ToAbsl(field), " is missing or too long"));
}

absl::Status CheckReference(std::string_view field, std::string_view value) {
  if (value.empty() || value.size() > kMaxReferenceBytes) return TooLong(field);
  return absl::OkStatus();
}

absl::Status CheckOptionalDate(std::string_view field, std::string_view date) {
  if (date.empty() || DayStartMs(date).has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(ToAbsl(field), " is not a date"));
}

void AppendLong(std::string& out, std::string_view piece) {
  AppendInt(out, 2, piece.size());
  out.append(piece);
}

absl::Status Damaged() { return absl::DataLossError("a stored record is not in its format"); }

std::optional<std::string_view> TakePiece(ByteReader& reader, int width) {
  const auto size = reader.Int(width);
  if (!size.has_value()) return std::nullopt;
  return reader.Take(static_cast<size_t>(*size));
}

}  // namespace

absl::Status CheckShield(const Shield& shield) {
  if (shield.reason.size() > kMaxReferenceBytes) return TooLong("shield reason");
  if (shield.decided_by.size() > kMaxPersonBytes) return TooLong("shield decided by");
  return CheckOptionalDate("shield review by", shield.review_by);
}

absl::Status CheckWithholding(const Withholding& withheld) {
  if (withheld.reason.size() > kMaxReferenceBytes) return TooLong("withholding reason");
  if (withheld.decided_by.size() > kMaxSpiffeBytes) return TooLong("withholding decided by");
  if (withheld.reviewed_by.size() > kMaxSpiffeBytes) return TooLong("withholding reviewed by");
  return absl::OkStatus();
}

absl::Status CheckChild(const ChildWrite& write) {
  SIGNPOST_RETURN_IF_ERROR(CheckReference("case reference", write.case_reference));
  const v1::ChildDetails& details = write.details;
  if (details.names_size() == 0 || details.names_size() > static_cast<int>(kMaxNames) ||
      details.addresses_size() > static_cast<int>(kMaxAddresses) ||
      details.ByteSizeLong() > kMaxStoredDetails) {
    return absl::InvalidArgumentError("a child needs a name, and no more details than fit");
  }
  SIGNPOST_RETURN_IF_ERROR(CheckOptionalDate("date of birth", details.date_of_birth()));
  if (write.date_of_death.has_value()) {
    SIGNPOST_RETURN_IF_ERROR(CheckOptionalDate("date of death", *write.date_of_death));
  }
  if (write.carers.has_value()) {
    if (write.carers->size() > kMaxCarers) return TooLong("list of carers");
    for (const v1::Carer& carer : *write.carers) {
      if (carer.name().size() > kMaxPersonBytes || carer.contact().size() > kMaxTextBytes) {
        return TooLong("carer");
      }
    }
  }
  if (write.shield.has_value()) SIGNPOST_RETURN_IF_ERROR(CheckShield(*write.shield));
  return absl::OkStatus();
}

absl::Status CheckInvolvement(const InvolvementWrite& write) {
  SIGNPOST_RETURN_IF_ERROR(CheckReference("case reference", write.case_reference));
  SIGNPOST_RETURN_IF_ERROR(CheckReference("involvement reference", write.reference));
  const v1::Involvement& involvement = write.involvement;
  if (involvement.service() == v1::SERVICE_TYPE_UNSPECIFIED ||
      !v1::ServiceType_IsValid(involvement.service())) {
    return absl::InvalidArgumentError("the service is not one of the list");
  }
  if (involvement.ByteSizeLong() > kMaxInvolvementBytes) return TooLong("involvement");
  SIGNPOST_RETURN_IF_ERROR(CheckOptionalDate("consent given on", involvement.consent().given_on()));
  SIGNPOST_RETURN_IF_ERROR(
      CheckOptionalDate("consent withdrawn on", involvement.consent().withdrawn_on()));
  return SpanOf(involvement, 0).status();
}

std::string EncodeExtras(const ChildExtras& extras) {
  std::string out = IntBytes(1, static_cast<uint64_t>(extras.left_england));
  AppendInt(out, 1, extras.date_of_death.size());
  out.append(extras.date_of_death);
  for (const v1::Carer& carer : extras.carers) AppendLong(out, carer.SerializeAsString());
  return out;
}

absl::StatusOr<ChildExtras> DecodeExtras(std::string_view bytes) {
  ByteReader reader(bytes);
  ChildExtras extras;
  const auto left = reader.Int(1);
  const auto died = TakePiece(reader, 1);
  if (!left.has_value() || *left > 2 || !died.has_value()) return Damaged();
  extras.left_england = static_cast<LeftEngland>(*left);
  extras.date_of_death = std::string(*died);
  while (!reader.rest().empty()) {
    const auto piece = TakePiece(reader, 2);
    v1::Carer carer;
    if (!piece.has_value() ||
        !carer.ParseFromArray(piece->data(), static_cast<int>(piece->size()))) {
      return Damaged();
    }
    extras.carers.push_back(std::move(carer));
  }
  return extras;
}

std::string EncodeShield(const Shield& shield) {
  std::string out;
  AppendLong(out, shield.reason);
  AppendLong(out, shield.decided_by);
  AppendLong(out, shield.review_by);
  return out;
}

absl::StatusOr<Shield> DecodeShield(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto reason = TakePiece(reader, 2);
  const auto decided_by = TakePiece(reader, 2);
  const auto review_by = TakePiece(reader, 2);
  if (!reason.has_value() || !decided_by.has_value() || !review_by.has_value() ||
      !reader.rest().empty()) {
    return Damaged();
  }
  return Shield{std::string(*reason), std::string(*decided_by), std::string(*review_by)};
}

std::string EncodeWithholding(const Withholding& withheld) {
  std::string out;
  AppendLong(out, withheld.reason);
  AppendLong(out, withheld.decided_by);
  AppendInt(out, 8, static_cast<uint64_t>(withheld.decided_ms));
  AppendLong(out, withheld.reviewed_by);
  return out;
}

absl::StatusOr<Withholding> DecodeWithholding(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto reason = TakePiece(reader, 2);
  const auto decided_by = TakePiece(reader, 2);
  const auto decided_ms = reader.Int(8);
  const auto reviewed_by = TakePiece(reader, 2);
  if (!reason.has_value() || !decided_by.has_value() || !decided_ms.has_value() ||
      !reviewed_by.has_value() || !reader.rest().empty()) {
    return Damaged();
  }
  return Withholding{std::string(*reason), std::string(*decided_by),
                     static_cast<int64_t>(*decided_ms), std::string(*reviewed_by)};
}

absl::StatusOr<InvolvementSpan> SpanOf(const v1::Involvement& involvement, int64_t recorded_ms) {
  const auto start = DayStartMs(involvement.start_on());
  if (!start.has_value()) return absl::InvalidArgumentError("start on is not a date");
  SIGNPOST_RETURN_IF_ERROR(CheckOptionalDate("end on", involvement.end_on()));
  SIGNPOST_RETURN_IF_ERROR(CheckOptionalDate("review by", involvement.review_by()));
  InvolvementSpan span;
  span.start_ms = *start;
  const auto review = DayStartMs(involvement.review_by());
  span.expires_ms = review.has_value() ? std::min(*review + kDayMs, recorded_ms + kMaxReviewMs)
                                       : recorded_ms + kDefaultReviewMs;
  span.until_ms = span.expires_ms;
  if (const auto end = DayStartMs(involvement.end_on()); end.has_value()) {
    if (*end < *start) return absl::InvalidArgumentError("the end is before the start");
    span.until_ms = std::min(*end, span.expires_ms);
  }
  return span;
}

}  // namespace signpost::node
