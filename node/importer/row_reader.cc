#include "node/importer/row_reader.h"

#include <algorithm>
#include <cctype>

#include "node/importer/csv.h"
#include "node/store/dates.h"

namespace signpost::node {
namespace {

constexpr size_t kMaxIdentifierText = 40;  // with spaces and hyphens, before they are taken out

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == y;
  });
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return EqualsIgnoringCase(text, word); });
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

}  // namespace

void RowReader::Fail(size_t column, RejectReason reason) {
  if (!fault_.has_value()) fault_ = RowFault{column, reason};
}

std::string RowReader::Text(size_t column, size_t limit) {
  const std::string_view text = header_.Field(fields_, column);
  if (text.size() > limit) {
    Fail(column, RejectReason::kTooLong);
    return {};
  }
  if (!IsPlainUtf8(text)) {
    Fail(column, RejectReason::kNotUtf8);
    return {};
  }
  return std::string(text);
}

std::string RowReader::Required(size_t column, size_t limit) {
  std::string text = Text(column, limit);
  if (text.empty()) Fail(column, RejectReason::kMissing);
  return text;
}

bool RowReader::Boolean(size_t column) {
  const std::string_view text = header_.Field(fields_, column);
  if (IsOneOf(text, {"yes", "y", "true", "1"})) return true;
  if (!IsOneOf(text, {"", "no", "n", "false", "0"})) Fail(column, RejectReason::kNotABoolean);
  return false;
}

std::string RowReader::Date(size_t column, int64_t latest_ms) {
  const std::string_view text = header_.Field(fields_, column);
  const DateCheck check = CheckDate(text, DateOfMs(latest_ms));
  if (check.reason == DateReason::kEmpty) return {};
  if (check.ok()) return std::string(text);
  Fail(column, ReasonOf(check.reason));
  return {};
}

std::string RowReader::PastDate(size_t column) { return Date(column, rules_.now_ms + kDayMs); }

std::string RowReader::AnyDate(size_t column) {
  return Date(column, rules_.now_ms + 3653 * kDayMs);
}

std::vector<std::string> RowReader::List(size_t column, size_t limit, size_t most) {
  std::vector<std::string> pieces;
  std::string_view rest = header_.Field(fields_, column);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view piece = Trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (piece.empty()) continue;
    if (piece.size() > limit) Fail(column, RejectReason::kTooLong);
    if (!IsPlainUtf8(piece)) Fail(column, RejectReason::kNotUtf8);
    if (pieces.size() == most) {
      Fail(column, RejectReason::kTooMany);
      return {};
    }
    pieces.emplace_back(piece);
  }
  return pieces;
}

std::string RowReader::NhsNumber(size_t column) {
  const std::string text = Text(column, kMaxIdentifierText);
  NhsNumberCheck check = CheckNhsNumber(text, rules_.numbers);
  if (!check.ok() && check.reason != NhsNumberReason::kEmpty) Fail(column, ReasonOf(check.reason));
  return check.canonical;
}

std::string RowReader::Upn(size_t column) {
  const std::string text = Text(column, kMaxIdentifierText);
  UpnCheck check = CheckUpn(text);
  const bool fine =
      check.ok() || check.reason == UpnReason::kEmpty || check.reason == UpnReason::kTemporary;
  if (!fine) Fail(column, RejectReason::kUpnInvalid);
  return check.canonical;
}

std::string RowReader::CheckedPostcode(size_t column, std::string_view text) {
  PostcodeCheck check = CheckPostcode(text);
  if (check.reason == PostcodeReason::kBadShape) Fail(column, RejectReason::kPostcodeInvalid);
  return check.canonical;
}

std::string RowReader::Postcode(size_t column) {
  return CheckedPostcode(column, Text(column, kMaxIdentifierText));
}

std::vector<std::string> RowReader::Postcodes(size_t column, size_t most) {
  std::vector<std::string> postcodes = List(column, kMaxIdentifierText, most);
  for (std::string& postcode : postcodes) postcode = CheckedPostcode(column, postcode);
  return postcodes;
}

}  // namespace signpost::node
