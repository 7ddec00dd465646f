// A child's details in the one canonical form from which match keys are made
// and scores are computed: plain A-Z and 0-9, whatever script, accents, case or
// spacing they were written in. Two nodes must come to the same bytes.
//
// Thread safety: Normalise may be called from several threads.
// Security: accepts any bytes, of any length, without failing; the result is
// personal data and must not be logged.
#ifndef SIGNPOST_NODE_MATCHING_NORMALISE_H_
#define SIGNPOST_NODE_MATCHING_NORMALISE_H_

#include <absl/container/inlined_vector.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/matching/identifiers.h"
#include "signpost/v1/child.pb.h"

namespace signpost::node {

// The MUHAMMAD class (eight spellings, MD, SYED, ABDUL, BIBI) is written so.
inline constexpr std::string_view kMuhammad = "MUHAMMAD";

inline constexpr size_t kMaxForenames = 3;
inline constexpr size_t kMaxGivenVariants = 2;
inline constexpr size_t kMaxFamilyVariants = 4;

// What is believed of a date of birth.
enum class BirthKnown : uint8_t {
  kNothing,
  kEstimated,  // only the year is of use, and not much
  kYear,
  kYearAndMonth,
  kDay,
};

struct NormalisedFamily {
  std::string whole;                    // components run together: SMITHJONES
  std::vector<std::string> components;  // two or more when double-barrelled, else empty
};

struct NormalisedAddress {
  std::string house;     // number with its letter, 12A; empty when the house has only a name
  std::string street;    // letters, without ROAD, STREET and the like
  std::string town;      // letters
  std::string postcode;  // canonical; empty when missing, ill-formed or ZZ99

  std::string_view Area() const;     // M of M145QF
  std::string_view Outward() const;  // M14
  std::string_view Sector() const;   // M145
};

struct NormalisedChild {
  // Forenames of the leading name, at most three; first the given name. Empty when missing.
  std::vector<std::string> forenames;
  // Given names of other (preferred, alias) names, when different; at most two.
  std::vector<std::string> other_given;
  // The current family name first, then at most two former or alias ones.
  std::vector<NormalisedFamily> families;

  BirthKnown birth_known = BirthKnown::kNothing;
  Date birth;  // month and day only as far as birth_known says

  v1::Sex sex = v1::SEX_UNSPECIFIED;         // FEMALE, MALE or unspecified
  std::vector<NormalisedAddress> addresses;  // current first
  std::string nhs_number;                    // valid, else empty
  std::string upn;                           // valid and permanent, else empty

  // The given names that make keys: the first forename, and the second where the first is
  // MUHAMMAD, or else one other given name.
  std::vector<std::string> GivenVariants() const;
  // The family names that make keys: whole, first and last component longer than two letters,
  // then former names.
  std::vector<std::string> FamilyVariants() const;
  // The same without copies: they view into this child.
  absl::InlinedVector<std::string_view, kMaxGivenVariants> GivenVariantViews() const;
  absl::InlinedVector<std::string_view, kMaxFamilyVariants> FamilyVariantViews() const;
  bool HasBirthDay() const { return birth_known == BirthKnown::kDay; }
  bool HasBirthYear() const { return birth_known != BirthKnown::kNothing; }
  bool IsFirstOfJanuary() const { return HasBirthDay() && birth.month == 1 && birth.day == 1; }
};

// Never fails: what cannot be used is missing. DATE_QUALITY_UNSPECIFIED counts as EXACT.
NormalisedChild Normalise(const v1::ChildDetails& details);

// The words (A-Z, 0-9) of a text in any script, after MATCHING's transliteration: brackets and
// their contents, apostrophes and full stops removed, everything else that is no letter or digit
// a separator. At most 16 words of 60 characters.
std::vector<std::string> NormalisedWords(std::string_view text);

}  // namespace signpost::node

#endif  // SIGNPOST_NODE_MATCHING_NORMALISE_H_
