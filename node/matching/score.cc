#include "node/matching/score.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "node/matching/codes.h"
#include "node/matching/score_names.h"
#include "node/matching/score_table.h"

namespace signpost::node {
namespace {

using namespace score;  // NOLINT: the table's own names, in this file only

using BirthDigits = std::array<char, 8>;

BirthDigits Digits(Date date) {
  const auto digit = [](int value) { return static_cast<char>('0' + value % 10); };
  return {digit(date.year / 1000), digit(date.year / 100), digit(date.year / 10), digit(date.year),
          digit(date.month / 10),  digit(date.month),      digit(date.day / 10),  digit(date.day)};
}

std::string_view View(const BirthDigits& digits) { return {digits.data(), digits.size()}; }

void SetBirth(MatchResult& result, BirthLevel level, double bits) {
  result.birth = level;
  result.birth_bits = bits;
}

// One of the dates is not known to the day.
void ScoreInexactBirth(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  const int years = std::abs(a.birth.year - b.birth.year);
  if (years > 1) return SetBirth(result, BirthLevel::kInexactFar, kInexactFar);
  if (years == 1) return SetBirth(result, BirthLevel::kInexactNear, kInexactNear);
  const bool estimated =
      a.birth_known == BirthKnown::kEstimated || b.birth_known == BirthKnown::kEstimated;
  if (estimated) return SetBirth(result, BirthLevel::kInexactEqual, kEstimatedSameYear);
  if (a.birth.month == 0 || b.birth.month == 0) {
    return SetBirth(result, BirthLevel::kInexactEqual, kInexactSameYear);
  }
  if (a.birth.month == b.birth.month) {
    return SetBirth(result, BirthLevel::kInexactEqual, kInexactSameMonth);
  }
  SetBirth(result, BirthLevel::kInexactNear, kInexactOtherMonth);
}

void ScoreBirth(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  if (!a.HasBirthYear() || !b.HasBirthYear()) return;
  if (!a.HasBirthDay() || !b.HasBirthDay()) return ScoreInexactBirth(a, b, result);
  const Date x = a.birth, y = b.birth;
  if (x == y) {
    return a.IsFirstOfJanuary()
               ? SetBirth(result, BirthLevel::kEqualFirstOfJanuary, kBirthEqualFirstOfJanuary)
               : SetBirth(result, BirthLevel::kEqual, kBirthEqual);
  }
  if (x.year == y.year && x.month == y.day && x.day == y.month) {
    return SetBirth(result, BirthLevel::kSwapped, kBirthSwapped);
  }
  if ((a.IsFirstOfJanuary() || b.IsFirstOfJanuary()) && std::abs(x.year - y.year) <= 1) {
    return SetBirth(result, BirthLevel::kDefaultDay, kBirthDefaultDay);
  }
  const BirthDigits one = Digits(x), other = Digits(y);
  const int differing = (x.year != y.year) + (x.month != y.month) + (x.day != y.day);
  if (differing == 1) {
    return WithinOneEdit(View(one), View(other))
               ? SetBirth(result, BirthLevel::kOneEdit, kBirthOneEdit)
               : SetBirth(result, BirthLevel::kOneComponent, kBirthOneComponent);
  }
  if (x.year == y.year || Osa(View(one), View(other)) <= 2) {
    return SetBirth(result, BirthLevel::kYearOnly, kBirthYearOnly);
  }
  SetBirth(result, BirthLevel::kDisagrees, kBirthDisagrees);
}

void ScoreSex(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  if (a.sex == v1::SEX_UNSPECIFIED || b.sex == v1::SEX_UNSPECIFIED) return;
  result.sex = a.sex == b.sex ? SexLevel::kEqual : SexLevel::kDiffers;
  result.sex_bits = a.sex == b.sex ? kSexEqual : kSexDiffers;
}

struct Postcode {
  PostcodeLevel level = PostcodeLevel::kMissing;
  double bits = 0;
};

Postcode ComparePostcodes(const NormalisedAddress& a, const NormalisedAddress& b) {
  if (a.postcode == b.postcode) return {PostcodeLevel::kUnit, kPostcodeUnit};
  if (WithinOneEdit(a.postcode, b.postcode)) return {PostcodeLevel::kOneEdit, kPostcodeOneEdit};
  if (a.Sector() == b.Sector()) return {PostcodeLevel::kSector, kPostcodeSector};
  if (a.Outward() == b.Outward()) return {PostcodeLevel::kOutward, kPostcodeOutward};
  if (a.Area() == b.Area()) return {PostcodeLevel::kArea, kPostcodeArea};
  return {PostcodeLevel::kNone, kPostcodeNone};
}

bool SameHouse(const NormalisedAddress& a, const NormalisedAddress& b) {
  return a.house == b.house && a.street == b.street;
}

void ScoreAddress(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  Postcode best;
  for (const NormalisedAddress& one : a.addresses) {
    for (const NormalisedAddress& other : b.addresses) {
      if (!one.postcode.empty() && !other.postcode.empty()) {
        const Postcode found = ComparePostcodes(one, other);
        if (best.level == PostcodeLevel::kMissing || found.bits > best.bits) best = found;
      }
      if (one.house.empty() || one.street.empty() || other.house.empty() || other.street.empty()) {
        continue;
      }
      if (result.house != HouseLevel::kEqual) {
        result.house = SameHouse(one, other) ? HouseLevel::kEqual : HouseLevel::kDifferent;
      }
    }
  }
  result.postcode = best.level;
  result.address_bits = best.bits;
  if (result.house == HouseLevel::kEqual) {
    result.address_bits += best.level == PostcodeLevel::kUnit ? kHouseEqualInUnit : kHouseEqual;
  }
  result.address_bits = std::min(result.address_bits, kAddressMost);
}

IdentifierLevel CompareIdentifiers(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return IdentifierLevel::kMissing;
  if (a == b) return IdentifierLevel::kEqual;
  return WithinOneEdit(a, b) ? IdentifierLevel::kOneEdit : IdentifierLevel::kDiffers;
}

void ScoreIdentifiers(const NormalisedChild& a, const NormalisedChild& b, MatchResult& result) {
  result.nhs_number = CompareIdentifiers(a.nhs_number, b.nhs_number);
  result.upn = CompareIdentifiers(a.upn, b.upn);
  // The table knows no near miss of a UPN.
  if (result.upn == IdentifierLevel::kOneEdit) result.upn = IdentifierLevel::kDiffers;
  const bool same_nhs = result.nhs_number == IdentifierLevel::kEqual;
  if (same_nhs) result.nhs_bits = kNhsEqual;
  if (result.nhs_number == IdentifierLevel::kOneEdit) result.nhs_bits = kNhsOneEdit;
  if (result.nhs_number == IdentifierLevel::kDiffers) result.nhs_bits = kNhsDiffers;
  if (result.upn == IdentifierLevel::kEqual) {
    result.upn_bits = same_nhs ? kUpnEqualBesideNhs : kUpnEqual;
  }
  if (result.upn == IdentifierLevel::kDiffers) result.upn_bits = kUpnDiffers;
}

// The parts lie apart in memory: asked for together they come in one wait, not one after another.
void FetchParts(const NormalisedChild& child) {
  __builtin_prefetch(child.forenames.data());
  __builtin_prefetch(child.families.data());
  __builtin_prefetch(child.addresses.data());
}

}  // namespace

MatchResult Score(const NormalisedChild& asked, const NormalisedChild& held) {
  MatchResult result;
  FetchParts(asked);
  FetchParts(held);
  const double names = ScoreNames(asked, held, result);
  ScoreBirth(asked, held, result);
  ScoreSex(asked, held, result);
  ScoreAddress(asked, held, result);
  ScoreIdentifiers(asked, held, result);
  result.total = names + result.birth_bits + result.sex_bits + result.address_bits +
                 result.nhs_bits + result.upn_bits;
  return result;
}

}  // namespace signpost::node
