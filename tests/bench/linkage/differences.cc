#include "tests/bench/linkage/differences.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace signpost::bench {
namespace {

enum class Compared { kSame, kDiffers, kMissing };

using Child = node::NormalisedChild;
using Address = node::NormalisedAddress;

Compared Given(const Child& a, const Child& b) {
  if (a.forenames.empty() || b.forenames.empty()) return Compared::kMissing;
  return a.forenames[0] == b.forenames[0] ? Compared::kSame : Compared::kDiffers;
}

Compared Family(const Child& a, const Child& b) {
  if (a.families.empty() || b.families.empty()) return Compared::kMissing;
  return a.families[0].whole == b.families[0].whole ? Compared::kSame : Compared::kDiffers;
}

Compared Birth(const Child& a, const Child& b) {
  if (!a.HasBirthDay() || !b.HasBirthDay()) return Compared::kMissing;
  return a.birth == b.birth ? Compared::kSame : Compared::kDiffers;
}

Compared Sex(const Child& a, const Child& b) {
  if (a.sex == v1::SEX_UNSPECIFIED || b.sex == v1::SEX_UNSPECIFIED) return Compared::kMissing;
  return a.sex == b.sex ? Compared::kSame : Compared::kDiffers;
}

// The same when any address of one side has it as any of the other.
template <typename Has, typename Same>
Compared Addresses(const Child& a, const Child& b, const Has& has, const Same& same) {
  if (std::none_of(a.addresses.begin(), a.addresses.end(), has) ||
      std::none_of(b.addresses.begin(), b.addresses.end(), has)) {
    return Compared::kMissing;
  }
  for (const Address& one : a.addresses) {
    for (const Address& other : b.addresses) {
      if (has(one) && has(other) && same(one, other)) return Compared::kSame;
    }
  }
  return Compared::kDiffers;
}

Compared Postcode(const Child& a, const Child& b) {
  return Addresses(
      a, b, [](const Address& address) { return !address.postcode.empty(); },
      [](const Address& one, const Address& other) { return one.postcode == other.postcode; });
}

Compared Street(const Child& a, const Child& b) {
  return Addresses(
      a, b, [](const Address& address) { return !address.street.empty(); },
      [](const Address& one, const Address& other) {
        return one.street == other.street && one.house == other.house;
      });
}

Compared Numbers(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return Compared::kMissing;
  return a == b ? Compared::kSame : Compared::kDiffers;
}

}  // namespace

std::vector<std::string> Differences(const Child& a, const Child& b) {
  struct Field {
    const char* name;
    Compared compared;
    bool counts;
  };
  const Field fields[] = {
      {"given name", Given(a, b), true},
      {"family name", Family(a, b), true},
      {"birth date", Birth(a, b), true},
      {"sex", Sex(a, b), true},
      {"postcode", Postcode(a, b), true},
      {"house or street", Street(a, b), false},
      {"NHS number", Numbers(a.nhs_number, b.nhs_number), false},
  };
  std::vector<std::string> found;
  int differing = 0;
  for (const Field& field : fields) {
    if (field.compared == Compared::kSame) continue;
    const bool differs = field.compared == Compared::kDiffers;
    found.push_back(absl::StrCat(field.name, differs ? " differs" : " missing"));
    if (differs && field.counts) ++differing;
  }
  found.push_back(differing == 1 ? "1 field differs" : absl::StrCat(differing, " fields differ"));
  return found;
}

}  // namespace signpost::bench
