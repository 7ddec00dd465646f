// Which list a child's names stand on, so that recall can be told by the origin
// of names: lists of common names by country, read from the data's names folder.
// It says where a name is common, nothing of the child.
//
// Thread safety: immutable after Load.
#ifndef SIGNPOST_TESTS_BENCH_LINKAGE_ORIGINS_H_
#define SIGNPOST_TESTS_BENCH_LINKAGE_ORIGINS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "node/matching/normalise.h"
#include "proto/base/status.h"

namespace signpost::bench {

enum class Origin : uint8_t {
  kUnlisted,  // on no list: rare in England
  kBritishIsles,
  kSouthAsian,
  kMiddleEastern,  // Arabic, Persian, Turkish
  kEastAsian,
  kEasternEuropean,
  kOtherEuropean,  // and Latin American
  kAfrican,        // and Caribbean
};
inline constexpr size_t kOrigins = 8;
std::string_view OriginName(Origin origin);

class Origins {
 public:
  // Without lists every name is unlisted.
  Origins() = default;

  // `path` is the data folder. Names are compared as the product normalises them. NOT_FOUND or
  // DATA_LOSS: a list is not there or not as described.
  static absl::StatusOr<Origins> Load(const std::string& path);

  // By the family name; by the given name if the family name says nothing or is British.
  Origin OfChild(const node::NormalisedChild& child) const;
  Origin OfFamily(std::string_view family) const;
  Origin OfGiven(std::string_view given) const;

  // The family names of an origin's lists, normalised, sorted.
  std::vector<std::string> FamilyNames(Origin origin) const;
  bool empty() const { return family_.empty(); }

 private:
  absl::Status LoadByCountry(const std::string& file, const std::string& column,
                             std::unordered_map<std::string, Origin>& names);

  std::unordered_map<std::string, Origin> family_, given_;
};

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_LINKAGE_ORIGINS_H_
